/* f(x) = min(|x|^2/2, |x - b e_1|^2/2 + delta), 0 <= delta < b^2/2: the lower of two bowls.

   f = |x|^2/2 - max(0, b x_1 - b^2/2 - delta), so the subdifferential is x - conv of the active
   centres exactly. S = {0, b e_1, m}, m = (b/2 + delta/b) e_1 on the hyperplane where both are
   equal, where the segment of the centres contains it. 0 is the global minimum, b e_1 a local one,
   m a saddle (n >= 2) or a concave kink (n = 1). f grows like d^2/2 at the centres and, within the
   hyperplane, at m; in one dimension linearly with slopes m and b - m. Not regular, not weakly
   convex.

   Hull over B(z, r): x - conv(active) + the ball, so its distance from 0 is dist(z, C) - r with C
   the centre of the active bowl, or the segment [0, b e_1] where the ball meets the hyperplane. The
   first is exact; in the second case the residual of a point of the hyperplane in the ball is an
   upper bound. */
#include "problems/lib/scalar.h"

typedef struct {
    size_t n;
    double b, delta;
} min_two_quad;

static double min_two_quad_tie(const clarke_problem *p)
{
    const min_two_quad *m = p->data;
    return 0.5 * m->b + m->delta / m->b;
}

/* dist(x, c e_1) */
static double min_two_quad_distance(const clarke_problem *p, const double *x, double c)
{
    double sum = (x[0] - c) * (x[0] - c);
    for (size_t i = 1; i < p->n; i++) sum += x[i] * x[i];
    return p->n == 1 ? fabs(x[0] - c) : sqrt(sum);
}

static double min_two_quad_value(const clarke_problem *p, const double *x)
{
    const min_two_quad *m = p->data;
    double rest = 0.0;
    for (size_t i = 1; i < p->n; i++) rest += x[i] * x[i];
    const double first = x[0] * x[0], second = (x[0] - m->b) * (x[0] - m->b);
    return 0.5 * rest + fmin(0.5 * first, 0.5 * second + m->delta);
}

/* min(u, v) = u - relu(u - v): the first branch on the hyperplane. */
static void min_two_quad_subgradient(const clarke_problem *p, const double *x, double *g)
{
    for (size_t i = 0; i < p->n; i++) g[i] = x[i];
    if (x[0] > min_two_quad_tie(p)) g[0] -= ((const min_two_quad *)p->data)->b;
}

static double min_two_quad_clarke_residual(const clarke_problem *p, const double *x)
{
    const double b = ((const min_two_quad *)p->data)->b, tie = min_two_quad_tie(p);
    return min_two_quad_distance(p, x, x[0] < tie ? 0.0 : x[0] > tie ? b : tie);
}

static double min_two_quad_stationary_distance(const clarke_problem *p, const double *x,
                                               double *nearest, clarke_point_kind *kind)
{
    const double b = ((const min_two_quad *)p->data)->b, tie = min_two_quad_tie(p);
    const double s = x[0] <= 0.5 * tie ? 0.0 : x[0] <= 0.5 * (tie + b) ? tie : b;
    if (kind) {
        const clarke_point_kind middle = p->n == 1 ? CLARKE_POINT_LOCAL_MAXIMUM
                                                   : CLARKE_POINT_SADDLE;
        const bool level = ((const min_two_quad *)p->data)->delta == 0.0;
        *kind = s == tie            ? middle
                : s == 0.0 || level ? CLARKE_POINT_GLOBAL_MINIMUM
                                    : CLARKE_POINT_LOCAL_MINIMUM;
    }
    for (size_t i = 0; nearest && i < p->n; i++) nearest[i] = i == 0 ? s : 0.0;
    return min_two_quad_distance(p, x, s);
}

/* At a centre d^2/2; at the middle (x_1 - m)(x_1 + m - 2c)/2 with the centre c of x's bowl, and what
   is beside the axis. */
static double min_two_quad_value_gap(const clarke_problem *p, const double *x)
{
    const double b = ((const min_two_quad *)p->data)->b, tie = min_two_quad_tie(p);
    double rest = 0.0;
    if (x[0] <= 0.5 * tie || x[0] > 0.5 * (tie + b)) {
        const double d = min_two_quad_distance(p, x, x[0] <= 0.5 * tie ? 0.0 : b);
        return 0.5 * d * d;
    }
    for (size_t i = 1; i < p->n; i++) rest += x[i] * x[i];
    return 0.5 * rest + 0.5 * (x[0] - tie) * (x[0] + tie - (x[0] <= tie ? 0.0 : 2.0 * b));
}

static double min_two_quad_hull_distance(const clarke_problem *p, const double *z, double r)
{
    const double b = ((const min_two_quad *)p->data)->b, tie = min_two_quad_tie(p);
    const double centre = fabs(z[0] - tie) <= r ? clarke_scalar_clip(z[0], 0.0, b)
                          : z[0] < tie          ? 0.0
                                                : b;
    return fmax(min_two_quad_distance(p, z, centre) - r, 0.0);
}

static clarke_interval min_two_quad_goldstein_residual(const clarke_problem *p, const double *x,
                                                       double delta)
{
    const double low = min_two_quad_hull_distance(p, x, delta),
                 gap = fabs(x[0] - min_two_quad_tie(p));
    if (gap > delta) return clarke_interval_point(low);
    /* On the hyperplane the residual is the distance from the axis. */
    const double axis = min_two_quad_distance(p, x, x[0]);
    const double reach = sqrt((delta - gap) * (delta + gap));
    return (clarke_interval){low, fmax(low, fmax(axis - reach, 0.0))};
}

