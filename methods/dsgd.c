/* X_{k+1} = mix(X_k) - eta_k G_k, row i of G_k a subgradient of f_i at x_i (Zhang, Xiao, Liu, arXiv
   2403.11565). */
#include "methods/lib/dsm.h"

extern const clarke_regularizer_desc clarke_regularizer_half_square;

static clarke_status dsgd_init(clarke_iter *it, const void *params, void *state)
{
    return clarke_dsm_init(it, params, state, &clarke_regularizer_half_square, false);
}

static clarke_status dsgd_step(clarke_iter *it, void *state, size_t phase)
{
    clarke_dsm *s = state;
    (void)phase;
    clarke_dsm_sample(it, s);
    return clarke_dsm_move(it, s, it->x, it->eta, s->g);
}

static const clarke_param dsgd_params[] = {CLARKE_DSM_ORDER, {0}};
static const clarke_phase dsgd_phase[] = {{"x", CLARKE_ALL_BLOCKS}};

const clarke_method_desc clarke_method_dsgd = {
    .title = "Decentralised stochastic subgradient method",
    .formula = "X_{k+1} = X_k W - eta_k G_k",
    .source = "Zhang, Xiao, Liu, arXiv 2403.11565 (second-hand)",
    .paper = "P0",
    .params = dsgd_params,
    .params_size = sizeof(clarke_dsm_params),
    .decentralised = true,
    .phases = 1,
    .phase = dsgd_phase,
    .state_size = sizeof(clarke_dsm),
    .init = dsgd_init,
    .step = dsgd_step,
};
