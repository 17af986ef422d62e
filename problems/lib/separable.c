#include "problems/lib/separable.h"

#include <assert.h>

typedef struct {
    const clarke_scalar *scalar;
    const char *context;
    size_t stride;
} separable;

static inline const void *separable_context(const separable *s, size_t j)
{
    return s->context + j * s->stride;
}

/* The parameters may have put the start on S, or almost: then it goes to the first of some spread
   out points of the box that is off it. */
static void separable_move_start(clarke_problem *p)
{
    const double width = p->box_high - p->box_low, golden = 0.6180339887498949;
    for (double k = 1.0; k <= 32.0; k += 1.0) {
        const double d = clarke_separable_stationary_distance(p, p->start, NULL, NULL);
        if (d >= width / 64.0) return;
        for (size_t j = 0; j < p->n; j++)
            p->start[j] = p->box_low + width * (k * golden - floor(k * golden));
    }
}

clarke_status clarke_separable_make(clarke_problem *p, const clarke_scalar *scalar,
                                    const void *context, size_t stride, clarke_arena *mem)
{
    separable *s = clarke_alloc(mem, sizeof *s);
    CLARKE_TRY(clarke_arena_status(mem));
    *s = (separable){scalar, context, stride};
    p->data = s;
    double squares = 0.0;
    p->minimum = 0.0;
    for (size_t j = 0; j < p->n; j++) {
        const clarke_scalar_facts facts = scalar->facts(separable_context(s, j));
        p->minimum += facts.minimum;
        p->plan_growth = clarke_growth_join(p->plan_growth, facts.growth);
        squares += facts.slope * facts.slope;
    }
    p->gradient_bound = sqrt(squares);
    p->default_weak_convexity =
        clarke_separable_weak_convexity(p, fmax(fabs(p->box_low), fabs(p->box_high)));
    if (scalar->nearest) separable_move_start(p);
    return CLARKE_OK;
}

clarke_status clarke_separable_list(const clarke_problem *p, const clarke_list *list,
                                    const char *name)
{
    if (list->count == 1 || list->count == p->n) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "%s: %s has %zu numbers for n=%zu: give one or one for each",
                       p->id, name, list->count, p->n);
}

double clarke_list_largest(const clarke_list *list)
{
    double largest = list->value[0];
    for (size_t i = 1; i < list->count; i++) largest = fmax(largest, list->value[i]);
    return largest;
}

double clarke_next_in(size_t count, const double *sorted, double t)
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (sorted[middle] > t)
            high = middle;
        else
            low = middle + 1;
    }
    return low < count ? sorted[low] : INFINITY;
}

clarke_piece clarke_piece_point(double s, clarke_point_kind kind, double p, double kappa)
{
    const clarke_growth growth = clarke_growth_make(p, kappa);
    return (clarke_piece){s, s, kind, kind, growth, growth};
}

static const clarke_piece *separable_nearest_piece(const clarke_pieces *s, double t)
{
    const clarke_piece *best = s->piece;
    double best_distance = INFINITY;
    for (size_t i = 0; i < s->count; i++) {
        const double d = fabs(t - clarke_scalar_clip(t, s->piece[i].low, s->piece[i].high));
        if (d < best_distance) best = &s->piece[i], best_distance = d;
    }
    return best;
}

double clarke_pieces_nearest(const clarke_pieces *s, double t, clarke_point_kind *kind)
{
    const clarke_piece *piece = separable_nearest_piece(s, t);
    *kind = t <= piece->low    ? piece->kind_low
            : t >= piece->high ? piece->kind_high
                               : CLARKE_POINT_FLAT;
    return clarke_scalar_clip(t, piece->low, piece->high);
}

clarke_growth clarke_pieces_growth(const clarke_pieces *s, double t)
{
    const clarke_piece *piece = separable_nearest_piece(s, t);
    if (t <= piece->low) return piece->growth_low;
    if (t >= piece->high) return piece->growth_high;
    return clarke_growth_slower(piece->growth_low, piece->growth_high);
}

