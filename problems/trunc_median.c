/* f(x) = mean over l of sum_j min(|x_j - a_l|, c): a bounded robust location loss.

   phi is piecewise linear with breakpoints a_l - c, a_l, a_l + c; term l has the slopes 0, -1, 1, 0
   between them, so the slope of N phi is a whole number in every cell and the comparisons below are
   exact. t is stationary iff 0 lies between its one-sided slopes: S is the union of the cells of
   slope 0 and of the breakpoints where the slope changes sign. A concave and a convex kink of two
   terms can coincide; the sum of the terms' subdifferentials is then larger than the Clarke one
   (the sum rule is strict): for a = 0, 1/2, 1 and c = 1, S = (-inf,-1] u {1/2} u [2,inf) and the
   field-critical set adds 0 and 1. Near S phi is linear: growth 1 with the smaller of the slopes.
   Automatic differentiation sees |t-a| - relu(|t-a| - c): sign(t-a) for |t-a| <= c. Starts are
   uniform strictly between the two unbounded flats. */
#include "problems/lib/separable.h"

#include <stdlib.h>

typedef struct {
    size_t n;
    clarke_list a;
    double c;
} trunc_median;

typedef struct {
    double low, middle, high; /* a - c, a, a + c, as rounded */
} trunc_median_term;

typedef struct {
    size_t terms, breaks;
    double c;
    const trunc_median_term *term; /* [terms] */
    double *sorted;                /* [breaks] without repetition */
    bool larger;                   /* the field, at some breakpoint */
    bool exact;                    /* no breakpoint was rounded */
    clarke_pieces set, field;
    clarke_scalar_facts facts;
} trunc_median_data;

static double trunc_median_value(const void *c, double t)
{
    const trunc_median_data *m = c;
    double sum = 0.0;
    for (size_t l = 0; l < m->terms; l++) sum += fmin(fabs(t - m->term[l].middle), m->c);
    return sum / (double)m->terms;
}

static double trunc_median_term_slope(const void *c, size_t l, double t)
{
    const trunc_median_term *term = &((const trunc_median_data *)c)->term[l];
    return t < term->low || t > term->high ? 0.0 : clarke_scalar_sign(t - term->middle);
}

static double trunc_median_slope(const void *c, double t)
{
    const trunc_median_data *m = c;
    double sum = 0.0;
    for (size_t l = 0; l < m->terms; l++) sum += trunc_median_term_slope(c, l, t);
    return sum / (double)m->terms;
}

/* The one-sided slopes of a term at t. */
static double trunc_median_left(const trunc_median_term *term, double t)
{
    return t <= term->low || t > term->high ? 0.0 : t <= term->middle ? -1.0 : 1.0;
}

static double trunc_median_right(const trunc_median_term *term, double t)
{
    return t < term->low || t >= term->high ? 0.0 : t < term->middle ? -1.0 : 1.0;
}

static clarke_interval trunc_median_at(const void *c, double t, bool field)
{
    const trunc_median_data *m = c;
    const double count = (double)m->terms;
    double left = 0.0, right = 0.0, low = 0.0, high = 0.0;
    for (size_t l = 0; l < m->terms; l++) {
        const double a = trunc_median_left(&m->term[l], t);
        const double b = trunc_median_right(&m->term[l], t);
        left += a, right += b, low += fmin(a, b), high += fmax(a, b);
    }
    if (field) return (clarke_interval){low / count, high / count};
    return (clarke_interval){fmin(left, right) / count, fmax(left, right) / count};
}

static double trunc_median_next_break(const void *c, double t)
{
    const trunc_median_data *m = c;
    return clarke_next_in(m->breaks, m->sorted, t);
}

static double trunc_median_nearest(const void *c, double t, clarke_point_kind *kind)
{
    return clarke_pieces_nearest(&((const trunc_median_data *)c)->set, t, kind);
}

static double trunc_median_field_nearest(const void *c, double t)
{
    clarke_point_kind kind;
    return clarke_pieces_nearest(&((const trunc_median_data *)c)->field, t, &kind);
}

static clarke_growth trunc_median_growth(const void *c, double s)
{
    return clarke_pieces_growth(&((const trunc_median_data *)c)->set, s);
}

static clarke_scalar_facts trunc_median_facts(const void *c)
{
    return ((const trunc_median_data *)c)->facts;
}

