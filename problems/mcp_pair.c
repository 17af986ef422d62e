/* f(x, y) = sum_i P(x_i) + (x_i - y_i)^2/2 + mu (y_i - a)^2/2 with the minimax concave penalty P(t)
   = lambda |t| - t^2/(2 gamma) for |t| <= gamma lambda, gamma lambda^2/2 beyond; gamma > 1, mu > 0.

   The second entry asks for y = (x + mu a)/(1 + mu); then the first one is P'(x) + kappa (x - a),
   kappa = mu/(1 + mu). For a >= 0 (else mirrored) its zeros are x = 0 if kappa a <= lambda; x = a
   if a >= gamma lambda; and between them x = (kappa a - lambda)/(kappa - 1/gamma) if that is inside
   (0, gamma lambda). x < 0 has P'(x) + kappa (x - a) < 0. S is the product of these points over the
   pairs. Equality kappa a = lambda, a = gamma lambda, or kappa = 1/gamma merges points and is
   refused.

   At x = 0 f is sharp in x and grows by (1 + mu) d^2/2 in y. Elsewhere it is quadratic near by,
   with the Hessian [[1 - s/gamma, -1], [-1, 1 + mu]], s = 1 in the middle, 0 at a: a minimum at a,
   and in the middle one iff kappa > 1/gamma, else a saddle. f is 1/gamma-weakly convex. The
   exponent is 1/2.

   Alternating minimisation takes firm thresholds of y, since gamma > 1, and y = (x + mu a)/(1 +
   mu); where x is beyond the threshold the error is divided by 1 + mu in each sweep. */
#include "problems/lib/goldstein.h"
#include "problems/lib/pairs.h"

typedef struct {
    size_t n;
    double lambda, gamma, mu, a;
} mcp_pair;

static double mcp_pair_penalty(const mcp_pair *m, double t)
{
    const double edge = m->gamma * m->lambda, size = fabs(t);
    return size <= edge ? m->lambda * size - 0.5 * size * size / m->gamma : 0.5 * edge * m->lambda;
}

/* P' off 0. */
static double mcp_pair_bend(const mcp_pair *m, double t)
{
    const double left = m->lambda - fabs(t) / m->gamma;
    return left > 0.0 ? clarke_scalar_sign(t) * left : 0.0;
}

static double mcp_pair_value(const void *c, const double *z)
{
    const mcp_pair *m = c;
    const double gap = z[0] - z[1], off = z[1] - m->a;
    return mcp_pair_penalty(m, z[0]) + 0.5 * gap * gap + 0.5 * m->mu * off * off;
}

static void mcp_pair_slope(const void *c, const double *z, double *g)
{
    const mcp_pair *m = c;
    g[0] = mcp_pair_bend(m, z[0]) + (z[0] - z[1]);
    g[1] = (z[1] - z[0]) + m->mu * (z[1] - m->a);
}

static double mcp_pair_residual(const void *c, const double *z)
{
    const mcp_pair *m = c;
    double g[2];
    mcp_pair_slope(c, z, g);
    if (z[0] == 0.0) g[0] = fmax(fabs(z[1]) - m->lambda, 0.0);
    return hypot(g[0], g[1]);
}

static void mcp_pair_range(const void *c, const clarke_interval *box, clarke_interval *centre,
                           clarke_interval *kink, clarke_interval *arm)
{
    const mcp_pair *m = c;
    const clarke_interval gap = clarke_interval_sub(box[0], box[1]);
    const clarke_interval left = clarke_interval_relu(clarke_interval_sub(
        clarke_interval_point(m->lambda),
        clarke_interval_div(clarke_interval_abs(box[0]), clarke_interval_point(m->gamma))));
    (void)kink, (void)arm;
    centre[0] = clarke_interval_add(clarke_interval_mul(clarke_interval_sign(box[0]), left), gap);
    centre[1] =
        clarke_interval_sub(clarke_interval_scale(m->mu, clarke_interval_minus(box[1], m->a)), gap);
}

/* The points of S in x, for |a|; how many. */
static size_t mcp_pair_points(const mcp_pair *m, double x[3])
{
    const double a = fabs(m->a), kappa = m->mu / (1.0 + m->mu), edge = m->gamma * m->lambda;
    const double middle = (kappa * a - m->lambda) / (kappa - 1.0 / m->gamma);
    size_t count = 0;
    if (kappa * a < m->lambda) x[count++] = 0.0;
    if (middle > 0.0 && middle < edge) x[count++] = middle;
    if (a > edge) x[count++] = a;
    return count;
}

