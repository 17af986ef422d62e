/* f(x) = sum_j (x_j - 1)^2 / 2 + (h/2) |x_j| as the mean of two terms (x_j - 1)^2 / 2 + 2h |x_j|
   and (x_j - 1)^2 / 2 - h |x_j|: kinks that cancel in part.

   f is convex; 0 is in t - 1 + (h/2) Sign t at t = 1 - h/2 for h < 2 and at t = 0 for h >= 2: S is
   that one point, to the power n, and phi grows there by d^2/2 (at 0 by (h/2 - 1) d to the right if
   h > 2, which is the slower side). The mean of the terms' Clarke subdifferentials at 0 is -1 +
   (3h/2) [-1, 1]: 0 is field-critical for h >= 2/3 already, so for 2/3 <= h < 2 the field-critical
   set is {0, 1 - h/2}^n. Each term departs from the mean by (3h/2) |sign|. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
    double h;
} dec_asym;

static double dec_asym_h(const void *c)
{
    return ((const dec_asym *)c)->h;
}

static double dec_asym_value(const void *c, double t)
{
    return 0.5 * (t - 1.0) * (t - 1.0) + 0.5 * dec_asym_h(c) * fabs(t);
}

static double dec_asym_slope(const void *c, double t)
{
    return t - 1.0 + 0.5 * dec_asym_h(c) * clarke_scalar_sign(t);
}

static double dec_asym_term_slope(const void *c, size_t term, double t)
{
    return t - 1.0 + (term == 0 ? 2.0 : -1.0) * dec_asym_h(c) * clarke_scalar_sign(t);
}

static clarke_interval dec_asym_at(const void *c, double t, bool field)
{
    const double spread = (field ? 1.5 : 0.5) * dec_asym_h(c);
    if (t == 0.0) return (clarke_interval){-1.0 - spread, -1.0 + spread};
    return clarke_interval_point(dec_asym_slope(c, t));
}

static double dec_asym_next_break(const void *c, double t)
{
    (void)c;
    return t < 0.0 ? 0.0 : INFINITY;
}

static double dec_asym_solution(const void *c)
{
    return fmax(1.0 - 0.5 * dec_asym_h(c), 0.0);
}

static double dec_asym_nearest(const void *c, double t, clarke_point_kind *kind)
{
    (void)t;
    *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return dec_asym_solution(c);
}

/* 0 is field-critical where the interval of dec_asym_at reaches it. */
static double dec_asym_field_nearest(const void *c, double t)
{
    const double s = dec_asym_solution(c);
    return -1.0 + 1.5 * dec_asym_h(c) >= 0.0 && t < 0.5 * s ? 0.0 : s;
}

static clarke_growth dec_asym_growth(const void *c, double s)
{
    (void)s;
    const double rate = 0.5 * dec_asym_h(c) - 1.0;
    return rate > 0.0 ? clarke_growth_make(1.0, rate) : clarke_growth_make(2.0, 0.5);
}

/* The quadratics combine; what is left is soft thresholding. */
static double dec_asym_prox(const void *c, double step, double t)
{
    const double centre = t + step, threshold = 0.5 * step * dec_asym_h(c);
    return copysign(fmax(fabs(centre) - threshold, 0.0), centre) / (1.0 + step);
}

static double dec_asym_weak_convexity(const void *c, double radius)
{
    (void)c, (void)radius;
    return 0.0;
}

static clarke_scalar_facts dec_asym_facts(const void *c)
{
    const double s = dec_asym_solution(c), h = dec_asym_h(c);
    const double slope = s > 0.0 ? 0.0 : 1.0 + 0.5 * h;
    return (clarke_scalar_facts){dec_asym_value(c, s), dec_asym_growth(c, s), slope};
}

static clarke_interval dec_asym_enclose(const void *c, clarke_interval t, bool field)
{
    const clarke_interval weight =
        clarke_interval_scale(field ? 1.5 : 0.5, clarke_interval_point(dec_asym_h(c)));
    const clarke_interval slope = clarke_interval_minus(t, 1.0);
    if (field && clarke_interval_has(t, 0.0))
        return clarke_interval_add(slope, clarke_interval_mul(weight, clarke_interval_sign(t)));
    return clarke_interval_add(slope,
                               clarke_interval_scale(0.5 * dec_asym_h(c), clarke_interval_sign(t)));
}

static void dec_asym_declared(const void *c, double t, bool field, clarke_interval *low,
                              clarke_interval *high)
{
    clarke_point_kind kind;
    const double s = field ? dec_asym_field_nearest(c, t) : dec_asym_nearest(c, t, &kind);
    *low = *high = clarke_interval_point(s);
    if (s != 0.0)
        *low = *high = clarke_interval_minus(clarke_interval_point(1.0), 0.5 * dec_asym_h(c));
}

static const clarke_scalar dec_asym_scalar = {
    .value = dec_asym_value,
    .slope = dec_asym_slope,
    .at = dec_asym_at,
    .next_break = dec_asym_next_break,
    .nearest = dec_asym_nearest,
    .field_nearest = dec_asym_field_nearest,
    .growth = dec_asym_growth,
    .prox = dec_asym_prox,
    .weak_convexity = dec_asym_weak_convexity,
    .term_slope = dec_asym_term_slope,
    .facts = dec_asym_facts,
    .enclose = dec_asym_enclose,
    .declared = dec_asym_declared,
};

static clarke_status dec_asym_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const dec_asym *d = params;
    CLARKE_TRY(clarke_problem_size(p, d->n, -1.5, -2.0, 2.0, mem));
    p->terms = 2;
    p->term_deviation = 1.5 * d->h;
    /* From h = 2 on 0 is in both sets, and elsewhere they are equal. */
    if (d->h >= 2.0) p->traits &= ~(unsigned)CLARKE_TRAIT_FIELD_LARGER;
    return clarke_separable_make(p, &dec_asym_scalar, d, 0, mem);
}

static const clarke_param dec_asym_params[] = {CLARKE_SIZE_PARAM(dec_asym, "1"),
                                               {"h", CLARKE_PARAM_REAL, offsetof(dec_asym, h), "1",
                                                0x1p-20, 0x1p10, NULL, "height of the kinks"},
                                               {0}};

static const clarke_certifiable dec_asym_certifiable[] = {
    {"h=1", -8.0, 8.0, 1e-4, 63, false},  {"h=3", -8.0, 8.0, 1e-4, 71, false},
    {"h=1", -8.0, 8.0, 1e-4, 121, true},  {"n=2,h=1", -8.0, 8.0, 1e-3, 693, true},
    {"h=0.5", -8.0, 8.0, 1e-4, 65, true}, {0}};

const clarke_problem_desc clarke_problem_dec_asym = {
    .title = "Asymmetric absolute values",
    .formula = "mean of sum_j (x_j - 1)^2 / 2 + 2h |x_j| and sum_j (x_j - 1)^2 / 2 - h |x_j|",
    .source = "derived",
    .stationary_set = "{1 - h/2}^n if h < 2, {0}^n otherwise",
    .field_set = "{0, 1 - h/2}^n if 2/3 <= h < 2, the stationary set otherwise",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE |
              CLARKE_TRAIT_DEFINABLE | CLARKE_TRAIT_FIELD_LARGER,
    .params = dec_asym_params,
    .params_size = sizeof(dec_asym),
    .make = dec_asym_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = dec_asym_certifiable,
    .outside = "by hand: phi is strictly convex, and the field is larger at 0 only",
    CLARKE_SEPARABLE_FIELD,
    .term_subgradient = clarke_separable_term_subgradient,
    .prox = clarke_separable_prox,
};
