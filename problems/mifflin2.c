/* f(x) = sum_{i<n} [-x_i + 2 q_i + 1.75 |q_i|], q_i = x_i^2 + x_{i+1}^2 - 1, n >= 2: Chained
   Mifflin 2 of Haarala, Miettinen, Makela, Optim. Methods Softw. 19 (2004), recalled. Listed as
   nonconvex there, it is convex: 2 q + 1.75 |q| = max(3.75 q, 0.25 q) of a convex q. It is
   strongly convex with modulus 1/2, so it has one stationary point, the minimum: a control.

   The minimum by duality: with m_i in [1/4, 3.75], d_i = m_{i-1} + m_i (m_0 = 0), min over x of
   sum (-x_i + m_i q_i) is -sum_{i<n} 1/(4 d_i) - sum m_i, attained at x_i = 1/(2 d_i), x_n = 0.
   Its maximum over the box, a strictly concave problem with a tridiagonal Hessian, is found by
   projected Newton steps with a line search (Bertsekas, SIAM J. Control Optim. 20, 1982). n = 2:
   m_1 = 1/2, x = (1, 0), f = -1. The answer is proved by its residual: |x - x*| <= 2 dist(0,
   subdifferential).

   The subdifferential is a zonotope with a chain of generators, 1.75 grad q_i where q_i = 0.
   Growth: f >= f* + d^2/4. Along e_n, f grows by m_{n-1} d^2 where q_{n-1} < 0. For n >= 3,
   x_{n-1} = 1/(2 (m_{n-2} + m_{n-1})) <= 1, so q_{n-1} <= 0 and m_{n-1} = 1/4: attained. For n =
   2 the tangent of q = 0 is e_2, and f = f* + d^2/2 along it.

   Hull over B(z, r): q_i changes by at most 2 |(z_i, z_{i+1})| r + r^2; gradients at fixed signs
   by 15 r (7.5 r if n = 2). */
#include "problems/lib/goldstein.h"
#include "problems/lib/scalar.h"
#include "problems/lib/zonotope.h"

#include <string.h>

enum { MIFFLIN2_LARGEST = 10000 };
static const double mifflin2_low = 0.25, mifflin2_high = 3.75;

typedef struct {
    size_t n;
} mifflin2;

typedef struct {
    clarke_chain chain;
    double *point; /* [n] the minimum */
} mifflin2_data;

/* The dual problem: minimise sum 1/(4 d_i) + sum m_i over the box. */
typedef struct {
    size_t count; /* n - 1 */
    double *m, *trial, *gradient, *pivot, *step;
} mifflin2_dual;

static double mifflin2_gap(const double *x, size_t i)
{
    return x[i] * x[i] + x[i + 1] * x[i + 1] - 1.0;
}

/* q_i has an error of at most eps/2 (3 (x_i^2 + x_{i+1}^2) + 1), and rounded coordinates change
   it by eps (x_i^2 + x_{i+1}^2). */
static double mifflin2_rounding(const double *x, size_t i)
{
    return 4.0 * DBL_EPSILON * (x[i] * x[i] + x[i + 1] * x[i + 1] + 1.0);
}

static double mifflin2_value(const clarke_problem *p, const double *x)
{
    double sum = 0.0;
    for (size_t i = 0; i + 1 < p->n; i++) {
        const double q = mifflin2_gap(x, i);
        sum += -x[i] + 2.0 * q + 1.75 * fabs(q);
    }
    return sum;
}

static void mifflin2_subgradient(const clarke_problem *p, const double *x, double *g)
{
    g[0] = 0.0;
    for (size_t i = 0; i + 1 < p->n; i++) {
        const double weight = 4.0 + 3.5 * clarke_scalar_sign(mifflin2_gap(x, i));
        g[i] += -1.0 + weight * x[i];
        g[i + 1] = weight * x[i + 1];
    }
}

static clarke_chain_result mifflin2_shortest(const clarke_problem *p, const double *x, double r)
{
    clarke_chain *chain = &((mifflin2_data *)p->data)->chain;
    clarke_chain_clear(chain);
    for (size_t i = 0; i + 1 < p->n; i++) {
        const double q = mifflin2_gap(x, i);
        const double reach = mifflin2_rounding(x, i) + 2.0 * hypot(x[i], x[i + 1]) * r + r * r;
        clarke_chain_term(chain, i, -1.0, 0.0, 1.0);
        clarke_chain_term(chain, i, 4.0 * x[i], 4.0 * x[i + 1], 1.0);
        clarke_chain_term(chain, i, 3.5 * x[i], 3.5 * x[i + 1],
                          fabs(q) <= reach ? 0.0 : clarke_scalar_sign(q));
    }
    return clarke_chain_shortest(chain);
}

