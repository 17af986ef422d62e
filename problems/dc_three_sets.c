/* f = g - h with g = |x| + (x-1)^2/2 + y^2/2 and h = |x| + |y|: Clarke, d-stationary and critical
   points of the difference are three different sets. Pairs (x, y) repeat.

   f = (x-1)^2/2 + y^2/2 - |y|. In x: S has 1 only, but 0 is in dg - dh = [-1, 1] - 1 - [-1, 1] =
   [-3, 1] at 0, so the critical set of the difference, which is that of the field of the parts, has
   0 too. In y: 0, a concave kink with [-1, 1], and +-1. So S = {1} x {-1, 0, 1}, the field-critical
   set is {0, 1} x {-1, 0, 1}, and the d-stationary set {1} x {-1, 1}. Automatic differentiation
   uses sign(0) = 0 twice and returns the derivative -1 at x = 0. All minima grow by d^2/2; y = 0 is
   -d + d^2/2. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
} dc_three_sets;

/* The context is 1 for x and -1 for y. */
static bool dc_three_sets_is_x(const void *c)
{
    return *(const double *)c > 0.0;
}

static double dc_three_sets_value(const void *c, double t)
{
    if (dc_three_sets_is_x(c)) return 0.5 * (t - 1.0) * (t - 1.0);
    return 0.5 * t * t - fabs(t);
}

static double dc_three_sets_slope(const void *c, double t)
{
    return dc_three_sets_is_x(c) ? t - 1.0 : t - clarke_scalar_sign(t);
}

static clarke_interval dc_three_sets_at(const void *c, double t, bool field)
{
    const bool is_x = dc_three_sets_is_x(c);
    if (t == 0.0 && is_x && field) return (clarke_interval){-3.0, 1.0};
    if (t == 0.0 && !is_x) return (clarke_interval){-1.0, 1.0};
    return clarke_interval_point(dc_three_sets_slope(c, t));
}

static double dc_three_sets_next_break(const void *c, double t)
{
    (void)c;
    return t < 0.0 ? 0.0 : INFINITY;
}

static double dc_three_sets_nearest(const void *c, double t, clarke_point_kind *kind)
{
    *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    if (dc_three_sets_is_x(c)) return 1.0;
    if (fabs(t) < 0.5) *kind = CLARKE_POINT_LOCAL_MAXIMUM;
    return clarke_scalar_well(t);
}

static double dc_three_sets_field_nearest(const void *c, double t)
{
    if (dc_three_sets_is_x(c)) return t > 0.5 ? 1.0 : 0.0;
    return clarke_scalar_well(t);
}

static clarke_growth dc_three_sets_growth(const void *c, double s)
{
    (void)c;
    return s == 0.0 ? clarke_growth_make(1.0, 1.0) : clarke_growth_make(2.0, 0.5);
}

static double dc_three_sets_prox(const void *c, double step, double t)
{
    if (dc_three_sets_is_x(c)) return (t + step) / (1.0 + step);
    return copysign((fabs(t) + step) / (1.0 + step), t);
}

static double dc_three_sets_weak_convexity(const void *c, double radius)
{
    (void)radius;
    return dc_three_sets_is_x(c) ? 0.0 : NAN;
}

static clarke_scalar_facts dc_three_sets_facts(const void *c)
{
    const double minimum = dc_three_sets_is_x(c) ? 0.0 : -0.5;
    return (clarke_scalar_facts){minimum, {2.0, 0.5, 1.0}, 0.0};
}

static clarke_interval dc_three_sets_enclose(const void *c, clarke_interval t, bool field)
{
    if (!dc_three_sets_is_x(c)) return clarke_interval_sub(t, clarke_interval_sign(t));
    const clarke_interval slope = clarke_interval_minus(t, 1.0);
    if (!field || !clarke_interval_has(t, 0.0)) return slope;
    /* Sign(0) - Sign(0) */
    return clarke_interval_add(slope, (clarke_interval){-2.0, 2.0});
}

static const clarke_scalar dc_three_sets_scalar = {
    .value = dc_three_sets_value,
    .slope = dc_three_sets_slope,
    .at = dc_three_sets_at,
    .next_break = dc_three_sets_next_break,
    .nearest = dc_three_sets_nearest,
    .field_nearest = dc_three_sets_field_nearest,
    .growth = dc_three_sets_growth,
    .prox = dc_three_sets_prox,
    .weak_convexity = dc_three_sets_weak_convexity,
    .facts = dc_three_sets_facts,
    .enclose = dc_three_sets_enclose,
};

static clarke_status dc_three_sets_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const dc_three_sets *d = params;
    CLARKE_TRY(clarke_problem_size(p, d->n, -1.5, -2.0, 2.0, mem));
    double *role = clarke_vec(mem, p->n);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t j = 0; j < p->n; j++) role[j] = j % 2 == 0 ? 1.0 : -1.0;
    return clarke_separable_make(p, &dc_three_sets_scalar, role, sizeof *role, mem);
}

static const clarke_param dc_three_sets_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(dc_three_sets, n), "2", 2.0, 0x1p53, NULL,
     "dimension; odd coordinates are x, even ones y"},
    {0}};

static const clarke_certifiable dc_three_sets_certifiable[] = {
    {"", -8.0, 8.0, 1e-3, 545, false}, {"", -8.0, 8.0, 1e-3, 1075, true}, {0}};

const clarke_problem_desc clarke_problem_dc_three_sets = {
    .title = "Three kinds of stationarity",
    .formula = "(|x| + (x-1)^2/2 + y^2/2) - (|x| + |y|), over pairs (x, y)",
    .source = "derived",
    .stationary_set = "{1} x {-1, 0, 1} for each pair",
    .field_set = "{0, 1} x {-1, 0, 1} for each pair",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE |
              CLARKE_TRAIT_FIELD_LARGER,
    .params = dc_three_sets_params,
    .params_size = sizeof(dc_three_sets),
    .make = dc_three_sets_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = dc_three_sets_certifiable,
    .outside = "by hand: t (t - sign t) > 0 for |t| > 1, and t - 1 has no other zero",
    CLARKE_SEPARABLE_FIELD,
    .prox = clarke_separable_prox,
};
