/* f(x) = sum_j relu(x_j) - relu(-x_j), which is sum_j x_j: no stationary point, but the oracle
   finds one.

   The derivative is 1 everywhere, so S is empty and f is unbounded below. Automatic differentiation
   uses relu'(0) = 0 twice and returns 0 at 0; the field of the parts there is [0,1] + [0,1] = [0,
   2], so the field-critical set is {0}^n, by the artefact alone. The kind of artefact that Bolte
   and Pauwels, arXiv 1909.10300, describe. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
} ad_empty;

static double ad_empty_value(const void *c, double t)
{
    (void)c;
    return t;
}

static double ad_empty_slope(const void *c, double t)
{
    (void)c;
    return t == 0.0 ? 0.0 : 1.0;
}

static clarke_interval ad_empty_at(const void *c, double t, bool field)
{
    (void)c;
    if (t == 0.0 && field) return (clarke_interval){0.0, 2.0};
    return clarke_interval_point(1.0);
}

static double ad_empty_next_break(const void *c, double t)
{
    (void)c;
    return t < 0.0 ? 0.0 : INFINITY;
}

static double ad_empty_field_nearest(const void *c, double t)
{
    (void)c, (void)t;
    return 0.0;
}

static double ad_empty_prox(const void *c, double step, double t)
{
    (void)c;
    return t - step;
}

static double ad_empty_weak_convexity(const void *c, double radius)
{
    (void)c, (void)radius;
    return 0.0;
}

static clarke_scalar_facts ad_empty_facts(const void *c)
{
    (void)c;
    return (clarke_scalar_facts){-INFINITY, {NAN, NAN, NAN}, NAN};
}

static clarke_interval ad_empty_enclose(const void *c, clarke_interval t, bool field)
{
    (void)c;
    if (!field) return clarke_interval_point(1.0);
    /* The sum of the two derivatives of the ReLUs. */
    const clarke_interval right = clarke_interval_step(t);
    const clarke_interval left = clarke_interval_step(clarke_interval_neg(t));
    return (clarke_interval){right.low + left.low, right.high + left.high};
}

static const clarke_scalar ad_empty_scalar = {
    .value = ad_empty_value,
    .slope = ad_empty_slope,
    .at = ad_empty_at,
    .next_break = ad_empty_next_break,
    .field_nearest = ad_empty_field_nearest,
    .prox = ad_empty_prox,
    .weak_convexity = ad_empty_weak_convexity,
    .facts = ad_empty_facts,
    .enclose = ad_empty_enclose,
};

static clarke_status ad_empty_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const ad_empty *a = params;
    CLARKE_TRY(clarke_problem_size(p, a->n, 1.75, -2.0, 2.0, mem));
    return clarke_separable_make(p, &ad_empty_scalar, a, 0, mem);
}

static const clarke_param ad_empty_params[] = {CLARKE_SIZE_PARAM(ad_empty, "1"), {0}};

static const clarke_certifiable ad_empty_certifiable[] = {{"n=1", -8.0, 8.0, 1e-4, 1, false},
                                                          {"n=1", -8.0, 8.0, 1e-4, 71, true},
                                                          {"n=2", -8.0, 8.0, 1e-3, 231, true},
                                                          {0}};

const clarke_problem_desc clarke_problem_ad_empty = {
    .title = "A line written with ReLUs",
    .formula = "sum_j relu(x_j) - relu(-x_j)",
    .source = "derived, after Bolte and Pauwels, arXiv 1909.10300",
    .stationary_set = "empty",
    .field_set = "{0}^n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE |
              CLARKE_TRAIT_POLYHEDRAL | CLARKE_TRAIT_FIELD_LARGER,
    .params = ad_empty_params,
    .params_size = sizeof(ad_empty),
    .make = ad_empty_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = ad_empty_certifiable,
    .outside = "by hand: the derivative is 1, and the field is larger at 0 only",
    CLARKE_SEPARABLE_FIELD,
    .prox = clarke_separable_prox,
};
