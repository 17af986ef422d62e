/* f(v2, u2, v1, u1, w1) = w (v2 - y)^2/2 + gamma [(v2 - u2)^2 + (u2 - v1)^2 + (v1 - u1_+)^2 +
   (u1 - w1)^2]/2, y > 0: a network of two layers on one sample with all of its variables split
   off.

   u1 > 0: all differences are 0 at a zero of the gradient: the point y (1, 1, 1, 1, 1), f = 0.
   u1 < 0: w1 = u1, and v2, u2, v1 are four springs in a row between y and 0 that carry the same
   force F = y/(1/w + 3/gamma): v1 = F/gamma, u2 = 2 v1, v2 = 3 v1, f = y F/2, for every u1. u1 =
   0: w1 = 0 from the last entry; the entry of u1, gamma (0 - w1) - gamma v1 [0, 1], has 0. So S
   is that point and the dead ray u1 = w1 <= 0: local minima for u1 < 0, and at its end f falls
   with u1. The growth is half the smallest eigenvalue of the springs, d^2.

   The entry of u1 for v1 > 0 is an interval that no descent can leave to the left: at u1 = 0 the
   kink is concave. The block minimiser over u1 compares both branches, so it leaves the ray
   where u1 is near 0: it has a stationary point that alternating minimisation does not keep. */
#include "problems/lib/goldstein.h"
#include "problems/lib/scalar.h"

#include <lapacke.h>
#include <string.h>

typedef struct {
    size_t n;
    double y, w, gamma;
} relu_chain_params_type;

typedef struct {
    double y, w, gamma;
    double dead[3];         /* v2, u2, v1 on the ray */
    clarke_growth top, ray; /* at the point; on the ray */
} relu_chain;

enum { V2, U2, V1, U1, W1 };

static const relu_chain *relu_chain_of(const clarke_problem *p)
{
    return p->data;
}

/* The springs with y and the middle one's relu replaced by their arguments. */
static double relu_chain_energy(const relu_chain *c, double y, double middle, const double *x)
{
    const double a = x[V2] - y, b = x[V2] - x[U2], d = x[U2] - x[V1], e = x[V1] - middle;
    const double f = x[U1] - x[W1];
    return 0.5 * c->w * a * a + 0.5 * c->gamma * (b * b + d * d + e * e + f * f);
}

static double relu_chain_value(const clarke_problem *p, const double *x)
{
    return relu_chain_energy(relu_chain_of(p), relu_chain_of(p)->y, fmax(x[U1], 0.0), x);
}

/* All but the kink's share of the entry of u1. */
static void relu_chain_smooth(const relu_chain *c, const double *x, double *g)
{
    g[V2] = c->w * (x[V2] - c->y) + c->gamma * (x[V2] - x[U2]);
    g[U2] = c->gamma * ((x[U2] - x[V2]) + (x[U2] - x[V1]));
    g[V1] = c->gamma * ((x[V1] - x[U2]) + (x[V1] - fmax(x[U1], 0.0)));
    g[U1] = c->gamma * (x[U1] - x[W1]);
    g[W1] = c->gamma * (x[W1] - x[U1]);
}

static void relu_chain_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const relu_chain *c = relu_chain_of(p);
    relu_chain_smooth(c, x, g);
    if (x[U1] > 0.0) g[U1] += c->gamma * (x[U1] - x[V1]);
}

static double relu_chain_residual(const clarke_problem *p, const double *x)
{
    const relu_chain *c = relu_chain_of(p);
    double g[5];
    relu_chain_subgradient(p, x, g);
    if (x[U1] == 0.0) {
        const double full = g[U1] - c->gamma * x[V1];
        g[U1] = clarke_interval_distance((clarke_interval){fmin(g[U1], full), fmax(g[U1], full)});
    }
    const double d = clarke_scalar_norm(5, g);
    /* The declared points are rounded once or twice, and sums of them are formed. */
    return d <= 4.0 * DBL_EPSILON * (c->w + c->gamma) * c->y && x[U1] <= 0.0 ? 0.0 : d;
}

static double relu_chain_to_point(const relu_chain *c, const double *x)
{
    double d = 0.0;
    for (size_t j = 0; j < 5; j++) d = hypot(d, x[j] - c->y);
    return d;
}

static double relu_chain_to_ray(const relu_chain *c, const double *x, double s[5])
{
    double d = 0.0;
    memcpy(s, c->dead, sizeof c->dead);
    s[U1] = s[W1] = fmin(0.5 * (x[U1] + x[W1]), 0.0);
    for (size_t j = 0; j < 5; j++) d = hypot(d, x[j] - s[j]);
    return d;
}