static clarke_interval trunc_median_enclose(const void *c, clarke_interval t, bool field)
{
    const trunc_median_data *m = c;
    const double count = (double)m->terms;
    /* Between breakpoints the slope is constant: the two ends and the breakpoints inside give all
       one-sided slopes. Sums of signs are exact, but the breakpoints have to be. */
    clarke_interval hull = {INFINITY, -INFINITY};
    if (!m->exact) return clarke_interval_line;
    for (double s = t.low; s <= t.high;) {
        double left = 0.0, right = 0.0, low = 0.0, high = 0.0;
        for (size_t l = 0; l < m->terms; l++) {
            const double a = trunc_median_left(&m->term[l], s);
            const double b = trunc_median_right(&m->term[l], s);
            left += a, right += b, low += fmin(a, b), high += fmax(a, b);
        }
        hull.low = fmin(hull.low, field ? low : fmin(left, right));
        hull.high = fmax(hull.high, field ? high : fmax(left, right));
        if (s == t.high) break;
        s = fmin(clarke_next_in(m->breaks, m->sorted, s), t.high);
    }
    return clarke_interval_div(hull, clarke_interval_point(count));
}

static void trunc_median_declared(const void *c, double t, bool field, clarke_interval *low,
                                  clarke_interval *high)
{
    const trunc_median_data *m = c;
    clarke_pieces_declared(field ? &m->field : &m->set, t, 0, low, high);
}

static const clarke_scalar trunc_median_scalar = {
    .value = trunc_median_value,
    .slope = trunc_median_slope,
    .at = trunc_median_at,
    .next_break = trunc_median_next_break,
    .nearest = trunc_median_nearest,
    .field_nearest = trunc_median_field_nearest,
    .growth = trunc_median_growth,
    .term_slope = trunc_median_term_slope,
    .facts = trunc_median_facts,
    .enclose = trunc_median_enclose,
    .declared = trunc_median_declared,
};

static int trunc_median_order(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* N times the one-sided slope of phi at t. */
static double trunc_median_total(const trunc_median_data *m, double t, bool right)
{
    double sum = 0.0;
    for (size_t l = 0; l < m->terms; l++)
        sum += right ? trunc_median_right(&m->term[l], t) : trunc_median_left(&m->term[l], t);
    return sum;
}

/* The breakpoint t as a point of S, given that 0 is between its slopes. */
static clarke_piece trunc_median_point(const trunc_median_data *m, double t)
{
    const double left = trunc_median_total(m, t, false), right = trunc_median_total(m, t, true);
    const double count = (double)m->terms;
    double slope = fmin(fabs(left), fabs(right));
    if (slope == 0.0) slope = fmax(fabs(left), fabs(right));
    const clarke_point_kind kind = left == 0.0 && right == 0.0   ? CLARKE_POINT_FLAT
                                   : left <= 0.0 && right >= 0.0 ? CLARKE_POINT_LOCAL_MINIMUM
                                   : left >= 0.0 && right <= 0.0 ? CLARKE_POINT_LOCAL_MAXIMUM
                                                                 : CLARKE_POINT_UNKNOWN;
    clarke_piece piece = clarke_piece_point(t, kind, 1.0, slope / count);
    if (slope == 0.0) piece.growth_low = piece.growth_high = (clarke_growth){NAN, NAN, NAN};
    return piece;
}

/* Walks over the breakpoints; neighbours that share a cell of slope 0 are joined. */
static void trunc_median_collect(const trunc_median_data *m, bool field, clarke_pieces *set)
{
    const clarke_growth none = {NAN, NAN, NAN};
    set->count = 0;
    bool open = true; /* the cell before this breakpoint has slope 0 and belongs to S */
    for (size_t i = 0; i < m->breaks; i++) {
        const double t = m->sorted[i];
        const clarke_interval at = trunc_median_at(m, t, field);
        const bool right_flat = trunc_median_total(m, t, true) == 0.0;
        clarke_piece piece = trunc_median_point(m, t);
        if (open && set->count == 0) {
            piece.low = -INFINITY, piece.kind_low = CLARKE_POINT_FLAT, piece.growth_low = none;
            set->piece[set->count++] = piece;
        } else if (open) {
            clarke_piece *last = &set->piece[set->count - 1];
            last->high = t, last->kind_high = piece.kind_high;
            last->growth_high = piece.growth_high;
        } else if (at.low <= 0.0 && at.high >= 0.0) {
            set->piece[set->count++] = piece;
        }
        open = right_flat;
    }
    clarke_piece *last = &set->piece[set->count - 1];
    last->high = INFINITY, last->kind_high = CLARKE_POINT_FLAT, last->growth_high = none;
}

/* sup over the box of |term slope - mean slope|; both are constant between breakpoints. */
static double trunc_median_deviation(const trunc_median_data *m, double low, double high)
{
    double largest = 0.0, t = low;
    while (t < high) {
        const double next = fmin(trunc_median_next_break(m, t), high);
        const double point[] = {t, t + 0.5 * (next - t), next};
        for (size_t i = 0; i < 3; i++)
            for (size_t l = 0; l < m->terms; l++)
                largest = fmax(largest, fabs(trunc_median_term_slope(m, l, point[i]) -
                                             trunc_median_slope(m, point[i])));
        t = next;
    }
    return largest;
}

/* Whether a - c and a + c are exact: the error terms of Knuth's two-sum vanish. */
static bool trunc_median_exact(double a, double c)
{
    for (int side = 0; side < 2; side++, c = -c) {
        const double sum = a + c, part = sum - a;
        if ((a - (sum - part)) + (c - part) != 0.0) return false;
    }
    return true;
}

static clarke_status trunc_median_solve(trunc_median_data *m, const trunc_median *t,
                                        clarke_arena *mem)
{
    const size_t terms = t->a.count;
    trunc_median_term *term = clarke_alloc_array(mem, terms, sizeof *term);
    *m = (trunc_median_data){.terms = terms, .c = t->c, .term = term};
    m->sorted = clarke_alloc_array(mem, terms, 3 * sizeof *m->sorted);
    m->set.piece = clarke_alloc_array(mem, terms, 3 * sizeof *m->set.piece);
    m->field.piece = clarke_alloc_array(mem, terms, 3 * sizeof *m->field.piece);
    CLARKE_TRY(clarke_arena_status(mem));
    m->exact = true;
    for (size_t l = 0; l < terms; l++) {
        const double a = t->a.value[l];
        m->exact = m->exact && trunc_median_exact(a, t->c);
        term[l] = (trunc_median_term){a - t->c, a, a + t->c};
        m->sorted[3 * l] = a - t->c, m->sorted[3 * l + 1] = a, m->sorted[3 * l + 2] = a + t->c;
    }
    qsort(m->sorted, 3 * terms, sizeof *m->sorted, trunc_median_order);
    for (size_t i = 0; i < 3 * terms; i++)
        if (i == 0 || m->sorted[i] > m->sorted[m->breaks - 1])
            m->sorted[m->breaks++] = m->sorted[i];
    for (size_t i = 0; i < m->breaks; i++) {
        const clarke_interval clarke = trunc_median_at(m, m->sorted[i], false);
        const clarke_interval field = trunc_median_at(m, m->sorted[i], true);
        m->larger = m->larger || field.low < clarke.low || field.high > clarke.high;
    }
    trunc_median_collect(m, false, &m->set);
    trunc_median_collect(m, true, &m->field);
    m->facts = clarke_pieces_facts(&m->set, &trunc_median_scalar, m);
    return CLARKE_OK;
}

static clarke_status trunc_median_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const trunc_median *t = params;
    trunc_median_data *m = clarke_alloc(mem, sizeof *m);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(trunc_median_solve(m, t, mem));
    const double low = m->sorted[0], width = m->sorted[m->breaks - 1] - low;
    CLARKE_TRY(clarke_problem_size(p, t->n, low + 0.25 * width + 0.0625, low + 0.05 * width,
                                   low + 0.95 * width, mem));
    if (!m->larger) p->traits &= ~(unsigned)CLARKE_TRAIT_FIELD_LARGER;
    p->terms = m->terms;
    p->term_deviation = trunc_median_deviation(m, p->box_low, p->box_high);
    return clarke_separable_make(p, &trunc_median_scalar, m, 0, mem);
}