void clarke_pieces_mirror(clarke_piece *piece, size_t count, bool negative)
{
    for (size_t i = 0; negative && i < (count + 1) / 2; i++) {
        const clarke_piece first = piece[i], last = piece[count - 1 - i];
        piece[i] = last, piece[i].low = -last.high, piece[i].high = -last.low;
        if (i == count - 1 - i) break;
        piece[count - 1 - i] = first;
        piece[count - 1 - i].low = -first.high, piece[count - 1 - i].high = -first.low;
    }
}

static void separable_end_facts(clarke_scalar_facts *facts, const clarke_scalar *scalar,
                                const void *c, double s, clarke_point_kind *kind,
                                clarke_growth growth)
{
    if (*kind != CLARKE_POINT_LOCAL_MINIMUM && *kind != CLARKE_POINT_MONOTONE) return;
    facts->growth = clarke_growth_slower(facts->growth, growth);
    const clarke_interval slope = scalar->at(c, s, false);
    facts->slope = fmax(facts->slope, fmax(-slope.low, slope.high));
    if (*kind == CLARKE_POINT_LOCAL_MINIMUM && scalar->value(c, s) <= facts->minimum)
        *kind = CLARKE_POINT_GLOBAL_MINIMUM;
}

clarke_scalar_facts clarke_pieces_facts(clarke_pieces *s, const clarke_scalar *scalar,
                                        const void *c)
{
    clarke_scalar_facts facts = {INFINITY, {NAN, NAN, NAN}, 0.0};
    for (size_t i = 0; i < s->count; i++) {
        if (isfinite(s->piece[i].low))
            facts.minimum = fmin(facts.minimum, scalar->value(c, s->piece[i].low));
        if (isfinite(s->piece[i].high))
            facts.minimum = fmin(facts.minimum, scalar->value(c, s->piece[i].high));
    }
    for (size_t i = 0; i < s->count; i++) {
        clarke_piece *piece = &s->piece[i];
        separable_end_facts(&facts, scalar, c, piece->low, &piece->kind_low, piece->growth_low);
        separable_end_facts(&facts, scalar, c, piece->high, &piece->kind_high, piece->growth_high);
    }
    return facts;
}

double clarke_separable_value(const clarke_problem *p, const double *x)
{
    const separable *s = p->data;
    double sum = 0.0;
    for (size_t j = 0; j < p->n; j++) sum += s->scalar->value(separable_context(s, j), x[j]);
    return sum;
}

void clarke_separable_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const separable *s = p->data;
    for (size_t j = 0; j < p->n; j++) g[j] = s->scalar->slope(separable_context(s, j), x[j]);
}

void clarke_separable_term_subgradient(const clarke_problem *p, const double *x, const size_t *term,
                                       size_t count, double *g)
{
    const separable *s = p->data;
    for (size_t j = 0; j < p->n; j++) {
        const void *c = separable_context(s, j);
        double sum = 0.0;
        for (size_t i = 0; i < count; i++) sum += s->scalar->term_slope(c, term[i], x[j]);
        g[j] = sum / (double)count;
    }
}

static double separable_residual(const clarke_problem *p, const double *x, bool field)
{
    const separable *s = p->data;
    double sum = 0.0, last = 0.0;
    for (size_t j = 0; j < p->n; j++) {
        last = clarke_interval_distance(s->scalar->at(separable_context(s, j), x[j], field));
        sum += last * last;
    }
    return p->n == 1 ? last : sqrt(sum);
}

double clarke_separable_clarke_residual(const clarke_problem *p, const double *x)
{
    return separable_residual(p, x, false);
}

double clarke_separable_field_residual(const clarke_problem *p, const double *x)
{
    return separable_residual(p, x, true);
}

/* Kinds of the coordinates to the kind of the point: flat coordinates take the side of the others,
   one monotone coordinate makes the point neither minimum nor maximum, and minima with maxima make
   a saddle. */
