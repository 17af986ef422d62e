/* dlADMM (Wang, Yu, Chen, Zhao, arXiv 1905.13611, algorithms 1 to 5): its phases, its parameters, and
   the computation in one precision (dladmm_real.c, compiled twice). */
#pragma once

#include "core/dladmm.h"
#include "core/method.h"

typedef enum { CLARKE_DLADMM_CLOSED, CLARKE_DLADMM_LOOP } clarke_dladmm_backtrack;
typedef enum { CLARKE_DLADMM_NEWTON, CLARKE_DLADMM_FISTA } clarke_dladmm_last;

typedef struct {
    double initial, factor;              /* theta and tau begin at `initial` and grow by `factor` */
    int backtrack;                       /* clarke_dladmm_backtrack */
    int printed_b, printed_w, printed_a; /* as the paper prints the step */
    int last;                            /* clarke_dladmm_last, of the softmax */
    double fista_step, fista_tolerance;
    size_t fista_steps;
    double rho_factor, rho_max;
    size_t rho_every;
    int precision;
} clarke_dladmm_opts;

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
    double (*step)(clarke_dladmm_net *net, const clarke_dladmm_phase *p, double rho,
                   clarke_inner *inner);
    /* The touched block into x, in single precision. */
    void (*store)(const clarke_dladmm_net *net, const clarke_dladmm_phase *p, double *x);
    /* R(z_L) + Omega, and |r|. */
    double (*objective)(const clarke_dladmm_net *net, double *residual);
} clarke_dladmm_engine;

extern const clarke_dladmm_engine clarke_dladmm_engine_real, clarke_dladmm_engine_real_single;

/* z = a minimiser of (z - m)^2 + (a - f(z))^2, entry by entry; of two, the one on the left. The
   number of entries with two, where it can be known (f piecewise linear). */
size_t CLARKE_REAL(clarke_dladmm_hidden)(const clarke_activation_desc *f,
                                         const clarke_activation_opts *o, size_t n,
                                         const clarke_real *m, const clarke_real *a,
                                         clarke_real *z);
/* Column j of z[rows][count] = the minimiser of the softmax's cross-entropy with target y plus
   <u, z> + (rho/2) |z - m|^2, by damped Newton steps from what z holds. The largest number of steps
   that a column took. */
size_t CLARKE_REAL(clarke_dladmm_newton)(size_t rows, size_t count, double rho,
                                         const clarke_real *m, const clarke_real *u,
                                         const clarke_real *y, clarke_real *z);
enum { CLARKE_DLADMM_CLASSES_MAX = 256 };
