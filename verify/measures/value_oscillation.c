/* max f - min f over each block: f(x_k) converges if and only if the oscillation of its tail
   vanishes. */
#include "core/measure.h"
#include "verify/lib/blocks.h"

typedef struct {
    clarke_blocks blocks;
    double low[CLARKE_BLOCKS], high[CLARKE_BLOCKS];
} oscillation;

static clarke_status value_oscillation_begin(clarke_measure *m)
{
    oscillation *s = m->state;
    clarke_blocks_begin(&s->blocks, m->clock);
    for (size_t j = 0; j < CLARKE_BLOCKS; j++) s->low[j] = INFINITY, s->high[j] = -INFINITY;
    return CLARKE_OK;
}

static void value_oscillation_observe(clarke_measure *m, const clarke_event *e)
{
    oscillation *s = m->state;
    const size_t j = clarke_blocks_at(&s->blocks, e->t);
    if (j == CLARKE_BLOCKS) return;
    const double f = m->problem->desc->value(m->problem, e->after);
    if (!(f >= s->low[j])) s->low[j] = isnan(f) ? -INFINITY : f;
    if (!(f <= s->high[j])) s->high[j] = isnan(f) ? INFINITY : f;
}

static void value_oscillation_end(clarke_measure *m, double *out)
{
    const oscillation *s = m->state;
    /* A block without a step, or after the run broke off, has no finite oscillation. */
    for (size_t j = 0; j < CLARKE_BLOCKS; j++)
        out[j] = s->high[j] >= s->low[j] ? s->high[j] - s->low[j] : INFINITY;
}

static const char *const value_oscillation_outputs[CLARKE_BLOCKS] = {"O1", "O2", "O3", "O4",
                                                                     "O5", "O6", "O7", "O8"};

const clarke_measure_desc clarke_measure_value_oscillation = {
    .title = "Oscillation of f over eight blocks",
    .unit = "units of f",
    .meaning = "max f(x_k) - min f(x_k) over blocks of ratio sqrt 2 in t = sum of step sizes",
    .cost = CLARKE_COST_ITERATION,
    .outputs = CLARKE_BLOCKS,
    .output = value_oscillation_outputs,
    .state_size = sizeof(oscillation),
    .begin = value_oscillation_begin,
    .observe = value_oscillation_observe,
    .end = value_oscillation_end,
};
