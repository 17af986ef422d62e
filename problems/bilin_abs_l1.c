/* f(x, y) = sum_i |x_i y_i - 1| + lambda (|x_i| + |y_i|), lambda > 0: on a curve of its pairs block
   coordinate descent is stuck.

   The larger of xy - 1 and 1 - xy, and convex functions: regular and 1-weakly convex, so the
   subdifferential of a pair is {sigma (y, x) + lambda (s, t)}, sigma, s, t in the sign sets of xy -
   1, x, y. 0 is in it for xy > 1 never (y and s have one sign); for xy < 1 (sigma = -1) at x =
   lambda t, y = lambda s, that is (0, 0) or, if lambda < 1, +-(lambda, lambda); for xy = 1 at |x| =
   |y| = 1 with sigma = -lambda, lambda <= 1. So S has for each pair (0, 0), +-(lambda, lambda) if
   lambda < 1, +-(1, 1) if lambda <= 1.
   (0, 0): a minimum, f = 1 + lambda (|x| + |y|) - xy, growth lambda d. (lambda, lambda): f = 1 +
   lambda^2 - (x - lambda)(y - lambda), a saddle with curvatures +-1. (1, 1): f = 2 lambda; along xy
   = 1 f grows by lambda d^2/2, across it linearly: a minimum for lambda < 1; for lambda = 1 f falls
   as -d^2/2 towards 0: a saddle. All of xy = 1 with lambda <= |x| <= 1/lambda minimises each block.

   Hull over B(z, r), derived: sigma is free where |xy - 1| can vanish (xy moves by at most |z| r +
   r^2/2), s and t where x and y can; the hull is within r of that zonotope at z.
   xy has three roundings, its own and those of x and y: |xy - 1| <= 2 eps counts as xy = 1. */
#include "problems/lib/bilinear.h"

static double bilin_abs_l1_value(double lambda, double x, double y)
{
    return fabs(x * y - 1.0) + lambda * (fabs(x) + fabs(y));
}

static void bilin_abs_l1_slope(double lambda, double x, double y, double g[2])
{
    const double sigma = clarke_scalar_sign(x * y - 1.0);
    g[0] = sigma * y + lambda * clarke_scalar_sign(x);
    g[1] = sigma * x + lambda * clarke_scalar_sign(y);
}

/* The shortest element of the zonotope for one sigma. */
static double bilin_abs_l1_length(double lambda, double x, double y, double r, double sigma)
{
    return hypot(clarke_bilinear_entry(lambda, sigma * y, sigma * y, x, r),
                 clarke_bilinear_entry(lambda, sigma * x, sigma * x, y, r));
}

/* The squared length is convex and C^1 in sigma, on intervals the sum of (sigma y + a)^2 and (sigma
   x + b)^2 with a, b in {-lambda, lambda}, or of one of them, or 0: its minimiser is the vertex of
   one of these, or an end. */
static double bilin_abs_l1_shortest(double lambda, double x, double y, double r)
{
    const double shift[] = {-lambda, 0.0, lambda};
    double best =
        fmin(bilin_abs_l1_length(lambda, x, y, r, -1.0), bilin_abs_l1_length(lambda, x, y, r, 1.0));
    for (size_t i = 0; i < 3; i++) {
        for (size_t j = 0; j < 3; j++) {
            /* A shift of 0 stands for an entry that is 0 on the interval. */
            const double u = shift[i] == 0.0 ? 0.0 : y, v = shift[j] == 0.0 ? 0.0 : x;
            const double square = u * u + v * v, product = u * shift[i] + v * shift[j];
            const double vertex = square > 0.0 ? clarke_scalar_clip(-product / square, -1.0, 1.0)
                                               : 0.0;
            best = fmin(best, bilin_abs_l1_length(lambda, x, y, r, vertex));
        }
    }
    return best;
}

