/* f(x) = sum_j log(1 + exp(-x_j)): the logistic loss of separated data. The derivative
   -1/(1 + e^t) is never 0: no stationary point, the infimum 0 is not attained, and descending
   sequences are unbounded. Convex; the second derivative is at most 1/4. Gradient descent with step
   1 has e^{x_k} ~ k, f ~ 1/k. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
} softplus_tail;

/* Without overflow. */
static double softplus_tail_value(const void *c, double t)
{
    (void)c;
    return fmax(-t, 0.0) + log1p(exp(-fabs(t)));
}

static double softplus_tail_slope(const void *c, double t)
{
    (void)c;
    return t >= 0.0 ? -exp(-t) / (1.0 + exp(-t)) : -1.0 / (1.0 + exp(t));
}

static clarke_interval softplus_tail_at(const void *c, double t, bool field)
{
    (void)field;
    return clarke_interval_point(softplus_tail_slope(c, t));
}

static double softplus_tail_weak_convexity(const void *c, double radius)
{
    (void)c, (void)radius;
    return 0.0;
}

static clarke_scalar_facts softplus_tail_facts(const void *c)
{
    (void)c;
    return (clarke_scalar_facts){0.0, {NAN, NAN, NAN}, NAN};
}

static clarke_interval softplus_tail_enclose(const void *c, clarke_interval t, bool field)
{
    (void)c, (void)field;
    const clarke_interval one = clarke_interval_point(1.0);
    return clarke_interval_neg(
        clarke_interval_div(one, clarke_interval_add(one, clarke_interval_exp(t))));
}

static const clarke_scalar softplus_tail_scalar = {
    .value = softplus_tail_value,
    .slope = softplus_tail_slope,
    .at = softplus_tail_at,
    .weak_convexity = softplus_tail_weak_convexity,
    .facts = softplus_tail_facts,
    .enclose = softplus_tail_enclose,
};

static clarke_status softplus_tail_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const softplus_tail *s = params;
    CLARKE_TRY(clarke_problem_size(p, s->n, 0.0, -2.0, 2.0, mem));
    p->smoothness = 0.25;
    return clarke_separable_make(p, &softplus_tail_scalar, s, 0, mem);
}

static const clarke_param softplus_tail_params[] = {CLARKE_SIZE_PARAM(softplus_tail, "1"), {0}};

static const clarke_certifiable softplus_tail_certifiable[] = {
    {"n=1", -8.0, 8.0, 1e-4, 1, false}, {"n=2", -8.0, 8.0, 1e-3, 1, false}, {0}};

const clarke_problem_desc clarke_problem_softplus_tail = {
    .title = "Logistic loss of separated data",
    .formula = "sum_j log(1 + exp(-x_j))",
    .source = "folklore",
    .stationary_set = "empty",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_SMOOTH | CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_SEPARABLE |
              CLARKE_TRAIT_DEFINABLE,
    .params = softplus_tail_params,
    .params_size = sizeof(softplus_tail),
    .make = softplus_tail_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = softplus_tail_certifiable,
    .outside = "by hand: the derivative has no zero",
};
