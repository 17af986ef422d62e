/* f(c, d) = sum_j min((p_j - c)^2, (p_j - d)^2)/2 over data p_1 < ... < p_N on a line: two means, the
   minimum over all ways to divide the data.

   Where c < d the data below (c + d)/2 belong to c and those above to d. The gradient is (the sum of
   c - p over the own data, likewise for d). Clarke-stationary are
   - splits: c and d the means of the first s and the last N - s data, s = 1..N-1, if the middle of the
     means is between datum s and s+1: local minima, quadratic near by;
   - ties: datum t is in the middle, and a part w in [0, 1] of it counted to c and the rest to d puts
     both at their means: with h = (d - c)/2, A and B the sums of p_t - p_j over the lower and of p_j
     - p_t over the higher data, c = p_t - h, d = p_t + h, h = (A + B)/N, w = A/h - (t - 1) if that is
     in [0, 1]. f falls to both sides;
   - c = d = the mean: on the diagonal the limits of gradients are (A, -B) and (-B, A), with A and B
     the sums of |c - p_j| below and above c; 0 is between them where A = B;
   - one mean far off: c the mean of all data and d <= 2 p_1 - c or d >= 2 p_N - c.
   and the same with c and d exchanged. At a split the exponent is 1/2.

   The minimiser over c with weight alpha is the best of c = centre and of (the sum of a first or a
   last part of the data + alpha centre)/(its number + alpha): f is the smallest of the quadratics of
   all divisions, and the data of a minimiser's own division are a first or a last part. Alternating
   minimisation ends after finitely many sweeps, as the divisions are finitely many. */
#include "problems/lib/goldstein.h"
#include "problems/lib/scalar.h"

#include <string.h>

typedef struct {
    size_t n;
    clarke_list p;
} two_means;

enum { TWO_MEANS_MOST = 32 };

typedef struct {
    size_t count;
    const double *p; /* [count] rising */
    double mean, least;
} two_means_data;

static const two_means_data *two_means_of(const clarke_problem *p)
{
    return p->data;
}

/* Of the data first, ..., last - 1, with `weight` times the centre. */
static double two_means_mean(const two_means_data *d, size_t first, size_t last, double weight,
                             double centre)
{
    double sum = weight * centre;
    for (size_t j = first; j < last; j++) sum += d->p[j];
    return sum / ((double)(last - first) + weight);
}

static double two_means_value(const clarke_problem *p, const double *x)
{
    const two_means_data *d = two_means_of(p);
    double sum = 0.0;
    for (size_t j = 0; j < d->count; j++) {
        const double off = fmin(fabs(d->p[j] - x[0]), fabs(d->p[j] - x[1]));
        sum += 0.5 * off * off;
    }
    return sum;
}

/* A tie goes to the first mean. */
static void two_means_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const two_means_data *d = two_means_of(p);
    g[0] = g[1] = 0.0;
    for (size_t j = 0; j < d->count; j++) {
        const size_t b = fabs(d->p[j] - x[0]) <= fabs(d->p[j] - x[1]) ? 0 : 1;
        g[b] += x[b] - d->p[j];
    }
}

/* dist(0, [g, g + v]). */
static double two_means_segment(const double g[2], const double v[2])
{
    const double length = v[0] * v[0] + v[1] * v[1];
    const double t = length > 0.0 ? -(g[0] * v[0] + g[1] * v[1]) / length : 0.0;
    const double at = fmin(fmax(t, 0.0), 1.0);
    return hypot(g[0] + at * v[0], g[1] + at * v[1]);
}

/* Off the diagonal a datum in the middle is the only one there. */
static double two_means_residual(const clarke_problem *p, const double *x)
{
    const two_means_data *d = two_means_of(p);
    double g[2], v[2] = {0.0, 0.0}, below = 0.0, above = 0.0;
    two_means_subgradient(p, x, g);
    for (size_t j = 0; j < d->count; j++) {
        const double off = x[0] - d->p[j];
        below += fmax(off, 0.0), above += fmax(-off, 0.0);
        if (fabs(off) == fabs(d->p[j] - x[1])) v[0] = -off, v[1] = x[1] - d->p[j];
    }
    if (x[0] != x[1]) return two_means_segment(g, v);
    const double from[] = {below, -above}, to[] = {-above - below, below + above};
    return two_means_segment(from, to);
}