static void min_two_quad_prox(const clarke_problem *p, double t, const double *x, double *y)
{
    const min_two_quad *m = p->data;
    const double first = x[0] / (1.0 + t), second = (x[0] + t * m->b) / (1.0 + t);
    /* The values of the two proximal problems, the common part left out. */
    const double first_value = first * first / 2.0 + (first - x[0]) * (first - x[0]) / (2.0 * t);
    const double second_value = (second - m->b) * (second - m->b) / 2.0 + m->delta +
                                (second - x[0]) * (second - x[0]) / (2.0 * t);
    for (size_t i = 1; i < p->n; i++) y[i] = x[i] / (1.0 + t);
    y[0] = first_value <= second_value ? first : second;
}

static double min_two_quad_lipschitz(const clarke_problem *p, double radius)
{
    return radius + ((const min_two_quad *)p->data)->b;
}

static clarke_growth min_two_quad_growth(const clarke_problem *p, const double *x)
{
    clarke_point_kind kind;
    min_two_quad_stationary_distance(p, x, NULL, &kind);
    if (kind != CLARKE_POINT_LOCAL_MAXIMUM) return clarke_growth_make(2.0, 0.5);
    const double tie = min_two_quad_tie(p), b = ((const min_two_quad *)p->data)->b;
    return clarke_growth_make(1.0, fmin(tie, b - tie));
}

/* Encloses the first coordinate of the tie. */
static clarke_interval min_two_quad_exact_tie(const clarke_problem *p)
{
    const min_two_quad *m = p->data;
    return clarke_interval_minus(clarke_interval_ratio(m->delta, m->b), -0.5 * m->b);
}

static void min_two_quad_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                                 clarke_enclosure *out)
{
    const double b = ((const min_two_quad *)p->data)->b;
    const clarke_interval tie = min_two_quad_exact_tie(p);
    const clarke_interval second = {box[0].low > tie.high ? 1.0 : 0.0,
                                    box[0].high < tie.low ? 0.0 : 1.0};
    clarke_interval pull[CLARKE_ENCLOSURE_DIMENSION] = {{-b, -b}};
    (void)field;
    for (size_t i = 1; i < p->n; i++) pull[i] = clarke_interval_point(0.0);
    clarke_enclosure_add(out, box);
    clarke_enclosure_segment(out, second, pull);
}

static double min_two_quad_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                          bool field)
{
    clarke_interval near[CLARKE_ENCLOSURE_DIMENSION] = {{0.0, 0.0}};
    const double b = ((const min_two_quad *)p->data)->b, tie = min_two_quad_tie(p);
    const double middle = 0.5 * box[0].low + 0.5 * box[0].high;
    (void)field;
    if (middle > 0.5 * (tie + b))
        near[0] = clarke_interval_point(b);
    else if (middle > 0.5 * tie)
        near[0] = min_two_quad_exact_tie(p);
    return clarke_box_distance(p->n, box, near);
}

static clarke_status min_two_quad_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const min_two_quad *m = params;
    if (!(m->delta < 0.5 * m->b * m->b))
        return clarke_fail(CLARKE_EINPUT, "%s: delta=%g must be less than b^2/2=%g", p->id,
                           m->delta, 0.5 * m->b * m->b);
    CLARKE_TRY(clarke_problem_size(p, m->n, 0.5, -2.0 * m->b, 2.0 * m->b, mem));
    p->start[0] = 1.75 * m->b;
    p->data = clarke_alloc(mem, sizeof *m);
    CLARKE_TRY(clarke_arena_status(mem));
    *(min_two_quad *)p->data = *m;
    p->minimum = 0.0;
    p->gradient_bound = 0.0;
    p->plan_growth = clarke_growth_make(2.0, 0.5);
    return CLARKE_OK;
}

static const clarke_param min_two_quad_params[] = {
    CLARKE_SIZE_PARAM(min_two_quad, "2"),
    {"b", CLARKE_PARAM_REAL, offsetof(min_two_quad, b), "2", 0x1p-20, 0x1p20, NULL,
     "distance of the two centres"},
    {"delta", CLARKE_PARAM_REAL, offsetof(min_two_quad, delta), "0.5", 0.0, 0x1p40, NULL,
     "height of the second bowl, less than b^2/2"},
    {0}};

static const clarke_certifiable min_two_quad_certifiable[] = {
    {"n=1", -8.0, 8.0, 1e-4, 179, false},
    {"n=2", -8.0, 8.0, 1e-3, 583, false},
    {"n=2,delta=0", -8.0, 8.0, 1e-3, 591, false},
    {"n=3", -8.0, 8.0, 1e-2, 1279, false},
    {0}};

const clarke_problem_desc clarke_problem_min_two_quad = {
    .title = "The lower of two bowls",
    .formula = "min(|x|^2/2, |x - b e_1|^2/2 + delta)",
    .source = "derived",
    .stationary_set = "{0, b e_1, (b/2 + delta/b) e_1}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = min_two_quad_params,
    .params_size = sizeof(min_two_quad),
    .make = min_two_quad_make,
    .value = min_two_quad_value,
    .subgradient = min_two_quad_subgradient,
    .clarke_residual = min_two_quad_clarke_residual,
    .stationary_distance = min_two_quad_stationary_distance,
    .goldstein_residual = min_two_quad_goldstein_residual,
    .hull_distance = min_two_quad_hull_distance,
    .prox = min_two_quad_prox,
    .lipschitz = min_two_quad_lipschitz,
    .growth = min_two_quad_growth,
    .value_gap = min_two_quad_value_gap,
    .enclose = min_two_quad_enclose,
    .distance_upper = min_two_quad_distance_upper,
    .certifiable = min_two_quad_certifiable,
    .outside = "by hand: x and x - b e_1 leave all subgradients in a half space for |x| > b",
};
