/* phi(m) = |m|_1: the subdifferential is Sign(m), [-1, 1] in each coordinate that is zero. */
#include "core/regularizer.h"

#include <math.h>

static double l1_value(const clarke_regularizer_opts *o, size_t n, const double *m)
{
    (void)o;
    double sum = 0.0;
    for (size_t j = 0; j < n; j++) sum += fabs(m[j]);
    return sum;
}

/* The sign of a NaN is that NaN, and -0.0 is a zero. */
static void l1_selection(const clarke_regularizer_opts *o, size_t n, const double *m, double *v)
{
    for (size_t j = 0; j < n; j++)
        v[j] = m[j] == 0.0 ? o->zero_sign : isnan(m[j]) ? m[j] : copysign(1.0, m[j]);
}

/* Fenchel-Young: v is a subgradient if and only if |v| <= 1 and v m = |m|. The distance in one
   coordinate is that to the end of [-1, 1] which m != 0 asks for, or to [-1, 1]. */
static double l1_residual(const clarke_regularizer_opts *o, size_t n, const double *m,
                          const double *v)
{
    (void)o;
    double distance = 0.0;
    for (size_t j = 0; j < n; j++) {
        double d = NAN;
        if (m[j] > 0.0) d = v[j] - 1.0;
        if (m[j] < 0.0) d = v[j] + 1.0;
        if (m[j] == 0.0) d = fabs(v[j]) <= 1.0 ? 0.0 : fabs(v[j]) - 1.0;
        distance = hypot(distance, d);
    }
    return distance;
}

const clarke_regularizer_desc clarke_regularizer_l1 = {
    .title = "The l1 norm",
    .formula = "phi(m) = |m|_1",
    .source = "Xiao, Hu, Toh, arXiv 2307.10053: SignSGD and Lion",
    .separable = true,
    .value = l1_value,
    .selection = l1_selection,
    .residual = l1_residual,
};
