/* f(x) = max{sum A_i, sum B_i} = L + |Q - (n-1)| with L = sum_{i>=2} x_i and Q = sum_{i<n}
   [x_i^2 + (x_{i+1} - 1)^2], n >= 2: Chained Crescent I of Haarala, Miettinen, Makela, Optim.
   Methods Softw. 19 (2004), formula recalled; the set is derived.

   Regular, and the subdifferential is grad L + t grad Q, t in Sign(Q - n + 1): a point or a
   segment. grad L + t grad Q = 0 needs t != 0, x_1 = 0, and with s = 1/t, x_i = 1/2 - s/4
   between, x_n = 1 - s/2, where Q - (n-1) = (n/8)(s^2 - 4). On the kink s = +-2; t = 1 would
   need Q > n - 1; t = -1 is right. So S = {0, (0,1,...,1,2), (0,3/4,...,3/4,3/2)}.

   At 0, f >= L + (Q - n + 1)/2 = (x_1^2 + 2 x_2^2 + ... + 2 x_{n-1}^2 + x_n^2)/2 >= d^2/2,
   attained to second order along x_1: the global minimum. At (0,1,...,1,2), f = n, t = -1/2: a
   saddle, f falls along the sphere Q = n - 1 by the same form and grows off it. At (0,3/4,...),
   f = 9n/8 is smooth with Hessian -diag(2, 4, ..., 4, 2): a local maximum.

   Hull over B(z, r): Q changes by at most |grad Q(z)| r + h r^2/2 and grad Q by h r, h = 4 (2 if
   n = 2), the largest eigenvalue of the Hessian diag(2, 4, ..., 4, 2) of Q. */
#include "problems/lib/goldstein.h"
#include "problems/lib/scalar.h"

typedef struct {
    size_t n;
} crescent1;

/* Sums of up to millions of terms against n - 1: compensated (Neumaier, ZAMM 54, 1974). */
typedef struct {
    double sum, low;
} crescent1_sum;

static void crescent1_add(crescent1_sum *s, double term)
{
    const double next = s->sum + term;
    s->low += fabs(s->sum) >= fabs(term) ? (s->sum - next) + term : (term - next) + s->sum;
    s->sum = next;
}

/* Q - (n - 1) */
static double crescent1_gap(const clarke_problem *p, const double *x)
{
    crescent1_sum q = {-(double)(p->n - 1), 0.0};
    for (size_t i = 0; i + 1 < p->n; i++) {
        crescent1_add(&q, x[i] * x[i]);
        crescent1_add(&q, (x[i + 1] - 1.0) * (x[i + 1] - 1.0));
    }
    return q.sum + q.low;
}

/* The terms have relative errors of 3 eps/2, the compensated sum adds eps Q, and rounded
   coordinates change x^2 by eps x^2 and (x-1)^2 by eps |x - 1| |x| <= eps ((x-1)^2 + |x - 1|):
   in all less than 4 eps Q + eps (Q + n). */
static double crescent1_rounding(const clarke_problem *p, double gap)
{
    return 8.0 * DBL_EPSILON * (fabs(gap) + (double)p->n);
}

static double crescent1_linear(const clarke_problem *p, const double *x)
{
    crescent1_sum sum = {0.0, 0.0};
    for (size_t i = 1; i < p->n; i++) crescent1_add(&sum, x[i]);
    return sum.sum + sum.low;
}

static double crescent1_slope(const clarke_problem *p, const double *x, size_t i)
{
    return (i + 1 < p->n ? 2.0 * x[i] : 0.0) + (i > 0 ? 2.0 * (x[i] - 1.0) : 0.0);
}

static double crescent1_value(const clarke_problem *p, const double *x)
{
    return crescent1_linear(p, x) + fabs(crescent1_gap(p, x));
}

static void crescent1_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const double t = clarke_scalar_sign(crescent1_gap(p, x));
    for (size_t i = 0; i < p->n; i++) g[i] = (double)(i > 0) + t * crescent1_slope(p, x, i);
}

static double crescent1_curvature(const clarke_problem *p)
{
    return p->n == 2 ? 2.0 : 4.0;
}

/* The shortest grad L + t grad Q at x, where t is free if the ball B(x, r) meets the kink. A norm
   that is nothing but rounding, 8 eps of |grad L| + |grad Q|, is 0. */
static double crescent1_shortest(const clarke_problem *p, const double *x, double r)
{
    double product = 0.0, square = 0.0, norm = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        const double slope = crescent1_slope(p, x, i);
        square += slope * slope;
        if (i > 0) product += slope;
    }
    const double gap = crescent1_gap(p, x);
    const double reach = sqrt(square) * r + 0.5 * crescent1_curvature(p) * r * r;
    double t = clarke_scalar_sign(gap);
    if (fabs(gap) <= crescent1_rounding(p, gap) + reach)
        t = square > 0.0 ? clarke_scalar_clip(-product / square, -1.0, 1.0) : 0.0;
    for (size_t i = 0; i < p->n; i++) {
        const double g = (double)(i > 0) + t * crescent1_slope(p, x, i);
        norm += g * g;
    }
    norm = sqrt(norm);
    const double rounding = 8.0 * DBL_EPSILON * (sqrt((double)p->n) + sqrt(square));
    return norm <= rounding ? 0.0 : norm;
}

static double crescent1_clarke_residual(const clarke_problem *p, const double *x)
{
    return crescent1_shortest(p, x, 0.0);
}

static double crescent1_hull_distance(const clarke_problem *p, const double *z, double r)
{
    return fmax(0.0, crescent1_shortest(p, z, r) - crescent1_curvature(p) * r);
}