static double relu_chain_distance(const clarke_problem *p, const double *x, double *nearest,
                                  clarke_point_kind *kind)
{
    const relu_chain *c = relu_chain_of(p);
    double s[5];
    const double point = relu_chain_to_point(c, x), ray = relu_chain_to_ray(c, x, s);
    if (kind)
        *kind = point <= ray  ? CLARKE_POINT_GLOBAL_MINIMUM
                : s[U1] < 0.0 ? CLARKE_POINT_LOCAL_MINIMUM
                              : CLARKE_POINT_MONOTONE;
    for (size_t j = 0; nearest && j < 5; j++) nearest[j] = point <= ray ? c->y : s[j];
    return fmin(point, ray);
}

static double relu_chain_hull(const clarke_problem *p, const double *z, double r)
{
    const relu_chain *c = relu_chain_of(p);
    clarke_interval b[5], g[5];
    double d = 0.0;
    if (r == 0.0) return relu_chain_residual(p, z);
    for (size_t j = 0; j < 5; j++) b[j] = clarke_interval_widen(z[j] - r, z[j] + r);
    const clarke_interval relu = clarke_interval_relu(b[U1]);
    const clarke_interval middle = clarke_interval_sub(b[V1], relu);
    g[V2] = clarke_interval_add(clarke_interval_scale(c->w, clarke_interval_minus(b[V2], c->y)),
                                clarke_interval_scale(c->gamma, clarke_interval_sub(b[V2], b[U2])));
    g[U2] = clarke_interval_scale(c->gamma, clarke_interval_add(clarke_interval_sub(b[U2], b[V2]),
                                                                clarke_interval_sub(b[U2], b[V1])));
    g[V1] = clarke_interval_scale(c->gamma,
                                  clarke_interval_add(clarke_interval_sub(b[V1], b[U2]), middle));
    const clarke_interval link = clarke_interval_sub(b[U1], b[W1]);
    g[U1] = clarke_interval_scale(
        c->gamma,
        clarke_interval_sub(link, clarke_interval_mul(clarke_interval_step(b[U1]), middle)));
    g[W1] = clarke_interval_scale(c->gamma, clarke_interval_neg(link));
    for (size_t j = 0; j < 5; j++) d = hypot(d, clarke_interval_distance(g[j]));
    d *= 1.0 - 8.0 * DBL_EPSILON;
    /* What counts as stationary up to rounding. */
    return d <= 8.0 * DBL_EPSILON * (c->w + c->gamma) * c->y ? 0.0 : d;
}

/* |grad| <= w (|v2| + y) + the norm of the springs, at most 4 gamma |x|. */
static double relu_chain_lipschitz(const clarke_problem *p, double radius)
{
    const relu_chain *c = relu_chain_of(p);
    return c->w * (radius + c->y) + 4.0 * c->gamma * radius;
}

static clarke_growth relu_chain_growth(const clarke_problem *p, const double *x)
{
    clarke_point_kind kind;
    double s[5];
    relu_chain_distance(p, x, s, &kind);
    if (kind == CLARKE_POINT_GLOBAL_MINIMUM) return relu_chain_of(p)->top;
    /* Beside the end of the ray f falls within the distance to it. */
    if (s[U1] > -0.0625) return (clarke_growth){NAN, NAN, NAN};
    return relu_chain_of(p)->ray;
}

/* On the ray's side f - f* is the energy of the deviations. */
static double relu_chain_value_gap(const clarke_problem *p, const double *x)
{
    const relu_chain *c = relu_chain_of(p);
    double s[5], e[5];
    if (relu_chain_to_point(c, x) <= relu_chain_to_ray(c, x, s)) return relu_chain_value(p, x);
    if (x[U1] > 0.0) return relu_chain_value(p, x) - relu_chain_value(p, s);
    for (size_t j = 0; j < 5; j++) e[j] = x[j] - s[j];
    return relu_chain_energy(c, 0.0, 0.0, e);
}

/* argmin gamma (u_+ - v)^2/2 + scale (u - b)^2/2: the better one of both sides. */
static double relu_chain_relu(double gamma, double v, double scale, double b)
{
    const double right = fmax((gamma * v + scale * b) / (gamma + scale), 0.0), left = fmin(b, 0.0);
    const double at_right = 0.5 * gamma * (right - v) * (right - v) +
                            0.5 * scale * (right - b) * (right - b);
    const double at_left = 0.5 * gamma * v * v + 0.5 * scale * (left - b) * (left - b);
    return at_right < at_left ? right : left;
}

