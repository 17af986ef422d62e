/* m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2, and with the bias of the zero starts
   taken out, x -= eta (m / (1 - beta1^{k+1})) / (sqrt(v / (1 - beta2^{k+1})) + eps)
   (Kingma, Ba 2015, algorithm 1). */
#include "core/method.h"

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

static clarke_status adam_step(clarke_iter *it, void *state, size_t phase)
{
    adam *s = state;
    (void)phase;
    clarke_oracle_subgradient(it->oracle, it->x, s->g);
    s->left1 *= s->p.beta1;
    s->left2 *= s->p.beta2;
    const double scale1 = 1.0 / (1.0 - s->left1), scale2 = 1.0 / (1.0 - s->left2);
    for (size_t j = 0; j < it->n; j++) {
        const double g = s->g[j];
        s->m[j] = s->p.beta1 * s->m[j] + (1.0 - s->p.beta1) * g;
        s->v[j] = s->p.beta2 * s->v[j] + (1.0 - s->p.beta2) * g * g;
        it->x[j] -= it->eta * (scale1 * s->m[j] / (sqrt(scale2 * s->v[j]) + s->p.eps));
    }
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
