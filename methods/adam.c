/* m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2, and with the bias of the zero starts
   taken out, x -= eta (m / (1 - beta1^{k+1})) / (sqrt(v / (1 - beta2^{k+1})) + eps)
   (Kingma, Ba 2015, algorithm 1). */
#include "core/clones.h"
#include "core/method.h"
#include "methods/lib/sgd_updates.h"

typedef struct {
    double beta1, beta2, eps;
} adam_params;

typedef struct {
    adam_params p;
    double *g, *m, *v;   /* [n] the answer, the means of g and g^2 */
    double left1, left2; /* beta1^{k+1}, beta2^{k+1} */
} adam;

static clarke_status adam_init(clarke_iter *it, const void *params, void *state)
{
    adam *s = state;
    s->p = *(const adam_params *)params;
    s->left1 = s->left2 = 1.0;
    s->g = clarke_vec(it->mem, it->n);
    s->m = clarke_vec(it->mem, it->n);
    s->v = clarke_vec(it->mem, it->n);
    clarke_iter_view(it, "momentum", s->m, it->n);
    return clarke_arena_status(it->mem);
}

CLARKE_CLONES void clarke_adam_update(size_t n, const clarke_adam_numbers *a,
                                      const double *restrict g, double *restrict m,
                                      double *restrict v, double *restrict x)
{
    const double beta1 = a->beta1, beta2 = a->beta2, eta = a->eta, eps = a->eps;
    const double scale1 = a->scale1, scale2 = a->scale2;
    for (size_t j = 0; j < n; j++) {
        m[j] = beta1 * m[j] + (1.0 - beta1) * g[j];
        v[j] = beta2 * v[j] + (1.0 - beta2) * g[j] * g[j];
        x[j] -= eta * (scale1 * m[j] / (sqrt(scale2 * v[j]) + eps));
    }
}

static clarke_status adam_step(clarke_iter *it, void *state, size_t phase)
{
    adam *s = state;
    (void)phase;
    clarke_oracle_subgradient(it->oracle, it->x, s->g);
    s->left1 *= s->p.beta1;
    s->left2 *= s->p.beta2;
    const clarke_adam_numbers numbers = {
        it->eta, s->p.beta1, s->p.beta2, s->p.eps, 1.0 / (1.0 - s->left1), 1.0 / (1.0 - s->left2)};
    clarke_adam_update(it->n, &numbers, s->g, s->m, s->v, it->x);
    return CLARKE_OK;
}

static const clarke_param adam_table[] = {
    {"beta1", CLARKE_PARAM_REAL, offsetof(adam_params, beta1), "0.9", 0.0, 0.999999, NULL,
     "weight of the past in the mean of g"},
    {"beta2", CLARKE_PARAM_REAL, offsetof(adam_params, beta2), "0.999", 0.0, 0.999999, NULL,
     "weight of the past in the mean of g^2"},
    {"eps", CLARKE_PARAM_REAL, offsetof(adam_params, eps), "1e-8", 1e-300, 1e6, NULL,
     "added to the root"},
    {0}};
static const clarke_phase adam_phase[] = {{"x", CLARKE_ALL_BLOCKS}};

const clarke_method_desc clarke_method_adam = {
    .title = "Adam",
    .formula = "x_{k+1} = x_k - eta_k mhat / (sqrt(vhat) + eps), mhat = m_{k+1} / (1 - "
               "beta1^{k+1}), vhat = v_{k+1} / (1 - beta2^{k+1})",
    .source = "Kingma, Ba, ICLR 2015, arXiv 1412.6980, algorithm 1",
    .paper = "",
    .params = adam_table,
    .params_size = sizeof(adam_params),
    .phases = 1,
    .phase = adam_phase,
    .state_size = sizeof(adam),
    .init = adam_init,
    .step = adam_step,
};
