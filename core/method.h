/* A method: `init`, a table of named elementary updates (phases), and `step`, which performs
   exactly one. It allocates in init only, never prints, stops, counts or measures. */
#pragma once

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
} clarke_view;

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

/* What a method sees. Everything but x and the state is read-only to it. */
typedef struct clarke_iter {
    size_t n;
    clarke_layout layout;
    double *x; /* [n] */
    clarke_oracle *oracle;
    size_t k;
    double eta, theta;   /* of this step */
    double eta0, theta0; /* of step 0 */
    clarke_arena *mem;
    size_t views;
    clarke_view view[CLARKE_VIEWS_MAX];
    size_t phases;
    const clarke_phase *phase;
    const clarke_sgd_form *form; /* NULL unless the method is SGD-type */
} clarke_iter;

typedef struct clarke_method_desc {
    const char *title, *formula, *source;
    const char *paper; /* "P1" */
    const clarke_param *params;
    size_t params_size;
    bool uses_momentum; /* reads theta */
    size_t phases;
    const clarke_phase *phase; /* default table; init may set it->phase instead */
    size_t state_size;
    /* `params` is the filled struct, alive as long as the run. */
    clarke_status (*init)(clarke_iter *it, const void *params, void *state);
    clarke_status (*step)(clarke_iter *it, void *state, size_t phase);
} clarke_method_desc;

/* Declares a view; at most CLARKE_VIEWS_MAX. */
void clarke_iter_view(clarke_iter *it, const char *name, const double *value, size_t n);
