/* How far the agents' mean strays from the flow x' in -subdifferential of f(x) that starts on it:
   windows of length arg[0] in t follow each other; at the start of each the flow is put on xbar, and
   after every step of the method it is advanced by that step's eta. The number of a step is |xbar_k
   - flow(t_k)|_2; its maxima are taken over the eight blocks of verify/lib/blocks.h, so the outputs
   are those of agents_maxima.

   The flow is advanced by arg[1] >= 50 proximal steps of length eta / arg[1]. Where f is rho-weakly
   convex the proximal step of length h < 1/rho is single-valued and the flow unique. For convex f n
   steps of length h err by at most h |d|/sqrt 2, d the shortest subgradient at the start (Rulla
   1996), whatever n; a rho-weakly convex f multiplies errors by at most exp(rho T) over a window. With
   h = eta/50 that is far below what is measured, which is at least of the order of eta. */
#include "core/agents.h"
#include "core/measure.h"
#include "verify/lib/blocks.h"

#include <math.h>
#include <string.h>

typedef struct {
    clarke_blocks blocks;
    double block[CLARKE_BLOCKS];
    double *flow, *next, *mean;  /* [dim] */
    double start, last, longest; /* t at which the window began */
    size_t filled, windows;
    bool begun, broken;
} tracking;

static clarke_status flow_tracking_begin(clarke_measure *m)
{
    tracking *s = m->state;
    if (!(m->arg[0] > 0.0 && m->arg[1] >= 50.0))
        return clarke_fail(CLARKE_EINPUT, "flow_tracking: a window has a length, and 50 proximal "
                                          "steps in each step are the least");
    if (!m->problem->desc->prox)
        return clarke_fail(CLARKE_EINPUT, "flow_tracking: %s has no proximal map",
                           m->problem->spec);
    clarke_blocks_begin(&s->blocks, m->clock);
    s->flow = clarke_vec(m->mem, m->dim);
    s->next = clarke_vec(m->mem, m->dim);
    s->mean = clarke_vec(m->mem, m->dim);
    s->last = NAN;
    return clarke_arena_status(m->mem);
}

static void flow_tracking_advance(clarke_measure *m, double eta)
{
    tracking *s = m->state;
    const size_t parts = (size_t)m->arg[1];
    for (size_t i = 0; i < parts; i++) {
        m->problem->desc->prox(m->problem, eta / m->arg[1], s->flow, s->next);
        memcpy(s->flow, s->next, m->dim * sizeof *s->flow);
    }
}

static void flow_tracking_keep(tracking *s, double t, double d)
{
    while (s->filled < CLARKE_BLOCKS && t >= s->blocks.bound[s->filled]) s->block[s->filled++] = d;
    s->last = d;
    if (d > s->block[s->filled - 1]) s->block[s->filled - 1] = d;
}

/* Windows that begin before T/16 are not followed. */
static void flow_tracking_observe(clarke_measure *m, const clarke_event *e)
{
    tracking *s = m->state;
    if (!e->last_phase || e->t < s->blocks.bound[0]) return;
    clarke_agents_mean(m->agents, m->dim, e->after, s->mean);
    if (s->begun) {
        flow_tracking_advance(m, e->eta);
        const double d = sqrt(clarke_agents_departure(m->dim, s->flow, s->mean));
        s->broken |= !(d < INFINITY);
        flow_tracking_keep(s, e->t, s->broken ? INFINITY : d);
    }
    if (s->begun && e->t < s->start + m->arg[0]) return;
    if (s->begun) s->longest = fmax(s->longest, e->t - s->start);
    s->windows += s->begun;
    s->begun = true;
    s->start = e->t;
    memcpy(s->flow, s->mean, m->dim * sizeof *s->flow);
}

static void flow_tracking_end(clarke_measure *m, double *out)
{
    const tracking *s = m->state;
    for (size_t i = 0; i < CLARKE_BLOCKS; i++) out[i] = i < s->filled ? s->block[i] : INFINITY;
    out[CLARKE_BLOCKS] = s->last;
    out[CLARKE_BLOCKS + 1] = (double)s->windows;
    out[CLARKE_BLOCKS + 2] = s->longest;
}

static const char *const flow_tracking_outputs[] = {"M1", "M2", "M3",   "M4",      "M5",     "M6",
                                                    "M7", "M8", "last", "windows", "longest"};

const clarke_measure_desc clarke_measure_flow_tracking = {
    .title = "Distance of the agents' mean from the flow that starts on it",
    .unit = "units of x",
    .meaning = "the largest distance, over the windows within a block, of the mean path from the "
               "subgradient flow that was put on it when the window began",
    .cost = CLARKE_COST_ITERATION,
    .needs = CLARKE_NEEDS_AGENTS,
    .outputs = sizeof flow_tracking_outputs / sizeof flow_tracking_outputs[0],
    .output = flow_tracking_outputs,
    .state_size = sizeof(tracking),
    .begin = flow_tracking_begin,
    .observe = flow_tracking_observe,
    .end = flow_tracking_end,
};
