/* f(w, v) = (v relu(w) - 1)^2 / 2 or |v relu(w) - 1|: a network of two weights.

   For w > 0 the gradient is r (v, w), r = vw - 1 or its sign; it is 0 iff vw = 1. For w < 0 it is
   0, and at w = 0 the subdifferential is -[0, 1] (v, 0). S = {w <= 0} u {vw = 1, w > 0}. The branch
   is the global minimum, w < 0 is flat; at w = 0 f falls to the right for v > 0 (a weak local
   maximum), rises for v < 0 (a weak local minimum), and (0, 0) is a saddle. The field of the parts
   is the Clarke subdifferential; automatic differentiation uses relu'(0) = 0.

   Growth at the branch: |r| = |(v, w)| d, slowest at (1, 1). Along {w <= 0} the rate |v| has no
   positive lower bound: kappa is not known there.

   Distance: w for the dead half plane; for the branch (t, 1/t) the zeros of D(t) = t - w + (v -
   1/t)/t^2, half the derivative of the squared distance, where D goes up. t^3 D is the quartic t^4 -
   w t^3 + v t - 1, whose derivative 4 t^3 - 3 w t^2 + v has a minimum at w/2: if that is not
   negative, or v <= 0, D goes up once. Else the derivative has zeros a < w/2 < b, and D goes up in
   (0, a] if D(a) >= 0, and in [b, inf) if D(b) <= 0.

   Hull over B(z, s), derived: where the ball stays in w > 0 and vw - 1 keeps its sign (it moves by
   at most |z| s + s^2/2) all gradients are at least |r| (|z| - s) long in the direction of the
   swapped z.

   vw has three roundings, its own and those of v and w: |vw - 1| <= 2 eps counts as vw = 1. */
#pragma once

#include "problems/lib/scalar.h"

typedef struct {
    size_t n;
} clarke_relu_vw;

clarke_status clarke_relu_vw_make(clarke_problem *p, bool square, clarke_arena *mem);
double clarke_relu_vw_value(const clarke_problem *p, const double *x);
void clarke_relu_vw_subgradient(const clarke_problem *p, const double *x, double *g);
double clarke_relu_vw_clarke_residual(const clarke_problem *p, const double *x);
double clarke_relu_vw_stationary_distance(const clarke_problem *p, const double *x, double *nearest,
                                          clarke_point_kind *kind);
clarke_interval clarke_relu_vw_goldstein_residual(const clarke_problem *p, const double *x,
                                                  double delta);
double clarke_relu_vw_hull_distance(const clarke_problem *p, const double *z, double s);
double clarke_relu_vw_lipschitz(const clarke_problem *p, double radius);
clarke_growth clarke_relu_vw_growth(const clarke_problem *p, const double *x);
void clarke_relu_vw_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                            clarke_enclosure *out);
double clarke_relu_vw_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                     bool field);

/* The rows of a descriptor but its texts, make and params. */
#define CLARKE_RELU_VW_ROWS                                                                        \
    .source = "derived", .stationary_set = "{w <= 0} u {v w = 1, w > 0}",                          \
    .truth = CLARKE_TRUTH_PROVED, .traits = CLARKE_TRAIT_DEFINABLE,                                \
    .params_size = sizeof(clarke_relu_vw), .value = clarke_relu_vw_value,                          \
    .subgradient = clarke_relu_vw_subgradient, .clarke_residual = clarke_relu_vw_clarke_residual,  \
    .stationary_distance = clarke_relu_vw_stationary_distance,                                     \
    .goldstein_residual = clarke_relu_vw_goldstein_residual,                                       \
    .hull_distance = clarke_relu_vw_hull_distance, .lipschitz = clarke_relu_vw_lipschitz,          \
    .growth = clarke_relu_vw_growth, .enclose = clarke_relu_vw_enclose,                            \
    .distance_upper = clarke_relu_vw_distance_upper,                                               \
    .outside = "by hand: the proof of the set holds everywhere, and S has no bound"
