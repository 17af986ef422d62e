/* f(x, y) = max(x + 3y, -x - y) + 0.025 (x^2 + y^2): a kink at an angle to the axes.

   f is convex, with the kink x + 2y = 0. There the subdifferential is the segment of (1,3) and
   (-1,-1) plus 0.05 (x, y); it contains 0 only at (8, -4) (weight 0.3 on the first piece), and
   neither piece has a critical point on its own side. S = {(8, -4)}, f* = -2. Along the kink f - f*
   = 0.025 d^2 exactly, so mu = 0.05; across it f grows linearly. Coordinatewise methods stop early
   on such kinks.

   Hull over B(z, r): gradients are g_i + 0.05 x with |x - z| <= r, so the distance of 0 from the
   hull is at least that from conv{active g_i} + 0.05 z, less 0.05 r; exact off the kink. Above: the
   residual of the point of the kink nearest to z, moved along it towards (8, -4) as far as the ball
   allows. x + 2y is rounded once, so its sign is exact. */
#include "problems/lib/scalar.h"

typedef struct {
    size_t n;
} oblique_kink;

static const double oblique_kink_first[] = {1.0, 3.0}, oblique_kink_second[] = {-1.0, -1.0};

static double oblique_kink_value(const clarke_problem *p, const double *x)
{
    (void)p;
    return fmax(x[0] + 3.0 * x[1], -x[0] - x[1]) + 0.025 * (x[0] * x[0] + x[1] * x[1]);
}

/* max(a, b) = b + relu(a - b): the second piece on the kink. */
static void oblique_kink_subgradient(const clarke_problem *p, const double *x, double *g)
{
    (void)p;
    const double *piece = x[0] + 2.0 * x[1] > 0.0 ? oblique_kink_first : oblique_kink_second;
    g[0] = piece[0] + 0.05 * x[0];
    g[1] = piece[1] + 0.05 * x[1];
}

/* dist(0, conv{first, second} + 0.05 x): the segment has the direction (2, 4). */
static double oblique_kink_segment(const double *x)
{
    const double a[] = {oblique_kink_second[0] + 0.05 * x[0], oblique_kink_second[1] + 0.05 * x[1]};
    const double w = clarke_scalar_clip(-(2.0 * a[0] + 4.0 * a[1]) / 20.0, 0.0, 1.0);
    return hypot(a[0] + 2.0 * w, a[1] + 4.0 * w);
}

static double oblique_kink_clarke_residual(const clarke_problem *p, const double *x)
{
    double g[2];
    if (x[0] + 2.0 * x[1] == 0.0) {
        const double d = oblique_kink_segment(x);
        /* 0.05 is not a binary fraction: at (8, -4) the sum has an error of some eps/2. */
        return d <= 4.0 * DBL_EPSILON ? 0.0 : d;
    }
    oblique_kink_subgradient(p, x, g);
    return hypot(g[0], g[1]);
}

static double oblique_kink_stationary_distance(const clarke_problem *p, const double *x,
                                               double *nearest, clarke_point_kind *kind)
{
    (void)p;
    if (nearest) nearest[0] = 8.0, nearest[1] = -4.0;
    if (kind) *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return hypot(x[0] - 8.0, x[1] + 4.0);
}

/* The distance of z from the kink. */
static double oblique_kink_gap(const double *z)
{
    return fabs(z[0] + 2.0 * z[1]) / sqrt(5.0);
}

static double oblique_kink_hull_distance(const clarke_problem *p, const double *z, double r)
{
    double g[2];
    if (oblique_kink_gap(z) <= r * (1.0 + 4.0 * DBL_EPSILON))
        return fmax(oblique_kink_segment(z) - 0.05 * r, 0.0);
    oblique_kink_subgradient(p, z, g);
    return fmax(hypot(g[0], g[1]) - 0.05 * r, 0.0);
}

static clarke_interval oblique_kink_goldstein_residual(const clarke_problem *p, const double *x,
                                                       double delta)
{
    const double low = oblique_kink_hull_distance(p, x, delta), gap = oblique_kink_gap(x);
    if (gap > delta) return (clarke_interval){low, low};
    /* The kink is s (2, -1)/sqrt 5; the solution is at s = 4 sqrt 5. */
    const double reach = sqrt((delta - gap) * (delta + gap)), s = (2.0 * x[0] - x[1]) / sqrt(5.0);
    const double moved = clarke_scalar_clip(4.0 * sqrt(5.0), s - reach, s + reach);
    const double y[] = {2.0 * moved / sqrt(5.0), -moved / sqrt(5.0)};
    const double high = fmin(oblique_kink_segment(y), oblique_kink_clarke_residual(p, x));
    return (clarke_interval){low, fmax(low, high)};
}

