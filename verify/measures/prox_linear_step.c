/* Does each step of PALM, or of the proximal gradient method, minimise its model? With f = h + sum_b
   g_b the model of block b is
     Q(u) = g_b(u) + <grad_b h(.., c_b, ..), u - c_b> + tau/2 |u - c_b|^2,
   for PALM (a block at a time, the others at their newest values) with c_b = x_b + beta (x_b - its value
   one sweep before) and tau = max(gamma L_b(c), floor); for proximal gradient with all blocks, c and
   the gradients from the point before the step and tau = 1/eta. Q(after) is compared with Q at other
   points u: the block before, the middle between both, 0, and after +- r e_j for r = 1/4, 2^-6, 2^-12
   times (1 + |after|_inf). Blocks that the step is not about must not have moved.

   g_b is known by differences of f: g_b(u) - g_b(v) = f(u) - f(v) - (h(u) - h(v)), and h is quadratic
   in one block on all problems with a block gradient, so that h(u) - h(v) = <grad h(u) + grad h(v), u -
   v>/2; a problem for which it is not fails this comparison. The prox of g_b is not used.

   arg[0]: beta; arg[1]: gamma; arg[2]: floor; arg[1] = -2: proximal gradient.

   Rounding, with u = 2^-53: as in block_step a value is off by at most 16 (n + 4) u (|f| + 1 + |x|^2); an
   entry of a gradient is a sum of at most n + 4 parts, none larger than L (|u| + |v|), so that the
   two inner products are off by at most 4 (n + 4) u tau (|u|^2 + |v|^2 + |c|^2 + |grad|^2/tau^2). */
#include "core/measure.h"
#include "verify/exact.h"
#include "verify/lib/trial.h"

#include <math.h>
#include <string.h>

typedef struct {
    clarke_exact exact;
    double *x, *last;                     /* [n] now, one sweep ago */
    double *trial, *centre;               /* [n] */
    double *slope, *at_end, *trial_slope; /* [n], of a block: grad h at c, after, trial */
    size_t moved;
} prox_linear;

typedef struct {
    size_t block, offset, size;
    double tau;
} prox_linear_model;

static clarke_status prox_linear_begin(clarke_measure *m)
{
    prox_linear *s = m->state;
    double **vector[] = {&s->x,     &s->last,   &s->trial,      &s->centre,
                         &s->slope, &s->at_end, &s->trial_slope};
    for (size_t i = 0; i < sizeof vector / sizeof vector[0]; i++)
        *vector[i] = clarke_vec(m->mem, m->n);
    CLARKE_TRY(clarke_arena_status(m->mem));
    clarke_exact_begin(&s->exact);
    memcpy(s->x, m->start, m->n * sizeof *s->x);
    memcpy(s->last, m->start, m->n * sizeof *s->last);
    return CLARKE_OK;
}

/* Q(trial) - Q(after), f of both and all sizes that round. */
static double prox_linear_rise(clarke_measure *m, const prox_linear_model *b, const double *after,
                               double f_after, double *size)
{
    prox_linear *s = m->state;
    const clarke_problem *p = m->problem;
    const double f = p->desc->value(p, s->trial);
    double h = 0.0, linear = 0.0, square = 0.0, all = 0.0;
    p->desc->block_gradient(p, b->block, s->trial, s->trial_slope);
    for (size_t j = 0; j < b->size; j++) {
        const double u = s->trial[b->offset + j], v = after[b->offset + j];
        const double c = s->centre[b->offset + j], step = u - v;
        const double ends = 0.5 * (s->trial_slope[j] + s->at_end[j]);
        h += ends * step;
        linear += s->slope[j] * step;
        square += step * ((u - c) + (v - c));
        all += b->tau * (u * u + v * v + c * c) +
               (s->slope[j] * s->slope[j] + ends * ends) / b->tau;
    }
    for (size_t j = 0; j < m->n; j++) *size += s->trial[j] * s->trial[j] + after[j] * after[j];
    *size += fabs(f) + fabs(f_after) + 2.0 + all;
    return (f - f_after - h) + linear + 0.5 * b->tau * square;
}

