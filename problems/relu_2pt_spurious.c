/* f(x) = sum_j (relu(x_j) - 1)^2 / 2 + (relu(-x_j) + b)^2 / 2, b > 0: two samples, zero is a trap.

   phi' = t - 1 for t > 0 and t - b for t < 0, both negative at 0, so the Clarke subdifferential at
   0, [-max(1,b), -min(1,b)], does not contain 0: S = {1}^n. Automatic differentiation uses relu'(0)
   = 0 in both samples and returns 0 at 0; the field of the parts there is -1 [0,1] + b (-[0,1]) =
   [-1-b, 0], so the field-critical set is {0, 1}^n. For b = 1 phi = (t-1)^2/2 + 1/2 is smooth and
   the trap is still there; the oracle is not the gradient at 0, so the problem is not called
   smooth. A finite sum of two terms, twice one sample each. phi = b^2/2 + d^2/2 at 1. The kink is
   convex iff b >= 1 (slope -b before, -1 after), and then phi is convex. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
    double b;
} relu_2pt_spurious;

static double relu_2pt_spurious_value(const void *c, double t)
{
    const double u = fmax(t, 0.0) - 1.0, v = fmax(-t, 0.0) + ((const relu_2pt_spurious *)c)->b;
    return 0.5 * u * u + 0.5 * v * v;
}

static double relu_2pt_spurious_slope(const void *c, double t)
{
    return t > 0.0 ? t - 1.0 : t < 0.0 ? t - ((const relu_2pt_spurious *)c)->b : 0.0;
}

static double relu_2pt_spurious_term_slope(const void *c, size_t term, double t)
{
    if (term == 0) return t > 0.0 ? 2.0 * (t - 1.0) : 0.0;
    return t < 0.0 ? 2.0 * (t - ((const relu_2pt_spurious *)c)->b) : 0.0;
}

static clarke_interval relu_2pt_spurious_at(const void *c, double t, bool field)
{
    const double b = ((const relu_2pt_spurious *)c)->b;
    if (t != 0.0) return clarke_interval_point(relu_2pt_spurious_slope(c, t));
    if (field) return (clarke_interval){-1.0 - b, 0.0};
    return (clarke_interval){-fmax(1.0, b), -fmin(1.0, b)};
}

static double relu_2pt_spurious_next_break(const void *c, double t)
{
    (void)c;
    return t < 0.0 ? 0.0 : INFINITY;
}

static double relu_2pt_spurious_nearest(const void *c, double t, clarke_point_kind *kind)
{
    (void)c, (void)t;
    *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return 1.0;
}

static double relu_2pt_spurious_field_nearest(const void *c, double t)
{
    (void)c;
    return t > 0.5 ? 1.0 : 0.0;
}

static clarke_growth relu_2pt_spurious_growth(const void *c, double s)
{
    (void)c, (void)s;
    return clarke_growth_make(2.0, 0.5);
}

/* The best of the proxes of the two pieces and the kink. */
static double relu_2pt_spurious_prox(const void *c, double step, double t)
{
    const double b = ((const relu_2pt_spurious *)c)->b;
    const double candidate[] = {0.0, fmax((t + step) / (1.0 + step), 0.0),
                                fmin((t + step * b) / (1.0 + step), 0.0)};
    double best = 0.0, best_value = INFINITY;
    for (size_t i = 0; i < 3; i++) {
        const double y = candidate[i];
        const double value = relu_2pt_spurious_value(c, y) + (y - t) * (y - t) / (2.0 * step);
        if (value < best_value) best = y, best_value = value;
    }
    return best;
}

static double relu_2pt_spurious_weak_convexity(const void *c, double radius)
{
    (void)radius;
    return ((const relu_2pt_spurious *)c)->b >= 1.0 ? 0.0 : NAN;
}

static clarke_scalar_facts relu_2pt_spurious_facts(const void *c)
{
    const double b = ((const relu_2pt_spurious *)c)->b;
    return (clarke_scalar_facts){0.5 * b * b, {2.0, 0.5, 1.0}, 0.0};
}

