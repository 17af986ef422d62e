/* f is the mean of sum_j (relu(x_j) - 1)^2 / 2 and sum_j (relu(-x_j) + b)^2 / 2, b > 0: one ReLU
   neuron, one sample for each of two terms.

   phi' = (t - 1)/2 for t > 0 and (t - b)/2 for t < 0, both negative at 0: S = {1}^n, phi = b^2/4 +
   d^2/4. Alone the terms have the coordinate sets (-inf, 0] u {1} and [0, inf). The mean of their
   Clarke subdifferentials at 0 is [-1, 0]/2 + [-b, 0]/2, so the field-critical set is {0, 1}^n, and
   automatic differentiation, with relu'(0) = 0 in both terms, returns 0 at 0: whatever follows it
   from there is stuck. The kink is convex iff b >= 1 (slope -b/2 before, -1/2 after), and then phi
   is convex. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
    double b;
} dec_relu_data;

static double dec_relu_data_b(const void *c)
{
    return ((const dec_relu_data *)c)->b;
}

static double dec_relu_data_value(const void *c, double t)
{
    const double u = fmax(t, 0.0) - 1.0, v = fmax(-t, 0.0) + dec_relu_data_b(c);
    return 0.25 * u * u + 0.25 * v * v;
}

static double dec_relu_data_term_slope(const void *c, size_t term, double t)
{
    if (term == 0) return t > 0.0 ? t - 1.0 : 0.0;
    return t < 0.0 ? t - dec_relu_data_b(c) : 0.0;
}

static double dec_relu_data_slope(const void *c, double t)
{
    return 0.5 * (dec_relu_data_term_slope(c, 0, t) + dec_relu_data_term_slope(c, 1, t));
}

static clarke_interval dec_relu_data_at(const void *c, double t, bool field)
{
    const double b = dec_relu_data_b(c);
    if (t != 0.0) return clarke_interval_point(dec_relu_data_slope(c, t));
    if (field) return (clarke_interval){-0.5 * (1.0 + b), 0.0};
    return (clarke_interval){-0.5 * fmax(1.0, b), -0.5 * fmin(1.0, b)};
}

static double dec_relu_data_next_break(const void *c, double t)
{
    (void)c;
    return t < 0.0 ? 0.0 : INFINITY;
}

static double dec_relu_data_nearest(const void *c, double t, clarke_point_kind *kind)
{
    (void)c, (void)t;
    *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return 1.0;
}

static double dec_relu_data_field_nearest(const void *c, double t)
{
    (void)c;
    return t > 0.5 ? 1.0 : 0.0;
}

static clarke_growth dec_relu_data_growth(const void *c, double s)
{
    (void)c, (void)s;
    return clarke_growth_make(2.0, 0.25);
}

/* The better of the proxes over t >= 0 and t <= 0. */
static double dec_relu_data_prox(const void *c, double step, double t)
{
    const double half = 0.5 * step, b = dec_relu_data_b(c);
    const double right = fmax((t + half) / (1.0 + half), 0.0);
    const double left = fmin((t + half * b) / (1.0 + half), 0.0);
    const double at_right = dec_relu_data_value(c, right) +
                            (right - t) * (right - t) / (2.0 * step);
    const double at_left = dec_relu_data_value(c, left) + (left - t) * (left - t) / (2.0 * step);
    return at_left < at_right ? left : right;
}

static double dec_relu_data_weak_convexity(const void *c, double radius)
{
    (void)radius;
    return dec_relu_data_b(c) >= 1.0 ? 0.0 : NAN;
}

static clarke_scalar_facts dec_relu_data_facts(const void *c)
{
    const double b = dec_relu_data_b(c);
    return (clarke_scalar_facts){0.25 * b * b, {2.0, 0.25, 0.5}, 0.0};
}

static clarke_interval dec_relu_data_enclose(const void *c, clarke_interval t, bool field)
{
    const double b = dec_relu_data_b(c);
    const clarke_interval right = clarke_interval_minus(clarke_interval_relu(t), 1.0);
    const clarke_interval left =
        clarke_interval_minus(clarke_interval_neg(clarke_interval_relu(clarke_interval_neg(t))), b);
    const clarke_interval switched = {0.0, 1.0};
    clarke_interval twice = t.low > 0.0 ? right : left;
    if (clarke_interval_has(t, 0.0))
        twice = field ? clarke_interval_add(clarke_interval_mul(right, switched),
                                            clarke_interval_mul(left, switched))
                      : clarke_interval_hull(right, left);
    return clarke_interval_scale(0.5, twice);
}

static const clarke_scalar dec_relu_data_scalar = {
    .value = dec_relu_data_value,
    .slope = dec_relu_data_slope,
    .at = dec_relu_data_at,
    .next_break = dec_relu_data_next_break,
    .nearest = dec_relu_data_nearest,
    .field_nearest = dec_relu_data_field_nearest,
    .growth = dec_relu_data_growth,
    .prox = dec_relu_data_prox,
    .weak_convexity = dec_relu_data_weak_convexity,
    .term_slope = dec_relu_data_term_slope,
    .facts = dec_relu_data_facts,
    .enclose = dec_relu_data_enclose,
};

static clarke_status dec_relu_data_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const dec_relu_data *r = params;
    CLARKE_TRY(clarke_problem_size(p, r->n, -1.5, -2.0, 2.0, mem));
    p->terms = 2;
    /* Each term is 2 phi' where it lives and 0 elsewhere: it departs from the mean by |phi'|, at
       most max(1, |t - 1|)/2 for t > 0 and |t - b|/2 for t < 0. */
    p->term_deviation = 0.5 * fmax(fmax(1.0, p->box_high - 1.0), fmax(r->b, r->b - p->box_low));
    return clarke_separable_make(p, &dec_relu_data_scalar, r, 0, mem);
}

static const clarke_param dec_relu_data_params[] = {CLARKE_SIZE_PARAM(dec_relu_data, "1"),
                                                    {"b", CLARKE_PARAM_REAL,
                                                     offsetof(dec_relu_data, b), "2", 0x1p-20,
                                                     0x1p10, NULL, "offset of the second sample"},
                                                    {0}};

static const clarke_certifiable dec_relu_data_certifiable[] = {
    {"n=1", -8.0, 8.0, 1e-4, 65, false},
    {"n=2,b=0.5", -8.0, 8.0, 1e-3, 195, false},
    {"n=1", -8.0, 8.0, 1e-4, 125, true},
    {"n=2,b=0.5", -8.0, 8.0, 1e-3, 741, true},
    {0}};

const clarke_problem_desc clarke_problem_dec_relu_data = {
    .title = "One ReLU neuron, one sample for each term",
    .formula = "mean of sum_j (relu(x_j) - 1)^2 / 2 and sum_j (relu(-x_j) + b)^2 / 2",
    .source = "derived",
    .stationary_set = "{1}^n",
    .field_set = "{0, 1}^n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE |
              CLARKE_TRAIT_FIELD_LARGER,
    .params = dec_relu_data_params,
    .params_size = sizeof(dec_relu_data),
    .make = dec_relu_data_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = dec_relu_data_certifiable,
    .outside =
        "by hand: phi' is (t - 1)/2 and (t - b)/2 on either side of 0, and the field is larger at 0 only",
    CLARKE_SEPARABLE_FIELD,
    .term_subgradient = clarke_separable_term_subgradient,
    .prox = clarke_separable_prox,
};
