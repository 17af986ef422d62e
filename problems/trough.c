/* f(x) = sum_j max(1 - |x_j|, 0, |x_j| - 2): piecewise linear, with flats that are the minima.

   The one-sided slopes of phi are (1, -1) at 0, (-1, 0) at 1, (0, 1) at 2 and mirrored, so the
   subdifferential contains 0 exactly at 0 and on 1 <= |t| <= 2: S = ({0} u [1,2] u [-2,-1])^n. The
   flats are the global minima, 0 is a concave kink, the local maximum. Off S |phi'| = 1, so phi
   changes by exactly d at distance d < 1/2 from S. Automatic differentiation sees relu(1 - |t|) +
   relu(|t| - 2) and returns 0 on S. Random starts come from (2, 4], off S. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
} trough;

static double trough_value(const void *c, double t)
{
    (void)c;
    const double a = fabs(t);
    return fmax(fmax(1.0 - a, 0.0), a - 2.0);
}

static double trough_slope(const void *c, double t)
{
    (void)c;
    const double a = fabs(t);
    return a < 1.0 ? -clarke_scalar_sign(t) : a > 2.0 ? clarke_scalar_sign(t) : 0.0;
}

static clarke_interval trough_at(const void *c, double t, bool field)
{
    (void)field;
    if (t == 0.0) return (clarke_interval){-1.0, 1.0};
    if (t == 1.0 || t == -2.0) return (clarke_interval){-1.0, 0.0};
    if (t == -1.0 || t == 2.0) return (clarke_interval){0.0, 1.0};
    return clarke_interval_point(trough_slope(c, t));
}

static double trough_next_break(const void *c, double t)
{
    static const double sorted[] = {-2.0, -1.0, 0.0, 1.0, 2.0};
    (void)c;
    return clarke_next_in(5, sorted, t);
}

static double trough_nearest(const void *c, double t, clarke_point_kind *kind)
{
    (void)c;
    const double a = fabs(t);
    *kind = a < 0.5 ? CLARKE_POINT_LOCAL_MAXIMUM : CLARKE_POINT_GLOBAL_MINIMUM;
    return a < 0.5 ? 0.0 : copysign(clarke_scalar_clip(a, 1.0, 2.0), t);
}

static clarke_growth trough_growth(const void *c, double s)
{
    (void)c, (void)s;
    return clarke_growth_make(1.0, 1.0);
}

/* phi is convex on the side of t, which is the nearer one: slope -1, 0, 1 on its three pieces. */
static double trough_prox(const void *c, double step, double t)
{
    (void)c;
    const double a = fabs(t);
    const double y = a <= 1.0 ? fmin(a + step, 1.0) : a <= 2.0 ? a : fmax(a - step, 2.0);
    return copysign(y, t);
}

static clarke_scalar_facts trough_facts(const void *c)
{
    (void)c;
    return (clarke_scalar_facts){0.0, {1.0, 1.0, NAN}, 1.0};
}

static clarke_interval trough_enclose(const void *c, clarke_interval t, bool field)
{
    (void)c, (void)field;
    const clarke_interval a = clarke_interval_abs(t);
    const bool inner = clarke_interval_meets(a, 0.0, 1.0), outer = a.high >= 2.0;
    const bool flat = clarke_interval_meets(a, 1.0, 2.0);
    const clarke_interval size = {inner ? -1.0 : flat ? 0.0 : 1.0, outer ? 1.0 : flat ? 0.0 : -1.0};
    return clarke_interval_mul(size, clarke_interval_sign(t));
}

static void trough_declared(const void *c, double t, bool field, clarke_interval *low,
                            clarke_interval *high)
{
    (void)c, (void)field;
    const double a = fabs(t) < 0.5 ? 0.0 : 1.0, b = 2.0 * a;
    *low = clarke_interval_point(t < 0.0 ? -b : a);
    *high = clarke_interval_point(t < 0.0 ? -a : b);
}

static const clarke_scalar trough_scalar = {
    .value = trough_value,
    .slope = trough_slope,
    .at = trough_at,
    .next_break = trough_next_break,
    .nearest = trough_nearest,
    .growth = trough_growth,
    .prox = trough_prox,
    .facts = trough_facts,
    .enclose = trough_enclose,
    .declared = trough_declared,
};

static clarke_status trough_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const trough *t = params;
    CLARKE_TRY(clarke_problem_size(p, t->n, 3.0, 2.25, 4.0, mem));
    return clarke_separable_make(p, &trough_scalar, t, 0, mem);
}

static const clarke_param trough_params[] = {CLARKE_SIZE_PARAM(trough, "1"), {0}};

static const clarke_certifiable trough_certifiable[] = {
    {"n=1", -8.0, 8.0, 1e-4, 183, false}, {"n=2", -8.0, 8.0, 1e-2, 14815, false}, {0}};

const clarke_problem_desc clarke_problem_trough = {
    .title = "Trough",
    .formula = "sum_j max(1 - |x_j|, 0, |x_j| - 2)",
    .source = "derived",
    .stationary_set = "({0} u [1,2] u [-2,-1])^n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE |
              CLARKE_TRAIT_POLYHEDRAL,
    .params = trough_params,
    .params_size = sizeof(trough),
    .make = trough_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = trough_certifiable,
    .outside = "by hand: phi' = +-1 for |t| > 2",
    .prox = clarke_separable_prox,
};
