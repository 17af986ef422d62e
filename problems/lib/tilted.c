#include "problems/lib/tilted.h"

#include <string.h>

/* The pullback by the identity comes first, so that its functions find it. */
typedef struct {
    clarke_pullback base;
    clarke_tilt tilt;
    double *mean; /* [n] scratch */
} tilted;

const clarke_tilt *clarke_tilted_data(const clarke_problem *p)
{
    return &((const tilted *)p->data)->tilt;
}

static size_t tilted_copy(const tilted *d, size_t term)
{
    return d->tilt.agents ? term / d->base.inner->terms : term % d->tilt.copies;
}

static size_t tilted_inner(const tilted *d, size_t term)
{
    return d->tilt.agents ? term % d->base.inner->terms : term / d->tilt.copies;
}

/* The inner mean, in pieces, since the list may be long and memory is not asked for here. */
static void tilted_mean(const tilted *d, size_t n, const double *x, const size_t *term,
                        size_t count, double *g)
{
    enum { PIECE = 64 };
    const clarke_problem *inner = d->base.inner;
    size_t own[PIECE];
    if (inner->terms == 1) {
        inner->desc->subgradient(inner, x, g);
        return;
    }
    if (count > PIECE) memset(g, 0, n * sizeof *g);
    for (size_t first = 0; first < count; first += PIECE) {
        const size_t piece = count - first < PIECE ? count - first : PIECE;
        for (size_t i = 0; i < piece; i++) own[i] = tilted_inner(d, term[first + i]);
        if (count <= PIECE) {
            inner->desc->term_subgradient(inner, x, own, piece, g);
            return;
        }
        inner->desc->term_subgradient(inner, x, own, piece, d->mean);
        for (size_t j = 0; j < n; j++) g[j] += (double)piece / (double)count * d->mean[j];
    }
}

static void tilted_term_subgradient(const clarke_problem *p, const double *x, const size_t *term,
                                    size_t count, double *g)
{
    const tilted *d = p->data;
    tilted_mean(d, p->n, x, term, count, g);
    for (size_t j = 0; j < p->n; j++) {
        double sum = 0.0;
        for (size_t i = 0; i < count; i++)
            sum += d->tilt.weight(d->tilt.copies, tilted_copy(d, term[i]), j, x[j]);
        g[j] += d->tilt.unit * (sum / (double)count);
    }
}

clarke_status clarke_tilted_make(clarke_problem *p, const clarke_wrapping *w,
                                 const clarke_tilt *tilt, clarke_arena *mem)
{
    const size_t terms = w->inner->terms;
    tilted *d = clarke_alloc(mem, sizeof *d);
    double *mean = clarke_vec(mem, terms > 1 ? p->n : 1);
    CLARKE_TRY(clarke_arena_status(mem));
    if (terms > SIZE_MAX / 64 / tilt->copies)
        return clarke_fail(CLARKE_EINPUT, "%s: too many terms", p->id);
    const clarke_pullback identity = {.factor = 1.0, .stretch = 1.0};
    CLARKE_TRY(clarke_pullback_make(p, w, &identity, mem));
    *d = (tilted){*(const clarke_pullback *)p->data, *tilt, mean};
    p->data = d;
    p->terms = terms * tilt->copies;
    p->term_deviation += tilt->deviation;
    w->desc->term_subgradient = tilted_term_subgradient;
    return CLARKE_OK;
}
