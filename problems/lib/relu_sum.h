/* f(w) = (F - 1)^2 / 2 or |F - 1|, F(w) = sum_i relu(w_i): ReLU neurons that share one data point.

   With r = F - 1 (or its sign) the subdifferential is r times the product of {1} (w_i > 0), [0, 1]
   (w_i = 0), {0} (w_i < 0): exact, because a power or |.| off its kink is C^1 and F is separable.
   For r != 0 it contains 0 iff no w_i is positive; on F = 1 it does. S = {F = 1} u (-inf, 0]^n. F =
   1 are the global minima, the open dead orthant is flat, its boundary a weak local maximum.

   Distance to the dead orthant: |relu(w)|. To {F = 1} from F > 1: the projection on the convex set
   {F <= 1}, max(w_i - tau, 0) for w_i > 0, tau the simplex threshold. From F < 1, inside {F <= 1} =
   {sum_I w_i <= 1 for all I}: the nearest facet, min over k of (1 - sum of the k largest)/sqrt(k).

   Growth at F = 1 with k positive entries: r >= sqrt(k) d on both sides, equality along (1,...,1)
   on those. At the dead boundary F >= d, equality along an axis.

   Hull over B(z, s), derived: F is sqrt(m)-Lipschitz there with m entries above -s. Where r keeps
   its sign, all k entries above s have the component r, so the hull is at least sqrt(k) min |r|
   away from 0. Automatic differentiation uses relu'(0) = 0.

   F is summed with compensation: within eps/2 of the sum, and rounded entries move it by eps/2 too.
   |F - 1| <= 2 eps counts as F = 1. */
#pragma once

#include "problems/lib/scalar.h"

typedef struct {
    size_t n;
} clarke_relu_sum;

clarke_status clarke_relu_sum_make(clarke_problem *p, const void *params, bool square,
                                   clarke_arena *mem);
double clarke_relu_sum_value(const clarke_problem *p, const double *w);
void clarke_relu_sum_subgradient(const clarke_problem *p, const double *w, double *g);
double clarke_relu_sum_clarke_residual(const clarke_problem *p, const double *w);
double clarke_relu_sum_stationary_distance(const clarke_problem *p, const double *w,
                                           double *nearest, clarke_point_kind *kind);
clarke_interval clarke_relu_sum_goldstein_residual(const clarke_problem *p, const double *w,
                                                   double delta);
double clarke_relu_sum_hull_distance(const clarke_problem *p, const double *z, double s);
void clarke_relu_sum_prox(const clarke_problem *p, double t, const double *x, double *y);
double clarke_relu_sum_lipschitz(const clarke_problem *p, double radius);
clarke_growth clarke_relu_sum_growth(const clarke_problem *p, const double *w);
void clarke_relu_sum_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                             clarke_enclosure *out);
double clarke_relu_sum_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                      bool field);

/* The rows of a descriptor but its texts, make and traits. */
#define CLARKE_RELU_SUM_ROWS                                                                       \
    .source = "derived", .stationary_set = "{sum_i relu(x_i) = 1} u (-inf, 0]^n",                  \
    .truth = CLARKE_TRUTH_PROVED, .params_size = sizeof(clarke_relu_sum),                          \
    .value = clarke_relu_sum_value, .subgradient = clarke_relu_sum_subgradient,                    \
    .clarke_residual = clarke_relu_sum_clarke_residual,                                            \
    .stationary_distance = clarke_relu_sum_stationary_distance,                                    \
    .goldstein_residual = clarke_relu_sum_goldstein_residual,                                      \
    .hull_distance = clarke_relu_sum_hull_distance, .prox = clarke_relu_sum_prox,                  \
    .lipschitz = clarke_relu_sum_lipschitz, .growth = clarke_relu_sum_growth,                      \
    .enclose = clarke_relu_sum_enclose, .distance_upper = clarke_relu_sum_distance_upper,          \
    .outside = "by hand: the proof of the set holds everywhere, and S has no bound"
