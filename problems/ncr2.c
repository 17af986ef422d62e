/* f(x) = |x_1 - 1|/4 + sum_{i<n} |r_i|, r_i = x_{i+1} - 2 |x_i| + 1, n >= 2: the second
   nonsmooth Chebyshev-Rosenbrock function of Nesterov (Gurbuzbalaban, Overton, Nonlinear Anal.
   75, 2012).

   With t_i in Sign(r_i) and u_i = t_i Sign(x_i) (near any point all combinations of the signs
   that are free occur on open sets), the subdifferential is
     {(s_0/4 - 2 u_1, t_1 - 2 u_2, ..., t_{n-2} - 2 u_{n-1}, t_{n-1})}, s_0 in Sign(x_1 - 1),
   (t_i, u_i) over [-1,1]^2 if r_i = x_i = 0, {sign r_i} x [-1,1] if only x_i = 0, the segment t
   (1, sign x_i) if only r_i = 0, one point otherwise: a zonotope with a chain of generators. 0
   is in it iff t_{n-1} = 0, t_{i-1} = 2 u_i, s_0 = 8 u_1; run backwards this gives
     S = {(1,...,1)} u B_1 u ... u B_{n-1}, B_j: x_j = 0, x_{j+1} = -1, x_{j+2} = ... = x_n = 1,
     and
     x_i in {(1+x_{i+1})/2, -(1+x_{i+1})/2, 0} for i < j,
   (3^{n-1}+1)/2 points, of which only the first is a minimum; the figure 2^{n-1} in the
   literature counts the points on the manifold r = 0. All coordinates are dyadic, so they are
   exact numbers. The sum of the terms' subdifferentials is the same zonotope. Near the minimum f
   is piecewise linear: its slowest direction is (1, 2, 4, ..., 2^{n-1}), along which f = d
   sqrt(3/(4^n - 1))/4; the other vertices of {f <= 1} are shorter. Hull over B(z, r): the same
   zonotope with the signs of r_i free where |r_i(z)| <= sqrt(5) r, of x_i where |x_i| <= r, of
   x_1 - 1 likewise: an outer bound. */
#include "problems/lib/goldstein.h"
#include "problems/lib/scalar.h"
#include "problems/lib/zonotope.h"

/* Up to here the nearest point of S is searched for; the residual works for any n. */
enum { NCR2_LARGEST = 20 };

typedef struct {
    size_t n;
} ncr2;

static double ncr2_residual_at(const double *x, size_t i)
{
    return x[i + 1] - 2.0 * fabs(x[i]) + 1.0;
}

static double ncr2_value(const clarke_problem *p, const double *x)
{
    double sum = 0.25 * fabs(x[0] - 1.0);
    for (size_t i = 0; i + 1 < p->n; i++) sum += fabs(ncr2_residual_at(x, i));
    return sum;
}

static void ncr2_subgradient(const clarke_problem *p, const double *x, double *g)
{
    g[0] = 0.25 * clarke_scalar_sign(x[0] - 1.0);
    for (size_t i = 0; i + 1 < p->n; i++) {
        const double t = clarke_scalar_sign(ncr2_residual_at(x, i));
        g[i] -= 2.0 * t * clarke_scalar_sign(x[i]);
        g[i + 1] = t;
    }
}

/* The zonotope of all signs that occur in the ball B(x, r). r_i is formed with two roundings, an
   error of at most eps (|x_{i+1}| + 2|x_i| + 1). */
static clarke_chain_result ncr2_shortest(const clarke_problem *p, const double *x, double r)
{
    clarke_chain *chain = p->data;
    clarke_chain_clear(chain);
    clarke_chain_term(chain, 0, 0.25, 0.0,
                      fabs(x[0] - 1.0) <= r ? 0.0 : clarke_scalar_sign(x[0] - 1.0));
    for (size_t i = 0; i + 1 < p->n; i++) {
        const double value = ncr2_residual_at(x, i);
        const double rounding = DBL_EPSILON * (fabs(x[i + 1]) + 2.0 * fabs(x[i]) + 1.0);
        const bool free = fabs(value) <= rounding + sqrt(5.0) * r;
        const double t = free ? 0.0 : clarke_scalar_sign(value);
        if (fabs(x[i]) <= r) {
            clarke_chain_add(chain, i, 2.0, 0.0);
            clarke_chain_term(chain, i, 0.0, 1.0, t);
        } else {
            clarke_chain_term(chain, i, -2.0 * clarke_scalar_sign(x[i]), 1.0, t);
        }
    }
    return clarke_chain_shortest(chain);
}

