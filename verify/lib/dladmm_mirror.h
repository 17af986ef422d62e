/* What the measures of dlADMM share: the iterate before the current phase, the products
   M_l = W_l a_{l-1} + b_l 1^T in long double by plain loops, and the exact change of the augmented
   Lagrangian by one phase, formed from the terms that the phase touches.

   Rounding. u = 2^-53, |.| Frobenius unless said otherwise. The method keeps M_l up to date by one
   product for each change of W_l, b_l or a_{l-1}, at most 4 an iteration, and forms it anew every
   CLARKE_DLADMM_REFRESH iterations. Each product of inner length n and its addition leave at most
   u (n + 4) (|W_i|_2 |a_j|_2 + |b_i|) in entry (i, j) with the largest W, a, b since, twice for a
   change (the difference of two such states). So an entry of its M_l is off by at most
     drift = 2 u (4 REFRESH + 4) (n + 4) size,   size = max_i |W_i| max_j |a_j| + max |b|,
   the matrix by sqrt(n_l N) drift. Long double errors, 2^-64 of the same sizes, are below 1/1000 of
   that. */
#pragma once

#include "core/dladmm.h"
#include "core/measure.h"

#include <string.h>

typedef struct {
    const clarke_dladmm *d;
    size_t n;
    double *x;                                /* [n] before the phase */
    long double *m[CLARKE_DLADMM_LAYERS_MAX]; /* [width[l + 1]][N] of x */
    long double drift[CLARKE_DLADMM_LAYERS_MAX], size[CLARKE_DLADMM_LAYERS_MAX];
    long double *t, *g; /* [the largest block] */
    double *f;          /* [widest][N] */
    double rho, nu;     /* of the phase */
} clarke_dladmm_mirror;

/* One phase. The norms are of what its kind needs and otherwise 0. */
typedef struct {
    size_t kind, layer;
    bool forward, last;   /* of the last layer: z_L, and u for kind A */
    double constant;      /* accepted: theta, tau, nu N, rho N, rho */
    long double decrease; /* L_rho before - after */
    long double square;   /* |D|^2, D the block's change */
    long double curve;    /* of the smooth quadratic part: w |D a|^2, w |W D|^2 + nu |D|^2 */
    long double rounding; /* of the inequality that the kind's lemma states */
    long double optimality, optimality_rounding; /* |grad + constant D + s|, its bound */
    long double gap, gap_rounding;               /* hidden z: above the global minimum */
} clarke_dladmm_change;

/* The order of algorithm 1, written out anew; u is kind A of the last layer. */
void clarke_dladmm_order(size_t layers, size_t phase, clarke_dladmm_change *c);

clarke_status clarke_dladmm_mirror_begin(clarke_dladmm_mirror *s, const clarke_measure *m);
/* What the phase did. Afterwards s holds the iterate after it. The number of entries outside the
   phase's block that changed goes to *strayed. */
clarke_dladmm_change clarke_dladmm_mirror_step(clarke_dladmm_mirror *s, const clarke_event *e,
                                               size_t *strayed);

/* The same bookkeeping without looking at what the phase did. */
void clarke_dladmm_mirror_follow(clarke_dladmm_mirror *s, const clarke_event *e);

static inline size_t clarke_dladmm_count(const clarke_dladmm *d, size_t l, size_t kind)
{
    return d->width[l + 1] * (kind == CLARKE_DLADMM_W   ? d->width[l]
                              : kind == CLARKE_DLADMM_B ? 1
                                                        : d->samples);
}

/* a_{l-1} for layer l = 0..L-1, the samples for the first. */
static inline const double *clarke_dladmm_before(const clarke_dladmm *d, const double *x, size_t l)
{
    return l > 0 ? x + d->at[l - 1][CLARKE_DLADMM_A] : d->input;
}

/* dladmm_terms.c: norms and products by plain loops. */
long double clarke_dladmm_norm(size_t n, const double *x);
/* Of |Z_l - M_l|^2 / 2. */
long double clarke_dladmm_weight(const clarke_dladmm_mirror *s, size_t l);
/* out[rows][N] = D a, D[rows][in] */
void clarke_dladmm_product(const clarke_dladmm *d, size_t l, const long double *direction,
                           const double *a, long double *out);
/* out[rows][N] = W D, D[in][N] */
void clarke_dladmm_image(const clarke_dladmm *d, size_t l, const double *w,
                         const long double *direction, long double *out);
/* Omega(W). */
long double clarke_dladmm_omega(const clarke_dladmm *d, size_t n, const double *w);

/* R(z), and its gradient (NULL: not wanted), in long double. */
long double clarke_dladmm_loss(const clarke_dladmm *d, const double *z, long double *gradient);
/* R(z - r) for r[K][N]. */
long double clarke_dladmm_loss_shifted(const clarke_dladmm *d, const double *z,
                                       const long double *r);
/* E_l = dL/dM_l, entry i, with M_l of the mirror. */
long double clarke_dladmm_error(const clarke_dladmm_mirror *s, const double *x, size_t l, size_t i);
/* g[W] = E_l a_{l-1}^T; g[a_l] = W_{l+1}^T E_{l+1} + nu (a_l - f(z_l)), without f in s->f. */
void clarke_dladmm_gradient_w(const clarke_dladmm_mirror *s, const double *x, size_t l,
                              long double *g);
void clarke_dladmm_gradient_a(clarke_dladmm_mirror *s, const double *x, size_t l, long double *g);
/* The augmented Lagrangian, all of it. */
long double clarke_dladmm_lagrangian(clarke_dladmm_mirror *s, const double *x);
/* A bound of |grad R + u + rho (z - M)| in entry i after an exact solve for z_L in double. */
long double clarke_dladmm_solve_rounding(const clarke_dladmm_mirror *s, const double *x, size_t i);
/* (t - m)^2 + (a - f(t))^2. */
long double clarke_dladmm_entry(const clarke_dladmm *d, long double m, long double a,
                                long double t);
/* The same at its global minimum, from candidates in closed form or a fine search. */
long double clarke_dladmm_hidden_minimum(const clarke_dladmm *d, long double m, long double a);
/* f(t), one number. */
double clarke_dladmm_activation(const clarke_dladmm *d, double t);

/* dladmm_phase.c: what the phase c->kind, c->layer, ... did, s still holding the iterate before it. */
void clarke_dladmm_phase_change(clarke_dladmm_mirror *s, const double *x, clarke_dladmm_change *c);

/* dladmm_kkt.c: how far the augmented Lagrangian is from stationary in one block: the distance of 0
   from its limiting subdifferential there. z: hidden, *gap grows by how much they lie above their
   global minimum. last: z_L, with |r| and a bound of the rounding. */
long double clarke_dladmm_kkt_w(clarke_dladmm_mirror *s, const double *x, size_t l);
long double clarke_dladmm_kkt_b(const clarke_dladmm_mirror *s, const double *x, size_t l);
long double clarke_dladmm_kkt_z(const clarke_dladmm_mirror *s, const double *x, size_t l,
                                long double *gap);
long double clarke_dladmm_kkt_a(clarke_dladmm_mirror *s, const double *x, size_t l);
long double clarke_dladmm_kkt_last(clarke_dladmm_mirror *s, const double *x, long double *residual,
                                   long double *rounding);
