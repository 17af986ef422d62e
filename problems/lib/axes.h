/* The union of the coordinate axes, {|x|_0 <= 1}: where |x|_1 minus another norm is zero. */
#pragma once

#include "core/problem.h"

/* The place of a largest entry in absolute value. */
size_t clarke_axes_largest(size_t n, const double *x);
/* Stationary distance and its upper bound over a box; every point of the axes is a minimum. */
double clarke_axes_distance(const clarke_problem *p, const double *x, double *nearest,
                            clarke_point_kind *kind);
double clarke_axes_distance_upper(const clarke_problem *p, const clarke_interval *box, bool field);
