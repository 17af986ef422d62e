/* f(x, y) = sum_i lambda [x_i != 0] + (x_i - y_i)^2/2 + mu (y_i - a)^2/2 with a != 0: the number of
   entries that are not 0, with a jump at x = 0.

   Off x = 0 the gradient is (x - y, y - x + mu (y - a)): 0 only at (a, a). At x = 0 the
   subdifferential of the jump, by the normals of the epigraph, is R, and the second entry asks for y = mu a/(1 + mu). S is the
   product of these two points over the pairs, 2^m of them, all local minima: at (0, y) f jumps by
   lambda in x and grows by (1 + mu) d^2/2 in y; at (a, a) it is quadratic near by with the Hessian
   [[1, -1], [-1, 1 + mu]]. Below a jump of lambda nothing but these quadratics is near: the
   exponent is 1/2. The values are lambda at (a, a) and kappa a^2/2, kappa = mu/(1 + mu), at the
   other one.

   Alternating minimisation: x = y where |y| > (2 lambda)^{1/2}, else 0; y = (x + mu a)/(1 + mu).
   While x is not 0, x - a is divided by 1 + mu in each sweep; once it is 0, y is there in one step. */
#include "problems/lib/goldstein.h"
#include "problems/lib/pairs.h"

typedef struct {
    size_t n;
    double lambda, mu, a;
} l0_pair;

static double l0_pair_value(const void *c, const double *z)
{
    const l0_pair *m = c;
    const double gap = z[0] - z[1], off = z[1] - m->a;
    return (z[0] != 0.0 ? m->lambda : 0.0) + 0.5 * gap * gap + 0.5 * m->mu * off * off;
}

static void l0_pair_slope(const void *c, const double *z, double *g)
{
    const l0_pair *m = c;
    g[0] = z[0] - z[1];
    g[1] = (z[1] - z[0]) + m->mu * (z[1] - m->a);
}

static double l0_pair_residual(const void *c, const double *z)
{
    double g[2];
    l0_pair_slope(c, z, g);
    return z[0] == 0.0 ? fabs(g[1]) : hypot(g[0], g[1]);
}

static void l0_pair_range(const void *c, const clarke_interval *box, clarke_interval *centre,
                          clarke_interval *kink, clarke_interval *arm)
{
    const l0_pair *m = c;
    const clarke_interval gap = clarke_interval_sub(box[0], box[1]);
    (void)kink, (void)arm;
    centre[0] = box[0].low <= 0.0 && box[0].high >= 0.0 ? clarke_interval_line : gap;
    centre[1] =
        clarke_interval_sub(clarke_interval_scale(m->mu, clarke_interval_minus(box[1], m->a)), gap);
}

static double l0_pair_rest(const l0_pair *m)
{
    return m->mu * m->a / (1.0 + m->mu);
}

static double l0_pair_least(const l0_pair *m)
{
    return fmin(m->lambda, 0.5 * l0_pair_rest(m) * m->a);
}

static double l0_pair_nearest(const void *c, const double *z, double *s, clarke_point_kind *kind)
{
    const l0_pair *m = c;
    const double rest = l0_pair_rest(m), zero = hypot(z[0], z[1] - rest);
    const double data = hypot(z[0] - m->a, z[1] - m->a);
    const bool at_zero = zero <= data;
    const double value = at_zero ? 0.5 * rest * m->a : m->lambda;
    s[0] = at_zero ? 0.0 : m->a;
    s[1] = at_zero ? rest : m->a;
    *kind = value <= l0_pair_least(m) ? CLARKE_POINT_GLOBAL_MINIMUM : CLARKE_POINT_LOCAL_MINIMUM;
    return fmin(zero, data);
}

static clarke_growth l0_pair_growth(const void *c, const double *s)
{
    const l0_pair *m = c;
    if (s[0] == 0.0) return clarke_growth_make(2.0, 0.5 * (1.0 + m->mu));
    /* The smaller eigenvalue of [[1, -1], [-1, 1 + mu]], without cancellation. */
    const double half = 0.5 * (2.0 + m->mu);
    return clarke_growth_make(2.0, 0.5 * m->mu / (half + hypot(0.5 * m->mu, 1.0)));
}

/* In squares: with y = rest + e at x = 0 it is (1 + mu) e^2/2 more than there. */
static double l0_pair_gap(const void *c, const double *z)
{
    const l0_pair *m = c;
    const double gap = z[0] - z[1], off = z[1] - m->a, e = z[1] - l0_pair_rest(m);
    double s[2];
    clarke_point_kind kind;
    l0_pair_nearest(c, z, s, &kind);
    if (s[0] != 0.0 && z[0] != 0.0) return 0.5 * gap * gap + 0.5 * m->mu * off * off;
    if (s[0] == 0.0 && z[0] == 0.0) return 0.5 * (1.0 + m->mu) * e * e;
    return l0_pair_value(c, z) - l0_pair_value(c, s);
}

