/* f(x) = sum_j x_j^4 / 4: a degenerate minimum, and an unbounded second derivative.

   S = {0}^n, the global minimum; f = d^4/4 in one coordinate. On |t| <= R the derivative t^3 is
   3 R^2 Lipschitz; with large steps a subgradient method blows up, so boundedness is a real
   hypothesis here. The prox solves y + t y^3 = x. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
} quartic;

static double quartic_value(const void *c, double t)
{
    (void)c;
    return 0.25 * (t * t) * (t * t);
}

static double quartic_slope(const void *c, double t)
{
    (void)c;
    return t * t * t;
}

static clarke_interval quartic_at(const void *c, double t, bool field)
{
    (void)field;
    return clarke_interval_point(quartic_slope(c, t));
}

static double quartic_nearest(const void *c, double t, clarke_point_kind *kind)
{
    (void)c, (void)t;
    *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return 0.0;
}

static clarke_growth quartic_growth(const void *c, double s)
{
    (void)c, (void)s;
    return clarke_growth_make(4.0, 0.25);
}

static double quartic_prox(const void *c, double step, double t)
{
    (void)c;
    return copysign(clarke_scalar_power_prox(4.0, 0.25 * step, fabs(t)), t);
}

static double quartic_weak_convexity(const void *c, double radius)
{
    (void)c, (void)radius;
    return 0.0;
}

static clarke_scalar_facts quartic_facts(const void *c)
{
    (void)c;
    return (clarke_scalar_facts){0.0, {4.0, 0.25, NAN}, 0.0};
}

static clarke_interval quartic_enclose(const void *c, clarke_interval t, bool field)
{
    (void)c, (void)field;
    return clarke_interval_mul(clarke_interval_sqr(t), t);
}

static const clarke_scalar quartic_scalar = {
    .value = quartic_value,
    .slope = quartic_slope,
    .at = quartic_at,
    .nearest = quartic_nearest,
    .growth = quartic_growth,
    .prox = quartic_prox,
    .weak_convexity = quartic_weak_convexity,
    .facts = quartic_facts,
    .enclose = quartic_enclose,
};

static clarke_status quartic_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const quartic *q = params;
    CLARKE_TRY(clarke_problem_size(p, q->n, 1.75, -2.0, 2.0, mem));
    p->smoothness = 3.0 * p->box_high * p->box_high;
    return clarke_separable_make(p, &quartic_scalar, q, 0, mem);
}

static const clarke_param quartic_params[] = {CLARKE_SIZE_PARAM(quartic, "1"), {0}};

static const clarke_certifiable quartic_certifiable[] = {
    {"n=1", -8.0, 8.0, 1e-4, 71, false}, {"n=2", -4.0, 4.0, 1e-2, 159, false}, {0}};

const clarke_problem_desc clarke_problem_quartic = {
    .title = "Quartic",
    .formula = "sum_j x_j^4 / 4",
    .source = "folklore",
    .stationary_set = "{0}^n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_SMOOTH | CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE |
              CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE,
    .params = quartic_params,
    .params_size = sizeof(quartic),
    .make = quartic_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    .value_gap = clarke_separable_value, /* f = 0 on S */
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = quartic_certifiable,
    .outside = "by hand: t phi' > 0 off 0",
    .prox = clarke_separable_prox,
};
