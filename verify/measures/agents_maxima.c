/* Maxima of one number about all agents over the eight blocks of verify/lib/blocks.h. A block that
   no t_k falls into takes the value at the first step after it. A value that is not finite is
   +infinity, and so is everything after it. With xbar the agents' mean, arg[0] says which:
     0  max_i dist(x_i, S), S the Clarke stationary set
     1  max_i distance of x_i to the critical set of the parts' field
     2  max_i |m_i|_2, m the view "momentum"
     3  max_i |x_i - s'|_2, s' = (v_0, ..., v_(c-1), v_0, ...): c = arg[1] in 1..5, v_i = arg[2 + i]
     4  dist(xbar, S)
     5  the distance of xbar to the critical set of the parts' field
     6  |Z_perp|_F over the iterate and what is mixed like it
     7  the same divided by eta_k
     8  the oscillation of f(xbar): largest minus smallest value within a block
     9  |xbar - arg[1] xbar_0|_2
   For 3 and 9, "separation" is the distance of the target to S, or to the field's set if arg[7] is
   not 0: the D of a control. */
#include "core/agents.h"
#include "core/measure.h"
#include "verify/lib/blocks.h"

#include <math.h>
#include <string.h>

enum { MAXIMA_VALUES = 5 };

typedef enum {
    MAXIMA_CLARKE,
    MAXIMA_FIELD,
    MAXIMA_MOMENTUM,
    MAXIMA_POINT,
    MAXIMA_MEAN_CLARKE,
    MAXIMA_MEAN_FIELD,
    MAXIMA_CONSENSUS,
    MAXIMA_OFFSET,
    MAXIMA_VALUE,
    MAXIMA_MEAN_START
} maxima_kind;

typedef struct {
    maxima_kind kind;
    clarke_blocks blocks;
    double block[CLARKE_BLOCKS];
    double *target, *mean; /* [dim] */
    double last, largest, separation, low, high;
    size_t filled; /* blocks begun so far */
    bool broken;   /* a value was not finite */
} maxima;

static clarke_status agents_maxima_target(clarke_measure *m, maxima *s)
{
    const clarke_problem *p = m->problem;
    if (s->kind == MAXIMA_POINT && !(m->arg[1] >= 1.0 && m->arg[1] <= MAXIMA_VALUES))
        return clarke_fail(CLARKE_EINPUT, "agents_maxima: a target has 1 to %d values, not %g",
                           MAXIMA_VALUES, m->arg[1]);
    const size_t count = s->kind == MAXIMA_POINT ? (size_t)m->arg[1] : 1;
    clarke_agents_mean(m->agents, m->dim, m->start, s->target);
    for (size_t j = 0; j < m->dim; j++)
        s->target[j] = s->kind == MAXIMA_POINT ? m->arg[2 + j % count] : m->arg[1] * s->target[j];
    s->separation = m->arg[7] != 0.0 ? clarke_field_distance(p, s->target, NULL)
                                     : p->desc->stationary_distance(p, s->target, NULL, NULL);
    return CLARKE_OK;
}

static clarke_status agents_maxima_begin(clarke_measure *m)
{
    maxima *s = m->state;
    if (!(m->arg[0] >= 0.0 && m->arg[0] <= MAXIMA_MEAN_START))
        return clarke_fail(CLARKE_EINPUT, "agents_maxima: there is no number %g", m->arg[0]);
    s->kind = (maxima_kind)m->arg[0];
    s->separation = s->last = NAN;
    s->target = clarke_vec(m->mem, m->dim);
    s->mean = clarke_vec(m->mem, m->dim);
    CLARKE_TRY(clarke_arena_status(m->mem));
    clarke_blocks_begin(&s->blocks, m->clock);
    const bool distance = s->kind != MAXIMA_MOMENTUM && s->kind != MAXIMA_CONSENSUS &&
                          s->kind != MAXIMA_OFFSET && s->kind != MAXIMA_VALUE;
    if (distance && !m->problem->desc->stationary_distance)
        return clarke_fail(CLARKE_EINPUT, "agents_maxima: %s has no known stationary set",
                           m->problem->spec);
    if (s->kind == MAXIMA_POINT || s->kind == MAXIMA_MEAN_START) return agents_maxima_target(m, s);
    return CLARKE_OK;
}

static double agents_maxima_consensus(const clarke_measure *m, const clarke_event *e)
{
    const maxima *s = m->state;
    double sum = clarke_agents_spread(m->agents, m->dim, e->after, s->mean);
    for (size_t v = 0; v < e->views; v++) {
        if (!(e->view[v].role & CLARKE_VIEW_MIXED)) continue;
        clarke_agents_mean(m->agents, m->dim, e->view[v].value, s->mean);
        sum += clarke_agents_spread(m->agents, m->dim, e->view[v].value, s->mean);
    }
    return sqrt(sum);
}

