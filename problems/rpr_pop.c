/* f(x) = E|(a.x)^2 - (a.e_1)^2|, a ~ N(0, I_n), n >= 2: robust phase retrieval in the population
   (Davis, Drusvyatskiy, Paquette, arXiv 1711.03247). Closed form, derived: with p = |x|^2, s =
   x_1, T = p - 1, D = p - s^2, E = sqrt(T^2 + 4D) = |x - e_1| |x + e_1|, and A = (E+T)/2, B =
   (E-T)/2, the eigenvalues of xx' - e_1 e_1' up to sign,
     f = (4/pi) [T (atan sqrt(A/B) - pi/4) + sqrt D],
     grad f = 2 F_T x + 2 F_D (x - s e_1), F_D = (8/pi) sqrt(D)/E^2,
     F_T = (4/pi) [atan sqrt(A/B) - pi/4 + sqrt(D) T/E^2].
   f is C^1 except at +-e_1, regular, 2-weakly convex (f + E (a.x)^2 = E max{2 (a.x)^2 -
   (a.e_1)^2, (a.e_1)^2}) and |grad f| = 2 |E[sign aa'] x| <= 2 |x|.

   S = {0, +-e_1} u {x_1 = 0, |x| = c}, atan c + c/(1 + c^2) = pi/4: off the axis F_D > 0, so s =
   0 and F_T + F_D = 0, which is the equation for c; on it f = |s^2 - 1|. From E|z_1 z_2| for
   Gaussians of correlation rho, = (2/pi)(sqrt(1 - rho^2) + rho asin rho) >= 2/pi: f >= (2/pi) |x
   - e_1| |x + e_1|, with equality where |x| = 1: sharp minima, slope 4/pi. 0 is a local maximum,
   f = 1 - d^2 to second order in all directions. The others are saddles; there the second
   derivatives along e_1 and along x/|x| are -2k and 2k with k = (8/pi) c/(1 + c^2)^2.

   Hull over B(z, r), derived: the Hessian is 2 E[sign aa'] plus, from the kinks z_1 = a.(x -
   e_1) = 0 and z_2 = a.(x + e_1) = 0, 2 E[delta(z_1) |z_2| aa'] and its mirror; by Hoelder the
   first is at most 2 |x + e_1| E|g|^3 / (sqrt(2 pi) |x - e_1|) = (4/pi) |x + e_1|/|x - e_1|. So
   gradients move by at most r (2 + (4/pi)(q + 1/q)), q the largest quotient of the two distances
   in the ball; a ball that meets +-e_1 has 0 in its hull. */
#include "problems/lib/goldstein.h"
#include "problems/lib/scalar.h"

static const double rpr_pop_pi = 3.14159265358979323846;
/* The root of atan c + c/(1 + c^2) = pi/4. */
static const double rpr_pop_radius = 0.441610791705328381;

typedef struct {
    size_t n;
} rpr_pop;

typedef struct {
    double s, rest, t, e; /* x_1, sqrt D, T, E */
    double plus, minus;   /* |x + e_1|, |x - e_1| */
    double angle;         /* atan sqrt(A/B) - pi/4 */
} rpr_pop_point;

static rpr_pop_point rpr_pop_at(const clarke_problem *p, const double *x)
{
    rpr_pop_point a = {.s = x[0], .rest = clarke_scalar_norm(p->n - 1, x + 1)};
    const double d = a.rest * a.rest;
    a.plus = hypot(x[0] + 1.0, a.rest);
    a.minus = hypot(x[0] - 1.0, a.rest);
    a.t = (x[0] - 1.0) * (x[0] + 1.0) + d;
    a.e = a.plus * a.minus;
    /* The larger of A and B by a sum, the other as D over it. */
    const double large = 0.5 * (a.e + fabs(a.t)), small = large > 0.0 ? d / large : 0.0;
    a.angle = atan2(sqrt(a.t > 0.0 ? large : small), sqrt(a.t > 0.0 ? small : large)) -
              0.25 * rpr_pop_pi;
    return a;
}

static double rpr_pop_value(const clarke_problem *p, const double *x)
{
    const rpr_pop_point a = rpr_pop_at(p, x);
    if (a.e == 0.0) return 0.0;
    return 4.0 / rpr_pop_pi * (a.t * a.angle + a.rest);
}

static void rpr_pop_slopes(const rpr_pop_point *a, double *slope_t, double *slope_d)
{
    *slope_t = *slope_d = 0.0;
    if (a->e == 0.0) return;
    *slope_t = 4.0 / rpr_pop_pi * (a->angle + a->rest / a->e * (a->t / a->e));
    *slope_d = 8.0 / rpr_pop_pi * (a->rest / a->e / a->e);
}

