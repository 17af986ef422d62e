/* f(x) = |P(x)|, P = prod_i x_i^{a_i} with a_i = 1 or 2, A = sum a_i >= 2.

   f is the larger of P and -P: regular, with the segment from -grad P to grad P where P = 0 and
   sign(P) grad P else, which is not 0, as its entry i is a_i P/x_i. S = {P = 0} = {some x_i = 0},
   the global minima.

   Exponent. Let I be the zeros of a point of S, A_I the sum of their a_i, d = min_I |x_i| the
   distance from it. Near it f >= c d^{A_I}, with equality along |x_i| = d, and |grad f| >= min_i
   a_i f/d over I, as its entry at the smallest x_i is a_i f/d; with d <= (f/c)^{1/A_I} this is
   |grad f| >= C f^{1 - 1/A_I}. The exponent is max(0, 1 - 1/A_I).

   Proximal alternating minimisation: soft thresholds x -> soft(x, |P/x_i|/alpha) where a_i = 1, x ->
   alpha x/(alpha + 2 |P/x_i^2|) where a_i = 2. For a = 1, 1, 1 a run from almost every start ends: one
   entry becomes 0. On the curve to 0 along which x_i - x_j is of second order, t' = t - t^2/alpha + ...:
   t k/alpha -> 1, f k^3 -> alpha^3.

   Norms on |x| <= R: |grad P| <= A R^{A-1}, the Hessian's Frobenius norm is at most A^2 R^{A-2}. */
#include "problems/lib/goldstein.h"
#include "problems/lib/scalar.h"
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
    clarke_list a;
} monomial;

typedef struct {
    const double *a; /* [n] */
    double degree;
} monomial_data;

static const monomial_data *monomial_of(const clarke_problem *p)
{
    return p->data;
}

static double monomial_factor(const monomial_data *d, size_t i, double x)
{
    return d->a[i] == 2.0 ? x * x : x;
}

/* P without the factor of entry `skip`; p->n: P. */
static double monomial_rest(const clarke_problem *p, const double *x, size_t skip)
{
    double product = 1.0;
    for (size_t i = 0; i < p->n; i++)
        if (i != skip) product *= monomial_factor(monomial_of(p), i, x[i]);
    return product;
}

static double monomial_value(const clarke_problem *p, const double *x)
{
    return fabs(monomial_rest(p, x, p->n));
}

static double monomial_slope(const clarke_problem *p, const double *x, size_t i)
{
    return monomial_rest(p, x, i) * (monomial_of(p)->a[i] == 2.0 ? 2.0 * x[i] : 1.0);
}

static void monomial_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const double sign = clarke_scalar_sign(monomial_rest(p, x, p->n));
    for (size_t i = 0; i < p->n; i++) g[i] = sign * monomial_slope(p, x, i);
}

static size_t monomial_smallest(const clarke_problem *p, const double *x)
{
    size_t best = 0;
    for (size_t i = 1; i < p->n; i++)
        if (fabs(x[i]) < fabs(x[best])) best = i;
    return best;
}

static double monomial_stationary_distance(const clarke_problem *p, const double *x,
                                           double *nearest, clarke_point_kind *kind)
{
    const size_t small = monomial_smallest(p, x);
    const double distance = fabs(x[small]);
    for (size_t i = 0; nearest && i < p->n; i++) nearest[i] = i == small ? 0.0 : x[i];
    if (kind) *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return distance;
}

static double monomial_steepness(const clarke_problem *p, const double *x)
{
    double norm = 0.0;
    for (size_t i = 0; i < p->n; i++) norm = hypot(norm, monomial_slope(p, x, i));
    return norm;
}

static double monomial_weak_convexity(const clarke_problem *p, double radius)
{
    const double degree = monomial_of(p)->degree;
    return degree * degree * pow(radius, degree - 2.0);
}

static double monomial_lipschitz(const clarke_problem *p, double radius)
{
    const double degree = monomial_of(p)->degree;
    return degree * pow(radius, degree - 1.0);
}

/* Where the ball misses S all gradients are sign(P) grad P, within r times the Hessian's bound. */
static double monomial_hull_distance(const clarke_problem *p, const double *z, double r)
{
    if (monomial_stationary_distance(p, z, NULL, NULL) <= r) return 0.0;
    const double bend = monomial_weak_convexity(p, clarke_scalar_norm(p->n, z) + r);
    const double at = monomial_steepness(p, z);
    return fmax(at * (1.0 - 8.0 * (double)p->n * DBL_EPSILON) - r * bend, 0.0);
}

static double monomial_clarke_residual(const clarke_problem *p, const double *x)
{
    return monomial_value(p, x) == 0.0 ? 0.0 : monomial_steepness(p, x);
}

static clarke_growth monomial_growth(const clarke_problem *p, const double *x)
{
    const monomial_data *d = monomial_of(p);
    double power = 0.0, rest = 1.0;
    for (size_t i = 0; i < p->n; i++) {
        if (x[i] == 0.0)
            power += d->a[i];
        else
            rest *= fabs(monomial_factor(d, i, x[i]));
    }
    if (power > 0.0) return clarke_growth_make(power, rest);
    const size_t small = monomial_smallest(p, x);
    return clarke_growth_make(d->a[small], fabs(monomial_rest(p, x, small)));
}

