/* phi(t) = weight |t^2 - square|, square >= 0, and its place in a separable sum: a measurement of
   robust phase retrieval.

   For square > 0: phi' = 2 weight t sign(t^2 - square) vanishes off the kinks only at 0, and the
   subdifferential at the kinks +-k, k = sqrt(square), is 2 weight k [-1, 1]; so S = {-k, 0, k}:
   +-k are global minima with growth 2 weight k d -+ weight d^2, 0 is a smooth local maximum with
   curvature -2 weight. phi is the maximum of two parabolas: regular and (2 weight)-weakly convex.
   For square = 0 phi = weight t^2 and S = {0}. t is compared with the rounded k. */
#pragma once

#include "problems/lib/separable.h"

typedef struct {
    double weight, square, kink; /* kink = sqrt(square) */
} clarke_square_well;

clarke_square_well clarke_square_well_make(double weight, double square);

/* Members of a clarke_scalar; the context starts with a clarke_square_well. */
double clarke_square_well_value(const void *c, double t);
double clarke_square_well_slope(const void *c, double t);
clarke_interval clarke_square_well_at(const void *c, double t, bool field);
double clarke_square_well_next_break(const void *c, double t);
double clarke_square_well_nearest(const void *c, double t, clarke_point_kind *kind);
clarke_growth clarke_square_well_growth(const void *c, double s);
double clarke_square_well_prox(const void *c, double step, double t);
double clarke_square_well_weak_convexity(const void *c, double radius);
clarke_scalar_facts clarke_square_well_facts(const void *c);
clarke_interval clarke_square_well_enclose(const void *c, clarke_interval t, bool field);
void clarke_square_well_declared(const void *c, double t, bool field, clarke_interval *low,
                                 clarke_interval *high);

#define CLARKE_SQUARE_WELL_MEMBERS                                                                 \
    .value = clarke_square_well_value, .slope = clarke_square_well_slope,                          \
    .at = clarke_square_well_at, .next_break = clarke_square_well_next_break,                      \
    .nearest = clarke_square_well_nearest, .growth = clarke_square_well_growth,                    \
    .prox = clarke_square_well_prox, .weak_convexity = clarke_square_well_weak_convexity,          \
    .facts = clarke_square_well_facts, .enclose = clarke_square_well_enclose,                      \
    .declared = clarke_square_well_declared
