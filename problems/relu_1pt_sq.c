/* f(x) = sum_j (relu(x_j) - 1)^2 / 2: one ReLU neuron, one data point; the dead region is flat.

   phi' = t - 1 for t > 0 and 0 for t < 0, so the subdifferential at 0 is [-1, 0] and
   S = ((-inf, 0] u {1})^n: 1 is the global minimum, t < 0 is flat, 0 a weak local maximum. phi =
   d^2/2 at 1 and 1/2 - d + d^2/2 to the right of 0. The kink at 0 is concave: not weakly convex.
   Automatic differentiation returns relu'(0) = 0 there. Starts are uniform in [0.2, 3], off S. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
} relu_1pt_sq;

static double relu_1pt_sq_value(const void *c, double t)
{
    (void)c;
    const double r = fmax(t, 0.0) - 1.0;
    return 0.5 * r * r;
}

static double relu_1pt_sq_slope(const void *c, double t)
{
    (void)c;
    return t > 0.0 ? t - 1.0 : 0.0;
}

static clarke_interval relu_1pt_sq_at(const void *c, double t, bool field)
{
    (void)field;
    if (t == 0.0) return (clarke_interval){-1.0, 0.0};
    return clarke_interval_point(relu_1pt_sq_slope(c, t));
}

static double relu_1pt_sq_next_break(const void *c, double t)
{
    (void)c;
    return t < 0.0 ? 0.0 : INFINITY;
}

static double relu_1pt_sq_nearest(const void *c, double t, clarke_point_kind *kind)
{
    (void)c;
    if (t > 0.5) {
        *kind = CLARKE_POINT_GLOBAL_MINIMUM;
        return 1.0;
    }
    *kind = t < 0.0 ? CLARKE_POINT_FLAT : CLARKE_POINT_LOCAL_MAXIMUM;
    return fmin(t, 0.0);
}

static clarke_growth relu_1pt_sq_growth(const void *c, double s)
{
    (void)c;
    return s == 1.0 ? clarke_growth_make(2.0, 0.5) : clarke_growth_make(1.0, 1.0);
}

/* The better of the proxes of the two pieces. */
static double relu_1pt_sq_prox(const void *c, double step, double t)
{
    const double alive = fmax((t + step) / (1.0 + step), 0.0), dead = fmin(t, 0.0);
    const double value = relu_1pt_sq_value(c, alive) + (alive - t) * (alive - t) / (2.0 * step);
    return value <= 0.5 + (dead - t) * (dead - t) / (2.0 * step) ? alive : dead;
}

static clarke_scalar_facts relu_1pt_sq_facts(const void *c)
{
    (void)c;
    return (clarke_scalar_facts){0.0, {2.0, 0.5, 1.0}, 0.0};
}

static clarke_interval relu_1pt_sq_enclose(const void *c, clarke_interval t, bool field)
{
    (void)c, (void)field;
    return clarke_interval_mul(clarke_interval_step(t), clarke_interval_minus(t, 1.0));
}

static void relu_1pt_sq_declared(const void *c, double t, bool field, clarke_interval *low,
                                 clarke_interval *high)
{
    (void)c, (void)field;
    *low = clarke_interval_point(t > 0.5 ? 1.0 : -INFINITY);
    *high = clarke_interval_point(t > 0.5 ? 1.0 : 0.0);
}

static const clarke_scalar relu_1pt_sq_scalar = {
    .value = relu_1pt_sq_value,
    .slope = relu_1pt_sq_slope,
    .at = relu_1pt_sq_at,
    .next_break = relu_1pt_sq_next_break,
    .nearest = relu_1pt_sq_nearest,
    .growth = relu_1pt_sq_growth,
    .prox = relu_1pt_sq_prox,
    .facts = relu_1pt_sq_facts,
    .enclose = relu_1pt_sq_enclose,
    .declared = relu_1pt_sq_declared,
};

static clarke_status relu_1pt_sq_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const relu_1pt_sq *r = params;
    CLARKE_TRY(clarke_problem_size(p, r->n, 2.5, 0.2, 3.0, mem));
    return clarke_separable_make(p, &relu_1pt_sq_scalar, r, 0, mem);
}

static const clarke_param relu_1pt_sq_params[] = {CLARKE_SIZE_PARAM(relu_1pt_sq, "1"), {0}};

static const clarke_certifiable relu_1pt_sq_certifiable[] = {
    {"n=1", -8.0, 8.0, 1e-4, 91, false}, {"n=2", -8.0, 8.0, 1e-2, 27697, false}, {0}};

const clarke_problem_desc clarke_problem_relu_1pt_sq = {
    .title = "One ReLU neuron, one point",
    .formula = "sum_j (relu(x_j) - 1)^2 / 2",
    .source = "derived",
    .stationary_set = "((-inf, 0] u {1})^n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE,
    .params = relu_1pt_sq_params,
    .params_size = sizeof(relu_1pt_sq),
    .make = relu_1pt_sq_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = relu_1pt_sq_certifiable,
    .outside = "by hand: phi' = t - 1 > 0 for t > 1, and t < 0 belongs to S",
    .prox = clarke_separable_prox,
};
