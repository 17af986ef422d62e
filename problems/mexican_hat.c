/* f = e^{-u} (1 - A sin(phi)) in polar coordinates (r, theta) for r < 1 and 0 beyond, with u = c/(1 -
   r^2), phi = theta - u, A = 4 r^4/D, D = 4 r^4 + w^4, w = 1 - r^2, 0 < c <= 1: for c = 1 the function
   of Absil, Mahony and Andrews, infinitely differentiable, whose gradient flow has a trajectory with
   the whole unit circle as its limit points.

   In (r, phi) for 0 < r < 1: f_phi = -e^{-u} A cos(phi) = 0 asks for sin(phi) = +-1. At +1 f_r =
   -e^{-u} (u' (1 - A) + A') < 0, as A rises. At -1 f_r = e^{-u} (A' - u' (1 + A)), and with q = r^2,
   A' = 16 r^3 w^3 (1 + q)/D^2, u' = 2 c r/w^2 it is 0 where c = h(q) = 8 q w^5 (1 + q)/((4 q^2 + w^4)
   (8 q^2 + w^4)). h is 0 at both ends, rises to its only maximum, 1.52... at q = 0.18..., and falls: two
   zeros q_1 < 1/4 < q_2, as h(1/4) > 1. There f_phi,phi = -e^{-u} A < 0, and f_r rises at q_1 and
   falls at q_2: a saddle and a local maximum. At 0 f = e^{-c} (1 - c |x|^2 + ...) is largest. S is 0,
   these two points, and all of r >= 1, the global minima.

   Beside r = 1 f is smaller than every power of 1 - r, and the Kurdyka-Lojasiewicz inequality holds
   with no function at all: otherwise the flow's trajectories had a limit. In the trench sin(phi) = 1
   the flow follows theta = u + pi/2, with f = e^{-u} w^4/D and du/dt ~ f: for c = 1 u^4 e^u ~ t/4, f ~
   1/t: the angle grows like ln t. */
#include "problems/lib/goldstein.h"
#include "problems/lib/scalar.h"

static const double mexican_hat_pi = 3.14159265358979323846;

typedef struct {
    size_t n;
    double c;
} mexican_hat;

typedef struct {
    double c;
    double point[2][2]; /* the saddle and the local maximum */
    double bend;        /* of the Hessian everywhere */
} mexican_hat_data;

/* w, D, and the factor A. */
typedef struct {
    double q, w, u, d, a, angle;
} mexican_hat_at;

static mexican_hat_at mexican_hat_look(const clarke_problem *p, const double *x)
{
    const mexican_hat_data *d = p->data;
    mexican_hat_at s = {.q = x[0] * x[0] + x[1] * x[1]};
    s.w = 1.0 - s.q;
    s.u = d->c / s.w;
    s.d = 4.0 * s.q * s.q + s.w * s.w * s.w * s.w;
    s.a = 4.0 * s.q * s.q / s.d;
    s.angle = atan2(x[1], x[0]) - s.u;
    return s;
}

static double mexican_hat_value(const clarke_problem *p, const double *x)
{
    const mexican_hat_at s = mexican_hat_look(p, x);
    if (!(s.w > 0.0)) return 0.0;
    /* 1 - A sin = w^4/D + A (1 - sin), and 1 - sin t = 2 sin^2((pi/2 - t)/2). */
    const double half = sin(0.25 * mexican_hat_pi - 0.5 * s.angle), w2 = s.w * s.w;
    return exp(-s.u) * (w2 * w2 / s.d + 2.0 * s.a * half * half);
}

/* By d/dq times 2 x, and d/d theta times (-y, x)/q. */
static void mexican_hat_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const mexican_hat_at s = mexican_hat_look(p, x);
    g[0] = g[1] = 0.0;
    if (!(s.w > 0.0)) return;
    const double small = exp(-s.u), uq = s.u / s.w, cosine = cos(s.angle);
    const double aq = 8.0 * s.q * s.w * s.w * s.w * (1.0 + s.q) / (s.d * s.d);
    const double half = sin(0.25 * mexican_hat_pi - 0.5 * s.angle), w2 = s.w * s.w;
    const double left = w2 * w2 / s.d + 2.0 * s.a * half * half;
    const double by_q = small * (-uq * left - aq * sin(s.angle) + s.a * cosine * uq);
    /* A/q without the division. */
    const double turn = -small * (4.0 * s.q / s.d) * cosine;
    g[0] = 2.0 * by_q * x[0] - turn * x[1];
    g[1] = 2.0 * by_q * x[1] + turn * x[0];
}

