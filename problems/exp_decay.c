/* f(x) = sum_j exp(-x_j): no stationary point at all. The derivative -exp(-t) is never 0; the
   infimum 0 is not attained, and every descending sequence is unbounded. Convex; the second
   derivative on t >= -R is at most exp(R). */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
} exp_decay;

static double exp_decay_value(const void *c, double t)
{
    (void)c;
    return exp(-t);
}

static double exp_decay_slope(const void *c, double t)
{
    (void)c;
    return -exp(-t);
}

static clarke_interval exp_decay_at(const void *c, double t, bool field)
{
    (void)field;
    return clarke_interval_point(exp_decay_slope(c, t));
}

static double exp_decay_weak_convexity(const void *c, double radius)
{
    (void)c, (void)radius;
    return 0.0;
}

static clarke_scalar_facts exp_decay_facts(const void *c)
{
    (void)c;
    return (clarke_scalar_facts){0.0, {NAN, NAN, NAN}, NAN};
}

static clarke_interval exp_decay_enclose(const void *c, clarke_interval t, bool field)
{
    (void)c, (void)field;
    return clarke_interval_neg(clarke_interval_exp(clarke_interval_neg(t)));
}

static const clarke_scalar exp_decay_scalar = {
    .value = exp_decay_value,
    .slope = exp_decay_slope,
    .at = exp_decay_at,
    .weak_convexity = exp_decay_weak_convexity,
    .facts = exp_decay_facts,
    .enclose = exp_decay_enclose,
};

static clarke_status exp_decay_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const exp_decay *e = params;
    CLARKE_TRY(clarke_problem_size(p, e->n, 0.0, -2.0, 2.0, mem));
    p->smoothness = exp(-p->box_low);
    return clarke_separable_make(p, &exp_decay_scalar, e, 0, mem);
}

static const clarke_param exp_decay_params[] = {CLARKE_SIZE_PARAM(exp_decay, "1"), {0}};

static const clarke_certifiable exp_decay_certifiable[] = {
    {"n=1", -8.0, 8.0, 1e-4, 1, false}, {"n=2", -8.0, 8.0, 1e-3, 1, false}, {0}};

const clarke_problem_desc clarke_problem_exp_decay = {
    .title = "Exponential decay",
    .formula = "sum_j exp(-x_j)",
    .source = "folklore",
    .stationary_set = "empty",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_SMOOTH | CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_SEPARABLE |
              CLARKE_TRAIT_DEFINABLE,
    .params = exp_decay_params,
    .params_size = sizeof(exp_decay),
    .make = exp_decay_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = exp_decay_certifiable,
    .outside = "by hand: the derivative -exp(-t) has no zero",
};
