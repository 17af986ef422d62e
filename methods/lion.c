/* Lion with step-dependent betas, as in the official code of Xiao, Hu, Toh (GeneralSGD): with
   tau_i = (1 - beta_i) / eta_0 and b_i = max(1 - tau_i eta_k, beta_i),
     x <- (1 - eta_k lambda) x - eta_k (sign(b_1 m + (1 - b_1) g) + alpha g),
     m <- b_2 m + (1 - b_2) g.
   So b_1 -> 1 as eta_k -> 0, which the theory needs; `schedule=constant` keeps b_i = beta_i. */
#include "core/clones.h"
#include "methods/lib/sgd_type.h"

#include <math.h>

extern const clarke_regularizer_desc clarke_regularizer_l1;

static clarke_status lion_init(clarke_iter *it, const void *params, void *state)
{
    clarke_sgd *s = state;
    CLARKE_TRY(clarke_sgd_init(it, params, s, &clarke_regularizer_l1, true));
    s->form.interpolated = true;
    return CLARKE_OK;
}

static double lion_beta(const clarke_iter *it, const clarke_sgd *s, double beta)
{
    return s->p.constant ? beta : fmax(1.0 - (1.0 - beta) / it->eta0 * it->eta, beta);
}

CLARKE_CLONES void clarke_lion_update(size_t n, const clarke_sgd_numbers *a,
                                      const double *restrict g, double *restrict m,
                                      double *restrict x)
{
    const double eta = a->eta, keep = a->keep, alpha = a->alpha, zero = a->zero;
    const double b1 = a->beta1, b2 = a->beta2;
    for (size_t j = 0; j < n; j++) {
        const double u = b1 * m[j] + (1.0 - b1) * g[j];
        x[j] = keep * x[j] - eta * (clarke_sgd_sign(u, zero) + alpha * g[j]);
        m[j] = b2 * m[j] + (1.0 - b2) * g[j];
    }
}

static clarke_status lion_step(clarke_iter *it, void *state, size_t phase)
{
    clarke_sgd *s = state;
    clarke_sgd_numbers a = clarke_sgd_numbers_of(it, s);
    a.beta1 = lion_beta(it, s, s->p.beta1);
    a.beta2 = lion_beta(it, s, s->p.beta2);
    (void)phase;
    clarke_oracle_subgradient(it->oracle, it->x, s->g);
    clarke_lion_update(it->n, &a, s->g, s->m, it->x);
    return CLARKE_OK;
}

static const clarke_param lion_params[] = {
    CLARKE_SGD_ALPHA,
    CLARKE_SGD_WEIGHT_DECAY,
    CLARKE_SGD_ZERO_SIGN,
    {"beta1", CLARKE_PARAM_REAL, offsetof(clarke_sgd_params, beta1), "0.9", 0.0, 1.0, NULL,
     "weight of the momentum in the direction"},
    {"beta2", CLARKE_PARAM_REAL, offsetof(clarke_sgd_params, beta2), "0.99", 0.0, 1.0, NULL,
     "weight of the old momentum in the new one"},
    {"schedule", CLARKE_PARAM_CHOICE, offsetof(clarke_sgd_params, constant), "scaled", 0.0, 0.0,
     "scaled|constant", "1 - b_i falls with eta_k, or stays"},
    {0}};
static const clarke_phase lion_phase[] = {{"x", CLARKE_ALL_BLOCKS}};

const clarke_method_desc clarke_method_lion = {
    .title = "Lion",
    .formula = "x_{k+1} = x_k - eta_k (sign(b1_k m_k + (1 - b1_k) g_k) + alpha g_k), m_{k+1} = "
               "b2_k m_k + (1 - b2_k) g_k",
    .source = "Xiao, Hu, Toh, arXiv 2307.10053, official code (GeneralSGD)",
    .paper = "P1",
    .params = lion_params,
    .params_size = sizeof(clarke_sgd_params),
    .phases = 1,
    .phase = lion_phase,
    .state_size = sizeof(clarke_sgd),
    .init = lion_init,
    .step = lion_step,
};
