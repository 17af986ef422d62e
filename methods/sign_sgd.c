/* m_{k+1} = m_k - theta_k (m_k - g_k), x_{k+1} = x_k - eta_k (sign(m_{k+1}) + alpha g_k)
   (Xiao, Hu, Toh, arXiv 2307.10053, with phi = |.|_1). */
#include "core/clones.h"
#include "methods/lib/sgd_type.h"

extern const clarke_regularizer_desc clarke_regularizer_l1;

static clarke_status sign_sgd_init(clarke_iter *it, const void *params, void *state)
{
    return clarke_sgd_init(it, params, state, &clarke_regularizer_l1, true);
}

CLARKE_CLONES void clarke_sign_sgd_update(size_t n, const clarke_sgd_numbers *a,
                                          const double *restrict g, double *restrict m,
                                          double *restrict x)
{
    const double eta = a->eta, keep = a->keep, alpha = a->alpha, theta = a->theta, zero = a->zero;
    const bool old_order = a->old_order;
    for (size_t j = 0; j < n; j++) {
        const double old = m[j];
        m[j] = old - theta * (old - g[j]);
        const double v = clarke_sgd_sign(old_order ? old : m[j], zero);
        x[j] = keep * x[j] - eta * (v + alpha * g[j]);
    }
}

static clarke_status sign_sgd_step(clarke_iter *it, void *state, size_t phase)
{
    clarke_sgd *s = state;
    const clarke_sgd_numbers a = clarke_sgd_numbers_of(it, s);
    (void)phase;
    clarke_oracle_subgradient(it->oracle, it->x, s->g);
    clarke_sign_sgd_update(it->n, &a, s->g, s->m, it->x);
    return CLARKE_OK;
}

static const clarke_param sign_sgd_params[] = {CLARKE_SGD_ALPHA,     CLARKE_SGD_WEIGHT_DECAY,
                                               CLARKE_SGD_FIRST,     CLARKE_SGD_ORDER,
                                               CLARKE_SGD_ZERO_SIGN, {0}};
static const clarke_phase sign_sgd_phase[] = {{"x", CLARKE_ALL_BLOCKS}};

const clarke_method_desc clarke_method_sign_sgd = {
    .title = "Sign stochastic subgradient method with momentum",
    .formula = "m_{k+1} = m_k - theta_k (m_k - g_k), x_{k+1} = x_k - eta_k (sign(m_{k+1}) + "
               "alpha g_k)",
    .source = "Xiao, Hu, Toh, arXiv 2307.10053 (recalled), phi = |.|_1",
    .paper = "P1",
    .params = sign_sgd_params,
    .params_size = sizeof(clarke_sgd_params),
    .uses_momentum = true,
    .phases = 1,
    .phase = sign_sgd_phase,
    .state_size = sizeof(clarke_sgd),
    .init = sign_sgd_init,
    .step = sign_sgd_step,
};
