/* f(x) = sum_j |x_j^2 - 1|^{p_j}, p_j >= 1: the regular, weakly convex twin of the kink wells.

   phi'(t) = 2 p t |t^2-1|^{p-1} sign(t^2-1), zero only at 0 and, for p > 1, at +-1; for p = 1 the
   subdifferential at 1 is [-2, 2]. S = {-1, 0, 1}^n. At +-1 phi = (2d +- d^2)^p, at 0 phi = 1 - p
   d^2 + O(d^4). Derived: phi'' = 2p |t^2-1|^{p-2} ((2p-1) t^2 - 1) (t^2 > 1: with both signs
   positive) is nonnegative for t^2 >= 1/(2p-1), and below it -phi''/(2p) = (1-s)^{p-2} (1-(2p-1)s)
   with s = t^2 has a logarithmic derivative of at most (3-3p)/(1-s) <= 0, so it is at most 1: phi
   is 2p-weakly convex on all of R. The breakpoints of a monotone phi' are +-1 and +-1/sqrt(2p-1).
   */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
    clarke_list p;
} quad_well;

static double quad_well_value(const void *c, double t)
{
    return clarke_scalar_power(fabs((t - 1.0) * (t + 1.0)), *(const double *)c);
}

static double quad_well_slope(const void *c, double t)
{
    const double p = *(const double *)c, s = (fabs(t) - 1.0) * (fabs(t) + 1.0);
    if (s == 0.0) return 0.0;
    const double slope = 2.0 * p * t * clarke_scalar_power(fabs(s), p - 1.0);
    return s > 0.0 ? slope : -slope;
}

static clarke_interval quad_well_at(const void *c, double t, bool field)
{
    (void)field;
    if (*(const double *)c == 1.0 && fabs(t) == 1.0) return (clarke_interval){-2.0, 2.0};
    return clarke_interval_point(quad_well_slope(c, t));
}

static double quad_well_next_break(const void *c, double t)
{
    const double inflection = 1.0 / sqrt(2.0 * *(const double *)c - 1.0);
    const double sorted[] = {-1.0, -inflection, inflection, 1.0};
    return clarke_next_in(4, sorted, t);
}

static double quad_well_nearest(const void *c, double t, clarke_point_kind *kind)
{
    (void)c;
    const double s = clarke_scalar_well(t);
    *kind = s == 0.0 ? CLARKE_POINT_LOCAL_MAXIMUM : CLARKE_POINT_GLOBAL_MINIMUM;
    return s;
}

static clarke_growth quad_well_growth(const void *c, double s)
{
    const double p = *(const double *)c;
    return s == 0.0 ? clarke_growth_make(2.0, p) : clarke_growth_make(p, pow(2.0, p));
}

static double quad_well_weak_convexity(const void *c, double radius)
{
    (void)radius;
    return 2.0 * *(const double *)c;
}

static clarke_scalar_facts quad_well_facts(const void *c)
{
    const double p = *(const double *)c;
    return (clarke_scalar_facts){0.0, clarke_growth_make(p, pow(2.0, p)), p == 1.0 ? 2.0 : 0.0};
}

static clarke_interval quad_well_enclose(const void *c, clarke_interval t, bool field)
{
    (void)field;
    const double p = *(const double *)c;
    const clarke_interval a = clarke_interval_minus(clarke_interval_abs(t), 1.0);
    const clarke_interval s = clarke_interval_mul(
        clarke_interval_abs(a), clarke_interval_minus(clarke_interval_abs(t), -1.0));
    const clarke_interval size =
        clarke_interval_mul(clarke_interval_power(s, p - 1.0), clarke_interval_sign(a));
    return clarke_interval_mul(clarke_interval_scale(2.0 * p, t), size);
}

static const clarke_scalar quad_well_scalar = {
    .value = quad_well_value,
    .slope = quad_well_slope,
    .at = quad_well_at,
    .next_break = quad_well_next_break,
    .nearest = quad_well_nearest,
    .growth = quad_well_growth,
    .weak_convexity = quad_well_weak_convexity,
    .facts = quad_well_facts,
    .enclose = quad_well_enclose,
};

/* For p >= 2, |phi''| = 2p |t^2-1|^{p-2} |t^2 - 1 + 2(p-1) t^2| <= 2p M^{p-2} (M + 2(p-1) R^2) on
   |t| <= R, with M = max(1, R^2-1). For p < 2 phi'' is unbounded at 1. */
static double quad_well_smoothness(const clarke_list *p, double radius)
{
    const double r2 = radius * radius, m = fmax(1.0, r2 - 1.0);
    double largest = 0.0;
    for (size_t i = 0; i < p->count; i++) {
        const double q = p->value[i];
        if (q < 2.0) return NAN;
        largest = fmax(largest, 2.0 * q * pow(m, q - 2.0) * (m + 2.0 * (q - 1.0) * r2));
    }
    return largest;
}

static clarke_status quad_well_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const quad_well *w = params;
    CLARKE_TRY(clarke_problem_size(p, w->n, 1.75, -2.0, 2.0, mem));
    CLARKE_TRY(clarke_separable_list(p, &w->p, "p"));
    p->smoothness = quad_well_smoothness(&w->p, 2.0);
    if (!isnan(p->smoothness)) p->traits |= CLARKE_TRAIT_SMOOTH;
    const size_t stride = w->p.count == 1 ? 0 : sizeof(double);
    return clarke_separable_make(p, &quad_well_scalar, w->p.value, stride, mem);
}

static const clarke_param quad_well_params[] = {
    CLARKE_SIZE_PARAM(quad_well, "1"),
    {"p", CLARKE_PARAM_LIST, offsetof(quad_well, p), "2", 1.0, 16.0, NULL,
     "growth exponent at the minima; one number or one a coordinate"},
    {0}};

static const clarke_certifiable quad_well_certifiable[] = {
    {"p=1", -8.0, 8.0, 1e-4, 179, false},
    {"p=2", -8.0, 8.0, 1e-4, 179, false},
    {"n=2,p=2", -4.0, 4.0, 1e-3, 1567, false},
    {"n=2,p=3", -4.0, 4.0, 1e-2, 1063, false},
    {0}};

const clarke_problem_desc clarke_problem_quad_well = {
    .title = "Quadratic wells",
    .formula = "sum_j |x_j^2 - 1|^p_j",
    .source = "derived",
    .stationary_set = "{-1, 0, 1}^n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE |
              CLARKE_TRAIT_DEFINABLE,
    .params = quad_well_params,
    .params_size = sizeof(quad_well),
    .make = quad_well_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = quad_well_certifiable,
    .outside = "by hand: t phi' > 0 for |t| > 1",
};
