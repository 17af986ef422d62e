/* |m_k - grad f(x_k)|_2 over eight blocks, for smooth f: with two timescales the momentum follows
   the gradient. */
#include "core/measure.h"
#include "verify/lib/blocks.h"

typedef struct {
    clarke_blocks blocks;
    double *gradient; /* [n] */
    double largest[CLARKE_BLOCKS];
    bool broken;
} follows;

static clarke_status momentum_error_begin(clarke_measure *m)
{
    follows *s = m->state;
    clarke_blocks_begin(&s->blocks, m->clock);
    s->gradient = clarke_vec(m->mem, m->n);
    if (isnan(m->problem->smoothness))
        return clarke_fail(CLARKE_EINPUT, "momentum_error needs a smooth problem; %s is none",
                           m->problem->spec);
    return clarke_arena_status(m->mem);
}

/* m_{k+1} averages gradients at x_k and before: it is compared with the gradient at x_k. */
static void momentum_error_observe(clarke_measure *m, const clarke_event *e)
{
    follows *s = m->state;
    const size_t j = clarke_blocks_at(&s->blocks, e->t);
    if (j == CLARKE_BLOCKS) return;
    const double *momentum = clarke_event_view(e, "momentum");
    double sum = momentum ? 0.0 : NAN;
    m->problem->desc->subgradient(m->problem, e->before, s->gradient);
    for (size_t i = 0; momentum && i < m->n; i++) {
        const double d = momentum[i] - s->gradient[i];
        sum += d * d;
    }
    s->broken |= !isfinite(sum);
    s->largest[j] = s->broken ? INFINITY : fmax(s->largest[j], sqrt(sum));
}

static void momentum_error_end(clarke_measure *m, double *out)
{
    const follows *s = m->state;
    for (size_t j = 0; j < CLARKE_BLOCKS; j++) out[j] = s->broken ? INFINITY : s->largest[j];
}

static const char *const momentum_error_outputs[CLARKE_BLOCKS] = {"E1", "E2", "E3", "E4",
                                                                  "E5", "E6", "E7", "E8"};

const clarke_measure_desc clarke_measure_momentum_error = {
    .title = "Distance of the momentum to the gradient",
    .unit = "units of the gradient",
    .meaning = "largest |m_{k+1} - grad f(x_k)|_2 in each of eight blocks of ratio sqrt 2 in t",
    .cost = CLARKE_COST_ITERATION,
    .needs = CLARKE_NEEDS_MOMENTUM | CLARKE_NEEDS_SMOOTH,
    .outputs = CLARKE_BLOCKS,
    .output = momentum_error_outputs,
    .state_size = sizeof(follows),
    .begin = momentum_error_begin,
    .observe = momentum_error_observe,
    .end = momentum_error_end,
};