/* ---- the stationary set ---- */

typedef struct {
    double x[2], distance;
    clarke_point_kind kind;
} two_means_point;

static void two_means_offer(const double *x, double c, double d, clarke_point_kind kind,
                            two_means_point *best)
{
    const double distance = hypot(x[0] - c, x[1] - d);
    if (distance < best->distance) *best = (two_means_point){{c, d}, distance, kind};
}

static void two_means_offer_both(const double *x, double c, double d, clarke_point_kind kind,
                                 two_means_point *best)
{
    two_means_offer(x, c, d, kind, best);
    two_means_offer(x, d, c, kind, best);
}

static bool two_means_split(const two_means_data *d, size_t s, double *low, double *high)
{
    *low = two_means_mean(d, 0, s, 0.0, 0.0);
    *high = two_means_mean(d, s, d->count, 0.0, 0.0);
    const double middle = 0.5 * (*low + *high);
    return d->p[s - 1] < middle && middle < d->p[s];
}

static bool two_means_tie(const two_means_data *d, size_t t, double *h)
{
    double lower = 0.0, upper = 0.0;
    for (size_t j = 0; j < t; j++) lower += d->p[t] - d->p[j];
    for (size_t j = t + 1; j < d->count; j++) upper += d->p[j] - d->p[t];
    *h = (lower + upper) / (double)d->count;
    const double part = lower / *h - (double)t;
    return part >= 0.0 && part <= 1.0;
}

static void two_means_far(const two_means_data *d, const double *x, size_t own,
                          two_means_point *best)
{
    const double low = 2.0 * d->p[0] - d->mean, high = 2.0 * d->p[d->count - 1] - d->mean;
    const double other = x[1 - own];
    const bool up = fabs(other - high) < fabs(other - low);
    double at[2];
    at[own] = d->mean;
    at[1 - own] = other <= low || other >= high ? other : up ? high : low;
    /* At the end of the ray f falls as the far mean comes in. */
    two_means_offer(x, at[0], at[1],
                    other < low || other > high ? CLARKE_POINT_LOCAL_MINIMUM : CLARKE_POINT_SADDLE,
                    best);
}

static double two_means_distance(const clarke_problem *p, const double *x, double *nearest,
                                 clarke_point_kind *kind)
{
    const two_means_data *d = two_means_of(p);
    two_means_point best = {.distance = INFINITY};
    for (size_t s = 1; s < d->count; s++) {
        double point[2];
        if (!two_means_split(d, s, &point[0], &point[1])) continue;
        const bool least = two_means_value(p, point) <= d->least;
        two_means_offer_both(x, point[0], point[1],
                             least ? CLARKE_POINT_GLOBAL_MINIMUM : CLARKE_POINT_LOCAL_MINIMUM,
                             &best);
    }
    for (size_t t = 0; t < d->count; t++) {
        double h;
        if (two_means_tie(d, t, &h))
            two_means_offer_both(x, d->p[t] - h, d->p[t] + h, CLARKE_POINT_SADDLE, &best);
    }
    two_means_offer(x, d->mean, d->mean, CLARKE_POINT_SADDLE, &best);
    two_means_far(d, x, 0, &best);
    two_means_far(d, x, 1, &best);
    if (nearest) memcpy(nearest, best.x, sizeof best.x);
    if (kind) *kind = best.kind;
    return best.distance;
}

static clarke_growth two_means_at_split(const two_means_data *d, size_t s)
{
    return clarke_growth_make(2.0, 0.5 * fmin((double)s, (double)(d->count - s)));
}

static clarke_growth two_means_growth(const clarke_problem *p, const double *x)
{
    const two_means_data *d = two_means_of(p);
    double at[2], low, high;
    two_means_distance(p, x, at, NULL);
    for (size_t s = 1; s < d->count; s++)
        if (two_means_split(d, s, &low, &high) && fmin(at[0], at[1]) == low &&
            fmax(at[0], at[1]) == high)
            return two_means_at_split(d, s);
    return (clarke_growth){NAN, NAN, NAN};
}

