/* f(x, z) = g(x) + h(z) on different coordinates. Points where both are differentiable have full
   measure, and limits and hulls of products are products, so the subdifferential is the product of
   the two and S the product of the two sets; distances and residuals add in squares. h is any
   problem without wrappers: `+direct:with=ring,with.n=3`.

   Goldstein, derived: the ball of radius delta holds the product of two balls of radius delta/sqrt
   2 and is in the product of two of radius delta. */
#include "problems/lib/pullback.h"

#include <string.h>

typedef struct {
    const char *with;
} direct;

typedef struct {
    const clarke_problem *first, *second;
    size_t *term; /* [64] scratch */
    double *mean; /* [n] scratch */
} direct_sum;

static const direct_sum *direct_data(const clarke_problem *p)
{
    return p->data;
}

static double direct_value(const clarke_problem *p, const double *x)
{
    const direct_sum *d = direct_data(p);
    return d->first->desc->value(d->first, x) + d->second->desc->value(d->second, x + d->first->n);
}

static void direct_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const direct_sum *d = direct_data(p);
    d->first->desc->subgradient(d->first, x, g);
    d->second->desc->subgradient(d->second, x + d->first->n, g + d->first->n);
}

enum { DIRECT_PIECE = 64 };

/* Term t of the sum is term t / m of the first problem and t % m of the second one, m its number of
   terms: the mean over all pairs is the mean of each. */
static void direct_part(const clarke_problem *p, bool second, const double *x, const size_t *term,
                        size_t count, double *g)
{
    const direct_sum *d = direct_data(p);
    const clarke_problem *part = second ? d->second : d->first;
    const size_t m = d->second->terms;
    if (count > DIRECT_PIECE) memset(g, 0, part->n * sizeof *g);
    for (size_t first = 0; first < count; first += DIRECT_PIECE) {
        const size_t piece = count - first < DIRECT_PIECE ? count - first : DIRECT_PIECE;
        double *mean = count > DIRECT_PIECE ? d->mean : g;
        for (size_t i = 0; i < piece; i++)
            d->term[i] = second ? term[first + i] % m : term[first + i] / m;
        clarke_pullback_terms(part, x, d->term, piece, mean);
        if (mean == g) return;
        for (size_t j = 0; j < part->n; j++) g[j] += (double)piece / (double)count * mean[j];
    }
}

static void direct_term_subgradient(const clarke_problem *p, const double *x, const size_t *term,
                                    size_t count, double *g)
{
    const size_t n = direct_data(p)->first->n;
    direct_part(p, false, x, term, count, g);
    direct_part(p, true, x + n, term, count, g + n);
}

static double direct_clarke_residual(const clarke_problem *p, const double *x)
{
    const direct_sum *d = direct_data(p);
    return hypot(d->first->desc->clarke_residual(d->first, x),
                 d->second->desc->clarke_residual(d->second, x + d->first->n));
}

static double direct_field_residual(const clarke_problem *p, const double *x)
{
    const direct_sum *d = direct_data(p);
    return hypot(clarke_field_residual(d->first, x),
                 clarke_field_residual(d->second, x + d->first->n));
}

static bool direct_is_minimum(clarke_point_kind kind)
{
    return kind == CLARKE_POINT_GLOBAL_MINIMUM || kind == CLARKE_POINT_LOCAL_MINIMUM;
}

/* As for the coordinates of a separable problem: a flat part takes the side of the other one, a
   monotone part makes the point neither minimum nor maximum, minimum with maximum is a saddle. */
static clarke_point_kind direct_join(clarke_point_kind a, clarke_point_kind b)
{
    if (a == CLARKE_POINT_UNKNOWN || b == CLARKE_POINT_UNKNOWN) return CLARKE_POINT_UNKNOWN;
    if (a == b) return a;
    if (a == CLARKE_POINT_FLAT || b == CLARKE_POINT_FLAT) {
        const clarke_point_kind other = a == CLARKE_POINT_FLAT ? b : a;
        return other == CLARKE_POINT_GLOBAL_MINIMUM ? CLARKE_POINT_LOCAL_MINIMUM : other;
    }
    if (a == CLARKE_POINT_MONOTONE || b == CLARKE_POINT_MONOTONE) return CLARKE_POINT_MONOTONE;
    if (direct_is_minimum(a) && direct_is_minimum(b)) return CLARKE_POINT_LOCAL_MINIMUM;
    return CLARKE_POINT_SADDLE;
}