static double mexican_hat_residual(const clarke_problem *p, const double *x)
{
    double g[2];
    mexican_hat_subgradient(p, x, g);
    return hypot(g[0], g[1]);
}

static double mexican_hat_distance(const clarke_problem *p, const double *x, double *nearest,
                                   clarke_point_kind *kind)
{
    const mexican_hat_data *d = p->data;
    const double r = hypot(x[0], x[1]);
    double at[2] = {x[0], x[1]}, best = fmax(1.0 - r, 0.0);
    clarke_point_kind own = CLARKE_POINT_GLOBAL_MINIMUM;
    if (r < 1.0) {
        /* Of the directions from 0 all are as near. */
        at[0] = r > 0.0 ? x[0] / r : 1.0;
        at[1] = r > 0.0 ? x[1] / r : 0.0;
    }
    if (r < best) best = r, at[0] = at[1] = 0.0, own = CLARKE_POINT_LOCAL_MAXIMUM;
    for (size_t i = 0; i < 2; i++) {
        const double gap = hypot(x[0] - d->point[i][0], x[1] - d->point[i][1]);
        if (!(gap < best)) continue;
        best = gap, at[0] = d->point[i][0], at[1] = d->point[i][1];
        own = i == 0 ? CLARKE_POINT_SADDLE : CLARKE_POINT_LOCAL_MAXIMUM;
    }
    if (nearest) nearest[0] = at[0], nearest[1] = at[1];
    if (kind) *kind = own;
    return best;
}

static double mexican_hat_gap(const clarke_problem *p, const double *x)
{
    double nearest[2];
    clarke_point_kind kind;
    mexican_hat_distance(p, x, nearest, &kind);
    const double there = kind == CLARKE_POINT_GLOBAL_MINIMUM ? 0.0 : mexican_hat_value(p, nearest);
    return mexican_hat_value(p, x) - there;
}

/* A bound of the Hessian over q in [low, high], high < 1. With v = u_q = c/w^2, v' = 2 c/w^3, E >= e^{-u}
   and A, sin, cos at most 1, the chain rule gives |f_q| <= E (3 v + |A'|), |f_q,theta| <= E (2 v + |A'|),
   |f_qq| <= E (5 v^2 + 4 |A'| v + 3 v' + |A''|), |f_theta|, |f_theta,theta| <= E A; and as |grad q| = 2 r,
   |grad theta| = 1/r, the Hessian's norm is at most 4 q |f_qq| + 2 |f_q| + 4 |f_q,theta| + (|f_theta| +
   |f_theta,theta|)/q. A' = N/D^2 with N = 8 q (1 + q) w^3; A'' = (N' - 2 N D'/D)/D^2. */
static double mexican_hat_bend(double c, double low, double high)
{
    const clarke_interval q = {low, high}, one = {1.0, 1.0};
    const clarke_interval w = clarke_interval_sub(one, q), q1 = clarke_interval_add(one, q);
    const clarke_interval w2 = clarke_interval_sqr(w), w3 = clarke_interval_mul(w, w2);
    const clarke_interval d = clarke_interval_add(
        clarke_interval_scale(4.0, clarke_interval_sqr(q)), clarke_interval_sqr(w2));
    const clarke_interval n =
        clarke_interval_scale(8.0, clarke_interval_mul(clarke_interval_mul(q, q1), w3));
    const clarke_interval rise = clarke_interval_mul(clarke_interval_add(q1, q), w3);
    const clarke_interval fall =
        clarke_interval_scale(3.0, clarke_interval_mul(clarke_interval_mul(q, q1), w2));
    const clarke_interval n1 = clarke_interval_scale(8.0, clarke_interval_sub(rise, fall));
    const clarke_interval d1 =
        clarke_interval_sub(clarke_interval_scale(8.0, q), clarke_interval_scale(4.0, w3));
    const clarke_interval turn =
        clarke_interval_scale(2.0, clarke_interval_div(clarke_interval_mul(n, d1), d));
    const clarke_interval d2 = clarke_interval_sqr(d);
    const double a1 = clarke_interval_mag(clarke_interval_div(n, d2));
    const double a2 = clarke_interval_mag(clarke_interval_div(clarke_interval_sub(n1, turn), d2));
    const double around =
        clarke_interval_mag(clarke_interval_div(clarke_interval_scale(8.0, q), d));
    const double left = 1.0 - high, v = c / (left * left), v1 = 2.0 * v / left;
    const double qq = 5.0 * v * v + 4.0 * a1 * v + 3.0 * v1 + a2;
    return exp(-c / (1.0 - low)) * (4.0 * high * qq + 14.0 * v + 6.0 * a1 + around) * (1.0 + 1e-12);
}

