/* f(x, y) = sum_i P(x_i) + (x_i - y_i)^2/2 + mu (y_i - a)^2/2 with the smoothly clipped absolute
   deviation P: P(0) = 0 and, for t > 0, P'(t) = lambda on (0, lambda], (gamma lambda - t)/(gamma -
   1) on [lambda, gamma lambda], 0 beyond; even; gamma > 2, mu > 0.

   The second entry asks for y = (x + mu a)/(1 + mu); then the first one is P'(x) + kappa (x - a),
   kappa = mu/(1 + mu). For a >= 0 (else mirrored) its zeros are x = 0 if kappa a <= lambda; x = a -
   lambda/kappa if that is in (0, lambda); x = (kappa a - gamma lambda/(gamma - 1))/(kappa - 1/(gamma -
   1)) if that is in (lambda, gamma lambda); x = a if a >= gamma lambda. x < 0 has P'(x) + kappa (x -
   a) < 0. S is the product of these points over the pairs. Parameters at which two of them merge are
   refused.

   At x = 0 f is sharp in x and grows by (1 + mu) d^2/2 in y. Elsewhere it is quadratic near by,
   with the Hessian [[1 - s/(gamma - 1), -1], [-1, 1 + mu]], s = 1 on the middle piece and 0 on the
   others: a minimum, but on the middle piece a saddle if kappa < 1/(gamma - 1). f is 1/(gamma -
   1)-weakly convex. The exponent is 1/2.

   Alternating minimisation takes SCAD thresholds of y, single-valued since gamma > 2, and y = (x +
   mu a)/(1 + mu); where x is beyond gamma lambda the error is divided by 1 + mu in each sweep. */
#include "problems/lib/goldstein.h"
#include "problems/lib/pairs.h"

typedef struct {
    size_t n;
    double lambda, gamma, mu, a;
} scad_pair;

static double scad_pair_penalty(const scad_pair *m, double t)
{
    const double edge = m->gamma * m->lambda, size = fabs(t), left = edge - size;
    if (size <= m->lambda) return m->lambda * size;
    const double most = 0.5 * (m->gamma + 1.0) * m->lambda * m->lambda;
    return left > 0.0 ? most - 0.5 * left * left / (m->gamma - 1.0) : most;
}

/* P' off 0. */
static double scad_pair_bend(const scad_pair *m, double t)
{
    const double left = (m->gamma * m->lambda - fabs(t)) / (m->gamma - 1.0);
    return left > 0.0 ? clarke_scalar_sign(t) * fmin(left, m->lambda) : 0.0;
}

static double scad_pair_value(const void *c, const double *z)
{
    const scad_pair *m = c;
    const double gap = z[0] - z[1], off = z[1] - m->a;
    return scad_pair_penalty(m, z[0]) + 0.5 * gap * gap + 0.5 * m->mu * off * off;
}

static void scad_pair_slope(const void *c, const double *z, double *g)
{
    const scad_pair *m = c;
    g[0] = scad_pair_bend(m, z[0]) + (z[0] - z[1]);
    g[1] = (z[1] - z[0]) + m->mu * (z[1] - m->a);
}

static double scad_pair_residual(const void *c, const double *z)
{
    const scad_pair *m = c;
    double g[2];
    scad_pair_slope(c, z, g);
    if (z[0] == 0.0) g[0] = fmax(fabs(z[1]) - m->lambda, 0.0);
    return hypot(g[0], g[1]);
}

static void scad_pair_range(const void *c, const clarke_interval *box, clarke_interval *centre,
                            clarke_interval *kink, clarke_interval *arm)
{
    const scad_pair *m = c;
    const clarke_interval gap = clarke_interval_sub(box[0], box[1]);
    const clarke_interval edge = clarke_interval_scale(m->gamma, clarke_interval_point(m->lambda));
    clarke_interval left = clarke_interval_relu(
        clarke_interval_div(clarke_interval_sub(edge, clarke_interval_abs(box[0])),
                            clarke_interval_minus(clarke_interval_point(m->gamma), 1.0)));
    left.low = fmin(left.low, m->lambda), left.high = fmin(left.high, m->lambda);
    (void)kink, (void)arm;
    centre[0] = clarke_interval_add(clarke_interval_mul(clarke_interval_sign(box[0]), left), gap);
    centre[1] =
        clarke_interval_sub(clarke_interval_scale(m->mu, clarke_interval_minus(box[1], m->a)), gap);
}

/* The points of S in x, for |a|; how many. */
static size_t scad_pair_points(const scad_pair *m, double x[4])
{
    const double a = fabs(m->a), kappa = m->mu / (1.0 + m->mu), edge = m->gamma * m->lambda;
    const double slope = 1.0 / (m->gamma - 1.0), first = a - m->lambda / kappa;
    const double middle = (kappa * a - slope * edge) / (kappa - slope);
    size_t count = 0;
    if (first < 0.0) x[count++] = 0.0;
    if (first > 0.0 && first < m->lambda) x[count++] = first;
    if (middle > m->lambda && middle < edge) x[count++] = middle;
    if (a > edge) x[count++] = a;
    return count;
}