static clarke_point_kind separable_join(clarke_point_kind a, clarke_point_kind b)
{
    if (a == b || b == CLARKE_POINT_FLAT) {
        /* Flat is not global: beside it a global minimum is a local one. */
        return b == CLARKE_POINT_FLAT && a == CLARKE_POINT_GLOBAL_MINIMUM
                   ? CLARKE_POINT_LOCAL_MINIMUM
                   : a;
    }
    if (a == CLARKE_POINT_FLAT) return separable_join(b, a);
    if (a == CLARKE_POINT_MONOTONE || b == CLARKE_POINT_MONOTONE) return CLARKE_POINT_MONOTONE;
    if ((a == CLARKE_POINT_GLOBAL_MINIMUM || a == CLARKE_POINT_LOCAL_MINIMUM) &&
        (b == CLARKE_POINT_GLOBAL_MINIMUM || b == CLARKE_POINT_LOCAL_MINIMUM))
        return CLARKE_POINT_LOCAL_MINIMUM;
    return CLARKE_POINT_SADDLE;
}

double clarke_separable_stationary_distance(const clarke_problem *p, const double *x,
                                            double *nearest, clarke_point_kind *kind)
{
    const separable *s = p->data;
    double sum = 0.0, largest = 0.0;
    for (size_t j = 0; j < p->n; j++) {
        clarke_point_kind own = CLARKE_POINT_UNKNOWN;
        const double y = s->scalar->nearest(separable_context(s, j), x[j], &own);
        const double d = fabs(x[j] - y);
        sum += d * d;
        if (!(d <= largest)) largest = d;
        if (nearest) nearest[j] = y;
        if (kind) *kind = j == 0 ? own : separable_join(*kind, own);
    }
    if (p->n == 1) return largest;
    if (sum >= 0x1p-900 || largest == 0.0) return sqrt(sum);
    /* Below this the squares lose digits; the same sum, scaled. */
    sum = 0.0;
    for (size_t j = 0; j < p->n; j++) {
        clarke_point_kind own;
        const double y = s->scalar->nearest(separable_context(s, j), x[j], &own);
        sum += ((x[j] - y) / largest) * ((x[j] - y) / largest);
    }
    return largest * sqrt(sum);
}

double clarke_separable_field_distance(const clarke_problem *p, const double *x, double *nearest)
{
    const separable *s = p->data;
    double sum = 0.0, last = 0.0;
    for (size_t j = 0; j < p->n; j++) {
        const double y = s->scalar->field_nearest(separable_context(s, j), x[j]);
        last = fabs(x[j] - y);
        sum += last * last;
        if (nearest) nearest[j] = y;
    }
    return p->n == 1 ? last : sqrt(sum);
}

/* Hull of the subdifferentials at the breakpoints inside (low, high). */
static clarke_interval separable_inside(const clarke_scalar *scalar, const void *c, double low,
                                        double high, bool field, clarke_interval hull)
{
    for (double b = scalar->next_break(c, low); b < high; b = scalar->next_break(c, b))
        hull = clarke_interval_hull(hull, scalar->at(c, b, field));
    return hull;
}

clarke_interval clarke_separable_slope_range(const clarke_problem *p, size_t j, double low,
                                             double high, bool field)
{
    const separable *s = p->data;
    const clarke_scalar *scalar = s->scalar;
    const void *c = separable_context(s, j);
    assert(low <= high && j < p->n);
    clarke_interval hull =
        clarke_interval_hull(scalar->at(c, low, field), scalar->at(c, high, field));
    if (!scalar->next_break) return hull;
    const double period = scalar->period;
    if (period == 0.0 || high - low <= 2.0 * period)
        return separable_inside(scalar, c, low, high, field, hull);
    /* A nondecreasing function plus a periodic one: the smallest value is in the first period, the
       largest in the last. */
    hull = separable_inside(scalar, c, low, low + period, field, hull);
    return separable_inside(scalar, c, high - period, high, field, hull);
}