static void mcp_pair_point(const mcp_pair *m, double x, double s[2])
{
    s[0] = copysign(x, m->a);
    s[1] = x == fabs(m->a) ? m->a : (s[0] + m->mu * m->a) / (1.0 + m->mu);
    if (x == 0.0) s[0] = 0.0;
}

static bool mcp_pair_is_middle(const mcp_pair *m, const double *s)
{
    return s[0] != 0.0 && fabs(s[0]) < m->gamma * m->lambda;
}

static double mcp_pair_least(const mcp_pair *m)
{
    double x[3], s[2], least = INFINITY;
    const size_t count = mcp_pair_points(m, x);
    for (size_t i = 0; i < count; i++) {
        mcp_pair_point(m, x[i], s);
        least = fmin(least, mcp_pair_value(m, s));
    }
    return least;
}

static clarke_point_kind mcp_pair_kind(const mcp_pair *m, const double *s)
{
    const bool saddle = mcp_pair_is_middle(m, s) && m->mu / (1.0 + m->mu) < 1.0 / m->gamma;
    if (saddle) return CLARKE_POINT_SADDLE;
    return mcp_pair_value(m, s) <= mcp_pair_least(m) ? CLARKE_POINT_GLOBAL_MINIMUM
                                                     : CLARKE_POINT_LOCAL_MINIMUM;
}

static double mcp_pair_nearest(const void *c, const double *z, double *s, clarke_point_kind *kind)
{
    const mcp_pair *m = c;
    double x[3], at[2], best = INFINITY;
    const size_t count = mcp_pair_points(m, x);
    for (size_t i = 0; i < count; i++) {
        mcp_pair_point(m, x[i], at);
        const double d = hypot(z[0] - at[0], z[1] - at[1]);
        if (d < best) best = d, s[0] = at[0], s[1] = at[1];
    }
    *kind = mcp_pair_kind(m, s);
    return best;
}

static clarke_growth mcp_pair_growth(const void *c, const double *s)
{
    const mcp_pair *m = c;
    if (mcp_pair_kind(m, s) == CLARKE_POINT_SADDLE) return (clarke_growth){NAN, NAN, NAN};
    if (s[0] == 0.0) return clarke_growth_make(2.0, 0.5 * (1.0 + m->mu));
    /* The smaller eigenvalue of [[p, -1], [-1, q]]. */
    const double p = 1.0 - (mcp_pair_is_middle(m, s) ? 1.0 / m->gamma : 0.0), q = 1.0 + m->mu;
    return clarke_growth_make(2.0, 0.5 * (0.5 * (p + q) - hypot(0.5 * (p - q), 1.0)));
}

/* Beside a it is a sum of squares: P is constant. Elsewhere the difference of values. */
static double mcp_pair_gap(const void *c, const double *z)
{
    const mcp_pair *m = c;
    double s[2];
    clarke_point_kind kind;
    mcp_pair_nearest(c, z, s, &kind);
    const double edge = m->gamma * m->lambda, gap = z[0] - z[1], off = z[1] - m->a;
    if (s[0] == m->a && fabs(z[0]) >= edge) return 0.5 * gap * gap + 0.5 * m->mu * off * off;
    return mcp_pair_value(c, z) - mcp_pair_value(c, s);
}

/* The firm threshold of v with the weight scale > 1/gamma. */
static double mcp_pair_threshold(const mcp_pair *m, double scale, double v)
{
    const double size = fabs(v), low = m->lambda / scale;
    if (size <= low) return 0.0;
    if (size >= m->gamma * m->lambda) return v;
    return copysign((size - low) / (1.0 - 1.0 / (m->gamma * scale)), v);
}

static double mcp_pair_prox(const void *c, size_t b, double weight, const double *z, double centre)
{
    const mcp_pair *m = c;
    if (b == 1) return (z[0] + m->mu * m->a + weight * centre) / (1.0 + m->mu + weight);
    return mcp_pair_threshold(m, 1.0 + weight, (z[1] + weight * centre) / (1.0 + weight));
}

static const clarke_pair mcp_pair_family = {.value = mcp_pair_value,
                                            .slope = mcp_pair_slope,
                                            .residual = mcp_pair_residual,
                                            .range = mcp_pair_range,
                                            .nearest = mcp_pair_nearest,
                                            .growth = mcp_pair_growth,
                                            .gap = mcp_pair_gap,
                                            .prox = mcp_pair_prox};