static double direct_stationary_distance(const clarke_problem *p, const double *x, double *nearest,
                                         clarke_point_kind *kind)
{
    const direct_sum *d = direct_data(p);
    const size_t n = d->first->n;
    clarke_point_kind a = CLARKE_POINT_UNKNOWN, b = CLARKE_POINT_UNKNOWN;
    const double first = d->first->desc->stationary_distance(d->first, x, nearest, &a);
    const double second =
        d->second->desc->stationary_distance(d->second, x + n, nearest ? nearest + n : NULL, &b);
    if (kind) *kind = direct_join(a, b);
    return hypot(first, second);
}

static double direct_field_distance(const clarke_problem *p, const double *x, double *nearest)
{
    const direct_sum *d = direct_data(p);
    const size_t n = d->first->n;
    return hypot(clarke_field_distance(d->first, x, nearest),
                 clarke_field_distance(d->second, x + n, nearest ? nearest + n : NULL));
}

static clarke_interval direct_slope_range(const clarke_problem *p, size_t j, double low,
                                          double high, bool field)
{
    const direct_sum *d = direct_data(p);
    if (j < d->first->n) return d->first->desc->slope_range(d->first, j, low, high, field);
    return d->second->desc->slope_range(d->second, j - d->first->n, low, high, field);
}

static clarke_interval direct_goldstein_residual(const clarke_problem *p, const double *x,
                                                 double delta)
{
    const direct_sum *d = direct_data(p);
    const double *z = x + d->first->n, inner = sqrt(0.5) * (1.0 - 0x1p-50) * delta;
    const double low = hypot(clarke_goldstein_residual(d->first, x, delta).low,
                             clarke_goldstein_residual(d->second, z, delta).low);
    const double high = hypot(clarke_goldstein_residual(d->first, x, inner).high,
                              clarke_goldstein_residual(d->second, z, inner).high);
    return (clarke_interval){low, fmax(low, high)};
}

static double direct_hull_distance(const clarke_problem *p, const double *z, double r)
{
    const direct_sum *d = direct_data(p);
    return hypot(clarke_hull_distance(d->first, z, r),
                 clarke_hull_distance(d->second, z + d->first->n, r));
}

static void direct_prox(const clarke_problem *p, double t, const double *x, double *y)
{
    const direct_sum *d = direct_data(p);
    d->first->desc->prox(d->first, t, x, y);
    d->second->desc->prox(d->second, t, x + d->first->n, y + d->first->n);
}

static double direct_lipschitz(const clarke_problem *p, double radius)
{
    const direct_sum *d = direct_data(p);
    return hypot(d->first->desc->lipschitz(d->first, radius),
                 d->second->desc->lipschitz(d->second, radius));
}

/* fmax would drop a NAN. */
static double direct_larger(double a, double b)
{
    return isnan(a) || isnan(b) ? NAN : fmax(a, b);
}

static double direct_weak_convexity(const clarke_problem *p, double radius)
{
    const direct_sum *d = direct_data(p);
    return direct_larger(d->first->desc->weak_convexity(d->first, radius),
                         d->second->desc->weak_convexity(d->second, radius));
}

static clarke_growth direct_growth(const clarke_problem *p, const double *x)
{
    const direct_sum *d = direct_data(p);
    return clarke_growth_join(d->first->desc->growth(d->first, x),
                              d->second->desc->growth(d->second, x + d->first->n));
}

/* ---- blocks: those of the first, then those of the second ---- */

static double direct_value_gap(const clarke_problem *p, const double *x)
{
    const direct_sum *d = direct_data(p);
    return d->first->desc->value_gap(d->first, x) +
           d->second->desc->value_gap(d->second, x + d->first->n);
}

