/* phi(m) = sum_j huber_C(m_j): its gradient clips each coordinate to [-C, C]. */
#include "core/regularizer.h"

#include <math.h>

static double huber_coordinate_value(const clarke_regularizer_opts *o, size_t n, const double *m)
{
    const double c = o->threshold;
    double sum = 0.0;
    for (size_t j = 0; j < n; j++) {
        const double a = fabs(m[j]);
        sum += a > c ? c * (a - 0.5 * c) : 0.5 * a * a;
    }
    return sum;
}

static void huber_coordinate_selection(const clarke_regularizer_opts *o, size_t n, const double *m,
                                       double *v)
{
    /* A NaN fails the comparison and passes through. */
    for (size_t j = 0; j < n; j++)
        v[j] = fabs(m[j]) > o->threshold ? copysign(o->threshold, m[j]) : m[j];
}

static double huber_coordinate_residual(const clarke_regularizer_opts *o, size_t n, const double *m,
                                        const double *v)
{
    double distance = 0.0;
    for (size_t j = 0; j < n; j++) {
        double d = v[j] - m[j];
        if (m[j] > o->threshold) d = v[j] - o->threshold;
        if (m[j] < -o->threshold) d = v[j] + o->threshold;
        distance = hypot(distance, d);
    }
    return distance;
}

const clarke_regularizer_desc clarke_regularizer_huber_coordinate = {
    .title = "Huber's function of each coordinate",
    .formula = "phi(m) = sum_j h_C(m_j), h_C(t) = t^2/2 if |t| <= C, else C |t| - C^2/2",
    .source = "Xiao, Hu, Toh, arXiv 2307.10053: clipped SGD by coordinates",
    .separable = true,
    .value = huber_coordinate_value,
    .selection = huber_coordinate_selection,
    .residual = huber_coordinate_residual,
};
