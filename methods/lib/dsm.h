/* The framework of Zhang, Xiao, Liu (arXiv 2403.11565), one agent a row:
     Z_{k+1} = mix(Z_k) - step H_k, mix(Z) = W'Z,
   for every block of Z, each with its own step; or, adapting first, Z_{k+1} = mix(Z_k - step H_k).
   A member says what H is: it samples, forms the rows of H, and moves its blocks. */
#pragma once

#include "methods/lib/sgd_type.h"

/* The union of the members' parameters; a member's table lists those it has. */
typedef struct {
    clarke_sgd_params phi; /* threshold, zero_sign, first_gradient */
    int adapt_first, new_momentum, regulariser, tracker_unmixed, tracker_from_zero,
        momentum_unmixed;
} clarke_dsm_params;

#define CLARKE_DSM_ORDER                                                                           \
    {                                                                                              \
        .name = "form", .kind = CLARKE_PARAM_CHOICE,                                               \
        .offset = offsetof(clarke_dsm_params, adapt_first), .fallback = "combine",                 \
        .choices = "combine|adapt",                                                                \
        .meaning = "combine, then adapt (the paper), or adapt, then combine"                       \
    }
#define CLARKE_DSM_MOMENTUM                                                                        \
    {                                                                                              \
        .name = "order", .kind = CLARKE_PARAM_CHOICE,                                              \
        .offset = offsetof(clarke_dsm_params, new_momentum), .fallback = "old",                    \
        .choices = "old|new", .meaning = "x uses the old momentum (the paper) or the new one"      \
    }
#define CLARKE_DSM_UNMIXED                                                                         \
    {                                                                                              \
        .name = "mix_momentum", .kind = CLARKE_PARAM_CHOICE,                                       \
        .offset = offsetof(clarke_dsm_params, momentum_unmixed), .fallback = "yes",                \
        .choices = "yes|no", .meaning = "no: each agent keeps its own, a named wrong variant"      \
    }
#define CLARKE_DSM_ZERO_SIGN                                                                       \
    {                                                                                              \
        .name = "zero_sign", .kind = CLARKE_PARAM_REAL,                                            \
        .offset = offsetof(clarke_dsm_params, phi.zero_sign), .fallback = "0", .low = -1.0,        \
        .high = 1.0, .meaning = "the selection of Sign(0)"                                         \
    }

typedef struct {
    clarke_dsm_params p;
    clarke_dsm_form form;
    double *g, *h, *work; /* [n] answers, one row an agent; H; scratch */
    double *m;            /* [n] momentum, or tracker; NULL where there is none */
} clarke_dsm;

/* Fills *s, sets it->dsm. A member that has a momentum says what phi acts on it. */
clarke_status clarke_dsm_init(clarke_iter *it, const clarke_dsm_params *params, clarke_dsm *s,
                              const clarke_regularizer_desc *phi, bool momentum);
/* s->g = the agents' answers at their rows of x. */
void clarke_dsm_sample(clarke_iter *it, clarke_dsm *s);
/* One block: z <- mix(z) - step h, or mix(z - step h). h may not be z. */
clarke_status clarke_dsm_move(clarke_iter *it, clarke_dsm *s, double *z, double step,
                              const double *h);
/* v = mixed + (g - old), then old = g (methods/dsgd_t.c). */
void clarke_dsgd_t_track(size_t n, const double *restrict mixed, const double *restrict g,
                         double *restrict old, double *restrict v);
/* Momentum: m <- A(m, theta_k, m - g) and x <- A(x, eta_k, v), v in d phi(m), in the member's
   order. */
clarke_status clarke_dsm_momentum_step(clarke_iter *it, clarke_dsm *s);