static const mcp_pair *mcp_pair_of(const clarke_problem *p)
{
    return clarke_pairs_context(p, 0);
}

static double mcp_pair_lipschitz(const clarke_problem *p, double radius)
{
    const mcp_pair *m = mcp_pair_of(p);
    const double root = sqrt((double)p->n / 2.0);
    return m->lambda * root + 2.0 * radius + m->mu * (radius + fabs(m->a) * root);
}

static double mcp_pair_weak_convexity(const clarke_problem *p, double radius)
{
    (void)radius;
    return 1.0 / mcp_pair_of(p)->gamma;
}

static clarke_status mcp_pair_check(const clarke_problem *p, const mcp_pair *m)
{
    const double kappa = m->mu / (1.0 + m->mu), a = fabs(m->a);
    const double merge[] = {kappa * a - m->lambda, a - m->gamma * m->lambda,
                            kappa - 1.0 / m->gamma};
    for (size_t i = 0; i < 3; i++)
        if (fabs(merge[i]) < 0x1p-20 * (1.0 + a))
            return clarke_fail(CLARKE_EINPUT,
                               "%s: mu=%g, gamma=%g, lambda=%g, a=%g: two points of the stationary "
                               "set merge",
                               p->id, m->mu, m->gamma, m->lambda, m->a);
    return CLARKE_OK;
}

static clarke_status mcp_pair_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const mcp_pair *m = params;
    double x[3], s[2];
    CLARKE_TRY(mcp_pair_check(p, m));
    CLARKE_TRY(clarke_problem_size(p, m->n, -1.75, -4.0, 4.0, mem));
    const size_t count = mcp_pair_points(m, x);
    for (size_t i = 0; i < count; i++) {
        mcp_pair_point(m, x[i], s);
        p->plan_growth = clarke_growth_slower(p->plan_growth, mcp_pair_growth(m, s));
    }
    p->minimum = mcp_pair_least(m) * (double)(m->n / 2);
    p->gradient_bound = m->lambda * sqrt((double)m->n / 2.0);
    return clarke_pairs_make(p, &mcp_pair_family, m, 0, mem);
}

/* The points are quotients and sums of a few operations. */
static double mcp_pair_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                      bool field)
{
    const double size = 8.0 * DBL_EPSILON * (1.0 + fabs(mcp_pair_of(p)->a));
    return clarke_pairs_distance_upper(p, box, field) + size * (double)p->n;
}

static const clarke_param mcp_pair_params[] = {
    CLARKE_PAIRS_SIZE(mcp_pair),
    {"lambda", CLARKE_PARAM_REAL, offsetof(mcp_pair, lambda), "0.5", 0x1p-10, 0x1p10, NULL,
     "slope of the penalty at 0"},
    {"gamma", CLARKE_PARAM_REAL, offsetof(mcp_pair, gamma), "2", 1.0625, 0x1p10, NULL,
     "the penalty is constant beyond gamma lambda"},
    {"mu", CLARKE_PARAM_REAL, offsetof(mcp_pair, mu), "0.5", 0x1p-10, 0x1p10, NULL,
     "weight of the data"},
    {"a", CLARKE_PARAM_REAL, offsetof(mcp_pair, a), "1.25", -0x1p10, 0x1p10, NULL, "the datum"},
    {0}};

static const clarke_certifiable mcp_pair_certifiable[] = {
    {"", -4.0, 4.0, 1e-2, 1593, false}, {"a=3", -4.0, 4.0, 1e-2, 669, false}, {0}};

const clarke_problem_desc clarke_problem_mcp_pair = {
    .title = "Minimax concave penalty with a quadratic coupling",
    .formula = "sum_i P(x_i) + (x_i - y_i)^2/2 + mu (y_i - a)^2/2",
    .source = "derived; Zhang 2010 for the penalty",
    .stationary_set =
        "pairs: y = (x + mu a)/(1 + mu), x in {0, (kappa a - lambda)/(kappa - 1/gamma), "
        "a} as far as they are on their pieces",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = mcp_pair_params,
    .params_size = sizeof(mcp_pair),
    .make = mcp_pair_make,
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
    .distance_upper = mcp_pair_distance_upper,
    .lipschitz = mcp_pair_lipschitz,
    .weak_convexity = mcp_pair_weak_convexity,
    .certifiable = mcp_pair_certifiable,
    .outside = "by hand: the proof of the set holds everywhere",
};