/* Entry i of (0, s, ..., s, 2s). */
static double crescent1_point(const clarke_problem *p, double s, size_t i)
{
    return i == 0 ? 0.0 : i + 1 < p->n ? s : 2.0 * s;
}

static double crescent1_stationary_distance(const clarke_problem *p, const double *x,
                                            double *nearest, clarke_point_kind *kind)
{
    static const double scale[] = {0.0, 1.0, 0.75};
    static const clarke_point_kind kinds[] = {CLARKE_POINT_GLOBAL_MINIMUM, CLARKE_POINT_SADDLE,
                                              CLARKE_POINT_LOCAL_MAXIMUM};
    double best = INFINITY;
    size_t which = 0;
    for (size_t k = 0; k < 3; k++) {
        double square = 0.0;
        for (size_t i = 0; i < p->n; i++) {
            const double gap = x[i] - crescent1_point(p, scale[k], i);
            square += gap * gap;
        }
        if (square < best) best = square, which = k;
    }
    for (size_t i = 0; nearest && i < p->n; i++) nearest[i] = crescent1_point(p, scale[which], i);
    if (kind) *kind = kinds[which];
    return sqrt(best);
}

/* |grad L| = sqrt(n-1) and |grad Q| <= 4 |x| + |(0,2,...,2)|. */
static double crescent1_lipschitz(const clarke_problem *p, double radius)
{
    return 3.0 * sqrt((double)(p->n - 1)) + 4.0 * radius;
}

static double crescent1_weak_convexity(const clarke_problem *p, double radius)
{
    (void)radius;
    return crescent1_curvature(p);
}

static clarke_growth crescent1_growth(const clarke_problem *p, const double *x)
{
    clarke_point_kind kind;
    crescent1_stationary_distance(p, x, NULL, &kind);
    return clarke_growth_make(2.0, kind == CLARKE_POINT_LOCAL_MAXIMUM ? 1.0 : 0.5);
}

static void crescent1_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                              clarke_enclosure *out)
{
    clarke_interval linear[CLARKE_ENCLOSURE_DIMENSION], slope[CLARKE_ENCLOSURE_DIMENSION];
    clarke_interval gap = clarke_interval_point(-(double)(p->n - 1));
    (void)field;
    for (size_t i = 0; i < p->n; i++) {
        const clarke_interval shifted = clarke_interval_minus(box[i], 1.0);
        linear[i] = clarke_interval_point(i > 0 ? 1.0 : 0.0);
        slope[i] = clarke_interval_point(0.0);
        if (i + 1 < p->n) {
            gap = clarke_interval_add(gap, clarke_interval_sqr(box[i]));
            slope[i] = clarke_interval_scale(2.0, box[i]);
        }
        if (i == 0) continue;
        gap = clarke_interval_add(gap, clarke_interval_sqr(shifted));
        slope[i] = i + 1 < p->n ? clarke_interval_minus(clarke_interval_scale(4.0, box[i]), 2.0)
                                : clarke_interval_scale(2.0, shifted);
    }
    clarke_enclosure_add(out, linear);
    clarke_enclosure_segment(out, clarke_interval_sign(gap), slope);
}

static double crescent1_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                       bool field)
{
    double x[CLARKE_ENCLOSURE_DIMENSION], nearest[CLARKE_ENCLOSURE_DIMENSION];
    clarke_interval near[CLARKE_ENCLOSURE_DIMENSION];
    (void)field;
    clarke_box_middle(p->n, box, x);
    crescent1_stationary_distance(p, x, nearest, NULL);
    for (size_t i = 0; i < p->n; i++) near[i] = clarke_interval_point(nearest[i]); /* dyadic */
    return clarke_box_distance(p->n, box, near);
}

static clarke_status crescent1_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    CLARKE_TRY(clarke_problem_size(p, ((const crescent1 *)params)->n, 1.75, -2.5, 2.5, mem));
    p->start[0] = -1.5;
    p->minimum = 0.0;
    p->gradient_bound = 3.0 * sqrt((double)(p->n - 1));
    p->plan_growth = clarke_growth_make(2.0, 0.5);
    return CLARKE_OK;
}

static const clarke_param crescent1_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(crescent1, n), "2", 2.0, 0x1p53, NULL, "dimension"}, {0}};

static const clarke_certifiable crescent1_certifiable[] = {{"n=2", -8.0, 8.0, 1e-3, 611, false},
                                                           {"n=3", -4.0, 4.0, 2e-2, 1539, false},
                                                           {"n=4", -4.0, 4.0, 2e-2, 6135, false},
                                                           {0}};

const clarke_problem_desc clarke_problem_crescent1 = {
    .title = "Chained Crescent I",
    .formula = "sum_{i>=2} x_i + |sum_{i<n} (x_i^2 + (x_{i+1} - 1)^2 - 1)|",
    .source = "Haarala, Miettinen, Makela, Optim. Methods Softw. 19 (2004) 673-692, recalled; the "
              "set is derived",
    .stationary_set = "{0, (0,1,...,1,2), (0,3/4,...,3/4,3/2)}",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = crescent1_params,
    .params_size = sizeof(crescent1),
    .make = crescent1_make,
    .value = crescent1_value,
    .subgradient = crescent1_subgradient,
    .clarke_residual = crescent1_clarke_residual,
    .stationary_distance = crescent1_stationary_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = crescent1_hull_distance,
    .lipschitz = crescent1_lipschitz,
    .weak_convexity = crescent1_weak_convexity,
    .growth = crescent1_growth,
    .enclose = crescent1_enclose,
    .distance_upper = crescent1_distance_upper,
    .certifiable = crescent1_certifiable,
    .outside = "by hand: the proof of the set holds everywhere",
};
