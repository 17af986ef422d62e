#include "problems/lib/pairs.h"

typedef struct {
    const clarke_pair *pair;
    const char *context;
    size_t stride, m;
} pairs;

static const pairs *pairs_of(const clarke_problem *p)
{
    return p->data;
}

const void *clarke_pairs_context(const clarke_problem *p, size_t i)
{
    const pairs *s = pairs_of(p);
    return s->context ? s->context + i * s->stride : NULL;
}

clarke_status clarke_pairs_list(const clarke_problem *p, const clarke_list *list, const char *name)
{
    if (p->n % 2 != 0)
        return clarke_fail(CLARKE_EINPUT, "%s: n=%zu is odd; the variables are pairs", p->id, p->n);
    if (list->count == 1 || list->count == p->n / 2) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "%s: %s has %zu numbers for %zu pairs", p->id, name,
                       list->count, p->n / 2);
}

clarke_status clarke_pairs_make(clarke_problem *p, const clarke_pair *pair, const void *context,
                                size_t stride, clarke_arena *mem)
{
    if (p->n % 2 != 0)
        return clarke_fail(CLARKE_EINPUT, "%s: n=%zu is odd; the variables are pairs", p->id, p->n);
    pairs *s = clarke_alloc(mem, sizeof *s);
    clarke_block *block = clarke_alloc_array(mem, 2, sizeof *block);
    CLARKE_TRY(clarke_arena_status(mem));
    const size_t m = p->n / 2;
    *s = (pairs){pair, context, stride, m};
    p->data = s;
    block[0] = (clarke_block){"x", 0, m, 1};
    block[1] = (clarke_block){"y", m, m, 1};
    p->layout = (clarke_layout){2, block};
    return CLARKE_OK;
}

static void pairs_pick(const pairs *s, const double *x, size_t i, double z[2])
{
    z[0] = x[i], z[1] = x[s->m + i];
}

double clarke_pairs_value(const clarke_problem *p, const double *x)
{
    const pairs *s = pairs_of(p);
    double sum = 0.0, z[2];
    for (size_t i = 0; i < s->m; i++) {
        pairs_pick(s, x, i, z);
        sum += s->pair->value(clarke_pairs_context(p, i), z);
    }
    return sum;
}

double clarke_pairs_value_gap(const clarke_problem *p, const double *x)
{
    const pairs *s = pairs_of(p);
    double sum = 0.0, z[2];
    for (size_t i = 0; i < s->m; i++) {
        pairs_pick(s, x, i, z);
        sum += s->pair->gap(clarke_pairs_context(p, i), z);
    }
    return sum;
}

void clarke_pairs_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const pairs *s = pairs_of(p);
    for (size_t i = 0; i < s->m; i++) {
        double z[2], own[2];
        pairs_pick(s, x, i, z);
        s->pair->slope(clarke_pairs_context(p, i), z, own);
        g[i] = own[0], g[s->m + i] = own[1];
    }
}

double clarke_pairs_clarke_residual(const clarke_problem *p, const double *x)
{
    const pairs *s = pairs_of(p);
    double norm = 0.0, z[2];
    for (size_t i = 0; i < s->m; i++) {
        pairs_pick(s, x, i, z);
        norm = hypot(norm, s->pair->residual(clarke_pairs_context(p, i), z));
    }
    return norm;
}

/* Minima of all pairs make a minimum, the global one if all are; anything else has directions up
   and down. */
static clarke_point_kind pairs_join(clarke_point_kind a, clarke_point_kind b)
{
    const bool minima = (a == CLARKE_POINT_GLOBAL_MINIMUM || a == CLARKE_POINT_LOCAL_MINIMUM) &&
                        (b == CLARKE_POINT_GLOBAL_MINIMUM || b == CLARKE_POINT_LOCAL_MINIMUM);
    if (a == b) return a;
    return minima ? CLARKE_POINT_LOCAL_MINIMUM : CLARKE_POINT_SADDLE;
}

double clarke_pairs_stationary_distance(const clarke_problem *p, const double *x, double *nearest,
                                        clarke_point_kind *kind)
{
    const pairs *s = pairs_of(p);
    double norm = 0.0;
    for (size_t i = 0; i < s->m; i++) {
        double z[2], at[2];
        clarke_point_kind own;
        pairs_pick(s, x, i, z);
        norm = hypot(norm, s->pair->nearest(clarke_pairs_context(p, i), z, at, &own));
        if (nearest) nearest[i] = at[0], nearest[s->m + i] = at[1];
        if (kind) *kind = i == 0 ? own : pairs_join(*kind, own);
    }
    return norm;
}

