/* f(x) = |x|^2/2 + 1/2 - max_i x_i, n >= 2, which is the smallest |x - e_i|^2/2: a difference of
   convex functions with 2^n - 1 stationary points.

   The subdifferential is x - conv{e_i : i in I}, I the largest x_i. 0 is in it iff x vanishes off I
   and x_i = w_i on I with weights w, all equal: S = {(1/k) sum_{i in I} e_i : |I| = k >= 1}. k = 1:
   global minima, f = d^2/2 near by; k >= 2: saddles (f' is negative along all directions that are
   not constant on I, and f grows by d^2/2 along the others). Only the e_i are d-stationary. Not
   regular, not weakly convex.

   Distance: the best point with k entries takes the k largest x_i; its squared distance is |x|^2 -
   2 top_k/k + 1/k, minimised over k, then evaluated directly because the difference loses half of
   the digits. The residual on ties: sqrt(sum off I x_i^2 + k (M - 1/k)^2).

   Hull over B(z, r), derived: entry i can be largest somewhere in the ball only if M - z_i <=
   sqrt(2) r, so the hull is within r of z - conv{e_i : those i}. */
#include "problems/lib/order.h"
#include "problems/lib/scalar.h"

typedef struct {
    size_t n;
} dc_max;

static size_t dc_max_largest(const clarke_problem *p, const double *x)
{
    size_t where = 0;
    for (size_t i = 1; i < p->n; i++)
        if (x[i] > x[where]) where = i;
    return where;
}

/* |x - e_i|^2/2 for a largest x_i: no differences of large terms. */
static double dc_max_value(const clarke_problem *p, const double *x)
{
    const size_t where = dc_max_largest(p, x);
    double square = (x[where] - 1.0) * (x[where] - 1.0);
    for (size_t i = 0; i < p->n; i++)
        if (i != where) square += x[i] * x[i];
    return 0.5 * square;
}

/* The first of the largest. */
static void dc_max_subgradient(const clarke_problem *p, const double *x, double *g)
{
    for (size_t i = 0; i < p->n; i++) g[i] = x[i];
    g[dc_max_largest(p, x)] -= 1.0;
}

static double dc_max_clarke_residual(const clarke_problem *p, const double *x)
{
    const double m = x[dc_max_largest(p, x)];
    double square = 0.0, k = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        if (x[i] == m)
            k += 1.0;
        else
            square += x[i] * x[i];
    }
    const double gap = m - 1.0 / k;
    return sqrt(square + k * gap * gap);
}

/* k of the nearest point; the order is sorted. */
static size_t dc_max_choose(const clarke_problem *p, const double *x)
{
    size_t *order = p->data, chosen = 1;
    double best = INFINITY, top = 0.0;
    clarke_order_descending(order, x, p->n);
    for (size_t k = 1; k <= p->n; k++) {
        top += x[order[k - 1]];
        const double value = (1.0 - 2.0 * top) / (double)k;
        if (value < best) best = value, chosen = k;
    }
    return chosen;
}

static double dc_max_stationary_distance(const clarke_problem *p, const double *x, double *nearest,
                                         clarke_point_kind *kind)
{
    const size_t k = dc_max_choose(p, x), *order = p->data;
    double square = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        const double y = i < k ? 1.0 / (double)k : 0.0, gap = x[order[i]] - y;
        square += gap * gap;
        if (nearest) nearest[order[i]] = y;
    }
    if (kind) *kind = k == 1 ? CLARKE_POINT_GLOBAL_MINIMUM : CLARKE_POINT_SADDLE;
    return sqrt(square);
}

static double dc_max_hull_distance(const clarke_problem *p, const double *z, double r)
{
    size_t *order = p->data, count = 0;
    const double margin = sqrt(2.0) * r * (1.0 + DBL_EPSILON);
    double square = 0.0, sum = 1.0;
    clarke_order_descending(order, z, p->n);
    while (count < p->n && z[order[0]] - z[order[count]] <= margin) count++;
    const double tau = clarke_order_threshold(order, z, count, 1.0);
    for (size_t i = 0; i < p->n; i++) {
        const double t = z[order[i]], gap = t - (i < count ? fmax(t - tau, 0.0) : 0.0);
        square += gap * gap;
        sum += fabs(t);
    }
    /* Rounding: n + 4 units of the terms, all at most |z|_1 + 1. */
    return fmax(0.0, sqrt(square) - r - ((double)p->n + 4.0) * DBL_EPSILON * sum);
}

