/* phi(m) = |m|^2/2 if |m| <= C, else C |m| - C^2/2: its gradient is the projection of m on the ball
   of radius C (clipping by the norm). */
#include "core/regularizer.h"
#include "parts/lib/norm.h"

#include <math.h>

static double huber_norm_value(const clarke_regularizer_opts *o, size_t n, const double *m)
{
    const double norm = clarke_norm(n, m), c = o->threshold;
    return norm > c ? c * (norm - 0.5 * c) : 0.5 * norm * norm;
}

static void huber_norm_selection(const clarke_regularizer_opts *o, size_t n, const double *m,
                                 double *v)
{
    const double norm = clarke_norm(n, m);
    const double scale = norm > o->threshold ? o->threshold / norm : 1.0;
    for (size_t j = 0; j < n; j++) v[j] = scale * m[j];
}

/* Outside the ball the projection is on the ray of m at length C: | |m| v - C m | / |m|. */
static double huber_norm_residual(const clarke_regularizer_opts *o, size_t n, const double *m,
                                  const double *v)
{
    double length = 0.0, distance = 0.0;
    for (size_t j = 0; j < n; j++) length = hypot(length, m[j]);
    const double reach = length > o->threshold ? length : 1.0;
    const double along = length > o->threshold ? o->threshold : 1.0;
    for (size_t j = 0; j < n; j++) distance = hypot(distance, reach * v[j] - along * m[j]);
    return distance / reach;
}

const clarke_regularizer_desc clarke_regularizer_huber_norm = {
    .title = "Huber's function of the Euclidean norm",
    .formula = "phi(m) = |m|^2/2 if |m| <= C, else C |m| - C^2/2",
    .source = "Xiao, Hu, Toh, arXiv 2307.10053: clipped SGD",
    .radial = true,
    .value = huber_norm_value,
    .selection = huber_norm_selection,
    .residual = huber_norm_residual,
};