/* The part that the block belongs to; *block and *x become that part's. */
static const clarke_problem *direct_block(const clarke_problem *p, size_t *block, const double **x)
{
    const direct_sum *d = direct_data(p);
    if (*block < d->first->layout.count) return d->first;
    *block -= d->first->layout.count;
    *x += d->first->n;
    return d->second;
}

static void direct_block_prox(const clarke_problem *p, size_t block, double weight, const double *x,
                              const double *centre, double *y)
{
    const clarke_problem *part = direct_block(p, &block, &x);
    part->desc->block_prox(part, block, weight, x, centre, y);
}

static void direct_block_gradient(const clarke_problem *p, size_t block, const double *x, double *g)
{
    const clarke_problem *part = direct_block(p, &block, &x);
    part->desc->block_gradient(part, block, x, g);
}

static double direct_block_lipschitz(const clarke_problem *p, size_t block, const double *x)
{
    const clarke_problem *part = direct_block(p, &block, &x);
    return part->desc->block_lipschitz(part, block, x);
}

static void direct_block_simple(const clarke_problem *p, size_t block, double step, const double *v,
                                double *y)
{
    const double *x = v; /* not read */
    const clarke_problem *part = direct_block(p, &block, &x);
    if (part->desc->block_simple)
        part->desc->block_simple(part, block, step, v, y);
    else
        memcpy(y, v, part->layout.block[block].rows * part->layout.block[block].cols * sizeof *y);
}

static clarke_status direct_layout(clarke_problem *p, const direct_sum *d, clarke_arena *mem)
{
    const clarke_layout *a = &d->first->layout, *b = &d->second->layout;
    clarke_block *block = clarke_alloc_array(mem, a->count + b->count, sizeof *block);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 0; i < a->count; i++) block[i] = a->block[i];
    for (size_t i = 0; i < b->count; i++) {
        clarke_block *to = &block[a->count + i];
        *to = b->block[i];
        to->name = clarke_arena_printf(mem, "%s_2", b->block[i].name);
        to->offset += d->first->n;
    }
    p->layout = (clarke_layout){a->count + b->count, block};
    return clarke_arena_status(mem);
}

static clarke_status direct_blocks(clarke_problem *p, const direct_sum *d,
                                   clarke_problem_desc *desc, clarke_arena *mem)
{
    const clarke_problem_desc *a = d->first->desc, *b = d->second->desc;
    if (a->value_gap && b->value_gap) desc->value_gap = direct_value_gap;
    if (a->block_prox && b->block_prox) desc->block_prox = direct_block_prox;
    if (a->block_gradient && b->block_gradient) {
        desc->block_gradient = direct_block_gradient;
        desc->block_lipschitz = direct_block_lipschitz;
        if (a->block_simple || b->block_simple) desc->block_simple = direct_block_simple;
    }
    return desc->block_prox || desc->block_gradient ? direct_layout(p, d, mem) : CLARKE_OK;
}

/* ---- for proofs by machine ---- */

/* The product: both centres, and every part with zeros for the other coordinates. A part that finds
   no room any more goes to the centre as the hull of its vertices, coordinate by coordinate. */
static void direct_place(const clarke_enclosure *e, size_t offset, clarke_enclosure *out)
{
    for (size_t i = 0; i < e->n; i++) out->centre[offset + i] = e->centre[i];
    for (size_t k = 0; k < e->parts; k++) {
        const size_t first = e->first[k], last = e->first[k + 1];
        const bool room = out->parts < CLARKE_ENCLOSURE_PARTS &&
                          out->vertices + (last - first) <= CLARKE_ENCLOSURE_VERTICES;
        clarke_interval hull[CLARKE_ENCLOSURE_DIMENSION];
        memcpy(hull, e->vertex[first], sizeof hull);
        if (room) clarke_enclosure_part(out);
        for (size_t j = first; j < last; j++) {
            clarke_interval v[CLARKE_ENCLOSURE_DIMENSION] = {{0.0, 0.0}};
            for (size_t i = 0; i < e->n; i++) {
                v[offset + i] = e->vertex[j][i];
                hull[i] = clarke_interval_hull(hull[i], e->vertex[j][i]);
            }
            if (room) clarke_enclosure_vertex(out, v);
        }
        for (size_t i = 0; !room && i < e->n; i++)
            out->centre[offset + i] = clarke_interval_add(out->centre[offset + i], hull[i]);
    }
}

