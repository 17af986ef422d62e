/* f(x, y) = max(|x|, |y|^p), p > 1: convex, with a ridge along |x| = |y|^p that bends into the
   y axis.

   Where |x| > |y|^p the subdifferential is {(sign x, 0)}, where |x| < |y|^p it is {(0, p |y|^{p-1}
   sign y)}, on the ridge off 0 the segment between the two, whose distance from 0 is b/(1 +
   b^2)^{1/2} with b = p |y|^{p-1}; at 0 it is [-1, 1] x {0}. S = {0}. f >= |y|^p and f >= |x|: near 0
   it grows by d^p, along x = 0. The exponent is 1 - 1/p: f^{1-1/p} <= |y|^{p-1} <= b/p on the
   ridge and below it, and the residual is 1 above it.

   prox_eta(a, b), a, b >= 0 (else mirrored), is (min(a, s^p), min(b, s)) for the s at which the
   convex function s^p + ((a - s^p)_+^2 + (b - s)_+^2)/(2 eta) of s^p is smallest. Once on the ridge it
   stays there, and y - s = p s^{p-1} (eta - (y^p - s^p)): the proximal point method of |y|^p with
   steps that tend to eta. For p > 2, y_k (p (p-2) eta k)^{1/(p-2)} -> 1 and f ~ k^{-p/(p-2)}. */
#include "problems/lib/goldstein.h"
#include "problems/lib/scalar.h"

typedef struct {
    size_t n;
    double p;
} max_power;

static double max_power_p(const clarke_problem *p)
{
    return ((const max_power *)p->data)->p;
}

static double max_power_value(const clarke_problem *p, const double *x)
{
    return fmax(fabs(x[0]), clarke_scalar_power(fabs(x[1]), max_power_p(p)));
}

static double max_power_bend(const clarke_problem *p, double y)
{
    return max_power_p(p) * clarke_scalar_power(fabs(y), max_power_p(p) - 1.0);
}

static void max_power_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const bool side = fabs(x[0]) >= clarke_scalar_power(fabs(x[1]), max_power_p(p));
    g[0] = side ? clarke_scalar_sign(x[0]) : 0.0;
    g[1] = side ? 0.0 : clarke_scalar_sign(x[1]) * max_power_bend(p, x[1]);
}

static double max_power_clarke_residual(const clarke_problem *p, const double *x)
{
    const double high = clarke_scalar_power(fabs(x[1]), max_power_p(p)),
                 b = max_power_bend(p, x[1]);
    if (fabs(x[0]) > high) return 1.0;
    return fabs(x[0]) < high ? b : b / hypot(1.0, b);
}

static double max_power_stationary_distance(const clarke_problem *p, const double *x,
                                            double *nearest, clarke_point_kind *kind)
{
    const double distance = hypot(x[0], x[1]);
    (void)p;
    if (nearest) nearest[0] = nearest[1] = 0.0;
    if (kind) *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return distance;
}

/* s of the head comment, by bisection to the last bit: the derivative by s^p, times p s^{p-1}, is
   p s^{p-1} (eta - (a - s^p)_+) - (b - s)_+. b > 0. */
static double max_power_level(double p, double eta, double a, double b)
{
    double low = 0.0, high = fmax(pow(a, 1.0 / p), b);
    for (;;) {
        const double s = 0.5 * (low + high);
        if (!(s > low && s < high)) return high;
        const double bend = p * clarke_scalar_power(s, p - 1.0);
        const double rise = bend * (eta - fmax(a - clarke_scalar_power(s, p), 0.0));
        if (rise < fmax(b - s, 0.0))
            low = s;
        else
            high = s;
    }
}

static void max_power_prox(const clarke_problem *p, double eta, const double *x, double *y)
{
    const double a = fabs(x[0]), b = fabs(x[1]), q = max_power_p(p);
    double left = fmax(a - eta, 0.0), right = 0.0;
    if (b > 0.0) {
        const double s = max_power_level(q, eta, a, b);
        left = fmin(a, clarke_scalar_power(s, q));
        right = fmin(b, s);
    }
    y[0] = copysign(left, x[0]);
    y[1] = copysign(right, x[1]);
}

static double max_power_lipschitz(const clarke_problem *p, double radius)
{
    return fmax(1.0, max_power_bend(p, radius));
}

