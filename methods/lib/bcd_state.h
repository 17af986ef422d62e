/* What the sources of block coordinate descent in the working precision share (bcd_*_real.c, each
   compiled twice). All products are BLAS-3; each Gram matrix is formed once, in the lower triangle, and
   factored by Cholesky; that of the data once in a run. */
#pragma once

#include "methods/lib/bcd.h"

#include "parts/lib/prox_margin.h"

typedef struct {
    clarke_real *w, *b, *v, *u;
    const clarke_real *w_centre, *v_centre;
    const clarke_activation_desc *activation; /* in this precision */
    size_t pieces;                            /* 0: smooth */
    clarke_piece piece[CLARKE_PIECES_MAX];
    bool unit; /* two pieces, kink at 0, slope 1 on the right */
    bool last_linear, v_linear, u_linear, w_linear;
} clarke_bcd_layer;

struct clarke_bcd {
    const clarke_split *split;
    clarke_bcd_options o;
    double *x;
    const clarke_loss_desc *loss;
    clarke_prox_margin_kind margin;
    bool squared;
    clarke_bcd_layer *layer;  /* [N + 1] */
    const clarke_real *input; /* X */
    const clarke_real *target;
    clarke_real *z;     /* [widest][n] */
    clarke_real *gram;  /* [widest][widest] */
    clarke_real *first; /* [d_0][d_0] rho X X^T + ..., factored, for W_1 */
    bool first_ready;
    /* Of an exact W-step, before it is factored and solved: rho V V^T (lower triangle), that of the data
       apart, and rho (U - b 1^T) V^T. */
    clarke_real *kept, *kept_first, *right;
    clarke_real *gradient; /* [largest W or V] of prox-linear steps, and of l1 terms and boxes */
    clarke_real *ones;     /* [n] */
    clarke_real *sums;     /* [widest] */
    clarke_real *bias;     /* [widest] of the Jacobi step */
    clarke_real *spectrum, *work;
    int lwork;
};

/* V_{i-1}; the data for i = 1. */
static inline const clarke_real *clarke_bcd_input(const clarke_bcd *b, size_t i)
{
    return i == 1 ? b->input : b->layer[i - 1].v;
}

static inline bool clarke_bcd_plain(const clarke_term *r)
{
    return r->kind == CLARKE_TERM_NONE || r->kind == CLARKE_TERM_RIDGE;
}

static inline double clarke_bcd_ridge(const clarke_term *r)
{
    return r->kind == CLARKE_TERM_RIDGE ? r->weight : 0.0;
}

static inline void clarke_bcd_diagonal(size_t n, double t, clarke_real *a)
{
    for (size_t k = 0; k < n; k++) a[k * n + k] += (clarke_real)t;
}

/* ---- bcd_solve_real.c ---- */

/* prox of r/tau at t. */
double CLARKE_REAL(clarke_bcd_prox_term)(const clarke_term *r, double centre, double tau, double t);
/* Cholesky of the lower triangle; CLARKE_EINPUT where it is not positive definite. */
clarke_status CLARKE_REAL(clarke_bcd_cholesky)(size_t n, clarke_real *a, const char *block);
/* The largest eigenvalue of b->gram[n][n], which is destroyed. */
double CLARKE_REAL(clarke_bcd_spectral)(clarke_bcd *b, size_t n, clarke_inner *inner);
/* `count` problems min 1/2 x.A.x - f.x + r(x) with the lower triangle of A[n][n] in b->gram and an l1
   term or a box r: one coordinate at a time, each exactly, until none moves by more than rounding.
   Entry k of problem j of x and of b->gradient, which holds f, is at j * apart + k * step. */
void CLARKE_REAL(clarke_bcd_descend)(const clarke_bcd *b, const clarke_term *r, size_t n,
                                     size_t count, size_t apart, size_t step, clarke_real *x,
                                     clarke_inner *inner);
/* z[out][n] = W_i V_{i-1}, without b, its columns first .. first + samples - 1. */
void CLARKE_REAL(clarke_bcd_times)(clarke_bcd *b, size_t i, size_t first, size_t samples,
                                   clarke_real *z);

/* ---- the updates of V_i, U_i, W_i (with the b_i that is to follow, in a Jacobi step) and b_i ---- */

clarke_status CLARKE_REAL(clarke_bcd_values)(clarke_bcd *b, size_t i, clarke_inner *inner);
void CLARKE_REAL(clarke_bcd_inputs)(clarke_bcd *b, size_t i, clarke_inner *inner);
clarke_status CLARKE_REAL(clarke_bcd_weights)(clarke_bcd *b, size_t i, clarke_inner *inner);
void CLARKE_REAL(clarke_bcd_biases)(clarke_bcd *b, size_t i);
