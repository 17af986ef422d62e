/* What the agents' oracles drew and answered, from their records. arg[0] = terms of the first agent's
   sum; arg[1] = steps in an epoch if reshuffled, 0 if drawn with replacement. Agent i of d holds the
   terms [i N/d], ..., [(i + 1) N/d] - 1 of a sum of N terms without noise, n_i in all, or the term
   i mod N where d > N. Its answer is n_i d/N (1 where d > N) times the mean of the subgradients of
   the drawn ones, or of all where none is drawn, asked for again here.
     wrong       answers that are another vector, bit by bit
     outside     positions that are not below n_i
     bad_epochs  epochs of an agent that do not hold each position once; epochs: all of them
     same        steps at which an agent drew what the next one drew, both holding arg[0] terms;
                 pairs: how many were compared
     chi2        of the agents' counts together
     freedom     its degrees of freedom, the sum of n_i - 1 */
#include "core/measure.h"

#include <math.h>
#include <string.h>

typedef struct {
    size_t terms, epoch, most; /* most: terms of the largest share */
    size_t *count;             /* [agents][most] */
    unsigned char *seen;       /* [agents][most] of this epoch */
    size_t *list;              /* [most] scratch: the terms of one answer */
    double *g;                 /* [dim] */
    size_t draws, wrong, outside, epochs, bad, same, pairs;
} agents_sampling;

/* The first term of the agent, and how many. */
static size_t agents_sampling_share(const clarke_measure *m, size_t agent, size_t *first)
{
    const size_t terms = m->problem->terms;
    if (terms == 0 || m->agents == 0) return *first = 0;
    if (m->agents > terms) {
        *first = agent % terms;
        return 1;
    }
    *first = agent * terms / m->agents;
    return (agent + 1) * terms / m->agents - *first;
}

static clarke_status agents_sampling_begin(clarke_measure *m)
{
    agents_sampling *s = m->state;
    size_t first;
    s->terms = (size_t)m->arg[0], s->epoch = (size_t)m->arg[1];
    if (m->problem->terms < 2 || m->problem->agents > 0 ||
        agents_sampling_share(m, 0, &first) != s->terms)
        return clarke_fail(CLARKE_EINPUT,
                           "agents_sampling: %s is no sum of which %zu agents have even shares, "
                           "%zu terms the first one",
                           m->problem->spec, m->agents, s->terms);
    for (size_t i = 0; i < m->agents; i++) {
        const size_t held = agents_sampling_share(m, i, &first);
        if (held > s->most) s->most = held;
    }
    s->count = clarke_alloc_array(m->mem, m->agents * s->most, sizeof *s->count);
    s->seen = clarke_alloc_array(m->mem, m->agents * s->most, sizeof *s->seen);
    s->list = clarke_alloc_array(m->mem, s->most, sizeof *s->list);
    s->g = clarke_vec(m->mem, m->dim);
    return clarke_arena_status(m->mem);
}

static void agents_sampling_answer(clarke_measure *m, const clarke_oracle_record *o, size_t agent)
{
    agents_sampling *s = m->state;
    const clarke_problem *p = m->problem;
    size_t first;
    const size_t held = agents_sampling_share(m, agent, &first);
    const size_t count = o->count > 0 ? o->count : held;
    const double weight = m->agents > p->terms ? 1.0
                                               : (double)(m->agents * held) / (double)p->terms;
    if (count > s->most) {
        s->wrong++;
        return;
    }
    for (size_t i = 0; i < count; i++) s->list[i] = first + (o->count > 0 ? o->index[i] : i);
    p->desc->term_subgradient(p, o->x, s->list, count, s->g);
    for (size_t c = 0; c < m->dim; c++) s->g[c] *= weight;
    s->wrong += memcmp(s->g, o->g, m->dim * sizeof *s->g) != 0;
}

static void agents_sampling_draws(clarke_measure *m, const clarke_oracle_record *o, size_t agent)
{
    agents_sampling *s = m->state;
    size_t outside = 0, first;
    const size_t held = agents_sampling_share(m, agent, &first);
    for (size_t i = 0; i < o->count; i++) {
        s->draws++;
        if (o->index[i] >= held) {
            outside++;
            continue;
        }
        s->count[agent * s->most + o->index[i]]++;
        s->seen[agent * s->most + o->index[i]]++;
    }
    s->outside += outside;
    if (outside == 0) agents_sampling_answer(m, o, agent);
}

static void agents_sampling_close(clarke_measure *m)
{
    agents_sampling *s = m->state;
    for (size_t i = 0; i < m->agents; i++) {
        bool whole = true;
        size_t first;
        const size_t held = agents_sampling_share(m, i, &first);
        for (size_t l = 0; l < held; l++) whole &= s->seen[i * s->most + l] == 1;
        s->bad += !whole;
        s->epochs++;
    }
    memset(s->seen, 0, m->agents * s->most);
}

static void agents_sampling_observe(clarke_measure *m, const clarke_event *e)
{
    agents_sampling *s = m->state;
    for (size_t i = 0; i < m->agents; i++) agents_sampling_draws(m, e->agent[i], i);
    for (size_t i = 0; i + 1 < m->agents; i++) {
        size_t first;
        if (e->agent[i]->count == 0 || e->agent[i + 1]->count == 0 ||
            agents_sampling_share(m, i, &first) != s->terms ||
            agents_sampling_share(m, i + 1, &first) != s->terms)
            continue;
        s->pairs++;
        s->same += e->agent[i]->index[0] == e->agent[i + 1]->index[0];
    }
    if (s->epoch > 0 && (e->k + 1) % s->epoch == 0) agents_sampling_close(m);
}

static void agents_sampling_end(clarke_measure *m, double *out)
{
    const agents_sampling *s = m->state;
    double chi2 = 0.0, freedom = 0.0;
    for (size_t i = 0; i < m->agents; i++) {
        size_t first, all = 0;
        const size_t held = agents_sampling_share(m, i, &first);
        for (size_t l = 0; l < held; l++) all += s->count[i * s->most + l];
        const double expected = (double)all / (double)held;
        freedom += (double)held - 1.0;
        for (size_t l = 0; l < held && all > 0; l++) {
            const double off = (double)s->count[i * s->most + l] - expected;
            chi2 += off * off / expected;
        }
    }
    const double all[] = {(double)s->draws, (double)s->wrong, (double)s->outside, (double)s->epochs,
                          (double)s->bad,   (double)s->same,  (double)s->pairs,   chi2,
                          freedom};
    memcpy(out, all, sizeof all);
}

static const char *const agents_sampling_output[] = {
    "draws", "wrong", "outside", "epochs", "bad_epochs", "same", "pairs", "chi2", "freedom"};

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
