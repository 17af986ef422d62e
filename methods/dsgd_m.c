/* X_{k+1} = mix(X_k) - eta_k v_k, v_k in d phi(M_k), M_{k+1} = mix(M_k) - theta_k (M_k - G_k), theta_k
   = tau eta_k: momentum, mixed like X (Zhang, Xiao, Liu, arXiv 2403.11565, phi = |.|^2/2; the other
   regularisers are those of Xiao, Hu, Toh, arXiv 2307.10053). `mix_momentum=no` is a named wrong
   variant. */
#include "methods/lib/dsm.h"

extern const clarke_regularizer_desc clarke_regularizer_half_square, clarke_regularizer_l1,
    clarke_regularizer_l2, clarke_regularizer_huber_norm, clarke_regularizer_huber_coordinate;

static clarke_status dsgd_m_init(clarke_iter *it, const void *params, void *state)
{
    static const clarke_regularizer_desc *const phi[] = {
        &clarke_regularizer_half_square, &clarke_regularizer_l1, &clarke_regularizer_l2,
        &clarke_regularizer_huber_norm, &clarke_regularizer_huber_coordinate};
    const clarke_dsm_params *p = params;
    return clarke_dsm_init(it, p, state, phi[p->regulariser], true);
}

static clarke_status dsgd_m_step(clarke_iter *it, void *state, size_t phase)
{
    (void)phase;
    return clarke_dsm_momentum_step(it, state);
}

static const clarke_param dsgd_m_params[] = {
    CLARKE_DSM_ORDER,
    CLARKE_DSM_MOMENTUM,
    CLARKE_DSM_UNMIXED,
    CLARKE_DSM_ZERO_SIGN,
    {"phi", CLARKE_PARAM_CHOICE, offsetof(clarke_dsm_params, regulariser), "half_square", 0.0, 0.0,
     "half_square|l1|l2|huber_norm|huber_coordinate", "the convex function of the momentum"},
    {"threshold", CLARKE_PARAM_REAL, offsetof(clarke_dsm_params, phi.threshold), "1", 1e-300, 1e300,
     NULL, "C of the Huber functions, in units of the subgradient"},
    {0}};
static const clarke_phase dsgd_m_phase[] = {{"x", CLARKE_ALL_BLOCKS}};

const clarke_method_desc clarke_method_dsgd_m = {
    .title = "Decentralised stochastic subgradient method with momentum",
    .formula = "X_{k+1} = X_k W - eta_k v_k, v_k in d phi(M_k), M_{k+1} = M_k W - theta_k (M_k - "
               "G_k)",
    .source = "Zhang, Xiao, Liu, arXiv 2403.11565 (derived from the framework's form)",
    .paper = "P0",
    .params = dsgd_m_params,
    .params_size = sizeof(clarke_dsm_params),
    .uses_momentum = true,
    .decentralised = true,
    .phases = 1,
    .phase = dsgd_m_phase,
    .state_size = sizeof(clarke_dsm),
    .init = dsgd_m_init,
    .step = dsgd_m_step,
};
