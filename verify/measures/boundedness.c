/* The running supremum of the iterates at T/8, T/4, T/2 and T, in t = sum of steps. Of a bounded
   sequence it stops growing; of one that drifts like t^a or log t every doubling of t adds as much
   as the one before, or more. */
#include "core/measure.h"

#include <math.h>

enum { MARKS = 4 };

typedef struct {
    double mark[MARKS], sup[MARKS];
    size_t at;
    double running;
} bounded;

static clarke_status boundedness_begin(clarke_measure *m)
{
    bounded *s = m->state;
    for (size_t i = 0; i < MARKS; i++)
        s->mark[i] = m->clock->t[m->clock->steps] * exp2((double)i - (MARKS - 1));
    for (size_t j = 0; j < m->n; j++) s->running = fmax(s->running, fabs(m->start[j]));
    return CLARKE_OK;
}

static void boundedness_observe(clarke_measure *m, const clarke_event *e)
{
    bounded *s = m->state;
    while (s->at + 1 < MARKS && e->t > s->mark[s->at]) s->sup[s->at++] = s->running;
    for (size_t j = 0; j < m->n; j++) {
        /* Written so that a NaN is an infinite supremum, not a skipped comparison. */
        const double size = fabs(e->after[j]);
        if (!(size <= s->running)) s->running = isnan(size) ? INFINITY : size;
    }
}

static void boundedness_end(clarke_measure *m, double *out)
{
    bounded *s = m->state;
    while (s->at < MARKS) s->sup[s->at++] = s->running;
    for (size_t i = 0; i < MARKS; i++) out[i] = s->sup[i];
}

static const char *const boundedness_outputs[MARKS] = {"sup_eighth", "sup_quarter", "sup_half",
                                                       "sup"};

const clarke_measure_desc clarke_measure_boundedness = {
    .title = "Running supremum of |x_k|_inf",
    .unit = "units of x",
    .meaning = "at an eighth, a quarter, a half and all of t = sum of step sizes; +inf once an "
               "iterate is not a number",
    .cost = CLARKE_COST_ITERATION,
    .needs = CLARKE_TAKES_AGENTS,
    .outputs = MARKS,
    .output = boundedness_outputs,
    .state_size = sizeof(bounded),
    .begin = boundedness_begin,
    .observe = boundedness_observe,
    .end = boundedness_end,
};
