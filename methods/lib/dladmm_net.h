/* What the sources of dlADMM's computation share, in the working precision. For every layer
   M_l = W_l a_{l-1} + b_l 1^T is kept up to date: with E_l = dL/dM_l (nu (M_l - Z_l), and
   -U - rho (Z_L - M_L) in the last layer), a step along a direction D changes M_l by a product with
   D, and the objective by a quadratic whose curvature is the same product's norm. So one product
   decides how far the step goes and brings M_l up to date, where the paper's loop needs new products
   for every candidate. */
#pragma once

#include "methods/lib/dladmm.h"

struct clarke_dladmm_net {
    const clarke_dladmm *d;
    const clarke_dladmm_opts *o;
    const clarke_activation_desc *activation;
    const clarke_loss_desc *loss;
    clarke_dladmm_now now;
    const clarke_real *input, *target;
    clarke_real *block[CLARKE_DLADMM_LAYERS_MAX][4]; /* W, b, z, a or u */
    clarke_real *m[CLARKE_DLADMM_LAYERS_MAX];        /* [width[l + 1]][N] */
    clarke_real *old[CLARKE_DLADMM_LAYERS_MAX][4];   /* W and a before the backward sweep, where the
                                                        printed steps start from them */
    clarke_real *e, *t;                              /* [widest][N] E_l and a product */
    clarke_real *g, *step; /* a gradient and a candidate's step: the largest block */
};

static inline size_t dladmm_net_rows(const clarke_dladmm_net *net, size_t l)
{
    return net->d->width[l + 1];
}

static inline size_t dladmm_net_count(const clarke_dladmm_net *net, size_t l, size_t kind)
{
    const clarke_dladmm *d = net->d;
    const size_t rows = d->width[l + 1];
    if (kind == CLARKE_DLADMM_B) return rows;
    return rows * (kind == CLARKE_DLADMM_W ? d->width[l] : d->samples);
}

static inline const clarke_real *dladmm_net_before(const clarke_dladmm_net *net, size_t l)
{
    return l > 0 ? net->block[l - 1][CLARKE_DLADMM_A] : net->input;
}

static inline bool dladmm_net_last(const clarke_dladmm_net *net, size_t l)
{
    return l + 1 == net->d->layers;
}

/* The weight of |Z_l - M_l|^2 / 2. */
static inline double dladmm_net_weight(const clarke_dladmm_net *net, size_t l)
{
    return dladmm_net_last(net, l) ? net->now.rho : net->now.nu;
}

/* The updates of W_l, b_l and hidden a_l, and of z_L. The constant that was accepted goes to *accepted;
   how many were tried, or how many steps the solver of z_L took, to *trials. */
void CLARKE_REAL(clarke_dladmm_descend)(clarke_dladmm_net *net, const clarke_dladmm_phase *p,
                                        double *accepted, double *trials);
void CLARKE_REAL(clarke_dladmm_minimise_last)(clarke_dladmm_net *net, double *accepted,
                                              double *trials);
