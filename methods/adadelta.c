/* s = rho s + (1 - rho) g^2, d = sqrt(r + eps) / sqrt(s + eps) g, r = rho r + (1 - rho) d^2,
   x -= eta d, entry by entry (Zeiler 2012, with a step size eta; his is 1). */
#include "core/clones.h"
#include "core/method.h"
#include "methods/lib/sgd_updates.h"

typedef struct {
    double rho, eps;
} adadelta_params;

typedef struct {
    double rho, eps;
    double *g, *s, *r; /* [n] the answer, the means of g^2 and d^2 */
} adadelta;

static clarke_status adadelta_init(clarke_iter *it, const void *params, void *state)
{
    const adadelta_params *o = params;
    adadelta *s = state;
    s->rho = o->rho, s->eps = o->eps;
    s->g = clarke_vec(it->mem, it->n);
    s->s = clarke_vec(it->mem, it->n);
    s->r = clarke_vec(it->mem, it->n);
    return clarke_arena_status(it->mem);
}

CLARKE_CLONES void clarke_adadelta_update(size_t n, double eta, double rho, double eps,
                                          const double *restrict g, double *restrict s,
                                          double *restrict r, double *restrict x)
{
    for (size_t j = 0; j < n; j++) {
        s[j] = rho * s[j] + (1.0 - rho) * g[j] * g[j];
        const double d = sqrt(r[j] + eps) / sqrt(s[j] + eps) * g[j];
        r[j] = rho * r[j] + (1.0 - rho) * d * d;
        x[j] -= eta * d;
    }
}

static clarke_status adadelta_step(clarke_iter *it, void *state, size_t phase)
{
    adadelta *s = state;
    (void)phase;
    clarke_oracle_subgradient(it->oracle, it->x, s->g);
    clarke_adadelta_update(it->n, it->eta, s->rho, s->eps, s->g, s->s, s->r, it->x);
    return CLARKE_OK;
}

static const clarke_param adadelta_table[] = {
    {"rho", CLARKE_PARAM_REAL, offsetof(adadelta_params, rho), "0.9", 0.0, 1.0, NULL,
     "weight of the past in both means"},
    {"eps", CLARKE_PARAM_REAL, offsetof(adadelta_params, eps), "1e-6", 1e-300, 1e6, NULL,
     "added to both means before the roots"},
    {0}};
static const clarke_phase adadelta_phase[] = {{"x", CLARKE_ALL_BLOCKS}};

const clarke_method_desc clarke_method_adadelta = {
    .title = "Adadelta",
    .formula =
        "x_{k+1} = x_k - eta_k d_k, d_k = sqrt(r_k + eps) / sqrt(s_{k+1} + eps) g_k, s and r "
        "running means of g^2 and d^2",
    .source = "Zeiler, arXiv 1212.5701",
    .paper = "",
    .params = adadelta_table,
    .params_size = sizeof(adadelta_params),
    .phases = 1,
    .phase = adadelta_phase,
    .state_size = sizeof(adadelta),
    .init = adadelta_init,
    .step = adadelta_step,
};
