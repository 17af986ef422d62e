/* Whether block descent has come to rest: the largest change of an entry in the last sweep and in any
   sweep. Exact: differences of stored numbers, 0 only if they are equal. */
#include "core/measure.h"

#include <math.h>
#include <string.h>

typedef struct {
    double *x; /* [n] after the sweep before */
    double last, largest;
} bcd_rest;

static clarke_status bcd_rest_begin(clarke_measure *m)
{
    bcd_rest *s = m->state;
    s->x = clarke_vec(m->mem, m->n);
    CLARKE_TRY(clarke_arena_status(m->mem));
    memcpy(s->x, m->start, m->n * sizeof *s->x);
    return CLARKE_OK;
}

static void bcd_rest_observe(clarke_measure *m, const clarke_event *e)
{
    bcd_rest *s = m->state;
    if (!e->last_phase) return;
    s->last = 0.0;
    for (size_t j = 0; j < m->n; j++) {
        const double d = fabs(e->after[j] - s->x[j]);
        if (!(d <= s->last)) s->last = d;
    }
    if (!(s->last <= s->largest)) s->largest = s->last;
    memcpy(s->x, e->after, m->n * sizeof *s->x);
}

static void bcd_rest_end(clarke_measure *m, double *out)
{
    const bcd_rest *s = m->state;
    out[0] = s->last;
    out[1] = s->largest;
}

static const char *const bcd_rest_output[] = {"last", "largest"};

const clarke_measure_desc clarke_measure_bcd_rest = {
    .title = "Change of the iterate in a sweep",
    .unit = "units of the iterate",
    .meaning = "max |x_{k+1} - x_k| over the entries, in the last sweep and in any",
    .cost = CLARKE_COST_ITERATION,
    .outputs = 2,
    .output = bcd_rest_output,
    .state_size = sizeof(bcd_rest),
    .begin = bcd_rest_begin,
    .observe = bcd_rest_observe,
    .end = bcd_rest_end,
};
