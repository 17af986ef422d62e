/* f(x, y) = sum_i |1 - x_i y_i| + lambda (x_i^2 + y_i^2)/2, 0 < lambda < 1: the kink xy = 1
   couples the blocks, and alternating minimisation stops on it away from S.

   Off the kink s (y, x) + lambda (x, y) = 0 with s = +-1 gives lambda^2 x = x, so x = y = 0,
   which has xy < 1. On it s in [-1, 1] has to be -lambda x/y = -lambda y/x: x^2 = y^2 = 1, s =
   -lambda. S = {0, +-(1, 1)} for each pair: (1, 1) is a global minimum, f = lambda, growing like
   lambda d^2 along the curve (x = e^t: lambda cosh 2t) and linearly across; 0 a saddle with the
   eigenvalues lambda +- 1. f is (1 - lambda)-weakly convex.

   The minimiser over x is 1/y while lambda/y^2 <= 1, so the pairs (1/y, y) with lambda <= y^2 <=
   1/lambda all stay. */
#include "problems/lib/goldstein.h"
#include "problems/lib/pairs.h"

typedef struct {
    size_t n;
    double lambda;
} bilin_abs_ridge;

static double bilin_abs_ridge_lambda(const void *c)
{
    return ((const bilin_abs_ridge *)c)->lambda;
}

/* The product is rounded once, and a computed 1/y twice in all. */
static double bilin_abs_ridge_sign(const double *z)
{
    const double r = z[0] * z[1] - 1.0;
    return fabs(r) <= DBL_EPSILON ? 0.0 : clarke_scalar_sign(r);
}

static double bilin_abs_ridge_value(const void *c, const double *z)
{
    return fabs(1.0 - z[0] * z[1]) + 0.5 * bilin_abs_ridge_lambda(c) * (z[0] * z[0] + z[1] * z[1]);
}

static void bilin_abs_ridge_slope(const void *c, const double *z, double *g)
{
    const double s = bilin_abs_ridge_sign(z);
    for (size_t b = 0; b < 2; b++) g[b] = s * z[1 - b] + bilin_abs_ridge_lambda(c) * z[b];
}

static double bilin_abs_ridge_residual(const void *c, const double *z)
{
    const double lambda = bilin_abs_ridge_lambda(c), square = z[0] * z[0] + z[1] * z[1];
    double s = bilin_abs_ridge_sign(z);
    if (s == 0.0) s = clarke_scalar_clip(-2.0 * lambda * z[0] * z[1] / square, -1.0, 1.0);
    return hypot(s * z[1] + lambda * z[0], s * z[0] + lambda * z[1]);
}

static void bilin_abs_ridge_range(const void *c, const clarke_interval *box,
                                  clarke_interval *centre, clarke_interval *kink,
                                  clarke_interval *arm)
{
    const clarke_interval product = clarke_interval_mul(box[0], box[1]);
    /* What counts as the kink is a little more than the kink. */
    const clarke_interval gap = {product.low - 1.0 - 2.0 * DBL_EPSILON,
                                 product.high - 1.0 + 2.0 * DBL_EPSILON};
    *kink = clarke_interval_sign(gap);
    for (size_t b = 0; b < 2; b++) {
        centre[b] = clarke_interval_scale(bilin_abs_ridge_lambda(c), box[b]);
        arm[b] = box[1 - b];
    }
}

static double bilin_abs_ridge_nearest(const void *c, const double *z, double *s,
                                      clarke_point_kind *kind)
{
    const double sign = copysign(1.0, z[0] + z[1]);
    const double one = hypot(z[0] - sign, z[1] - sign), zero = hypot(z[0], z[1]);
    (void)c;
    *kind = one <= zero ? CLARKE_POINT_GLOBAL_MINIMUM : CLARKE_POINT_SADDLE;
    s[0] = s[1] = one <= zero ? sign : 0.0;
    return fmin(one, zero);
}

static clarke_growth bilin_abs_ridge_growth(const void *c, const double *s)
{
    const double lambda = bilin_abs_ridge_lambda(c);
    return clarke_growth_make(2.0, s[0] == 0.0 ? 0.5 * (1.0 - lambda) : lambda);
}

