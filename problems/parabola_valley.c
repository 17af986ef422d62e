/* f(x, y) = |x^2 - y|: a curved valley of minimisers.

   Off the parabola the gradient is +-(2x, -1), not 0; on it the subdifferential is the segment
   between both, with 0 in the middle. S = {y = x^2}, the global minima. f is the composition of |.|
   with a map whose gradient is 2-Lipschitz: regular and 2-weakly convex. f = sqrt(4 s^2 + 1) d to
   first order at the point (s, s^2).

   Distance: stationary points of s -> |(s, s^2) - (x, y)|^2 solve 2 s^3 + (1 - 2y) s = x. The
   nearest one has the sign of x, and for x > 0 the cubic has exactly one positive root (Descartes);
   Newton from w + (x/2)^{1/3}, w = sqrt(max(y - 1/2, 0)), where the cubic is at least 0 and convex,
   falls onto it.

   Hull over B(z, r): off the parabola all gradients have one sign and lie on the segment +-(2 [x-r,
   x+r], -1); where the ball meets the parabola 0 is in the hull. Both are exact. */
#include "problems/lib/scalar.h"

typedef struct {
    size_t n;
} parabola_valley;

/* x^2 - y is formed with an error of eps/2 (x^2 + |x^2 - y|), and a rounded y = s^2 is off by
   eps/2 s^2: below twice their sum the point is on the valley. */
static bool parabola_valley_active(const double *x)
{
    const double square = x[0] * x[0];
    return fabs(square - x[1]) <= DBL_EPSILON * (square + fabs(x[1]));
}

static double parabola_valley_value(const clarke_problem *p, const double *x)
{
    (void)p;
    return fabs(x[0] * x[0] - x[1]);
}

static void parabola_valley_subgradient(const clarke_problem *p, const double *x, double *g)
{
    (void)p;
    const double sign = clarke_scalar_sign(x[0] * x[0] - x[1]);
    g[0] = 2.0 * x[0] * sign;
    g[1] = -sign;
}

static double parabola_valley_clarke_residual(const clarke_problem *p, const double *x)
{
    (void)p;
    return parabola_valley_active(x) ? 0.0 : sqrt(4.0 * x[0] * x[0] + 1.0);
}

static double parabola_valley_root(double x, double y)
{
    const double a = fabs(x);
    double s = sqrt(fmax(y - 0.5, 0.0)) + cbrt(0.5 * a);
    for (int i = 0; i < 200 && s > 0.0; i++) {
        const double excess = (2.0 * s * s + (1.0 - 2.0 * y)) * s - a;
        const double slope = 6.0 * s * s + (1.0 - 2.0 * y);
        const double next = s - excess / slope;
        if (!(next < s) || !(next >= 0.0)) break; /* Newton falls until rounding stops it */
        s = next;
    }
    return copysign(s, x);
}

static double parabola_valley_stationary_distance(const clarke_problem *p, const double *x,
                                                  double *nearest, clarke_point_kind *kind)
{
    (void)p;
    if (kind) *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    const double s = parabola_valley_active(x) ? x[0] : parabola_valley_root(x[0], x[1]);
    const double offset[] = {x[0] - s, x[1] - s * s};
    if (nearest) nearest[0] = s, nearest[1] = s * s;
    return clarke_scalar_norm(2, offset);
}

static double parabola_valley_hull_distance(const clarke_problem *p, const double *z, double r)
{
    if (parabola_valley_active(z)) return 0.0;
    if (parabola_valley_stationary_distance(p, z, NULL, NULL) <= r) return 0.0;
    const double x = fmax(fabs(z[0]) - r, 0.0);
    return sqrt(4.0 * x * x + 1.0);
}

static clarke_interval parabola_valley_goldstein_residual(const clarke_problem *p, const double *x,
                                                          double delta)
{
    return clarke_interval_point(parabola_valley_hull_distance(p, x, delta));
}

static double parabola_valley_lipschitz(const clarke_problem *p, double radius)
{
    (void)p;
    return sqrt(4.0 * radius * radius + 1.0);
}

static double parabola_valley_weak_convexity(const clarke_problem *p, double radius)
{
    (void)p, (void)radius;
    return 2.0;
}

static clarke_growth parabola_valley_growth(const clarke_problem *p, const double *x)
{
    double nearest[2];
    parabola_valley_stationary_distance(p, x, nearest, NULL);
    return clarke_growth_make(1.0, sqrt(4.0 * nearest[0] * nearest[0] + 1.0));
}

static void parabola_valley_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                                    clarke_enclosure *out)
{
    const clarke_interval residual = clarke_interval_sub(clarke_interval_sqr(box[0]), box[1]);
    const clarke_interval v[] = {clarke_interval_scale(2.0, box[0]), clarke_interval_point(-1.0)};
    (void)p, (void)field;
    clarke_enclosure_segment(out, clarke_interval_sign(residual), v);
}

static double parabola_valley_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                             bool field)
{
    double x[2], nearest[2];
    clarke_interval near[2];
    (void)field;
    clarke_box_middle(2, box, x);
    parabola_valley_stationary_distance(p, x, nearest, NULL);
    near[0] = clarke_interval_point(nearest[0]);
    near[1] = clarke_interval_sqr(near[0]); /* whatever the first entry is, this point is in S */
    return clarke_box_distance(p->n, box, near);
}

static clarke_status parabola_valley_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    (void)params;
    CLARKE_TRY(clarke_problem_size(p, 2, 1.5, -2.0, 2.0, mem));
    p->start[1] = -1.0;
    p->minimum = 0.0;
    p->gradient_bound = sqrt(4.0 * p->box_high * p->box_high + 1.0);
    p->plan_growth = clarke_growth_make(1.0, 1.0); /* at the vertex, the slowest */
    return CLARKE_OK;
}

static const clarke_param parabola_valley_params[] = {{"n", CLARKE_PARAM_COUNT,
                                                       offsetof(parabola_valley, n), "2", 2.0, 2.0,
                                                       NULL, "dimension, always 2"},
                                                      {0}};

static const clarke_certifiable parabola_valley_certifiable[] = {{"", -4.0, 4.0, 1e-2, 7363, false},
                                                                 {0}};

const clarke_problem_desc clarke_problem_parabola_valley = {
    .title = "Parabola valley",
    .formula = "|x^2 - y|",
    .source = "derived",
    .stationary_set = "{(s, s^2)}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_DEFINABLE,
    .params = parabola_valley_params,
    .params_size = sizeof(parabola_valley),
    .make = parabola_valley_make,
    .value = parabola_valley_value,
    .subgradient = parabola_valley_subgradient,
    .clarke_residual = parabola_valley_clarke_residual,
    .stationary_distance = parabola_valley_stationary_distance,
    .goldstein_residual = parabola_valley_goldstein_residual,
    .hull_distance = parabola_valley_hull_distance,
    .lipschitz = parabola_valley_lipschitz,
    .weak_convexity = parabola_valley_weak_convexity,
    .growth = parabola_valley_growth,
    .enclose = parabola_valley_enclose,
    .distance_upper = parabola_valley_distance_upper,
    .certifiable = parabola_valley_certifiable,
    .outside = "by hand: the gradient +-(2x, -1) is never 0",
};
