/* f(x) = sum_j min(|x_j|, 1) + max(|x_j| - 2, 0): piecewise linear, with flats that are not minima.

   The one-sided slopes of phi are +-1 at 0, (1, 0) at 1, (0, 1) at 2 and mirrored, so the
   subdifferential contains 0 exactly at 0 and on 1 <= |t| <= 2: S = ({0} u [1,2] u [-2,-1])^n. 0 is
   the global minimum, the open flats are flat, |t| = 1 is a weak local maximum, |t| = 2 a weak
   local minimum. Off S |phi'| = 1, so phi changes by exactly d at distance d < 1/2 from S.
   Automatic differentiation sees |t| - relu(|t|-1) + relu(|t|-2) and returns sign t at |t| = 1.
   Random starts come from (2, 4], off S. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
} plateau;

static double plateau_value(const void *c, double t)
{
    (void)c;
    const double a = fabs(t);
    return a <= 1.0 ? a : a <= 2.0 ? 1.0 : 1.0 + (a - 2.0);
}

static double plateau_slope(const void *c, double t)
{
    (void)c;
    const double a = fabs(t);
    return a <= 1.0 || a > 2.0 ? clarke_scalar_sign(t) : 0.0;
}

static clarke_interval plateau_at(const void *c, double t, bool field)
{
    (void)field;
    const double a = fabs(t);
    if (a == 0.0) return (clarke_interval){-1.0, 1.0};
    if (a == 1.0 || a == 2.0)
        return t > 0.0 ? (clarke_interval){0.0, 1.0} : (clarke_interval){-1.0, 0.0};
    return clarke_interval_point(plateau_slope(c, t));
}

static double plateau_next_break(const void *c, double t)
{
    static const double sorted[] = {-2.0, -1.0, 0.0, 1.0, 2.0};
    (void)c;
    return clarke_next_in(5, sorted, t);
}

static double plateau_nearest(const void *c, double t, clarke_point_kind *kind)
{
    (void)c;
    const double a = fabs(t);
    if (a < 0.5) {
        *kind = CLARKE_POINT_GLOBAL_MINIMUM;
        return 0.0;
    }
    *kind = a <= 1.0   ? CLARKE_POINT_LOCAL_MAXIMUM
            : a >= 2.0 ? CLARKE_POINT_LOCAL_MINIMUM
                       : CLARKE_POINT_FLAT;
    return copysign(clarke_scalar_clip(a, 1.0, 2.0), t);
}

static clarke_growth plateau_growth(const void *c, double s)
{
    (void)c, (void)s;
    return clarke_growth_make(1.0, 1.0);
}

static double plateau_prox(const void *c, double step, double t)
{
    const double a = fabs(t);
    const double candidate[] = {clarke_scalar_clip(a - step, 0.0, 1.0),
                                clarke_scalar_clip(a, 1.0, 2.0), fmax(a - step, 2.0)};
    double best = candidate[0], best_value = INFINITY;
    for (size_t i = 0; i < 3; i++) {
        const double y = candidate[i];
        const double value = plateau_value(c, y) + (y - a) * (y - a) / (2.0 * step);
        if (value < best_value) best = y, best_value = value;
    }
    return copysign(best, t);
}

static clarke_scalar_facts plateau_facts(const void *c)
{
    (void)c;
    return (clarke_scalar_facts){0.0, {1.0, 1.0, NAN}, 1.0};
}

static clarke_interval plateau_enclose(const void *c, clarke_interval t, bool field)
{
    (void)c, (void)field;
    const clarke_interval a = clarke_interval_abs(t);
    const bool slope = clarke_interval_meets(a, 0.0, 1.0) || a.high >= 2.0;
    const bool flat = clarke_interval_meets(a, 1.0, 2.0);
    const clarke_interval size = {flat ? 0.0 : 1.0, slope ? 1.0 : 0.0};
    return clarke_interval_mul(size, clarke_interval_sign(t));
}

static void plateau_declared(const void *c, double t, bool field, clarke_interval *low,
                             clarke_interval *high)
{
    (void)c, (void)field;
    const double a = fabs(t) < 0.5 ? 0.0 : 1.0, b = 2.0 * a;
    *low = clarke_interval_point(t < 0.0 ? -b : a);
    *high = clarke_interval_point(t < 0.0 ? -a : b);
}

static const clarke_scalar plateau_scalar = {
    .value = plateau_value,
    .slope = plateau_slope,
    .at = plateau_at,
    .next_break = plateau_next_break,
    .nearest = plateau_nearest,
    .growth = plateau_growth,
    .prox = plateau_prox,
    .facts = plateau_facts,
    .enclose = plateau_enclose,
    .declared = plateau_declared,
};

static clarke_status plateau_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const plateau *a = params;
    CLARKE_TRY(clarke_problem_size(p, a->n, 3.0, 2.25, 4.0, mem));
    return clarke_separable_make(p, &plateau_scalar, a, 0, mem);
}

static const clarke_param plateau_params[] = {CLARKE_SIZE_PARAM(plateau, "1"), {0}};

static const clarke_certifiable plateau_certifiable[] = {{"n=1", -8.0, 8.0, 1e-4, 183, false},
                                                         {"n=2", -8.0, 8.0, 1e-2, 14815, false},
                                                         {"n=3", -4.0, 4.0, 2e-1, 27311, false},
                                                         {0}};

const clarke_problem_desc clarke_problem_plateau = {
    .title = "Plateau",
    .formula = "sum_j min(|x_j|, 1) + max(|x_j| - 2, 0)",
    .source = "derived",
    .stationary_set = "({0} u [1,2] u [-2,-1])^n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE |
              CLARKE_TRAIT_POLYHEDRAL,
    .params = plateau_params,
    .params_size = sizeof(plateau),
    .make = plateau_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = plateau_certifiable,
    .outside = "by hand: phi' = +-1 for |t| > 2",
    .prox = clarke_separable_prox,
};