/* y = (x - t (second + w (2, 4))) / (1 + 0.05 t), with w in [0, 1] such that y is on the kink, or
   at the end that is on its own side: the optimality condition. */
static void oblique_kink_prox(const clarke_problem *p, double t, const double *x, double *y)
{
    (void)p;
    const double normal = 2.0 * x[0] + 4.0 * x[1] + 6.0 * t;
    const double w = clarke_scalar_clip(normal / (20.0 * t), 0.0, 1.0);
    y[0] = (x[0] - t * (oblique_kink_second[0] + 2.0 * w)) / (1.0 + 0.05 * t);
    y[1] = (x[1] - t * (oblique_kink_second[1] + 4.0 * w)) / (1.0 + 0.05 * t);
}

static double oblique_kink_lipschitz(const clarke_problem *p, double radius)
{
    (void)p;
    return sqrt(10.0) + 0.05 * radius;
}

static double oblique_kink_weak_convexity(const clarke_problem *p, double radius)
{
    (void)p, (void)radius;
    return 0.0;
}

static clarke_growth oblique_kink_growth(const clarke_problem *p, const double *x)
{
    (void)p, (void)x;
    return clarke_growth_make(2.0, 0.025);
}

static void oblique_kink_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                                 clarke_enclosure *out)
{
    const clarke_interval gap = clarke_interval_add(box[0], clarke_interval_scale(2.0, box[1]));
    const clarke_interval pull = clarke_interval_ratio(1.0, 20.0);
    const clarke_interval smooth[] = {clarke_interval_mul(pull, box[0]),
                                      clarke_interval_mul(pull, box[1])};
    (void)p, (void)field;
    clarke_enclosure_add(out, smooth);
    clarke_enclosure_part(out);
    for (size_t side = 0; side < 2; side++) {
        const double *piece = side == 0 ? oblique_kink_first : oblique_kink_second;
        const clarke_interval v[] = {clarke_interval_point(piece[0]),
                                     clarke_interval_point(piece[1])};
        if (side == 0 ? gap.high >= 0.0 : gap.low <= 0.0) clarke_enclosure_vertex(out, v);
    }
}

static double oblique_kink_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                          bool field)
{
    static const clarke_interval near[] = {{8.0, 8.0}, {-4.0, -4.0}};
    (void)field;
    return clarke_box_distance(p->n, box, near);
}

static clarke_status oblique_kink_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    (void)params;
    CLARKE_TRY(clarke_problem_size(p, 2, -2.3, -10.0, 10.0, mem));
    p->start[1] = 0.7;
    p->minimum = -2.0;
    p->gradient_bound = hypot(1.4, 2.8); /* the longer of the two pieces' gradients at (8, -4) */
    p->plan_growth = clarke_growth_make(2.0, 0.025);
    return CLARKE_OK;
}

static const clarke_param oblique_kink_params[] = {{"n", CLARKE_PARAM_COUNT,
                                                    offsetof(oblique_kink, n), "2", 2.0, 2.0, NULL,
                                                    "dimension, always 2"},
                                                   {0}};

static const clarke_certifiable oblique_kink_certifiable[] = {
    {"", -12.0, 12.0, 1e-3, 119, false}, {"", -64.0, 64.0, 1e-3, 255, false}, {0}};

const clarke_problem_desc clarke_problem_oblique_kink = {
    .title = "Oblique kink",
    .formula = "max(x + 3y, -x - y) + 0.025 (x^2 + y^2)",
    .source = "derived",
    .stationary_set = "{(8, -4)}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = oblique_kink_params,
    .params_size = sizeof(oblique_kink),
    .make = oblique_kink_make,
    .value = oblique_kink_value,
    .subgradient = oblique_kink_subgradient,
    .clarke_residual = oblique_kink_clarke_residual,
    .stationary_distance = oblique_kink_stationary_distance,
    .goldstein_residual = oblique_kink_goldstein_residual,
    .hull_distance = oblique_kink_hull_distance,
    .prox = oblique_kink_prox,
    .lipschitz = oblique_kink_lipschitz,
    .weak_convexity = oblique_kink_weak_convexity,
    .growth = oblique_kink_growth,
    .enclose = oblique_kink_enclose,
    .distance_upper = oblique_kink_distance_upper,
    .certifiable = oblique_kink_certifiable,
    .outside = "by hand: f is strictly convex",
};
