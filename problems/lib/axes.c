#include "problems/lib/axes.h"

#include "core/enclosure.h"

#include <math.h>

size_t clarke_axes_largest(size_t n, const double *x)
{
    size_t where = 0;
    for (size_t i = 1; i < n; i++)
        if (fabs(x[i]) > fabs(x[where])) where = i;
    return where;
}

double clarke_axes_distance(const clarke_problem *p, const double *x, double *nearest,
                            clarke_point_kind *kind)
{
    const size_t where = clarke_axes_largest(p->n, x);
    double square = 0.0, other = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        if (i != where) square += x[i] * x[i], other = fabs(x[i]);
        if (nearest) nearest[i] = i == where ? x[i] : 0.0;
    }
    if (kind) *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return p->n == 2 ? other : sqrt(square);
}

double clarke_axes_distance_upper(const clarke_problem *p, const clarke_interval *box, bool field)
{
    double best = INFINITY;
    (void)field;
    for (size_t i = 0; i < p->n; i++) { /* the axis i */
        double d[CLARKE_ENCLOSURE_DIMENSION];
        for (size_t j = 0; j < p->n; j++) d[j] = j == i ? 0.0 : clarke_interval_mag(box[j]);
        best = fmin(best, clarke_norm_upper(p->n, d));
    }
    return best;
}
