/* Maxima of a distance over eight blocks of ratio sqrt 2 in t = sum of steps:
     M_j = max over t_k in [T 2^((j-9)/2), T 2^((j-8)/2)),  j = 1..8,
   so block 1 starts at T/16 and block 8 ends at T; x_K itself counts to block 8. Every step counts.
   A block that no t_k falls into takes the value at the first step after it. A value that is not
   finite is +infinity, and so is everything after it: a run that ended early never left a bounded
   set of times.

   arg[0] says what is measured:
     0  dist(x, S), S the Clarke stationary set
     1  the distance to the critical set of the parts' field
     2  |m|_2, m the view "momentum"
     3  |x - s'|_2, s' = (v_0, v_1, ..., v_(c-1), v_0, ...): c = arg[1] in 1..5, v_i = arg[2 + i]
     4  |f(x) - min f|
     5  |x - arg[1] x_0|_2
   For 3 and 5, "separation" is the distance of the target to S, or to the field's set if arg[7] is
   not 0: the D of a control. */
#include "core/measure.h"

#include <string.h>

enum { MAXIMA_BLOCKS = 8, MAXIMA_VALUES = 5 };

typedef enum {
    MAXIMA_CLARKE,
    MAXIMA_FIELD,
    MAXIMA_MOMENTUM,
    MAXIMA_POINT,
    MAXIMA_VALUE,
    MAXIMA_START
} maxima_kind;

typedef struct {
    maxima_kind kind;
    double bound[MAXIMA_BLOCKS + 1]; /* block i is [bound[i], bound[i+1]) */
    double block[MAXIMA_BLOCKS];
    double *target; /* [n] */
    double last, largest, separation;
    size_t filled; /* blocks begun so far */
    bool broken;   /* a value was not finite */
} maxima;

static clarke_status maxima_target(clarke_measure *m, maxima *s)
{
    if (s->kind == MAXIMA_POINT && !(m->arg[1] >= 1.0 && m->arg[1] <= MAXIMA_VALUES))
        return clarke_fail(CLARKE_EINPUT, "block_maxima: a target has 1 to %d values, not %g",
                           MAXIMA_VALUES, m->arg[1]);
    const size_t count = s->kind == MAXIMA_POINT ? (size_t)m->arg[1] : 1;
    s->target = clarke_vec(m->mem, m->n);
    CLARKE_TRY(clarke_arena_status(m->mem));
    for (size_t j = 0; j < m->n; j++)
        s->target[j] = s->kind == MAXIMA_POINT ? m->arg[2 + j % count] : m->arg[1] * m->start[j];
    if (m->arg[7] != 0.0)
        s->separation = clarke_field_distance(m->problem, s->target, NULL);
    else
        s->separation = m->problem->desc->stationary_distance(m->problem, s->target, NULL, NULL);
    return CLARKE_OK;
}

static clarke_status maxima_begin(clarke_measure *m)
{
    maxima *s = m->state;
    const double total = m->clock->t[m->clock->steps];
    if (!(m->arg[0] >= 0.0 && m->arg[0] <= MAXIMA_START))
        return clarke_fail(CLARKE_EINPUT, "block_maxima: there is no distance %g", m->arg[0]);
    s->kind = (maxima_kind)m->arg[0];
    s->separation = NAN;
    s->last = NAN;
    for (size_t i = 0; i <= MAXIMA_BLOCKS; i++)
        s->bound[i] = total * exp2(0.5 * ((double)i - MAXIMA_BLOCKS));
    /* x_K has t = T, up to the rounding of the sum. */
    s->bound[MAXIMA_BLOCKS] = INFINITY;
    if (s->kind == MAXIMA_VALUE && isnan(m->problem->minimum))
        return clarke_fail(CLARKE_EINPUT, "block_maxima: the minimum of %s is not known",
                           m->problem->spec);
    if (s->kind == MAXIMA_POINT || s->kind == MAXIMA_START) return maxima_target(m, s);
    return CLARKE_OK;
}

static double maxima_norm(const double *x, const double *y, size_t n)
{
    double sum = 0.0;
    for (size_t j = 0; j < n; j++) {
        const double d = y ? x[j] - y[j] : x[j];
        sum += d * d;
    }
    return sqrt(sum);
}

static double maxima_distance(const clarke_measure *m, const clarke_event *e)
{
    const maxima *s = m->state;
    const clarke_problem *p = m->problem;
    switch (s->kind) {
    case MAXIMA_CLARKE: return p->desc->stationary_distance(p, e->after, NULL, NULL);
    case MAXIMA_FIELD: return clarke_field_distance(p, e->after, NULL);
    case MAXIMA_MOMENTUM: {
        const double *momentum = clarke_event_view(e, "momentum");
        return momentum ? maxima_norm(momentum, NULL, m->n) : NAN;
    }
    case MAXIMA_POINT:
    case MAXIMA_START: return maxima_norm(e->after, s->target, m->n);
    case MAXIMA_VALUE: return fabs(p->desc->value(p, e->after) - p->minimum);
    }
    return NAN;
}

static void maxima_box(maxima *s, const double *x, size_t n)
{
    double largest = s->largest;
    for (size_t j = 0; j < n; j++) {
        const double size = fabs(x[j]);
        if (!(size <= largest)) largest = size;
    }
    s->largest = largest;
}

static void maxima_observe(clarke_measure *m, const clarke_event *e)
{
    maxima *s = m->state;
    if (!e->last_phase) return;
    maxima_box(s, e->after, m->n);
    if (!(s->largest < INFINITY)) s->broken = true;
    if (e->t < s->bound[0]) return;
    const double d = s->broken ? INFINITY : maxima_distance(m, e);
    if (!(d < INFINITY)) s->broken = true;
    s->last = s->broken ? INFINITY : d;
    while (s->filled < MAXIMA_BLOCKS && e->t >= s->bound[s->filled]) {
        s->block[s->filled] = s->last;
        s->filled++;
    }
    double *current = &s->block[s->filled - 1];
    if (s->last > *current) *current = s->last;
}

static void maxima_end(clarke_measure *m, double *out)
{
    const maxima *s = m->state;
    for (size_t i = 0; i < MAXIMA_BLOCKS; i++) out[i] = i < s->filled ? s->block[i] : INFINITY;
    out[MAXIMA_BLOCKS] = s->last;
    out[MAXIMA_BLOCKS + 1] = s->largest;
    out[MAXIMA_BLOCKS + 2] = s->separation;
}

static const char *const maxima_outputs[] = {"M1", "M2", "M3",   "M4",         "M5",        "M6",
                                             "M7", "M8", "last", "half_width", "separation"};

const clarke_measure_desc clarke_measure_block_maxima = {
    .title = "Block maxima of a distance, geometric in the sum of the steps",
    .unit = "of the distance",
    .meaning = "M_j is the largest distance over the block [T 2^((j-9)/2), T 2^((j-8)/2)) of t",
    .cost = CLARKE_COST_ITERATION,
    .needs = CLARKE_NEEDS_TRUTH,
    .outputs = sizeof maxima_outputs / sizeof maxima_outputs[0],
    .output = maxima_outputs,
    .state_size = sizeof(maxima),
    .begin = maxima_begin,
    .observe = maxima_observe,
    .end = maxima_end,
};