static void direct_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                           clarke_enclosure *out)
{
    const direct_sum *d = direct_data(p);
    clarke_enclosure part;
    clarke_enclosure_begin(&part, d->first->n);
    d->first->desc->enclose(d->first, box, field, &part);
    direct_place(&part, 0, out);
    clarke_enclosure_begin(&part, d->second->n);
    d->second->desc->enclose(d->second, box + d->first->n, field, &part);
    direct_place(&part, d->first->n, out);
}

static double direct_distance_upper(const clarke_problem *p, const clarke_interval *box, bool field)
{
    const direct_sum *d = direct_data(p);
    const double both[] = {d->first->desc->distance_upper(d->first, box, field),
                           d->second->desc->distance_upper(d->second, box + d->first->n, field)};
    return clarke_norm_upper(2, both);
}

static void direct_certificate(clarke_problem_desc *desc, const direct_sum *d, clarke_arena *mem)
{
    const clarke_problem_desc *a = d->first->desc, *b = d->second->desc;
    if (!a->enclose || !b->enclose || !a->distance_upper || !b->distance_upper) return;
    desc->enclose = direct_enclose;
    desc->distance_upper = direct_distance_upper;
    if (a->outside && b->outside)
        desc->outside = clarke_arena_printf(mem, "of %s: %s; of %s: %s", d->first->id, a->outside,
                                            d->second->id, b->outside);
}

/* ---- making ---- */

static void direct_capabilities(clarke_problem_desc *desc, const direct_sum *d)
{
    const clarke_problem *first = d->first, *second = d->second;
    const clarke_problem_desc *a = first->desc, *b = second->desc;
    desc->value = direct_value;
    desc->subgradient = direct_subgradient;
    if (first->terms > 1 || second->terms > 1) desc->term_subgradient = direct_term_subgradient;
#define BOTH(name)                                                                                 \
    if (a->name && b->name) desc->name = direct_##name
    BOTH(clarke_residual);
    BOTH(stationary_distance);
    BOTH(slope_range);
    BOTH(prox);
    BOTH(lipschitz);
    BOTH(weak_convexity);
    BOTH(growth);
#undef BOTH
    if (clarke_has_hull(first) && clarke_has_hull(second))
        desc->hull_distance = direct_hull_distance;
    if ((a->goldstein_residual || a->slope_range) && (b->goldstein_residual || b->slope_range))
        desc->goldstein_residual = direct_goldstein_residual;
    if (!a->field_residual && !b->field_residual) return;
    if (desc->clarke_residual) desc->field_residual = direct_field_residual;
    if (desc->stationary_distance) desc->field_distance = direct_field_distance;
}

/* What one of them has is enough, or both must have it. */
static unsigned direct_traits(unsigned a, unsigned b)
{
    const unsigned either = CLARKE_TRAIT_FIELD_LARGER | CLARKE_TRAIT_DATA;
    return (a & b & ~either) | ((a | b) & either);
}

/* The box is the smaller of the two where the noise is bounded in the box only, and otherwise the
   one that holds both. */
static clarke_status direct_box(clarke_problem *p, const clarke_problem *a, const clarke_problem *b)
{
    const bool inside = a->term_deviation > 0.0 || b->term_deviation > 0.0;
    p->box_low = inside ? fmax(a->box_low, b->box_low) : fmin(a->box_low, b->box_low);
    p->box_high = inside ? fmin(a->box_high, b->box_high) : fmax(a->box_high, b->box_high);
    if (p->box_high > p->box_low) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "direct: the boxes of %s and %s do not meet", a->id, b->id);
}