static void rpr_pop_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const rpr_pop_point a = rpr_pop_at(p, x);
    double slope_t, slope_d;
    rpr_pop_slopes(&a, &slope_t, &slope_d);
    g[0] = 2.0 * slope_t * x[0];
    for (size_t i = 1; i < p->n; i++) g[i] = 2.0 * (slope_t + slope_d) * x[i];
}

static double rpr_pop_slope(const rpr_pop_point *a)
{
    double slope_t, slope_d;
    rpr_pop_slopes(a, &slope_t, &slope_d);
    return 2.0 * hypot(slope_t * a->s, (slope_t + slope_d) * a->rest);
}

/* 0 at +-e_1, which are exact numbers. */
static double rpr_pop_clarke_residual(const clarke_problem *p, const double *x)
{
    const rpr_pop_point a = rpr_pop_at(p, x);
    return rpr_pop_slope(&a);
}

static double rpr_pop_hull_distance(const clarke_problem *p, const double *z, double r)
{
    const rpr_pop_point a = rpr_pop_at(p, z);
    const double near = fmin(a.plus, a.minus), far = fmax(a.plus, a.minus);
    if (near <= r * (1.0 + 4.0 * DBL_EPSILON)) return 0.0;
    const double q = (far + r) / (near - r);
    const double slope = rpr_pop_slope(&a);
    return fmax(0.0, slope - r * (2.0 + 4.0 / rpr_pop_pi * (q + 1.0 / q)));
}

static double rpr_pop_stationary_distance(const clarke_problem *p, const double *x, double *nearest,
                                          clarke_point_kind *kind)
{
    const rpr_pop_point a = rpr_pop_at(p, x);
    const double minimum = fmin(a.plus, a.minus);
    const double ring = hypot(a.s, a.rest - rpr_pop_radius);
    const double norm = hypot(a.s, a.rest), best = fmin(fmin(minimum, ring), norm);
    for (size_t i = 0; nearest && i < p->n; i++) nearest[i] = 0.0;
    if (best == minimum) {
        if (nearest) nearest[0] = copysign(1.0, x[0]);
    } else if (best == ring && nearest) {
        for (size_t i = 1; i < p->n && a.rest > 0.0; i++)
            nearest[i] = x[i] / a.rest * rpr_pop_radius;
        if (a.rest == 0.0) nearest[1] = rpr_pop_radius;
    }
    if (kind)
        *kind = best == minimum ? CLARKE_POINT_GLOBAL_MINIMUM
                : best == ring  ? CLARKE_POINT_SADDLE
                                : CLARKE_POINT_LOCAL_MAXIMUM;
    return best;
}

static double rpr_pop_lipschitz(const clarke_problem *p, double radius)
{
    (void)p;
    return 2.0 * radius;
}

static double rpr_pop_weak_convexity(const clarke_problem *p, double radius)
{
    (void)p, (void)radius;
    return 2.0;
}

static clarke_growth rpr_pop_growth(const clarke_problem *p, const double *x)
{
    clarke_point_kind kind;
    rpr_pop_stationary_distance(p, x, NULL, &kind);
    if (kind == CLARKE_POINT_GLOBAL_MINIMUM) return clarke_growth_make(1.0, 4.0 / rpr_pop_pi);
    if (kind == CLARKE_POINT_LOCAL_MAXIMUM) return clarke_growth_make(2.0, 1.0);
    const double c = rpr_pop_radius, square = 1.0 + c * c;
    return clarke_growth_make(2.0, 8.0 / rpr_pop_pi * c / (square * square));
}

/* With u = sqrt D and q = T/(2u), tan 2v = -1/q for v = atan sqrt(A/B), so F_T = (2/pi) g(q), g(q) =
   atan q + q/(1 + q^2), which increases from -pi/2 to pi/2, and 2 F_D (x - s e_1) = (4/pi)/(1 + q^2)
   times the unit vector (x - s e_1)/u. Where u may be 0, q may be infinite, and at +-e_1 it may be
   anything: the limits of gradients there are among these
   values; T is rounded outwards, so it has both signs there. */
static double rpr_pop_end(double q, bool high)
{
    const clarke_interval at = clarke_interval_point(q), arc = clarke_interval_atan(at);
    clarke_interval g = arc;
    if (isfinite(q)) {
        const clarke_interval square =
            clarke_interval_add(clarke_interval_point(1.0), clarke_interval_sqr(at));
        g = clarke_interval_add(arc, clarke_interval_div(at, square));
    }
    return high ? g.high : g.low;
}

