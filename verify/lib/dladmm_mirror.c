#include "verify/lib/dladmm_mirror.h"

#include <math.h>

/* ---- sizes and products ---- */

static void mirror_size(clarke_dladmm_mirror *s, const double *x, size_t l, bool anew)
{
    const clarke_dladmm *d = s->d;
    const size_t rows = d->width[l + 1], in = d->width[l];
    const double *w = x + d->at[l][CLARKE_DLADMM_W], *b = x + d->at[l][CLARKE_DLADMM_B];
    const double *a = clarke_dladmm_before(d, x, l);
    long double row = 0.0L, column = 0.0L, bias = 0.0L;
    for (size_t i = 0; i < rows; i++) {
        long double sum = 0.0L;
        for (size_t k = 0; k < in; k++)
            sum += (long double)w[k * rows + i] * (long double)w[k * rows + i];
        row = fmaxl(row, sum);
        bias = fmaxl(bias, fabsl((long double)b[i]));
    }
    for (size_t j = 0; j < d->samples; j++)
        column = fmaxl(column, clarke_dladmm_norm(in, a + j * in));
    const long double size = sqrtl(row) * column + bias;
    if (anew || !(size <= s->size[l])) s->size[l] = size;
    const long double changes = 4.0L * CLARKE_DLADMM_REFRESH + 4.0L;
    s->drift[l] = 0x1p-52L * changes * ((long double)in + 4.0L) * s->size[l];
}

static void mirror_anew(clarke_dladmm_mirror *s, const double *x, size_t l)
{
    const clarke_dladmm *d = s->d;
    const size_t rows = d->width[l + 1];
    for (size_t i = 0; i < rows * d->width[l]; i++)
        s->g[i] = (long double)x[d->at[l][CLARKE_DLADMM_W] + i];
    clarke_dladmm_product(d, l, s->g, clarke_dladmm_before(d, x, l), s->m[l]);
    for (size_t i = 0; i < rows * d->samples; i++)
        s->m[l][i] += (long double)x[d->at[l][CLARKE_DLADMM_B] + i % rows];
}

clarke_status clarke_dladmm_mirror_begin(clarke_dladmm_mirror *s, const clarke_measure *m)
{
    const clarke_dladmm *d = s->d = m->problem->dladmm;
    if (!d)
        return clarke_fail(CLARKE_EINPUT,
                           "the measure %s needs a network with split layers; %s "
                           "is not one",
                           m->desc->title, m->problem->spec);
    size_t widest = 0;
    s->n = m->n;
    s->x = clarke_vec(m->mem, s->n);
    for (size_t l = 0; l < d->layers; l++) {
        const size_t z = clarke_dladmm_count(d, l, CLARKE_DLADMM_Z);
        const size_t w = clarke_dladmm_count(d, l, CLARKE_DLADMM_W);
        if (z > widest) widest = z;
        if (w > widest) widest = w;
        s->m[l] = clarke_alloc_array(m->mem, z, sizeof *s->m[l]);
    }
    s->t = clarke_alloc_array(m->mem, widest, sizeof *s->t);
    s->g = clarke_alloc_array(m->mem, widest, sizeof *s->g);
    s->f = clarke_vec(m->mem, widest);
    s->rho = d->rho, s->nu = d->nu;
    CLARKE_TRY(clarke_arena_status(m->mem));
    memcpy(s->x, m->start, s->n * sizeof *s->x);
    for (size_t l = 0; l < d->layers; l++) {
        mirror_anew(s, s->x, l);
        mirror_size(s, s->x, l, true);
    }
    return CLARKE_OK;
}

/* ---- one phase ---- */

static size_t mirror_strayed(const clarke_dladmm_mirror *s, const double *x, size_t from,
                             size_t count)
{
    size_t strayed = 0;
    for (size_t i = 0; i < s->n; i++)
        strayed += (i < from || i >= from + count) && memcmp(&s->x[i], &x[i], sizeof *x) != 0;
    return strayed;
}

/* M_l and the sizes of what changed. */
static void mirror_follow(clarke_dladmm_mirror *s, const double *x, const clarke_dladmm_change *c)
{
    const size_t l = c->layer;
    if (c->kind == CLARKE_DLADMM_W || c->kind == CLARKE_DLADMM_B) {
        mirror_anew(s, x, l);
        mirror_size(s, x, l, false);
    }
    if (c->kind == CLARKE_DLADMM_A && !c->last) {
        mirror_anew(s, x, l + 1);
        mirror_size(s, x, l + 1, false);
    }
}

/* rho and nu of the phase; the sizes begin anew where the method forms its products anew. */
static clarke_dladmm_change mirror_open(clarke_dladmm_mirror *s, const clarke_event *e)
{
    const double *accepted = clarke_event_view(e, "accepted"), *rho = clarke_event_view(e, "rho");
    const double *nu = clarke_event_view(e, "nu");
    clarke_dladmm_change c;
    clarke_dladmm_order(s->d->layers, e->phase, &c);
    s->rho = rho ? rho[0] : s->d->rho;
    s->nu = nu ? nu[0] : s->d->nu;
    c.constant = accepted ? accepted[e->phase] : NAN;
    if (e->phase == 0 && e->k % CLARKE_DLADMM_REFRESH == 0)
        for (size_t l = 0; l < s->d->layers; l++) mirror_size(s, s->x, l, true);
    return c;
}

static void mirror_close(clarke_dladmm_mirror *s, const clarke_event *e,
                         const clarke_dladmm_change *c)
{
    const size_t from = s->d->at[c->layer][c->kind];
    mirror_follow(s, e->after, c);
    memcpy(s->x + from, e->after + from,
           clarke_dladmm_count(s->d, c->layer, c->kind) * sizeof *s->x);
}

void clarke_dladmm_mirror_follow(clarke_dladmm_mirror *s, const clarke_event *e)
{
    const clarke_dladmm_change c = mirror_open(s, e);
    mirror_close(s, e, &c);
}

clarke_dladmm_change clarke_dladmm_mirror_step(clarke_dladmm_mirror *s, const clarke_event *e,
                                               size_t *strayed)
{
    clarke_dladmm_change c = mirror_open(s, e);
    const size_t count = clarke_dladmm_count(s->d, c.layer, c.kind);
    *strayed = mirror_strayed(s, e->after, s->d->at[c.layer][c.kind], count);
    clarke_dladmm_phase_change(s, e->after, &c);
    mirror_close(s, e, &c);
    return c;
}
