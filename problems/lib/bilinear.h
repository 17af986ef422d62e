/* f(x, y) = sum_i loss(x_i y_i - 1) + lambda (|x_i| + |y_i|), i = 1, ..., m, n = 2m: pairs that do
   not see each other, so that S is a product and squares of distances and residuals add up. The
   blocks x and y come one after the other. In both families the stationary points of a pair are on
   the diagonal, +-(t, t) for at most three t. */
#pragma once

#include "problems/lib/scalar.h"

typedef struct {
    size_t n;
    double lambda;
} clarke_bilinear_params;

typedef struct {
    double t;
    clarke_point_kind kind;
    clarke_growth growth;
} clarke_bilinear_point;

typedef struct {
    double lambda;
    double (*value)(double lambda, double x, double y);
    void (*slope)(double lambda, double x, double y, double g[2]);
    /* A lower bound of the distance of 0 from the hull over the ball of radius r; exact for 0. */
    double (*hull)(double lambda, double x, double y, double r);
    size_t points;
    clarke_bilinear_point point[3];
} clarke_bilinear;

/* dist(0, [low, high] + lambda Sign), Sign the hull of the sign sets over [t - r, t + r]. */
double clarke_bilinear_entry(double lambda, double low, double high, double t, double r);

/* LOCAL_MINIMUM becomes GLOBAL_MINIMUM where the value is the smallest; sets the constants. */
clarke_status clarke_bilinear_make(clarke_problem *p, const clarke_bilinear_params *params,
                                   clarke_bilinear family, clarke_arena *mem);
double clarke_bilinear_value(const clarke_problem *p, const double *x);
void clarke_bilinear_subgradient(const clarke_problem *p, const double *x, double *g);
double clarke_bilinear_clarke_residual(const clarke_problem *p, const double *x);
double clarke_bilinear_stationary_distance(const clarke_problem *p, const double *x,
                                           double *nearest, clarke_point_kind *kind);
clarke_interval clarke_bilinear_goldstein_residual(const clarke_problem *p, const double *x,
                                                   double delta);
double clarke_bilinear_hull_distance(const clarke_problem *p, const double *z, double r);
clarke_growth clarke_bilinear_growth(const clarke_problem *p, const double *x);
/* From the points as listed. */
double clarke_bilinear_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                      bool field);
/* For each pair: factor[i] (y_i, x_i) + lambda (Sign(x_i), Sign(y_i)). */
void clarke_bilinear_enclose(const clarke_problem *p, const clarke_interval *box,
                             const clarke_interval *factor, clarke_enclosure *out);
/* Encloses x_i y_i - 1. */
clarke_interval clarke_bilinear_gap(const clarke_problem *p, const clarke_interval *box, size_t i);

#define CLARKE_BILINEAR_ORACLES                                                                    \
    .value = clarke_bilinear_value, .subgradient = clarke_bilinear_subgradient,                    \
    .clarke_residual = clarke_bilinear_clarke_residual,                                            \
    .stationary_distance = clarke_bilinear_stationary_distance,                                    \
    .goldstein_residual = clarke_bilinear_goldstein_residual,                                      \
    .hull_distance = clarke_bilinear_hull_distance, .growth = clarke_bilinear_growth,              \
    .distance_upper = clarke_bilinear_distance_upper
