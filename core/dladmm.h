/* The problem that dlADMM works on (Wang, Yu, Chen, Zhao, arXiv 1905.13611, problem 2), for a batch:
     min R(z_L; y) + sum_l Omega_l(W_l)
         + (nu/2) sum_{l<L} (|z_l - W_l a_{l-1} - b_l 1^T|^2 + |a_l - f(z_l)|^2)
     subject to z_L = W_L a_{L-1} + b_L 1^T,
   with a_0 the samples, a column each. The iterate holds W_1, b_1, ..., W_L, b_L, z_1, a_1, ...,
   z_L, and the dual u; matrices are column-major. A problem of this form exposes its structure as
   problem->dladmm. */
#pragma once

#include "core/activation.h"
#include "core/loss.h"

typedef enum {
    CLARKE_DLADMM_NONE,
    CLARKE_DLADMM_RIDGE, /* (lambda/2) |W|^2 */
    CLARKE_DLADMM_L1     /* lambda |W|_1 */
} clarke_dladmm_penalty;

enum {
    /* The products W_l a_{l-1} that a method keeps up to date are formed anew every so many
       iterations, so that what rounding adds up to is bounded. */
    CLARKE_DLADMM_REFRESH = 16,
    CLARKE_DLADMM_LAYERS_MAX = 64
};

struct clarke_dladmm {
    size_t layers;        /* L */
    size_t samples;       /* N */
    const size_t *width;  /* [layers + 1], width[0] of the samples */
    const double *input;  /* a_0, [width[0]][samples] */
    const double *target; /* y, [width[layers]][samples] */
    const size_t *label;  /* [samples], NULL where the targets are numbers */
    const clarke_activation_desc *activation, *activation_single;
    clarke_activation_opts opts;
    const clarke_loss_desc *loss, *loss_single; /* R is its sum over the samples */
    double smoothness; /* H: grad R is H-Lipschitz; of the sum, so it does not grow with N */
    clarke_dladmm_penalty penalty;
    double lambda, nu, rho;
    bool consistent_dual;  /* u_0 = -grad R(z_L) at the start */
    const size_t (*at)[4]; /* [layers] offsets in the iterate of W_l, b_l, z_l, and a_l or u */
};

typedef struct clarke_dladmm clarke_dladmm;

/* The iterate's blocks, in order: W_l, b_l, z_l, a_l for l = 1..L, with u in the place of a_L. Block
   numbers are 4 (l - 1) + one of these. */
enum { CLARKE_DLADMM_W, CLARKE_DLADMM_B, CLARKE_DLADMM_Z, CLARKE_DLADMM_A, CLARKE_DLADMM_KINDS };
