/* f(x) = sum_j |x_j| + (A / 2 pi) (1 - cos 2 pi x_j), A >= 1: infinitely many stationary points.

   For t > 0 phi' = 1 + A sin(2 pi t) = 0 iff sin(2 pi t) = -1/A; with alpha = asin(1/A), S is {0} u
   {+-(k + 1/2 + alpha/2pi), +-(k + 1 - alpha/2pi) : k = 0, 1, ...}. 0 is the global minimum, a kink
   of slope 1. phi'' = 2 pi A cos(2 pi t) is -+2 pi sqrt(A^2-1) at the two families: local maxima
   and minima for A > 1. For A = 1 both are k + 3/4, where phi' = 1 - cos(2 pi s) = 2 pi^2 s^2 +
   O(s^4): monotone, phi grows like (2 pi^2/3) |s|^3. phi is a convex function plus one with second
   derivative >= -2 pi A, hence regular and 2 pi A weakly convex. cos is definable on bounded sets
   only; runs are bounded. The argument is reduced by whole numbers, which is exact. */
#include "problems/lib/separable.h"

static const double rastrigin_l1_pi = 3.14159265358979323846;

typedef struct {
    size_t n;
    double a;
} rastrigin_l1;

static double rastrigin_l1_value(const void *c, double t)
{
    const double a = ((const rastrigin_l1 *)c)->a;
    const double s = sin(rastrigin_l1_pi * (t - rint(t)));
    return fabs(t) + a / rastrigin_l1_pi * s * s;
}

static double rastrigin_l1_slope(const void *c, double t)
{
    const double a = ((const rastrigin_l1 *)c)->a;
    return clarke_scalar_sign(t) + a * sin(2.0 * rastrigin_l1_pi * (t - rint(t)));
}

static clarke_interval rastrigin_l1_at(const void *c, double t, bool field)
{
    (void)field;
    if (t == 0.0) return (clarke_interval){-1.0, 1.0};
    return clarke_interval_point(rastrigin_l1_slope(c, t));
}

/* The extrema of the sine, at odd quarters, and the kink. */
static double rastrigin_l1_next_break(const void *c, double t)
{
    (void)c;
    double next = 0.25 + 0.5 * floor((t - 0.25) / 0.5 + 1.0);
    if (!(next > t)) next += 0.5;
    if (!(next > t)) return INFINITY; /* beyond 2^52 there are only whole numbers */
    return t < 0.0 && next > 0.0 ? 0.0 : next;
}

static double rastrigin_l1_nearest(const void *c, double t, clarke_point_kind *kind)
{
    const double a = ((const rastrigin_l1 *)c)->a, r = fabs(t);
    const double shift = asin(1.0 / a) / (2.0 * rastrigin_l1_pi);
    double best = 0.0;
    *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    for (double k = fmax(floor(r) - 1.0, 0.0); k <= floor(r) + 1.0; k += 1.0) {
        const double high = k + 0.5 + shift, low = k + 1.0 - shift;
        if (fabs(r - high) < fabs(r - best)) best = high, *kind = CLARKE_POINT_LOCAL_MAXIMUM;
        if (fabs(r - low) < fabs(r - best)) best = low, *kind = CLARKE_POINT_LOCAL_MINIMUM;
    }
    if (best > 0.0 && a == 1.0) *kind = CLARKE_POINT_MONOTONE;
    return copysign(best, t);
}

static clarke_growth rastrigin_l1_smooth_growth(double a)
{
    if (a == 1.0) return clarke_growth_make(3.0, 2.0 / 3.0 * rastrigin_l1_pi * rastrigin_l1_pi);
    return clarke_growth_make(2.0, rastrigin_l1_pi * sqrt((a - 1.0) * (a + 1.0)));
}

static clarke_growth rastrigin_l1_growth(const void *c, double s)
{
    if (s == 0.0) return clarke_growth_make(1.0, 1.0);
    return rastrigin_l1_smooth_growth(((const rastrigin_l1 *)c)->a);
}

static double rastrigin_l1_weak_convexity(const void *c, double radius)
{
    (void)radius;
    return 2.0 * rastrigin_l1_pi * ((const rastrigin_l1 *)c)->a;
}

