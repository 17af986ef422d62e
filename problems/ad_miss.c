/* f(x) = sum_j x_j^2 / 2 + relu(x_j) - relu(-x_j) - x_j, which is x_j^2 / 2 written with two ReLUs.

   S = {0}^n. Automatic differentiation uses relu'(0) = 0 twice and returns -1 at 0, the minimiser,
   in every coordinate: a stopping test on the length of that gradient fails exactly at the
   solution. The field of the parts at 0 is [0,1] + [0,1] - 1 = [-1, 1], larger than {0}, but it
   contains 0 too: residual and critical set are the Clarke ones. The oracle is not the gradient at
   0, so the problem is not called smooth. f is convex. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
} ad_miss;

/* The ReLUs and -t cancel in every rounding. */
static double ad_miss_value(const void *c, double t)
{
    (void)c;
    return 0.5 * t * t;
}

static double ad_miss_slope(const void *c, double t)
{
    (void)c;
    return t == 0.0 ? -1.0 : t;
}

static clarke_interval ad_miss_at(const void *c, double t, bool field)
{
    (void)c;
    if (t == 0.0 && field) return (clarke_interval){-1.0, 1.0};
    return clarke_interval_point(t);
}

static double ad_miss_next_break(const void *c, double t)
{
    (void)c;
    return t < 0.0 ? 0.0 : INFINITY;
}

static double ad_miss_nearest(const void *c, double t, clarke_point_kind *kind)
{
    (void)c, (void)t;
    *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return 0.0;
}

static clarke_growth ad_miss_growth(const void *c, double s)
{
    (void)c, (void)s;
    return clarke_growth_make(2.0, 0.5);
}

static double ad_miss_prox(const void *c, double step, double t)
{
    (void)c;
    return t / (1.0 + step);
}

static double ad_miss_weak_convexity(const void *c, double radius)
{
    (void)c, (void)radius;
    return 0.0;
}

/* Of the oracle too: up to radius in the entries that are not 0, 1 in the others. */
static double ad_miss_lipschitz(const clarke_problem *p, double radius)
{
    return sqrt((double)p->n + radius * radius);
}

static clarke_scalar_facts ad_miss_facts(const void *c)
{
    (void)c;
    return (clarke_scalar_facts){0.0, {2.0, 0.5, 1.0}, 1.0};
}

static clarke_interval ad_miss_enclose(const void *c, clarke_interval t, bool field)
{
    (void)c;
    if (!field || !clarke_interval_has(t, 0.0)) return t;
    /* relu'(0) + relu'(0) - 1, both derivatives in [0, 1]. */
    return clarke_interval_add(t, (clarke_interval){-1.0, 1.0});
}

static const clarke_scalar ad_miss_scalar = {
    .value = ad_miss_value,
    .slope = ad_miss_slope,
    .at = ad_miss_at,
    .next_break = ad_miss_next_break,
    .nearest = ad_miss_nearest,
    .growth = ad_miss_growth,
    .prox = ad_miss_prox,
    .weak_convexity = ad_miss_weak_convexity,
    .facts = ad_miss_facts,
    .enclose = ad_miss_enclose,
};

static clarke_status ad_miss_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const ad_miss *a = params;
    CLARKE_TRY(clarke_problem_size(p, a->n, 1.75, -2.0, 2.0, mem));
    return clarke_separable_make(p, &ad_miss_scalar, a, 0, mem);
}

static const clarke_param ad_miss_params[] = {CLARKE_SIZE_PARAM(ad_miss, "1"), {0}};

static const clarke_certifiable ad_miss_certifiable[] = {{"n=1", -8.0, 8.0, 1e-4, 71, false},
                                                         {"n=1", -8.0, 8.0, 1e-4, 71, true},
                                                         {"n=2", -8.0, 8.0, 1e-3, 231, true},
                                                         {0}};

const clarke_problem_desc clarke_problem_ad_miss = {
    .title = "A minimiser that automatic differentiation misses",
    .formula = "sum_j x_j^2 / 2 + relu(x_j) - relu(-x_j) - x_j",
    .source = "derived, after Bolte and Pauwels, arXiv 1909.10300",
    .stationary_set = "{0}^n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE |
              CLARKE_TRAIT_DEFINABLE,
    .params = ad_miss_params,
    .params_size = sizeof(ad_miss),
    .make = ad_miss_make,
    .value = clarke_separable_value,
    .subgradient = clarke_separable_subgradient,
    .clarke_residual = clarke_separable_clarke_residual,
    .slope_range = clarke_separable_slope_range,
    .lipschitz = ad_miss_lipschitz,
    .weak_convexity = clarke_separable_weak_convexity,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = ad_miss_certifiable,
    .outside = "by hand: phi' = t has no other zero, and the field is larger at 0 only",
    .prox = clarke_separable_prox,
};
