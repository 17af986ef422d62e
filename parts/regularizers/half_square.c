/* phi(m) = |m|^2 / 2: its gradient is m itself (heavy-ball). */
#include "core/regularizer.h"

#include <math.h>

static double half_square_value(const clarke_regularizer_opts *o, size_t n, const double *m)
{
    (void)o;
    double sum = 0.0;
    for (size_t j = 0; j < n; j++) sum += m[j] * m[j];
    return 0.5 * sum;
}

static void half_square_selection(const clarke_regularizer_opts *o, size_t n, const double *m,
                                  double *v)
{
    (void)o;
    for (size_t j = 0; j < n; j++) v[j] = m[j];
}

static double half_square_residual(const clarke_regularizer_opts *o, size_t n, const double *m,
                                   const double *v)
{
    (void)o;
    double distance = 0.0;
    for (size_t j = 0; j < n; j++) distance = hypot(distance, v[j] - m[j]);
    return distance;
}

const clarke_regularizer_desc clarke_regularizer_half_square = {
    .title = "Half the squared Euclidean norm",
    .formula = "phi(m) = |m|_2^2 / 2",
    .source = "Xiao, Hu, Toh, arXiv 2307.10053: heavy-ball",
    .radial = true,
    .separable = true,
    .value = half_square_value,
    .selection = half_square_selection,
    .residual = half_square_residual,
};
