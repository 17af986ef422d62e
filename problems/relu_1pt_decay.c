/* f(x) = sum_j (relu(x_j) - 1)^2 / 2 + (lambda/2) x_j^2, lambda > 0: a ReLU neuron, weight decay.

   phi' = (1+lambda) t - 1 for t > 0 and lambda t for t < 0; the subdifferential at 0 is [-1, 0]. So
   S = {0, 1/(1+lambda)}^n: the second is the global minimum, 0 a monotone kink (phi falls through
   it) that attracts from the left and holds automatic differentiation, which returns 0 there. phi
   grows like (1+lambda)/2 d^2 at the minimum; at 0 like d to the right and (lambda/2) d^2 to the
   left, which is the slower one. The kink is concave: not weakly convex. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
    double lambda;
} relu_1pt_decay;

static double relu_1pt_decay_value(const void *c, double t)
{
    const double r = fmax(t, 0.0) - 1.0;
    return 0.5 * r * r + 0.5 * ((const relu_1pt_decay *)c)->lambda * t * t;
}

static double relu_1pt_decay_slope(const void *c, double t)
{
    return (t > 0.0 ? t - 1.0 : 0.0) + ((const relu_1pt_decay *)c)->lambda * t;
}

static clarke_interval relu_1pt_decay_at(const void *c, double t, bool field)
{
    (void)field;
    if (t == 0.0) return (clarke_interval){-1.0, 0.0};
    return clarke_interval_point(relu_1pt_decay_slope(c, t));
}

static double relu_1pt_decay_next_break(const void *c, double t)
{
    (void)c;
    return t < 0.0 ? 0.0 : INFINITY;
}

static double relu_1pt_decay_nearest(const void *c, double t, clarke_point_kind *kind)
{
    const double s = 1.0 / (1.0 + ((const relu_1pt_decay *)c)->lambda);
    *kind = t > 0.5 * s ? CLARKE_POINT_GLOBAL_MINIMUM : CLARKE_POINT_MONOTONE;
    return t > 0.5 * s ? s : 0.0;
}

static clarke_growth relu_1pt_decay_growth(const void *c, double s)
{
    const double lambda = ((const relu_1pt_decay *)c)->lambda;
    return clarke_growth_make(2.0, 0.5 * (s == 0.0 ? lambda : 1.0 + lambda));
}

static double relu_1pt_decay_prox(const void *c, double step, double t)
{
    const double lambda = ((const relu_1pt_decay *)c)->lambda;
    const double alive = fmax((t + step) / (1.0 + step + step * lambda), 0.0);
    const double dead = fmin(t / (1.0 + step * lambda), 0.0);
    const double alive_value = relu_1pt_decay_value(c, alive) +
                               (alive - t) * (alive - t) / (2.0 * step);
    const double dead_value = relu_1pt_decay_value(c, dead) +
                              (dead - t) * (dead - t) / (2.0 * step);
    return alive_value <= dead_value ? alive : dead;
}

static clarke_scalar_facts relu_1pt_decay_facts(const void *c)
{
    const double lambda = ((const relu_1pt_decay *)c)->lambda;
    const double minimum = relu_1pt_decay_value(c, 1.0 / (1.0 + lambda));
    return (clarke_scalar_facts){minimum, clarke_growth_make(2.0, 0.5 * lambda), 1.0};
}

static clarke_interval relu_1pt_decay_enclose(const void *c, clarke_interval t, bool field)
{
    (void)field;
    const clarke_interval neuron =
        clarke_interval_mul(clarke_interval_step(t), clarke_interval_minus(t, 1.0));
    return clarke_interval_add(neuron,
                               clarke_interval_scale(((const relu_1pt_decay *)c)->lambda, t));
}

static void relu_1pt_decay_declared(const void *c, double t, bool field, clarke_interval *low,
                                    clarke_interval *high)
{
    (void)field;
    const double lambda = ((const relu_1pt_decay *)c)->lambda;
    clarke_point_kind kind;
    *low = *high = clarke_interval_point(0.0);
    if (relu_1pt_decay_nearest(c, t, &kind) == 0.0) return;
    *low = *high = clarke_interval_div(clarke_interval_point(1.0),
                                       clarke_interval_minus(clarke_interval_point(1.0), -lambda));
}

static const clarke_scalar relu_1pt_decay_scalar = {
    .value = relu_1pt_decay_value,
    .slope = relu_1pt_decay_slope,
    .at = relu_1pt_decay_at,
    .next_break = relu_1pt_decay_next_break,
    .nearest = relu_1pt_decay_nearest,
    .growth = relu_1pt_decay_growth,
    .prox = relu_1pt_decay_prox,
    .facts = relu_1pt_decay_facts,
    .enclose = relu_1pt_decay_enclose,
    .declared = relu_1pt_decay_declared,
};

static clarke_status relu_1pt_decay_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const relu_1pt_decay *r = params;
    CLARKE_TRY(clarke_problem_size(p, r->n, 1.75, -2.0, 2.0, mem));
    return clarke_separable_make(p, &relu_1pt_decay_scalar, r, 0, mem);
}

static const clarke_param relu_1pt_decay_params[] = {CLARKE_SIZE_PARAM(relu_1pt_decay, "1"),
                                                     {"lambda", CLARKE_PARAM_REAL,
                                                      offsetof(relu_1pt_decay, lambda), "0.5",
                                                      0x1p-20, 0x1p10, NULL, "weight decay"},
                                                     {0}};

static const clarke_certifiable relu_1pt_decay_certifiable[] = {
    {"n=1", -8.0, 8.0, 1e-4, 95, false}, {"n=2", -8.0, 8.0, 1e-3, 427, false}, {0}};

const clarke_problem_desc clarke_problem_relu_1pt_decay = {
    .title = "One ReLU neuron, one point, weight decay",
    .formula = "sum_j (relu(x_j) - 1)^2 / 2 + (lambda/2) x_j^2",
    .source = "derived",
    .stationary_set = "{0, 1/(1+lambda)}^n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE,
    .params = relu_1pt_decay_params,
    .params_size = sizeof(relu_1pt_decay),
    .make = relu_1pt_decay_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = relu_1pt_decay_certifiable,
    .outside = "by hand: phi' is linear on either side of 0, with the listed zeros",
    .prox = clarke_separable_prox,
};
