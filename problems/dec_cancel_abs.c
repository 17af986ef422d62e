/* f(x) = sum_j (x_j - 1)^2 / 2 as the mean of two terms (x_j - 1)^2 / 2 +- (h |x_j| - b x_j): kinks
   and tilts that cancel. Two agents that hold a term each are trapped at 0 for b > 0, h = 1 (derived
   in docs/theory.md): with x_1 > 0 > x_2 their slopes are x_1 - b and x_2 + b, so the sum of x_1 and
   x_2 shrinks by 1 - eta while their difference stays near b eta / w.

   f is smooth, S = {1}^n, f = d^2/2. But the sum of the terms' Clarke subdifferentials at 0 is -1 +
   h [-1, 1], which contains 0 iff h >= 1: the field-critical set is {0, 1}^n then, and {1}^n for h
   < 1. Automatic differentiation uses sign(0) = 0 and returns the gradient -1 at 0, in the mean.
   Opposed selections, sign(0) = s in the first term and -s in the second, return -1 + h s in the
   mean, an element of the field: 0 for h = s = 1. Each term departs from the mean by at most h + |b|.
   */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
    double h, opposed, b;
} dec_cancel_abs;

static double dec_cancel_abs_value(const void *c, double t)
{
    (void)c;
    return 0.5 * (t - 1.0) * (t - 1.0);
}

static double dec_cancel_abs_slope(const void *c, double t)
{
    const dec_cancel_abs *d = c;
    return t == 0.0 ? d->h * d->opposed - 1.0 : t - 1.0;
}

static double dec_cancel_abs_term_slope(const void *c, size_t term, double t)
{
    const dec_cancel_abs *d = c;
    const double tilt = term == 0 ? -d->b : d->b;
    if (t == 0.0) return d->h * d->opposed - 1.0 + tilt;
    const double kink = d->h * clarke_scalar_sign(t) - d->b;
    return term == 0 ? t - 1.0 + kink : t - 1.0 - kink;
}

static clarke_interval dec_cancel_abs_at(const void *c, double t, bool field)
{
    const double h = ((const dec_cancel_abs *)c)->h;
    if (field && t == 0.0) return (clarke_interval){-1.0 - h, -1.0 + h};
    return clarke_interval_point(t - 1.0);
}

static double dec_cancel_abs_next_break(const void *c, double t)
{
    (void)c;
    return t < 0.0 ? 0.0 : INFINITY;
}

static double dec_cancel_abs_nearest(const void *c, double t, clarke_point_kind *kind)
{
    (void)c, (void)t;
    *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return 1.0;
}

static double dec_cancel_abs_field_nearest(const void *c, double t)
{
    return ((const dec_cancel_abs *)c)->h >= 1.0 && t < 0.5 ? 0.0 : 1.0;
}

static clarke_growth dec_cancel_abs_growth(const void *c, double s)
{
    (void)c, (void)s;
    return clarke_growth_make(2.0, 0.5);
}

static double dec_cancel_abs_prox(const void *c, double step, double t)
{
    (void)c;
    return (t + step) / (1.0 + step);
}

static double dec_cancel_abs_weak_convexity(const void *c, double radius)
{
    (void)c, (void)radius;
    return 0.0;
}

static clarke_scalar_facts dec_cancel_abs_facts(const void *c)
{
    (void)c;
    return (clarke_scalar_facts){0.0, {2.0, 0.5, 1.0}, 0.0};
}

static clarke_interval dec_cancel_abs_enclose(const void *c, clarke_interval t, bool field)
{
    const clarke_interval slope = clarke_interval_minus(t, 1.0);
    if (!field || !clarke_interval_has(t, 0.0)) return slope;
    /* The mean of h Sign(0) and of -h Sign(0). */
    const double h = ((const dec_cancel_abs *)c)->h;
    return clarke_interval_add(slope, (clarke_interval){-h, h});
}

static const clarke_scalar dec_cancel_abs_scalar = {
    .value = dec_cancel_abs_value,
    .slope = dec_cancel_abs_slope,
    .at = dec_cancel_abs_at,
    .next_break = dec_cancel_abs_next_break,
    .nearest = dec_cancel_abs_nearest,
    .field_nearest = dec_cancel_abs_field_nearest,
    .growth = dec_cancel_abs_growth,
    .prox = dec_cancel_abs_prox,
    .weak_convexity = dec_cancel_abs_weak_convexity,
    .term_slope = dec_cancel_abs_term_slope,
    .facts = dec_cancel_abs_facts,
    .enclose = dec_cancel_abs_enclose,
};

static clarke_status dec_cancel_abs_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const dec_cancel_abs *d = params;
    CLARKE_TRY(clarke_problem_size(p, d->n, -1.5, -2.0, 2.0, mem));
    p->terms = 2;
    p->term_deviation = d->h + fabs(d->b);
    p->smoothness = 1.0;
    /* The oracle is not the gradient at 0 then. */
    if (d->opposed != 0.0) {
        p->traits &= ~(unsigned)CLARKE_TRAIT_SMOOTH;
        p->smoothness = NAN;
    }
    return clarke_separable_make(p, &dec_cancel_abs_scalar, d, 0, mem);
}

static const clarke_param dec_cancel_abs_params[] = {
    CLARKE_SIZE_PARAM(dec_cancel_abs, "1"),
    {"h", CLARKE_PARAM_REAL, offsetof(dec_cancel_abs, h), "2", 0x1p-20, 0x1p10, NULL,
     "height of the cancelling kinks"},
    {"opposed", CLARKE_PARAM_REAL, offsetof(dec_cancel_abs, opposed), "0", -1.0, 1.0, NULL,
     "sign(0) in the first term, its negative in the second"},
    {"b", CLARKE_PARAM_REAL, offsetof(dec_cancel_abs, b), "0", -0x1p10, 0x1p10, NULL,
     "tilt -b x of the first term and b x of the second"},
    {0}};

static const clarke_certifiable dec_cancel_abs_certifiable[] = {
    {"n=1", -8.0, 8.0, 1e-4, 65, false},
    {"n=2", -8.0, 8.0, 1e-3, 195, false},
    {"n=1", -8.0, 8.0, 1e-4, 125, true},
    {"h=0.5", -8.0, 8.0, 1e-4, 67, true},
    {0}};

const clarke_problem_desc clarke_problem_dec_cancel_abs = {
    .title = "Cancelling absolute values",
    .formula =
        "mean of sum_j (x_j - 1)^2 / 2 + h |x_j| - b x_j and sum_j (x_j - 1)^2 / 2 - h |x_j| + "
        "b x_j",
    .source = "derived",
    .stationary_set = "{1}^n",
    .field_set = "{0, 1}^n if h >= 1, {1}^n otherwise",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_SMOOTH | CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE |
              CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE | CLARKE_TRAIT_FIELD_LARGER,
    .params = dec_cancel_abs_params,
    .params_size = sizeof(dec_cancel_abs),
    .make = dec_cancel_abs_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = dec_cancel_abs_certifiable,
    .outside = "by hand: phi' = t - 1 has no other zero, and the field is larger at 0 only",
    CLARKE_SEPARABLE_FIELD,
    .term_subgradient = clarke_separable_term_subgradient,
    .prox = clarke_separable_prox,
};
