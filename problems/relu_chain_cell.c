/* The smallest three-splitting with a ReLU: N = 2, all widths 1, one sample x = 1, W_2 held at 1,
     f = w/2 (v2 - y)^2 + gamma/2 [(v2 - u2)^2 + (u2 - W_2 v1)^2 + (v1 - max(u1, 0))^2 + (u1 - W_1)^2].
   Where u1 > 0, f is a convex quadratic with its zero gradient only where all are equal, which needs
   y > 0: W_1 = u1 = v1 = u2 = v2 = y, f = 0. Where u1 <= 0 the first equations give W_1 = u1 and
   u2 = 2 v1, v2 = 3 v1, v1 = w y/(3 w + gamma), f = y^2/2 / (1/w + 3/gamma): the dead ray, with its end
   u1 = 0, where the slopes of f in u1 are 0 and -gamma v1 and the Clarke subdifferential holds 0. W_2 is
   held by a box of one point, whose normal cone is the line, so its equation says nothing. */
#include "problems/lib/split_net.h"

typedef struct {
    double target, weight, gamma, from;
} relu_chain_params;

/* Blocks W1, V1, U1, W2, V2, U2 of one number each. */
enum { W1, V1, U1, W2, V2, U2, CHAIN_N };

static clarke_status relu_chain_cell_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    static const size_t width[3] = {1, 1, 1};
    const relu_chain_params *o = params;
    clarke_split_layer *layer = clarke_alloc_array(mem, 3, sizeof *layer);
    double *data = clarke_vec(mem, 2);
    CLARKE_TRY(clarke_arena_status(mem));
    data[0] = 1.0, data[1] = o->target;
    for (size_t i = 1; i <= 2; i++)
        layer[i] = (clarke_split_layer){
            .activation_id = i == 1 ? "relu" : "linear", .gamma = o->gamma, .rho = o->gamma};
    layer[2].w_term = (clarke_term){.kind = CLARKE_TERM_BOX, .low = 1.0, .high = 1.0};
    clarke_split split = {.kind = CLARKE_SPLIT_THREE,
                          .depth = 2,
                          .samples = 1,
                          .x = data,
                          .y = data + 1,
                          .loss_id = "squared",
                          .weight = o->weight};
    CLARKE_TRY(clarke_split_install(p, &split, width, layer, mem));
    p->start[W1] = o->from, p->start[W2] = 1.0;
    clarke_split_forward(p->split, p->start);
    p->box_low = -2.0, p->box_high = 2.0;
    const double y = o->target;
    p->minimum = y > 0.0 ? 0.0 : 0.5 * y * y / (1.0 / o->weight + 3.0 / o->gamma);
    return CLARKE_OK;
}

static double relu_chain_cell_distance(const clarke_problem *p, const double *x, double *nearest,
                                       clarke_point_kind *kind)
{
    const double y = p->split->y[0], w = p->split->weight, gamma = p->split->layer[1].gamma;
    const double v = w * y / (3.0 * w + gamma), t = fmin(0.0, 0.5 * (x[W1] + x[U1]));
    const double ray[CHAIN_N] = {t, v, t, 1.0, 3.0 * v, 2.0 * v};
    const double all[CHAIN_N] = {y, y, y, 1.0, y, y};
    double to_ray = 0.0, to_all = 0.0;
    for (size_t j = 0; j < CHAIN_N; j++) {
        to_ray = hypot(to_ray, x[j] - ray[j]);
        to_all = hypot(to_all, x[j] - all[j]);
    }
    const bool active = y > 0.0 && to_all < to_ray;
    for (size_t j = 0; nearest && j < CHAIN_N; j++) nearest[j] = active ? all[j] : ray[j];
    if (kind)
        *kind = active || y <= 0.0 ? CLARKE_POINT_GLOBAL_MINIMUM
                : t < 0.0          ? CLARKE_POINT_LOCAL_MINIMUM
                                   : CLARKE_POINT_MONOTONE;
    return active ? to_all : to_ray;
}

static const clarke_param relu_chain_cell_params[] = {
    {"target", CLARKE_PARAM_REAL, offsetof(relu_chain_params, target), "1", -1e3, 1e3, NULL, "y"},
    {"weight", CLARKE_PARAM_REAL, offsetof(relu_chain_params, weight), "1", 1e-6, 1e6, NULL,
     "w of the loss"},
    {"gamma", CLARKE_PARAM_REAL, offsetof(relu_chain_params, gamma), "1.3", 1e-6, 1e6, NULL,
     "of all four squares"},
    {"from", CLARKE_PARAM_REAL, offsetof(relu_chain_params, from), "2", -1e3, 1e3, NULL,
     "W_1 at the start; the others by the forward pass"},
    {0}};

const clarke_problem_desc clarke_problem_relu_chain_cell = {
    .title = "A chain with one ReLU, three-split",
    .formula =
        "\\frac w2(v_2-y)^2+\\frac\\gamma2[(v_2-u_2)^2+(u_2-v_1)^2+(v_1-u_1^+)^2+(u_1-w_1)^2]",
    .source = "derived here for Zeng, Lau, Lin, Yao, arXiv 1803.00225",
    .stationary_set =
        "all equal to y (if y > 0), and the ray u1 = W1 <= 0, (v1, u2, v2) = (1, 2, 3) w "
        "y/(3 w + gamma); W2 = 1",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_DEFINABLE | CLARKE_TRAIT_EXTENDED,
    .params = relu_chain_cell_params,
    .params_size = sizeof(relu_chain_params),
    .make = relu_chain_cell_make,
    .value = clarke_split_problem_value,
    .subgradient = clarke_split_problem_subgradient,
    .clarke_residual = clarke_split_problem_residual,
    .stationary_distance = relu_chain_cell_distance,
};
