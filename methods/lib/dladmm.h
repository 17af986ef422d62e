/* dlADMM (Wang, Yu, Chen, Zhao, arXiv 1905.13611, algorithms 1 to 5): its phases, its parameters, and
   the computation in one precision (dladmm_real.c, compiled twice). */
#pragma once

#include "core/dladmm.h"
#include "core/method.h"

typedef enum { CLARKE_DLADMM_CLOSED, CLARKE_DLADMM_LOOP } clarke_dladmm_backtrack;
typedef enum { CLARKE_DLADMM_NEWTON, CLARKE_DLADMM_FISTA } clarke_dladmm_last;
typedef enum { CLARKE_DLADMM_GLOBAL, CLARKE_DLADMM_LOCAL } clarke_dladmm_hidden_kind;

typedef struct {
    double initial, factor;              /* theta and tau begin at `initial` and grow by `factor` */
    int backtrack;                       /* clarke_dladmm_backtrack */
    int printed_b, printed_w, printed_a; /* as the paper prints the step */
    int last;                            /* clarke_dladmm_last, of the softmax */
    double fista_step, fista_tolerance;
    size_t fista_steps;
    int hidden; /* clarke_dladmm_hidden_kind */
    double rho_factor, rho_max, initial_factor;
    size_t rho_every, rho_rises;
    int nu_is_rho, precision;
} clarke_dladmm_opts;

/* What holds in the current iteration. */
typedef struct {
    double rho, nu, initial;
} clarke_dladmm_now;

/* rho grows by rho_factor, `initial` by initial_factor, up to rho_max: at every rho_every-th iteration,
   and, as in the authors' code, when the cost of the network rose in rho_rises iterations running. 0:
   never. */
typedef struct {
    clarke_dladmm_now now;
    double cost; /* before */
    size_t rises;
} clarke_dladmm_schedule;

/* One elementary update: of a kind CLARKE_DLADMM_W, ..., at layer 0..L-1; the dual is kind A of the
   last layer. */
typedef struct {
    size_t kind, layer;
    bool forward;
} clarke_dladmm_phase;

/* Algorithm 1: layers L..1 backward (a, z, b, W; at L: z, b, W), then 1..L forward (W, b, z, a; at
   L: W, b, z, u). */
size_t clarke_dladmm_phases(size_t layers);
clarke_dladmm_phase clarke_dladmm_phase_at(size_t layers, size_t phase);

void clarke_dladmm_schedule_begin(clarke_dladmm_schedule *s, const clarke_dladmm *d,
                                  const clarke_dladmm_opts *o);
/* Before iteration k = 1, 2, ...; cost: of the network after the one before, if o->rho_rises > 0. */
void clarke_dladmm_schedule_next(clarke_dladmm_schedule *s, const clarke_dladmm_opts *o, size_t k,
                                 double cost);

typedef struct clarke_dladmm_net clarke_dladmm_net;
typedef struct {
    size_t real_size;
    clarke_dladmm_net *(*make)(const clarke_dladmm *d, const clarke_dladmm_opts *o,
                               clarke_arena *mem);
    /* The iterate to go on from. In double the net then works in x itself. */
    void (*load)(clarke_dladmm_net *net, double *x);
    /* Forms the products W_l a_{l-1} + b_l 1^T anew. */
    void (*refresh)(clarke_dladmm_net *net);
    /* The constant of the quadratic model that was accepted (theta, tau, nu N, rho N, rho), 0 where
       there is none, INFINITY where none was found and the point stays. inner->iterations: the
       candidates tried, or the steps of the solver of z_L. */
    double (*step)(clarke_dladmm_net *net, const clarke_dladmm_phase *p,
                   const clarke_dladmm_now *now, clarke_inner *inner);
    /* The touched block into x, in single precision. */
    void (*store)(const clarke_dladmm_net *net, const clarke_dladmm_phase *p, double *x);
    /* R(z_L) + Omega, and |r|. */
    double (*objective)(const clarke_dladmm_net *net, double *residual);
    /* R of a pass through the network with W and b alone. Between iterations only. */
    double (*cost)(clarke_dladmm_net *net);
} clarke_dladmm_engine;

extern const clarke_dladmm_engine clarke_dladmm_engine_real, clarke_dladmm_engine_real_single;

/* z = a minimiser of (z - m)^2 + (a - f(z))^2, entry by entry; of two, the one on the left. The
   number of entries with two, where it can be known (f piecewise linear). local: f piecewise linear,
   and z stays on its piece, a local minimiser there. */
size_t CLARKE_REAL(clarke_dladmm_hidden)(const clarke_activation_desc *f,
                                         const clarke_activation_opts *o, bool local, size_t n,
                                         const clarke_real *m, const clarke_real *a,
                                         clarke_real *z);
/* Column j of z[rows][count] = the minimiser of the softmax's cross-entropy with target y plus
   <u, z> + (rho/2) |z - m|^2, by damped Newton steps from what z holds. The largest number of steps
   that a column took. */
size_t CLARKE_REAL(clarke_dladmm_newton)(size_t rows, size_t count, double rho,
                                         const clarke_real *m, const clarke_real *u,
                                         const clarke_real *y, clarke_real *z);
enum { CLARKE_DLADMM_CLASSES_MAX = 256 };
