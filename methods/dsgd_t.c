/* X_{k+1} = mix(X_k) - eta_k V_k, V_{k+1} = mix(V_k) + G_{k+1} - G_k, V_0 = G_0: gradient tracking
   (Zhang, Xiao, Liu, arXiv 2403.11565). G_{k+1} is a fresh sample at x_{k+1}; the one that is
   subtracted is kept from the step before. `first=zeros` (V_0 = 0) and `mix_tracker=no` are named
   wrong variants. */
#include "methods/lib/dsm.h"

#include "core/clones.h"

#include <string.h>

extern const clarke_regularizer_desc clarke_regularizer_half_square;

typedef struct {
    clarke_dsm dsm;
    double *v, *old; /* [n] the tracker, G_{k-1} */
} dsgd_t;

static clarke_status dsgd_t_init(clarke_iter *it, const void *params, void *state)
{
    dsgd_t *s = state;
    CLARKE_TRY(clarke_dsm_init(it, params, &s->dsm, &clarke_regularizer_half_square, false));
    s->dsm.form.tracker = true;
    s->v = clarke_vec(it->mem, it->n);
    s->old = clarke_vec(it->mem, it->n);
    CLARKE_TRY(clarke_arena_status(it->mem));
    clarke_iter_view_as(it, "tracker", s->v, CLARKE_VIEW_OF_STEP);
    return CLARKE_OK;
}

CLARKE_CLONES void clarke_dsgd_t_track(size_t n, const double *restrict mixed,
                                       const double *restrict g, double *restrict old,
                                       double *restrict v)
{
    for (size_t j = 0; j < n; j++) {
        v[j] = mixed[j] + (g[j] - old[j]);
        old[j] = g[j];
    }
}

/* V_k from V_{k-1}: step k asks for G_k once. */
static clarke_status dsgd_t_track(clarke_iter *it, dsgd_t *s)
{
    const double *g = s->dsm.g;
    double *mixed = s->dsm.work;
    if (it->k == 0) {
        memcpy(s->old, g, it->n * sizeof *s->old);
        if (s->dsm.p.tracker_from_zero) return CLARKE_OK;
        memcpy(s->v, g, it->n * sizeof *g);
        return CLARKE_OK;
    }
    if (s->dsm.p.tracker_unmixed)
        memcpy(mixed, s->v, it->n * sizeof *mixed);
    else
        CLARKE_TRY(it->mix->apply(it->mix, it->dim, s->v, mixed));
    clarke_dsgd_t_track(it->n, mixed, g, s->old, s->v);
    return CLARKE_OK;
}

static clarke_status dsgd_t_step(clarke_iter *it, void *state, size_t phase)
{
    dsgd_t *s = state;
    (void)phase;
    clarke_dsm_sample(it, &s->dsm);
    CLARKE_TRY(dsgd_t_track(it, s));
    return clarke_dsm_move(it, &s->dsm, it->x, it->eta, s->v);
}

static const clarke_param dsgd_t_params[] = {
    CLARKE_DSM_ORDER,
    {"first", CLARKE_PARAM_CHOICE, offsetof(clarke_dsm_params, tracker_from_zero), "gradient", 0.0,
     0.0, "gradient|zeros", "V_0 = G_0; zeros is a named wrong variant"},
    {"mix_tracker", CLARKE_PARAM_CHOICE, offsetof(clarke_dsm_params, tracker_unmixed), "yes", 0.0,
     0.0, "yes|no", "no: each agent keeps its own, a named wrong variant"},
    {0}};
static const clarke_phase dsgd_t_phase[] = {{"x", CLARKE_ALL_BLOCKS}};

const clarke_method_desc clarke_method_dsgd_t = {
    .title = "Decentralised stochastic subgradient method with gradient tracking",
    .formula = "X_{k+1} = X_k W - eta_k V_k, V_{k+1} = V_k W + G_{k+1} - G_k, V_0 = G_0",
    .source = "Zhang, Xiao, Liu, arXiv 2403.11565 (recalled)",
    .paper = "P0",
    .params = dsgd_t_params,
    .params_size = sizeof(clarke_dsm_params),
    .decentralised = true,
    .phases = 1,
    .phase = dsgd_t_phase,
    .state_size = sizeof(dsgd_t),
    .init = dsgd_t_init,
    .step = dsgd_t_step,
};
