/* f(x, y) = sum_{i<=m} |x_i| + sum_{j<=k} (y_j^2/2 - |y_j|): a minimum kink across, a maximum kink
   along.

   The subdifferential is a product: [-1, 1] at x_i = 0 and sign x_i elsewhere; [-1, 1] at y_j = 0
   and y_j - sign y_j elsewhere. So S = {0}^m x {-1, 0, 1}^k; y in {-1, 1}^k are the global minima,
   the rest saddle kinks. Growth: |x| = d; y^2/2 - |y| = -1/2 + d^2/2 at +-1 and -d + d^2/2 at 0.
   Not regular, not weakly convex (k > 0). */
#include "problems/lib/separable.h"

typedef struct {
    size_t m, k;
} saddle_kink;

/* The context is the weight of the quadratic: 0 for x, 1 for y. */
static double saddle_kink_value(const void *c, double t)
{
    return *(const double *)c == 0.0 ? fabs(t) : 0.5 * t * t - fabs(t);
}

static double saddle_kink_slope(const void *c, double t)
{
    const double sign = clarke_scalar_sign(t);
    return *(const double *)c == 0.0 ? sign : t - sign;
}

static clarke_interval saddle_kink_at(const void *c, double t, bool field)
{
    (void)field;
    if (t == 0.0) return (clarke_interval){-1.0, 1.0};
    return clarke_interval_point(saddle_kink_slope(c, t));
}

static double saddle_kink_next_break(const void *c, double t)
{
    (void)c;
    return t < 0.0 ? 0.0 : INFINITY;
}

static double saddle_kink_nearest(const void *c, double t, clarke_point_kind *kind)
{
    *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    if (*(const double *)c == 0.0) return 0.0;
    if (fabs(t) >= 0.5) return copysign(1.0, t);
    *kind = CLARKE_POINT_LOCAL_MAXIMUM;
    return 0.0;
}

static clarke_growth saddle_kink_growth(const void *c, double s)
{
    (void)c;
    return s == 0.0 ? clarke_growth_make(1.0, 1.0) : clarke_growth_make(2.0, 0.5);
}

static double saddle_kink_prox(const void *c, double step, double t)
{
    if (*(const double *)c == 0.0) return copysign(fmax(fabs(t) - step, 0.0), t);
    return copysign((fabs(t) + step) / (1.0 + step), t);
}

static double saddle_kink_weak_convexity(const void *c, double radius)
{
    (void)radius;
    return *(const double *)c == 0.0 ? 0.0 : NAN;
}

static clarke_scalar_facts saddle_kink_facts(const void *c)
{
    if (*(const double *)c == 0.0) return (clarke_scalar_facts){0.0, {1.0, 1.0, NAN}, 1.0};
    return (clarke_scalar_facts){-0.5, {2.0, 0.5, 1.0}, 0.0};
}

static clarke_interval saddle_kink_enclose(const void *c, clarke_interval t, bool field)
{
    (void)field;
    const clarke_interval sign = clarke_interval_sign(t);
    return *(const double *)c == 0.0 ? sign : clarke_interval_sub(t, sign);
}

static const clarke_scalar saddle_kink_scalar = {
    .value = saddle_kink_value,
    .slope = saddle_kink_slope,
    .at = saddle_kink_at,
    .next_break = saddle_kink_next_break,
    .nearest = saddle_kink_nearest,
    .growth = saddle_kink_growth,
    .prox = saddle_kink_prox,
    .weak_convexity = saddle_kink_weak_convexity,
    .facts = saddle_kink_facts,
    .enclose = saddle_kink_enclose,
};

static clarke_status saddle_kink_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const saddle_kink *s = params;
    CLARKE_TRY(clarke_problem_size(p, s->m + s->k, 1.75, -2.0, 2.0, mem));
    double *weight = clarke_vec(mem, p->n);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t j = s->m; j < p->n; j++) weight[j] = 1.0, p->start[j] = 0.25;
    return clarke_separable_make(p, &saddle_kink_scalar, weight, sizeof(double), mem);
}

static const clarke_param saddle_kink_params[] = {
    {"m", CLARKE_PARAM_COUNT, offsetof(saddle_kink, m), "1", 0.0, 0x1p52, NULL, "coordinates |x|"},
    {"k", CLARKE_PARAM_COUNT, offsetof(saddle_kink, k), "1", 0.0, 0x1p52, NULL,
     "coordinates y^2/2 - |y|"},
    {0}};

static const clarke_certifiable saddle_kink_certifiable[] = {
    {"", -8.0, 8.0, 1e-4, 711, false},
    {"m=1,k=2", -4.0, 4.0, 1e-2, 3231, false},
    {"m=2,k=1", -4.0, 4.0, 1e-2, 1167, false},
    {0}};

const clarke_problem_desc clarke_problem_saddle_kink = {
    .title = "Saddle kinks",
    .formula = "sum_{i<=m} |x_i| + sum_{j<=k} y_j^2/2 - |y_j|",
    .source = "derived",
    .stationary_set = "{0}^m x {-1, 0, 1}^k",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE,
    .params = saddle_kink_params,
    .params_size = sizeof(saddle_kink),
    .make = saddle_kink_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = saddle_kink_certifiable,
    .outside = "by hand: |x| has slope +-1 off 0, and t (t - sign t) > 0 for |t| > 1",
    .prox = clarke_separable_prox,
};
