/* f(x) = (x_1 - 1)^2/4 + sum_{i<n} |r_i|, r_i = x_{i+1} - 2 x_i^2 + 1, n >= 2: the first
   nonsmooth Chebyshev-Rosenbrock function of Nesterov (Gurbuzbalaban, Overton, Nonlinear Anal.
   75, 2012).

   A smooth function and convex functions of smooth ones: regular, 4-weakly convex, and
     {(x_1 - 1)/2 e_1 + sum t_i (e_{i+1} - 4 x_i e_i) : t_i in Sign(r_i)}
   is the subdifferential, with equality. If 0 is in it, component n gives t_{n-1} = 0 and
   component i gives t_{i-1} = 4 x_i t_i, so t = 0, hence x_1 = 1 and r = 0: S = {(1,...,1)}, the
   minimum.

   Growth: to first order the slowest direction is (1, 4, ..., 4^{n-1}), along r = 0, where f =
   (x_1 - 1)^2/4 = d^2/4 * 15/(16^n - 1).

   Hull over B(z, r): the signs with |r_i(z)| <= r sqrt(16 (|z_i| + r)^2 + 1) are free, and the
   gradients at fixed signs move by at most 4.5 r: component i of their difference is (1/2 [i =
   1] - 4 t_i) (y_i - z_i). */
#include "problems/lib/goldstein.h"
#include "problems/lib/scalar.h"
#include "problems/lib/zonotope.h"

typedef struct {
    size_t n;
} ncr1;

static double ncr1_residual_at(const double *x, size_t i)
{
    return x[i + 1] - 2.0 * x[i] * x[i] + 1.0;
}

/* r_i is formed with an error of at most eps/2 (3 |x_{i+1}| + 10 x_i^2 + 1), the rounding of the
   coordinates themselves included. */
static double ncr1_rounding(const double *x, size_t i)
{
    return 3.0 * DBL_EPSILON * (fabs(x[i + 1]) + 2.0 * x[i] * x[i] + 1.0);
}

static double ncr1_value(const clarke_problem *p, const double *x)
{
    double sum = 0.25 * (x[0] - 1.0) * (x[0] - 1.0);
    for (size_t i = 0; i + 1 < p->n; i++) sum += fabs(ncr1_residual_at(x, i));
    return sum;
}

static void ncr1_subgradient(const clarke_problem *p, const double *x, double *g)
{
    g[0] = 0.5 * (x[0] - 1.0);
    for (size_t i = 0; i + 1 < p->n; i++) {
        const double t = clarke_scalar_sign(ncr1_residual_at(x, i));
        g[i] -= 4.0 * t * x[i];
        g[i + 1] = t;
    }
}

static clarke_chain_result ncr1_shortest(const clarke_problem *p, const double *x, double r)
{
    clarke_chain *chain = p->data;
    clarke_chain_clear(chain);
    clarke_chain_term(chain, 0, 0.5 * (x[0] - 1.0), 0.0, 1.0);
    for (size_t i = 0; i + 1 < p->n; i++) {
        const double value = ncr1_residual_at(x, i), side = fabs(x[i]) + r;
        const double reach = ncr1_rounding(x, i) + r * sqrt(16.0 * side * side + 1.0);
        const double sign = fabs(value) <= reach ? 0.0 : clarke_scalar_sign(value);
        clarke_chain_term(chain, i, -4.0 * x[i], 1.0, sign);
    }
    return clarke_chain_shortest(chain);
}

static double ncr1_clarke_residual(const clarke_problem *p, const double *x)
{
    return ncr1_shortest(p, x, 0.0).distance;
}

static double ncr1_stationary_distance(const clarke_problem *p, const double *x, double *nearest,
                                       clarke_point_kind *kind)
{
    double square = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        square += (x[i] - 1.0) * (x[i] - 1.0);
        if (nearest) nearest[i] = 1.0;
    }
    if (kind) *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return sqrt(square);
}

static double ncr1_hull_distance(const clarke_problem *p, const double *z, double r)
{
    return fmax(0.0, ncr1_shortest(p, z, r).low - 4.5 * r);
}

