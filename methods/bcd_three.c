/* Block coordinate descent on a three-splitting (Zeng, Lau, Lin, Yao, arXiv 1803.00225, Algorithm 2):
   V_N, U_N, W_N, b_N, then V_i, U_i, W_i, b_i for i = N-1, ..., 1, each block minimised with the
   others as they are, with alpha/2 |. - old|^2 in V_N, W_i, U_i for i < N, and b_i. One phase a
   block. The updates are in methods/lib/bcd.h. */
#include "methods/lib/bcd.h"

typedef struct {
    clarke_bcd_options o;
    int order, precision, tie;
} bcd_three_params;

enum { BCD_THREE_BACKWARD, BCD_THREE_FORWARD };

static void bcd_three_phase(const clarke_split *s, size_t block, clarke_phase *phase, size_t *count)
{
    if (block == CLARKE_NO_BLOCK) return;
    phase[(*count)++] = (clarke_phase){s->layout.block[block].name, block};
}

/* The paper's sweep, or from W_1 to V_N. */
static clarke_status bcd_three_phases(clarke_iter *it, const clarke_split *s, int order)
{
    clarke_phase *phase = clarke_alloc_array(it->mem, s->layout.count, sizeof *phase);
    CLARKE_TRY(clarke_arena_status(it->mem));
    size_t count = 0;
    for (size_t k = s->depth; k > 0; k--) {
        const clarke_split_layer *l = &s->layer[order == BCD_THREE_BACKWARD ? k : s->depth + 1 - k];
        if (order == BCD_THREE_BACKWARD) {
            bcd_three_phase(s, l->v, phase, &count);
            bcd_three_phase(s, l->u, phase, &count);
        }
        bcd_three_phase(s, l->w, phase, &count);
        bcd_three_phase(s, l->b, phase, &count);
        if (order == BCD_THREE_FORWARD) {
            bcd_three_phase(s, l->u, phase, &count);
            bcd_three_phase(s, l->v, phase, &count);
        }
    }
    it->phases = count;
    it->phase = phase;
    return CLARKE_OK;
}

static clarke_status bcd_three_init(clarke_iter *it, const void *params, void *state)
{
    const bcd_three_params *o = params;
    clarke_bcd_state *m = state;
    const clarke_split *s = it->oracle->problem->split;
    if (!s || s->kind != CLARKE_SPLIT_THREE)
        return clarke_fail(CLARKE_EINPUT, "bcd_three needs a three-splitting; %s is none",
                           it->oracle->problem->spec);
    clarke_bcd_options options = o->o;
    options.tie_right = o->tie == 1;
    m->engine = o->precision == 0 ? &clarke_bcd_real : &clarke_bcd_real_single;
    CLARKE_TRY(bcd_three_phases(it, s, o->order));
    return m->engine->make(s, &options, it->x, it->mem, &m->bcd);
}

static clarke_status bcd_three_step(clarke_iter *it, void *state, size_t phase)
{
    clarke_bcd_state *m = state;
    const bool single = m->engine == &clarke_bcd_real_single;
    if (single && it->k == 0 && phase == 0) m->engine->load(m->bcd);
    CLARKE_TRY(m->engine->update(m->bcd, it->phase[phase].block, &it->inner));
    if (single) m->engine->store(m->bcd, it->phase[phase].block);
    return CLARKE_OK;
}

#define BCD_THREE_STEP(text, member, what)                                                         \
    {                                                                                              \
        text, CLARKE_PARAM_CHOICE, offsetof(bcd_three_params, o.member), "auto", 0.0, 0.0,         \
            "auto|exact|linear", what                                                              \
    }

static const clarke_param bcd_three_table[] = {
    {"alpha", CLARKE_PARAM_REAL, offsetof(bcd_three_params, o.alpha), "1", 0.0, 1e12, NULL,
     "prox coefficient"},
    {"order", CLARKE_PARAM_CHOICE, offsetof(bcd_three_params, order), "backward", 0.0, 0.0,
     "backward|forward", "the paper's sweep from V_N to W_1, or from W_1 to V_N"},
    {"bias_step", CLARKE_PARAM_CHOICE, offsetof(bcd_three_params, o.bias), "current", 0.0, 0.0,
     "current|jacobi|joint",
     "b from the new W; as in the authors' code from the W before its step; or W and b as one block"},
    BCD_THREE_STEP("step_last", step_last, "of V_N; auto: exact where there is an exact solver"),
    BCD_THREE_STEP("step_v", step_v, "of V_i"),
    BCD_THREE_STEP("step_u", step_u, "of U_i"),
    BCD_THREE_STEP("step_w", step_w, "of W_i"),
    {"tau", CLARKE_PARAM_REAL, offsetof(bcd_three_params, o.tau), "1", 1e-6, 1e6, NULL,
     "prox-linear W and V: tau L/2 |. - old|^2 with L the Lipschitz constant (> 1/2 to descend)"},
    {"tie", CLARKE_PARAM_CHOICE, offsetof(bcd_three_params, tie), "left", 0.0, 0.0, "left|right",
     "which of two minimisers of an entry of U is taken"},
    {"precision", CLARKE_PARAM_CHOICE, offsetof(bcd_three_params, precision), "double", 0.0, 0.0,
     "double|single", "of the updates; the iterate is double"},
    {0}};

static const clarke_phase bcd_three_default[] = {{"sweep", CLARKE_ALL_BLOCKS}};

const clarke_method_desc clarke_method_bcd_three = {
    .title = "Block coordinate descent, three-splitting",
    .formula = "V_N, U_N, W_N, then V_i, U_i, W_i for i = N-1..1: "
               "\\arg\\min_B L(..., B, ...) + \\frac\\alpha2\\|B - B_{old}\\|^2",
    .source = "Zeng, Lau, Lin, Yao, arXiv 1803.00225",
    .paper = "P4",
    .params = bcd_three_table,
    .params_size = sizeof(bcd_three_params),
    .phases = 1,
    .phase = bcd_three_default,
    .state_size = sizeof(clarke_bcd_state),
    .init = bcd_three_init,
    .step = bcd_three_step,
};
