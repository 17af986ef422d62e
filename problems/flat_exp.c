/* f(x) = sum_j exp(-c/x_j^2), 0 at 0: infinitely differentiable, with all derivatives 0 at the
   minimum.

   phi' = (2c/t^3) phi is not 0 off 0: S = {0}. Near 0 phi is smaller than every power of d, so
   the Kurdyka-Lojasiewicz inequality holds with no function s^{1-theta}: phi' / phi^theta -> 0
   for every theta < 1. (It holds with 1/sqrt(log(1/s)): the function is definable.) Gradient
   descent has x^2 log k -> c.

   With s = c/t^2, c phi'' = e^{-s} (4 s^3 - 6 s^2): its ends are at the zeros of 4 s^2 - 18 s +
   12, at least -0.8058 and at most 2.9795. phi' turns at t^2 = 2c/3. phi underflows for t^2 <
   c/745. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
    double c;
} flat_exp;

static double flat_exp_c(const void *c)
{
    return ((const flat_exp *)c)->c;
}

static double flat_exp_value(const void *c, double t)
{
    return t == 0.0 ? 0.0 : exp(-(flat_exp_c(c) / t) / t);
}

static double flat_exp_slope(const void *c, double t)
{
    const double f = flat_exp_value(c, t);
    return f == 0.0 ? 0.0 : 2.0 * ((flat_exp_c(c) / t) / t) / t * f;
}

static clarke_interval flat_exp_at(const void *c, double t, bool field)
{
    (void)field;
    return clarke_interval_point(flat_exp_slope(c, t));
}

static double flat_exp_next_break(const void *c, double t)
{
    const double turn = sqrt(2.0 * flat_exp_c(c) / 3.0);
    return t < -turn ? -turn : t < turn ? turn : INFINITY;
}

static double flat_exp_nearest(const void *c, double t, clarke_point_kind *kind)
{
    (void)c, (void)t;
    *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return 0.0;
}

/* No power. */
static clarke_growth flat_exp_growth(const void *c, double s)
{
    (void)c, (void)s;
    return (clarke_growth){INFINITY, NAN, NAN};
}

static double flat_exp_weak_convexity(const void *c, double radius)
{
    (void)radius;
    return 0.8058 / flat_exp_c(c);
}

static clarke_scalar_facts flat_exp_facts(const void *c)
{
    (void)c;
    return (clarke_scalar_facts){0.0, {INFINITY, NAN, NAN}, 0.0};
}

/* With s = c/t^2, |phi'| = 2 s^{3/2} e^{-s} / sqrt(c) is at most 0.82 / sqrt(c), at s = 3/2. */
static clarke_interval flat_exp_enclose(const void *data, clarke_interval t, bool field)
{
    const double c = flat_exp_c(data), bound = 1.0 / sqrt(c);
    (void)field;
    if (clarke_interval_has(t, 0.0)) return (clarke_interval){-bound, bound};
    const clarke_interval s = clarke_interval_div(clarke_interval_point(c), clarke_interval_sqr(t));
    const clarke_interval twice = clarke_interval_add(s, s);
    return clarke_interval_mul(clarke_interval_div(twice, t),
                               clarke_interval_exp(clarke_interval_neg(s)));
}

static const clarke_scalar flat_exp_scalar = {
    .value = flat_exp_value,
    .slope = flat_exp_slope,
    .at = flat_exp_at,
    .next_break = flat_exp_next_break,
    .nearest = flat_exp_nearest,
    .growth = flat_exp_growth,
    .weak_convexity = flat_exp_weak_convexity,
    .facts = flat_exp_facts,
    .enclose = flat_exp_enclose,
};

static clarke_status flat_exp_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const flat_exp *q = params;
    CLARKE_TRY(clarke_problem_size(p, q->n, 1.0, -2.0, 2.0, mem));
    p->smoothness = 2.9795 / q->c;
    return clarke_separable_make(p, &flat_exp_scalar, q, 0, mem);
}

static const clarke_param flat_exp_params[] = {CLARKE_SIZE_PARAM(flat_exp, "1"),
                                               {"c", CLARKE_PARAM_REAL, offsetof(flat_exp, c),
                                                "0.0001", 0x1p-20, 0x1p10, NULL,
                                                "the flat part is about sqrt(c) wide"},
                                               {0}};

static const clarke_certifiable flat_exp_certifiable[] = {{"n=1", -8.0, 8.0, 1e-3, 55, false},
                                                          {"n=2", -8.0, 8.0, 1e-2, 175, false},
                                                          {"c=1", -8.0, 8.0, 0.05, 39, false},
                                                          {0}};

const clarke_problem_desc clarke_problem_flat_exp = {
    .title = "Infinitely flat minimum",
    .formula = "sum_j exp(-c/x_j^2)",
    .source = "folklore",
    .stationary_set = "{0}^n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_SMOOTH | CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_SEPARABLE |
              CLARKE_TRAIT_DEFINABLE,
    .params = flat_exp_params,
    .params_size = sizeof(flat_exp),
    .make = flat_exp_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = flat_exp_certifiable,
    .outside = "by hand: the derivative has the sign of t",
};