/* A box around the ball, so that the bound is a bound. */
double clarke_pairs_hull_distance(const clarke_problem *p, const double *z, double r)
{
    const pairs *s = pairs_of(p);
    double norm = 0.0;
    for (size_t i = 0; i < s->m; i++) {
        clarke_interval box[2], g[2] = {{0.0, 0.0}, {0.0, 0.0}};
        clarke_interval kink = {0.0, 0.0}, arm[2] = {{0.0, 0.0}, {0.0, 0.0}};
        const double at[] = {z[i], z[s->m + i]};
        for (size_t b = 0; b < 2; b++)
            box[b] = r > 0.0 ? clarke_interval_widen(at[b] - r, at[b] + r)
                             : clarke_interval_point(at[b]);
        s->pair->range(clarke_pairs_context(p, i), box, g, &kink, arm);
        for (size_t b = 0; b < 2; b++)
            norm = hypot(norm, clarke_interval_distance(
                                   clarke_interval_add(g[b], clarke_interval_mul(kink, arm[b]))));
    }
    /* hypot errs by less than one unit in the last place a pair. */
    return norm * (1.0 - 4.0 * (double)s->m * DBL_EPSILON);
}

clarke_growth clarke_growth_sum(clarke_growth a, clarke_growth b)
{
    if (!(a.p == b.p && a.p > 2.0)) return clarke_growth_slower(a, b);
    /* Lagrange: kappa_i d_i^(p-2) is the same for all. */
    const double q = 0.5 * a.p - 1.0;
    return clarke_growth_make(a.p, pow(pow(a.kappa, -1.0 / q) + pow(b.kappa, -1.0 / q), -q));
}

clarke_growth clarke_pairs_growth(const clarke_problem *p, const double *x)
{
    const pairs *s = pairs_of(p);
    clarke_growth sum = {NAN, NAN, NAN};
    for (size_t i = 0; i < s->m; i++) {
        double z[2], at[2];
        clarke_point_kind kind;
        pairs_pick(s, x, i, z);
        s->pair->nearest(clarke_pairs_context(p, i), z, at, &kind);
        sum = clarke_growth_sum(sum, s->pair->growth(clarke_pairs_context(p, i), at));
    }
    return sum;
}

/* ---- blocks ---- */

void clarke_pairs_block_prox(const clarke_problem *p, size_t block, double weight, const double *x,
                             const double *centre, double *y)
{
    const pairs *s = pairs_of(p);
    for (size_t i = 0; i < s->m; i++) {
        double z[2];
        pairs_pick(s, x, i, z);
        y[i] = s->pair->prox(clarke_pairs_context(p, i), block, weight, z, centre[i]);
    }
}

void clarke_pairs_block_gradient(const clarke_problem *p, size_t block, const double *x, double *g)
{
    const pairs *s = pairs_of(p);
    for (size_t i = 0; i < s->m; i++) {
        double z[2];
        pairs_pick(s, x, i, z);
        g[i] = s->pair->gradient(clarke_pairs_context(p, i), block, z);
    }
}

double clarke_pairs_block_lipschitz(const clarke_problem *p, size_t block, const double *x)
{
    const pairs *s = pairs_of(p);
    double largest = 0.0;
    for (size_t i = 0; i < s->m; i++) {
        double z[2];
        pairs_pick(s, x, i, z);
        largest = fmax(largest, s->pair->lipschitz(clarke_pairs_context(p, i), block, z));
    }
    return largest;
}

void clarke_pairs_block_simple(const clarke_problem *p, size_t block, double step, const double *v,
                               double *y)
{
    const pairs *s = pairs_of(p);
    for (size_t i = 0; i < s->m; i++)
        y[i] = s->pair->simple(clarke_pairs_context(p, i), block, step, v[i]);
}

/* ---- for proofs by machine ---- */

void clarke_pairs_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                          clarke_enclosure *out)
{
    const pairs *s = pairs_of(p);
    (void)field;
    for (size_t i = 0; i < s->m; i++) {
        const clarke_interval own[] = {box[i], box[s->m + i]};
        clarke_interval g[2], kink = {0.0, 0.0}, arm[2] = {{0.0, 0.0}, {0.0, 0.0}};
        clarke_interval v[CLARKE_ENCLOSURE_DIMENSION], w[CLARKE_ENCLOSURE_DIMENSION];
        s->pair->range(clarke_pairs_context(p, i), own, g, &kink, arm);
        for (size_t j = 0; j < p->n; j++) v[j] = w[j] = clarke_interval_point(0.0);
        v[i] = g[0], v[s->m + i] = g[1];
        w[i] = arm[0], w[s->m + i] = arm[1];
        clarke_enclosure_add(out, v);
        if (kink.low != 0.0 || kink.high != 0.0) clarke_enclosure_segment(out, kink, w);
    }
}

double clarke_pairs_distance_upper(const clarke_problem *p, const clarke_interval *box, bool field)
{
    double x[CLARKE_ENCLOSURE_DIMENSION], nearest[CLARKE_ENCLOSURE_DIMENSION];
    clarke_interval near[CLARKE_ENCLOSURE_DIMENSION];
    (void)field;
    clarke_box_middle(p->n, box, x);
    clarke_pairs_stationary_distance(p, x, nearest, NULL);
    for (size_t i = 0; i < p->n; i++) near[i] = clarke_interval_point(nearest[i]);
    return clarke_box_distance(p->n, box, near);
}