/* f - lambda = |1 - xy| + lambda (xy - 1) + lambda (x - y)^2/2. */
static double bilin_abs_ridge_gap(const void *c, const double *z)
{
    const double lambda = bilin_abs_ridge_lambda(c), r = z[0] * z[1] - 1.0;
    double s[2];
    clarke_point_kind kind;
    bilin_abs_ridge_nearest(c, z, s, &kind);
    if (s[0] == 0.0) return fabs(r) - 1.0 + 0.5 * lambda * (z[0] * z[0] + z[1] * z[1]);
    return fabs(r) + lambda * r + 0.5 * lambda * (z[0] - z[1]) * (z[0] - z[1]);
}

static double bilin_abs_ridge_prox(const void *c, size_t b, double weight, const double *z,
                                   double centre)
{
    const double lambda = bilin_abs_ridge_lambda(c), other = z[1 - b];
    const double v = weight * centre / (lambda + weight), reach = fabs(other) / (lambda + weight);
    if (other == 0.0) return v;
    const double kink = 1.0 / other;
    return fabs(kink - v) <= reach ? kink : v + copysign(reach, kink - v);
}

static const clarke_pair bilin_abs_ridge_family = {.value = bilin_abs_ridge_value,
                                                   .slope = bilin_abs_ridge_slope,
                                                   .residual = bilin_abs_ridge_residual,
                                                   .range = bilin_abs_ridge_range,
                                                   .nearest = bilin_abs_ridge_nearest,
                                                   .growth = bilin_abs_ridge_growth,
                                                   .gap = bilin_abs_ridge_gap,
                                                   .prox = bilin_abs_ridge_prox};

static double bilin_abs_ridge_lipschitz(const clarke_problem *p, double radius)
{
    return (1.0 + bilin_abs_ridge_lambda(clarke_pairs_context(p, 0))) * radius;
}

static double bilin_abs_ridge_weak_convexity(const clarke_problem *p, double radius)
{
    (void)radius;
    return 1.0 - bilin_abs_ridge_lambda(clarke_pairs_context(p, 0));
}

static clarke_status bilin_abs_ridge_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const bilin_abs_ridge *a = params;
    CLARKE_TRY(clarke_problem_size(p, a->n, 1.75, -2.0, 2.0, mem));
    for (size_t i = p->n / 2; i < p->n; i++) p->start[i] = 0.25;
    p->minimum = a->lambda * (double)(p->n / 2);
    p->gradient_bound = (1.0 + a->lambda) * sqrt((double)p->n);
    p->plan_growth = clarke_growth_make(2.0, a->lambda);
    return clarke_pairs_make(p, &bilin_abs_ridge_family, a, 0, mem);
}

static const clarke_param bilin_abs_ridge_params[] = {
    CLARKE_PAIRS_SIZE(bilin_abs_ridge),
    {"lambda", CLARKE_PARAM_REAL, offsetof(bilin_abs_ridge, lambda), "0.25", 0x1p-10, 0.9375, NULL,
     "weight of the squares"},
    {0}};

static const clarke_certifiable bilin_abs_ridge_certifiable[] = {{"", -4.0, 4.0, 1e-2, 583, false},
                                                                 {0}};

const clarke_problem_desc clarke_problem_bilin_abs_ridge = {
    .title = "Bilinear absolute loss with squares",
    .formula = "sum_i |1 - x_i y_i| + lambda (x_i^2 + y_i^2)/2",
    .source = "derived",
    .stationary_set = "pairs: 0 and +-(1, 1)",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = bilin_abs_ridge_params,
    .params_size = sizeof(bilin_abs_ridge),
    .make = bilin_abs_ridge_make,
    CLARKE_PAIRS_ORACLES,
    .lipschitz = bilin_abs_ridge_lipschitz,
    .weak_convexity = bilin_abs_ridge_weak_convexity,
    .certifiable = bilin_abs_ridge_certifiable,
    .outside = "by hand: the proof of the set holds everywhere",
};
