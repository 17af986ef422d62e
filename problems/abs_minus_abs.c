/* f(x) = |x_1| - |x_2| + |x_3| - ... : a saddle kink and nothing else.

   Every coordinate has the subdifferential [-1, 1] at 0 and a slope of length 1 elsewhere, so S =
   {0}: a minimum along the odd coordinates, a maximum along the even ones, from which f falls
   without bound. No point attracts. Neither regular nor weakly convex. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
} abs_minus_abs;

/* The context is the sign of the coordinate: 1 or -1. */
static double abs_minus_abs_value(const void *c, double t)
{
    return *(const double *)c * fabs(t);
}

static double abs_minus_abs_slope(const void *c, double t)
{
    return *(const double *)c * clarke_scalar_sign(t);
}

static clarke_interval abs_minus_abs_at(const void *c, double t, bool field)
{
    (void)field;
    if (t == 0.0) return (clarke_interval){-1.0, 1.0};
    return clarke_interval_point(abs_minus_abs_slope(c, t));
}

static double abs_minus_abs_next_break(const void *c, double t)
{
    (void)c;
    return t < 0.0 ? 0.0 : INFINITY;
}

static double abs_minus_abs_nearest(const void *c, double t, clarke_point_kind *kind)
{
    (void)t;
    *kind = *(const double *)c > 0.0 ? CLARKE_POINT_LOCAL_MINIMUM : CLARKE_POINT_LOCAL_MAXIMUM;
    return 0.0;
}

static clarke_growth abs_minus_abs_growth(const void *c, double s)
{
    (void)c, (void)s;
    return clarke_growth_make(1.0, 1.0);
}

static double abs_minus_abs_prox(const void *c, double step, double t)
{
    return copysign(fmax(fabs(t) - *(const double *)c * step, 0.0), t);
}

static double abs_minus_abs_weak_convexity(const void *c, double radius)
{
    (void)radius;
    return *(const double *)c > 0.0 ? 0.0 : NAN;
}

static clarke_scalar_facts abs_minus_abs_facts(const void *c)
{
    const double minimum = *(const double *)c > 0.0 ? 0.0 : -INFINITY;
    return (clarke_scalar_facts){minimum, {NAN, NAN, NAN}, 1.0};
}

static clarke_interval abs_minus_abs_enclose(const void *c, clarke_interval t, bool field)
{
    (void)field;
    return clarke_interval_scale(*(const double *)c, clarke_interval_sign(t));
}

static const clarke_scalar abs_minus_abs_scalar = {
    .value = abs_minus_abs_value,
    .slope = abs_minus_abs_slope,
    .at = abs_minus_abs_at,
    .next_break = abs_minus_abs_next_break,
    .nearest = abs_minus_abs_nearest,
    .growth = abs_minus_abs_growth,
    .prox = abs_minus_abs_prox,
    .weak_convexity = abs_minus_abs_weak_convexity,
    .facts = abs_minus_abs_facts,
    .enclose = abs_minus_abs_enclose,
};

static clarke_status abs_minus_abs_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const abs_minus_abs *a = params;
    CLARKE_TRY(clarke_problem_size(p, a->n, 1.75, -2.0, 2.0, mem));
    double *sign = clarke_vec(mem, p->n);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t j = 0; j < p->n; j++) sign[j] = j % 2 == 0 ? 1.0 : -1.0;
    return clarke_separable_make(p, &abs_minus_abs_scalar, sign, sizeof *sign, mem);
}

static const clarke_param abs_minus_abs_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(abs_minus_abs, n), "2", 2.0, 0x1p53, NULL, "dimension"},
    {0}};

static const clarke_certifiable abs_minus_abs_certifiable[] = {
    {"n=2", -8.0, 8.0, 1e-3, 231, false}, {"n=3", -8.0, 8.0, 1e-2, 527, false}, {0}};

const clarke_problem_desc clarke_problem_abs_minus_abs = {
    .title = "Absolute value minus absolute value",
    .formula = "|x_1| - |x_2| + |x_3| - ...",
    .source = "derived",
    .stationary_set = "{0}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE | CLARKE_TRAIT_POLYHEDRAL,
    .params = abs_minus_abs_params,
    .params_size = sizeof(abs_minus_abs),
    .make = abs_minus_abs_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = abs_minus_abs_certifiable,
    .outside = "by hand: the slopes are +-1 off 0",
    .prox = clarke_separable_prox,
};