/* Over slices of w, each a hundredth smaller, down to u = 60, from where all terms e^{-u} u^k, and with
   them the bound, fall. */
static double mexican_hat_bend_everywhere(double c)
{
    double most = 0.0;
    for (double w = 1.0; w > c / 60.0; w *= 0.99)
        most = fmax(most, mexican_hat_bend(c, fmax(1.0 - w, 0.0), 1.0 - 0.99 * w * (1.0 - 1e-15)));
    return most;
}

static double mexican_hat_weak_convexity(const clarke_problem *p, double radius)
{
    (void)radius;
    return ((const mexican_hat_data *)p->data)->bend;
}

static double mexican_hat_hull_distance(const clarke_problem *p, const double *z, double r)
{
    const double norm = hypot(z[0], z[1]), at = mexican_hat_residual(p, z);
    if (r == 0.0 || norm + r >= 1.0) return r == 0.0 ? at : 0.0;
    const double low = fmax(norm - r, 0.0), high = norm + r;
    const double bend = mexican_hat_bend(((const mexican_hat_data *)p->data)->c,
                                         low * low * (1.0 - 1e-15), high * high * (1.0 + 1e-15));
    return fmax(0.0, at * (1.0 - 1e-12) - r * bend);
}

/* No power. */
static clarke_growth mexican_hat_growth(const clarke_problem *p, const double *x)
{
    clarke_point_kind kind;
    mexican_hat_distance(p, x, NULL, &kind);
    if (kind != CLARKE_POINT_GLOBAL_MINIMUM) return (clarke_growth){NAN, NAN, NAN};
    return (clarke_growth){INFINITY, NAN, NAN};
}

static double mexican_hat_height(double q)
{
    const double w = 1.0 - q, w4 = w * w * w * w;
    return 8.0 * q * w4 * w * (1.0 + q) / ((4.0 * q * q + w4) * (8.0 * q * q + w4));
}

/* h(inner) > c, h(outer) < c. */
static double mexican_hat_root(double c, double inner, double outer)
{
    for (;;) {
        const double q = 0.5 * (inner + outer);
        if (q == inner || q == outer) return q;
        if (mexican_hat_height(q) > c)
            inner = q;
        else
            outer = q;
    }
}

/* With S = y cos u - x sin u = r sin(phi) and C = x cos u + y sin u, all without a division by r; only
   where r < 1. */
static void mexican_hat_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                                clarke_enclosure *out)
{
    const mexican_hat_data *d = p->data;
    const clarke_interval one = {1.0, 1.0}, x = box[0], y = box[1];
    const clarke_interval q = clarke_interval_add(clarke_interval_sqr(x), clarke_interval_sqr(y));
    const clarke_interval w = clarke_interval_sub(one, q), w2 = clarke_interval_sqr(w);
    (void)field;
    if (!(w.low > 0.0)) {
        const clarke_interval any[] = {{-INFINITY, INFINITY}, {-INFINITY, INFINITY}};
        clarke_enclosure_add(out, any);
        return;
    }
    const clarke_interval u = clarke_interval_div(clarke_interval_point(d->c), w);
    const clarke_interval below = clarke_interval_add(
        clarke_interval_scale(4.0, clarke_interval_sqr(q)), clarke_interval_sqr(w2));
    const clarke_interval part = clarke_interval_div(
        clarke_interval_scale(4.0, clarke_interval_sqrt(q)), below);            /* 4 r / D */
    const clarke_interval quarter = {0x1.921fb54442d18p0, 0x1.921fb54442d19p0}; /* pi/2 */
    const clarke_interval cosine = clarke_interval_sin(clarke_interval_add(u, quarter));
    const clarke_interval sine = clarke_interval_sin(u);
    const clarke_interval s =
        clarke_interval_sub(clarke_interval_mul(y, cosine), clarke_interval_mul(x, sine));
    const clarke_interval c =
        clarke_interval_add(clarke_interval_mul(x, cosine), clarke_interval_mul(y, sine));
    /* by q: -u/w (1 - A sin - A cos) - A_q sin, with A sin = q (4r/D) S, A_q sin = 2 (4r/D) w^3 (1 + q) S/D. */
    const clarke_interval turned =
        clarke_interval_mul(clarke_interval_mul(q, part), clarke_interval_add(s, c));
    const clarke_interval fall =
        clarke_interval_mul(clarke_interval_div(u, w), clarke_interval_sub(turned, one));
    const clarke_interval grow = clarke_interval_div(
        clarke_interval_mul(clarke_interval_mul(w, w2), clarke_interval_add(one, q)), below);
    const clarke_interval rise =
        clarke_interval_scale(2.0, clarke_interval_mul(clarke_interval_mul(part, s), grow));
    const clarke_interval by_q = clarke_interval_scale(2.0, clarke_interval_sub(fall, rise));
    const clarke_interval turn = clarke_interval_neg(clarke_interval_mul(part, c));
    const clarke_interval small = clarke_interval_exp(clarke_interval_neg(u));
    const clarke_interval g[] = {
        clarke_interval_mul(
            small, clarke_interval_sub(clarke_interval_mul(by_q, x), clarke_interval_mul(turn, y))),
        clarke_interval_mul(small, clarke_interval_add(clarke_interval_mul(by_q, y),
                                                       clarke_interval_mul(turn, x)))};
    clarke_enclosure_add(out, g);
}

