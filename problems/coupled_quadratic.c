/* f(x, y) = sum_i (x_i^2 + y_i^2)/2 + c_i x_i y_i, |c_i| <= 1: every two-block quadratic with unit
   diagonal blocks, up to rotations within the blocks (the singular value decomposition of the
   coupling).

   The gradient of a pair is (x + c y, y + c x): 0 only at 0 for |c| < 1, on the line y = -c x for
   |c| = 1. Eigenvalues 1 - |c| and 1 + |c|: f grows like (1 - |c|) d^2/2, or like d^2 off the line.
   Alternating minimisation x = -c y, y = -c x multiplies y by c^2 in each sweep, f by c^4; the
   exponent is 1/2. */
#include "problems/lib/goldstein.h"
#include "problems/lib/pairs.h"

typedef struct {
    size_t n;
    clarke_list c;
} coupled_quadratic;

static double coupled_quadratic_c(const void *c)
{
    return *(const double *)c;
}

/* (1 - |c|)(x^2 + y^2)/2 + |c| (x +- y)^2/2, so that nothing cancels. */
static double coupled_quadratic_value(const void *c, const double *z)
{
    const double a = fabs(coupled_quadratic_c(c));
    const double sum = z[0] + copysign(z[1], coupled_quadratic_c(c) * z[1]);
    return 0.5 * ((1.0 - a) * (z[0] * z[0] + z[1] * z[1]) + a * sum * sum);
}

static void coupled_quadratic_slope(const void *c, const double *z, double *g)
{
    g[0] = z[0] + coupled_quadratic_c(c) * z[1];
    g[1] = z[1] + coupled_quadratic_c(c) * z[0];
}

static double coupled_quadratic_residual(const void *c, const double *z)
{
    double g[2];
    coupled_quadratic_slope(c, z, g);
    return hypot(g[0], g[1]);
}

static void coupled_quadratic_range(const void *c, const clarke_interval *box,
                                    clarke_interval *centre, clarke_interval *kink,
                                    clarke_interval *arm)
{
    (void)kink, (void)arm;
    for (size_t b = 0; b < 2; b++)
        centre[b] =
            clarke_interval_add(box[b], clarke_interval_scale(coupled_quadratic_c(c), box[1 - b]));
}

static double coupled_quadratic_nearest(const void *c, const double *z, double *s,
                                        clarke_point_kind *kind)
{
    const double sign = coupled_quadratic_c(c);
    *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    s[0] = s[1] = 0.0;
    if (fabs(sign) < 1.0) return hypot(z[0], z[1]);
    s[0] = 0.5 * (z[0] - sign * z[1]);
    s[1] = -sign * s[0];
    return fabs(z[0] + sign * z[1]) * sqrt(0.5);
}

static clarke_growth coupled_quadratic_growth(const void *c, const double *s)
{
    const double a = fabs(coupled_quadratic_c(c));
    (void)s;
    return clarke_growth_make(2.0, a < 1.0 ? 0.5 * (1.0 - a) : 1.0);
}

static double coupled_quadratic_prox(const void *c, size_t b, double weight, const double *z,
                                     double centre)
{
    return (weight * centre - coupled_quadratic_c(c) * z[1 - b]) / (1.0 + weight);
}

static double coupled_quadratic_gradient(const void *c, size_t b, const double *z)
{
    return z[b] + coupled_quadratic_c(c) * z[1 - b];
}

static double coupled_quadratic_lipschitz_of(const void *c, size_t b, const double *z)
{
    (void)c, (void)b, (void)z;
    return 1.0;
}

static const clarke_pair coupled_quadratic_family = {.value = coupled_quadratic_value,
                                                     .slope = coupled_quadratic_slope,
                                                     .residual = coupled_quadratic_residual,
                                                     .range = coupled_quadratic_range,
                                                     .nearest = coupled_quadratic_nearest,
                                                     .growth = coupled_quadratic_growth,
                                                     .gap = coupled_quadratic_value,
                                                     .prox = coupled_quadratic_prox,
                                                     .gradient = coupled_quadratic_gradient,
                                                     .lipschitz = coupled_quadratic_lipschitz_of};

static double coupled_quadratic_lipschitz(const clarke_problem *p, double radius)
{
    return p->smoothness * radius;
}

static double coupled_quadratic_weak_convexity(const clarke_problem *p, double radius)
{
    (void)p, (void)radius;
    return 0.0;
}

static clarke_status coupled_quadratic_make(clarke_problem *p, const void *params,
                                            clarke_arena *mem)
{
    const coupled_quadratic *q = params;
    CLARKE_TRY(clarke_problem_size(p, q->n, 1.75, -2.0, 2.0, mem));
    CLARKE_TRY(clarke_pairs_list(p, &q->c, "c"));
    double largest = 0.0;
    for (size_t i = 0; i < q->c.count; i++) {
        largest = fmax(largest, fabs(q->c.value[i]));
        p->plan_growth =
            clarke_growth_sum(p->plan_growth, coupled_quadratic_growth(&q->c.value[i], NULL));
    }
    for (size_t i = p->n / 2; i < p->n; i++) p->start[i] = -0.25;
    p->minimum = 0.0;
    p->gradient_bound = 0.0;
    p->smoothness = 1.0 + largest;
    if (largest == 1.0) p->traits &= ~(unsigned)CLARKE_TRAIT_COERCIVE;
    return clarke_pairs_make(p, &coupled_quadratic_family, q->c.value,
                             q->c.count == 1 ? 0 : sizeof(double), mem);
}

static const clarke_param coupled_quadratic_params[] = {
    CLARKE_PAIRS_SIZE(coupled_quadratic),
    {"c", CLARKE_PARAM_LIST, offsetof(coupled_quadratic, c), "0.5", -1.0, 1.0, NULL,
     "couplings, one or one for each pair"},
    {0}};

static const clarke_certifiable coupled_quadratic_certifiable[] = {
    {"", -4.0, 4.0, 1e-2, 239, false}, {0}};

const clarke_problem_desc clarke_problem_coupled_quadratic = {
    .title = "Two coupled quadratics",
    .formula = "sum_i (x_i^2 + y_i^2)/2 + c_i x_i y_i",
    .source = "folklore",
    .stationary_set = "pairs: {0}, or {y = -c x} where |c| = 1",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_SMOOTH | CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE |
              CLARKE_TRAIT_DEFINABLE,
    .params = coupled_quadratic_params,
    .params_size = sizeof(coupled_quadratic),
    .make = coupled_quadratic_make,
    CLARKE_PAIRS_ORACLES,
    CLARKE_PAIRS_GRADIENT,
    .lipschitz = coupled_quadratic_lipschitz,
    .weak_convexity = coupled_quadratic_weak_convexity,
    .certifiable = coupled_quadratic_certifiable,
    .outside = "by hand: f is a quadratic form",
};
