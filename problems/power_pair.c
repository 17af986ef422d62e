/* f(x, y) = sum_i w_i |x_i|^{p_i} + (x_i - y_i)^2/2, p_i >= 1, w_i > 0: alternating minimisation is
   the proximal point method for w |x|^p.

   0 in the subdifferential needs x = y from the second entry, so w p |x|^{p-1} Sign(x) has 0: S =
   {0}. f is convex. Growth at 0: for p > 2 slowest along x = y, f = w (d^2/2)^{p/2}; for p = 2 the
   smaller eigenvalue of [[1 + 2w, -1], [-1, 1]]; for p < 2 the y axis, d^2/2.

   Alternating minimisation x, y keeps y = x and solves x' + w p x'^{p-1} = x. For w = 1/p: p > 2
   gives x_k ((p-2) k)^{1/(p-2)} -> 1 (u = x^{2-p} grows by p - 2 in the limit), f ~ k^{-p/(p-2)};
   1 < p < 2 gives order 1/(p-1); p = 1 ends after ceil(|x_0|/w) sweeps. For w = 1/2 and p = 2q it
   is the projection method between the curve t = |s|^q and the line t = 0: f is half the squared
   distance of (s, |s|^q) from (sigma, 0). The exponent of f at 0 is max(1 - 1/p, 1/2). */
#include "problems/lib/goldstein.h"
#include "problems/lib/pairs.h"
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
    clarke_list p, w;
} power_pair;

typedef struct {
    double p, w;
} power_pair_term;

static double power_pair_value(const void *c, const double *z)
{
    const power_pair_term *t = c;
    return t->w * clarke_scalar_power(fabs(z[0]), t->p) + 0.5 * (z[0] - z[1]) * (z[0] - z[1]);
}

static double power_pair_bend(const power_pair_term *t, double x)
{
    if (x == 0.0) return 0.0;
    return copysign(t->w * t->p * clarke_scalar_power(fabs(x), t->p - 1.0), x);
}

static void power_pair_slope(const void *c, const double *z, double *g)
{
    g[0] = power_pair_bend(c, z[0]) + (z[0] - z[1]);
    g[1] = z[1] - z[0];
}

static double power_pair_residual(const void *c, const double *z)
{
    const power_pair_term *t = c;
    double g[2];
    power_pair_slope(c, z, g);
    if (t->p == 1.0 && z[0] == 0.0) g[0] = fmax(fabs(z[1]) - t->w, 0.0);
    return hypot(g[0], g[1]);
}

static void power_pair_range(const void *c, const clarke_interval *box, clarke_interval *centre,
                             clarke_interval *kink, clarke_interval *arm)
{
    const power_pair_term *t = c;
    const clarke_interval gap = clarke_interval_sub(box[0], box[1]);
    const clarke_interval up = clarke_interval_power(clarke_interval_relu(box[0]), t->p - 1.0);
    const clarke_interval down =
        clarke_interval_power(clarke_interval_relu(clarke_interval_neg(box[0])), t->p - 1.0);
    /* |x|^{p-1} sign x rises: from the lower end of the box to the upper one. */
    clarke_interval odd = {box[0].low >= 0.0 ? up.low : -down.high,
                           box[0].high <= 0.0 ? -down.low : up.high};
    (void)kink, (void)arm;
    if (t->p == 1.0) odd = clarke_interval_sign(box[0]);
    centre[0] =
        clarke_interval_add(clarke_interval_scale(t->w, clarke_interval_scale(t->p, odd)), gap);
    centre[1] = clarke_interval_neg(gap);
}

static double power_pair_nearest(const void *c, const double *z, double *s, clarke_point_kind *kind)
{
    (void)c;
    s[0] = s[1] = 0.0;
    *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return hypot(z[0], z[1]);
}

static clarke_growth power_pair_growth(const void *c, const double *s)
{
    const power_pair_term *t = c;
    (void)s;
    if (t->p > 2.0) return clarke_growth_make(t->p, t->w * pow(0.5, 0.5 * t->p));
    if (t->p < 2.0) return clarke_growth_make(2.0, 0.5);
    return clarke_growth_make(2.0, t->w / (1.0 + t->w + hypot(1.0, t->w)));
}

static double power_pair_prox(const void *c, size_t b, double weight, const double *z,
                              double centre)
{
    const power_pair_term *t = c;
    const double v = (z[1 - b] + weight * centre) / (1.0 + weight);
    if (b == 1) return v;
    return copysign(clarke_scalar_power_prox(t->p, t->w / (1.0 + weight), fabs(v)), v);
}

static double power_pair_gradient(const void *c, size_t b, const double *z)
{
    (void)c;
    return z[b] - z[1 - b];
}

static double power_pair_lipschitz_of(const void *c, size_t b, const double *z)
{
    (void)c, (void)b, (void)z;
    return 1.0;
}

