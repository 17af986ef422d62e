/* What the agents' oracles drew and answered, from their records. arg[0] = terms of each agent's sum;
   arg[1] = steps in an epoch if reshuffled, 0 if drawn with replacement. Agent i of d holds the terms
   i N/d, ..., (i + 1) N/d - 1 of a sum of N = d arg[0] terms without noise, so its answer is the mean
   of the subgradients of i N/d + l over the drawn positions l, asked for again here.
     wrong       answers that are another vector, bit by bit
     outside     positions that are not below arg[0]
     bad_epochs  epochs of an agent that do not hold each position once; epochs: all of them
     same        steps at which an agent drew what the next one drew; pairs: how many were compared
     chi2        of the agents' counts together, agents (arg[0] - 1) degrees of freedom */
#include "core/measure.h"

#include <math.h>
#include <string.h>

typedef struct {
    size_t terms, epoch;
    size_t *count;       /* [agents][terms] */
    unsigned char *seen; /* [agents][terms] of this epoch */
    size_t *list;        /* [terms] scratch: the terms of one answer */
    double *g;           /* [dim] */
    size_t draws, wrong, outside, epochs, bad, same, pairs;
} agents_sampling;

static clarke_status agents_sampling_begin(clarke_measure *m)
{
    agents_sampling *s = m->state;
    s->terms = (size_t)m->arg[0], s->epoch = (size_t)m->arg[1];
    if (s->terms < 2 || s->terms * m->agents != m->problem->terms)
        return clarke_fail(CLARKE_EINPUT,
                           "agents_sampling: %s is no sum of %zu terms for each of "
                           "%zu agents",
                           m->problem->spec, s->terms, m->agents);
    s->count = clarke_alloc_array(m->mem, m->agents * s->terms, sizeof *s->count);
    s->seen = clarke_alloc_array(m->mem, m->agents * s->terms, sizeof *s->seen);
    s->list = clarke_alloc_array(m->mem, s->terms, sizeof *s->list);
    s->g = clarke_vec(m->mem, m->dim);
    return clarke_arena_status(m->mem);
}

static void agents_sampling_answer(clarke_measure *m, const clarke_oracle_record *o, size_t agent)
{
    agents_sampling *s = m->state;
    const clarke_problem *p = m->problem;
    if (o->count > s->terms) {
        s->wrong++;
        return;
    }
    for (size_t i = 0; i < o->count; i++) s->list[i] = agent * s->terms + o->index[i];
    p->desc->term_subgradient(p, o->x, s->list, o->count, s->g);
    s->wrong += memcmp(s->g, o->g, m->dim * sizeof *s->g) != 0;
}

static void agents_sampling_draws(clarke_measure *m, const clarke_oracle_record *o, size_t agent)
{
    agents_sampling *s = m->state;
    size_t outside = 0;
    for (size_t i = 0; i < o->count; i++) {
        s->draws++;
        if (o->index[i] >= s->terms) {
            outside++;
            continue;
        }
        s->count[agent * s->terms + o->index[i]]++;
        s->seen[agent * s->terms + o->index[i]]++;
    }
    s->outside += outside;
    if (outside == 0) agents_sampling_answer(m, o, agent);
}

static void agents_sampling_close(clarke_measure *m)
{
    agents_sampling *s = m->state;
    for (size_t i = 0; i < m->agents; i++) {
        bool whole = true;
        for (size_t l = 0; l < s->terms; l++) whole &= s->seen[i * s->terms + l] == 1;
        s->bad += !whole;
        s->epochs++;
    }
    memset(s->seen, 0, m->agents * s->terms);
}

static void agents_sampling_observe(clarke_measure *m, const clarke_event *e)
{
    agents_sampling *s = m->state;
    for (size_t i = 0; i < m->agents; i++) agents_sampling_draws(m, e->agent[i], i);
    for (size_t i = 0; i + 1 < m->agents; i++) {
        if (e->agent[i]->count == 0 || e->agent[i + 1]->count == 0) continue;
        s->pairs++;
        s->same += e->agent[i]->index[0] == e->agent[i + 1]->index[0];
    }
    if (s->epoch > 0 && (e->k + 1) % s->epoch == 0) agents_sampling_close(m);
}

static void agents_sampling_end(clarke_measure *m, double *out)
{
    const agents_sampling *s = m->state;
    const double expected = (double)s->draws / (double)(s->terms * m->agents);
    double chi2 = 0.0;
    for (size_t i = 0; i < s->terms * m->agents; i++) {
        const double off = (double)s->count[i] - expected;
        chi2 += off * off / expected;
    }
    const double all[] = {(double)s->draws, (double)s->wrong, (double)s->outside, (double)s->epochs,
                          (double)s->bad,   (double)s->same,  (double)s->pairs,   chi2};
    memcpy(out, all, sizeof all);
}

static const char *const agents_sampling_output[] = {"draws",      "wrong", "outside", "epochs",
                                                     "bad_epochs", "same",  "pairs",   "chi2"};

const clarke_measure_desc clarke_measure_agents_sampling = {
    .title = "What the agents' oracles drew and answered",
    .unit = "counts",
    .meaning = "wrong answers, epochs that are no permutation, equal draws of neighbouring agents",
    .cost = CLARKE_COST_ITERATION,
    .needs = CLARKE_NEEDS_AGENTS,
    .outputs = sizeof agents_sampling_output / sizeof agents_sampling_output[0],
    .output = agents_sampling_output,
    .state_size = sizeof(agents_sampling),
    .begin = agents_sampling_begin,
    .observe = agents_sampling_observe,
    .end = agents_sampling_end,
};
