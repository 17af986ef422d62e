/* f(x, y) = sum_i |x_i|^p + (x_i - y_i)^2/2, 0 < p < 1: not Lipschitz at x = 0, where the limits of
   gradients are unbounded in both directions and the subdifferential is R x {y - x}.

   The second entry asks for y = x, the first one then for p |x|^{p-1} sign x = 0, or x = 0: S =
   {0}, the global minimum. Near it f >= d^2/2 to first order, with equality on the y axis; not
   weakly convex. The block minimiser over x is a threshold: 0, or the larger root of u + p u^{p-1}
   = v, whichever is lower, so alternating minimisation ends after finitely many sweeps. */
#include "problems/lib/goldstein.h"
#include "problems/lib/pairs.h"

typedef struct {
    size_t n;
    double p;
} root_pair;

static double root_pair_p(const void *c)
{
    return ((const root_pair *)c)->p;
}

static double root_pair_value(const void *c, const double *z)
{
    return pow(fabs(z[0]), root_pair_p(c)) + 0.5 * (z[0] - z[1]) * (z[0] - z[1]);
}

static void root_pair_slope(const void *c, const double *z, double *g)
{
    const double p = root_pair_p(c);
    const double steep = z[0] == 0.0 ? 0.0 : copysign(p * pow(fabs(z[0]), p - 1.0), z[0]);
    g[0] = steep + (z[0] - z[1]);
    g[1] = z[1] - z[0];
}

static double root_pair_residual(const void *c, const double *z)
{
    double g[2];
    root_pair_slope(c, z, g);
    return z[0] == 0.0 ? fabs(g[1]) : hypot(g[0], g[1]);
}

static void root_pair_range(const void *c, const clarke_interval *box, clarke_interval *centre,
                            clarke_interval *kink, clarke_interval *arm)
{
    const clarke_interval gap = clarke_interval_sub(box[0], box[1]);
    const double p = root_pair_p(c);
    (void)kink, (void)arm;
    centre[0] = clarke_interval_line;
    centre[1] = clarke_interval_neg(gap);
    if (box[0].low <= 0.0 && box[0].high >= 0.0) return;
    /* 1 - p is rounded, and the powers are between half-whole ones: an enclosure all the same. */
    const clarke_interval size = clarke_interval_power(clarke_interval_abs(box[0]), 1.0 - p);
    const clarke_interval steep = clarke_interval_div(clarke_interval_point(p), size);
    centre[0] = clarke_interval_add(box[0].low > 0.0 ? steep : clarke_interval_neg(steep), gap);
}

static double root_pair_nearest(const void *c, const double *z, double *s, clarke_point_kind *kind)
{
    (void)c;
    s[0] = s[1] = 0.0;
    *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return hypot(z[0], z[1]);
}

static clarke_growth root_pair_growth(const void *c, const double *s)
{
    (void)c, (void)s;
    return clarke_growth_make(2.0, 0.5);
}

/* argmin u^p + scale (u - v)^2/2 over u >= 0, for v >= 0. u + (p/scale) u^{p-1} falls up to u = low
   and rises from there: its larger root is between low and v, if there is one. */
static double root_pair_threshold(double p, double scale, double v)
{
    double low = pow(p * (1.0 - p) / scale, 1.0 / (2.0 - p)), high = v;
    if (!(low < v) || low + p / scale * pow(low, p - 1.0) > v) return 0.0;
    for (;;) {
        const double u = 0.5 * (low + high);
        if (!(u > low && u < high)) break;
        if (u + p / scale * pow(u, p - 1.0) < v)
            low = u;
        else
            high = u;
    }
    const double there = pow(high, p) + 0.5 * scale * (high - v) * (high - v);
    return there < 0.5 * scale * v * v ? high : 0.0;
}

static double root_pair_prox(const void *c, size_t b, double weight, const double *z, double centre)
{
    const double v = (z[1 - b] + weight * centre) / (1.0 + weight);
    return b == 1 ? v : copysign(root_pair_threshold(root_pair_p(c), 1.0 + weight, fabs(v)), v);
}

static double root_pair_gradient(const void *c, size_t b, const double *z)
{
    (void)c;
    return z[b] - z[1 - b];
}

static double root_pair_lipschitz_of(const void *c, size_t b, const double *z)
{
    (void)c, (void)b, (void)z;
    return 1.0;
}

static double root_pair_simple(const void *c, size_t b, double step, double v)
{
    return b == 1 ? v : copysign(root_pair_threshold(root_pair_p(c), 1.0 / step, fabs(v)), v);
}

static const clarke_pair root_pair_family = {.value = root_pair_value,
                                             .slope = root_pair_slope,
                                             .residual = root_pair_residual,
                                             .range = root_pair_range,
                                             .nearest = root_pair_nearest,
                                             .growth = root_pair_growth,
                                             .gap = root_pair_value,
                                             .prox = root_pair_prox,
                                             .gradient = root_pair_gradient,
                                             .lipschitz = root_pair_lipschitz_of,
                                             .simple = root_pair_simple};

static clarke_status root_pair_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const root_pair *r = params;
    CLARKE_TRY(clarke_problem_size(p, r->n, 1.75, -2.0, 2.0, mem));
    p->minimum = 0.0;
    p->gradient_bound = INFINITY;
    p->plan_growth = clarke_growth_make(2.0, 0.5);
    return clarke_pairs_make(p, &root_pair_family, r, 0, mem);
}

static const clarke_param root_pair_params[] = {
    CLARKE_PAIRS_SIZE(root_pair),
    {"p", CLARKE_PARAM_REAL, offsetof(root_pair, p), "0.5", 0.125, 0.875, NULL, "exponent"},
    {0}};

static const clarke_certifiable root_pair_certifiable[] = {{"", -4.0, 4.0, 1e-2, 471, false}, {0}};

const clarke_problem_desc clarke_problem_root_pair = {
    .title = "Root with a quadratic coupling",
    .formula = "sum_i |x_i|^p + (x_i - y_i)^2 / 2",
    .source = "derived",
    .stationary_set = "{0}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = root_pair_params,
    .params_size = sizeof(root_pair),
    .make = root_pair_make,
    CLARKE_PAIRS_ORACLES,
    CLARKE_PAIRS_GRADIENT,
    .block_simple = clarke_pairs_block_simple,
    .certifiable = root_pair_certifiable,
    .outside = "by hand: the proof of the set holds everywhere",
};
