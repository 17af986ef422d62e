/* f(x, y) = |x y|: the axes cross.

   Off the axes the gradient is +-(y, x), not 0; at (x, 0) the subdifferential is {0} x [-|x|, |x|],
   at (0, y) likewise: S = {x y = 0}, the global minima. f is the larger of xy and -xy: regular and
   1-weakly convex. At (x, 0) f = |x| d; at 0 f >= d^2 with the distance d = min(|x|, |y|), equality
   on the diagonals.

   Hull over B(z, r): where the ball misses the axes the gradients are those of +-xy, a ball of
   radius r around +-(y, x); elsewhere 0 is in it. Both are exact. */
#include "problems/lib/scalar.h"

typedef struct {
    size_t n;
} abs_product;

static double abs_product_value(const clarke_problem *p, const double *x)
{
    (void)p;
    return fabs(x[0] * x[1]);
}

static void abs_product_subgradient(const clarke_problem *p, const double *x, double *g)
{
    (void)p;
    const double sign = clarke_scalar_sign(x[0]) * clarke_scalar_sign(x[1]);
    g[0] = sign * x[1];
    g[1] = sign * x[0];
}

static double abs_product_stationary_distance(const clarke_problem *p, const double *x,
                                              double *nearest, clarke_point_kind *kind)
{
    (void)p;
    const size_t small = fabs(x[0]) <= fabs(x[1]) ? 0 : 1;
    if (nearest) nearest[small] = 0.0, nearest[1 - small] = x[1 - small];
    if (kind) *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return fabs(x[small]);
}

static double abs_product_hull_distance(const clarke_problem *p, const double *z, double r)
{
    if (abs_product_stationary_distance(p, z, NULL, NULL) <= r) return 0.0;
    return fmax(clarke_scalar_norm(2, z) - r, 0.0);
}

static double abs_product_clarke_residual(const clarke_problem *p, const double *x)
{
    return abs_product_hull_distance(p, x, 0.0);
}

static clarke_interval abs_product_goldstein_residual(const clarke_problem *p, const double *x,
                                                      double delta)
{
    return clarke_interval_point(abs_product_hull_distance(p, x, delta));
}

/* For x >= y >= 0 and t < 1 the objective is convex on the quadrant: its minimum has u + t v = x
   and v + t u = y, or v = 0 where that v would be negative. For t >= 1 the zero of the gradient is
   a saddle and the best point is on an axis, v = 0 too. */
static void abs_product_prox(const clarke_problem *p, double t, const double *x, double *y)
{
    (void)p;
    const size_t small = fabs(x[0]) <= fabs(x[1]) ? 0 : 1;
    const double a = fabs(x[1 - small]), b = fabs(x[small]);
    y[small] = 0.0, y[1 - small] = x[1 - small];
    if (b <= t * a) return;
    const double scale = (1.0 - t) * (1.0 + t);
    y[1 - small] = copysign((a - t * b) / scale, x[1 - small]);
    y[small] = copysign((b - t * a) / scale, x[small]);
}

/* |x| |other| + weight (x - centre)^2/2: soft thresholding; on the other axis every x is as good. */
static void abs_product_block_prox(const clarke_problem *p, size_t block, double weight,
                                   const double *x, const double *centre, double *y)
{
    const double other = fabs(x[1 - block]);
    (void)p;
    *y = *centre;
    if (other == 0.0) return;
    *y = weight > 0.0 ? copysign(fmax(fabs(*centre) - other / weight, 0.0), *centre) : 0.0;
}

static double abs_product_lipschitz(const clarke_problem *p, double radius)
{
    (void)p;
    return radius;
}

static double abs_product_weak_convexity(const clarke_problem *p, double radius)
{
    (void)p, (void)radius;
    return 1.0;
}

static clarke_growth abs_product_growth(const clarke_problem *p, const double *x)
{
    (void)p;
    const double a = fmax(fabs(x[0]), fabs(x[1]));
    return a == 0.0 ? clarke_growth_make(2.0, 1.0) : clarke_growth_make(1.0, a);
}

static void abs_product_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                                clarke_enclosure *out)
{
    const clarke_interval sign =
        clarke_interval_mul(clarke_interval_sign(box[0]), clarke_interval_sign(box[1]));
    const clarke_interval swapped[] = {box[1], box[0]};
    (void)p, (void)field;
    /* The larger of xy and -xy: the hull of +-(y, x) where xy can be 0. */
    clarke_enclosure_segment(out, clarke_interval_clip(sign, -1.0, 1.0), swapped);
}

static double abs_product_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                         bool field)
{
    (void)p, (void)field;
    return fmin(clarke_interval_mag(box[0]), clarke_interval_mag(box[1]));
}

static clarke_status abs_product_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    (void)params;
    CLARKE_TRY(clarke_problem_size(p, 2, 1.75, -2.0, 2.0, mem));
    static const clarke_block block[] = {{"x", 0, 1, 1}, {"y", 1, 1, 1}};
    p->layout = (clarke_layout){2, block};
    p->start[1] = -1.25;
    p->minimum = 0.0;
    p->gradient_bound = p->box_high;
    p->plan_growth = clarke_growth_make(2.0, 1.0); /* at the crossing, the slowest */
    return CLARKE_OK;
}

static const clarke_param abs_product_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(abs_product, n), "2", 2.0, 2.0, NULL, "dimension, always 2"},
    {0}};

static const clarke_certifiable abs_product_certifiable[] = {{"", -4.0, 4.0, 1e-2, 18255, false},
                                                             {0}};

const clarke_problem_desc clarke_problem_abs_product = {
    .title = "Absolute product",
    .formula = "|x y|",
    .source = "derived",
    .stationary_set = "{x y = 0}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_DEFINABLE,
    .params = abs_product_params,
    .params_size = sizeof(abs_product),
    .make = abs_product_make,
    .value = abs_product_value,
    .subgradient = abs_product_subgradient,
    .clarke_residual = abs_product_clarke_residual,
    .stationary_distance = abs_product_stationary_distance,
    .goldstein_residual = abs_product_goldstein_residual,
    .hull_distance = abs_product_hull_distance,
    .prox = abs_product_prox,
    .lipschitz = abs_product_lipschitz,
    .weak_convexity = abs_product_weak_convexity,
    .growth = abs_product_growth,
    .value_gap = abs_product_value,
    .block_prox = abs_product_block_prox,
    .enclose = abs_product_enclose,
    .distance_upper = abs_product_distance_upper,
    .certifiable = abs_product_certifiable,
    .outside = "by hand: f is positively homogeneous, so the cube shows all directions",
};
