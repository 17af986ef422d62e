/* x_{k+1} = x_k - eta_k g_k. */
#include "core/clones.h"
#include "methods/lib/sgd_type.h"

extern const clarke_regularizer_desc clarke_regularizer_half_square;

static clarke_status sgd_init(clarke_iter *it, const void *params, void *state)
{
    return clarke_sgd_init(it, params, state, &clarke_regularizer_half_square, false);
}

CLARKE_CLONES void clarke_sgd_update(size_t n, const clarke_sgd_numbers *a,
                                     const double *restrict g, double *restrict x)
{
    const double eta = a->eta, keep = a->keep;
    for (size_t j = 0; j < n; j++) x[j] = keep * x[j] - eta * g[j];
}

static clarke_status sgd_step(clarke_iter *it, void *state, size_t phase)
{
    clarke_sgd *s = state;
    const clarke_sgd_numbers a = clarke_sgd_numbers_of(it, s);
    (void)phase;
    clarke_oracle_subgradient(it->oracle, it->x, s->g);
    clarke_sgd_update(it->n, &a, s->g, it->x);
    return CLARKE_OK;
}

static const clarke_param sgd_params[] = {CLARKE_SGD_WEIGHT_DECAY, {0}};
static const clarke_phase sgd_phase[] = {{"x", CLARKE_ALL_BLOCKS}};

const clarke_method_desc clarke_method_sgd = {
    .title = "Stochastic subgradient method",
    .formula = "x_{k+1} = x_k - eta_k g_k",
    .source = "Robbins and Monro 1951; Davis, Drusvyatskiy, Kakade, Lee 2020",
    .paper = "P1",
    .params = sgd_params,
    .params_size = sizeof(clarke_sgd_params),
    .phases = 1,
    .phase = sgd_phase,
    .state_size = sizeof(clarke_sgd),
    .init = sgd_init,
    .step = sgd_step,
};