/* |x_1 - 1|/2, then the unit entries of n - 1 terms, then 4 |x|. */
static double ncr1_lipschitz(const clarke_problem *p, double radius)
{
    return 0.5 * (radius + 1.0) + sqrt((double)(p->n - 1)) + 4.0 * radius;
}

static double ncr1_weak_convexity(const clarke_problem *p, double radius)
{
    (void)p, (void)radius;
    return 4.0;
}

/* 16^n overflows from n = 256 on: there the growth is quadratic with a constant below every number.
   */
static clarke_growth ncr1_growth(const clarke_problem *p, const double *x)
{
    (void)x;
    if (p->n > 255) return (clarke_growth){NAN, NAN, NAN};
    return clarke_growth_make(2.0, 3.75 / (ldexp(1.0, 4 * (int)p->n) - 1.0));
}

static void ncr1_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                         clarke_enclosure *out)
{
    clarke_interval v[CLARKE_ENCLOSURE_DIMENSION] = {{0.0, 0.0}};
    (void)field;
    for (size_t i = 0; i < p->n; i++) v[i] = clarke_interval_point(0.0);
    v[0] = clarke_interval_scale(0.5, clarke_interval_minus(box[0], 1.0));
    clarke_enclosure_add(out, v);
    v[0] = clarke_interval_point(0.0);
    for (size_t i = 0; i + 1 < p->n; i++) {
        const clarke_interval rise = clarke_interval_scale(2.0, clarke_interval_sqr(box[i]));
        const clarke_interval r =
            clarke_interval_minus(clarke_interval_sub(box[i + 1], rise), -1.0);
        v[i] = clarke_interval_scale(-4.0, box[i]);
        v[i + 1] = clarke_interval_point(1.0);
        clarke_enclosure_segment(out, clarke_interval_sign(r), v);
        v[i] = clarke_interval_point(0.0);
    }
}

static double ncr1_distance_upper(const clarke_problem *p, const clarke_interval *box, bool field)
{
    clarke_interval near[CLARKE_ENCLOSURE_DIMENSION];
    (void)field;
    for (size_t i = 0; i < p->n; i++) near[i] = clarke_interval_point(1.0);
    return clarke_box_distance(p->n, box, near);
}

static clarke_status ncr1_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    CLARKE_TRY(clarke_problem_size(p, ((const ncr1 *)params)->n, 0.5, -2.0, 2.0, mem));
    clarke_chain *chain = clarke_alloc(mem, sizeof *chain);
    CLARKE_TRY(clarke_arena_status(mem));
    p->data = chain;
    p->start[0] = -1.5;
    p->minimum = 0.0;
    p->gradient_bound = ncr1_lipschitz(p, sqrt((double)p->n));
    p->plan_growth = ncr1_growth(p, NULL);
    return clarke_chain_init(chain, p->n, p->n - 1, mem);
}

static const clarke_param ncr1_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(ncr1, n), "2", 2.0, 0x1p53, NULL, "dimension"}, {0}};

static const clarke_certifiable ncr1_certifiable[] = {
    {"n=2", -8.0, 8.0, 1e-2, 1675, false}, {"n=3", -3.0, 3.0, 2e-2, 38205, false}, {0}};

const clarke_problem_desc clarke_problem_ncr1 = {
    .title = "Nonsmooth Chebyshev-Rosenbrock, first form",
    .formula = "(x_1 - 1)^2/4 + sum_{i<n} |x_{i+1} - 2 x_i^2 + 1|",
    .source = "Gurbuzbalaban, Overton, Nonlinear Anal. 75 (2012) 1282-1289; the set is derived",
    .stationary_set = "{(1,...,1)}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = ncr1_params,
    .params_size = sizeof(ncr1),
    .make = ncr1_make,
    .value = ncr1_value,
    .subgradient = ncr1_subgradient,
    .clarke_residual = ncr1_clarke_residual,
    .stationary_distance = ncr1_stationary_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = ncr1_hull_distance,
    .lipschitz = ncr1_lipschitz,
    .weak_convexity = ncr1_weak_convexity,
    .growth = ncr1_growth,
    .enclose = ncr1_enclose,
    .distance_upper = ncr1_distance_upper,
    .certifiable = ncr1_certifiable,
    .outside = "by hand: the proof of the set holds everywhere",
};