static clarke_interval rpr_pop_quotient(clarke_interval t, clarke_interval u)
{
    const clarke_interval twice = clarke_interval_scale(2.0, u);
    if (u.low > 0.0) return clarke_interval_div(t, twice);
    /* |T|/(2u) is at least |T|/(2 u.high), and has no upper bound. */
    return (clarke_interval){t.low > 0.0   ? clarke_round_down(t.low / twice.high)
                             : t.low < 0.0 ? -INFINITY
                                           : 0.0,
                             t.high < 0.0   ? clarke_round_up(t.high / twice.high)
                             : t.high > 0.0 ? INFINITY
                                            : 0.0};
}

static void rpr_pop_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                            clarke_enclosure *out)
{
    const clarke_interval one = clarke_interval_point(1.0), u = clarke_box_norm(p->n - 1, box + 1);
    const clarke_interval t = clarke_interval_sub(
        clarke_interval_add(clarke_interval_sqr(box[0]), clarke_interval_sqr(u)), one);
    const clarke_interval q = rpr_pop_quotient(t, u);
    const clarke_interval g = {rpr_pop_end(q.low, false), rpr_pop_end(q.high, true)};
    const clarke_interval slope =
        clarke_interval_div(clarke_interval_scale(4.0, g), clarke_interval_pi);
    const clarke_interval across = clarke_interval_div(
        clarke_interval_point(4.0),
        clarke_interval_mul(clarke_interval_pi, clarke_interval_add(one, clarke_interval_sqr(q))));
    (void)field;
    out->centre[0] = clarke_interval_mul(slope, box[0]);
    for (size_t i = 1; i < p->n; i++) {
        const clarke_interval unit =
            u.low > 0.0 ? clarke_interval_clip(clarke_interval_div(box[i], u), -1.0, 1.0)
                        : clarke_interval_signs;
        out->centre[i] = clarke_interval_add(clarke_interval_mul(slope, box[i]),
                                             clarke_interval_mul(across, unit));
    }
}

/* The points of the ring are c x/|x|: three roundings of numbers below 1, and c has one. */
static double rpr_pop_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                     bool field)
{
    static const clarke_interval rounding = {-0x1p-50, 0x1p-50};
    double x[CLARKE_ENCLOSURE_DIMENSION], nearest[CLARKE_ENCLOSURE_DIMENSION];
    clarke_interval near[CLARKE_ENCLOSURE_DIMENSION];
    clarke_point_kind kind;
    (void)field;
    clarke_box_middle(p->n, box, x);
    rpr_pop_stationary_distance(p, x, nearest, &kind);
    for (size_t i = 0; i < p->n; i++) {
        near[i] = clarke_interval_point(nearest[i]);
        if (kind == CLARKE_POINT_SADDLE) near[i] = clarke_interval_add(near[i], rounding);
    }
    return clarke_box_distance(p->n, box, near);
}

static clarke_status rpr_pop_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    CLARKE_TRY(clarke_problem_size(p, ((const rpr_pop *)params)->n, 0.5, -2.0, 2.0, mem));
    p->start[0] = -0.5;
    p->minimum = 0.0;
    p->gradient_bound = 2.0;
    p->plan_growth = clarke_growth_make(1.0, 4.0 / rpr_pop_pi);
    return CLARKE_OK;
}

static const clarke_param rpr_pop_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(rpr_pop, n), "2", 2.0, 0x1p53, NULL, "dimension"}, {0}};

static const clarke_certifiable rpr_pop_certifiable[] = {
    {"n=2", -8.0, 8.0, 1e-3, 1207, false}, {"n=3", -2.0, 2.0, 1e-1, 6271, false}, {0}};

const clarke_problem_desc clarke_problem_rpr_pop = {
    .title = "Robust phase retrieval, population",
    .formula = "E|(a.x)^2 - (a.e_1)^2|, a ~ N(0, I)",
    .source = "Davis, Drusvyatskiy, Paquette, arXiv 1711.03247; closed form and constants derived",
    .stationary_set =
        "{0, e_1, -e_1} u {x_1 = 0, |x| = c}, atan c + c/(1 + c^2) = pi/4, c = 0.4416",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = rpr_pop_params,
    .params_size = sizeof(rpr_pop),
    .make = rpr_pop_make,
    .value = rpr_pop_value,
    .subgradient = rpr_pop_subgradient,
    .clarke_residual = rpr_pop_clarke_residual,
    .stationary_distance = rpr_pop_stationary_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = rpr_pop_hull_distance,
    .lipschitz = rpr_pop_lipschitz,
    .weak_convexity = rpr_pop_weak_convexity,
    .growth = rpr_pop_growth,
    .enclose = rpr_pop_enclose,
    .distance_upper = rpr_pop_distance_upper,
    .certifiable = rpr_pop_certifiable,
    .outside = "by hand: grad f.x >= 2 f - 2 E(a.e_1)^2 and f >= |x|^2 - 1, so grad f.x > 0 for "
               "|x|^2 > 2",
};
