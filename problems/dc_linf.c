/* f(x) = |x|^2/2 - a |x|_inf, a > 0: a difference of convex functions with 3^n stationary points.

   The subdifferential is x - a conv{sign(x_i) e_i : i in I}, I the largest |x_i|; at 0 it is the l1
   ball of radius a. 0 is in it iff x = 0 or x vanishes off I and a w_i = |x_i| with weights w, all
   equal on I: S = {0} u {(a/k) sum_{i in I} s_i e_i : |I| = k >= 1, s in {-1,1}^I}. k = 1: global
   minima, f = -a^2/2 + d^2/2 near by; 2 <= k: saddles, growth d^2/2 within the tie; 0: a local
   maximum, f = d^2/2 - a |.|_inf, at least a d/sqrt(n) below 0 to first order. Not regular, not
   weakly convex.

   Distance: the best point with k entries takes the k largest |x_i|; its squared distance is |x|^2
   - 2 (a/k) top_k + a^2/k, minimised over k, then evaluated directly because the difference loses
   half of the digits. The residual on ties: sqrt(sum off I x_i^2 + k (M - a/k)^2).

   Hull over B(z, r), derived: entry i can be largest somewhere in the ball only if M - |z_i| <=
   sqrt(2) r, so the hull is within r of z - a conv{sign(z_i) e_i : those i}, a scaled simplex if
   all of them keep their sign (|z_i| > r) and else inside z - the l1 ball of radius a. */
#include "problems/lib/scalar.h"

typedef struct {
    size_t n;
    double a;
} dc_linf;

typedef struct {
    double a;
    size_t *order; /* [n] indices by falling |x| */
} dc_linf_data;

static double dc_linf_largest(const clarke_problem *p, const double *x, size_t *where)
{
    double largest = -1.0;
    for (size_t i = 0; i < p->n; i++)
        if (fabs(x[i]) > largest) largest = fabs(x[i]), *where = i;
    return largest;
}

static double dc_linf_value(const clarke_problem *p, const double *x)
{
    size_t where = 0;
    double square = 0.0;
    for (size_t i = 0; i < p->n; i++) square += x[i] * x[i];
    return 0.5 * square - ((const dc_linf_data *)p->data)->a * dc_linf_largest(p, x, &where);
}

/* The first of the largest; sign(0) = 0. */
static void dc_linf_subgradient(const clarke_problem *p, const double *x, double *g)
{
    size_t where = 0;
    dc_linf_largest(p, x, &where);
    for (size_t i = 0; i < p->n; i++) g[i] = x[i];
    g[where] -= ((const dc_linf_data *)p->data)->a * clarke_scalar_sign(x[where]);
}

static double dc_linf_clarke_residual(const clarke_problem *p, const double *x)
{
    size_t where = 0, k = 0;
    const double a = ((const dc_linf_data *)p->data)->a, m = dc_linf_largest(p, x, &where);
    double square = 0.0;
    if (m == 0.0) return 0.0;
    for (size_t i = 0; i < p->n; i++) {
        if (fabs(x[i]) == m)
            k++;
        else
            square += x[i] * x[i];
    }
    const double gap = m - a / (double)k;
    return k == 1 && square == 0.0 ? fabs(gap) : sqrt(square + (double)k * gap * gap);
}

static void dc_linf_sift(size_t *order, const double *x, size_t root, size_t count)
{
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && fabs(x[order[child + 1]]) < fabs(x[order[child]])) child++;
        if (fabs(x[order[root]]) <= fabs(x[order[child]])) return;
        const size_t swap = order[root];
        order[root] = order[child], order[child] = swap;
    }
}

/* Heap sort by falling |x|: no memory, no call per comparison. */
static void dc_linf_sort(size_t *order, const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++) order[i] = i;
    for (size_t i = n / 2; i-- > 0;) dc_linf_sift(order, x, i, n);
    for (size_t count = n; count-- > 1;) {
        const size_t swap = order[0];
        order[0] = order[count], order[count] = swap;
        dc_linf_sift(order, x, 0, count);
    }
}

