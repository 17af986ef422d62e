/* X_{k+1} = mix(X_k) - eta_k sign(M_k), M_{k+1} = mix(M_k) - theta_k (M_k - G_k), theta_k = tau eta_k:
   the sign of the mixed momentum (Zhang, Xiao, Liu, arXiv 2403.11565). Signs of what an agent keeps
   to itself (`mix_momentum=no`, a named wrong variant) have another limit. */
#include "methods/lib/dsm.h"

extern const clarke_regularizer_desc clarke_regularizer_l1;

static clarke_status dsign_sgd_init(clarke_iter *it, const void *params, void *state)
{
    return clarke_dsm_init(it, params, state, &clarke_regularizer_l1, true);
}

static clarke_status dsign_sgd_step(clarke_iter *it, void *state, size_t phase)
{
    (void)phase;
    return clarke_dsm_momentum_step(it, state);
}

static const clarke_param dsign_sgd_params[] = {
    CLARKE_DSM_ORDER, CLARKE_DSM_MOMENTUM, CLARKE_DSM_UNMIXED, CLARKE_DSM_ZERO_SIGN, {0}};
static const clarke_phase dsign_sgd_phase[] = {{"x", CLARKE_ALL_BLOCKS}};

const clarke_method_desc clarke_method_dsign_sgd = {
    .title = "Decentralised sign stochastic subgradient method",
    .formula = "X_{k+1} = X_k W - eta_k sign(M_k), M_{k+1} = M_k W - theta_k (M_k - G_k)",
    .source = "Zhang, Xiao, Liu, arXiv 2403.11565 (second-hand)",
    .paper = "P0",
    .params = dsign_sgd_params,
    .params_size = sizeof(clarke_dsm_params),
    .uses_momentum = true,
    .decentralised = true,
    .phases = 1,
    .phase = dsign_sgd_phase,
    .state_size = sizeof(clarke_dsm),
    .init = dsign_sgd_init,
    .step = dsign_sgd_step,
};