/* argmin lambda [u != 0] + scale (u - v)^2/2: v where that is worth lambda. */
static double l0_pair_threshold(double lambda, double scale, double v)
{
    return 0.5 * scale * v * v > lambda ? v : 0.0;
}

static double l0_pair_prox(const void *c, size_t b, double weight, const double *z, double centre)
{
    const l0_pair *m = c;
    if (b == 1) return (z[0] + m->mu * m->a + weight * centre) / (1.0 + m->mu + weight);
    return l0_pair_threshold(m->lambda, 1.0 + weight, (z[1] + weight * centre) / (1.0 + weight));
}

static double l0_pair_gradient(const void *c, size_t b, const double *z)
{
    double g[2];
    l0_pair_slope(c, z, g);
    return g[b];
}

static double l0_pair_lipschitz_of(const void *c, size_t b, const double *z)
{
    (void)z;
    return b == 0 ? 1.0 : 1.0 + ((const l0_pair *)c)->mu;
}

static double l0_pair_simple(const void *c, size_t b, double step, double v)
{
    return b == 1 ? v : l0_pair_threshold(((const l0_pair *)c)->lambda, 1.0 / step, v);
}

static const clarke_pair l0_pair_family = {.value = l0_pair_value,
                                           .slope = l0_pair_slope,
                                           .residual = l0_pair_residual,
                                           .range = l0_pair_range,
                                           .nearest = l0_pair_nearest,
                                           .growth = l0_pair_growth,
                                           .gap = l0_pair_gap,
                                           .prox = l0_pair_prox,
                                           .gradient = l0_pair_gradient,
                                           .lipschitz = l0_pair_lipschitz_of,
                                           .simple = l0_pair_simple};

static clarke_status l0_pair_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const l0_pair *m = params;
    const double data[] = {m->a, m->a};
    if (m->a == 0.0)
        return clarke_fail(CLARKE_EINPUT, "%s: a=0: the two points of the stationary set merge",
                           p->id);
    CLARKE_TRY(clarke_problem_size(p, m->n, 2.5, -4.0, 4.0, mem));
    p->minimum = l0_pair_least(m) * (double)(m->n / 2);
    p->gradient_bound = INFINITY;
    p->plan_growth = l0_pair_growth(m, data);
    return clarke_pairs_make(p, &l0_pair_family, m, 0, mem);
}

static const clarke_param l0_pair_params[] = {CLARKE_PAIRS_SIZE(l0_pair),
                                              {"lambda", CLARKE_PARAM_REAL,
                                               offsetof(l0_pair, lambda), "0.5", 0x1p-10, 0x1p10,
                                               NULL, "price of an entry that is not 0"},
                                              {"mu", CLARKE_PARAM_REAL, offsetof(l0_pair, mu),
                                               "0.5", 0x1p-10, 0x1p10, NULL, "weight of the data"},
                                              {"a", CLARKE_PARAM_REAL, offsetof(l0_pair, a), "1.75",
                                               -0x1p10, 0x1p10, NULL, "the datum, not 0"},
                                              {0}};

const clarke_problem_desc clarke_problem_l0_pair = {
    .title = "Number of nonzeros with a quadratic coupling",
    .formula = "sum_i lambda [x_i != 0] + (x_i - y_i)^2/2 + mu (y_i - a)^2/2",
    .source = "derived",
    .stationary_set = "pairs: {(0, mu a/(1 + mu)), (a, a)}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE | CLARKE_TRAIT_EXTENDED,
    .params = l0_pair_params,
    .params_size = sizeof(l0_pair),
    .make = l0_pair_make,
    .value = clarke_pairs_value,
    .subgradient = clarke_pairs_subgradient,
    .clarke_residual = clarke_pairs_clarke_residual,
    .stationary_distance = clarke_pairs_stationary_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = clarke_pairs_hull_distance,
    .growth = clarke_pairs_growth,
    .value_gap = clarke_pairs_value_gap,
    .block_prox = clarke_pairs_block_prox,
    CLARKE_PAIRS_GRADIENT,
    .block_simple = clarke_pairs_block_simple,
    .enclose = clarke_pairs_enclose,
    .outside = "by hand: the proof of the set holds everywhere",
};
