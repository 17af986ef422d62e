/* f(x) = sum_j (relu(x_j) - 1)^2 / 2 + (relu(-x_j) - 2)^2 / 2: one ReLU neuron, two points that
   pull apart.

   phi' = t - 1 for t > 0 and t + 2 for t < 0; the subdifferential at 0 is [-1, 2]: S = {-2, 0,
   1}^n. -2 is the global minimum, phi = 1/2, and 1 a local one, phi = 2, both with d^2/2; 0 is a
   concave kink, a local maximum with slopes 2 and -1. The field of the parts at 0, [-1, 0] + [0,
   2], is the Clarke subdifferential. A finite sum of two terms, twice one sample each; automatic
   differentiation uses relu'(0) = 0 in both. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
} relu_2pt_sq;

static double relu_2pt_sq_value(const void *c, double t)
{
    (void)c;
    const double u = fmax(t, 0.0) - 1.0, v = fmax(-t, 0.0) - 2.0;
    return 0.5 * u * u + 0.5 * v * v;
}

static double relu_2pt_sq_slope(const void *c, double t)
{
    (void)c;
    return t > 0.0 ? t - 1.0 : t < 0.0 ? t + 2.0 : 0.0;
}

static double relu_2pt_sq_term_slope(const void *c, size_t term, double t)
{
    const bool alive = term == 0 ? t > 0.0 : t < 0.0;
    return alive ? 2.0 * relu_2pt_sq_slope(c, t) : 0.0;
}

static clarke_interval relu_2pt_sq_at(const void *c, double t, bool field)
{
    (void)field;
    if (t == 0.0) return (clarke_interval){-1.0, 2.0};
    return clarke_interval_point(relu_2pt_sq_slope(c, t));
}

static double relu_2pt_sq_next_break(const void *c, double t)
{
    (void)c;
    return t < 0.0 ? 0.0 : INFINITY;
}

static double relu_2pt_sq_nearest(const void *c, double t, clarke_point_kind *kind)
{
    (void)c;
    *kind = t > 0.5     ? CLARKE_POINT_LOCAL_MINIMUM
            : t >= -1.0 ? CLARKE_POINT_LOCAL_MAXIMUM
                        : CLARKE_POINT_GLOBAL_MINIMUM;
    return t > 0.5 ? 1.0 : t >= -1.0 ? 0.0 : -2.0;
}

static clarke_growth relu_2pt_sq_growth(const void *c, double s)
{
    (void)c;
    return s == 0.0 ? clarke_growth_make(1.0, 1.0) : clarke_growth_make(2.0, 0.5);
}

/* The better of the proxes over t >= 0 and t <= 0. */
static double relu_2pt_sq_prox(const void *c, double step, double t)
{
    const double right = fmax((t + step) / (1.0 + step), 0.0);
    const double left = fmin((t - 2.0 * step) / (1.0 + step), 0.0);
    const double at_right = relu_2pt_sq_value(c, right) + (right - t) * (right - t) / (2.0 * step);
    const double at_left = relu_2pt_sq_value(c, left) + (left - t) * (left - t) / (2.0 * step);
    return at_right < at_left ? right : left;
}

static clarke_scalar_facts relu_2pt_sq_facts(const void *c)
{
    (void)c;
    return (clarke_scalar_facts){0.5, {2.0, 0.5, 1.0}, 0.0};
}

static clarke_interval relu_2pt_sq_enclose(const void *c, clarke_interval t, bool field)
{
    (void)c, (void)field;
    const clarke_interval right = clarke_interval_minus(clarke_interval_relu(t), 1.0);
    const clarke_interval left = clarke_interval_minus(
        clarke_interval_neg(clarke_interval_relu(clarke_interval_neg(t))), -2.0);
    if (t.low > 0.0) return right;
    return t.high < 0.0 ? left : clarke_interval_hull(right, left);
}

static const clarke_scalar relu_2pt_sq_scalar = {
    .value = relu_2pt_sq_value,
    .slope = relu_2pt_sq_slope,
    .at = relu_2pt_sq_at,
    .next_break = relu_2pt_sq_next_break,
    .nearest = relu_2pt_sq_nearest,
    .growth = relu_2pt_sq_growth,
    .prox = relu_2pt_sq_prox,
    .term_slope = relu_2pt_sq_term_slope,
    .facts = relu_2pt_sq_facts,
    .enclose = relu_2pt_sq_enclose,
};

static clarke_status relu_2pt_sq_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const relu_2pt_sq *r = params;
    CLARKE_TRY(clarke_problem_size(p, r->n, 2.5, -4.0, 3.0, mem));
    p->terms = 2;
    /* A term is 2 phi' where it lives and 0 elsewhere: it departs from the mean by |phi'|, at most
       2 in the box, at its ends and before the kink. */
    p->term_deviation = 2.0;
    return clarke_separable_make(p, &relu_2pt_sq_scalar, r, 0, mem);
}

static const clarke_param relu_2pt_sq_params[] = {CLARKE_SIZE_PARAM(relu_2pt_sq, "1"), {0}};

static const clarke_certifiable relu_2pt_sq_certifiable[] = {
    {"n=1", -8.0, 8.0, 1e-4, 183, false}, {"n=2", -8.0, 8.0, 1e-3, 1641, false}, {0}};

const clarke_problem_desc clarke_problem_relu_2pt_sq = {
    .title = "One ReLU neuron, two points",
    .formula = "sum_j (relu(x_j) - 1)^2 / 2 + (relu(-x_j) - 2)^2 / 2",
    .source = "derived",
    .stationary_set = "{-2, 0, 1}^n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE,
    .params = relu_2pt_sq_params,
    .params_size = sizeof(relu_2pt_sq),
    .make = relu_2pt_sq_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = relu_2pt_sq_certifiable,
    .outside = "by hand: phi' is t - 1 for t > 0 and t + 2 for t < 0",
    .term_subgradient = clarke_separable_term_subgradient,
    .prox = clarke_separable_prox,
};