static double agents_maxima_of(const clarke_measure *m, const double *x)
{
    const maxima *s = m->state;
    const clarke_problem *p = m->problem;
    static const double origin = 0.0;
    switch (s->kind) {
    case MAXIMA_CLARKE:
    case MAXIMA_MEAN_CLARKE: return p->desc->stationary_distance(p, x, NULL, NULL);
    case MAXIMA_FIELD:
    case MAXIMA_MEAN_FIELD: return clarke_field_distance(p, x, NULL);
    case MAXIMA_POINT:
    case MAXIMA_MEAN_START: return sqrt(clarke_agents_departure(m->dim, x, s->target));
    case MAXIMA_MOMENTUM: {
        double sum = 0.0;
        for (size_t j = 0; j < m->dim; j++) sum += clarke_agents_departure(1, x + j, &origin);
        return sqrt(sum);
    }
    case MAXIMA_CONSENSUS:
    case MAXIMA_OFFSET:
    case MAXIMA_VALUE: break;
    }
    return NAN;
}

static double agents_maxima_number(clarke_measure *m, const clarke_event *e)
{
    maxima *s = m->state;
    const double *z = s->kind == MAXIMA_MOMENTUM ? clarke_event_view(e, "momentum") : e->after;
    clarke_agents_mean(m->agents, m->dim, e->after, s->mean);
    switch (s->kind) {
    case MAXIMA_CLARKE:
    case MAXIMA_FIELD:
    case MAXIMA_MOMENTUM:
    case MAXIMA_POINT: {
        double worst = z ? 0.0 : NAN;
        for (size_t i = 0; z && i < m->agents; i++) {
            const double d = agents_maxima_of(m, z + i * m->dim);
            if (!(d <= worst)) worst = d;
        }
        return worst;
    }
    case MAXIMA_MEAN_CLARKE:
    case MAXIMA_MEAN_FIELD:
    case MAXIMA_MEAN_START: return agents_maxima_of(m, s->mean);
    case MAXIMA_CONSENSUS: return agents_maxima_consensus(m, e);
    case MAXIMA_OFFSET: return agents_maxima_consensus(m, e) / e->eta;
    case MAXIMA_VALUE: return m->problem->desc->value(m->problem, s->mean);
    }
    return NAN;
}

static void agents_maxima_box(maxima *s, const double *x, size_t n)
{
    double largest = s->largest;
    for (size_t j = 0; j < n; j++) {
        const double size = fabs(x[j]);
        if (!(size <= largest)) largest = size;
    }
    s->largest = largest;
}

static void agents_maxima_observe(clarke_measure *m, const clarke_event *e)
{
    maxima *s = m->state;
    if (!e->last_phase) return;
    agents_maxima_box(s, e->after, m->n);
    if (!(s->largest < INFINITY)) s->broken = true;
    if (e->t < s->blocks.bound[0]) return;
    double d = s->broken ? INFINITY : agents_maxima_number(m, e);
    if (!(d < INFINITY)) s->broken = true;
    while (s->filled < CLARKE_BLOCKS && e->t >= s->blocks.bound[s->filled]) {
        s->low = s->high = d;
        s->block[s->filled] = s->kind == MAXIMA_VALUE ? 0.0 : d;
        s->filled++;
    }
    s->low = fmin(s->low, d), s->high = fmax(s->high, d);
    if (s->kind == MAXIMA_VALUE) d = s->high - s->low;
    s->last = s->broken ? INFINITY : d;
    double *current = &s->block[s->filled - 1];
    if (s->last > *current) *current = s->last;
}

static void agents_maxima_end(clarke_measure *m, double *out)
{
    const maxima *s = m->state;
    for (size_t i = 0; i < CLARKE_BLOCKS; i++) out[i] = i < s->filled ? s->block[i] : INFINITY;
    out[CLARKE_BLOCKS] = s->last;
    out[CLARKE_BLOCKS + 1] = s->largest;
    out[CLARKE_BLOCKS + 2] = s->separation;
}

static const char *const agents_maxima_outputs[] = {
    "M1", "M2", "M3", "M4", "M5", "M6", "M7", "M8", "last", "half_width", "separation"};

const clarke_measure_desc clarke_measure_agents_maxima = {
    .title = "Block maxima of a number about all agents, geometric in the sum of the steps",
    .unit = "of the number",
    .meaning = "M_j is the largest value over the block [T 2^((j-9)/2), T 2^((j-8)/2)) of t: the "
               "worst agent's distance or momentum, the mean's, the consensus error",
    .cost = CLARKE_COST_ITERATION,
    .needs = CLARKE_NEEDS_AGENTS,
    .outputs = sizeof agents_maxima_outputs / sizeof agents_maxima_outputs[0],
    .output = agents_maxima_outputs,
    .state_size = sizeof(maxima),
    .begin = agents_maxima_begin,
    .observe = agents_maxima_observe,
    .end = agents_maxima_end,
};