static void monomial_block_prox(const clarke_problem *p, size_t block, double weight,
                                const double *x, const double *centre, double *y)
{
    const double rest = fabs(monomial_rest(p, x, block));
    *y = *centre;
    if (rest == 0.0) return;
    if (weight == 0.0)
        *y = 0.0;
    else if (monomial_of(p)->a[block] == 2.0)
        *y = weight * *centre / (weight + 2.0 * rest);
    else
        *y = copysign(fmax(fabs(*centre) - rest / weight, 0.0), *centre);
}

/* The larger of P and -P: the segment between -grad P and grad P where P can be 0. */
static void monomial_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                             clarke_enclosure *out)
{
    const monomial_data *d = monomial_of(p);
    clarke_interval g[CLARKE_ENCLOSURE_DIMENSION], sign = clarke_interval_point(1.0);
    (void)field;
    for (size_t i = 0; i < p->n; i++) {
        g[i] = d->a[i] == 2.0 ? clarke_interval_scale(2.0, box[i]) : clarke_interval_point(1.0);
        for (size_t j = 0; j < p->n; j++)
            if (j != i)
                g[i] = clarke_interval_mul(g[i],
                                           d->a[j] == 2.0 ? clarke_interval_sqr(box[j]) : box[j]);
        const clarke_interval own =
            clarke_interval_sign(d->a[i] == 2.0 ? clarke_interval_sqr(box[i]) : box[i]);
        sign = clarke_interval_clip(clarke_interval_mul(sign, own), -1.0, 1.0);
    }
    clarke_enclosure_segment(out, sign, g);
}

static double monomial_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                      bool field)
{
    double best = INFINITY;
    (void)field;
    for (size_t i = 0; i < p->n; i++) best = fmin(best, clarke_interval_mag(box[i]));
    return best;
}

static clarke_status monomial_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const monomial *m = params;
    const size_t n = m->n;
    for (size_t i = 0; i < m->a.count; i++)
        if (m->a.value[i] != 1.0 && m->a.value[i] != 2.0)
            return clarke_fail(CLARKE_EINPUT, "%s: a has %g; the exponents are 1 and 2", p->id,
                               m->a.value[i]);
    if (m->a.count != 1 && m->a.count != n)
        return clarke_fail(CLARKE_EINPUT, "%s: a has %zu numbers for %zu entries", p->id,
                           m->a.count, n);
    CLARKE_TRY(clarke_problem_size(p, n, 1.25, -2.0, 2.0, mem));
    monomial_data *d = clarke_alloc(mem, sizeof *d);
    clarke_block *block = clarke_alloc_array(mem, n, sizeof *block);
    double *a = clarke_vec(mem, n);
    CLARKE_TRY(clarke_arena_status(mem));
    *d = (monomial_data){a, 0.0};
    for (size_t i = 0; i < n; i++) {
        a[i] = clarke_list_at(&m->a, i);
        d->degree += a[i];
        block[i] = (clarke_block){clarke_arena_printf(mem, "x%zu", i), i, 1, 1};
    }
    CLARKE_TRY(clarke_arena_status(mem));
    p->data = d;
    p->layout = (clarke_layout){n, block};
    p->start[0] = -1.75;
    p->minimum = 0.0;
    p->gradient_bound = pow(p->box_high, d->degree - 1.0);
    p->plan_growth = clarke_growth_make(d->degree, 1.0); /* at 0, the slowest */
    return CLARKE_OK;
}

static const clarke_param monomial_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(monomial, n), "3", 2.0, 16.0, NULL, "dimension"},
    {"a", CLARKE_PARAM_LIST, offsetof(monomial, a), "1", 1.0, 2.0, NULL,
     "exponents, one or one for each entry, each 1 or 2"},
    {0}};

static const clarke_certifiable monomial_certifiable[] = {
    {"n=2,a=1,2", -4.0, 4.0, 0.02, 9055, false},
    {"n=3", -2.0, 2.0, 0.1, 61375, false},
    {0},
};

const clarke_problem_desc clarke_problem_monomial = {
    .title = "Absolute value of a monomial",
    .formula = "|prod_i x_i^a_i|",
    .source = "derived",
    .stationary_set = "{some x_i = 0}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_DEFINABLE,
    .params = monomial_params,
    .params_size = sizeof(monomial),
    .make = monomial_make,
    .value = monomial_value,
    .subgradient = monomial_subgradient,
    .clarke_residual = monomial_clarke_residual,
    .stationary_distance = monomial_stationary_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = monomial_hull_distance,
    .lipschitz = monomial_lipschitz,
    .weak_convexity = monomial_weak_convexity,
    .growth = monomial_growth,
    .value_gap = monomial_value,
    .block_prox = monomial_block_prox,
    .enclose = monomial_enclose,
    .distance_upper = monomial_distance_upper,
    .certifiable = monomial_certifiable,
    .outside = "by hand: the proof of the set holds everywhere",
};
