/* An activation sigma: R -> R, applied to every component: parts/activations/. The vector
   functions are in the working precision; what judges (slopes, subdifferential, constants) is
   double always. NaN goes through every function. */
#pragma once

#include "core/problem.h"
#include "core/real.h"

typedef struct {
    double zero_slope;     /* the derivative taken at the kink, inside the item's range */
    double negative_slope; /* of leaky_relu on t < 0; not read by the others */
} clarke_activation_opts;

typedef struct {
    double left, right;
} clarke_slopes;

/* sigma(t) = slope t + level for low <= t <= high. */
typedef struct {
    double low, high, slope, level;
} clarke_piece;

enum { CLARKE_PIECES_MAX = 3 };

typedef struct clarke_activation_desc {
    const char *title, *formula, *source;
    /* y[i] = sigma(t[i]); y may be t. */
    void (*value)(const clarke_activation_opts *o, size_t n, const clarke_real *t, clarke_real *y);
    /* d[i] *= the selection of the derivative at t[i], which at the kink is zero_slope: one link
       of the chain rule. */
    void (*chain)(const clarke_activation_opts *o, size_t n, const clarke_real *t, clarke_real *d);
    /* One-sided derivatives at t. */
    clarke_slopes (*slopes)(const clarke_activation_opts *o, double t);
    /* The Clarke subdifferential at t, exactly. At a kink it is the range of zero_slope. */
    clarke_interval (*subdifferential)(const clarke_activation_opts *o, double t);
    /* The smallest Lipschitz constants of sigma and of its derivative (INFINITY with a kink). */
    double (*lipschitz)(const clarke_activation_opts *o);
    double (*slope_lipschitz)(const clarke_activation_opts *o);
    /* The closure of the set of values. */
    clarke_interval (*range)(const clarke_activation_opts *o);
    /* sigma(t + d) - sigma(t), formed from d. NULL where `pieces` gives it. */
    double (*change)(const clarke_activation_opts *o, double t, double d);
    /* Of a piecewise linear sigma: its pieces from left to right, and how many there are. NULL where
       sigma is smooth. */
    size_t (*pieces)(const clarke_activation_opts *o, clarke_piece piece[CLARKE_PIECES_MAX]);
} clarke_activation_desc;

/* sigma(t + d) - sigma(t), formed from d where t and t + d are on one piece, so that it keeps its
   digits when d is small against t. */
double clarke_activation_change(const clarke_activation_desc *a, const clarke_activation_opts *o,
                                double t, double d);