static double ncr2_clarke_residual(const clarke_problem *p, const double *x)
{
    return ncr2_shortest(p, x, 0.0).distance;
}

static double ncr2_hull_distance(const clarke_problem *p, const double *z, double r)
{
    return ncr2_shortest(p, z, r).low;
}

/* Backward search over the points of B_j with the accumulated squared error as a lower bound. */
typedef struct {
    const double *x;
    double point[NCR2_LARGEST], best[NCR2_LARGEST], best_square;
    size_t n;
} ncr2_search;

static void ncr2_backward(ncr2_search *s, size_t i, double square)
{
    if (!(square < s->best_square)) return;
    if (i == 0) {
        s->best_square = square;
        for (size_t k = 0; k < s->n; k++) s->best[k] = s->point[k];
        return;
    }
    const double half = 0.5 * (1.0 + s->point[i]), x = s->x[i - 1];
    /* The nearest of the three first. */
    const double near = fabs(x) < 0.5 * half ? 0.0 : copysign(half, x);
    const double choice[] = {near, near == 0.0 ? copysign(half, x) : 0.0,
                             near == 0.0 ? copysign(half, -x) : -near};
    for (size_t c = 0; c < 3; c++) {
        s->point[i - 1] = choice[c];
        ncr2_backward(s, i - 1, square + (x - choice[c]) * (x - choice[c]));
    }
}

static double ncr2_stationary_distance(const clarke_problem *p, const double *x, double *nearest,
                                       clarke_point_kind *kind)
{
    ncr2_search s = {.x = x, .n = p->n};
    double offset[NCR2_LARGEST];
    for (size_t i = 0; i < p->n; i++) s.best[i] = 1.0, s.best_square += (x[i] - 1.0) * (x[i] - 1.0);
    for (size_t j = p->n - 1; j-- > 0;) {
        double square = 0.0;
        for (size_t i = j; i < p->n; i++) {
            s.point[i] = i == j ? 0.0 : i == j + 1 ? -1.0 : 1.0;
            square += (x[i] - s.point[i]) * (x[i] - s.point[i]);
        }
        ncr2_backward(&s, j, square);
    }
    for (size_t i = 0; i < p->n; i++) {
        offset[i] = x[i] - s.best[i];
        if (nearest) nearest[i] = s.best[i];
    }
    if (kind)
        *kind = s.best[p->n - 1] == 1.0 && s.best[0] == 1.0 ? CLARKE_POINT_GLOBAL_MINIMUM
                                                            : CLARKE_POINT_SADDLE;
    return clarke_scalar_norm(p->n, offset);
}

/* |grad f| <= 1/4 + (n-1) terms of sqrt 5 each, and each component at most 3. */
static double ncr2_lipschitz(const clarke_problem *p, double radius)
{
    (void)radius;
    return fmin(0.25 + (double)(p->n - 1) * sqrt(5.0), 3.0 * sqrt((double)p->n));
}

static double ncr2_slowest(size_t n)
{
    return 0.25 * sqrt(3.0 / (ldexp(1.0, 2 * (int)n) - 1.0));
}

static clarke_growth ncr2_growth(const clarke_problem *p, const double *x)
{
    clarke_point_kind kind;
    ncr2_stationary_distance(p, x, NULL, &kind);
    return clarke_growth_make(1.0, kind == CLARKE_POINT_SADDLE ? NAN : ncr2_slowest(p->n));
}

static void ncr2_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                         clarke_enclosure *out)
{
    (void)field;
    for (size_t i = 0; i < p->n; i++) {
        clarke_interval unit[CLARKE_ENCLOSURE_DIMENSION] = {{0.0, 0.0}};
        unit[0] = clarke_interval_point(0.25);
        if (i == 0)
            clarke_enclosure_segment(out, clarke_interval_sign(clarke_interval_minus(box[0], 1.0)),
                                     unit);
        if (i + 1 == p->n) return;
        const clarke_interval rise = clarke_interval_scale(2.0, clarke_interval_abs(box[i]));
        const clarke_interval r =
            clarke_interval_minus(clarke_interval_sub(box[i + 1], rise), -1.0);
        const clarke_interval t = clarke_interval_sign(r), u = clarke_interval_sign(box[i]);
        unit[0] = clarke_interval_point(0.0);
        unit[i + 1] = clarke_interval_point(1.0);
        if (u.low < u.high) { /* t_i and u_i are two unknowns */
            clarke_enclosure_segment(out, t, unit);
            unit[i + 1] = clarke_interval_point(0.0);
            unit[i] = clarke_interval_point(-2.0);
            clarke_enclosure_segment(out, u, unit);
        } else { /* u_i = t_i times the sign of x_i */
            unit[i] = clarke_interval_point(-2.0 * u.low);
            clarke_enclosure_segment(out, t, unit);
        }
    }
}

