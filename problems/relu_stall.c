/* A split network with one sample on which block descent may rest where nothing is critical:
   N = 3, widths 1, 2, 1, 1, x = 1, y = -3, loss (v - y)^2/2 with w = 1, gamma = 1,
   r_1 = |W_1 - (1, 1)'|^2/2, r_2 = 0, r_3 = W_3^2/2, s_i = 0.

   Two-splitting at P: W_1 = (1/2, 1)', V_1 = (0, 1)', W_2 = (1, 0), V_2 = -1, W_3 = 1, V_3 = -2. Every
   block is at its global minimum given the others, so exact block descent stays for every alpha:
     V_3  (v + 3)^2/2 + (v + 1)^2/2 has its minimum at -2;
     W_3  w^2/2 + (2 - w)^2/2 at 1 (V_3 - W_3 V_2 = w - 2);
     V_2  (v - relu(0))^2/2 + (v + 2)^2/2 at -1 (V_3 - W_3 V_2 = -2 - v);
     W_2  (-1 - relu(W_2 V_1))^2/2 >= 1/2, attained where W_2 V_1 <= 0, and W_2 V_1 = 0;
     V_1  |V_1 - (1/2, 1)'|^2/2 + (1 + relu(v_1))^2/2, where relu(W_2 V_1) = relu(v_1): 0 is in
          v_1 - 1/2 + [0, 1] at v_1 = 0, the second entry is 1, and the function is convex;
     W_1  (w_1 - 1)^2/2 + relu(w_1)^2/2 at 1/2; (w_2 - 1)^2/2 + (1 - relu(w_2))^2/2 at 1.
   L(P) = 9/4. Near P the objective is smooth but for (V_2 - relu(z))^2/2, z = W_2 V_1, V_2 < 0, which
   is convex and increasing in z, and dz = V_1' dW_2 + W_2 dV_1 is not 0: the chain rule is an
   equality, and the limiting and the Clarke subdifferential are, for xi in [0, 1],
     xi V_1' in W_2 and V_1 - relu(W_1) + xi W_2' in V_1, 0 elsewhere,
   that is (0, xi) and (xi - 1/2, 0): dist^2 = min xi^2 + (xi - 1/2)^2 = 1/8 at xi = 1/4. W_2 and V_1
   want different multipliers of one kink. Moving both against g = ((0, 1/4), (-1/4, 0)) lowers L by
   1/8 a unit of t: at t = 1/8, W_2 = (1, -1/32), V_1 = (1/32, 1), z = 0.

   In three-splitting the kink is in U_2 alone. The start there is the same W and V, with
   U_i = W_i V_{i-1}. */
#include "problems/lib/split_net.h"

#include <string.h>

typedef struct {
    int splitting;
    double gamma;
} relu_stall;

static const double relu_stall_x[1] = {1.0}, relu_stall_y[1] = {-3.0};
static const double relu_stall_centre[2] = {1.0, 1.0};

static void relu_stall_put(const clarke_split *s, size_t block, const double *from, double *x)
{
    memcpy(x + s->layout.block[block].offset, from, clarke_split_size(s, block) * sizeof *from);
}

static void relu_stall_start(const clarke_split *s, double *x)
{
    static const double w1[2] = {0.5, 1.0}, v1[2] = {0.0, 1.0}, w2[2] = {1.0, 0.0};
    static const double v2[1] = {-1.0}, w3[1] = {1.0}, v3[1] = {-2.0};
    static const double u1[2] = {0.5, 1.0}, u2[1] = {0.0}, u3[1] = {-1.0};
    const double *const w[] = {w1, w2, w3}, *const v[] = {v1, v2, v3}, *const u[] = {u1, u2, u3};
    for (size_t i = 1; i <= 3; i++) {
        relu_stall_put(s, s->layer[i].w, w[i - 1], x);
        relu_stall_put(s, s->layer[i].v, v[i - 1], x);
        if (s->kind == CLARKE_SPLIT_THREE) relu_stall_put(s, s->layer[i].u, u[i - 1], x);
    }
}

static clarke_status relu_stall_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const relu_stall *o = params;
    static const size_t width[4] = {1, 2, 1, 1};
    clarke_split_layer *layer = clarke_alloc_array(mem, 4, sizeof *layer);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 1; i <= 3; i++) {
        layer[i].activation_id = i < 3 ? "relu" : "linear";
        layer[i].gamma = layer[i].rho = o->gamma;
    }
    layer[1].w_term =
        (clarke_term){.kind = CLARKE_TERM_RIDGE, .weight = 1.0, .centre = relu_stall_centre};
    layer[3].w_term = (clarke_term){.kind = CLARKE_TERM_RIDGE, .weight = 1.0};
    clarke_split split = {.kind = o->splitting ? CLARKE_SPLIT_THREE : CLARKE_SPLIT_TWO,
                          .depth = 3,
                          .samples = 1,
                          .x = relu_stall_x,
                          .y = relu_stall_y,
                          .loss_id = "squared",
                          .weight = 1.0};
    CLARKE_TRY(clarke_split_install(p, &split, width, layer, mem));
    relu_stall_start(p->split, p->start);
    p->terms = 1;
    return CLARKE_OK;
}

static const clarke_param relu_stall_params[] = {
    {"splitting", CLARKE_PARAM_CHOICE, offsetof(relu_stall, splitting), "two", 0.0, 0.0,
     "two|three", "of the network"},
    {"gamma", CLARKE_PARAM_REAL, offsetof(relu_stall, gamma), "1", 1e-6, 1e6, NULL,
     "the penalty; the start is the point of rest for 1"},
    {0}};

const clarke_problem_desc clarke_problem_relu_stall = {
    .title = "A split ReLU network that starts where two-splitting block descent rests",
    .formula = "\\frac12(V_3+3)^2+\\frac12\\|W_1-1\\|^2+\\frac12W_3^2"
               "+\\frac12\\sum_i\\|V_i-\\sigma_i(W_iV_{i-1})\\|^2,\\quad V_0=1",
    .source = "derived; the splitting: Zeng, Lau, Lin, Yao, arXiv 1803.00225",
    .truth = CLARKE_TRUTH_NONE,
    .traits = CLARKE_TRAIT_DEFINABLE | CLARKE_TRAIT_DATA,
    .params = relu_stall_params,
    .params_size = sizeof(relu_stall),
    .make = relu_stall_make,
    .value = clarke_split_problem_value,
    .subgradient = clarke_split_problem_subgradient,
    .clarke_residual = clarke_split_problem_residual,
};