/* While no datum changes its mean in the ball the gradient's entries have the slopes s and N - s. */
static double two_means_hull_distance(const clarke_problem *p, const double *z, double r)
{
    const two_means_data *d = two_means_of(p);
    double g[2], slope[2] = {0.0, 0.0}, norm = 0.0;
    if (r == 0.0) return two_means_residual(p, z);
    for (size_t j = 0; j < d->count; j++) {
        const double apart = fabs(d->p[j] - z[0]) - fabs(d->p[j] - z[1]);
        /* Each of the two distances changes by at most r. */
        if (!(fabs(apart) > 2.0 * r)) return 0.0;
        slope[apart < 0.0 ? 0 : 1] += 1.0;
    }
    two_means_subgradient(p, z, g);
    for (size_t b = 0; b < 2; b++) norm = hypot(norm, fmax(fabs(g[b]) - slope[b] * r, 0.0));
    return norm * (1.0 - 16.0 * (double)d->count * DBL_EPSILON);
}

/* Near a split with the same division it is s (c - c*)^2/2 + (N - s) (d - d*)^2/2: the sums of a
   mean's own data about any point. Elsewhere the difference of values. */
static double two_means_gap(const clarke_problem *p, const double *x)
{
    const two_means_data *d = two_means_of(p);
    double at[2], low, high;
    two_means_distance(p, x, at, NULL);
    const double middle = 0.5 * (x[0] + x[1]), left = fmin(x[0], x[1]), right = fmax(x[0], x[1]);
    for (size_t s = 1; s < d->count; s++) {
        if (!two_means_split(d, s, &low, &high) || fmin(at[0], at[1]) != low ||
            fmax(at[0], at[1]) != high || (at[0] < at[1]) != (x[0] < x[1]))
            continue;
        if (!(d->p[s - 1] <= middle && middle <= d->p[s])) break;
        return 0.5 * ((double)s * (left - low) * (left - low) +
                      (double)(d->count - s) * (right - high) * (right - high));
    }
    return two_means_value(p, x) - two_means_value(p, at);
}

static double two_means_lipschitz(const clarke_problem *p, double radius)
{
    const two_means_data *d = two_means_of(p);
    double sum = 0.0;
    for (size_t j = 0; j < d->count; j++) sum += radius + fabs(d->p[j]);
    return sum;
}

static void two_means_block_prox(const clarke_problem *p, size_t block, double weight,
                                 const double *x, const double *centre, double *y)
{
    const two_means_data *d = two_means_of(p);
    double z[2], best = INFINITY;
    memcpy(z, x, sizeof z);
    for (size_t s = 0; s <= 2 * d->count; s++) {
        const size_t first = s < d->count ? s : 0,
                     last = s < d->count ? d->count : 2 * d->count - s;
        z[block] = last > 0 ? two_means_mean(d, first, last, weight, *centre) : *centre;
        const double off = z[block] - *centre, f = two_means_value(p, z) + 0.5 * weight * off * off;
        if (f > best || (f == best && fabs(off) >= fabs(*y - *centre))) continue;
        best = f;
        *y = z[block];
    }
}

/* Each datum pulls the nearer mean; one that can be as near to either, any mixture. */
static void two_means_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                              clarke_enclosure *out)
{
    const two_means_data *d = two_means_of(p);
    const clarke_interval zero = {0.0, 0.0};
    (void)field;
    for (size_t j = 0; j < d->count; j++) {
        const clarke_interval datum = clarke_interval_point(d->p[j]);
        const clarke_interval off[] = {clarke_interval_sub(box[0], datum),
                                       clarke_interval_sub(box[1], datum)};
        const clarke_interval first[] = {off[0], zero}, second[] = {zero, off[1]};
        const clarke_interval size[] = {clarke_interval_abs(off[0]), clarke_interval_abs(off[1])};
        clarke_enclosure_part(out);
        if (size[0].low <= size[1].high) clarke_enclosure_vertex(out, first);
        if (size[1].low <= size[0].high) clarke_enclosure_vertex(out, second);
    }
}

/* To the declared point nearest to the middle. It is formed with fewer than 2 N + 8 roundings of
   numbers up to N times the data's and the box's. */
