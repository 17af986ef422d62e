/* f(x) = sum_j (relu(x_j) - relu(-x_j) - 1)^2 / 2, which is (x_j - 1)^2 / 2 written with two ReLUs.

   S = {1}^n. Automatic differentiation uses relu'(0) = 0 twice and returns 0 at 0, where the
   derivative is -1; the field of the parts there is (0 - 1)([0,1] + [0,1]) = [-2, 0], so the
   field-critical set is {0, 1}^n. The kind of artefact that Bolte and Pauwels, arXiv 1909.10300,
   describe. The oracle is not the gradient at 0, so the problem is not called smooth. f is convex.
   */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
} ad_spurious;

static double ad_spurious_value(const void *c, double t)
{
    (void)c;
    const double r = fmax(t, 0.0) - fmax(-t, 0.0) - 1.0;
    return 0.5 * r * r;
}

static double ad_spurious_slope(const void *c, double t)
{
    (void)c;
    return t == 0.0 ? 0.0 : t - 1.0;
}

static clarke_interval ad_spurious_at(const void *c, double t, bool field)
{
    (void)c;
    if (t == 0.0 && field) return (clarke_interval){-2.0, 0.0};
    return clarke_interval_point(t - 1.0);
}

static double ad_spurious_next_break(const void *c, double t)
{
    (void)c;
    return t < 0.0 ? 0.0 : INFINITY;
}

static double ad_spurious_nearest(const void *c, double t, clarke_point_kind *kind)
{
    (void)c, (void)t;
    *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return 1.0;
}

static double ad_spurious_field_nearest(const void *c, double t)
{
    (void)c;
    return t > 0.5 ? 1.0 : 0.0;
}

static clarke_growth ad_spurious_growth(const void *c, double s)
{
    (void)c, (void)s;
    return clarke_growth_make(2.0, 0.5);
}

static double ad_spurious_prox(const void *c, double step, double t)
{
    (void)c;
    return (t + step) / (1.0 + step);
}

static double ad_spurious_weak_convexity(const void *c, double radius)
{
    (void)c, (void)radius;
    return 0.0;
}

static clarke_scalar_facts ad_spurious_facts(const void *c)
{
    (void)c;
    return (clarke_scalar_facts){0.0, {2.0, 0.5, 1.0}, 0.0};
}

static clarke_interval ad_spurious_enclose(const void *c, clarke_interval t, bool field)
{
    (void)c;
    const clarke_interval slope = clarke_interval_minus(t, 1.0);
    if (!field || !clarke_interval_has(t, 0.0)) return slope;
    /* (relu t - relu(-t) - 1) (relu'(t) + relu'(-t)) with both derivatives in [0, 1]. */
    return clarke_interval_mul(slope, (clarke_interval){0.0, 2.0});
}

static const clarke_scalar ad_spurious_scalar = {
    .value = ad_spurious_value,
    .slope = ad_spurious_slope,
    .at = ad_spurious_at,
    .next_break = ad_spurious_next_break,
    .nearest = ad_spurious_nearest,
    .field_nearest = ad_spurious_field_nearest,
    .growth = ad_spurious_growth,
    .prox = ad_spurious_prox,
    .weak_convexity = ad_spurious_weak_convexity,
    .facts = ad_spurious_facts,
    .enclose = ad_spurious_enclose,
};

static clarke_status ad_spurious_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const ad_spurious *a = params;
    CLARKE_TRY(clarke_problem_size(p, a->n, -1.5, -2.0, 2.0, mem));
    return clarke_separable_make(p, &ad_spurious_scalar, a, 0, mem);
}

static const clarke_param ad_spurious_params[] = {CLARKE_SIZE_PARAM(ad_spurious, "1"), {0}};

static const clarke_certifiable ad_spurious_certifiable[] = {{"n=1", -8.0, 8.0, 1e-4, 65, false},
                                                             {"n=2", -8.0, 8.0, 1e-3, 195, false},
                                                             {"n=1", -8.0, 8.0, 1e-4, 125, true},
                                                             {"n=2", -8.0, 8.0, 1e-3, 741, true},
                                                             {0}};

const clarke_problem_desc clarke_problem_ad_spurious = {
    .title = "A parabola written with ReLUs",
    .formula = "sum_j (relu(x_j) - relu(-x_j) - 1)^2 / 2",
    .source = "derived, after Bolte and Pauwels, arXiv 1909.10300",
    .stationary_set = "{1}^n",
    .field_set = "{0, 1}^n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE |
              CLARKE_TRAIT_DEFINABLE | CLARKE_TRAIT_FIELD_LARGER,
    .params = ad_spurious_params,
    .params_size = sizeof(ad_spurious),
    .make = ad_spurious_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = ad_spurious_certifiable,
    .outside = "by hand: phi' = t - 1 has no other zero, and the field is larger at 0 only",
    CLARKE_SEPARABLE_FIELD,
    .prox = clarke_separable_prox,
};
