/* f(x, y) = sum_i |x_i - y_i| + (x_i - 1)^2/2 + (y_i - 1)^2/2: a kink that couples the two blocks,
   on which alternating minimisation stops.

   f is strongly convex with the minimum at (1, 1), where 0 is the middle of the segment (x - 1,
   y - 1) + [-1, 1] (1, -1): S = {1}. f >= d^2/2 with equality on x = y. The block minimiser moves x
   towards 1 only as far as y lets it: the clip of y to [0, 2]. So every x = y = t with |t - 1| <= 1
   stays, at residual sqrt 2 |t - 1|: minimal in each block, stationary only at t = 1. */
#include "problems/lib/goldstein.h"
#include "problems/lib/pairs.h"

typedef struct {
    size_t n;
} abs_coupling;

static double abs_coupling_value(const void *c, const double *z)
{
    (void)c;
    return fabs(z[0] - z[1]) + 0.5 * ((z[0] - 1.0) * (z[0] - 1.0) + (z[1] - 1.0) * (z[1] - 1.0));
}

static void abs_coupling_slope(const void *c, const double *z, double *g)
{
    const double sign = clarke_scalar_sign(z[0] - z[1]);
    (void)c;
    g[0] = z[0] - 1.0 + sign;
    g[1] = z[1] - 1.0 - sign;
}

/* On the kink the middle of the segment is its shortest point. */
static double abs_coupling_residual(const void *c, const double *z)
{
    double g[2];
    abs_coupling_slope(c, z, g);
    return hypot(g[0], g[1]);
}

static void abs_coupling_range(const void *c, const clarke_interval *box, clarke_interval *centre,
                               clarke_interval *kink, clarke_interval *arm)
{
    (void)c;
    for (size_t b = 0; b < 2; b++) centre[b] = clarke_interval_minus(box[b], 1.0);
    *kink = clarke_interval_sign(clarke_interval_sub(box[0], box[1]));
    arm[0] = clarke_interval_point(1.0), arm[1] = clarke_interval_point(-1.0);
}

static double abs_coupling_nearest(const void *c, const double *z, double *s,
                                   clarke_point_kind *kind)
{
    (void)c;
    s[0] = s[1] = 1.0;
    *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return hypot(z[0] - 1.0, z[1] - 1.0);
}

static clarke_growth abs_coupling_growth(const void *c, const double *s)
{
    (void)c, (void)s;
    return clarke_growth_make(2.0, 0.5);
}

static double abs_coupling_prox(const void *c, size_t b, double weight, const double *z,
                                double centre)
{
    const double v = (1.0 + weight * centre) / (1.0 + weight), reach = 1.0 / (1.0 + weight);
    (void)c;
    return fabs(z[1 - b] - v) <= reach ? z[1 - b] : v + copysign(reach, z[1 - b] - v);
}

static const clarke_pair abs_coupling_family = {.value = abs_coupling_value,
                                                .slope = abs_coupling_slope,
                                                .residual = abs_coupling_residual,
                                                .range = abs_coupling_range,
                                                .nearest = abs_coupling_nearest,
                                                .growth = abs_coupling_growth,
                                                .gap = abs_coupling_value,
                                                .prox = abs_coupling_prox};

/* The kinks give at most sqrt 2 a pair, the rest is |z - 1|. */
static double abs_coupling_lipschitz(const clarke_problem *p, double radius)
{
    return 2.0 * sqrt((double)p->n) + radius;
}

static double abs_coupling_weak_convexity(const clarke_problem *p, double radius)
{
    (void)p, (void)radius;
    return 0.0;
}

static clarke_status abs_coupling_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const abs_coupling *a = params;
    CLARKE_TRY(clarke_problem_size(p, a->n, 1.75, -2.0, 2.0, mem));
    for (size_t i = p->n / 2; i < p->n; i++) p->start[i] = 0.5;
    p->minimum = 0.0;
    p->gradient_bound = sqrt((double)p->n);
    p->plan_growth = clarke_growth_make(2.0, 0.5);
    return clarke_pairs_make(p, &abs_coupling_family, NULL, 0, mem);
}

static const clarke_param abs_coupling_params[] = {CLARKE_PAIRS_SIZE(abs_coupling), {0}};

static const clarke_certifiable abs_coupling_certifiable[] = {{"", -4.0, 4.0, 1e-2, 159, false},
                                                              {0}};

const clarke_problem_desc clarke_problem_abs_coupling = {
    .title = "Absolute coupling",
    .formula = "sum_i |x_i - y_i| + (x_i - 1)^2/2 + (y_i - 1)^2/2",
    .source = "derived",
    .stationary_set = "{1}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = abs_coupling_params,
    .params_size = sizeof(abs_coupling),
    .make = abs_coupling_make,
    CLARKE_PAIRS_ORACLES,
    .lipschitz = abs_coupling_lipschitz,
    .weak_convexity = abs_coupling_weak_convexity,
    .certifiable = abs_coupling_certifiable,
    .outside = "by hand: f is strictly convex",
};