static double bilin_abs_l1_hull(double lambda, double x, double y, double r)
{
    const double gap = x * y - 1.0, change = hypot(x, y) * r + 0.5 * r * r;
    const double rounding = 2.0 * DBL_EPSILON * (r > 0.0 ? 1.0 + fabs(x * y) : 1.0);
    const double d = fabs(gap) <= change + rounding
                         ? bilin_abs_l1_shortest(lambda, x, y, r)
                         : bilin_abs_l1_length(lambda, x, y, r, clarke_scalar_sign(gap));
    return fmax(d - r, 0.0);
}

static double bilin_abs_l1_lipschitz(const clarke_problem *p, double radius)
{
    return radius + ((const clarke_bilinear *)p->data)->lambda * sqrt((double)p->n);
}

static double bilin_abs_l1_weak_convexity(const clarke_problem *p, double radius)
{
    (void)p, (void)radius;
    return 1.0;
}

static void bilin_abs_l1_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                                 clarke_enclosure *out)
{
    clarke_interval factor[CLARKE_ENCLOSURE_DIMENSION];
    (void)field;
    for (size_t i = 0; i < p->n / 2; i++)
        factor[i] = clarke_interval_sign(clarke_bilinear_gap(p, box, i));
    clarke_bilinear_enclose(p, box, factor, out);
}

static clarke_status bilin_abs_l1_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const clarke_bilinear_params *b = params;
    const double lambda = b->lambda, root = sqrt((double)b->n);
    clarke_bilinear family = {
        .value = bilin_abs_l1_value, .slope = bilin_abs_l1_slope, .hull = bilin_abs_l1_hull};
    clarke_bilinear_point *s = family.point;
    s[0] =
        (clarke_bilinear_point){0.0, CLARKE_POINT_LOCAL_MINIMUM, clarke_growth_make(1.0, lambda)};
    s[1] = (clarke_bilinear_point){1.0, CLARKE_POINT_LOCAL_MINIMUM,
                                   clarke_growth_make(2.0, 0.5 * lambda)};
    s[2] = (clarke_bilinear_point){lambda, CLARKE_POINT_SADDLE, clarke_growth_make(2.0, 0.5)};
    if (lambda == 1.0) s[1].kind = CLARKE_POINT_SADDLE;
    family.points = lambda < 1.0 ? 3 : lambda == 1.0 ? 2 : 1;
    CLARKE_TRY(clarke_bilinear_make(p, b, family, mem));
    /* At (1, 1) and (0, 0). */
    p->gradient_bound = lambda < 1.0 ? root * (1.0 + lambda) : root * lambda;
    return CLARKE_OK;
}

static const clarke_param bilin_abs_l1_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(clarke_bilinear_params, n), "2", 2.0, 0x1p53, NULL,
     "dimension, even"},
    {"lambda", CLARKE_PARAM_REAL, offsetof(clarke_bilinear_params, lambda), "0.25", 0x1p-10, 0x1p10,
     NULL, "weight of the l1 norm"},
    {0}};

static const clarke_certifiable bilin_abs_l1_certifiable[] = {
    {"lambda=0.25", -8.0, 8.0, 1e-3, 1827, false},
    {"lambda=0.75", -8.0, 8.0, 1e-3, 963, false},
    {"lambda=2", -8.0, 8.0, 1e-3, 275, false},
    {"n=4,lambda=0.75", -2.0, 2.0, 5e-2, 13999, false},
    {0}};

const clarke_problem_desc clarke_problem_bilin_abs_l1 = {
    .title = "Bilinear absolute loss with l1 norm",
    .formula = "sum_i |x_i y_i - 1| + lambda (|x_i| + |y_i|)",
    .source = "derived",
    .stationary_set = "pairs: (0, 0); +-(lambda, lambda) if lambda < 1; +-(1, 1) if lambda <= 1",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = bilin_abs_l1_params,
    .params_size = sizeof(clarke_bilinear_params),
    .make = bilin_abs_l1_make,
    CLARKE_BILINEAR_ORACLES,
    .lipschitz = bilin_abs_l1_lipschitz,
    .weak_convexity = bilin_abs_l1_weak_convexity,
    .enclose = bilin_abs_l1_enclose,
    .certifiable = bilin_abs_l1_certifiable,
    .outside = "by hand: the proof of the set holds everywhere",
};
