/* m_{k+1} = m_k - theta_k (m_k - g_k), x_{k+1} = x_k - eta_k (clip_C(m_{k+1}) + alpha g_k): clipping
   by the norm, m min(1, C/|m|), or by coordinates (Xiao, Hu, Toh, arXiv 2307.10053, phi a Huber
   function). `apply=sample` is the named wrong variant that clips the oracle's answer (one sample
   if the batch is one) before it is averaged: its limit is another point. */
#include "core/clones.h"
#include "methods/lib/sgd_type.h"
#include "parts/lib/norm.h"

extern const clarke_regularizer_desc clarke_regularizer_huber_norm,
    clarke_regularizer_huber_coordinate;

static clarke_status clipped_sgd_init(clarke_iter *it, const void *params, void *state)
{
    const clarke_sgd_params *p = params;
    return clarke_sgd_init(it, params, state,
                           p->by_coordinate ? &clarke_regularizer_huber_coordinate
                                            : &clarke_regularizer_huber_norm,
                           true);
}

/* The factor of the norm's clipping; 1 by coordinates. */
static double clipped_sgd_scale(const clarke_iter *it, const clarke_sgd *s, const double *u)
{
    const double norm = s->p.by_coordinate ? 0.0 : clarke_norm(it->n, u);
    return norm > s->p.threshold ? s->p.threshold / norm : 1.0;
}

CLARKE_CLONES void clarke_clipped_sgd_scaled_move(size_t n, const clarke_sgd_numbers *a,
                                                  double scale, const double *restrict g,
                                                  const double *restrict m, double *restrict x)
{
    const double eta = a->eta, keep = a->keep, alpha = a->alpha;
    for (size_t j = 0; j < n; j++) x[j] = keep * x[j] - eta * (scale * m[j] + alpha * g[j]);
}

CLARKE_CLONES void clarke_clipped_sgd_each_move(size_t n, const clarke_sgd_numbers *a,
                                                double threshold, const double *restrict g,
                                                const double *restrict m, double *restrict x)
{
    const double eta = a->eta, keep = a->keep, alpha = a->alpha;
    for (size_t j = 0; j < n; j++)
        x[j] = keep * x[j] - eta * (clarke_sgd_clip(m[j], threshold) + alpha * g[j]);
}

static void clipped_sgd_move(clarke_iter *it, const clarke_sgd *s, const clarke_sgd_numbers *a)
{
    const bool clips = !s->p.per_sample;
    if (clips && s->p.by_coordinate)
        clarke_clipped_sgd_each_move(it->n, a, s->p.threshold, s->g, s->m, it->x);
    else
        clarke_clipped_sgd_scaled_move(it->n, a, clips ? clipped_sgd_scale(it, s, s->m) : 1.0, s->g,
                                       s->m, it->x);
}

/* The named wrong variant: the answer itself is clipped. */
static void clipped_sgd_sample(const clarke_iter *it, clarke_sgd *s)
{
    const double scale = clipped_sgd_scale(it, s, s->g);
    for (size_t j = 0; j < it->n; j++)
        s->clipped[j] = s->p.by_coordinate ? clarke_sgd_clip(s->g[j], s->p.threshold)
                                           : scale * s->g[j];
}

static clarke_status clipped_sgd_step(clarke_iter *it, void *state, size_t phase)
{
    clarke_sgd *s = state;
    const clarke_sgd_numbers a = clarke_sgd_numbers_of(it, s);
    (void)phase;
    clarke_oracle_subgradient(it->oracle, it->x, s->g);
    if (s->p.per_sample) clipped_sgd_sample(it, s);
    if (a.old_order) clipped_sgd_move(it, s, &a);
    clarke_sgd_average(it->n, a.theta, s->p.per_sample ? s->clipped : s->g, s->m);
    if (!a.old_order) clipped_sgd_move(it, s, &a);
    return CLARKE_OK;
}

static const clarke_param clipped_sgd_params[] = {
    CLARKE_SGD_ALPHA,
    CLARKE_SGD_WEIGHT_DECAY,
    CLARKE_SGD_FIRST,
    CLARKE_SGD_ORDER,
    {"threshold", CLARKE_PARAM_REAL, offsetof(clarke_sgd_params, threshold), "1", 1e-300, 1e300,
     NULL, "C, in units of the subgradient"},
    {"kind", CLARKE_PARAM_CHOICE, offsetof(clarke_sgd_params, by_coordinate), "norm", 0.0, 0.0,
     "norm|coordinate", "what is held to at most C"},
    {"apply", CLARKE_PARAM_CHOICE, offsetof(clarke_sgd_params, per_sample), "momentum", 0.0, 0.0,
     "momentum|sample", "what is clipped; sample is a named wrong variant"},
    {0}};
static const clarke_phase clipped_sgd_phase[] = {{"x", CLARKE_ALL_BLOCKS}};

const clarke_method_desc clarke_method_clipped_sgd = {
    .title = "Clipped stochastic subgradient method with momentum",
    .formula = "m_{k+1} = m_k - theta_k (m_k - g_k), x_{k+1} = x_k - eta_k (m_{k+1} min(1, C / "
               "|m_{k+1}|) + alpha g_k)",
    .source = "Xiao, Hu, Toh, arXiv 2307.10053 (recalled), phi a Huber function",
    .paper = "P1",
    .params = clipped_sgd_params,
    .params_size = sizeof(clarke_sgd_params),
    .uses_momentum = true,
    .phases = 1,
    .phase = clipped_sgd_phase,
    .state_size = sizeof(clarke_sgd),
    .init = clipped_sgd_init,
    .step = clipped_sgd_step,
};
