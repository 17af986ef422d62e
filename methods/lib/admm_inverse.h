/* The block minimisers of alternating direction of multipliers with inverses (Taylor, Burmeister, Xu,
   Singh, Patel, Goldstein 2016), in one precision (admm_inverse_real.c, compiled twice). */
#pragma once

#include "methods/lib/dladmm.h"

typedef struct clarke_admm_net clarke_admm_net;
typedef struct {
    /* damping: added to the diagonal of a a^T, as a multiple of its mean. */
    clarke_admm_net *(*make)(const clarke_dladmm *d, double damping, clarke_arena *mem);
    void (*load)(clarke_admm_net *net, double *x);
    clarke_status (*step)(clarke_admm_net *net, size_t kind, size_t layer, clarke_inner *inner);
    void (*store)(const clarke_admm_net *net, size_t kind, size_t layer, double *x);
    /* R(z_L), and |r|. */
    double (*objective)(clarke_admm_net *net, double *residual);
} clarke_admm_engine;

extern const clarke_admm_engine clarke_admm_inverse_real, clarke_admm_inverse_real_single;
