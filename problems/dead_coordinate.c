/* f(x, y) = |x|: the second coordinate does not matter.

   The subdifferential is [-1, 1] x {0} on x = 0 and (sign x, 0) elsewhere, so S is the line x = 0,
   all of it global minima, and f is the distance to S. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
} dead_coordinate;

/* The context is 1 for x, 0 for y. */
static double dead_coordinate_value(const void *c, double t)
{
    return *(const double *)c * fabs(t);
}

static double dead_coordinate_slope(const void *c, double t)
{
    return *(const double *)c * clarke_scalar_sign(t);
}

static clarke_interval dead_coordinate_at(const void *c, double t, bool field)
{
    (void)field;
    const double w = *(const double *)c;
    if (t == 0.0) return (clarke_interval){-w, w};
    return clarke_interval_point(dead_coordinate_slope(c, t));
}

static double dead_coordinate_next_break(const void *c, double t)
{
    (void)c;
    return t < 0.0 ? 0.0 : INFINITY;
}

static double dead_coordinate_nearest(const void *c, double t, clarke_point_kind *kind)
{
    *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return *(const double *)c == 0.0 ? t : 0.0;
}

static clarke_growth dead_coordinate_growth(const void *c, double s)
{
    (void)s;
    if (*(const double *)c == 0.0) return (clarke_growth){NAN, NAN, NAN};
    return clarke_growth_make(1.0, 1.0);
}

static double dead_coordinate_prox(const void *c, double step, double t)
{
    return copysign(fmax(fabs(t) - *(const double *)c * step, 0.0), t);
}

static double dead_coordinate_weak_convexity(const void *c, double radius)
{
    (void)c, (void)radius;
    return 0.0;
}

static clarke_scalar_facts dead_coordinate_facts(const void *c)
{
    return (clarke_scalar_facts){0.0, dead_coordinate_growth(c, 0.0), *(const double *)c};
}

static clarke_interval dead_coordinate_enclose(const void *c, clarke_interval t, bool field)
{
    (void)field;
    return clarke_interval_scale(*(const double *)c, clarke_interval_sign(t));
}

static void dead_coordinate_declared(const void *c, double t, bool field, clarke_interval *low,
                                     clarke_interval *high)
{
    (void)t, (void)field;
    const bool dead = *(const double *)c == 0.0;
    *low = clarke_interval_point(dead ? -INFINITY : 0.0);
    *high = clarke_interval_point(dead ? INFINITY : 0.0);
}

static const clarke_scalar dead_coordinate_scalar = {
    .value = dead_coordinate_value,
    .slope = dead_coordinate_slope,
    .at = dead_coordinate_at,
    .next_break = dead_coordinate_next_break,
    .nearest = dead_coordinate_nearest,
    .growth = dead_coordinate_growth,
    .prox = dead_coordinate_prox,
    .weak_convexity = dead_coordinate_weak_convexity,
    .facts = dead_coordinate_facts,
    .enclose = dead_coordinate_enclose,
    .declared = dead_coordinate_declared,
};

static clarke_status dead_coordinate_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    static const double weight[] = {1.0, 0.0};
    (void)params;
    CLARKE_TRY(clarke_problem_size(p, 2, 1.0, -2.0, 2.0, mem));
    p->start[1] = 0.5;
    return clarke_separable_make(p, &dead_coordinate_scalar, weight, sizeof(double), mem);
}

static const clarke_param dead_coordinate_params[] = {{"n", CLARKE_PARAM_COUNT,
                                                       offsetof(dead_coordinate, n), "2", 2.0, 2.0,
                                                       NULL, "dimension, always 2"},
                                                      {0}};

static const clarke_certifiable dead_coordinate_certifiable[] = {
    {"", -8.0, 8.0, 1e-2, 12279, false}, {0}};

const clarke_problem_desc clarke_problem_dead_coordinate = {
    .title = "A dead coordinate",
    .formula = "|x|, of (x, y)",
    .source = "derived",
    .stationary_set = "{(0, y)}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE |
              CLARKE_TRAIT_POLYHEDRAL,
    .params = dead_coordinate_params,
    .params_size = sizeof(dead_coordinate),
    .make = dead_coordinate_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = dead_coordinate_certifiable,
    .outside = "by hand: |x| has slope +-1 off x = 0",
    .prox = clarke_separable_prox,
};