static double mifflin2_clarke_residual(const clarke_problem *p, const double *x)
{
    return mifflin2_shortest(p, x, 0.0).distance;
}

static double mifflin2_hull_distance(const clarke_problem *p, const double *z, double r)
{
    return fmax(0.0, mifflin2_shortest(p, z, r).low - (p->n == 2 ? 7.5 : 15.0) * r);
}

static double mifflin2_stationary_distance(const clarke_problem *p, const double *x,
                                           double *nearest, clarke_point_kind *kind)
{
    const double *point = ((const mifflin2_data *)p->data)->point;
    double square = 0.0;
    for (size_t i = 0; i < p->n; i++) square += (x[i] - point[i]) * (x[i] - point[i]);
    if (nearest) memcpy(nearest, point, p->n * sizeof *nearest);
    if (kind) *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return sqrt(square);
}

/* n - 1 unit entries, and at most (7.5 + 7.5) |x_i| in component i. */
static double mifflin2_lipschitz(const clarke_problem *p, double radius)
{
    return sqrt((double)(p->n - 1)) + 15.0 * radius;
}

static double mifflin2_weak_convexity(const clarke_problem *p, double radius)
{
    (void)p, (void)radius;
    return 0.0;
}

static clarke_growth mifflin2_growth(const clarke_problem *p, const double *x)
{
    (void)x;
    return clarke_growth_make(2.0, p->n == 2 ? 0.5 : 0.25);
}

static double mifflin2_sum(const double *m, size_t i)
{
    return m[i] + (i > 0 ? m[i - 1] : 0.0);
}

static double mifflin2_dual_value(const mifflin2_dual *d, const double *m)
{
    double sum = 0.0;
    for (size_t i = 0; i < d->count; i++) sum += 0.25 / mifflin2_sum(m, i) + m[i];
    return sum;
}

/* The variables at a bound that the gradient pushes them against stay there. */
static bool mifflin2_held(const mifflin2_dual *d, size_t i)
{
    return (d->m[i] <= mifflin2_low && d->gradient[i] > 0.0) ||
           (d->m[i] >= mifflin2_high && d->gradient[i] < 0.0);
}

/* The Newton step of the others, and the largest entry of their gradient. */
static double mifflin2_newton(mifflin2_dual *d)
{
    double largest = 0.0, before = 0.0;
    for (size_t i = 0; i < d->count; i++) {
        const double s = mifflin2_sum(d->m, i),
                     t = i + 1 < d->count ? mifflin2_sum(d->m, i + 1) : 0.0;
        d->gradient[i] = 1.0 - 0.25 / (s * s) - (t > 0.0 ? 0.25 / (t * t) : 0.0);
        const double link = 0.5 / (s * s * s), next = t > 0.0 ? 0.5 / (t * t * t) : 0.0;
        d->step[i] = -d->gradient[i], d->pivot[i] = INFINITY;
        if (mifflin2_held(d, i)) continue;
        largest = fmax(largest, fabs(d->gradient[i]));
        const double factor = i > 0 ? link / d->pivot[i - 1] : 0.0;
        d->pivot[i] = link + next - factor * link;
        if (factor != 0.0) d->step[i] -= factor * d->step[i - 1];
    }
    for (size_t i = d->count; i-- > 0;) {
        const double s = i + 1 < d->count ? mifflin2_sum(d->m, i + 1) : 1.0;
        const double step = d->step[i] - 0.5 / (s * s * s) * before;
        before = d->step[i] = isinf(d->pivot[i]) ? 0.0 : step / d->pivot[i];
    }
    return largest;
}

/* The longest of the steps 1, 1/2, ... along the projected path that does not increase the value by
   more than its rounding. */
static void mifflin2_search(mifflin2_dual *d)
{
    const double value = mifflin2_dual_value(d, d->m);
    for (double t = 1.0; t > 0x1p-40; t *= 0.5) {
        for (size_t i = 0; i < d->count; i++)
            d->trial[i] = clarke_scalar_clip(d->m[i] + t * d->step[i], mifflin2_low, mifflin2_high);
        const double next = mifflin2_dual_value(d, d->trial);
        if (next <= value + (double)d->count * DBL_EPSILON * value) break;
    }
    memcpy(d->m, d->trial, d->count * sizeof *d->m);
}

