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

typedef struct clarke_activation_desc {
    const char *title, *formula, *source;
    /* y[i] = sigma(t[i]); y may be t. */
    void (*value)(const clarke_activation_opts *o, size_t n, const clarke_real *t, clarke_real *y);
    /* d[i] *= the selection of the derivative at t[i], which at the kink is zero_slope: one link
       of the chain rule. */
    void (*chain)(const clarke_activation_opts *o, size_t n, const clarke_real *t, clarke_real *d);
    /* One-sided derivatives at t. */
    clarke_slopes (*slopes)(const clarke_activation_opts *o, double t);
    /* The Clarke subdifferential at t, exactly. At t = 0 it is the range of zero_slope. */
    clarke_interval (*subdifferential)(const clarke_activation_opts *o, double t);
    /* The smallest Lipschitz constants of sigma and of its derivative (INFINITY with a kink). */
    double (*lipschitz)(const clarke_activation_opts *o);
    double (*slope_lipschitz)(const clarke_activation_opts *o);
} clarke_activation_desc;