static void scad_pair_point(const scad_pair *m, double x, double s[2])
{
    s[0] = copysign(x, m->a);
    s[1] = x == fabs(m->a) ? m->a : (s[0] + m->mu * m->a) / (1.0 + m->mu);
    if (x == 0.0) s[0] = 0.0;
}

static bool scad_pair_is_middle(const scad_pair *m, const double *s)
{
    return fabs(s[0]) > m->lambda && fabs(s[0]) < m->gamma * m->lambda;
}

static double scad_pair_least(const scad_pair *m)
{
    double x[4], s[2], least = INFINITY;
    const size_t count = scad_pair_points(m, x);
    for (size_t i = 0; i < count; i++) {
        scad_pair_point(m, x[i], s);
        least = fmin(least, scad_pair_value(m, s));
    }
    return least;
}

static clarke_point_kind scad_pair_kind(const scad_pair *m, const double *s)
{
    const bool saddle = scad_pair_is_middle(m, s) && m->mu / (1.0 + m->mu) < 1.0 / (m->gamma - 1.0);
    if (saddle) return CLARKE_POINT_SADDLE;
    return scad_pair_value(m, s) <= scad_pair_least(m) ? CLARKE_POINT_GLOBAL_MINIMUM
                                                       : CLARKE_POINT_LOCAL_MINIMUM;
}

static double scad_pair_nearest(const void *c, const double *z, double *s, clarke_point_kind *kind)
{
    const scad_pair *m = c;
    double x[4], at[2], best = INFINITY;
    const size_t count = scad_pair_points(m, x);
    for (size_t i = 0; i < count; i++) {
        scad_pair_point(m, x[i], at);
        const double d = hypot(z[0] - at[0], z[1] - at[1]);
        if (d < best) best = d, s[0] = at[0], s[1] = at[1];
    }
    *kind = scad_pair_kind(m, s);
    return best;
}

static clarke_growth scad_pair_growth(const void *c, const double *s)
{
    const scad_pair *m = c;
    if (scad_pair_kind(m, s) == CLARKE_POINT_SADDLE) return (clarke_growth){NAN, NAN, NAN};
    if (s[0] == 0.0) return clarke_growth_make(2.0, 0.5 * (1.0 + m->mu));
    /* The smaller eigenvalue of [[p, -1], [-1, q]]. */
    const double p = 1.0 - (scad_pair_is_middle(m, s) ? 1.0 / (m->gamma - 1.0) : 0.0),
                 q = 1.0 + m->mu;
    return clarke_growth_make(2.0, 0.5 * (0.5 * (p + q) - hypot(0.5 * (p - q), 1.0)));
}

/* Beside a it is a sum of squares: P is constant. Elsewhere the difference of values. */
static double scad_pair_gap(const void *c, const double *z)
{
    const scad_pair *m = c;
    double s[2];
    clarke_point_kind kind;
    scad_pair_nearest(c, z, s, &kind);
    const double edge = m->gamma * m->lambda, gap = z[0] - z[1], off = z[1] - m->a;
    if (s[0] == m->a && fabs(z[0]) >= edge) return 0.5 * gap * gap + 0.5 * m->mu * off * off;
    return scad_pair_value(c, z) - scad_pair_value(c, s);
}

/* The threshold of v with the weight scale >= 1 > 1/(gamma - 1). */
static double scad_pair_threshold(const scad_pair *m, double scale, double v)
{
    const double size = fabs(v), low = m->lambda / scale, slope = 1.0 / (m->gamma - 1.0);
    if (size <= low) return 0.0;
    if (size <= m->lambda + low) return copysign(size - low, v);
    if (size >= m->gamma * m->lambda) return v;
    return copysign((scale * size - slope * m->gamma * m->lambda) / (scale - slope), v);
}

static double scad_pair_prox(const void *c, size_t b, double weight, const double *z, double centre)
{
    const scad_pair *m = c;
    if (b == 1) return (z[0] + m->mu * m->a + weight * centre) / (1.0 + m->mu + weight);
    return scad_pair_threshold(m, 1.0 + weight, (z[1] + weight * centre) / (1.0 + weight));
}

static const clarke_pair scad_pair_family = {.value = scad_pair_value,
                                             .slope = scad_pair_slope,
                                             .residual = scad_pair_residual,
                                             .range = scad_pair_range,
                                             .nearest = scad_pair_nearest,
                                             .growth = scad_pair_growth,
                                             .gap = scad_pair_gap,
                                             .prox = scad_pair_prox};

