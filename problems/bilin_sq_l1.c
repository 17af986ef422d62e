/* f(x, y) = sum_i (x_i y_i - 1)^2 / 2 + lambda (|x_i| + |y_i|), lambda > 0: the nonsmooth part is
   separable, so what block coordinate descent finds is stationary.

   The subdifferential of a pair is the box r (y, x) + lambda (s, t), r = xy - 1, s, t in the sign
   sets of x, y: regular. At x = 0 r = -1 and the second entry is lambda t: only (0, 0). Else |r y| =
   |r x| = lambda and r xy < 0, so |x| = |y| and 0 < xy < 1: +-(t, t) with t (1 - t^2) = lambda. S
   has for each pair (0, 0) and, for lambda < 2/(3 sqrt 3), both roots t in (0, 1).
   (0, 0): a minimum, f = 1/2 + lambda (|x| + |y|) - xy + ..., growth lambda d. (t, t): the Hessian
   has the eigenvalues 3 t^2 - 1 and 1 - t^2: the larger root is a minimum, the smaller a saddle. At
   lambda = 2/(3 sqrt 3) they merge; within 2^-20 of that the roots are lost to rounding, and lambda
   is refused.
   The Hessian of (xy-1)^2/2 is at least -1 - |z|^2/2 (equality at x = -y), the weak convexity.

   Hull over B(z, r), derived: r moves by at most e = |z| r + r^2/2, x and y by r; interval products
   and the sign sets over the ball bound each entry. */
#include "problems/lib/bilinear.h"

static double bilin_sq_l1_value(double lambda, double x, double y)
{
    const double r = x * y - 1.0;
    return 0.5 * r * r + lambda * (fabs(x) + fabs(y));
}

static void bilin_sq_l1_slope(double lambda, double x, double y, double g[2])
{
    const double r = x * y - 1.0;
    g[0] = r * y + lambda * clarke_scalar_sign(x);
    g[1] = r * x + lambda * clarke_scalar_sign(y);
}

/* Entry `t` of the hull: the residual in [low, high] times the other variable in [u - r, u + r]. */
static double bilin_sq_l1_entry(double lambda, double low, double high, double u, double t,
                                double r)
{
    const double product[] = {low * (u - r), low * (u + r), high * (u - r), high * (u + r)};
    const double least = fmin(fmin(product[0], product[1]), fmin(product[2], product[3]));
    const double most = fmax(fmax(product[0], product[1]), fmax(product[2], product[3]));
    return clarke_bilinear_entry(lambda, least, most, t, r);
}

static double bilin_sq_l1_hull(double lambda, double x, double y, double r)
{
    const double gap = x * y - 1.0, change = hypot(x, y) * r + 0.5 * r * r;
    const double low = gap - change, high = gap + change;
    return hypot(bilin_sq_l1_entry(lambda, low, high, y, x, r),
                 bilin_sq_l1_entry(lambda, low, high, x, y, r));
}

/* |r| |z| + sqrt(2) lambda for a pair, |xy| <= |z|^2/2. */
static double bilin_sq_l1_lipschitz(const clarke_problem *p, double radius)
{
    return radius * (1.0 + 0.5 * radius * radius) +
           ((const clarke_bilinear *)p->data)->lambda * sqrt((double)p->n);
}

static double bilin_sq_l1_weak_convexity(const clarke_problem *p, double radius)
{
    (void)p;
    return 1.0 + 0.5 * radius * radius;
}

/* The root of t - t^3 = lambda on the side of 1/sqrt 3 where `end` (0 or 1) is: bisection down to
   neighbouring numbers. */
static double bilin_sq_l1_root(double lambda, double end)
{
    double below = end, above = 1.0 / sqrt(3.0); /* t - t^3 <= lambda, > lambda */
    for (;;) {
        const double t = 0.5 * (below + above);
        if (t == below || t == above) return t;
        if (t * (1.0 - t) * (1.0 + t) <= lambda)
            below = t;
        else
            above = t;
    }
}

static void bilin_sq_l1_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                                clarke_enclosure *out)
{
    clarke_interval factor[CLARKE_ENCLOSURE_DIMENSION];
    (void)field;
    for (size_t i = 0; i < p->n / 2; i++) factor[i] = clarke_bilinear_gap(p, box, i);
    clarke_bilinear_enclose(p, box, factor, out);
}

static clarke_status bilin_sq_l1_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const clarke_bilinear_params *b = params;
    const double lambda = b->lambda, fold = 2.0 / (3.0 * sqrt(3.0));
    if (fabs(lambda - fold) < 0x1p-20)
        return clarke_fail(CLARKE_EINPUT,
                           "%s: lambda=%.9g is too near to 2/(3 sqrt 3), where two points of the "
                           "stationary set merge",
                           p->id, lambda);
    clarke_bilinear family = {.value = bilin_sq_l1_value,
                              .slope = bilin_sq_l1_slope,
                              .hull = bilin_sq_l1_hull,
                              .points = lambda < fold ? 3 : 1};
    family.point[0] =
        (clarke_bilinear_point){0.0, CLARKE_POINT_LOCAL_MINIMUM, clarke_growth_make(1.0, lambda)};
    for (size_t k = 1; k < family.points; k++) {
        const double t = bilin_sq_l1_root(lambda, k == 1 ? 1.0 : 0.0);
        const double bend = fmin(fabs(3.0 * t * t - 1.0), (1.0 - t) * (1.0 + t));
        family.point[k] =
            (clarke_bilinear_point){t, k == 1 ? CLARKE_POINT_LOCAL_MINIMUM : CLARKE_POINT_SADDLE,
                                    clarke_growth_make(2.0, 0.5 * bend)};
    }
    CLARKE_TRY(clarke_bilinear_make(p, b, family, mem));
    p->gradient_bound = lambda * sqrt((double)p->n); /* at 0 */
    return CLARKE_OK;
}

static const clarke_param bilin_sq_l1_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(clarke_bilinear_params, n), "2", 2.0, 0x1p53, NULL,
     "dimension, even"},
    {"lambda", CLARKE_PARAM_REAL, offsetof(clarke_bilinear_params, lambda), "0.25", 0x1p-10, 0x1p10,
     NULL, "weight of the l1 norm"},
    {0}};

static const clarke_certifiable bilin_sq_l1_certifiable[] = {
    {"lambda=0.375", -8.0, 8.0, 1e-3, 1947, false},
    {"lambda=0.25", -8.0, 8.0, 1e-3, 1111, false},
    {"lambda=1", -8.0, 8.0, 1e-3, 327, false},
    {0}};

const clarke_problem_desc clarke_problem_bilin_sq_l1 = {
    .title = "Bilinear squared loss with l1 norm",
    .formula = "sum_i (x_i y_i - 1)^2 / 2 + lambda (|x_i| + |y_i|)",
    .source = "derived",
    .stationary_set = "pairs: (0, 0) and +-(t, t) with t (1 - t^2) = lambda, 0 < t < 1",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = bilin_sq_l1_params,
    .params_size = sizeof(clarke_bilinear_params),
    .make = bilin_sq_l1_make,
    CLARKE_BILINEAR_ORACLES,
    .lipschitz = bilin_sq_l1_lipschitz,
    .weak_convexity = bilin_sq_l1_weak_convexity,
    .enclose = bilin_sq_l1_enclose,
    .certifiable = bilin_sq_l1_certifiable,
    .outside = "by hand: the proof of the set holds everywhere",
};
