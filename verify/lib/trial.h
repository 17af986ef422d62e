/* The points that the result of a block's step is compared with by the measures block_step and
   prox_linear_step: the block before, the middle between before and after, 0, and after +- h e_j for
   h = 1/4, 2^-6, 2^-12 times (1 + |after|_inf). */
#pragma once

#include <math.h>
#include <stddef.h>

static inline size_t clarke_trial_count(size_t size)
{
    return 3 + 6 * size;
}

static inline double clarke_trial_scale(size_t size, const double *after)
{
    double scale = 1.0;
    for (size_t j = 0; j < size; j++) scale = fmax(scale, 1.0 + fabs(after[j]));
    return scale;
}

/* Point i to u[size]. */
static inline void clarke_trial_point(size_t i, size_t size, const double *before,
                                      const double *after, double scale, double *u)
{
    static const double reach[] = {0.25, 0x1p-6, 0x1p-12};
    for (size_t j = 0; j < size; j++)
        u[j] = i == 0 ? before[j] : i == 1 ? 0.5 * (before[j] + after[j]) : i == 2 ? 0.0 : after[j];
    if (i < 3) return;
    const double h = reach[(i - 3) / 2 % 3] * scale;
    u[(i - 3) / 6] += i % 2 ? h : -h;
}