static double power_pair_simple(const void *c, size_t b, double step, double v)
{
    const power_pair_term *t = c;
    return b == 1 ? v : copysign(clarke_scalar_power_prox(t->p, step * t->w, fabs(v)), v);
}

static const clarke_pair power_pair_family = {.value = power_pair_value,
                                              .slope = power_pair_slope,
                                              .residual = power_pair_residual,
                                              .range = power_pair_range,
                                              .nearest = power_pair_nearest,
                                              .growth = power_pair_growth,
                                              .gap = power_pair_value,
                                              .prox = power_pair_prox,
                                              .gradient = power_pair_gradient,
                                              .lipschitz = power_pair_lipschitz_of,
                                              .simple = power_pair_simple};

/* |w p |x|^{p-1}|_2 over |x|_2 <= R: by the power mean m^{(2-p)/2} R^{p-1} for p < 2, else R^{p-1};
   the coupling has |(x-y, y-x)| <= 2 |z|. */
static double power_pair_lipschitz(const clarke_problem *p, double radius)
{
    const size_t m = p->n / 2;
    double largest = 0.0;
    for (size_t i = 0; i < m; i++) {
        const power_pair_term *t = clarke_pairs_context(p, i);
        const double spread = t->p < 2.0 ? pow((double)m, 0.5 * (2.0 - t->p)) : 1.0;
        /* Powers that differ are compared term by term: for each, all m coordinates have it. */
        largest += (m == 1 ? 1.0 : spread) * t->w * t->p * clarke_scalar_power(radius, t->p - 1.0);
    }
    return largest + 2.0 * radius;
}

static double power_pair_weak_convexity(const clarke_problem *p, double radius)
{
    (void)p, (void)radius;
    return 0.0;
}

static clarke_status power_pair_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const power_pair *q = params;
    CLARKE_TRY(clarke_problem_size(p, q->n, 1.0, -2.0, 2.0, mem));
    CLARKE_TRY(clarke_pairs_list(p, &q->p, "p"));
    CLARKE_TRY(clarke_pairs_list(p, &q->w, "w"));
    const size_t m = p->n / 2;
    power_pair_term *term = clarke_alloc_array(mem, m, sizeof *term);
    CLARKE_TRY(clarke_arena_status(mem));
    double bend = 0.0, kink = 0.0;
    bool smooth = true;
    for (size_t i = 0; i < m; i++) {
        const double e = clarke_list_at(&q->p, i);
        term[i] = (power_pair_term){e, q->w.value[0] > 0.0 ? clarke_list_at(&q->w, i) : 1.0 / e};
        smooth = smooth && e >= 2.0;
        if (e >= 2.0) bend = fmax(bend, term[i].w * e * (e - 1.0) * pow(p->box_high, e - 2.0));
        if (e == 1.0) kink = hypot(kink, term[i].w);
        p->plan_growth = clarke_growth_sum(p->plan_growth, power_pair_growth(&term[i], NULL));
    }
    p->minimum = 0.0;
    p->gradient_bound = kink;
    if (smooth) p->smoothness = bend + 2.0;
    if (!smooth) p->traits &= ~(unsigned)CLARKE_TRAIT_SMOOTH;
    return clarke_pairs_make(p, &power_pair_family, term, sizeof *term, mem);
}

static const clarke_param power_pair_params[] = {
    CLARKE_PAIRS_SIZE(power_pair),
    {"p", CLARKE_PARAM_LIST, offsetof(power_pair, p), "4", 1.0, 64.0, NULL,
     "exponents, one or one for each pair"},
    {"w", CLARKE_PARAM_LIST, offsetof(power_pair, w), "0", 0.0, 0x1p20, NULL,
     "weights, one or one for each pair; 0: 1/p"},
    {0}};

static const clarke_certifiable power_pair_certifiable[] = {{"", -4.0, 4.0, 1e-1, 3767, false},
                                                            {0}};

const clarke_problem_desc clarke_problem_power_pair = {
    .title = "Power with a quadratic coupling",
    .formula = "sum_i w_i |x_i|^p_i + (x_i - y_i)^2 / 2",
    .source = "derived",
    .stationary_set = "{0}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_SMOOTH | CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE |
              CLARKE_TRAIT_DEFINABLE,
    .params = power_pair_params,
    .params_size = sizeof(power_pair),
    .make = power_pair_make,
    CLARKE_PAIRS_ORACLES,
    CLARKE_PAIRS_GRADIENT,
    .block_simple = clarke_pairs_block_simple,
    .lipschitz = power_pair_lipschitz,
    .weak_convexity = power_pair_weak_convexity,
    .certifiable = power_pair_certifiable,
    .outside = "by hand: x_i times the sum of the pair's entries is w p |x|^p > 0 off x_i = 0",
};
