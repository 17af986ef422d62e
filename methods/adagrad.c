/* s += g^2, x -= eta g / (sqrt(s) + eps), entry by entry (Duchi, Hazan, Singer 2011). */
#include "core/clones.h"
#include "core/method.h"
#include "methods/lib/sgd_updates.h"

typedef struct {
    double eps;
} adagrad_params;

typedef struct {
    double eps, *g, *s; /* [n] the answer, the sum of squares */
} adagrad;

static clarke_status adagrad_init(clarke_iter *it, const void *params, void *state)
{
    adagrad *s = state;
    s->eps = ((const adagrad_params *)params)->eps;
    s->g = clarke_vec(it->mem, it->n);
    s->s = clarke_vec(it->mem, it->n);
    return clarke_arena_status(it->mem);
}

CLARKE_CLONES void clarke_adagrad_update(size_t n, double eta, double eps, const double *restrict g,
                                         double *restrict s, double *restrict x)
{
    for (size_t j = 0; j < n; j++) {
        s[j] += g[j] * g[j];
        x[j] -= eta * (g[j] / (sqrt(s[j]) + eps));
    }
}

static clarke_status adagrad_step(clarke_iter *it, void *state, size_t phase)
{
    adagrad *s = state;
    (void)phase;
    clarke_oracle_subgradient(it->oracle, it->x, s->g);
    clarke_adagrad_update(it->n, it->eta, s->eps, s->g, s->s, it->x);
    return CLARKE_OK;
}

static const clarke_param adagrad_table[] = {{"eps", CLARKE_PARAM_REAL,
                                              offsetof(adagrad_params, eps), "1e-10", 1e-300, 1e6,
                                              NULL, "added to the root of the sum of squares"},
                                             {0}};
static const clarke_phase adagrad_phase[] = {{"x", CLARKE_ALL_BLOCKS}};

const clarke_method_desc clarke_method_adagrad = {
    .title = "Adagrad",
    .formula = "s_{k+1} = s_k + g_k^2, x_{k+1} = x_k - eta_k g_k / (sqrt(s_{k+1}) + eps)",
    .source = "Duchi, Hazan, Singer, JMLR 12 (2011)",
    .paper = "",
    .params = adagrad_table,
    .params_size = sizeof(adagrad_params),
    .phases = 1,
    .phase = adagrad_phase,
    .state_size = sizeof(adagrad),
    .init = adagrad_init,
    .step = adagrad_step,
};
