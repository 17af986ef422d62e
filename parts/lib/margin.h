/* Losses phi(y.z) of the margin y.z: what they share. Included by sources that are compiled twice. */
#pragma once

#include "core/loss.h"

static inline double clarke_margin_of(size_t size, const clarke_real *z, const clarke_real *y)
{
    double m = 0.0;
    for (size_t c = 0; c < size; c++) m += (double)y[c] * (double)z[c];
    return m;
}

static inline double clarke_margin_value(const clarke_margin *phi, size_t size, size_t count,
                                         const clarke_real *z, const clarke_real *y)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++, z += size, y += size)
        sum += phi->value(clarke_margin_of(size, z, y));
    return sum;
}

static inline double clarke_margin_change(const clarke_margin *phi, size_t size,
                                          const clarke_real *z, const clarke_real *d,
                                          const clarke_real *y)
{
    return phi->change(clarke_margin_of(size, z, y), clarke_margin_of(size, d, y));
}

/* At a kink phi' is the upper end of the subdifferential, which for max(0, .) is 0, as automatic
   differentiation has it. */
static inline void clarke_margin_gradient(const clarke_margin *phi, size_t size, size_t count,
                                          clarke_real scale, const clarke_real *z,
                                          const clarke_real *y, clarke_real *g)
{
    for (size_t i = 0; i < count; i++, z += size, y += size, g += size) {
        const double slope = phi->subdifferential(clarke_margin_of(size, z, y)).high;
        for (size_t c = 0; c < size; c++) g[c] = scale * (clarke_real)slope * y[c];
    }
}