static clarke_status direct_constants(clarke_problem *p, const direct_sum *d, clarke_arena *mem)
{
    const clarke_problem *a = d->first, *b = d->second;
    CLARKE_TRY(clarke_problem_size(p, a->n + b->n, 0.0, 0.0, 0.0, mem));
    CLARKE_TRY(direct_box(p, a, b));
    if (b->terms > SIZE_MAX / 64 / a->terms)
        return clarke_fail(CLARKE_EINPUT, "%s: too many terms", p->id);
    memcpy(p->start, a->start, a->n * sizeof *p->start);
    memcpy(p->start + a->n, b->start, b->n * sizeof *p->start);
    p->terms = a->terms * b->terms;
    p->traits = direct_traits(a->traits, b->traits);
    p->minimum = a->minimum + b->minimum;
    p->smoothness = direct_larger(a->smoothness, b->smoothness);
    p->term_deviation = direct_larger(a->term_deviation, b->term_deviation);
    p->gradient_bound = hypot(a->gradient_bound, b->gradient_bound);
    p->plan_growth = clarke_growth_join(a->plan_growth, b->plan_growth);
    p->landmarks = 0, p->landmark = NULL;
    return CLARKE_OK;
}

static clarke_status direct_texts(const clarke_wrapping *w, const clarke_problem *second,
                                  clarke_arena *mem)
{
    const clarke_problem_desc *a = w->inner->desc, *b = second->desc;
    w->desc->title = clarke_arena_printf(mem, "%s, and beside it: %s", a->title, b->title);
    w->desc->formula = clarke_arena_printf(mem, "g(x_1..x_%zu) + h(the rest), g(x) = %s, h(x) = %s",
                                           w->inner->n, a->formula, b->formula);
    w->desc->source = clarke_arena_printf(mem, "%s; %s", a->source, b->source);
    w->desc->stationary_set = w->desc->field_set = NULL;
    if (a->stationary_set && b->stationary_set)
        w->desc->stationary_set =
            clarke_arena_printf(mem, "(%s) x (%s)", a->stationary_set, b->stationary_set);
    const char *one = a->field_set ? a->field_set : a->stationary_set;
    const char *two = b->field_set ? b->field_set : b->stationary_set;
    if ((a->field_set || b->field_set) && one && two)
        w->desc->field_set = clarke_arena_printf(mem, "(%s) x (%s)", one, two);
    if (b->truth < a->truth) w->desc->truth = b->truth;
    return clarke_arena_status(mem);
}

static clarke_status direct_make(clarke_problem *p, const clarke_wrapping *w, clarke_arena *mem)
{
    const direct *a = w->params;
    clarke_spec other = *w->other;
    clarke_problem *second;
    direct_sum *d = clarke_alloc(mem, sizeof *d);
    other.id = a->with;
    CLARKE_TRY(clarke_problem_make(&other, mem, &second));
    size_t *term = clarke_alloc_array(mem, DIRECT_PIECE, sizeof *term);
    double *mean = clarke_vec(mem, w->inner->n > second->n ? w->inner->n : second->n);
    CLARKE_TRY(clarke_arena_status(mem));
    *d = (direct_sum){w->inner, second, term, mean};
    p->data = d;
    CLARKE_TRY(direct_texts(w, second, mem));
    CLARKE_TRY(direct_constants(p, d, mem));
    direct_capabilities(w->desc, d);
    direct_certificate(w->desc, d, mem);
    return direct_blocks(p, d, w->desc, mem);
}

static const clarke_param direct_params[] = {
    {"with", CLARKE_PARAM_TEXT, offsetof(direct, with), "l1_norm", 0.0, 0.0, NULL,
     "the other problem; with.n=3 and the like are its parameters"},
    {0}};

const clarke_wrapper_desc clarke_wrapper_direct = {
    .title = "Direct sum with another problem",
    .formula = "g(x) + h(z)",
    .source = "folklore",
    .params = direct_params,
    .params_size = sizeof(direct),
    .other = "with.",
    .make = direct_make,
};
