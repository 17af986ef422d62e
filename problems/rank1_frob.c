/* f(x) = |xx' - e_1 e_1'|_F = sqrt((s^2 - 1)^2 + 2 s^2 D + D^2), s = x_1, D = |x|^2 - s^2, n >=
   2: rank one matrix recovery in the Frobenius norm, without its square.

   Off +-e_1, grad f = 2 (|x|^2 x - s e_1)/f = 0 needs x parallel to e_1 and |x| = 1, or x = 0: S
   = {0, +-e_1}. f >= |x - e_1| |x + e_1|/sqrt 2, to first order f = sqrt(4 (s -+ 1)^2 + 2 D) at
   the minima +-e_1, so f >= sqrt(2) d. 0 is a saddle: f = 1 - s^2 along e_1 and 1 + D^2/2 to
   fourth order across, the slower growth, exponent 3/4. Norm of a map whose second derivative is
   2hh': regular, 2-weakly convex, and |grad f| <= 2 |x|.

   Hull over B(z, r): the Hessian is at most 4 |x|^2/f + 2, with f >= |x - e_1| |x + e_1|/sqrt 2;
   a ball that meets +-e_1 has 0 in its hull. */
#include "problems/lib/goldstein.h"
#include "problems/lib/scalar.h"

typedef struct {
    size_t n;
} rank1_frob;

typedef struct {
    double s, rest, along; /* x_1, sqrt D, (s-1)(s+1) */
    double value;
} rank1_frob_point;

static rank1_frob_point rank1_frob_at(const clarke_problem *p, const double *x)
{
    rank1_frob_point a = {.s = x[0], .rest = clarke_scalar_norm(p->n - 1, x + 1)};
    a.along = (x[0] - 1.0) * (x[0] + 1.0);
    a.value = hypot(hypot(a.along, sqrt(2.0) * a.s * a.rest), a.rest * a.rest);
    return a;
}

static double rank1_frob_value(const clarke_problem *p, const double *x)
{
    return rank1_frob_at(p, x).value;
}

/* At +-e_1 the norm's gradient is set to 0. */
static void rank1_frob_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const rank1_frob_point a = rank1_frob_at(p, x);
    const double scale = a.value > 0.0 ? 2.0 / a.value : 0.0, d = a.rest * a.rest;
    g[0] = scale * a.s * (a.along + d);
    for (size_t i = 1; i < p->n; i++) g[i] = scale * (a.s * a.s + d) * x[i];
}

static double rank1_frob_slope(const rank1_frob_point *a)
{
    const double d = a->rest * a->rest;
    if (a->value == 0.0) return 0.0;
    return 2.0 / a->value * hypot(a->s * (a->along + d), (a->s * a->s + d) * a->rest);
}

/* 0 at +-e_1, which are exact numbers. */
static double rank1_frob_clarke_residual(const clarke_problem *p, const double *x)
{
    const rank1_frob_point a = rank1_frob_at(p, x);
    return rank1_frob_slope(&a);
}

static double rank1_frob_hull_distance(const clarke_problem *p, const double *z, double r)
{
    const rank1_frob_point a = rank1_frob_at(p, z);
    const double plus = hypot(a.s + 1.0, a.rest) - r, minus = hypot(a.s - 1.0, a.rest) - r;
    if (fmin(plus, minus) <= 4.0 * DBL_EPSILON * r) return 0.0;
    const double norm = hypot(a.s, a.rest) + r;
    const double hessian = 2.0 + 4.0 * sqrt(2.0) * norm * norm / (plus * minus);
    return fmax(0.0, rank1_frob_slope(&a) - r * hessian);
}

static double rank1_frob_stationary_distance(const clarke_problem *p, const double *x,
                                             double *nearest, clarke_point_kind *kind)
{
    const bool centre = fabs(x[0]) < 0.5;
    const double s = centre ? 0.0 : copysign(1.0, x[0]);
    for (size_t i = 0; nearest && i < p->n; i++) nearest[i] = i == 0 ? s : 0.0;
    if (kind) *kind = centre ? CLARKE_POINT_SADDLE : CLARKE_POINT_GLOBAL_MINIMUM;
    return hypot(x[0] - s, clarke_scalar_norm(p->n - 1, x + 1));
}

