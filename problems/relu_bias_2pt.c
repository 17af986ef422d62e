/* f(w, b) = (relu(b) - 1)^2 / 2 + (relu(w + b) - 2)^2 / 2: one ReLU neuron with a bias, data at 0
   and 1.

   In (u, v) = (b, w + b) f is separable, and the map is linear and invertible: S is {u <= 0 or u =
   1} x {v <= 0 or v = 2}, in (w, b) the point (1, 1), the rays {b = 1, w <= -1} and {w + b = 2, b
   <= 0}, and the cone {b <= 0, w + b <= 0}. The subdifferential is {(q, p + q)}, p and q in the
   intervals of the two parts; it is also the sum of the terms' subdifferentials. Kinds are those of
   the parts, joined: u = 1 and v = 2 minima, u = 0 and v = 0 weak maxima, else flat.

   Growth: at (1, 1) f = (p^2 + q^2)/2 with d^2 = (q - p)^2 + p^2, at least (3 - sqrt 5)/4 d^2 (the
   eigenvalues of that form are (3 +- sqrt 5)/2). On the first ray d^2/2, on the second d^2 (v - 2
   is sqrt 2 d). At the cone f falls by u + 2v to first order, at least d. At the ends of the rays f
   falls and rises.

   Hull over B(z, r), derived: u moves by r, v by sqrt(2) r, p and q lie in the hulls of the parts'
   slopes there; the shortest (q, p + q) over that box. A finite sum of two terms, twice one sample
   each. The kinks are concave: not weakly convex, and the prox is a minimiser of one of the four
   smooth pieces. The sign of w + b is exact. */
#include "problems/lib/scalar.h"

typedef struct {
    size_t n;
} relu_bias_2pt;

/* The slope of (relu(t) - target)^2 / 2. */
static double relu_bias_2pt_part(double t, double target)
{
    return t > 0.0 ? t - target : 0.0;
}

static double relu_bias_2pt_value(const clarke_problem *p, const double *x)
{
    (void)p;
    const double r = fmax(x[1], 0.0) - 1.0, s = fmax(x[0] + x[1], 0.0) - 2.0;
    return 0.5 * r * r + 0.5 * s * s;
}

static void relu_bias_2pt_subgradient(const clarke_problem *p, const double *x, double *g)
{
    (void)p;
    g[0] = relu_bias_2pt_part(x[0] + x[1], 2.0);
    g[1] = g[0] + relu_bias_2pt_part(x[1], 1.0);
}

static void relu_bias_2pt_term_subgradient(const clarke_problem *p, const double *x,
                                           const size_t *term, size_t count, double *g)
{
    (void)p;
    double first = 0.0;
    for (size_t i = 0; i < count; i++) first += term[i] == 0;
    const double u = relu_bias_2pt_part(x[1], 1.0), v = relu_bias_2pt_part(x[0] + x[1], 2.0);
    g[0] = 2.0 * v * ((double)count - first) / (double)count;
    g[1] = g[0] + 2.0 * u * first / (double)count;
}

/* The hull of the subdifferentials of the part over [low, high]. */
static clarke_interval relu_bias_2pt_range(double low, double high, double target)
{
    if (high < 0.0) return clarke_interval_point(0.0);
    if (low > 0.0) return (clarke_interval){low - target, high - target};
    return (clarke_interval){-target, fmax(high - target, 0.0)};
}

/* The length of the shortest (q, p + q). It is 0 or attained on an edge of the box, where one of
   the two is fixed. */
static double relu_bias_2pt_shortest(clarke_interval p, clarke_interval q)
{
    const double at_p[] = {p.low, p.high}, at_q[] = {q.low, q.high};
    double best = INFINITY;
    if (p.low <= 0.0 && p.high >= 0.0 && q.low <= 0.0 && q.high >= 0.0) return 0.0;
    for (size_t i = 0; i < 2; i++) {
        const double s = clarke_scalar_clip(-0.5 * at_p[i], q.low, q.high);
        const double t = clarke_scalar_clip(-at_q[i], p.low, p.high);
        best = fmin(best, fmin(hypot(s, at_p[i] + s), hypot(at_q[i], t + at_q[i])));
    }
    return best;
}

static double relu_bias_2pt_hull_distance(const clarke_problem *p, const double *z, double r)
{
    (void)p;
    const double v = z[0] + z[1], reach = sqrt(2.0) * r * (1.0 + 4.0 * DBL_EPSILON);
    /* The ends are rounded outwards by the rounding of v. */
    const double out = r > 0.0 ? reach + 2.0 * DBL_EPSILON * fabs(v) : 0.0;
    return relu_bias_2pt_shortest(relu_bias_2pt_range(z[1] - r, z[1] + r, 1.0),
                                  relu_bias_2pt_range(v - out, v + out, 2.0));
}

static double relu_bias_2pt_clarke_residual(const clarke_problem *p, const double *x)
{
    return relu_bias_2pt_hull_distance(p, x, 0.0);
}

