/* f_i(x) = f(x) +- h |x|_1 for an even number of agents, f separable: cancelling heterogeneity. The
   mean is f, but the mean of the agents' subdifferentials is larger where a coordinate is 0.

   With [a, b] the subdifferential of coordinate j of f at 0 (its ends are the one-sided slopes l
   and r in some order), those of phi + h|.| and phi - h|.| have the ends l - h, r + h and l + h, r
   - h; their mean is (l + r)/2 + max(|r - l|/2, h) [-1, 1]. So 0 joins the critical set of
   coordinate j iff |l + r|/2 <= max(|r - l|/2, h). That is for f as one function. Where f is a sum
   already, or comes with a field of its own, its terms do not cancel against h|.| in the same way;
   then the field is that of all parts, [a, b] + h [-1, 1] with [a, b] of the field of f. */
#include "problems/lib/separable.h"
#include "problems/lib/tilted.h"

typedef struct {
    double h;
    size_t agents;
} cancel;

static const clarke_problem *cancel_inner(const clarke_problem *p)
{
    return ((const clarke_pullback *)p->data)->inner;
}

static clarke_interval cancel_widened(const clarke_problem *inner, double h, size_t j)
{
    const clarke_interval at = inner->desc->slope_range(inner, j, 0.0, 0.0, true);
    if (inner->terms > 1 || inner->desc->field_residual)
        return (clarke_interval){at.low - h, at.high + h};
    const double centre = 0.5 * (at.low + at.high), half = 0.5 * (at.high - at.low);
    return half >= h ? at : (clarke_interval){centre - h, centre + h};
}

static clarke_interval cancel_slope_range(const clarke_problem *p, size_t j, double low,
                                          double high, bool field)
{
    const clarke_problem *inner = cancel_inner(p);
    const clarke_interval range = inner->desc->slope_range(inner, j, low, high, field);
    if (!field || low > 0.0 || high < 0.0) return range;
    return clarke_interval_hull(range, cancel_widened(inner, clarke_tilted_data(p)->unit, j));
}

static double cancel_field_residual(const clarke_problem *p, const double *x)
{
    double sum = 0.0, last = 0.0;
    for (size_t j = 0; j < p->n; j++) {
        last = clarke_interval_distance(cancel_slope_range(p, j, x[j], x[j], true));
        sum += last * last;
    }
    return p->n == 1 ? last : sqrt(sum);
}

/* The critical set is a product, so the nearest point is nearest in each coordinate. */
static double cancel_field_distance(const clarke_problem *p, const double *x, double *nearest)
{
    const clarke_pullback *m = p->data;
    const double h = clarke_tilted_data(p)->unit;
    double sum = 0.0, last = 0.0;
    clarke_field_distance(m->inner, x, m->nearest);
    for (size_t j = 0; j < p->n; j++) {
        double y = m->nearest[j];
        const bool nearer = fabs(x[j]) < fabs(x[j] - y);
        if (nearer && clarke_interval_distance(cancel_widened(m->inner, h, j)) == 0.0) y = 0.0;
        last = fabs(x[j] - y);
        sum += last * last;
        if (nearest) nearest[j] = y;
    }
    return p->n == 1 ? last : sqrt(sum);
}

/* Where 0 is in [a, b] the residual is 0 anyway; elsewhere a wider interval comes nearer to 0. */
static bool cancel_is_larger(const clarke_problem *p, double h)
{
    const clarke_problem *inner = cancel_inner(p);
    for (size_t j = 0; j < p->n; j++) {
        const clarke_interval before = inner->desc->slope_range(inner, j, 0.0, 0.0, false);
        const double after = clarke_interval_distance(cancel_widened(inner, h, j));
        if (after < clarke_interval_distance(before)) return true;
    }
    return false;
}

/* ---- for proofs by machine ---- */

/* What a coordinate of the agents' field is at 0. The slopes at 0 come from formulas of a few
   operations: their ends are taken 8 roundings wide. */
static clarke_interval cancel_at_zero(const clarke_problem *p, size_t j)
{
    const clarke_interval at = cancel_widened(cancel_inner(p), clarke_tilted_data(p)->unit, j);
    return clarke_interval_hull(clarke_interval_ulps(at.low, 8), clarke_interval_ulps(at.high, 8));
}

