/* f(x) = sum_j d_j x_j^2 / 2, d_j > 0: the smooth control. S = {0}^n, the global minimum; f grows
   like d_j/2 times the squared distance, and the gradient is max d_j Lipschitz. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
    clarke_list d;
} quadratic;

static double quadratic_value(const void *c, double t)
{
    return 0.5 * *(const double *)c * t * t;
}

static double quadratic_slope(const void *c, double t)
{
    return *(const double *)c * t;
}

static clarke_interval quadratic_at(const void *c, double t, bool field)
{
    (void)field;
    return clarke_interval_point(quadratic_slope(c, t));
}

static double quadratic_nearest(const void *c, double t, clarke_point_kind *kind)
{
    (void)c, (void)t;
    *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return 0.0;
}

static clarke_growth quadratic_growth(const void *c, double s)
{
    (void)s;
    return clarke_growth_make(2.0, 0.5 * *(const double *)c);
}

static double quadratic_prox(const void *c, double step, double t)
{
    return t / (1.0 + step * *(const double *)c);
}

static double quadratic_weak_convexity(const void *c, double radius)
{
    (void)c, (void)radius;
    return 0.0;
}

static clarke_scalar_facts quadratic_facts(const void *c)
{
    return (clarke_scalar_facts){0.0, quadratic_growth(c, 0.0), 0.0};
}

static clarke_interval quadratic_enclose(const void *c, clarke_interval t, bool field)
{
    (void)field;
    return clarke_interval_scale(*(const double *)c, t);
}

static const clarke_scalar quadratic_scalar = {
    .value = quadratic_value,
    .slope = quadratic_slope,
    .at = quadratic_at,
    .nearest = quadratic_nearest,
    .growth = quadratic_growth,
    .prox = quadratic_prox,
    .weak_convexity = quadratic_weak_convexity,
    .facts = quadratic_facts,
    .enclose = quadratic_enclose,
};

static clarke_status quadratic_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const quadratic *q = params;
    CLARKE_TRY(clarke_problem_size(p, q->n, 1.75, -2.0, 2.0, mem));
    CLARKE_TRY(clarke_separable_list(p, &q->d, "d"));
    p->smoothness = clarke_list_largest(&q->d);
    const size_t stride = q->d.count == 1 ? 0 : sizeof(double);
    return clarke_separable_make(p, &quadratic_scalar, q->d.value, stride, mem);
}

static const clarke_param quadratic_params[] = {CLARKE_SIZE_PARAM(quadratic, "1"),
                                                {"d", CLARKE_PARAM_LIST, offsetof(quadratic, d),
                                                 "1", 0x1p-40, 0x1p40, NULL,
                                                 "curvatures; one number or one a coordinate"},
                                                {0}};

static const clarke_certifiable quadratic_certifiable[] = {
    {"n=1", -8.0, 8.0, 1e-4, 71, false},
    {"n=2,d=1,10", -8.0, 8.0, 1e-3, 231, false},
    {"n=3", -8.0, 8.0, 1e-2, 527, false},
    {0}};

const clarke_problem_desc clarke_problem_quadratic = {
    .title = "Diagonal quadratic",
    .formula = "sum_j d_j x_j^2 / 2",
    .source = "folklore",
    .stationary_set = "{0}^n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_SMOOTH | CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE |
              CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE,
    .params = quadratic_params,
    .params_size = sizeof(quadratic),
    .make = quadratic_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    .value_gap = clarke_separable_value, /* f = 0 on S */
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = quadratic_certifiable,
    .outside = "by hand: t phi' > 0 off 0",
    .prox = clarke_separable_prox,
};