/* k of the nearest point; 0 for the origin. order is sorted. */
static size_t dc_linf_choose(const clarke_problem *p, const double *x)
{
    const dc_linf_data *d = p->data;
    double best = 0.0, top = 0.0; /* the origin: squared distance less |x|^2 */
    size_t chosen = 0;
    dc_linf_sort(d->order, x, p->n);
    for (size_t k = 1; k <= p->n; k++) {
        top += fabs(x[d->order[k - 1]]);
        const double value = (d->a - 2.0 * top) * d->a / (double)k;
        if (value < best) best = value, chosen = k;
    }
    return chosen;
}

static double dc_linf_stationary_distance(const clarke_problem *p, const double *x, double *nearest,
                                          clarke_point_kind *kind)
{
    const dc_linf_data *d = p->data;
    const size_t k = dc_linf_choose(p, x);
    const double entry = k > 0 ? d->a / (double)k : 0.0;
    double square = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        const size_t j = d->order[i];
        const double y = i < k ? copysign(entry, x[j]) : 0.0;
        square += (x[j] - y) * (x[j] - y);
        if (nearest) nearest[j] = y;
    }
    if (kind)
        *kind = k == 0   ? CLARKE_POINT_LOCAL_MAXIMUM
                : k == 1 ? CLARKE_POINT_GLOBAL_MINIMUM
                         : CLARKE_POINT_SADDLE;
    return sqrt(square);
}

/* dist(z, a conv{sign(z_i) e_i : i in J}), J = {i : M - |z_i| <= margin}: projection on a simplex
   by Michelot's rule, the threshold tau rises until no kept entry is below it. */
static double dc_linf_simplex(const clarke_problem *p, const double *z, double m, double margin)
{
    const double a = ((const dc_linf_data *)p->data)->a;
    double tau = -INFINITY;
    for (;;) {
        double sum = 0.0, count = 0.0;
        for (size_t i = 0; i < p->n; i++)
            if (m - fabs(z[i]) <= margin && fabs(z[i]) > tau) sum += fabs(z[i]), count += 1.0;
        const double next = (sum - a) / count;
        if (!(next > tau)) break;
        tau = next;
    }
    double square = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        const double r = fabs(z[i]);
        const double w = m - r <= margin ? fmax(r - tau, 0.0) : 0.0;
        square += (r - w) * (r - w);
    }
    return sqrt(square);
}

static double dc_linf_hull_distance(const clarke_problem *p, const double *z, double r)
{
    const double a = ((const dc_linf_data *)p->data)->a;
    size_t where = 0;
    const double m = dc_linf_largest(p, z, &where), margin = sqrt(2.0) * r * (1.0 + DBL_EPSILON);
    bool mixed = m == 0.0;
    double sum = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        sum += fabs(z[i]);
        mixed = mixed || (m - fabs(z[i]) <= margin && fabs(z[i]) <= r);
    }
    /* dist(z, l1 ball) >= (|z|_1 - a)/sqrt n. */
    const double d = mixed ? (sum - a) / sqrt((double)p->n) : dc_linf_simplex(p, z, m, margin);
    /* Rounding: n + 4 units of the terms, all at most |z|_1 + a. */
    return fmax(0.0, d - r - ((double)p->n + 4.0) * DBL_EPSILON * (sum + a));
}

static clarke_interval dc_linf_goldstein_residual(const clarke_problem *p, const double *x,
                                                  double delta)
{
    const double low = dc_linf_hull_distance(p, x, delta);
    if (dc_linf_stationary_distance(p, x, NULL, NULL) <= delta) return (clarke_interval){low, low};
    return (clarke_interval){low, fmax(low, dc_linf_clarke_residual(p, x))};
}

/* f is the smallest of |x -+ a e_i|^2/2 - a^2/2: raise a largest entry by t a, divide by 1 + t. */
static void dc_linf_prox(const clarke_problem *p, double t, const double *x, double *y)
{
    size_t where = 0;
    dc_linf_largest(p, x, &where);
    const double raised = x[where] + copysign(t * ((const dc_linf_data *)p->data)->a, x[where]);
    for (size_t i = 0; i < p->n; i++) y[i] = x[i] / (1.0 + t);
    y[where] = raised / (1.0 + t);
}

static double dc_linf_lipschitz(const clarke_problem *p, double radius)
{
    return radius + ((const dc_linf_data *)p->data)->a;
}

static clarke_growth dc_linf_growth(const clarke_problem *p, const double *x)
{
    const double a = ((const dc_linf_data *)p->data)->a;
    if (dc_linf_choose(p, x) > 0) return clarke_growth_make(2.0, 0.5);
    return clarke_growth_make(1.0, a / sqrt((double)p->n));
}