static clarke_interval dc_max_goldstein_residual(const clarke_problem *p, const double *x,
                                                 double delta)
{
    const double low = dc_max_hull_distance(p, x, delta);
    if (dc_max_stationary_distance(p, x, NULL, NULL) <= delta) return (clarke_interval){low, low};
    return (clarke_interval){low, fmax(low, dc_max_clarke_residual(p, x))};
}

/* f is the smallest of |x - e_i|^2/2: raise a largest entry by t, divide by 1 + t. */
static void dc_max_prox(const clarke_problem *p, double t, const double *x, double *y)
{
    const size_t where = dc_max_largest(p, x);
    const double raised = x[where] + t;
    for (size_t i = 0; i < p->n; i++) y[i] = x[i] / (1.0 + t);
    y[where] = raised / (1.0 + t);
}

static double dc_max_lipschitz(const clarke_problem *p, double radius)
{
    (void)p;
    return radius + 1.0;
}

static clarke_growth dc_max_growth(const clarke_problem *p, const double *x)
{
    (void)p, (void)x;
    return clarke_growth_make(2.0, 0.5);
}

static void dc_max_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                           clarke_enclosure *out)
{
    double largest = -INFINITY; /* of the lower ends: no smaller entry can be active */
    (void)field;
    clarke_enclosure_add(out, box);
    for (size_t i = 0; i < p->n; i++) largest = fmax(largest, box[i].low);
    clarke_enclosure_part(out);
    for (size_t i = 0; i < p->n; i++) {
        clarke_interval v[CLARKE_ENCLOSURE_DIMENSION] = {{0.0, 0.0}};
        if (box[i].high < largest) continue;
        v[i] = clarke_interval_point(-1.0);
        clarke_enclosure_vertex(out, v);
    }
}

static double dc_max_distance_upper(const clarke_problem *p, const clarke_interval *box, bool field)
{
    double x[CLARKE_ENCLOSURE_DIMENSION], nearest[CLARKE_ENCLOSURE_DIMENSION], k = 0.0;
    clarke_interval near[CLARKE_ENCLOSURE_DIMENSION];
    (void)field;
    clarke_box_middle(p->n, box, x);
    dc_max_stationary_distance(p, x, nearest, NULL);
    for (size_t i = 0; i < p->n; i++) k += nearest[i] != 0.0;
    for (size_t i = 0; i < p->n; i++)
        near[i] =
            clarke_interval_scale(nearest[i] != 0.0 ? 1.0 : 0.0, clarke_interval_ratio(1.0, k));
    return clarke_box_distance(p->n, box, near);
}

static clarke_status dc_max_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const dc_max *d = params;
    CLARKE_TRY(clarke_problem_size(p, d->n, 0.25, -2.0, 2.0, mem));
    p->data = clarke_alloc_array(mem, p->n, sizeof(size_t));
    p->start[0] = 1.75;
    p->minimum = 0.0;
    p->gradient_bound = 0.0;
    p->plan_growth = clarke_growth_make(2.0, 0.5);
    return clarke_arena_status(mem);
}

static const clarke_param dc_max_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(dc_max, n), "2", 2.0, 0x1p53, NULL, "dimension"}, {0}};

static const clarke_certifiable dc_max_certifiable[] = {
    {"n=2", -4.0, 4.0, 1e-3, 541, false}, {"n=3", -4.0, 4.0, 1e-2, 2429, false}, {0}};

const clarke_problem_desc clarke_problem_dc_max = {
    .title = "Quadratic minus maximum",
    .formula = "|x|^2/2 + 1/2 - max_i x_i",
    .source = "derived",
    .stationary_set = "(1/k) sum_{i in I} e_i, |I| = k = 1, ..., n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = dc_max_params,
    .params_size = sizeof(dc_max),
    .make = dc_max_make,
    .value = dc_max_value,
    .subgradient = dc_max_subgradient,
    .clarke_residual = dc_max_clarke_residual,
    .stationary_distance = dc_max_stationary_distance,
    .goldstein_residual = dc_max_goldstein_residual,
    .hull_distance = dc_max_hull_distance,
    .prox = dc_max_prox,
    .lipschitz = dc_max_lipschitz,
    .growth = dc_max_growth,
    .enclose = dc_max_enclose,
    .distance_upper = dc_max_distance_upper,
    .certifiable = dc_max_certifiable,
    .outside = "by hand: x in the simplex of the e_i is necessary",
};