static double max_power_weak_convexity(const clarke_problem *p, double radius)
{
    (void)p, (void)radius;
    return 0.0;
}

/* Along z: by convexity and f(0) = 0, g . y >= f(y) for g at y, so g . z/|z| >= (f(z) - 2 L r)/|z| for all
   y in the ball, L Lipschitz there. */
static double max_power_hull_distance(const clarke_problem *p, const double *z, double r)
{
    const double norm = hypot(z[0], z[1]), at = max_power_clarke_residual(p, z);
    if (r == 0.0 || norm <= r) return r == 0.0 ? at : 0.0;
    const double low = max_power_value(p, z) * (1.0 - 16.0 * DBL_EPSILON);
    return fmin(at, fmax(0.0, (low - 2.0 * max_power_lipschitz(p, norm + r) * r) / norm));
}

static clarke_growth max_power_growth(const clarke_problem *p, const double *x)
{
    (void)x;
    return clarke_growth_make(max_power_p(p), 1.0);
}

/* The hull of the active ones of (sign x, 0) and (0, p |y|^{p-1} sign y). */
static void max_power_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                              clarke_enclosure *out)
{
    const double q = max_power_p(p);
    const clarke_interval zero = {0.0, 0.0}, side = clarke_interval_abs(box[0]);
    const clarke_interval tall = clarke_interval_abs(box[1]);
    const clarke_interval high = clarke_interval_power(tall, q);
    const clarke_interval bend = clarke_interval_scale(q, clarke_interval_power(tall, q - 1.0));
    const clarke_interval sign = clarke_interval_sign(box[0]);
    (void)field;
    clarke_enclosure_part(out);
    if (side.high >= high.low) {
        const clarke_interval left[] = {clarke_interval_point(sign.low), zero};
        const clarke_interval right[] = {clarke_interval_point(sign.high), zero};
        clarke_enclosure_vertex(out, left);
        clarke_enclosure_vertex(out, right);
    }
    if (side.low <= high.high) {
        const clarke_interval up[] = {zero,
                                      clarke_interval_mul(bend, clarke_interval_sign(box[1]))};
        clarke_enclosure_vertex(out, up);
    }
}

static double max_power_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                       bool field)
{
    const double d[2] = {clarke_interval_mag(box[0]), clarke_interval_mag(box[1])};
    (void)p, (void)field;
    return clarke_norm_upper(2, d);
}

static clarke_status max_power_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    max_power *m = clarke_alloc(mem, sizeof *m);
    CLARKE_TRY(clarke_problem_size(p, 2, 1.0, -2.0, 2.0, mem));
    CLARKE_TRY(clarke_arena_status(mem));
    *m = *(const max_power *)params;
    p->data = m;
    p->minimum = 0.0;
    p->gradient_bound = 1.0;
    p->plan_growth = clarke_growth_make(m->p, 1.0);
    return CLARKE_OK;
}

static const clarke_param max_power_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(max_power, n), "2", 2.0, 2.0, NULL, "dimension, always 2"},
    {"p", CLARKE_PARAM_REAL, offsetof(max_power, p), "3", 1.25, 16.0, NULL, "exponent"},
    {0}};

static const clarke_certifiable max_power_certifiable[] = {
    {"p=2", -4.0, 4.0, 0.02, 1143, false},
    {"p=3", -4.0, 4.0, 0.05, 3695, false},
    {0},
};

const clarke_problem_desc clarke_problem_max_power = {
    .title = "Larger of a distance and a power",
    .formula = "max(|x|, |y|^p)",
    .source = "derived",
    .stationary_set = "{0}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = max_power_params,
    .params_size = sizeof(max_power),
    .make = max_power_make,
    .value = max_power_value,
    .subgradient = max_power_subgradient,
    .clarke_residual = max_power_clarke_residual,
    .stationary_distance = max_power_stationary_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = max_power_hull_distance,
    .prox = max_power_prox,
    .lipschitz = max_power_lipschitz,
    .weak_convexity = max_power_weak_convexity,
    .growth = max_power_growth,
    .value_gap = max_power_value,
    .enclose = max_power_enclose,
    .distance_upper = max_power_distance_upper,
    .certifiable = max_power_certifiable,
    .outside = "by hand: the proof of the set holds everywhere",
};