/* Newton's method ends at rounding; the residual proves how near. */
static clarke_status mifflin2_solve(clarke_problem *p, clarke_arena *mem)
{
    mifflin2_data *data = p->data;
    mifflin2_dual d = {.count = p->n - 1};
    d.m = clarke_vec(mem, d.count);
    d.trial = clarke_vec(mem, d.count);
    d.gradient = clarke_vec(mem, d.count);
    d.pivot = clarke_vec(mem, d.count);
    d.step = clarke_vec(mem, d.count);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 0; i < d.count; i++) d.m[i] = 0.5;
    for (int i = 0; i < 200 && mifflin2_newton(&d) > 4.0 * DBL_EPSILON; i++) mifflin2_search(&d);
    for (size_t i = 0; i < d.count; i++) data->point[i] = 0.5 / mifflin2_sum(d.m, i);
    data->point[d.count] = 0.0;
    const double residual = mifflin2_clarke_residual(p, data->point);
    if (!(residual <= 1e-12))
        return clarke_fail(CLARKE_EINTERNAL, "mifflin2: n=%zu: residual %g at the minimum", p->n,
                           residual);
    return CLARKE_OK;
}

static void mifflin2_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                             clarke_enclosure *out)
{
    (void)field;
    for (size_t i = 0; i + 1 < p->n; i++) {
        clarke_interval v[CLARKE_ENCLOSURE_DIMENSION];
        const clarke_interval gap = clarke_interval_minus(
            clarke_interval_add(clarke_interval_sqr(box[i]), clarke_interval_sqr(box[i + 1])), 1.0);
        const clarke_interval sign = clarke_interval_sign(gap);
        /* 2 + 1.75 t is exact. */
        const clarke_interval weight = {2.0 + 1.75 * sign.low, 2.0 + 1.75 * sign.high};
        for (size_t j = 0; j < p->n; j++) v[j] = clarke_interval_point(j == i ? -1.0 : 0.0);
        clarke_enclosure_add(out, v);
        v[i] = clarke_interval_scale(2.0, box[i]);
        v[i + 1] = clarke_interval_scale(2.0, box[i + 1]);
        clarke_enclosure_segment(out, weight, v);
    }
}

static double mifflin2_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                      bool field)
{
    clarke_interval near[CLARKE_ENCLOSURE_DIMENSION];
    const double *point = ((const mifflin2_data *)p->data)->point;
    (void)field;
    for (size_t i = 0; i < p->n; i++) near[i] = clarke_interval_point(point[i]); /* as listed */
    return clarke_box_distance(p->n, box, near);
}

static clarke_status mifflin2_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    CLARKE_TRY(clarke_problem_size(p, ((const mifflin2 *)params)->n, -1.0, -2.0, 2.0, mem));
    mifflin2_data *d = clarke_alloc(mem, sizeof *d);
    CLARKE_TRY(clarke_arena_status(mem));
    p->data = d;
    d->point = clarke_vec(mem, p->n);
    CLARKE_TRY(clarke_chain_init(&d->chain, p->n, p->n - 1, mem));
    CLARKE_TRY(mifflin2_solve(p, mem));
    p->minimum = mifflin2_value(p, d->point);
    p->gradient_bound = mifflin2_lipschitz(p, clarke_scalar_norm(p->n, d->point));
    p->plan_growth = mifflin2_growth(p, NULL);
    return CLARKE_OK;
}

static const clarke_param mifflin2_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(mifflin2, n), "2", 2.0, MIFFLIN2_LARGEST, NULL, "dimension"},
    {0}};

static const clarke_certifiable mifflin2_certifiable[] = {
    {"n=2", -8.0, 8.0, 1e-3, 213, false}, {"n=3", -4.0, 4.0, 1e-2, 223, false}, {0}};

const clarke_problem_desc clarke_problem_mifflin2 = {
    .title = "Chained Mifflin 2, a convex control",
    .formula = "sum_{i<n} (-x_i + 2 q_i + 1.75 |q_i|), q_i = x_i^2 + x_{i+1}^2 - 1",
    .source = "Haarala, Miettinen, Makela, Optim. Methods Softw. 19 (2004) 673-692, recalled; the "
              "minimum is derived",
    .stationary_set = "one point, the minimum, as f is strongly convex; n = 2: (1, 0)",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = mifflin2_params,
    .params_size = sizeof(mifflin2),
    .make = mifflin2_make,
    .value = mifflin2_value,
    .subgradient = mifflin2_subgradient,
    .clarke_residual = mifflin2_clarke_residual,
    .stationary_distance = mifflin2_stationary_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = mifflin2_hull_distance,
    .lipschitz = mifflin2_lipschitz,
    .weak_convexity = mifflin2_weak_convexity,
    .growth = mifflin2_growth,
    .enclose = mifflin2_enclose,
    .distance_upper = mifflin2_distance_upper,
    .certifiable = mifflin2_certifiable,
    .outside = "by hand: f is strongly convex",
};