static const clarke_param trunc_median_params[] = {
    CLARKE_SIZE_PARAM(trunc_median, "1"),
    {"a", CLARKE_PARAM_LIST, offsetof(trunc_median, a), "0,0.5,1", -0x1p20, 0x1p20, NULL,
     "centres of the terms, the same in every coordinate"},
    {"c", CLARKE_PARAM_REAL, offsetof(trunc_median, c), "1", 0x1p-20, 0x1p20, NULL,
     "where each term is cut off"},
    {0}};

static const clarke_certifiable trunc_median_certifiable[] = {
    {"n=1", -4.0, 4.0, 1e-4, 121, false},
    {"n=1", -4.0, 4.0, 1e-4, 221, true},
    {"n=2", -4.0, 4.0, 1e-2, 23357, false},
    {"n=2", -4.0, 4.0, 1e-2, 47029, true},
    {"a=0,0.5,1,4,4.5,9,c=1.25", -4.0, 12.0, 1e-4, 361, false},
    {0}};

const clarke_problem_desc clarke_problem_trunc_median = {
    .title = "Truncated median",
    .formula = "mean over l of sum_j min(|x_j - a_l|, c)",
    .source = "derived",
    .stationary_set = "cells of slope 0 and breakpoints where the slope changes sign, in every "
                      "coordinate",
    .field_set = "the same with the breakpoints where the sum of the terms' subdifferentials has 0",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE | CLARKE_TRAIT_FIELD_LARGER |
              CLARKE_TRAIT_POLYHEDRAL,
    .params = trunc_median_params,
    .params_size = sizeof(trunc_median),
    .make = trunc_median_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = trunc_median_certifiable,
    .outside = "by hand: beyond the last breakpoints phi is constant, and S has no bound there",
    CLARKE_SEPARABLE_FIELD,
    .term_subgradient = clarke_separable_term_subgradient,
};