/* slope and centre are set. */
static void prox_linear_compare(clarke_measure *m, const clarke_event *e,
                                const prox_linear_model *b)
{
    prox_linear *s = m->state;
    const clarke_problem *p = m->problem;
    const double *before = s->x + b->offset, *after = e->after + b->offset;
    const double scale = clarke_trial_scale(b->size, after), f = p->desc->value(p, e->after);
    double size = 0.0, least = 0.0, most = 0.0;
    memcpy(s->trial, e->after, m->n * sizeof *s->trial);
    p->desc->block_gradient(p, b->block, e->after, s->at_end);
    for (size_t i = 0; i < clarke_trial_count(b->size); i++) {
        clarke_trial_point(i, b->size, before, after, scale, s->trial + b->offset);
        const double rise = prox_linear_rise(m, b, e->after, f, &size);
        least = fmin(least, rise);
        most = fmax(most, rise);
    }
    const double rounding = 16.0 * ((double)m->n + 4.0) * 0x1p-53 * size;
    clarke_exact_add(&s->exact, e->k, -least, rounding, most);
}

/* PALM: the phase's block, from the newest point. */
static void prox_linear_palm(clarke_measure *m, const clarke_event *e)
{
    prox_linear *s = m->state;
    const clarke_problem *p = m->problem;
    const clarke_block *block = &p->layout.block[e->phase];
    prox_linear_model b = {e->phase, block->offset, block->rows * block->cols, 0.0};
    memcpy(s->centre, s->x, m->n * sizeof *s->centre);
    for (size_t j = 0; j < m->n; j++) {
        const bool own = j >= b.offset && j < b.offset + b.size;
        s->moved += !own && e->after[j] != s->x[j];
        if (own) s->centre[j] += m->arg[0] * (s->x[j] - s->last[j]);
    }
    p->desc->block_gradient(p, b.block, s->centre, s->slope);
    b.tau = fmax(m->arg[1] * p->desc->block_lipschitz(p, b.block, s->centre), m->arg[2]);
    prox_linear_compare(m, e, &b);
    memcpy(s->last + b.offset, s->x + b.offset, b.size * sizeof *s->last);
}

/* All blocks, each from the point before. */
static void prox_linear_gradient(clarke_measure *m, const clarke_event *e)
{
    prox_linear *s = m->state;
    const clarke_problem *p = m->problem;
    memcpy(s->centre, s->x, m->n * sizeof *s->centre);
    for (size_t i = 0; i < p->layout.count; i++) {
        const clarke_block *block = &p->layout.block[i];
        const prox_linear_model b = {i, block->offset, block->rows * block->cols, 1.0 / e->eta};
        p->desc->block_gradient(p, i, s->x, s->slope);
        prox_linear_compare(m, e, &b);
    }
}

static void prox_linear_observe(clarke_measure *m, const clarke_event *e)
{
    prox_linear *s = m->state;
    if (m->arg[1] == -2.0)
        prox_linear_gradient(m, e);
    else
        prox_linear_palm(m, e);
    memcpy(s->x, e->after, m->n * sizeof *s->x);
}

static void prox_linear_end(clarke_measure *m, double *out)
{
    const prox_linear *s = m->state;
    clarke_exact_end(&s->exact, out);
    out[CLARKE_EXACT_COUNT] = (double)s->moved;
}

static const char *const prox_linear_outputs[] = {CLARKE_EXACT_OUTPUTS, "moved"};

const clarke_measure_desc clarke_measure_prox_linear_step = {
    .title = "Optimality of prox-linear steps by values",
    .unit = "units of f",
    .meaning = "Q(after) - the smallest Q at other points, Q the model that the step minimises",
    .cost = CLARKE_COST_PHASE,
    .outputs = CLARKE_EXACT_COUNT + 1,
    .output = prox_linear_outputs,
    .state_size = sizeof(prox_linear),
    .begin = prox_linear_begin,
    .observe = prox_linear_observe,
    .end = prox_linear_end,
};
