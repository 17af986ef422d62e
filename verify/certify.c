/* The prover: cuts, looks for directions, and leaves every decision to intervals. */
#include "verify/certify.h"

#include "core/minnorm.h"

#include <assert.h>
#include <string.h>

typedef struct {
    const clarke_problem *p;
    const clarke_certify_task *task;
    clarke_certify_sink *sink;
    void *self;
    clarke_certify_result *result;
    clarke_minnorm solver;
    char path[CLARKE_CERTIFY_DEPTH + 1];
    clarke_enclosure e;
    double direction[CLARKE_ENCLOSURE_DIMENSION];
} certify;

/* ---- products with an enclosure ---- */

/* A lower bound of d.v for v in the box, and the size of its terms. */
static double certify_product(size_t n, const double *d, const clarke_interval *v, double *size)
{
    clarke_interval sum = clarke_interval_point(0.0);
    for (size_t i = 0; i < n; i++) {
        const clarke_interval term = clarke_interval_scale(d[i], v[i]);
        sum = clarke_interval_add(sum, term);
        *size += fabs(term.low);
    }
    return sum.low;
}

/* Whether d.v > 0 for all v of the enclosure, by more than 2^-40 of the terms: a checker that adds
   in another order loses at most some 2^-46 of them, and so decides alike. */
static bool certify_positive(const clarke_enclosure *e, const double *d)
{
    double size = 0.0, total = certify_product(e->n, d, e->centre, &size);
    for (size_t k = 0; k < e->parts; k++) {
        double least = INFINITY;
        for (size_t j = e->first[k]; j < e->first[k + 1]; j++) {
            const double product = certify_product(e->n, d, e->vertex[j], &size);
            if (!(product >= least)) least = product;
        }
        total = clarke_round_down(total + least);
    }
    return total > 0.0 && total > 0x1p-40 * size;
}

static void certify_corner(size_t n, const clarke_interval *v, const double *y, double *corner)
{
    for (size_t i = 0; i < n; i++) corner[i] = y[i] > 0.0 ? v[i].low : v[i].high;
}

static double certify_dot(size_t n, const double *a, const double *b)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
    return sum;
}

/* The point of the enclosure with the smallest product with y, up to rounding: for guesses only. */
static double certify_vertex(const void *self, const double *y, double *v)
{
    const clarke_enclosure *e = self;
    double corner[CLARKE_ENCLOSURE_DIMENSION], best[CLARKE_ENCLOSURE_DIMENSION] = {0.0};
    certify_corner(e->n, e->centre, y, v);
    for (size_t k = 0; k < e->parts; k++) {
        double least = INFINITY;
        for (size_t j = e->first[k]; j < e->first[k + 1]; j++) {
            certify_corner(e->n, e->vertex[j], y, corner);
            const double product = certify_dot(e->n, corner, y);
            if (!(product >= least)) least = product, memcpy(best, corner, sizeof best);
        }
        for (size_t i = 0; i < e->n; i++) v[i] += best[i];
    }
    return certify_dot(e->n, v, y);
}

/* ---- directions ---- */

/* Whether d separates; it is scaled to entries of at most 1 first. */
static bool certify_try(certify *c, const double *d)
{
    double largest = 0.0;
    for (size_t i = 0; i < c->e.n; i++) largest = fmax(largest, fabs(d[i]));
    if (!(largest > 0.0) || isinf(largest)) return false;
    for (size_t i = 0; i < c->e.n; i++) c->direction[i] = d[i] / largest;
    return certify_positive(&c->e, c->direction);
}

static bool certify_axes(certify *c)
{
    for (size_t i = 0; i < 2 * c->e.n; i++) {
        double d[CLARKE_ENCLOSURE_DIMENSION] = {0.0};
        d[i / 2] = i % 2 == 0 ? 1.0 : -1.0;
        if (certify_try(c, d)) return true;
    }
    return false;
}

static bool certify_finite(const clarke_enclosure *e)
{
    double sum = 0.0;
    for (size_t i = 0; i < e->n; i++) {
        sum += fabs(e->centre[i].low) + fabs(e->centre[i].high);
        for (size_t j = 0; j < e->vertices; j++)
            sum += fabs(e->vertex[j][i].low) + fabs(e->vertex[j][i].high);
    }
    return isfinite(sum);
}

/* The classical walk towards the shortest point (von Neumann): cheap, and enough for most boxes. */
static bool certify_walk(certify *c)
{
    enum { STEPS = 12 };
    const size_t n = c->e.n;
    double x[CLARKE_ENCLOSURE_DIMENSION] = {0.0}, v[CLARKE_ENCLOSURE_DIMENSION];
    certify_vertex(&c->e, x, x);
    for (size_t step = 0; step < STEPS; step++) {
        const double product = certify_vertex(&c->e, x, v);
        if (product > 0.0 && certify_try(c, x)) return true;
        double move = 0.0;
        for (size_t i = 0; i < n; i++) move += (x[i] - v[i]) * (x[i] - v[i]);
        const double w = fmin(1.0, (certify_dot(n, x, x) - product) / move);
        if (!(w > 0.0)) return false;
        for (size_t i = 0; i < n; i++) x[i] += w * (v[i] - x[i]);
    }
    return false;
}

/* An interval polytope is a polytope, so its shortest vector, where it is not 0, separates: Wolfe's
   method finds the direction whenever there is one that rounding leaves room for. */
