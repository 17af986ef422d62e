/* |x(t + 1) - x(t)| over consecutive windows of length 1 in t = sum of steps, where x(t) is the
   first iterate at or after t: for SGD it is the norm of the step-weighted mean subgradient, which
   vanishes although the subgradients need not (derived). The maximum over each block. */
#include "core/measure.h"
#include "verify/lib/blocks.h"

#include <string.h>

typedef struct {
    clarke_blocks blocks;
    double next;  /* where the current window ends */
    double *from; /* [n] where it began */
    double largest[CLARKE_BLOCKS];
    bool broken;
} displacement;

static clarke_status window_displacement_begin(clarke_measure *m)
{
    displacement *s = m->state;
    clarke_blocks_begin(&s->blocks, m->clock);
    s->next = 1.0;
    s->from = clarke_vec(m->mem, m->n);
    CLARKE_TRY(clarke_arena_status(m->mem));
    memcpy(s->from, m->start, m->n * sizeof *s->from);
    return CLARKE_OK;
}

static void window_displacement_observe(clarke_measure *m, const clarke_event *e)
{
    displacement *s = m->state;
    if (e->t < s->next) return;
    double sum = 0.0;
    for (size_t j = 0; j < m->n; j++) {
        const double d = e->after[j] - s->from[j];
        sum += d * d;
        s->from[j] = e->after[j];
    }
    while (s->next <= e->t) s->next += 1.0;
    s->broken |= !isfinite(sum);
    const size_t j = clarke_blocks_at(&s->blocks, e->t);
    if (j < CLARKE_BLOCKS) s->largest[j] = s->broken ? INFINITY : fmax(s->largest[j], sqrt(sum));
}

static void window_displacement_end(clarke_measure *m, double *out)
{
    const displacement *s = m->state;
    for (size_t j = 0; j < CLARKE_BLOCKS; j++) out[j] = s->broken ? INFINITY : s->largest[j];
}

static const char *const window_displacement_outputs[CLARKE_BLOCKS] = {"W1", "W2", "W3", "W4",
                                                                       "W5", "W6", "W7", "W8"};

const clarke_measure_desc clarke_measure_window_displacement = {
    .title = "Displacement over windows of length 1 in t",
    .unit = "units of x",
    .meaning = "largest |x(t + 1) - x(t)|_2 in each of eight blocks of ratio sqrt 2 in t",
    .cost = CLARKE_COST_ITERATION,
    .outputs = CLARKE_BLOCKS,
    .output = window_displacement_outputs,
    .state_size = sizeof(displacement),
    .begin = window_displacement_begin,
    .observe = window_displacement_observe,
    .end = window_displacement_end,
};
