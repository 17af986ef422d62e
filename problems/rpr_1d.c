/* f(x) = mean over l of sum_j |a_l^2 x_j^2 - b_l|, b_l >= 0, a_l != 0: robust phase retrieval.

   phi(t) = F(t^2) with F(u) = mean |a^2 u - b| convex and piecewise linear, so S = {0} u {t : t^2
   in argmin F over u >= 0}; argmin F is the median interval [u-, u+] of b/a^2 with weights a^2. On
   the cells phi' = 2 t times a constant. All terms are 2 a^2 weakly convex, hence regular: their
   subdifferentials add up with equality. 0 is a local maximum if F'(0+) < 0 (phi - phi(0) = F'(0+)
   t^2) and otherwise belongs to the minima. At +-sqrt(u), u > 0, phi grows linearly with the slopes
   2 sqrt(u) |F'(u+-)|. The kinks are the rounded square roots, and t is compared with them. */
#include "problems/lib/separable.h"

#include <stdlib.h>

typedef struct {
    size_t n;
    clarke_list a, b;
} rpr_1d;

typedef struct {
    double weight, kink; /* a^2 and sqrt(b)/|a| */
    double b;
} rpr_1d_term;

typedef struct {
    size_t terms;
    rpr_1d_term *term; /* [terms] in the order given */
    double *sorted;    /* [2 terms] -kinks and kinks */
    double weights;    /* the mean of a^2 */
    clarke_pieces set;
    clarke_piece piece[3];
    clarke_scalar_facts facts;
} rpr_1d_data;

static double rpr_1d_value(const void *c, double t)
{
    const rpr_1d_data *r = c;
    double sum = 0.0;
    for (size_t l = 0; l < r->terms; l++) sum += fabs(r->term[l].weight * t * t - r->term[l].b);
    return sum / (double)r->terms;
}

static double rpr_1d_term_slope(const void *c, size_t l, double t)
{
    const rpr_1d_term *term = &((const rpr_1d_data *)c)->term[l];
    return 2.0 * term->weight * t * clarke_scalar_sign(fabs(t) - term->kink);
}

static double rpr_1d_slope(const void *c, double t)
{
    const rpr_1d_data *r = c;
    double sum = 0.0;
    for (size_t l = 0; l < r->terms; l++) sum += rpr_1d_term_slope(c, l, t);
    return sum / (double)r->terms;
}

static clarke_interval rpr_1d_at(const void *c, double t, bool field)
{
    (void)field;
    const rpr_1d_data *r = c;
    double sum = 0.0, spread = 0.0;
    for (size_t l = 0; l < r->terms; l++) {
        sum += rpr_1d_term_slope(c, l, t);
        if (fabs(t) == r->term[l].kink) spread += 2.0 * r->term[l].weight * fabs(t);
    }
    return (clarke_interval){(sum - spread) / (double)r->terms, (sum + spread) / (double)r->terms};
}

static double rpr_1d_next_break(const void *c, double t)
{
    const rpr_1d_data *r = c;
    return clarke_next_in(2 * r->terms, r->sorted, t);
}

static double rpr_1d_nearest(const void *c, double t, clarke_point_kind *kind)
{
    return clarke_pieces_nearest(&((const rpr_1d_data *)c)->set, t, kind);
}

static clarke_growth rpr_1d_growth(const void *c, double s)
{
    return clarke_pieces_growth(&((const rpr_1d_data *)c)->set, s);
}

/* phi'' >= -2 mean(a^2) where phi is smooth, and its kinks are convex. */
static double rpr_1d_weak_convexity(const void *c, double radius)
{
    (void)radius;
    return 2.0 * ((const rpr_1d_data *)c)->weights;
}

static clarke_scalar_facts rpr_1d_facts(const void *c)
{
    return ((const rpr_1d_data *)c)->facts;
}

