/* Is each step of alternating minimisation, or of the proximal point method, a minimiser of what it
   minimises? With P(u) = f(.., u, ..) + weight/2 |u - c|^2 over the phase's block, c = x_b + beta
   (x_b - its value one sweep before), P(after) is compared with P at other points u: the block
   before, the middle between both, 0, and after +- h e_j for h = 1/4, 2^-6, 2^-12 times (1 +
   |after|_inf). It uses values of f only. Other blocks must not have moved.

   arg[0]: beta; arg[1], ..., arg[7]: the weights of the blocks, those that are missing as the last
   given one; a weight of -1 ends the list. arg[1] = -2: the whole iterate, with weight 1/eta.

   Rounding: f is a sum of at most n + 4 parts no larger than |f| + 1 + |x|^2 each, stated
   assumption; u = 2^-53: both values are off by at most 16 (n + 4) u (|f| + 1 + |x|^2), and the
   squares by as much of weight (|u|^2 + |c|^2). A check is resolved if P rises by more at one of
   the points. */
#include "core/measure.h"
#include "verify/exact.h"
#include "verify/lib/trial.h"

#include <math.h>
#include <string.h>

typedef struct {
    clarke_exact exact;
    double *x, *last, *trial, *centre; /* [n]: now, one sweep ago, scratch, scratch */
    size_t moved;                      /* entries of other blocks that moved */
} block_step;

typedef struct {
    size_t offset, size;
    double weight;
    const double *centre; /* [size] */
} block_model;

static clarke_status block_step_begin(clarke_measure *m)
{
    block_step *s = m->state;
    s->x = clarke_vec(m->mem, m->n);
    s->last = clarke_vec(m->mem, m->n);
    s->trial = clarke_vec(m->mem, m->n);
    s->centre = clarke_vec(m->mem, m->n);
    CLARKE_TRY(clarke_arena_status(m->mem));
    clarke_exact_begin(&s->exact);
    memcpy(s->x, m->start, m->n * sizeof *s->x);
    memcpy(s->last, m->start, m->n * sizeof *s->last);
    return CLARKE_OK;
}

static double block_step_weight(const clarke_measure *m, const clarke_event *e)
{
    double weight = m->arg[1];
    if (weight == -2.0) return 1.0 / e->eta;
    for (size_t b = 1; b <= e->phase && b < 7 && m->arg[1 + b] >= 0.0; b++) weight = m->arg[1 + b];
    return weight;
}

/* P at s->trial, and the size of its parts. */
static double block_step_model(clarke_measure *m, const block_model *b, double *size)
{
    const block_step *s = m->state;
    const double f = m->problem->desc->value(m->problem, s->trial);
    double square = 0.0, large = 0.0;
    for (size_t j = 0; j < m->n; j++) *size += s->trial[j] * s->trial[j];
    for (size_t j = 0; j < b->size; j++) {
        const double u = s->trial[b->offset + j], c = b->centre[j];
        square += (u - c) * (u - c);
        large += u * u + c * c;
    }
    *size += fabs(f) + 1.0 + b->weight * large;
    return f + 0.5 * b->weight * square;
}

static void block_step_compare(clarke_measure *m, const clarke_event *e, const block_model *b)
{
    block_step *s = m->state;
    double size = 0.0, least = INFINITY, most = 0.0;
    const double *before = s->x + b->offset, *after = e->after + b->offset;
    const double scale = clarke_trial_scale(b->size, after);
    memcpy(s->trial, e->after, m->n * sizeof *s->trial);
    const double best = block_step_model(m, b, &size);
    for (size_t i = 0; i < clarke_trial_count(b->size); i++) {
        clarke_trial_point(i, b->size, before, after, scale, s->trial + b->offset);
        const double other = block_step_model(m, b, &size);
        least = fmin(least, other);
        most = fmax(most, other - best);
    }
    const double rounding = 16.0 * ((double)m->n + 4.0) * 0x1p-53 * size;
    clarke_exact_add(&s->exact, e->k, best - least, rounding, most);
}

static void block_step_observe(clarke_measure *m, const clarke_event *e)
{
    block_step *s = m->state;
    const bool whole = m->arg[1] == -2.0;
    const clarke_block all = {"x", 0, m->n, 1};
    const clarke_block *block = whole ? &all : &m->problem->layout.block[e->phase];
    const size_t size = block->rows * block->cols, offset = block->offset;
    for (size_t j = 0; j < m->n; j++)
        s->moved += (j < offset || j >= offset + size) && e->after[j] != s->x[j];
    for (size_t j = 0; j < size; j++) {
        const double x = s->x[offset + j];
        s->centre[j] = x + m->arg[0] * (x - s->last[offset + j]);
    }
    const block_model b = {offset, size, block_step_weight(m, e), s->centre};
    block_step_compare(m, e, &b);
    memcpy(s->last + offset, s->x + offset, size * sizeof *s->last);
    memcpy(s->x, e->after, m->n * sizeof *s->x);
}

static void block_step_end(clarke_measure *m, double *out)
{
    const block_step *s = m->state;
    clarke_exact_end(&s->exact, out);
    out[CLARKE_EXACT_COUNT] = (double)s->moved;
}

static const char *const block_step_outputs[] = {CLARKE_EXACT_OUTPUTS, "moved"};

const clarke_measure_desc clarke_measure_block_step = {
    .title = "Optimality of block steps by values",
    .unit = "units of f",
    .meaning = "P(after) - the smallest P at other points, P the function that the step minimises",
    .cost = CLARKE_COST_PHASE,
    .outputs = CLARKE_EXACT_COUNT + 1,
    .output = block_step_outputs,
    .state_size = sizeof(block_step),
    .begin = block_step_begin,
    .observe = block_step_observe,
    .end = block_step_end,
};
