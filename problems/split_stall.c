/* A point at which coordinate descent on a two-splitting with ReLU stays although it is not critical:
   N = 3, one sample x = 1, y = -3, widths (1, 2, 1, 1), loss (v - y)^2/2,
     L = (V_3 + 3)^2/2 + |W_1 - (1,1)|^2/2 + W_3^2/2 + |V_1 - relu(W_1)|^2/2
         + (V_2 - relu(W_2 V_1))^2/2 + (V_3 - W_3 V_2)^2/2.
   At W_1 = (1/2, 1), V_1 = (0, 1), W_2 = (1, 0), V_2 = -1, W_3 = 1, V_3 = -2 every block is a global
   minimiser given the others, so every sweep stays there whatever alpha is. Near it z = W_2 V_1 is a
   submersion and (V_2 - relu(z))^2/2 = (1 + max(z, 0))^2/2 is convex in z with slopes xi in [0, 1], so
   the subdifferential is {(xi V_1 in W_2, (xi - 1/2) W_2 in V_1)} = {((0, xi), (xi - 1/2, 0))}, and
   dist^2 = min xi^2 + (xi - 1/2)^2 = 1/8. W_2 and V_1 use different xi: the kink couples two blocks.
   The three-splitting of the same data, with U_i = W_i V_{i-1} at the start, has no such point. */
#include "problems/lib/split_net.h"

#include <string.h>

typedef struct {
    int splitting;
} split_stall;

static const double split_stall_ones[2] = {1.0, 1.0}, split_stall_x = 1.0, split_stall_y = -3.0;

static clarke_status split_stall_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    static const size_t width[4] = {1, 2, 1, 1};
    static const double w[3][2] = {{0.5, 1.0}, {1.0, 0.0}, {1.0, 0.0}};
    static const double v[3][2] = {{0.0, 1.0}, {-1.0, 0.0}, {-2.0, 0.0}};
    static const double u[3][2] = {{0.5, 1.0}, {0.0, 0.0}, {-1.0, 0.0}};
    const split_stall *o = params;
    clarke_split_layer *layer = clarke_alloc_array(mem, 4, sizeof *layer);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 1; i <= 3; i++)
        layer[i] = (clarke_split_layer){
            .activation_id = i < 3 ? "relu" : "linear", .gamma = 1.0, .rho = 1.0};
    layer[1].w_term =
        (clarke_term){.kind = CLARKE_TERM_RIDGE, .weight = 1.0, .centre = split_stall_ones};
    layer[3].w_term = (clarke_term){.kind = CLARKE_TERM_RIDGE, .weight = 1.0};
    clarke_split split = {.kind = o->splitting == 0 ? CLARKE_SPLIT_TWO : CLARKE_SPLIT_THREE,
                          .depth = 3,
                          .samples = 1,
                          .x = &split_stall_x,
                          .y = &split_stall_y,
                          .loss_id = "squared",
                          .weight = 1.0};
    CLARKE_TRY(clarke_split_install(p, &split, width, layer, mem));
    const clarke_split *s = p->split;
    for (size_t i = 1; i <= 3; i++) {
        const clarke_split_layer *l = &s->layer[i];
        memcpy(p->start + s->layout.block[l->w].offset, w[i - 1], l->out * l->in * sizeof(double));
        memcpy(p->start + s->layout.block[l->v].offset, v[i - 1], l->out * sizeof(double));
        if (l->u != CLARKE_NO_BLOCK)
            memcpy(p->start + s->layout.block[l->u].offset, u[i - 1], l->out * sizeof(double));
    }
    p->box_low = -3.0, p->box_high = 3.0;
    return CLARKE_OK;
}

static const clarke_param split_stall_params[] = {
    {"splitting", CLARKE_PARAM_CHOICE, offsetof(split_stall, splitting), "two", 0.0, 0.0,
     "two|three", "which splitting of the same data"},
    {0}};

const clarke_problem_desc clarke_problem_split_stall = {
    .title = "Where coordinate descent on a two-splitting stands still",
    .formula = "\\frac12(V_3+3)^2+\\frac12\\|W_1-(1,1)\\|^2+\\frac12W_3^2"
               "+\\frac12\\sum_i\\|V_i-\\sigma_i(W_iV_{i-1})\\|^2",
    .source = "derived here for Zeng, Lau, Lin, Yao, arXiv 1803.00225",
    .truth = CLARKE_TRUTH_NONE,
    .traits = CLARKE_TRAIT_DEFINABLE | CLARKE_TRAIT_DATA,
    .params = split_stall_params,
    .params_size = sizeof(split_stall),
    .make = split_stall_make,
    .value = clarke_split_problem_value,
    .subgradient = clarke_split_problem_subgradient,
    .clarke_residual = clarke_split_problem_residual,
    .field_residual = clarke_split_problem_field_residual,
};