void clarke_separable_prox(const clarke_problem *p, double t, const double *x, double *y)
{
    const separable *s = p->data;
    for (size_t j = 0; j < p->n; j++) y[j] = s->scalar->prox(separable_context(s, j), t, x[j]);
}

/* |grad f|^2 is at most the sum over j of the largest slope^2 on [-radius, radius]. */
double clarke_separable_lipschitz(const clarke_problem *p, double radius)
{
    double sum = 0.0;
    for (size_t j = 0; j < p->n; j++) {
        const clarke_interval slope = clarke_separable_slope_range(p, j, -radius, radius, false);
        const double largest = fmax(-slope.low, slope.high);
        sum += largest * largest;
    }
    return sqrt(sum);
}

double clarke_separable_weak_convexity(const clarke_problem *p, double radius)
{
    const separable *s = p->data;
    double largest = 0.0;
    if (!s->scalar->weak_convexity) return NAN;
    for (size_t j = 0; j < p->n; j++) {
        const double rho = s->scalar->weak_convexity(separable_context(s, j), radius);
        if (!(rho <= largest)) largest = rho;
        if (isnan(rho)) break;
    }
    return largest;
}

clarke_growth clarke_separable_growth(const clarke_problem *p, const double *x)
{
    const separable *s = p->data;
    clarke_growth joint = {NAN, NAN, NAN};
    for (size_t j = 0; j < p->n; j++) {
        const void *c = separable_context(s, j);
        clarke_point_kind own;
        const double y = s->scalar->nearest(c, x[j], &own);
        joint = clarke_growth_join(joint, s->scalar->growth(c, y));
    }
    return joint;
}

void clarke_separable_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                              clarke_enclosure *out)
{
    const separable *s = p->data;
    for (size_t j = 0; j < p->n; j++)
        out->centre[j] = s->scalar->enclose(separable_context(s, j), box[j], field);
}

clarke_interval clarke_interval_ulps(double t, unsigned ulps)
{
    clarke_interval a = clarke_interval_point(t);
    for (; ulps > 0; ulps--) a = clarke_interval_widen(a.low, a.high);
    return a;
}

void clarke_pieces_declared(const clarke_pieces *s, double t, unsigned ulps, clarke_interval *low,
                            clarke_interval *high)
{
    const clarke_piece *piece = separable_nearest_piece(s, t);
    *low = clarke_interval_ulps(piece->low, ulps);
    *high = clarke_interval_ulps(piece->high, ulps);
}

/* The largest distance of a point of t from [a, b] is taken at an end of t. */
static double separable_reach(const clarke_scalar *scalar, const void *c, clarke_interval t,
                              bool field)
{
    const double middle = 0.5 * t.low + 0.5 * t.high;
    clarke_interval low, high;
    clarke_point_kind kind;
    if (!scalar->nearest && !(field && scalar->field_nearest)) return INFINITY;
    if (scalar->declared)
        scalar->declared(c, middle, field, &low, &high);
    else if (field && scalar->field_nearest)
        low = high = clarke_interval_point(scalar->field_nearest(c, middle));
    else
        low = high = clarke_interval_point(scalar->nearest(c, middle, &kind));
    const double left = clarke_round_up(low.high - t.low);
    const double right = clarke_round_up(t.high - high.low);
    return left > right ? fmax(left, 0.0) : fmax(right, 0.0);
}

double clarke_separable_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                       bool field)
{
    const separable *s = p->data;
    double d[CLARKE_ENCLOSURE_DIMENSION];
    assert(p->n <= CLARKE_ENCLOSURE_DIMENSION);
    for (size_t j = 0; j < p->n; j++)
        d[j] = separable_reach(s->scalar, separable_context(s, j), box[j], field);
    return clarke_norm_upper(p->n, d);
}
