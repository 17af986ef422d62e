/* f(x) = |x|^2 / 2 as the mean of the terms |x|^2 / 2 +- h |x|_1: the only stationary point is a
   local maximum of half of the terms.

   f is smooth, S = {0}. The mean of the terms' Clarke subdifferentials at 0 is h [-1, 1] in every
   coordinate: larger than {0}, but 0 is in it and nothing changes elsewhere, so residual and
   critical set of the field are the Clarke ones. Alone, the term with -h has the set {-h, 0, h}^n
   and a concave kink at 0. Each term departs from the mean by h |sign|. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
    double h;
} dec_hidden_consensus;

static double dec_hidden_consensus_value(const void *c, double t)
{
    (void)c;
    return 0.5 * t * t;
}

static double dec_hidden_consensus_slope(const void *c, double t)
{
    (void)c;
    return t;
}

static double dec_hidden_consensus_term_slope(const void *c, size_t term, double t)
{
    const double kink = ((const dec_hidden_consensus *)c)->h * clarke_scalar_sign(t);
    return term == 0 ? t + kink : t - kink;
}

static clarke_interval dec_hidden_consensus_at(const void *c, double t, bool field)
{
    const double h = ((const dec_hidden_consensus *)c)->h;
    if (field && t == 0.0) return (clarke_interval){-h, h};
    return clarke_interval_point(t);
}

static double dec_hidden_consensus_next_break(const void *c, double t)
{
    (void)c;
    return t < 0.0 ? 0.0 : INFINITY;
}

static double dec_hidden_consensus_nearest(const void *c, double t, clarke_point_kind *kind)
{
    (void)c, (void)t;
    *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return 0.0;
}

static clarke_growth dec_hidden_consensus_growth(const void *c, double s)
{
    (void)c, (void)s;
    return clarke_growth_make(2.0, 0.5);
}

static double dec_hidden_consensus_prox(const void *c, double step, double t)
{
    (void)c;
    return t / (1.0 + step);
}

static double dec_hidden_consensus_weak_convexity(const void *c, double radius)
{
    (void)c, (void)radius;
    return 0.0;
}

static clarke_scalar_facts dec_hidden_consensus_facts(const void *c)
{
    (void)c;
    return (clarke_scalar_facts){0.0, {2.0, 0.5, 1.0}, 0.0};
}

static clarke_interval dec_hidden_consensus_enclose(const void *c, clarke_interval t, bool field)
{
    const double h = ((const dec_hidden_consensus *)c)->h;
    if (!field || !clarke_interval_has(t, 0.0)) return t;
    return clarke_interval_add(t, (clarke_interval){-h, h});
}

static const clarke_scalar dec_hidden_consensus_scalar = {
    .value = dec_hidden_consensus_value,
    .slope = dec_hidden_consensus_slope,
    .at = dec_hidden_consensus_at,
    .next_break = dec_hidden_consensus_next_break,
    .nearest = dec_hidden_consensus_nearest,
    .growth = dec_hidden_consensus_growth,
    .prox = dec_hidden_consensus_prox,
    .weak_convexity = dec_hidden_consensus_weak_convexity,
    .term_slope = dec_hidden_consensus_term_slope,
    .facts = dec_hidden_consensus_facts,
    .enclose = dec_hidden_consensus_enclose,
};

static clarke_status dec_hidden_consensus_make(clarke_problem *p, const void *params,
                                               clarke_arena *mem)
{
    const dec_hidden_consensus *d = params;
    CLARKE_TRY(clarke_problem_size(p, d->n, 1.75, -2.0, 2.0, mem));
    p->terms = 2;
    p->term_deviation = d->h;
    p->smoothness = 1.0;
    return clarke_separable_make(p, &dec_hidden_consensus_scalar, d, 0, mem);
}

static const clarke_param dec_hidden_consensus_params[] = {
    CLARKE_SIZE_PARAM(dec_hidden_consensus, "1"),
    {"h", CLARKE_PARAM_REAL, offsetof(dec_hidden_consensus, h), "1", 0x1p-20, 0x1p10, NULL,
     "height of the cancelling kinks"},
    {0}};

static const clarke_certifiable dec_hidden_consensus_certifiable[] = {
    {"n=1", -8.0, 8.0, 1e-4, 71, false},
    {"n=1", -8.0, 8.0, 1e-4, 71, true},
    {"n=2", -8.0, 8.0, 1e-3, 231, true},
    {0}};

const clarke_problem_desc clarke_problem_dec_hidden_consensus = {
    .title = "Hidden consensus",
    .formula = "mean of |x|^2 / 2 + h |x|_1 and |x|^2 / 2 - h |x|_1",
    .source = "derived",
    .stationary_set = "{0}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_SMOOTH | CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE |
              CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE,
    .params = dec_hidden_consensus_params,
    .params_size = sizeof(dec_hidden_consensus),
    .make = dec_hidden_consensus_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = dec_hidden_consensus_certifiable,
    .outside = "by hand: phi' = t has no other zero, and the field is larger at 0 only",
    .term_subgradient = clarke_separable_term_subgradient,
    .prox = clarke_separable_prox,
};
