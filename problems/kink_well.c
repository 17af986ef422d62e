/* f(x) = sum_j ||x_j| - 1|^{p_j}, p_j >= 1: wells of any growth around -1 and 1.

   phi'(t) = p ||t|-1|^{p-1} sign(|t|-1) sign t is not 0 for 0 < |t| != 1; at +-1 it is 0 (p > 1) or
   the subdifferential is [-1, 1] (p = 1); at 0 the one-sided slopes are p and -p, a concave kink.
   So S = {-1, 0, 1}^n for every p. phi is d^p at distance d of +-1 and 1 - (1-d)^p = p d + O(d^2)
   at 0. Not weakly convex at 0. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
    clarke_list p;
} kink_well;

static double kink_well_value(const void *c, double t)
{
    return clarke_scalar_power(fabs(fabs(t) - 1.0), *(const double *)c);
}

static double kink_well_slope(const void *c, double t)
{
    const double p = *(const double *)c, s = fabs(t) - 1.0;
    if (s == 0.0 || t == 0.0) return 0.0;
    const double slope = p * clarke_scalar_power(fabs(s), p - 1.0);
    return (s > 0.0) == (t > 0.0) ? slope : -slope;
}

static clarke_interval kink_well_at(const void *c, double t, bool field)
{
    (void)field;
    const double p = *(const double *)c;
    if (t == 0.0) return (clarke_interval){-p, p};
    if (p == 1.0 && fabs(t) == 1.0) return (clarke_interval){-1.0, 1.0};
    return clarke_interval_point(kink_well_slope(c, t));
}

static double kink_well_next_break(const void *c, double t)
{
    (void)c;
    return t < -1.0 ? -1.0 : t < 0.0 ? 0.0 : t < 1.0 ? 1.0 : INFINITY;
}

static double kink_well_nearest(const void *c, double t, clarke_point_kind *kind)
{
    (void)c;
    const double s = clarke_scalar_well(t);
    *kind = s == 0.0 ? CLARKE_POINT_LOCAL_MAXIMUM : CLARKE_POINT_GLOBAL_MINIMUM;
    return s;
}

static clarke_growth kink_well_growth(const void *c, double s)
{
    const double p = *(const double *)c;
    return s == 0.0 ? clarke_growth_make(1.0, p) : clarke_growth_make(p, 1.0);
}

/* Of the two wells the one on the side of t is nearer; within it the prox of |.|^p around 1. */
static double kink_well_prox(const void *c, double step, double t)
{
    const double s = fabs(t) - 1.0;
    const double u = clarke_scalar_power_prox(*(const double *)c, step, fabs(s));
    return copysign(1.0 + copysign(u, s), t);
}

static clarke_scalar_facts kink_well_facts(const void *c)
{
    const double p = *(const double *)c;
    return (clarke_scalar_facts){0.0, clarke_growth_make(p, 1.0), p == 1.0 ? 1.0 : 0.0};
}

static clarke_interval kink_well_enclose(const void *c, clarke_interval t, bool field)
{
    (void)field;
    const double p = *(const double *)c;
    const clarke_interval s = clarke_interval_minus(clarke_interval_abs(t), 1.0);
    const clarke_interval size =
        clarke_interval_scale(p, clarke_interval_power(clarke_interval_abs(s), p - 1.0));
    return clarke_interval_mul(clarke_interval_mul(size, clarke_interval_sign(s)),
                               clarke_interval_sign(t));
}

static const clarke_scalar kink_well_scalar = {
    .value = kink_well_value,
    .slope = kink_well_slope,
    .at = kink_well_at,
    .next_break = kink_well_next_break,
    .nearest = kink_well_nearest,
    .growth = kink_well_growth,
    .prox = kink_well_prox,
    .facts = kink_well_facts,
    .enclose = kink_well_enclose,
};

static clarke_status kink_well_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const kink_well *w = params;
    CLARKE_TRY(clarke_problem_size(p, w->n, 1.75, -2.0, 2.0, mem));
    CLARKE_TRY(clarke_separable_list(p, &w->p, "p"));
    const size_t stride = w->p.count == 1 ? 0 : sizeof(double);
    return clarke_separable_make(p, &kink_well_scalar, w->p.value, stride, mem);
}

static const clarke_param kink_well_params[] = {
    CLARKE_SIZE_PARAM(kink_well, "1"),
    {"p", CLARKE_PARAM_LIST, offsetof(kink_well, p), "1", 1.0, 16.0, NULL,
     "growth exponent at the minima; one number or one a coordinate"},
    {0}};

static const clarke_certifiable kink_well_certifiable[] = {
    {"p=1", -8.0, 8.0, 1e-4, 179, false},
    {"p=1.5", -4.0, 4.0, 1e-4, 175, false},
    {"p=4", -4.0, 4.0, 1e-2, 91, false},
    {"n=2,p=4", -4.0, 4.0, 3e-2, 847, false},
    {"n=3,p=1,2,1.5", -4.0, 4.0, 1e-2, 9423, false},
    {0}};

const clarke_problem_desc clarke_problem_kink_well = {
    .title = "Kink wells",
    .formula = "sum_j ||x_j| - 1|^p_j",
    .source = "derived",
    .stationary_set = "{-1, 0, 1}^n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE,
    .params = kink_well_params,
    .params_size = sizeof(kink_well),
    .make = kink_well_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = kink_well_certifiable,
    .outside = "by hand: t phi' > 0 for |t| > 1",
    .prox = clarke_separable_prox,
};
