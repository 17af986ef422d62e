/* A margin loss at the end of two springs: the three-splitting of a network with N = 1, all widths 1,
   X = 1, y = 1, w = 1:  phi(V) + gamma/2 [(V - U)^2 + (U - W)^2].

   The W- and the U-part give V = U = W, then 0 in phi'(V). For the hinge phi = max(0, 1 - V) that is
   V >= 1 (at V = 1 the subdifferential is [-1, 0]): a ray of global minima. For the logistic loss
   phi = log(1 + exp(-V)) nothing is stationary, and block descent goes to infinity as the minimum 0
   is not attained. */
#include "problems/lib/split_net.h"

#include <string.h>

typedef struct {
    int loss;
    double gamma, start;
} margin_cell;

static const double margin_cell_one[1] = {1.0};

/* x holds W1, V1, U1: the nearest point of the ray (t, t, t), t >= 1. */
static double margin_cell_distance(const clarke_problem *p, const double *x, double *nearest,
                                   clarke_point_kind *kind)
{
    double d = 0.0;
    const double mean = (x[0] + x[1] + x[2]) / 3.0;
    if (kind) *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    if (strcmp(p->split->loss_id, "hinge") != 0) return INFINITY;
    const double t = mean >= 1.0 || isnan(mean) ? mean : 1.0;
    for (size_t j = 0; j < 3; j++) {
        d = hypot(d, x[j] - t);
        if (nearest) nearest[j] = t;
    }
    return d;
}

/* gamma (V - U) (e_V - e_U) + gamma (U - W) (e_U - e_W) + phi'(V) e_V, each share on its own. */
static void margin_cell_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                                clarke_enclosure *out)
{
    const clarke_interval zero = {0.0, 0.0}, one = {1.0, 1.0}, less = {-1.0, -1.0};
    const clarke_interval gamma = clarke_interval_point(p->split->layer[1].gamma);
    const clarke_interval w = box[0], v = box[1], u = box[2];
    const clarke_interval outer[3] = {zero, one, less}, inner[3] = {less, zero, one};
    const clarke_interval loss[3] = {zero, one, zero};
    clarke_interval slope = {v.low > 1.0 ? 0.0 : -1.0, v.high < 1.0 ? -1.0 : 0.0};
    (void)field;
    if (strcmp(p->split->loss_id, "hinge") != 0) {
        const clarke_interval e = clarke_interval_exp(v);
        slope = clarke_interval_div(less, clarke_interval_add(one, e));
    }
    clarke_enclosure_segment(out, clarke_interval_mul(gamma, clarke_interval_sub(v, u)), outer);
    clarke_enclosure_segment(out, clarke_interval_mul(gamma, clarke_interval_sub(u, w)), inner);
    clarke_enclosure_segment(out, slope, loss);
}

/* To the point (t, t, t) of the ray with t nearest to the box's middle. */
static double margin_cell_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                         bool field)
{
    double middle[3];
    clarke_interval near[3];
    (void)field;
    if (strcmp(p->split->loss_id, "hinge") != 0) return INFINITY;
    clarke_box_middle(3, box, middle);
    const double t = fmax(1.0, (middle[0] + middle[1] + middle[2]) / 3.0);
    for (size_t j = 0; j < 3; j++) near[j] = clarke_interval_point(t);
    return clarke_box_distance(3, box, near);
}

static clarke_status margin_cell_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const margin_cell *o = params;
    static const size_t width[2] = {1, 1};
    clarke_split_layer *layer = clarke_alloc_array(mem, 2, sizeof *layer);
    CLARKE_TRY(clarke_arena_status(mem));
    layer[1].activation_id = "linear";
    layer[1].gamma = layer[1].rho = o->gamma;
    clarke_split split = {.kind = CLARKE_SPLIT_THREE,
                          .depth = 1,
                          .samples = 1,
                          .x = margin_cell_one,
                          .y = margin_cell_one,
                          .loss_id = o->loss ? "logistic" : "hinge",
                          .weight = 1.0};
    CLARKE_TRY(clarke_split_install(p, &split, width, layer, mem));
    p->start[p->layout.block[layer[1].w].offset] = o->start;
    clarke_split_forward(p->split, p->start);
    p->terms = 1;
    p->term_deviation = 0.0;
    p->minimum = 0.0;
    return CLARKE_OK;
}

static const clarke_param margin_cell_params[] = {
    {"loss", CLARKE_PARAM_CHOICE, offsetof(margin_cell, loss), "hinge", 0.0, 0.0, "hinge|logistic",
     "phi"},
    {"gamma", CLARKE_PARAM_REAL, offsetof(margin_cell, gamma), "1", 1e-6, 1e6, NULL,
     "stiffness of the two springs"},
    {"start", CLARKE_PARAM_REAL, offsetof(margin_cell, start), "-2", -1e6, 1e6, NULL,
     "W at the start; the rest by the forward pass"},
    {0}};

static const clarke_certifiable margin_cell_certifiable[] = {
    {"gamma=1", -4.0, 4.0, 0.02, 21993, false}, {"loss=logistic", -4.0, 4.0, 0.02, 1, false}, {0}};

const clarke_problem_desc clarke_problem_margin_cell = {
    .title = "A margin loss at the end of two springs",
    .formula = "\\phi(V)+\\frac\\gamma2[(V-U)^2+(U-W)^2]",
    .source = "derived; the splitting: Zeng, Lau, Lin, Yao, arXiv 1803.00225",
    .stationary_set = "hinge: V = U = W >= 1; logistic: none",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_DEFINABLE | CLARKE_TRAIT_DATA,
    .params = margin_cell_params,
    .params_size = sizeof(margin_cell),
    .make = margin_cell_make,
    .value = clarke_split_problem_value,
    .subgradient = clarke_split_problem_subgradient,
    .clarke_residual = clarke_split_problem_residual,
    .stationary_distance = margin_cell_distance,
    .enclose = margin_cell_enclose,
    .distance_upper = margin_cell_distance_upper,
    .certifiable = margin_cell_certifiable,
    .outside = "by hand: two equations give V = U = W, the third phi'(V) = 0",
};