static double two_means_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                       bool field)
{
    const two_means_data *d = two_means_of(p);
    const double count = (double)d->count;
    double middle[2], nearest[2], size = 0.0;
    clarke_interval near[2];
    (void)field;
    clarke_box_middle(2, box, middle);
    two_means_distance(p, middle, nearest, NULL);
    for (size_t j = 0; j < d->count; j++) size = fmax(size, fabs(d->p[j]));
    for (size_t b = 0; b < 2; b++) {
        const double error = (2.0 * count + 8.0) * count * DBL_EPSILON *
                             fmax(size, fabs(nearest[b]));
        near[b] = clarke_interval_add(clarke_interval_point(nearest[b]),
                                      (clarke_interval){-error, error});
    }
    return clarke_box_distance(2, box, near);
}

static clarke_status two_means_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const two_means *m = params;
    const size_t count = m->p.count;
    double middle = 0.0;
    for (size_t j = 1; j < count; j++)
        if (!(m->p.value[j] > m->p.value[j - 1]))
            return clarke_fail(CLARKE_EINPUT, "%s: the data p have to rise", p->id);
    if (count < 2 || count > TWO_MEANS_MOST)
        return clarke_fail(CLARKE_EINPUT, "%s: %zu data; 2 to %d are possible", p->id, count,
                           TWO_MEANS_MOST);
    CLARKE_TRY(clarke_problem_size(p, 2, 0.0, -4.0, 4.0, mem));
    two_means_data *d = clarke_alloc(mem, sizeof *d);
    CLARKE_TRY(clarke_arena_status(mem));
    static const clarke_block block[] = {{"c", 0, 1, 1}, {"d", 1, 1, 1}};
    *d = (two_means_data){count, m->p.value, 0.0, INFINITY};
    p->data = d;
    p->layout = (clarke_layout){2, block};
    d->mean = two_means_mean(d, 0, count, 0.0, 0.0);
    for (size_t s = 1; s < count; s++) {
        double point[2];
        if (!two_means_split(d, s, &point[0], &point[1])) continue;
        d->least = fmin(d->least, two_means_value(p, point));
        p->plan_growth = clarke_growth_slower(p->plan_growth, two_means_at_split(d, s));
        middle = fmax(middle, fmax(fabs(point[0]), fabs(point[1])));
    }
    p->start[0] = m->p.value[0] - 0.25, p->start[1] = m->p.value[1];
    p->minimum = d->least;
    p->gradient_bound = 2.0 * (double)count * middle;
    return CLARKE_OK;
}

static const clarke_param two_means_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(two_means, n), "2", 2.0, 2.0, NULL, "dimension, always 2"},
    {"p", CLARKE_PARAM_LIST, offsetof(two_means, p), "-2,-1.5,0.5,2.5", -0x1p10, 0x1p10, NULL,
     "data, rising"},
    {0}};

static const clarke_certifiable two_means_certifiable[] = {
    {"", -4.0, 4.0, 0.01, 1365, false},
    {0},
};

const clarke_problem_desc clarke_problem_two_means = {
    .title = "Two means of data on a line",
    .formula = "sum_j min((p_j - c)^2, (p_j - d)^2)/2",
    .source = "derived; MacQueen 1967 for the problem",
    .stationary_set = "the means of the divisions that they make, of those with a datum in the "
                      "middle, c = d = mean, and one mean with the other one far off",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_DEFINABLE,
    .params = two_means_params,
    .params_size = sizeof(two_means),
    .make = two_means_make,
    .value = two_means_value,
    .subgradient = two_means_subgradient,
    .clarke_residual = two_means_residual,
    .stationary_distance = two_means_distance,
    .goldstein_residual = clarke_goldstein_bracket,
    .hull_distance = two_means_hull_distance,
    .lipschitz = two_means_lipschitz,
    .growth = two_means_growth,
    .value_gap = two_means_gap,
    .block_prox = two_means_block_prox,
    .enclose = two_means_enclose,
    .distance_upper = two_means_distance_upper,
    .certifiable = two_means_certifiable,
    .outside = "by hand: the proof of the set holds everywhere",
};