static const scad_pair *scad_pair_of(const clarke_problem *p)
{
    return clarke_pairs_context(p, 0);
}

static double scad_pair_lipschitz(const clarke_problem *p, double radius)
{
    const scad_pair *m = scad_pair_of(p);
    const double root = sqrt((double)p->n / 2.0);
    return m->lambda * root + 2.0 * radius + m->mu * (radius + fabs(m->a) * root);
}

static double scad_pair_weak_convexity(const clarke_problem *p, double radius)
{
    (void)radius;
    return 1.0 / (scad_pair_of(p)->gamma - 1.0);
}

static clarke_status scad_pair_check(const clarke_problem *p, const scad_pair *m)
{
    const double kappa = m->mu / (1.0 + m->mu), a = fabs(m->a);
    const double merge[] = {kappa * a - m->lambda, kappa * (a - m->lambda) - m->lambda,
                            a - m->gamma * m->lambda, kappa - 1.0 / (m->gamma - 1.0)};
    for (size_t i = 0; i < 4; i++)
        if (fabs(merge[i]) < 0x1p-20 * (1.0 + a))
            return clarke_fail(CLARKE_EINPUT,
                               "%s: mu=%g, gamma=%g, lambda=%g, a=%g: two points of the stationary "
                               "set merge",
                               p->id, m->mu, m->gamma, m->lambda, m->a);
    return CLARKE_OK;
}

static clarke_status scad_pair_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const scad_pair *m = params;
    double x[4], s[2];
    CLARKE_TRY(scad_pair_check(p, m));
    CLARKE_TRY(clarke_problem_size(p, m->n, -1.75, -4.0, 4.0, mem));
    const size_t count = scad_pair_points(m, x);
    for (size_t i = 0; i < count; i++) {
        scad_pair_point(m, x[i], s);
        p->plan_growth = clarke_growth_slower(p->plan_growth, scad_pair_growth(m, s));
    }
    p->minimum = scad_pair_least(m) * (double)(m->n / 2);
    p->gradient_bound = m->lambda * sqrt((double)m->n / 2.0);
    return clarke_pairs_make(p, &scad_pair_family, m, 0, mem);
}

/* The points are quotients and sums of a few operations. */
static double scad_pair_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                       bool field)
{
    const double size = 8.0 * DBL_EPSILON * (1.0 + fabs(scad_pair_of(p)->a));
    return clarke_pairs_distance_upper(p, box, field) + size * (double)p->n;
}

static const clarke_param scad_pair_params[] = {
    CLARKE_PAIRS_SIZE(scad_pair),
    {"lambda", CLARKE_PARAM_REAL, offsetof(scad_pair, lambda), "0.5", 0x1p-10, 0x1p10, NULL,
     "slope of the penalty at 0"},
    {"gamma", CLARKE_PARAM_REAL, offsetof(scad_pair, gamma), "3.5", 2.0625, 0x1p10, NULL,
     "the penalty is constant beyond gamma lambda"},
    {"mu", CLARKE_PARAM_REAL, offsetof(scad_pair, mu), "0.5", 0x1p-10, 0x1p10, NULL,
     "weight of the data"},
    {"a", CLARKE_PARAM_REAL, offsetof(scad_pair, a), "1.875", -0x1p10, 0x1p10, NULL, "the datum"},
    {0}};

static const clarke_certifiable scad_pair_certifiable[] = {
    {"", -4.0, 4.0, 0.01, 3065, false},
    {0},
};

const clarke_problem_desc clarke_problem_scad_pair = {
    .title = "Smoothly clipped absolute deviation with a quadratic coupling",
    .formula = "sum_i P(x_i) + (x_i - y_i)^2/2 + mu (y_i - a)^2/2",
    .source = "derived; Fan and Li 2001 for the penalty",
    .stationary_set =
        "pairs: y = (x + mu a)/(1 + mu), x in {0, a - lambda/kappa, (kappa a - gamma lambda/(gamma "
        "- 1))/(kappa - 1/(gamma - 1)), a} as far as they are on their pieces",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = scad_pair_params,
    .params_size = sizeof(scad_pair),
    .make = scad_pair_make,
    .value = clarke_pairs_value,
    .subgradient = clarke_pairs_subgradient,
    .clarke_residual = clarke_pairs_clarke_residual,
    .stationary_distance = clarke_pairs_stationary_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = clarke_pairs_hull_distance,
    .growth = clarke_pairs_growth,
    .value_gap = clarke_pairs_value_gap,
    .block_prox = clarke_pairs_block_prox,
    .enclose = clarke_pairs_enclose,
    .distance_upper = scad_pair_distance_upper,
    .lipschitz = scad_pair_lipschitz,
    .weak_convexity = scad_pair_weak_convexity,
    .certifiable = scad_pair_certifiable,
    .outside = "by hand: the proof of the set holds everywhere",
};
