/* phi(m) = |m|_2: the subdifferential is m/|m|, and the unit ball at zero, of which the selection
   takes the centre. */
#include "core/regularizer.h"
#include "parts/lib/norm.h"

#include <math.h>

static double l2_value(const clarke_regularizer_opts *o, size_t n, const double *m)
{
    (void)o;
    return clarke_norm(n, m);
}

static void l2_selection(const clarke_regularizer_opts *o, size_t n, const double *m, double *v)
{
    (void)o;
    const double norm = clarke_norm(n, m);
    for (size_t j = 0; j < n; j++) v[j] = norm == 0.0 ? 0.0 : m[j] / norm;
}

/* For m != 0 the distance is | |m| v - m | / |m|, with |m| by successive hypotenuses. */
static double l2_residual(const clarke_regularizer_opts *o, size_t n, const double *m,
                          const double *v)
{
    (void)o;
    double length = 0.0, distance = 0.0, ball = 0.0;
    for (size_t j = 0; j < n; j++) {
        length = hypot(length, m[j]);
        ball = hypot(ball, v[j]);
    }
    if (length == 0.0) return ball <= 1.0 ? 0.0 : ball - 1.0;
    for (size_t j = 0; j < n; j++) distance = hypot(distance, length * v[j] - m[j]);
    return distance / length;
}

const clarke_regularizer_desc clarke_regularizer_l2 = {
    .title = "The Euclidean norm",
    .formula = "phi(m) = |m|_2",
    .source = "Xiao, Hu, Toh, arXiv 2307.10053: normalized SGD",
    .radial = true,
    .value = l2_value,
    .selection = l2_selection,
    .residual = l2_residual,
};
