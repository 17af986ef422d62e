/* The subproblem of two-splitting: with p in R^d,
     F(p) = gamma/2 sum_k (c_k - e_k.p - sigma(a_k.p))^2 + q/2 |p|^2 - h.p,
   e_k = 0, or the k-th unit vector (a skip). Global minimisers: of a linear sigma by Cholesky; for
   d = 1 and a piecewise linear sigma over the intervals between its breakpoints; for d = 2 and one
   kink at 0 over the sectors between the lines a_k.p = 0, their rays and the origin. Of a smooth sigma
   one prox-linear step. */
#pragma once

#include "core/activation.h"
#include "core/method.h"

typedef struct {
    const clarke_activation_desc *activation;
    const clarke_activation_opts *opts;
    size_t d, terms;
    size_t row_step, column_step; /* a_k[c] = a[k * row_step + c * column_step] */
    const double *a, *c;
    size_t c_step; /* c_k = c[k * c_step] */
    bool skip;
    double gamma, q, tau;
    double *h; /* [d] */
    double *p; /* [d] in: the old point; out: the new one */
    double *gram, *right, *old,
        *value;    /* scratch [d][d], [d], [d], [terms] a_k.p at the old point */
    double *angle; /* scratch [2 terms] */
} clarke_kinked_fit;

typedef enum {
    CLARKE_FIT_NONE,
    CLARKE_FIT_LINEAR,
    CLARKE_FIT_LINE,
    CLARKE_FIT_PLANE
} clarke_fit_kind;

/* The exact solver for a sigma and a dimension, or NONE. */
clarke_fit_kind clarke_fit_exact(const clarke_activation_desc *activation,
                                 const clarke_activation_opts *o, size_t d);
/* p = a global minimiser; the old point where it is one. */
clarke_status clarke_fit_solve(clarke_kinked_fit *f, clarke_fit_kind kind, clarke_inner *inner);
/* p = argmin of q/2 |p|^2 - h.p + the sum linearised at the old point + tau L/2 |p - old|^2. */
void clarke_fit_step(clarke_kinked_fit *f);