static void relu_chain_block_prox(const clarke_problem *p, size_t block, double weight,
                                  const double *x, const double *centre, double *y)
{
    const relu_chain *c = relu_chain_of(p);
    const double gamma = c->gamma, own = weight * *centre;
    switch (block) {
    case V2: *y = (c->w * c->y + gamma * x[U2] + own) / (c->w + gamma + weight); return;
    case U2: *y = (gamma * (x[V2] + x[V1]) + own) / (2.0 * gamma + weight); return;
    case V1: *y = (gamma * (x[U2] + fmax(x[U1], 0.0)) + own) / (2.0 * gamma + weight); return;
    case U1:
        *y =
            relu_chain_relu(gamma, x[V1], gamma + weight, (gamma * x[W1] + own) / (gamma + weight));
        return;
    default: *y = (gamma * x[U1] + own) / (gamma + weight); return;
    }
}

/* The smallest eigenvalue of the first `n` springs, v2, u2, v1, u1, w1; the last one is fixed to 0
   if `grounded`. */
static double relu_chain_eigenvalue(const relu_chain *c, int n, bool grounded)
{
    double diagonal[5], off[4];
    for (int j = 0; j < n; j++) diagonal[j] = 2.0 * c->gamma;
    for (int j = 0; j + 1 < n; j++) off[j] = -c->gamma;
    diagonal[0] = c->w + c->gamma;
    if (!grounded) diagonal[n - 1] = c->gamma;
    LAPACKE_dsterf(n, diagonal, off);
    return diagonal[0];
}

static clarke_status relu_chain_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    static const clarke_block block[] = {
        {"v2", V2, 1, 1}, {"u2", U2, 1, 1}, {"v1", V1, 1, 1}, {"u1", U1, 1, 1}, {"w1", W1, 1, 1}};
    const relu_chain_params_type *q = params;
    relu_chain *c = clarke_alloc(mem, sizeof *c);
    CLARKE_TRY(clarke_problem_size(p, 5, 0.25, -2.0, 2.0, mem));
    CLARKE_TRY(clarke_arena_status(mem));
    const double unit = q->y / (q->gamma / q->w + 3.0);
    *c = (relu_chain){
        .y = q->y, .w = q->w, .gamma = q->gamma, .dead = {3.0 * unit, 2.0 * unit, unit}};
    const double top = relu_chain_eigenvalue(c, 5, false);
    const double ray = fmin(relu_chain_eigenvalue(c, 3, true), 2.0 * c->gamma);
    c->top = clarke_growth_make(2.0, 0.5 * top);
    c->ray = clarke_growth_make(2.0, 0.5 * ray);
    p->data = c;
    p->layout = (clarke_layout){5, block};
    p->minimum = 0.0;
    p->gradient_bound = c->gamma * unit;
    p->plan_growth = clarke_growth_slower(c->top, c->ray);
    return CLARKE_OK;
}

static const clarke_param relu_chain_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(relu_chain_params_type, n), "5", 5.0, 5.0, NULL,
     "dimension, always 5"},
    {"y", CLARKE_PARAM_REAL, offsetof(relu_chain_params_type, y), "1", 0x1p-10, 0x1p10, NULL,
     "the label"},
    {"w", CLARKE_PARAM_REAL, offsetof(relu_chain_params_type, w), "1", 0x1p-10, 0x1p10, NULL,
     "weight of the loss"},
    {"gamma", CLARKE_PARAM_REAL, offsetof(relu_chain_params_type, gamma), "1.3", 0x1p-10, 0x1p10,
     NULL, "weight of the couplings"},
    {0}};

const clarke_problem_desc clarke_problem_relu_chain = {
    .title = "Split chain with a relu",
    .formula = "w (v2 - y)^2/2 + gamma [(v2 - u2)^2 + (u2 - v1)^2 + (v1 - relu(u1))^2 + (u1 - "
               "w1)^2]/2",
    .source = "derived; block coordinate descent for networks, arXiv 1803.00225, in one variable",
    .stationary_set = "{y 1} u {v2 = 3 v1, u2 = 2 v1, v1 = y/(gamma/w + 3), u1 = w1 <= 0}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = relu_chain_params,
    .params_size = sizeof(relu_chain_params_type),
    .make = relu_chain_make,
    .value = relu_chain_value,
    .subgradient = relu_chain_subgradient,
    .clarke_residual = relu_chain_residual,
    .stationary_distance = relu_chain_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = relu_chain_hull,
    .lipschitz = relu_chain_lipschitz,
    .growth = relu_chain_growth,
    .value_gap = relu_chain_value_gap,
    .block_prox = relu_chain_block_prox,
};
