/* A method: `init`, a table of named elementary updates (phases), and `step`, which performs
   exactly one. It allocates in init only, never prints, stops, counts or measures. */
#pragma once

#include "core/mixing.h"
#include "core/oracle.h"
#include "core/regularizer.h"

typedef struct {
    const char *name;
    size_t block; /* of the layout that the phase touches, or CLARKE_ALL_BLOCKS */
} clarke_phase;

#define CLARKE_ALL_BLOCKS ((size_t)-1)

/* A named read-only view of a method's state: "momentum", "direction", "tracker", ... */
typedef struct {
    const char *name;
    const double *value; /* [n] */
    size_t n;
    unsigned role; /* CLARKE_VIEW_* */
} clarke_view;

enum {
    CLARKE_VIEW_MIXED = 1u << 0, /* agents x dim like the iterate, and a block of what is mixed */
    CLARKE_VIEW_OF_STEP =
        1u << 1 /* agents x dim: what the step used, not a state before or after */
};

enum { CLARKE_VIEWS_MAX = 8 };

/* How an SGD-type method (Xiao, Hu, Toh 2307.10053) forms its step, for those who judge it:
     u_k = (1 - c_k) m_k + c_k g_k,  v_k in d phi(u_k),
     x_{k+1} = (1 - eta_k lambda) x_k - eta_k (v_k + alpha g_k),
     m_{k+1} = (1 - theta_k) m_k + theta_k g_k. */
typedef struct {
    const clarke_regularizer_desc *phi;
    clarke_regularizer_opts opts;
    double alpha, weight_decay;
    double beta1, beta2; /* Lion's; not read unless `interpolated` */
    bool interpolated;   /* Lion: c_k and theta_k from beta1, beta2 */
    bool beta_constant;  /* Lion with constant betas */
    bool memoryless;     /* SGD: c_k = theta_k = 1 */
    bool old_momentum;   /* u_k = m_k instead of m_{k+1} */
    bool first_gradient; /* m_1 = g_0 (the official code) */
    bool per_sample;     /* phi acts on the sample, not on the momentum (a named wrong variant) */
} clarke_sgd_form;

/* How a decentralised method (Zhang, Xiao, Liu, arXiv 2403.11565) forms its step, one agent a row,
   for those who judge it. With mix(Z) = W'Z, and A(Z, step, H) = mix(Z) - step H, or mix(Z - step H)
   if it adapts first:
     x_{k+1} = A(x_k, eta_k, v_k), v_k in d phi(u_k), u_k = g_k, or m_k (m_{k+1} if `new_momentum`),
     m_{k+1} = A(m_k, theta_k, m_k - g_k),
   and with a tracker v_0 = g_0, v_k = mix(v_{k-1}) + g_k - g_{k-1}. */
typedef struct {
    clarke_sgd_form mean; /* what the mean follows */
    bool momentum, tracker;
    bool adapt_first;
    /* Named wrong variants. */
    bool tracker_unmixed, tracker_from_zero, momentum_unmixed;
} clarke_dsm_form;

/* What solving a phase's subproblem came to. */
typedef struct {
    size_t ties;       /* entries with two minimisers: the update is set-valued there */
    size_t iterations; /* of inner solvers */
    size_t missed;     /* inner solves that ended short of their tolerance */
} clarke_inner;

/* What a method sees. Everything but x and the state is read-only to it. */
typedef struct clarke_iter {
    size_t n; /* of the iterate: agents x dim */
    clarke_layout layout;
    double *x;               /* [n], one agent a row */
    clarke_oracle *oracle;   /* [agents] each agent's own */
    size_t agents, dim;      /* 1, n where the method is not decentralised */
    const clarke_mixer *mix; /* NULL where there is no network */
    const clarke_spec *spec; /* the method and its settings as they were asked for */
    size_t k;
    double eta, theta;   /* of this step */
    double eta0, theta0; /* of step 0 */
    clarke_arena *mem;
    size_t views;
    clarke_view view[CLARKE_VIEWS_MAX];
    size_t phases;
    const clarke_phase *phase;
    const clarke_sgd_form *form; /* NULL unless the method is SGD-type */
    clarke_inner inner;          /* of this phase: all 0 before the step, which may set it */
    const clarke_dsm_form *dsm;  /* NULL unless it is decentralised */
} clarke_iter;

typedef struct clarke_method_desc {
    const char *title, *formula, *source;
    const char *paper; /* "P1" */
    const clarke_param *params;
    size_t params_size;
    bool uses_momentum; /* reads theta */
    bool decentralised; /* one agent a row, mixed over a network */
    size_t phases;
    const clarke_phase *phase; /* default table; init may set it->phase instead */
    size_t state_size;
    /* `params` is the filled struct, alive as long as the run. */
    clarke_status (*init)(clarke_iter *it, const void *params, void *state);
    clarke_status (*step)(clarke_iter *it, void *state, size_t phase);
    /* NULL, or what is to be done when the run is over, whether init and the steps went well or not:
       for what an arena does not free. The state is zeroed before init. */
    void (*end)(clarke_iter *it, void *state);
} clarke_method_desc;

/* Declares a view; at most CLARKE_VIEWS_MAX. */
void clarke_iter_view(clarke_iter *it, const char *name, const double *value, size_t n);
/* One with a role; [it->n]. */
void clarke_iter_view_as(clarke_iter *it, const char *name, const double *value, unsigned role);
