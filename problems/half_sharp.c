/* f(x) = sum_j psi(|x_j| - 1), psi(s) = s^p for s >= 0 and -2s for s < 0, p >= 1: wells that are
   sharp inside and flat outside.

   For 0 < |t| != 1 the slope is -2 sign t or p (|t|-1)^{p-1} sign t, never 0. The subdifferential
   is [-2, 2] at 0, a concave kink, and [-2, 0] at 1 for p > 1 ([-2, 1] for p = 1), mirrored at -1:
   there 0 is an end of the interval, not inside it. So S = {-1, 0, 1}^n. phi is d^p outside and 2d
   inside at distance d of +-1, and 2 - 2d at 0. Not weakly convex at 0. Automatic differentiation
   sees relu(s)^p + 2 relu(-s) and returns 0 on S. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
    clarke_list p;
} half_sharp;

static double half_sharp_value(const void *c, double t)
{
    const double s = fabs(t) - 1.0;
    return s >= 0.0 ? clarke_scalar_power(s, *(const double *)c) : -2.0 * s;
}

static double half_sharp_slope(const void *c, double t)
{
    const double p = *(const double *)c, s = fabs(t) - 1.0;
    if (s == 0.0 || t == 0.0) return 0.0;
    return copysign(1.0, t) * (s > 0.0 ? p * clarke_scalar_power(s, p - 1.0) : -2.0);
}

static clarke_interval half_sharp_at(const void *c, double t, bool field)
{
    (void)field;
    const double outer = *(const double *)c == 1.0 ? 1.0 : 0.0;
    if (t == 0.0) return (clarke_interval){-2.0, 2.0};
    if (t == 1.0) return (clarke_interval){-2.0, outer};
    if (t == -1.0) return (clarke_interval){-outer, 2.0};
    return clarke_interval_point(half_sharp_slope(c, t));
}

static double half_sharp_next_break(const void *c, double t)
{
    (void)c;
    return t < -1.0 ? -1.0 : t < 0.0 ? 0.0 : t < 1.0 ? 1.0 : INFINITY;
}

static double half_sharp_nearest(const void *c, double t, clarke_point_kind *kind)
{
    (void)c;
    const double s = clarke_scalar_well(t);
    *kind = s == 0.0 ? CLARKE_POINT_LOCAL_MAXIMUM : CLARKE_POINT_GLOBAL_MINIMUM;
    return s;
}

static clarke_growth half_sharp_growth(const void *c, double s)
{
    return s == 0.0 ? clarke_growth_make(1.0, 2.0) : clarke_growth_make(*(const double *)c, 1.0);
}

/* phi is convex on either side of 0, and the side of t is nearer. */
static double half_sharp_prox(const void *c, double step, double t)
{
    const double a = fabs(t);
    if (a <= 1.0) return copysign(fmin(a + 2.0 * step, 1.0), t);
    return copysign(1.0 + clarke_scalar_power_prox(*(const double *)c, step, a - 1.0), t);
}

static clarke_scalar_facts half_sharp_facts(const void *c)
{
    return (clarke_scalar_facts){0.0, clarke_growth_make(*(const double *)c, 1.0), 2.0};
}

static clarke_interval half_sharp_enclose(const void *c, clarke_interval t, bool field)
{
    (void)field;
    const double p = *(const double *)c;
    const clarke_interval s = clarke_interval_minus(clarke_interval_abs(t), 1.0);
    const clarke_interval outer =
        clarke_interval_scale(p, clarke_interval_power(clarke_interval_relu(s), p - 1.0));
    const clarke_interval inner = clarke_interval_point(-2.0);
    const clarke_interval size = s.low > 0.0    ? outer
                                 : s.high < 0.0 ? inner
                                                : clarke_interval_hull(inner, outer);
    return clarke_interval_mul(size, clarke_interval_sign(t));
}

static const clarke_scalar half_sharp_scalar = {
    .value = half_sharp_value,
    .slope = half_sharp_slope,
    .at = half_sharp_at,
    .next_break = half_sharp_next_break,
    .nearest = half_sharp_nearest,
    .growth = half_sharp_growth,
    .prox = half_sharp_prox,
    .facts = half_sharp_facts,
    .enclose = half_sharp_enclose,
};

static clarke_status half_sharp_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const half_sharp *h = params;
    CLARKE_TRY(clarke_problem_size(p, h->n, 1.75, -2.0, 2.0, mem));
    CLARKE_TRY(clarke_separable_list(p, &h->p, "p"));
    const size_t stride = h->p.count == 1 ? 0 : sizeof(double);
    return clarke_separable_make(p, &half_sharp_scalar, h->p.value, stride, mem);
}

static const clarke_param half_sharp_params[] = {
    CLARKE_SIZE_PARAM(half_sharp, "1"),
    {"p", CLARKE_PARAM_LIST, offsetof(half_sharp, p), "2", 1.0, 16.0, NULL,
     "growth exponent outside the minima; one number or one a coordinate"},
    {0}};

static const clarke_certifiable half_sharp_certifiable[] = {
    {"p=2", -8.0, 8.0, 1e-4, 179, false},
    {"p=1", -8.0, 8.0, 1e-4, 179, false},
    {"n=2,p=1.5", -4.0, 4.0, 1e-3, 1567, false},
    {0}};

const clarke_problem_desc clarke_problem_half_sharp = {
    .title = "Half sharp wells",
    .formula = "sum_j psi(|x_j| - 1), psi(s) = s^p_j for s >= 0, -2s for s < 0",
    .source = "derived",
    .stationary_set = "{-1, 0, 1}^n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE,
    .params = half_sharp_params,
    .params_size = sizeof(half_sharp),
    .make = half_sharp_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = half_sharp_certifiable,
    .outside = "by hand: t phi' > 0 for |t| > 1",
    .prox = clarke_separable_prox,
};
