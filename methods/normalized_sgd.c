/* m_{k+1} = m_k - theta_k (m_k - g_k), x_{k+1} = x_k - eta_k (m_{k+1}/|m_{k+1}| + alpha g_k), with
   0 for 0/0 (Xiao, Hu, Toh, arXiv 2307.10053, with phi = |.|_2). */
#include "methods/lib/sgd_type.h"
#include "parts/lib/norm.h"

extern const clarke_regularizer_desc clarke_regularizer_l2;

static clarke_status normalized_sgd_init(clarke_iter *it, const void *params, void *state)
{
    return clarke_sgd_init(it, params, state, &clarke_regularizer_l2, true);
}

static void normalized_sgd_move(clarke_iter *it, const clarke_sgd *s)
{
    const double norm = clarke_norm(it->n, s->m), alpha = s->p.alpha;
    const double eta = it->eta, keep = 1.0 - eta * s->p.weight_decay;
    for (size_t j = 0; j < it->n; j++) {
        const double v = norm == 0.0 ? 0.0 : s->m[j] / norm;
        it->x[j] = keep * it->x[j] - eta * (v + alpha * s->g[j]);
    }
}

static clarke_status normalized_sgd_step(clarke_iter *it, void *state, size_t phase)
{
    clarke_sgd *s = state;
    const double theta = clarke_sgd_theta(it, s);
    (void)phase;
    clarke_oracle_subgradient(it->oracle, it->x, s->g);
    if (s->p.old_order) normalized_sgd_move(it, s);
    for (size_t j = 0; j < it->n; j++) s->m[j] -= theta * (s->m[j] - s->g[j]);
    if (!s->p.old_order) normalized_sgd_move(it, s);
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