/* The nearest points of the point, the two rays, and the cone (itself, or its two rays). */
static size_t relu_bias_2pt_candidates(const double *x, double y[5][2])
{
    const double w = x[0], b = x[1];
    const double ray = fmin(0.5 * (2.0 - w + b), 0.0), edge = fmin(0.5 * (b - w), 0.0);
    if (b <= 0.0 && w + b <= 0.0) {
        y[0][0] = w, y[0][1] = b;
        return 1;
    }
    y[0][0] = y[0][1] = 1.0;
    y[1][0] = fmin(w, -1.0), y[1][1] = 1.0;
    y[2][0] = 2.0 - ray, y[2][1] = ray;
    y[3][0] = fmin(w, 0.0), y[3][1] = 0.0;
    y[4][0] = -edge, y[4][1] = edge;
    return 5;
}

static clarke_point_kind relu_bias_2pt_kind(const double *y)
{
    const double u = y[1], v = y[0] + y[1];
    if (u > 0.0 && v > 0.0) return CLARKE_POINT_GLOBAL_MINIMUM;
    if (u > 0.0 || v > 0.0)
        return u == 0.0 || v == 0.0 ? CLARKE_POINT_SADDLE : CLARKE_POINT_LOCAL_MINIMUM;
    return u == 0.0 || v == 0.0 ? CLARKE_POINT_LOCAL_MAXIMUM : CLARKE_POINT_FLAT;
}

static double relu_bias_2pt_stationary_distance(const clarke_problem *p, const double *x,
                                                double *nearest, clarke_point_kind *kind)
{
    (void)p;
    double y[5][2], best = INFINITY;
    size_t chosen = 0;
    const size_t count = relu_bias_2pt_candidates(x, y);
    for (size_t i = 0; i < count; i++) {
        const double d = hypot(x[0] - y[i][0], x[1] - y[i][1]);
        if (d < best) best = d, chosen = i;
    }
    if (nearest) nearest[0] = y[chosen][0], nearest[1] = y[chosen][1];
    if (kind) *kind = relu_bias_2pt_kind(y[chosen]);
    return best;
}

static clarke_interval relu_bias_2pt_goldstein_residual(const clarke_problem *p, const double *x,
                                                        double delta)
{
    const double low = relu_bias_2pt_hull_distance(p, x, delta);
    if (relu_bias_2pt_stationary_distance(p, x, NULL, NULL) <= delta)
        return (clarke_interval){low, low};
    return (clarke_interval){low, fmax(low, relu_bias_2pt_clarke_residual(p, x))};
}

/* A piece is alpha (b - 1)^2/2 + beta (w + b - 2)^2/2 with alpha, beta in {0, 1}: a linear system.
   What f really is at its solution decides. */
static void relu_bias_2pt_prox(const clarke_problem *p, double t, const double *x, double *y)
{
    double best = INFINITY;
    for (int piece = 0; piece < 4; piece++) {
        const double alpha = (piece & 1) ? t : 0.0, beta = (piece & 2) ? t : 0.0;
        const double right[] = {x[0] + 2.0 * beta, x[1] + alpha + 2.0 * beta};
        const double determinant = (1.0 + beta) * (1.0 + alpha) + beta;
        const double z[] = {((1.0 + alpha + beta) * right[0] - beta * right[1]) / determinant,
                            ((1.0 + beta) * right[1] - beta * right[0]) / determinant};
        const double gap[] = {z[0] - x[0], z[1] - x[1]};
        const double value = relu_bias_2pt_value(p, z) +
                             (gap[0] * gap[0] + gap[1] * gap[1]) / (2.0 * t);
        if (value < best) best = value, y[0] = z[0], y[1] = z[1];
    }
}

/* |(q, p + q)| <= |p| + sqrt(2) |q|. */
static double relu_bias_2pt_lipschitz(const clarke_problem *p, double radius)
{
    (void)p;
    const double root = sqrt(2.0);
    return fmax(1.0, radius - 1.0) + root * fmax(2.0, root * radius - 2.0);
}

static clarke_growth relu_bias_2pt_growth(const clarke_problem *p, const double *x)
{
    double y[2];
    clarke_point_kind kind;
    relu_bias_2pt_stationary_distance(p, x, y, &kind);
    if (kind == CLARKE_POINT_GLOBAL_MINIMUM)
        return clarke_growth_make(2.0, 0.25 * (3.0 - sqrt(5.0)));
    if (kind == CLARKE_POINT_LOCAL_MINIMUM) return clarke_growth_make(2.0, y[1] > 0.0 ? 0.5 : 1.0);
    return kind == CLARKE_POINT_SADDLE ? (clarke_growth){NAN, NAN, NAN}
                                       : clarke_growth_make(1.0, 1.0);
}

/* Encloses the subdifferentials of (relu(t) - target)^2 / 2. */
static clarke_interval relu_bias_2pt_slope(clarke_interval t, double target)
{
    return clarke_interval_mul(clarke_interval_step(t),
                               clarke_interval_minus(clarke_interval_relu(t), target));
}

/* An upper bound of the distance of (w, b) from a convex part of S: the point, a ray, the cone. A
   distance from a convex set is largest at a corner of a box. */