static double mexican_hat_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                         bool field)
{
    const mexican_hat_data *d = p->data;
    double middle[2], beyond[2] = {2.0, 0.0};
    const double origin[2] = {0.0, 0.0};
    const double *point[] = {origin, d->point[0], d->point[1], beyond};
    double best = INFINITY;
    (void)field;
    clarke_box_middle(2, box, middle);
    const double r = hypot(middle[0], middle[1]);
    /* Outwards to the circle, and so far that rounding does not put the point inside. */
    const double out = r >= 1.0 ? 1.0 + 8.0 * DBL_EPSILON : (1.0 + 8.0 * DBL_EPSILON) / r;
    if (r > 1e-3) beyond[0] = out * middle[0], beyond[1] = out * middle[1];
    for (size_t i = 0; i < 4; i++) {
        const clarke_interval near[] = {clarke_interval_point(point[i][0]),
                                        clarke_interval_point(point[i][1])};
        best = fmin(best, clarke_box_distance(2, box, near));
    }
    return best;
}

static clarke_status mexican_hat_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const double c = ((const mexican_hat *)params)->c;
    CLARKE_TRY(clarke_problem_size(p, 2, 0.5, -0.625, 0.625, mem));
    mexican_hat_data *d = clarke_alloc(mem, sizeof *d);
    CLARKE_TRY(clarke_arena_status(mem));
    const double q[] = {mexican_hat_root(c, 0.25, 0.0), mexican_hat_root(c, 0.25, 1.0)};
    d->c = c;
    d->bend = mexican_hat_bend_everywhere(c);
    p->smoothness = d->bend;
    for (size_t i = 0; i < 2; i++) {
        const double r = sqrt(q[i]), theta = c / (1.0 - q[i]) - 0.5 * mexican_hat_pi;
        d->point[i][0] = r * cos(theta);
        d->point[i][1] = r * sin(theta);
    }
    p->data = d;
    p->minimum = 0.0;
    p->gradient_bound = 0.0;
    p->plan_growth = (clarke_growth){INFINITY, NAN, NAN};
    return CLARKE_OK;
}

static const clarke_param mexican_hat_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(mexican_hat, n), "2", 2.0, 2.0, NULL, "dimension, always 2"},
    {"c", CLARKE_PARAM_REAL, offsetof(mexican_hat, c), "0.25", 0x1p-20, 1.0, NULL,
     "how flat it is beside the circle"},
    {0}};

static const clarke_certifiable mexican_hat_certifiable[] = {
    {"", -0.625, 0.625, 0.02, 5627, false},
    {0},
};

const clarke_problem_desc clarke_problem_mexican_hat = {
    .title = "Spiral trench around the unit disc",
    .formula =
        "e^{-u} (1 - 4 r^4/(4 r^4 + (1 - r^2)^4) sin(theta - u)), u = c/(1 - r^2), for r < 1; 0 "
        "beyond",
    .source = "Absil, Mahony, Andrews, SIAM J. Optim. 16 (2005), from memory",
    .stationary_set = "{0}, a saddle and a local maximum inside, {r >= 1}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_SMOOTH | CLARKE_TRAIT_REGULAR,
    .params = mexican_hat_params,
    .params_size = sizeof(mexican_hat),
    .make = mexican_hat_make,
    .value = mexican_hat_value,
    .subgradient = mexican_hat_subgradient,
    .clarke_residual = mexican_hat_residual,
    .stationary_distance = mexican_hat_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = mexican_hat_hull_distance,
    .weak_convexity = mexican_hat_weak_convexity,
    .growth = mexican_hat_growth,
    .value_gap = mexican_hat_gap,
    .enclose = mexican_hat_enclose,
    .distance_upper = mexican_hat_distance_upper,
    .certifiable = mexican_hat_certifiable,
    .outside = "where |x| >= 1 f is 0; between the cube and that by hand",
};
