/* m_{k+1} = m_k - theta_k (m_k - g_k), x_{k+1} = x_k - eta_k (m_{k+1} + alpha g_k)
   (Xiao, Hu, Toh, arXiv 2307.10053, with phi = |.|^2/2). */
#include "methods/lib/sgd_type.h"

extern const clarke_regularizer_desc clarke_regularizer_half_square;

static clarke_status heavy_ball_init(clarke_iter *it, const void *params, void *state)
{
    return clarke_sgd_init(it, params, state, &clarke_regularizer_half_square, true);
}

static clarke_status heavy_ball_step(clarke_iter *it, void *state, size_t phase)
{
    clarke_sgd *s = state;
    double *x = it->x, *m = s->m;
    const double eta = it->eta, theta = clarke_sgd_theta(it, s), alpha = s->p.alpha;
    const double keep = 1.0 - eta * s->p.weight_decay;
    (void)phase;
    clarke_oracle_subgradient(it->oracle, x, s->g);
    for (size_t j = 0; j < it->n; j++) {
        const double g = s->g[j], old = m[j];
        m[j] = old - theta * (old - g);
        x[j] = keep * x[j] - eta * ((s->p.old_order ? old : m[j]) + alpha * g);
    }
    return CLARKE_OK;
}

static const clarke_param heavy_ball_params[] = {
    CLARKE_SGD_ALPHA, CLARKE_SGD_WEIGHT_DECAY, CLARKE_SGD_FIRST, CLARKE_SGD_ORDER, {0}};
static const clarke_phase heavy_ball_phase[] = {{"x", CLARKE_ALL_BLOCKS}};

const clarke_method_desc clarke_method_heavy_ball = {
    .title = "Heavy-ball stochastic subgradient method",
    .formula = "m_{k+1} = m_k - theta_k (m_k - g_k), x_{k+1} = x_k - eta_k (m_{k+1} + alpha "
               "g_k)",
    .source = "Xiao, Hu, Toh, arXiv 2307.10053 (recalled), phi = |.|^2/2",
    .paper = "P1",
    .params = heavy_ball_params,
    .params_size = sizeof(clarke_sgd_params),
    .uses_momentum = true,
    .phases = 1,
    .phase = heavy_ball_phase,
    .state_size = sizeof(clarke_sgd),
    .init = heavy_ball_init,
    .step = heavy_ball_step,
};
