/* One ReLU between two springs: the three-splitting of a network with N = 2, all widths 1, X = 1 and
   W_2 held at 1 by its box,
     w/2 (V_2 - y)^2 + gamma/2 [(V_2 - U_2)^2 + (U_2 - W_2 V_1)^2 + (V_1 - relu(U_1))^2
                                + (U_1 - W_1)^2].

   Stationary points. The W_1-part gives U_1 = W_1. If U_1 > 0 the U_1-part gives V_1 = U_1, then
   U_2 = V_1, V_2 = U_2, V_2 = y: the point y, which needs y > 0; f = 0. If U_1 < 0 the rest is a
   chain of four springs of stiffness gamma, gamma, gamma, w from 0 to y with force
   F = y / (1/w + 3/gamma): V_1 = F/gamma, U_2 = 2F/gamma, V_2 = 3F/gamma, f = F y/2, and U_1 = W_1 is
   any negative number. At U_1 = 0 = W_1 the element 0 belongs to the limiting subdifferential of
   U_1's part, so that the end of this dead ray is stationary; no other W_1 = 0 = U_1 is. With W_2
   held, its normal cone is all of R. Distances are taken in the six variables. */
#include "problems/lib/split_net.h"

#include <string.h>

typedef struct {
    double weight, gamma, y, start;
} relu_cell;

static const double relu_cell_x[1] = {1.0};

/* x holds W1, V1, U1, W2, V2, U2. */
static void relu_cell_dead(const relu_cell *o, double t, double *x)
{
    const double force = o->y / (1.0 / o->weight + 3.0 / o->gamma);
    const double point[6] = {t,   force / o->gamma,       t,
                             1.0, 3.0 * force / o->gamma, 2.0 * force / o->gamma};
    memcpy(x, point, sizeof point);
}

static double relu_cell_length(const double *x, const double *y)
{
    double d = 0.0;
    for (size_t j = 0; j < 6; j++) d = hypot(d, x[j] - y[j]);
    return d;
}

static relu_cell relu_cell_of(const clarke_problem *p)
{
    return (relu_cell){
        .weight = p->split->weight, .gamma = p->split->layer[1].gamma, .y = p->split->y[0]};
}

static double relu_cell_distance(const clarke_problem *p, const double *x, double *nearest,
                                 clarke_point_kind *kind)
{
    const relu_cell o = relu_cell_of(p);
    double point[6];
    relu_cell_dead(&o, fmin(0.5 * (x[0] + x[2]), 0.0), point);
    double d = relu_cell_length(x, point);
    clarke_point_kind at = CLARKE_POINT_LOCAL_MINIMUM;
    if (o.y > 0.0) {
        const double alive[6] = {o.y, o.y, o.y, 1.0, o.y, o.y};
        if (!(relu_cell_length(x, alive) >= d)) {
            d = relu_cell_length(x, alive);
            memcpy(point, alive, sizeof point);
            at = CLARKE_POINT_GLOBAL_MINIMUM;
        }
    }
    if (at != CLARKE_POINT_GLOBAL_MINIMUM && point[0] == 0.0) at = CLARKE_POINT_UNKNOWN;
    if (nearest) memcpy(nearest, point, sizeof point);
    if (kind) *kind = at;
    return isnan(d) ? NAN : d;
}

static clarke_status relu_cell_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const relu_cell *o = params;
    static const size_t width[3] = {1, 1, 1};
    clarke_split_layer *layer = clarke_alloc_array(mem, 3, sizeof *layer);
    double *y = clarke_vec(mem, 1);
    CLARKE_TRY(clarke_arena_status(mem));
    y[0] = o->y;
    for (size_t i = 1; i <= 2; i++) {
        layer[i].activation_id = i < 2 ? "relu" : "linear";
        layer[i].gamma = layer[i].rho = o->gamma;
    }
    layer[2].w_term = (clarke_term){.kind = CLARKE_TERM_BOX, .low = 1.0, .high = 1.0};
    clarke_split split = {.kind = CLARKE_SPLIT_THREE,
                          .depth = 2,
                          .samples = 1,
                          .x = relu_cell_x,
                          .y = y,
                          .loss_id = "squared",
                          .weight = o->weight};
    CLARKE_TRY(clarke_split_install(p, &split, width, layer, mem));
    p->start[p->layout.block[layer[1].w].offset] = o->start;
    p->start[p->layout.block[layer[2].w].offset] = 1.0;
    clarke_split_forward(p->split, p->start);
    p->terms = 1;
    p->term_deviation = 0.0;
    p->minimum = o->y > 0.0 ? 0.0 : 0.5 * o->y * o->y / (1.0 / o->weight + 3.0 / o->gamma);
    return CLARKE_OK;
}

static const clarke_param relu_cell_params[] = {
    {"y", CLARKE_PARAM_REAL, offsetof(relu_cell, y), "1", -1e6, 1e6, NULL, "the target"},
    {"weight", CLARKE_PARAM_REAL, offsetof(relu_cell, weight), "1", 1e-6, 1e6, NULL,
     "w of the loss"},
    {"gamma", CLARKE_PARAM_REAL, offsetof(relu_cell, gamma), "1.3", 1e-6, 1e6, NULL,
     "stiffness of the four springs"},
    {"start", CLARKE_PARAM_REAL, offsetof(relu_cell, start), "0.5", -1e6, 1e6, NULL,
     "W_1 at the start; the rest by the forward pass"},
    {0}};

const clarke_problem_desc clarke_problem_relu_cell = {
    .title = "One ReLU between springs",
    .formula = "\\frac w2(V_2-y)^2+\\frac\\gamma2[(V_2-U_2)^2+(U_2-V_1)^2"
               "+(V_1-\\max(U_1,0))^2+(U_1-W_1)^2]",
    .source = "derived; the splitting: Zeng, Lau, Lin, Yao, arXiv 1803.00225",
    .stationary_set = "all equal to y if y > 0; and the ray U_1 = W_1 <= 0 with V_1, U_2, V_2 at "
                      "F/gamma, 2F/gamma, 3F/gamma, F = y/(1/w + 3/gamma)",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_DEFINABLE | CLARKE_TRAIT_DATA,
    .params = relu_cell_params,
    .params_size = sizeof(relu_cell),
    .make = relu_cell_make,
    .value = clarke_split_problem_value,
    .subgradient = clarke_split_problem_subgradient,
    .clarke_residual = clarke_split_problem_residual,
    .stationary_distance = relu_cell_distance,
};
