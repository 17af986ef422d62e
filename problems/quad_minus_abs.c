/* f(x) = sum_j x_j^2/2 - a_j |x_j|, a_j > 0: a difference of convex functions.

   phi'(t) = t - a sign t off 0 and the subdifferential at 0 is [-a, a] (limits of both sides), so
   S = prod_j {-a_j, 0, a_j}. At +-a phi is a parabola, the global minimum -a^2/2; 0 is a concave
   kink, the local maximum, so phi is neither regular nor weakly convex there. phi(+-a + d) =
   -a^2/2 + d^2/2; phi(d) = -a d + d^2/2 at 0. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
    clarke_list a;
} quad_minus_abs;

static double quad_minus_abs_value(const void *c, double t)
{
    const double a = *(const double *)c;
    return 0.5 * t * t - a * fabs(t);
}

static double quad_minus_abs_slope(const void *c, double t)
{
    const double a = *(const double *)c;
    return t - a * clarke_scalar_sign(t);
}

static clarke_interval quad_minus_abs_at(const void *c, double t, bool field)
{
    (void)field;
    const double a = *(const double *)c;
    if (t == 0.0) return (clarke_interval){-a, a};
    return clarke_interval_point(quad_minus_abs_slope(c, t));
}

static double quad_minus_abs_next_break(const void *c, double t)
{
    (void)c;
    return t < 0.0 ? 0.0 : INFINITY;
}

static double quad_minus_abs_nearest(const void *c, double t, clarke_point_kind *kind)
{
    const double a = *(const double *)c;
    const double s = fabs(t) < 0.5 * a ? 0.0 : copysign(a, t);
    *kind = s == 0.0 ? CLARKE_POINT_LOCAL_MAXIMUM : CLARKE_POINT_GLOBAL_MINIMUM;
    return s;
}

static clarke_growth quad_minus_abs_growth(const void *c, double s)
{
    return s == 0.0 ? clarke_growth_make(1.0, *(const double *)c) : clarke_growth_make(2.0, 0.5);
}

static double quad_minus_abs_prox(const void *c, double step, double t)
{
    const double a = *(const double *)c;
    return copysign((fabs(t) + step * a) / (1.0 + step), t);
}

static clarke_scalar_facts quad_minus_abs_facts(const void *c)
{
    const double a = *(const double *)c;
    return (clarke_scalar_facts){-0.5 * a * a, {2.0, 0.5, 1.0}, 0.0};
}

static clarke_interval quad_minus_abs_enclose(const void *c, clarke_interval t, bool field)
{
    (void)field;
    const double a = *(const double *)c;
    return clarke_interval_sub(t, clarke_interval_scale(a, clarke_interval_sign(t)));
}

static const clarke_scalar quad_minus_abs_scalar = {
    .value = quad_minus_abs_value,
    .slope = quad_minus_abs_slope,
    .at = quad_minus_abs_at,
    .next_break = quad_minus_abs_next_break,
    .nearest = quad_minus_abs_nearest,
    .growth = quad_minus_abs_growth,
    .prox = quad_minus_abs_prox,
    .facts = quad_minus_abs_facts,
    .enclose = quad_minus_abs_enclose,
};

static clarke_status quad_minus_abs_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const quad_minus_abs *a = params;
    const double half = 2.0 * clarke_list_largest(&a->a);
    CLARKE_TRY(clarke_problem_size(p, a->n, 0.875 * half, -half, half, mem));
    CLARKE_TRY(clarke_separable_list(p, &a->a, "a"));
    const size_t stride = a->a.count == 1 ? 0 : sizeof(double);
    return clarke_separable_make(p, &quad_minus_abs_scalar, a->a.value, stride, mem);
}

static const clarke_param quad_minus_abs_params[] = {
    CLARKE_SIZE_PARAM(quad_minus_abs, "1"),
    {"a", CLARKE_PARAM_LIST, offsetof(quad_minus_abs, a), "1", 0x1p-20, 0x1p20, NULL,
     "the minima are at -a and a; one number or one a coordinate"},
    {0}};

static const clarke_certifiable quad_minus_abs_certifiable[] = {
    {"n=1", -8.0, 8.0, 1e-4, 179, false},
    {"n=2", -4.0, 4.0, 1e-3, 1567, false},
    {"n=2,a=1,0.7", -4.0, 4.0, 1e-3, 1023, false},
    {"n=3", -4.0, 4.0, 1e-2, 9423, false},
    {0}};

const clarke_problem_desc clarke_problem_quad_minus_abs = {
    .title = "Quadratic minus absolute value",
    .formula = "sum_j x_j^2/2 - a_j |x_j|",
    .source = "derived",
    .stationary_set = "prod_j {-a_j, 0, a_j}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE,
    .params = quad_minus_abs_params,
    .params_size = sizeof(quad_minus_abs),
    .make = quad_minus_abs_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = quad_minus_abs_certifiable,
    .outside = "by hand: t phi' > 0 for |t| > a",
    .prox = clarke_separable_prox,
};