static void dc_linf_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                            clarke_enclosure *out)
{
    const double a = ((const dc_linf_data *)p->data)->a;
    double largest = 0.0; /* of the lower bounds of the |x_i|: no smaller entry can be active */
    (void)field;
    clarke_enclosure_add(out, box);
    for (size_t i = 0; i < p->n; i++) largest = fmax(largest, clarke_interval_distance(box[i]));
    clarke_enclosure_part(out);
    for (size_t i = 0; i < p->n; i++) {
        clarke_interval v[CLARKE_ENCLOSURE_DIMENSION] = {{0.0, 0.0}};
        if (clarke_interval_mag(box[i]) < largest) continue;
        v[i] = clarke_interval_point(-a);
        if (box[i].high >= 0.0) clarke_enclosure_vertex(out, v);
        v[i] = clarke_interval_point(a);
        if (box[i].low <= 0.0) clarke_enclosure_vertex(out, v);
    }
}

static double dc_linf_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                     bool field)
{
    double x[CLARKE_ENCLOSURE_DIMENSION], nearest[CLARKE_ENCLOSURE_DIMENSION], k = 0.0;
    clarke_interval near[CLARKE_ENCLOSURE_DIMENSION];
    (void)field;
    clarke_box_middle(p->n, box, x);
    dc_linf_stationary_distance(p, x, nearest, NULL);
    for (size_t i = 0; i < p->n; i++) k += nearest[i] != 0.0;
    const clarke_interval entry =
        clarke_interval_ratio(((const dc_linf_data *)p->data)->a, fmax(k, 1.0));
    for (size_t i = 0; i < p->n; i++)
        near[i] = clarke_interval_scale(clarke_scalar_sign(nearest[i]), entry);
    return clarke_box_distance(p->n, box, near);
}

static clarke_status dc_linf_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const dc_linf *l = params;
    CLARKE_TRY(clarke_problem_size(p, l->n, 0.25 * l->a, -2.0 * l->a, 2.0 * l->a, mem));
    dc_linf_data *d = clarke_alloc(mem, sizeof *d);
    size_t *order = clarke_alloc_array(mem, p->n, sizeof *order);
    CLARKE_TRY(clarke_arena_status(mem));
    *d = (dc_linf_data){l->a, order};
    p->data = d;
    p->start[0] = 1.75 * l->a;
    p->minimum = -0.5 * l->a * l->a;
    p->gradient_bound = 0.0;
    p->plan_growth = clarke_growth_make(2.0, 0.5);
    return CLARKE_OK;
}

static const clarke_param dc_linf_params[] = {CLARKE_SIZE_PARAM(dc_linf, "2"),
                                              {"a", CLARKE_PARAM_REAL, offsetof(dc_linf, a), "1",
                                               0x1p-20, 0x1p20, NULL, "weight of the maximum norm"},
                                              {0}};

static const clarke_certifiable dc_linf_certifiable[] = {
    {"n=2", -4.0, 4.0, 1e-3, 1823, false}, {"n=3", -4.0, 4.0, 1e-2, 10591, false}, {0}};

const clarke_problem_desc clarke_problem_dc_linf = {
    .title = "Quadratic minus maximum norm",
    .formula = "|x|^2/2 - a |x|_inf",
    .source = "derived",
    .stationary_set = "0 and (a/k) sum_{i in I} +-e_i, |I| = k = 1, ..., n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = dc_linf_params,
    .params_size = sizeof(dc_linf),
    .make = dc_linf_make,
    .value = dc_linf_value,
    .subgradient = dc_linf_subgradient,
    .clarke_residual = dc_linf_clarke_residual,
    .stationary_distance = dc_linf_stationary_distance,
    .goldstein_residual = dc_linf_goldstein_residual,
    .hull_distance = dc_linf_hull_distance,
    .prox = dc_linf_prox,
    .lipschitz = dc_linf_lipschitz,
    .growth = dc_linf_growth,
    .enclose = dc_linf_enclose,
    .distance_upper = dc_linf_distance_upper,
    .certifiable = dc_linf_certifiable,
    .outside = "by hand: g.x = |x|^2 - a |x|_inf > 0 for |x| > a",
};