static clarke_interval relu_2pt_spurious_enclose(const void *c, clarke_interval t, bool field)
{
    const double b = ((const relu_2pt_spurious *)c)->b;
    const clarke_interval right = clarke_interval_minus(clarke_interval_relu(t), 1.0);
    const clarke_interval left =
        clarke_interval_minus(clarke_interval_neg(clarke_interval_relu(clarke_interval_neg(t))), b);
    if (t.low > 0.0) return right;
    if (t.high < 0.0) return left;
    if (!field) return clarke_interval_hull(right, left);
    const clarke_interval switched = {0.0, 1.0};
    return clarke_interval_add(clarke_interval_mul(right, switched),
                               clarke_interval_mul(left, switched));
}

static const clarke_scalar relu_2pt_spurious_scalar = {
    .value = relu_2pt_spurious_value,
    .slope = relu_2pt_spurious_slope,
    .at = relu_2pt_spurious_at,
    .next_break = relu_2pt_spurious_next_break,
    .nearest = relu_2pt_spurious_nearest,
    .field_nearest = relu_2pt_spurious_field_nearest,
    .growth = relu_2pt_spurious_growth,
    .prox = relu_2pt_spurious_prox,
    .weak_convexity = relu_2pt_spurious_weak_convexity,
    .term_slope = relu_2pt_spurious_term_slope,
    .facts = relu_2pt_spurious_facts,
    .enclose = relu_2pt_spurious_enclose,
};

static clarke_status relu_2pt_spurious_make(clarke_problem *p, const void *params,
                                            clarke_arena *mem)
{
    const relu_2pt_spurious *r = params;
    CLARKE_TRY(clarke_problem_size(p, r->n, -1.5, -2.0, 2.0, mem));
    p->terms = 2;
    /* Each term is 2 phi' where it lives and 0 elsewhere: it departs from the mean by |phi'|, which
       is at most max(1, |t - 1|) for t > 0 and |t - b| for t < 0; |phi'| peaks at the ends and the
       kink. */
    p->term_deviation = fmax(fmax(1.0, p->box_high - 1.0), fmax(r->b, r->b - p->box_low));
    return clarke_separable_make(p, &relu_2pt_spurious_scalar, r, 0, mem);
}

static const clarke_param relu_2pt_spurious_params[] = {
    CLARKE_SIZE_PARAM(relu_2pt_spurious, "1"),
    {"b", CLARKE_PARAM_REAL, offsetof(relu_2pt_spurious, b), "1", 0x1p-20, 0x1p10, NULL,
     "offset of the second sample"},
    {0}};

static const clarke_certifiable relu_2pt_spurious_certifiable[] = {
    {"n=1", -8.0, 8.0, 1e-4, 65, false},
    {"n=2,b=0.5", -8.0, 8.0, 1e-3, 195, false},
    {"n=1", -8.0, 8.0, 1e-4, 125, true},
    {"n=2,b=0.5", -8.0, 8.0, 1e-3, 741, true},
    {0}};

const clarke_problem_desc clarke_problem_relu_2pt_spurious = {
    .title = "One ReLU neuron, two points, a spurious zero",
    .formula = "sum_j (relu(x_j) - 1)^2 / 2 + (relu(-x_j) + b)^2 / 2",
    .source = "derived",
    .stationary_set = "{1}^n",
    .field_set = "{0, 1}^n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE |
              CLARKE_TRAIT_FIELD_LARGER,
    .params = relu_2pt_spurious_params,
    .params_size = sizeof(relu_2pt_spurious),
    .make = relu_2pt_spurious_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = relu_2pt_spurious_certifiable,
    .outside =
        "by hand: phi' is t - 1 for t > 0 and t - b for t < 0, and the field is larger at 0 only",
    CLARKE_SEPARABLE_FIELD,
    .term_subgradient = clarke_separable_term_subgradient,
    .prox = clarke_separable_prox,
};
