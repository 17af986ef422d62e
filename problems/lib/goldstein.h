/* The bracket of the Goldstein residual that every exact problem has: below, its own bound of the
   hull over the ball; above, the residual at the centre, or 0 where the ball meets S. */
#pragma once

#include "core/problem.h"

static inline clarke_interval clarke_goldstein_bracket(const clarke_problem *p, const double *x,
                                                       double delta)
{
    const clarke_problem_desc *d = p->desc;
    const double low = d->hull_distance(p, x, delta), at = d->clarke_residual(p, x);
    if (delta == 0.0) return (clarke_interval){fmin(low, at), at};
    if (d->stationary_distance && d->stationary_distance(p, x, NULL, NULL) <= delta)
        return (clarke_interval){low, low};
    return (clarke_interval){low, fmax(low, at)};
}
