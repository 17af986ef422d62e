#include "verify/lib/agents_read.h"

#include <math.h>
#include <string.h>

#define AGENTS_TINY 0x1p-1060L

static long double *agents_vector(clarke_arena *mem, size_t n)
{
    return clarke_alloc_array(mem, n, sizeof(long double));
}

clarke_status clarke_agents_begin(clarke_measure *m, clarke_agents_reader *r)
{
    *r = (clarke_agents_reader){.w = m->network, .form = m->dsm};
    r->g = clarke_vec(m->mem, m->n);
    r->g0 = clarke_vec(m->mem, m->n);
    r->v = clarke_vec(m->mem, m->n);
    r->mixed = agents_vector(m->mem, m->n);
    r->size = agents_vector(m->mem, m->n);
    return clarke_arena_status(m->mem);
}

static bool agents_asked(const clarke_measure *m, const clarke_event *e)
{
    bool fine = e->agents == m->agents && e->eta == m->clock->eta[e->k] &&
                e->theta == m->clock->theta[e->k];
    for (size_t i = 0; fine && i < e->agents; i++)
        fine = e->agent[i]->calls == e->k + 1 &&
               memcmp(e->agent[i]->x, e->before + i * m->dim, m->dim * sizeof(double)) == 0;
    return fine;
}

static void agents_views(const clarke_event *e, clarke_agents_step *s)
{
    for (size_t i = 0; i < e->views; i++) {
        if (strcmp(e->view[i].name, "momentum") == 0)
            s->m1 = e->view[i].value, s->m = e->view_before[i];
        if (strcmp(e->view[i].name, "tracker") == 0)
            s->tracker = e->view[i].value, s->tracker0 = e->view_before[i];
    }
}

void clarke_agents_read(clarke_measure *m, const clarke_event *e, clarke_agents_reader *r,
                        clarke_agents_step *s)
{
    const clarke_sgd_form *mean = &r->form->mean;
    double *kept = r->g0;
    r->g0 = r->g, r->g = kept;
    *s = (clarke_agents_step){.agents = m->agents,
                              .dim = m->dim,
                              .n = m->n,
                              .conforms = agents_asked(m, e),
                              .x = e->before,
                              .x1 = e->after,
                              .eta = e->eta,
                              .theta = e->theta};
    agents_views(e, s);
    for (size_t i = 0; i < m->agents; i++)
        memcpy(r->g + i * m->dim, e->agent[i]->g, m->dim * sizeof *r->g);
    s->g = r->g, s->g0 = r->g0;
    s->v = r->form->tracker ? s->tracker : r->g;
    s->conforms &= r->form->tracker == (s->tracker != NULL) && r->form->momentum == (s->m != NULL);
    if (r->form->tracker && !s->tracker) s->v = r->g;
    if (!r->form->momentum || !s->m) return;
    const double *from = mean->old_momentum ? s->m : s->m1;
    for (size_t i = 0; i < m->agents; i++)
        mean->phi->selection(&mean->opts, m->dim, from + i * m->dim, r->v + i * m->dim);
    s->v = r->v;
}

void clarke_agents_mix(const clarke_agents_reader *r, const clarke_agents_step *s,
                       const long double *z, long double *out, long double *size)
{
    const clarke_network_rows *row = &r->w->row;
    for (size_t c = 0; c < s->n; c++) out[c] = 0.0L, size[c] = 0.0L;
    for (size_t j = 0; j < s->agents; j++)
        for (size_t k = row->begin[j]; k < row->begin[j + 1]; k++) {
            const size_t i = row->column[k];
            const long double w = row->weight[k];
            for (size_t c = 0; c < s->dim; c++) {
                out[i * s->dim + c] += w * z[j * s->dim + c];
                size[i * s->dim + c] += fabsl(w * z[j * s->dim + c]);
            }
        }
}

/* The terms that are mixed have the sizes |z| + step |h|; mixing the sizes gives sum_j |W_ji| of
   them. */
void clarke_agents_expect(clarke_agents_reader *r, const clarke_agents_step *s, const double *z,
                          double step, const double *a, const double *b, bool mixed,
                          long double *out, long double *bound)
{
    const long double factor = 2.0L * ((long double)s->agents + 6.0L) * CLARKE_AGENTS_UNIT;
    const bool first = r->form->adapt_first && mixed;
    for (size_t c = 0; c < s->n; c++) {
        const long double h = (long double)a[c] - (b ? (long double)b[c] : 0.0L);
        r->mixed[c] = (long double)z[c] - (first ? (long double)step * h : 0.0L);
    }
    if (mixed)
        clarke_agents_mix(r, s, r->mixed, out, r->size);
    else
        memcpy(out, r->mixed, s->n * sizeof *out);
    for (size_t c = 0; c < s->n; c++) {
        const long double h = (long double)a[c] - (b ? (long double)b[c] : 0.0L);
        if (!first) out[c] -= (long double)step * h;
        r->mixed[c] = fabsl((long double)z[c]) +
                      (long double)step *
                          (fabsl((long double)a[c]) + (b ? fabsl((long double)b[c]) : 0.0L));
    }
    if (mixed)
        clarke_agents_mix(r, s, r->mixed, r->size, bound);
    else
        memcpy(bound, r->mixed, s->n * sizeof *bound);
    for (size_t c = 0; c < s->n; c++) {
        const long double own = (long double)step *
                                (fabsl((long double)a[c]) + (b ? fabsl((long double)b[c]) : 0.0L));
        bound[c] = factor * bound[c] + 8.0L * CLARKE_AGENTS_UNIT * own + AGENTS_TINY;
    }
}
