/* f(x) = sum_j |x_j|: the smallest sharp problem.

   The subdifferential of |t| at 0 is [-1, 1] and sign t elsewhere, so S = {0}^n, the global
   minimum, with f = d in one coordinate. The prox is soft thresholding. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
} l1_norm;

static double l1_norm_value(const void *c, double t)
{
    (void)c;
    return fabs(t);
}

static double l1_norm_slope(const void *c, double t)
{
    (void)c;
    return clarke_scalar_sign(t);
}

static clarke_interval l1_norm_at(const void *c, double t, bool field)
{
    (void)field;
    if (t == 0.0) return (clarke_interval){-1.0, 1.0};
    return clarke_interval_point(l1_norm_slope(c, t));
}

static double l1_norm_next_break(const void *c, double t)
{
    (void)c;
    return t < 0.0 ? 0.0 : INFINITY;
}

static double l1_norm_nearest(const void *c, double t, clarke_point_kind *kind)
{
    (void)c, (void)t;
    *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return 0.0;
}

static clarke_growth l1_norm_growth(const void *c, double s)
{
    (void)c, (void)s;
    return clarke_growth_make(1.0, 1.0);
}

static double l1_norm_prox(const void *c, double step, double t)
{
    (void)c;
    return copysign(fmax(fabs(t) - step, 0.0), t);
}

static double l1_norm_weak_convexity(const void *c, double radius)
{
    (void)c, (void)radius;
    return 0.0;
}

static clarke_scalar_facts l1_norm_facts(const void *c)
{
    (void)c;
    return (clarke_scalar_facts){0.0, {1.0, 1.0, NAN}, 1.0};
}

static clarke_interval l1_norm_enclose(const void *c, clarke_interval t, bool field)
{
    (void)c, (void)field;
    return clarke_interval_sign(t);
}

static const clarke_scalar l1_norm_scalar = {
    .value = l1_norm_value,
    .slope = l1_norm_slope,
    .at = l1_norm_at,
    .next_break = l1_norm_next_break,
    .nearest = l1_norm_nearest,
    .growth = l1_norm_growth,
    .prox = l1_norm_prox,
    .weak_convexity = l1_norm_weak_convexity,
    .facts = l1_norm_facts,
    .enclose = l1_norm_enclose,
};

static clarke_status l1_norm_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const l1_norm *l = params;
    CLARKE_TRY(clarke_problem_size(p, l->n, 1.75, -2.0, 2.0, mem));
    return clarke_separable_make(p, &l1_norm_scalar, l, 0, mem);
}

static const clarke_param l1_norm_params[] = {CLARKE_SIZE_PARAM(l1_norm, "1"), {0}};

static const clarke_certifiable l1_norm_certifiable[] = {{"n=1", -8.0, 8.0, 1e-4, 71, false},
                                                         {"n=2", -8.0, 8.0, 1e-3, 231, false},
                                                         {"n=3", -8.0, 8.0, 1e-3, 687, false},
                                                         {0}};

const clarke_problem_desc clarke_problem_l1_norm = {
    .title = "The l1 norm",
    .formula = "sum_j |x_j|",
    .source = "folklore",
    .stationary_set = "{0}^n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE |
              CLARKE_TRAIT_DEFINABLE | CLARKE_TRAIT_POLYHEDRAL,
    .params = l1_norm_params,
    .params_size = sizeof(l1_norm),
    .make = l1_norm_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    .value_gap = clarke_separable_value, /* f = 0 on S */
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = l1_norm_certifiable,
    .outside = "by hand: phi' = +-1 off 0",
    .prox = clarke_separable_prox,
};