static clarke_scalar_facts rastrigin_l1_facts(const void *c)
{
    const clarke_growth growth = rastrigin_l1_smooth_growth(((const rastrigin_l1 *)c)->a);
    return (clarke_scalar_facts){0.0, growth, 1.0};
}

static clarke_interval rastrigin_l1_enclose(const void *c, clarke_interval t, bool field)
{
    (void)field;
    const clarke_interval turn =
        clarke_interval_mul(clarke_interval_scale(2.0, clarke_interval_pi), t);
    const clarke_interval ripple =
        clarke_interval_scale(((const rastrigin_l1 *)c)->a, clarke_interval_sin(turn));
    return clarke_interval_add(clarke_interval_sign(t), ripple);
}

static void rastrigin_l1_declared(const void *c, double t, bool field, clarke_interval *low,
                                  clarke_interval *high)
{
    (void)field;
    const double a = ((const rastrigin_l1 *)c)->a;
    clarke_point_kind kind;
    const double s = rastrigin_l1_nearest(c, t, &kind), r = fabs(s), k = floor(r);
    *low = *high = clarke_interval_point(s);
    if (r == 0.0) return;
    const clarke_interval sine = clarke_interval_clip(clarke_interval_ratio(1.0, a), 0.0, 1.0);
    const clarke_interval shift = clarke_interval_div(
        clarke_interval_asin(sine), clarke_interval_scale(2.0, clarke_interval_pi));
    /* The points are k + 1/2 + shift and k + 1 - shift with 0 < shift <= 1/4. */
    const clarke_interval point = r - k < 0.75 || (a == 1.0 && r - k < 0.8)
                                      ? clarke_interval_minus(shift, -k - 0.5)
                                      : clarke_interval_neg(clarke_interval_minus(shift, k + 1.0));
    *low = *high = s < 0.0 ? clarke_interval_neg(point) : point;
}

static const clarke_scalar rastrigin_l1_scalar = {
    .value = rastrigin_l1_value,
    .slope = rastrigin_l1_slope,
    .at = rastrigin_l1_at,
    .next_break = rastrigin_l1_next_break,
    .period = 1.0,
    .nearest = rastrigin_l1_nearest,
    .growth = rastrigin_l1_growth,
    .weak_convexity = rastrigin_l1_weak_convexity,
    .facts = rastrigin_l1_facts,
    .enclose = rastrigin_l1_enclose,
    .declared = rastrigin_l1_declared,
};

static clarke_status rastrigin_l1_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const rastrigin_l1 *r = params;
    CLARKE_TRY(clarke_problem_size(p, r->n, 1.25, -2.0, 2.0, mem));
    return clarke_separable_make(p, &rastrigin_l1_scalar, r, 0, mem);
}

static const clarke_param rastrigin_l1_params[] = {CLARKE_SIZE_PARAM(rastrigin_l1, "1"),
                                                   {"A", CLARKE_PARAM_REAL,
                                                    offsetof(rastrigin_l1, a), "2", 1.0, 0x1p10,
                                                    NULL, "amplitude of the slope of the ripple"},
                                                   {0}};

static const clarke_certifiable rastrigin_l1_certifiable[] = {{"A=2", -7.9, 7.9, 1e-4, 835, false},
                                                              {"A=1", -7.9, 7.9, 1e-2, 267, false},
                                                              {"n=2", -2.0, 2.0, 1e-3, 3615, false},
                                                              {0}};

const clarke_problem_desc clarke_problem_rastrigin_l1 = {
    .title = "Rippled l1 norm",
    .formula = "sum_j |x_j| + (A / 2 pi) (1 - cos(2 pi x_j))",
    .source = "derived",
    .stationary_set =
        "coordinates 0, +-(k + 1/2 + alpha/2pi), +-(k + 1 - alpha/2pi), k = 0, 1, ..., "
        "alpha = asin(1/A)",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE |
              CLARKE_TRAIT_DEFINABLE,
    .params = rastrigin_l1_params,
    .params_size = sizeof(rastrigin_l1),
    .make = rastrigin_l1_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = rastrigin_l1_certifiable,
    .outside =
        "by hand: phi' minus sign t has period 1, and every period has its zeros in the list",
};
