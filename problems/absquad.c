/* f(x) = sum_j |x_j^2 - 1|: robust phase retrieval with orthonormal measurements of a unit signal.

   phi(t) = |t^2 - 1| has phi' = 2t sign(t^2 - 1), which vanishes off the kinks only at 0; the
   subdifferential at 1 is [-2, 2]. So S = {-1, 0, 1}^n: the signs are global minima, 0 is a smooth
   local maximum. phi is the maximum of t^2 - 1 and 1 - t^2, both 2-weakly convex at worst, so phi
   is regular and 2-weakly convex on all of R. Growth: |t^2 - 1| = 2d +- d^2 at distance d of +-1, 1
   - phi = d^2 at 0. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
} absquad;

static double absquad_value(const void *c, double t)
{
    (void)c;
    return fabs((t - 1.0) * (t + 1.0));
}

static double absquad_slope(const void *c, double t)
{
    (void)c;
    return 2.0 * t * clarke_scalar_sign(fabs(t) - 1.0);
}

static clarke_interval absquad_at(const void *c, double t, bool field)
{
    (void)field;
    if (fabs(t) == 1.0) return (clarke_interval){-2.0, 2.0};
    return clarke_interval_point(absquad_slope(c, t));
}

static double absquad_next_break(const void *c, double t)
{
    (void)c;
    return t < -1.0 ? -1.0 : t < 1.0 ? 1.0 : INFINITY;
}

static double absquad_nearest(const void *c, double t, clarke_point_kind *kind)
{
    (void)c;
    const double s = clarke_scalar_well(t);
    *kind = s == 0.0 ? CLARKE_POINT_LOCAL_MAXIMUM : CLARKE_POINT_GLOBAL_MINIMUM;
    return s;
}

static clarke_growth absquad_growth(const void *c, double s)
{
    (void)c;
    return s == 0.0 ? clarke_growth_make(2.0, 1.0) : clarke_growth_make(1.0, 2.0);
}

/* By the sign of y^2 - 1 in y - x + t phi'(y) = 0. For t >= 1/2 the inner piece is concave and its
   best point is the kink. */
static double absquad_prox(const void *c, double step, double t)
{
    (void)c;
    const double a = fabs(t);
    if (a > 1.0 + 2.0 * step) return copysign(a / (1.0 + 2.0 * step), t);
    if (a >= 1.0 - 2.0 * step) return copysign(1.0, t);
    return t / (1.0 - 2.0 * step);
}

static double absquad_weak_convexity(const void *c, double radius)
{
    (void)c, (void)radius;
    return 2.0;
}

static clarke_scalar_facts absquad_facts(const void *c)
{
    (void)c;
    return (clarke_scalar_facts){0.0, {1.0, 2.0, NAN}, 2.0};
}

static clarke_interval absquad_enclose(const void *c, clarke_interval t, bool field)
{
    (void)c, (void)field;
    const clarke_interval side =
        clarke_interval_sign(clarke_interval_minus(clarke_interval_abs(t), 1.0));
    return clarke_interval_mul(clarke_interval_scale(2.0, t), side);
}

/* |t^2 - 1| where +-1 is nearest, -t^2 where 0 is. */
static double absquad_value_gap(const clarke_problem *p, const double *x)
{
    double sum = 0.0;
    for (size_t j = 0; j < p->n; j++)
        sum += clarke_scalar_well(x[j]) == 0.0 ? -x[j] * x[j] : absquad_value(NULL, x[j]);
    return sum;
}

static const clarke_scalar absquad_scalar = {
    .value = absquad_value,
    .slope = absquad_slope,
    .at = absquad_at,
    .next_break = absquad_next_break,
    .nearest = absquad_nearest,
    .growth = absquad_growth,
    .prox = absquad_prox,
    .weak_convexity = absquad_weak_convexity,
    .facts = absquad_facts,
    .enclose = absquad_enclose,
};

static clarke_status absquad_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const absquad *a = params;
    CLARKE_TRY(clarke_problem_size(p, a->n, 1.75, -2.0, 2.0, mem));
    return clarke_separable_make(p, &absquad_scalar, a, 0, mem);
}

static const clarke_param absquad_params[] = {CLARKE_SIZE_PARAM(absquad, "1"), {0}};

static const clarke_certifiable absquad_certifiable[] = {{"n=1", -8.0, 8.0, 1e-4, 179, false},
                                                         {"n=2", -8.0, 8.0, 1e-3, 1583, false},
                                                         {"n=3", -4.0, 4.0, 1e-2, 9423, false},
                                                         {0}};

const clarke_problem_desc clarke_problem_absquad = {
    .title = "Absolute quadratic",
    .formula = "sum_j |x_j^2 - 1|",
    .source = "derived; robust phase retrieval in one dimension",
    .stationary_set = "{-1, 0, 1}^n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE |
              CLARKE_TRAIT_DEFINABLE,
    .params = absquad_params,
    .params_size = sizeof(absquad),
    .make = absquad_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    .value_gap = absquad_value_gap,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = absquad_certifiable,
    .outside = "by hand: x_j phi' = 2 x_j^2 > 0 for |x_j| > 1",
    .prox = clarke_separable_prox,
};
