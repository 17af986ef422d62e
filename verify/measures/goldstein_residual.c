/* dist(0, Goldstein subdifferential of f at x_k) with the radius eta_k^(1/4), which shrinks more
   slowly than the noise floors of a kink (eta for SGD type, eta^(1/2) for sign type): the upper end
   of its bracket, maximised over each block. */
#include "core/measure.h"
#include "verify/lib/blocks.h"

typedef struct {
    clarke_blocks blocks;
    double largest[CLARKE_BLOCKS];
    bool broken;
} goldstein;

static clarke_status goldstein_residual_begin(clarke_measure *m)
{
    goldstein *s = m->state;
    clarke_blocks_begin(&s->blocks, m->clock);
    if (isnan(clarke_goldstein_residual(m->problem, m->start, 1.0).high))
        return clarke_fail(CLARKE_EINPUT, "the Goldstein residual of %s is not known",
                           m->problem->spec);
    return CLARKE_OK;
}

static void goldstein_residual_observe(clarke_measure *m, const clarke_event *e)
{
    goldstein *s = m->state;
    const size_t j = clarke_blocks_at(&s->blocks, e->t);
    if (j == CLARKE_BLOCKS) return;
    const double r = clarke_goldstein_residual(m->problem, e->after, sqrt(sqrt(e->eta))).high;
    s->broken |= !isfinite(r);
    s->largest[j] = s->broken ? INFINITY : fmax(s->largest[j], r);
}

static void goldstein_residual_end(clarke_measure *m, double *out)
{
    const goldstein *s = m->state;
    for (size_t j = 0; j < CLARKE_BLOCKS; j++) out[j] = s->broken ? INFINITY : s->largest[j];
}

static const char *const goldstein_residual_outputs[CLARKE_BLOCKS] = {"G1", "G2", "G3", "G4",
                                                                      "G5", "G6", "G7", "G8"};

const clarke_measure_desc clarke_measure_goldstein_residual = {
    .title = "Goldstein residual with shrinking radius",
    .unit = "units of the subgradient",
    .meaning = "largest upper end of the bracket of dist(0, Goldstein subdifferential of radius "
               "eta_k^(1/4)) in each of eight blocks of ratio sqrt 2 in t",
    .cost = CLARKE_COST_ITERATION,
    .outputs = CLARKE_BLOCKS,
    .output = goldstein_residual_outputs,
    .state_size = sizeof(goldstein),
    .begin = goldstein_residual_begin,
    .observe = goldstein_residual_observe,
    .end = goldstein_residual_end,
};