static clarke_interval rpr_1d_enclose(const void *c, clarke_interval t, bool field)
{
    (void)field;
    const rpr_1d_data *r = c;
    clarke_interval sum = clarke_interval_point(0.0);
    for (size_t l = 0; l < r->terms; l++) {
        /* The square of the measurement was rounded once. */
        const clarke_interval weight = clarke_interval_ulps(r->term[l].weight, 1);
        const clarke_interval residual = clarke_interval_minus(
            clarke_interval_mul(weight, clarke_interval_sqr(t)), r->term[l].b);
        sum = clarke_interval_add(sum, clarke_interval_mul(weight, clarke_interval_sign(residual)));
    }
    const clarke_interval turn = clarke_interval_scale(2.0, t);
    return clarke_interval_div(clarke_interval_mul(turn, sum),
                               clarke_interval_point((double)r->terms));
}

static void rpr_1d_declared(const void *c, double t, bool field, clarke_interval *low,
                            clarke_interval *high)
{
    (void)field;
    /* A kink is a rounded root over an exact number: fewer than three roundings away. */
    clarke_pieces_declared(&((const rpr_1d_data *)c)->set, t, 3, low, high);
}

static const clarke_scalar rpr_1d_scalar = {
    .value = rpr_1d_value,
    .slope = rpr_1d_slope,
    .at = rpr_1d_at,
    .next_break = rpr_1d_next_break,
    .nearest = rpr_1d_nearest,
    .growth = rpr_1d_growth,
    .weak_convexity = rpr_1d_weak_convexity,
    .term_slope = rpr_1d_term_slope,
    .facts = rpr_1d_facts,
    .enclose = rpr_1d_enclose,
    .declared = rpr_1d_declared,
};

static int rpr_1d_order(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* N F'(u+) or N F'(u-) at u = t^2, t >= 0. */
static double rpr_1d_rate(const rpr_1d_data *r, double t, bool right)
{
    double sum = 0.0;
    for (size_t l = 0; l < r->terms; l++) {
        const rpr_1d_term *term = &r->term[l];
        const bool above = right ? t >= term->kink : t > term->kink;
        sum += above ? term->weight : -term->weight;
    }
    return sum;
}

static void rpr_1d_solve(rpr_1d_data *r)
{
    const double count = (double)r->terms;
    const double *kink = r->sorted + r->terms; /* the nonnegative half */
    double low = 0.0, high = 0.0;
    if (rpr_1d_rate(r, 0.0, true) < 0.0) { /* else 0 is in the argmin */
        size_t i = 0;
        while (rpr_1d_rate(r, kink[i], true) < 0.0) i++;
        low = kink[i];
    }
    high = low;
    for (size_t i = 0; i < r->terms; i++)
        if (kink[i] > high && rpr_1d_rate(r, high, true) == 0.0) high = kink[i];
    const clarke_growth inner =
        clarke_growth_make(1.0, -2.0 * low * rpr_1d_rate(r, low, false) / count);
    const clarke_growth outer =
        clarke_growth_make(1.0, 2.0 * high * rpr_1d_rate(r, high, true) / count);
    const clarke_growth zero = clarke_growth_make(2.0, fabs(rpr_1d_rate(r, 0.0, true)) / count);
    const clarke_point_kind minimum = CLARKE_POINT_LOCAL_MINIMUM;
    if (low == 0.0) {
        r->piece[0] = high == 0.0 ? clarke_piece_point(0.0, minimum, 2.0, zero.kappa)
                                  : (clarke_piece){-high, high, minimum, minimum, outer, outer};
        r->set = (clarke_pieces){1, r->piece};
        return;
    }
    const clarke_growth both = clarke_growth_slower(inner, outer);
    const bool point = low == high;
    r->piece[0] =
        (clarke_piece){-high, -low, minimum, minimum, point ? both : outer, point ? both : inner};
    r->piece[1] = clarke_piece_point(0.0, CLARKE_POINT_LOCAL_MAXIMUM, 2.0, zero.kappa);
    r->piece[2] =
        (clarke_piece){low, high, minimum, minimum, point ? both : inner, point ? both : outer};
    r->set = (clarke_pieces){3, r->piece};
}

static double rpr_1d_departure(const rpr_1d_data *r, double t)
{
    const double slope = rpr_1d_slope(r, t);
    double largest = 0.0;
    for (size_t l = 0; l < r->terms; l++)
        largest = fmax(largest, fabs(rpr_1d_term_slope(r, l, t) - slope));
    return largest;
}

/* sup over the box of |term slope - mean slope|: linear in t on each cell, so it is approached at
   the ends of the cells, from inside. */
static double rpr_1d_deviation(const rpr_1d_data *r, double low, double high)
{
    double largest = 0.0, t = low;
    while (t < high) {
        const double next = fmin(rpr_1d_next_break(r, t), high), middle = t + 0.5 * (next - t);
        largest = fmax(largest, fmax(rpr_1d_departure(r, t), rpr_1d_departure(r, next)));
        if (middle != 0.0)
            largest = fmax(largest,
                           rpr_1d_departure(r, middle) / fabs(middle) * fmax(fabs(t), fabs(next)));
        t = next;
    }
    return largest;
}

static clarke_status rpr_1d_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const rpr_1d *s = params;
    const size_t terms = s->a.count;
    if (s->b.count != terms)
        return clarke_fail(CLARKE_EINPUT, "%s: a has %zu numbers, b has %zu", p->id, terms,
                           s->b.count);
    rpr_1d_data *r = clarke_alloc(mem, sizeof *r);
    rpr_1d_term *term = clarke_alloc_array(mem, terms, sizeof *term);
    double *sorted = clarke_alloc_array(mem, terms, 2 * sizeof *sorted);
    CLARKE_TRY(clarke_arena_status(mem));
    *r = (rpr_1d_data){.terms = terms, .term = term, .sorted = sorted};
    for (size_t l = 0; l < terms; l++) {
        const double a = fabs(s->a.value[l]), b = s->b.value[l];
        if (!(a >= 0x1p-20))
            return clarke_fail(CLARKE_EINPUT, "%s: a has an entry %g, too near to 0", p->id, a);
        term[l] = (rpr_1d_term){a * a, sqrt(b) / a, b};
        sorted[2 * l] = term[l].kink, sorted[2 * l + 1] = -term[l].kink;
        r->weights += a * a / (double)terms;
    }
    qsort(sorted, 2 * terms, sizeof *sorted, rpr_1d_order);
    rpr_1d_solve(r);
    r->facts = clarke_pieces_facts(&r->set, &rpr_1d_scalar, r);
    const double half = fmax(1.0, ceil(1.25 * sorted[2 * terms - 1]));
    CLARKE_TRY(clarke_problem_size(p, s->n, 0.8125 * half, -half, half, mem));
    p->terms = terms;
    p->term_deviation = rpr_1d_deviation(r, p->box_low, p->box_high);
    return clarke_separable_make(p, &rpr_1d_scalar, r, 0, mem);
}

