/* The block updates of coordinate descent on a three-splitting (core/split.h), each the exact
   minimiser of its block, or a prox-linear step, with the other blocks as they are. Compiled twice
   (bcd_real.c). With the layer's gamma, rho and the prox coefficient alpha:

     V_N: argmin s_N + w loss + gamma/2 |V - K - U|^2 + alpha/2 |V - V_old|^2
     V_i: argmin s_i + gamma/2 |V - K - sigma(U_i)|^2 + the next layer's terms         (no alpha)
     U_N: argmin gamma/2 |V - K - U|^2 + rho/2 |U - W V_{N-1} - b|^2                   (no alpha)
     U_i: argmin gamma/2 |V - K - sigma(U)|^2 + rho/2 |U - W V_{i-1} - b|^2 + alpha/2 |U - U_old|^2
     W_i: argmin r_i + rho/2 |U - W V_{i-1} - b|^2 + alpha/2 |W - W_old|^2
     b_i: argmin rho/2 |U - W V_{i-1} - b|^2 + alpha/2 |b - b_old|^2                              */
#pragma once

#include "core/method.h"
#include "core/split.h"

/* auto: exact where there is an exact solver, otherwise prox-linear. */
typedef enum { CLARKE_STEP_AUTO, CLARKE_STEP_EXACT, CLARKE_STEP_LINEAR } clarke_bcd_step;
/* Where the b-step takes W from: its own block as it is; or, as the authors' code has it, as it was
   before the W-step that precedes it; or W_i and b_i are the minimiser in both, which is the W-step on
   V_{i-1} with a row of ones below. */
typedef enum { CLARKE_BIAS_CURRENT, CLARKE_BIAS_JACOBI, CLARKE_BIAS_JOINT } clarke_bcd_bias;

typedef struct {
    double alpha;
    double tau; /* of a prox-linear W- or V-step: tau L/2 |. - old|^2, L the spectral constant */
    bool tie_right; /* the U-step takes the right one of two minimisers */
    int step_last;  /* V_N */
    int step_v, step_u, step_w;
    int bias;
} clarke_bcd_options;

typedef struct clarke_bcd clarke_bcd;

/* What the update of a block has formed on its way, valid until the next update; NULL where it has not. */
typedef struct {
    const clarke_real *product; /* of U_i: W_i V_{i-1}[out][n], without b */
    const clarke_real *gram;  /* of W_i, exact: rho V_{i-1} V_{i-1}^T[in][in], its lower triangle */
    const clarke_real *right; /* and rho (U_i - b_i 1^T) V_{i-1}^T[out][in], b_i as it was */
} clarke_bcd_formed;

typedef struct {
    /* x is the iterate: in double the blocks live there; in single they are copied by load, and
       store brings one back. */
    clarke_status (*make)(const clarke_split *s, const clarke_bcd_options *o, double *x,
                          clarke_arena *mem, clarke_bcd **bcd);
    void (*load)(clarke_bcd *b);
    void (*store)(clarke_bcd *b, size_t block);
    /* CLARKE_EINPUT where a matrix is not positive definite in this precision. */
    clarke_status (*update)(clarke_bcd *b, size_t block, clarke_inner *inner);
    clarke_bcd_formed (*formed)(const clarke_bcd *b, size_t block);
} clarke_bcd_engine;

extern const clarke_bcd_engine clarke_bcd_real, clarke_bcd_real_single;

/* The state of the method bcd_three. */
typedef struct {
    const clarke_bcd_engine *engine;
    clarke_bcd *bcd;
} clarke_bcd_state;