static double ncr2_distance_upper(const clarke_problem *p, const clarke_interval *box, bool field)
{
    double x[CLARKE_ENCLOSURE_DIMENSION], nearest[CLARKE_ENCLOSURE_DIMENSION];
    clarke_interval near[CLARKE_ENCLOSURE_DIMENSION];
    (void)field;
    clarke_box_middle(p->n, box, x);
    ncr2_stationary_distance(p, x, nearest, NULL);
    for (size_t i = 0; i < p->n; i++) near[i] = clarke_interval_point(nearest[i]); /* dyadic */
    return clarke_box_distance(p->n, box, near);
}

/* Beyond NCR2_LARGEST: the instance's own descriptor, without the distance. */
static clarke_status ncr2_far(clarke_problem *p, clarke_arena *mem)
{
    clarke_problem_desc *desc = clarke_alloc(mem, sizeof *desc);
    CLARKE_TRY(clarke_arena_status(mem));
    *desc = *p->desc;
    desc->stationary_distance = NULL;
    desc->growth = NULL;
    p->desc = desc;
    return CLARKE_OK;
}

static clarke_status ncr2_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    CLARKE_TRY(clarke_problem_size(p, ((const ncr2 *)params)->n, 0.5, -2.0, 2.0, mem));
    clarke_chain *chain = clarke_alloc(mem, sizeof *chain);
    CLARKE_TRY(clarke_arena_status(mem));
    p->data = chain;
    p->start[0] = -1.5;
    p->minimum = 0.0;
    p->gradient_bound = ncr2_lipschitz(p, 1.0);
    /* 4^n overflows from n = 512 on. */
    p->plan_growth = clarke_growth_make(1.0, p->n < 512 ? ncr2_slowest(p->n) : NAN);
    if (p->n > NCR2_LARGEST) CLARKE_TRY(ncr2_far(p, mem));
    return clarke_chain_init(chain, p->n, 2 * p->n - 1, mem);
}

static const clarke_param ncr2_params[] = {{"n", CLARKE_PARAM_COUNT, offsetof(ncr2, n), "2", 2.0,
                                            0x1p53, NULL,
                                            "dimension; distances to the set up to 20"},
                                           {0}};

static const clarke_certifiable ncr2_certifiable[] = {{"n=2", -8.0, 8.0, 1e-3, 699, false},
                                                      {"n=3", -3.0, 3.0, 1e-2, 2365, false},
                                                      {"n=4", -2.0, 2.0, 5e-2, 28905, false},
                                                      {0}};

const clarke_problem_desc clarke_problem_ncr2 = {
    .title = "Nonsmooth Chebyshev-Rosenbrock, second form",
    .formula = "|x_1 - 1|/4 + sum_{i<n} |x_{i+1} - 2 |x_i| + 1|",
    .source = "Gurbuzbalaban, Overton, Nonlinear Anal. 75 (2012) 1282-1289; the set is derived",
    .stationary_set = "(1,...,1), and for j < n: x_j = 0, x_{j+1} = -1, x_{j+2} = ... = 1, x_i in "
                      "{0, +-(1 + x_{i+1})/2} for i < j; (3^{n-1} + 1)/2 points",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE | CLARKE_TRAIT_POLYHEDRAL,
    .params = ncr2_params,
    .params_size = sizeof(ncr2),
    .make = ncr2_make,
    .value = ncr2_value,
    .subgradient = ncr2_subgradient,
    .clarke_residual = ncr2_clarke_residual,
    .stationary_distance = ncr2_stationary_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = ncr2_hull_distance,
    .lipschitz = ncr2_lipschitz,
    .growth = ncr2_growth,
    .enclose = ncr2_enclose,
    .distance_upper = ncr2_distance_upper,
    .certifiable = ncr2_certifiable,
    .outside = "by hand: the proof of the set holds everywhere",
};