static bool certify_separates(certify *c)
{
    double x[CLARKE_ENCLOSURE_DIMENSION] = {0.0};
    if (certify_axes(c)) return true;
    if (c->e.n == 1 || !certify_finite(&c->e)) return false;
    if (certify_walk(c)) return true;
    clarke_minnorm_hull(&c->solver, certify_vertex, &c->e, x);
    return certify_try(c, x);
}

/* ---- the walk over the boxes ---- */

static bool certify_near(size_t n, const clarke_interval *box, const double *s, double radius)
{
    double d[CLARKE_ENCLOSURE_DIMENSION];
    for (size_t i = 0; i < n; i++) d[i] = fmax(fabs(box[i].low - s[i]), fabs(box[i].high - s[i]));
    return clarke_norm_upper(n, d) <= radius;
}

/* Whether the box has a point within the radius of s; rounding does not matter to a control. */
static bool certify_meets(size_t n, const clarke_interval *box, const double *s, double radius)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double d = fmax(0.0, fmax(box[i].low - s[i], s[i] - box[i].high));
        sum += d * d;
    }
    return sqrt(sum) < radius;
}

static bool certify_inside(const certify *c, const clarke_interval *box)
{
    const clarke_certify_task *t = c->task;
    const size_t n = c->p->n;
    if (t->instead && certify_near(n, box, t->instead, t->delta)) return true;
    if (!(c->p->desc->distance_upper(c->p, box, t->field) <= t->delta)) return false;
    /* Taken out: a box that comes this near to the point may be near to S because of it. */
    return !(t->without && certify_meets(n, box, t->without, t->delta));
}

static clarke_status certify_leaf(certify *c, const clarke_interval *box, bool inside)
{
    c->result->leaves++;
    c->result->inside += inside;
    if (!c->sink) return CLARKE_OK;
    const clarke_certify_leaf leaf = {c->path, box, inside ? NULL : c->direction};
    return c->sink(c->self, &leaf);
}

static void certify_give_up(certify *c, const clarke_interval *box)
{
    clarke_certify_result *r = c->result;
    if (r->unresolved == 0) r->width = box[0].high - box[0].low;
    if (r->unresolved < CLARKE_CERTIFY_UNRESOLVED)
        clarke_box_middle(c->p->n, box, r->where[r->unresolved]);
    else
        r->complete = false;
    r->unresolved++;
}

/* A box this much smaller than delta is not cut any more. */
static const double certify_smallest = 0x1p-10;

static clarke_status certify_box(certify *c, const clarke_interval *box, size_t depth)
{
    const size_t n = c->p->n, side = depth % n;
    clarke_interval half[CLARKE_ENCLOSURE_DIMENSION];
    if (!c->result->complete) return CLARKE_OK;
    c->result->boxes++;
    c->path[depth] = '\0';
    if (certify_inside(c, box)) return certify_leaf(c, box, true);
    clarke_enclosure_begin(&c->e, n);
    c->p->desc->enclose(c->p, box, c->task->field, &c->e);
    if (certify_separates(c)) return certify_leaf(c, box, false);
    const double middle = 0.5 * box[side].low + 0.5 * box[side].high;
    const bool thin = box[side].high - box[side].low < certify_smallest * c->task->delta;
    if (thin || depth == CLARKE_CERTIFY_DEPTH || !(middle > box[side].low) ||
        !(middle < box[side].high)) {
        certify_give_up(c, box);
        return CLARKE_OK;
    }
    memcpy(half, box, n * sizeof *half);
    half[side].high = middle;
    c->path[depth] = '0';
    CLARKE_TRY(certify_box(c, half, depth + 1));
    half[side] = (clarke_interval){middle, box[side].high};
    c->path[depth] = '1';
    return certify_box(c, half, depth + 1);
}

static clarke_status certify_refuse(const clarke_problem *p, const clarke_certify_task *t)
{
    if (!p->desc->enclose || !p->desc->distance_upper)
        return clarke_fail(CLARKE_EINPUT, "%s has no interval enclosure: it cannot be certified",
                           p->spec);
    if (p->n > CLARKE_ENCLOSURE_DIMENSION)
        return clarke_fail(CLARKE_EINPUT, "%s: proofs by machine end at dimension %d", p->spec,
                           CLARKE_ENCLOSURE_DIMENSION);
    if (!isfinite(t->low) || !isfinite(t->high) || !(t->low < t->high))
        return clarke_fail(CLARKE_EINPUT, "%s: [%g, %g] is no box", p->spec, t->low, t->high);
    if (!isfinite(t->delta) || !(t->delta > 0.0))
        return clarke_fail(CLARKE_EINPUT, "%s: delta=%g must be positive", p->spec, t->delta);
    return CLARKE_OK;
}

clarke_status clarke_certify(const clarke_problem *p, const clarke_certify_task *task,
                             clarke_certify_sink *sink, void *self, clarke_arena *mem,
                             clarke_certify_result *result)
{
    clarke_interval box[CLARKE_ENCLOSURE_DIMENSION];
    assert(!sink || (!task->without && !task->instead));
    CLARKE_TRY(certify_refuse(p, task));
    certify *c = clarke_alloc(mem, sizeof *c);
    CLARKE_TRY(clarke_arena_status(mem));
    *result = (clarke_certify_result){.complete = true};
    *c = (certify){.p = p, .task = task, .sink = sink, .self = self, .result = result};
    CLARKE_TRY(clarke_minnorm_init(&c->solver, p->n, mem));
    for (size_t i = 0; i < p->n; i++) box[i] = (clarke_interval){task->low, task->high};
    return certify_box(c, box, 0);
}
