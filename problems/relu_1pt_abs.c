/* f(x) = sum_j |relu(x_j) - 1|: one ReLU neuron, one data point, absolute loss.

   phi is |t - 1| for t > 0 and 1 for t < 0: the subdifferential is [-1, 0] at 0 and [-1, 1] at 1,
   so S = ((-inf, 0] u {1})^n: 1 is the global minimum, t < 0 is flat, 0 a weak local maximum. phi
   changes by d at distance d < 1/2 from S. The kink at 0 is concave: not weakly convex. Automatic
   differentiation uses relu'(0) = sign(0) = 0. Starts are uniform in [0.2, 3], off S. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
} relu_1pt_abs;

static double relu_1pt_abs_value(const void *c, double t)
{
    (void)c;
    return fabs(fmax(t, 0.0) - 1.0);
}

static double relu_1pt_abs_slope(const void *c, double t)
{
    (void)c;
    return t > 0.0 ? clarke_scalar_sign(t - 1.0) : 0.0;
}

static clarke_interval relu_1pt_abs_at(const void *c, double t, bool field)
{
    (void)field;
    if (t == 0.0) return (clarke_interval){-1.0, 0.0};
    if (t == 1.0) return (clarke_interval){-1.0, 1.0};
    return clarke_interval_point(relu_1pt_abs_slope(c, t));
}

static double relu_1pt_abs_next_break(const void *c, double t)
{
    (void)c;
    return t < 0.0 ? 0.0 : t < 1.0 ? 1.0 : INFINITY;
}

static double relu_1pt_abs_nearest(const void *c, double t, clarke_point_kind *kind)
{
    (void)c;
    if (t > 0.5) {
        *kind = CLARKE_POINT_GLOBAL_MINIMUM;
        return 1.0;
    }
    *kind = t < 0.0 ? CLARKE_POINT_FLAT : CLARKE_POINT_LOCAL_MAXIMUM;
    return fmin(t, 0.0);
}

static clarke_growth relu_1pt_abs_growth(const void *c, double s)
{
    (void)c, (void)s;
    return clarke_growth_make(1.0, 1.0);
}

/* The better of the proxes over t >= 0, where phi is |t - 1|, and over t <= 0, where it is 1. */
static double relu_1pt_abs_prox(const void *c, double step, double t)
{
    const double s = t - 1.0, dead = fmin(t, 0.0);
    const double alive = fmax(1.0 + copysign(fmax(fabs(s) - step, 0.0), s), 0.0);
    const double value = relu_1pt_abs_value(c, alive) + (alive - t) * (alive - t) / (2.0 * step);
    return value <= 1.0 + (dead - t) * (dead - t) / (2.0 * step) ? alive : dead;
}

static clarke_scalar_facts relu_1pt_abs_facts(const void *c)
{
    (void)c;
    return (clarke_scalar_facts){0.0, {1.0, 1.0, NAN}, 1.0};
}

static clarke_interval relu_1pt_abs_enclose(const void *c, clarke_interval t, bool field)
{
    (void)c, (void)field;
    return clarke_interval_mul(clarke_interval_step(t),
                               clarke_interval_sign(clarke_interval_minus(t, 1.0)));
}

static void relu_1pt_abs_declared(const void *c, double t, bool field, clarke_interval *low,
                                  clarke_interval *high)
{
    (void)c, (void)field;
    *low = clarke_interval_point(t > 0.5 ? 1.0 : -INFINITY);
    *high = clarke_interval_point(t > 0.5 ? 1.0 : 0.0);
}

static const clarke_scalar relu_1pt_abs_scalar = {
    .value = relu_1pt_abs_value,
    .slope = relu_1pt_abs_slope,
    .at = relu_1pt_abs_at,
    .next_break = relu_1pt_abs_next_break,
    .nearest = relu_1pt_abs_nearest,
    .growth = relu_1pt_abs_growth,
    .prox = relu_1pt_abs_prox,
    .facts = relu_1pt_abs_facts,
    .enclose = relu_1pt_abs_enclose,
    .declared = relu_1pt_abs_declared,
};

static clarke_status relu_1pt_abs_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const relu_1pt_abs *r = params;
    CLARKE_TRY(clarke_problem_size(p, r->n, 2.5, 0.2, 3.0, mem));
    return clarke_separable_make(p, &relu_1pt_abs_scalar, r, 0, mem);
}

static const clarke_param relu_1pt_abs_params[] = {CLARKE_SIZE_PARAM(relu_1pt_abs, "1"), {0}};

static const clarke_certifiable relu_1pt_abs_certifiable[] = {
    {"n=1", -8.0, 8.0, 1e-4, 91, false}, {"n=2", -8.0, 8.0, 1e-2, 27697, false}, {0}};

const clarke_problem_desc clarke_problem_relu_1pt_abs = {
    .title = "One ReLU neuron, one point, absolute loss",
    .formula = "sum_j |relu(x_j) - 1|",
    .source = "derived",
    .stationary_set = "((-inf, 0] u {1})^n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE | CLARKE_TRAIT_POLYHEDRAL,
    .params = relu_1pt_abs_params,
    .params_size = sizeof(relu_1pt_abs),
    .make = relu_1pt_abs_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = relu_1pt_abs_certifiable,
    .outside = "by hand: phi' = 1 for t > 1, and t < 0 belongs to S",
    .prox = clarke_separable_prox,
};
