/* Alternating direction of multipliers for networks, without gradient steps (Taylor, Burmeister, Xu,
   Singh, Patel, Goldstein 2016): one sweep of exact block minimisers, W_l, b_l, a_l, z_l for l < L,
   then W_L, b_L, z_L and the dual. The biases are an addition; each step inverts an n x n matrix. */
#include "methods/lib/admm_inverse.h"

typedef struct {
    double damping;
    int precision;
} admm_inverse_params;

typedef struct {
    const clarke_admm_engine *engine;
    clarke_admm_net *net;
    const clarke_dladmm *d;
} admm_inverse;

/* The phase's kind; the dual is kind A of the last layer. */
static size_t admm_inverse_kind(const clarke_dladmm *d, size_t phase)
{
    static const size_t hidden[] = {CLARKE_DLADMM_W, CLARKE_DLADMM_B, CLARKE_DLADMM_A,
                                    CLARKE_DLADMM_Z};
    static const size_t last[] = {CLARKE_DLADMM_W, CLARKE_DLADMM_B, CLARKE_DLADMM_Z,
                                  CLARKE_DLADMM_A};
    return phase / 4 + 1 < d->layers ? hidden[phase % 4] : last[phase % 4];
}

static clarke_status admm_inverse_init(clarke_iter *it, const void *params, void *state)
{
    const admm_inverse_params *o = params;
    const clarke_problem *p = it->oracle->problem;
    admm_inverse *s = state;
    s->d = p->dladmm;
    if (!s->d)
        return clarke_fail(CLARKE_EINPUT,
                           "admm_inverse works on networks with split layers (dladmm_net); %s is "
                           "not one",
                           p->id);
    if (s->d->width[s->d->layers] > CLARKE_DLADMM_CLASSES_MAX && s->d->loss->probabilities)
        return clarke_fail(CLARKE_EINPUT, "admm_inverse: %zu classes; %d are the most",
                           s->d->width[s->d->layers], CLARKE_DLADMM_CLASSES_MAX);
    s->engine = o->precision == 0 ? &clarke_admm_inverse_real : &clarke_admm_inverse_real_single;
    s->net = s->engine->make(s->d, o->damping, it->mem);
    it->phases = 4 * s->d->layers;
    clarke_phase *phase = clarke_alloc_array(it->mem, it->phases, sizeof *phase);
    CLARKE_TRY(clarke_arena_status(it->mem));
    for (size_t i = 0; i < it->phases; i++) {
        phase[i].block = 4 * (i / 4) + admm_inverse_kind(s->d, i);
        phase[i].name = p->layout.block[phase[i].block].name;
    }
    it->phase = phase;
    return CLARKE_OK;
}

static clarke_status admm_inverse_step(clarke_iter *it, void *state, size_t phase)
{
    admm_inverse *s = state;
    const size_t kind = admm_inverse_kind(s->d, phase), layer = phase / 4;
    if (it->k == 0 && phase == 0) s->engine->load(s->net, it->x);
    CLARKE_TRY(s->engine->step(s->net, kind, layer, &it->inner));
    s->engine->store(s->net, kind, layer, it->x);
    return CLARKE_OK;
}

static const clarke_param admm_inverse_table[] = {
    {"damping", CLARKE_PARAM_REAL, offsetof(admm_inverse_params, damping), "1e-6", 0.0, 1e6, NULL,
     "added to the diagonal of a a^T, as a multiple of its mean"},
    {"precision", CLARKE_PARAM_CHOICE, offsetof(admm_inverse_params, precision), "double", 0.0, 0.0,
     "double|single", "of the computation; the iterate that is shown is double"},
    {0}};

/* init replaces it by that of the problem. */
static const clarke_phase admm_inverse_phase[] = {{"all", CLARKE_ALL_BLOCKS}};

const clarke_method_desc clarke_method_admm_inverse = {
    .title = "ADMM for networks with inverses",
    .formula =
        "W_l, b_l, a_l, z_l each the minimiser of the augmented Lagrangian, l = 1..L; then u "
        "<- u + rho r",
    .source = "Taylor, Burmeister, Xu, Singh, Patel, Goldstein, ICML 2016 (recalled), with biases",
    .paper = "P3",
    .params = admm_inverse_table,
    .params_size = sizeof(admm_inverse_params),
    .phases = 1,
    .phase = admm_inverse_phase,
    .state_size = sizeof(admm_inverse),
    .init = admm_inverse_init,
    .step = admm_inverse_step,
};