static const clarke_param rpr_1d_params[] = {
    CLARKE_SIZE_PARAM(rpr_1d, "1"),
    {"a", CLARKE_PARAM_LIST, offsetof(rpr_1d, a), "1,1,2", -0x1p20, 0x1p20, NULL,
     "measurement of each term, not 0"},
    {"b", CLARKE_PARAM_LIST, offsetof(rpr_1d, b), "1,4,9", 0.0, 0x1p20, NULL,
     "observed square of each term, outliers allowed"},
    {0}};

static const clarke_certifiable rpr_1d_certifiable[] = {
    {"n=1", -8.0, 8.0, 1e-4, 179, false},
    {"n=2", -8.0, 8.0, 1e-3, 1583, false},
    {"a=1,1,b=1,4", -8.0, 8.0, 1e-4, 183, false},
    {0}};

const clarke_problem_desc clarke_problem_rpr_1d = {
    .title = "Robust phase retrieval, one dimension a coordinate",
    .formula = "mean over l of sum_j |a_l^2 x_j^2 - b_l|",
    .source = "Davis, Drusvyatskiy, Paquette, arXiv 1711.03247 (the model); the set is derived",
    .stationary_set =
        "coordinates 0 and +-sqrt(u), u in the median interval of b/a^2 with weights a^2",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE |
              CLARKE_TRAIT_DEFINABLE,
    .params = rpr_1d_params,
    .params_size = sizeof(rpr_1d),
    .make = rpr_1d_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = rpr_1d_certifiable,
    .outside = "by hand: t phi' = 2 mean(a^2) t^2 > 0 beyond all kinks",
    .term_subgradient = clarke_separable_term_subgradient,
};