static double relu_bias_2pt_upper(size_t part, double w, double b)
{
    const clarke_interval x[] = {{w, w}, {b, b}};
    const double ray = fmin(0.5 * (2.0 - w + b), 0.0), edge = fmin(0.5 * (b - w), 0.0);
    const clarke_interval point[] = {{1.0, 1.0}, {1.0, 1.0}};
    const clarke_interval first[] = {clarke_interval_point(fmin(w, -1.0)), {1.0, 1.0}};
    const clarke_interval second[] = {clarke_interval_minus(clarke_interval_point(2.0), ray),
                                      clarke_interval_point(ray)};
    const clarke_interval side[] = {clarke_interval_point(fmin(w, 0.0)), {0.0, 0.0}};
    const clarke_interval other[] = {clarke_interval_point(-edge), clarke_interval_point(edge)};
    if (part == 0) return clarke_box_distance(2, x, point);
    if (part == 1) return clarke_box_distance(2, x, first);
    if (part == 2) return clarke_box_distance(2, x, second);
    if (b <= 0.0 && w <= -b) return 0.0;
    return fmin(clarke_box_distance(2, x, side), clarke_box_distance(2, x, other));
}

static void relu_bias_2pt_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                                  clarke_enclosure *out)
{
    const clarke_interval v = clarke_interval_add(box[0], box[1]);
    const clarke_interval first[] = {{0.0, 0.0}, {1.0, 1.0}}, second[] = {{1.0, 1.0}, {1.0, 1.0}};
    (void)p, (void)field;
    clarke_enclosure_segment(out, relu_bias_2pt_slope(box[1], 1.0), first);
    clarke_enclosure_segment(out, relu_bias_2pt_slope(v, 2.0), second);
}

static double relu_bias_2pt_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                           bool field)
{
    double farthest[4] = {0.0, 0.0, 0.0, 0.0};
    (void)p, (void)field;
    for (size_t corner = 0; corner < 4; corner++) {
        const double w = corner & 1 ? box[0].high : box[0].low;
        const double b = corner & 2 ? box[1].high : box[1].low;
        for (size_t i = 0; i < 4; i++)
            farthest[i] = fmax(farthest[i], relu_bias_2pt_upper(i, w, b));
    }
    return fmin(fmin(farthest[0], farthest[1]), fmin(farthest[2], farthest[3]));
}

static clarke_status relu_bias_2pt_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    (void)params;
    /* Random starts are off S. */
    CLARKE_TRY(clarke_problem_size(p, 2, 2.5, 0.2, 3.0, mem));
    clarke_block *block = clarke_alloc_array(mem, 2, sizeof *block);
    CLARKE_TRY(clarke_arena_status(mem));
    block[0] = (clarke_block){"w", 0, 1, 1};
    block[1] = (clarke_block){"b", 1, 1, 1};
    p->layout = (clarke_layout){2, block};
    p->start[1] = 0.25;
    p->terms = 2;
    /* A term departs from the mean by (q, q - p) or its opposite; in the box |q| = |w + b - 2| is
       at most 4, at its corner, and |q - p| = |w - 1| is smaller. */
    p->term_deviation = 2.0 * p->box_high - 2.0;
    p->minimum = 0.0;
    p->gradient_bound = 0.0;
    p->plan_growth = clarke_growth_make(2.0, 0.25 * (3.0 - sqrt(5.0)));
    return CLARKE_OK;
}

static const clarke_param relu_bias_2pt_params[] = {{"n", CLARKE_PARAM_COUNT,
                                                     offsetof(relu_bias_2pt, n), "2", 2.0, 2.0,
                                                     NULL, "dimension, always 2"},
                                                    {0}};

static const clarke_certifiable relu_bias_2pt_certifiable[] = {{"", -6.0, 6.0, 2e-2, 10495, false},
                                                               {0}};

const clarke_problem_desc clarke_problem_relu_bias_2pt = {
    .title = "One ReLU neuron with a bias, two points",
    .formula = "(relu(b) - 1)^2 / 2 + (relu(w + b) - 2)^2 / 2, x = (w, b)",
    .source = "derived",
    .stationary_set = "{b <= 0 or b = 1} and {w + b <= 0 or w + b = 2}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_DEFINABLE,
    .params = relu_bias_2pt_params,
    .params_size = sizeof(relu_bias_2pt),
    .make = relu_bias_2pt_make,
    .value = relu_bias_2pt_value,
    .subgradient = relu_bias_2pt_subgradient,
    .term_subgradient = relu_bias_2pt_term_subgradient,
    .clarke_residual = relu_bias_2pt_clarke_residual,
    .stationary_distance = relu_bias_2pt_stationary_distance,
    .goldstein_residual = relu_bias_2pt_goldstein_residual,
    .hull_distance = relu_bias_2pt_hull_distance,
    .prox = relu_bias_2pt_prox,
    .lipschitz = relu_bias_2pt_lipschitz,
    .growth = relu_bias_2pt_growth,
    .enclose = relu_bias_2pt_enclose,
    .distance_upper = relu_bias_2pt_distance_upper,
    .certifiable = relu_bias_2pt_certifiable,
    .outside = "by hand: the proof of the set holds everywhere, and S has no bound",
};