static double rank1_frob_lipschitz(const clarke_problem *p, double radius)
{
    (void)p;
    return 2.0 * radius;
}

static double rank1_frob_weak_convexity(const clarke_problem *p, double radius)
{
    (void)p, (void)radius;
    return 2.0;
}

static clarke_growth rank1_frob_growth(const clarke_problem *p, const double *x)
{
    (void)p;
    return fabs(x[0]) < 0.5 ? clarke_growth_make(4.0, 0.5) : clarke_growth_make(1.0, sqrt(2.0));
}

static void rank1_frob_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                               clarke_enclosure *out)
{
    clarke_interval rest = clarke_interval_point(0.0), v[CLARKE_ENCLOSURE_DIMENSION];
    (void)field;
    for (size_t i = 1; i < p->n; i++) rest = clarke_interval_add(rest, clarke_interval_sqr(box[i]));
    const clarke_interval square = clarke_interval_sqr(box[0]);
    const clarke_interval along = clarke_interval_minus(square, 1.0);
    const clarke_interval mixed = clarke_interval_scale(2.0, clarke_interval_mul(square, rest));
    const clarke_interval f = clarke_interval_sqrt(clarke_interval_add(
        clarke_interval_add(clarke_interval_sqr(along), mixed), clarke_interval_sqr(rest)));
    const clarke_interval factor = clarke_interval_div(clarke_interval_point(2.0), f);
    for (size_t i = 0; i < p->n; i++) {
        const clarke_interval weight = clarke_interval_add(i == 0 ? along : square, rest);
        v[i] = clarke_interval_mul(factor, clarke_interval_mul(weight, box[i]));
    }
    clarke_enclosure_add(out, v);
}

static double rank1_frob_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                        bool field)
{
    clarke_interval near[CLARKE_ENCLOSURE_DIMENSION];
    const double middle = 0.5 * box[0].low + 0.5 * box[0].high;
    (void)field;
    for (size_t i = 0; i < p->n; i++) near[i] = clarke_interval_point(0.0);
    if (fabs(middle) >= 0.5) near[0] = clarke_interval_point(copysign(1.0, middle));
    return clarke_box_distance(p->n, box, near);
}

static clarke_status rank1_frob_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    CLARKE_TRY(clarke_problem_size(p, ((const rank1_frob *)params)->n, 0.5, -2.0, 2.0, mem));
    p->start[0] = -0.25;
    p->minimum = 0.0;
    p->gradient_bound = 2.0;
    p->plan_growth = clarke_growth_make(1.0, sqrt(2.0));
    return CLARKE_OK;
}

static const clarke_param rank1_frob_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(rank1_frob, n), "2", 2.0, 0x1p53, NULL, "dimension"}, {0}};

static const clarke_certifiable rank1_frob_certifiable[] = {
    {"n=2", -4.0, 4.0, 1e-2, 399, false}, {"n=3", -2.0, 2.0, 5e-2, 863, false}, {0}};

const clarke_problem_desc clarke_problem_rank1_frob = {
    .title = "Rank one recovery in the Frobenius norm",
    .formula = "|xx' - e_1 e_1'|_F",
    .source = "derived",
    .stationary_set = "{0, e_1, -e_1}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = rank1_frob_params,
    .params_size = sizeof(rank1_frob),
    .make = rank1_frob_make,
    .value = rank1_frob_value,
    .subgradient = rank1_frob_subgradient,
    .clarke_residual = rank1_frob_clarke_residual,
    .stationary_distance = rank1_frob_stationary_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = rank1_frob_hull_distance,
    .lipschitz = rank1_frob_lipschitz,
    .weak_convexity = rank1_frob_weak_convexity,
    .growth = rank1_frob_growth,
    .enclose = rank1_frob_enclose,
    .distance_upper = rank1_frob_distance_upper,
    .certifiable = rank1_frob_certifiable,
    .outside = "by hand: the proof of the set holds everywhere",
};
