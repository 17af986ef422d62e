/* m_{k+1} = m_k - theta_k (m_k - g_k), x_{k+1} = x_k - eta_k (m_{k+1}/|m_{k+1}| + alpha g_k), with
   0 for 0/0 (Xiao, Hu, Toh, arXiv 2307.10053, with phi = |.|_2). */
#include "core/clones.h"
#include "methods/lib/sgd_type.h"
#include "parts/lib/norm.h"

extern const clarke_regularizer_desc clarke_regularizer_l2;

static clarke_status normalized_sgd_init(clarke_iter *it, const void *params, void *state)
{
    return clarke_sgd_init(it, params, state, &clarke_regularizer_l2, true);
}

CLARKE_CLONES void clarke_normalized_sgd_move(size_t n, const clarke_sgd_numbers *a, double norm,
                                              const double *restrict g, const double *restrict m,
                                              double *restrict x)
{
    const double eta = a->eta, keep = a->keep, alpha = a->alpha;
    /* m = 0 where its norm is 0. */
    const double length = norm == 0.0 ? 1.0 : norm;
    for (size_t j = 0; j < n; j++) x[j] = keep * x[j] - eta * (m[j] / length + alpha * g[j]);
}

static void normalized_sgd_move(clarke_iter *it, const clarke_sgd *s, const clarke_sgd_numbers *a)
{
    clarke_normalized_sgd_move(it->n, a, clarke_norm(it->n, s->m), s->g, s->m, it->x);
}

static clarke_status normalized_sgd_step(clarke_iter *it, void *state, size_t phase)
{
    clarke_sgd *s = state;
    const clarke_sgd_numbers a = clarke_sgd_numbers_of(it, s);
    (void)phase;
    clarke_oracle_subgradient(it->oracle, it->x, s->g);
    if (a.old_order) normalized_sgd_move(it, s, &a);
    clarke_sgd_average(it->n, a.theta, s->g, s->m);
    if (!a.old_order) normalized_sgd_move(it, s, &a);
    return CLARKE_OK;
}

static const clarke_param normalized_sgd_params[] = {
    CLARKE_SGD_ALPHA, CLARKE_SGD_WEIGHT_DECAY, CLARKE_SGD_FIRST, CLARKE_SGD_ORDER, {0}};
static const clarke_phase normalized_sgd_phase[] = {{"x", CLARKE_ALL_BLOCKS}};

const clarke_method_desc clarke_method_normalized_sgd = {
    .title = "Normalized stochastic subgradient method with momentum",
    .formula = "m_{k+1} = m_k - theta_k (m_k - g_k), x_{k+1} = x_k - eta_k (m_{k+1} / "
               "|m_{k+1}| + alpha g_k)",
    .source = "Xiao, Hu, Toh, arXiv 2307.10053 (recalled), phi = |.|_2",
    .paper = "P1",
    .params = normalized_sgd_params,
    .params_size = sizeof(clarke_sgd_params),
    .uses_momentum = true,
    .phases = 1,
    .phase = normalized_sgd_phase,
    .state_size = sizeof(clarke_sgd),
    .init = normalized_sgd_init,
    .step = normalized_sgd_step,
};
