/* m_{k+1} = m_k - theta_k (m_k - g_k), x_{k+1} = x_k - eta_k (m_{k+1} + alpha g_k)
   (Xiao, Hu, Toh, arXiv 2307.10053, with phi = |.|^2/2). */
#include "core/clones.h"
#include "methods/lib/sgd_type.h"

extern const clarke_regularizer_desc clarke_regularizer_half_square;

static clarke_status heavy_ball_init(clarke_iter *it, const void *params, void *state)
{
    return clarke_sgd_init(it, params, state, &clarke_regularizer_half_square, true);
}

CLARKE_CLONES void clarke_heavy_ball_update(size_t n, const clarke_sgd_numbers *a,
                                            const double *restrict g, double *restrict m,
                                            double *restrict x)
{
    const double eta = a->eta, keep = a->keep, alpha = a->alpha, theta = a->theta;
    const bool old_order = a->old_order;
    for (size_t j = 0; j < n; j++) {
        const double old = m[j];
        m[j] = old - theta * (old - g[j]);
        x[j] = keep * x[j] - eta * ((old_order ? old : m[j]) + alpha * g[j]);
    }
}

static clarke_status heavy_ball_step(clarke_iter *it, void *state, size_t phase)
{
    clarke_sgd *s = state;
    const clarke_sgd_numbers a = clarke_sgd_numbers_of(it, s);
    (void)phase;
    clarke_oracle_subgradient(it->oracle, it->x, s->g);
    clarke_heavy_ball_update(it->n, &a, s->g, s->m, it->x);
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