/* A separable problem's enclosure is a box. */
static void cancel_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                           clarke_enclosure *out)
{
    const clarke_problem *inner = cancel_inner(p);
    inner->desc->enclose(inner, box, field, out);
    for (size_t j = 0; field && j < p->n; j++)
        if (clarke_interval_has(box[j], 0.0))
            out->centre[j] = clarke_interval_hull(out->centre[j], cancel_at_zero(p, j));
}

/* Coordinates whose nearest critical value is a 0 that the agents add are measured here; in their
   place the inner problem gets a stationary value. */
static double cancel_distance_upper(const clarke_problem *p, const clarke_interval *box, bool field)
{
    const clarke_problem *inner = cancel_inner(p);
    clarke_interval kept[CLARKE_ENCLOSURE_DIMENSION];
    double x[CLARKE_ENCLOSURE_DIMENSION], near[CLARKE_ENCLOSURE_DIMENSION];
    double own[CLARKE_ENCLOSURE_DIMENSION], d[CLARKE_ENCLOSURE_DIMENSION + 1];
    if (!field) return inner->desc->distance_upper(inner, box, false);
    clarke_box_middle(p->n, box, x);
    cancel_field_distance(p, x, near);
    clarke_field_distance(inner, x, own);
    for (size_t j = 0; j < p->n; j++) {
        const bool added = near[j] == 0.0 && own[j] != 0.0;
        kept[j] = added ? clarke_interval_point(own[j]) : box[j];
        d[j] = added ? clarke_interval_mag(box[j]) : 0.0;
    }
    d[p->n] = inner->desc->distance_upper(inner, kept, true);
    return clarke_norm_upper(p->n + 1, d);
}

/* ---- making ---- */

static double cancel_weight(size_t copies, size_t k, size_t j, double t)
{
    (void)copies, (void)j;
    return k % 2 ? -clarke_scalar_sign(t) : clarke_scalar_sign(t);
}

static clarke_status cancel_make(clarke_problem *p, const clarke_wrapping *w, clarke_arena *mem)
{
    const cancel *a = w->params;
    const clarke_tilt data = {.copies = a->agents,
                              .unit = a->h,
                              .weight = cancel_weight,
                              .agents = true,
                              .deviation = a->h};
    if (!w->inner->desc->slope_range || !w->inner->desc->stationary_distance)
        return clarke_fail(CLARKE_EINPUT,
                           "cancel: %s is not separable, or has no stationary set, so "
                           "the field of its agents is not known",
                           w->inner->id);
    if (a->agents % 2)
        return clarke_fail(CLARKE_EINPUT, "cancel: %zu agents do not cancel in pairs", a->agents);
    w->desc->title = clarke_arena_printf(mem, "%s, cancelling agents", w->inner->desc->title);
    w->desc->formula =
        clarke_arena_printf(mem, "mean of f(x) + %.10g |x|_1 and f(x) - %.10g |x|_1, f(x) = %s",
                            a->h, a->h, w->inner->desc->formula);
    if (w->desc->stationary_set)
        w->desc->field_set = clarke_arena_printf(
            mem,
            "%s, with 0 added to the coordinates whose slopes l, r at 0 have |l + r|/2 <= "
            "max(|r - l|/2, %.10g)",
            w->desc->field_set ? w->desc->field_set : w->desc->stationary_set, a->h);
    CLARKE_TRY(clarke_tilted_make(p, w, &data, mem));
    w->desc->slope_range = cancel_slope_range;
    w->desc->hull_distance = NULL; /* slope_range gives it, for this field */
    w->desc->field_residual = cancel_field_residual;
    w->desc->field_distance = cancel_field_distance;
    if (w->desc->enclose) {
        w->desc->enclose = cancel_enclose;
        w->desc->distance_upper = cancel_distance_upper;
    }
    if (cancel_is_larger(p, a->h)) p->traits |= CLARKE_TRAIT_FIELD_LARGER;
    return CLARKE_OK;
}

static const clarke_param cancel_params[] = {{"h", CLARKE_PARAM_REAL, offsetof(cancel, h), "1", 0.0,
                                              0x1p100, NULL, "slope of the terms that cancel"},
                                             {"agents", CLARKE_PARAM_COUNT,
                                              offsetof(cancel, agents), "2", 2.0, 0x1p20, NULL,
                                              "number of agents, even"},
                                             {0}};

const clarke_wrapper_desc clarke_wrapper_cancel = {
    .title = "Cancelling heterogeneity",
    .formula = "mean of f(x) + h |x|_1 and f(x) - h |x|_1",
    .source = "derived",
    .params = cancel_params,
    .params_size = sizeof(cancel),
    .make = cancel_make,
};
