/* An exact fixed point or cycle of period P <= 4 of a deterministic method: from some step on until
   the end, over at least ten periods, the iterate and the view "momentum" repeat bit by bit. With
   constant steps the method is a function of its state alone, so a repeated state repeats for
   ever; with steps that change only P = 1 says something (nothing moves although eta > 0).

   Outputs: "period" (0: none), "first" (the step from which it repeats), "periods" (how often it
   did), "reach" (the largest distance of a cycle point to their mean), "hull" (a lower bound of
   dist(0, conv of the field over the ball that contains the cycle)), "residual" (Clarke's at the
   last point), "distance" (the largest dist(x, S) of a cycle point: S the Clarke set, or the
   field's if arg[0] is not 0; NAN where not known), and "visible".

   "visible" is 1 if a step of length eta_K min(1, hull) would have changed the iterate, so that
   what is seen is no stagnation by rounding. Derived: fl(x_j - s_j) = x_j needs |s_j| <=
   2^-53 |x_j| (half an ulp), so a step with |s|_2 > 2^-53 sqrt(n) |x|_inf is seen in some coordinate. A factor
   2 is left for the rounding of the step itself. "residual_visible" is the same with the Clarke
   residual in place of the hull. */
#include "core/measure.h"

#include <string.h>

enum { FIXED_PERIODS = 4, FIXED_TIMES = 10 };

typedef struct {
    double *past[FIXED_PERIODS]; /* [2n] states k-1..k-4, a ring: the iterate, then the momentum */
    double *now, *mean;          /* [2n], [n] */
    size_t seen;                 /* states so far */
    size_t equal[FIXED_PERIODS]; /* steps in a row with state k == state k-P, at P-1 */
} fixed;

static clarke_status fixed_begin(clarke_measure *m)
{
    fixed *s = m->state;
    for (size_t i = 0; i < FIXED_PERIODS; i++) s->past[i] = clarke_vec(m->mem, 2 * m->n);
    s->now = clarke_vec(m->mem, 2 * m->n);
    s->mean = clarke_vec(m->mem, m->n);
    return clarke_arena_status(m->mem);
}

static void fixed_observe(clarke_measure *m, const clarke_event *e)
{
    fixed *s = m->state;
    const size_t n = m->n;
    if (!e->last_phase) return;
    const double *momentum = clarke_event_view(e, "momentum");
    memcpy(s->now, e->after, n * sizeof *s->now);
    if (momentum) memcpy(s->now + n, momentum, n * sizeof *s->now);
    for (size_t p = 1; p <= FIXED_PERIODS; p++) {
        const double *old = s->past[(s->seen + FIXED_PERIODS - p) % FIXED_PERIODS];
        const bool same = s->seen >= p && memcmp(s->now, old, 2 * n * sizeof *old) == 0;
        s->equal[p - 1] = same ? s->equal[p - 1] + 1 : 0;
    }
    memcpy(s->past[s->seen % FIXED_PERIODS], s->now, 2 * n * sizeof *s->now);
    s->seen++;
}

static size_t fixed_period(const fixed *s)
{
    for (size_t p = 1; p <= FIXED_PERIODS; p++)
        if (s->equal[p - 1] >= FIXED_TIMES * p) return p;
    return 0;
}

static const double *fixed_point_at(const fixed *s, size_t back)
{
    return s->past[(s->seen - 1 - back) % FIXED_PERIODS];
}

static double fixed_reach(const clarke_measure *m, const fixed *s, size_t period)
{
    double reach = 0.0;
    for (size_t j = 0; j < m->n; j++) {
        double sum = 0.0;
        for (size_t i = 0; i < period; i++) sum += fixed_point_at(s, i)[j];
        s->mean[j] = sum / (double)period;
    }
    for (size_t i = 0; i < period; i++) {
        double sum = 0.0;
        for (size_t j = 0; j < m->n; j++) {
            const double d = fixed_point_at(s, i)[j] - s->mean[j];
            sum += d * d;
        }
        reach = fmax(reach, sqrt(sum));
    }
    return reach;
}

static double fixed_distance(const clarke_measure *m, const fixed *s, size_t period)
{
    const clarke_problem *p = m->problem;
    double largest = 0.0;
    if (!p->desc->stationary_distance) return NAN;
    for (size_t i = 0; i < period; i++) {
        const double *x = fixed_point_at(s, i);
        const double d = m->arg[0] != 0.0 ? clarke_field_distance(p, x, NULL)
                                          : p->desc->stationary_distance(p, x, NULL, NULL);
        if (!(d <= largest)) largest = d;
    }
    return largest;
}

static bool fixed_visible(const clarke_measure *m, const fixed *s, double residual)
{
    double largest = 0.0;
    for (size_t j = 0; j < m->n; j++) largest = fmax(largest, fabs(fixed_point_at(s, 0)[j]));
    const double step = m->clock->eta[m->clock->steps] * fmin(1.0, residual);
    return step > 2.0 * 0x1p-53 * sqrt((double)m->n) * largest;
}

static void fixed_end(clarke_measure *m, double *out)
{
    const fixed *s = m->state;
    const clarke_problem *p = m->problem;
    const size_t period = s->seen == m->clock->steps ? fixed_period(s) : 0;
    out[0] = (double)period;
    for (size_t i = 1; i < 9; i++) out[i] = NAN;
    if (period == 0) return;
    out[1] = (double)(s->seen - s->equal[period - 1] - period + 1);
    out[2] = (double)(s->equal[period - 1] / period);
    out[3] = fixed_reach(m, s, period);
    if (clarke_has_hull(p)) out[4] = clarke_hull_distance(p, s->mean, out[3]);
    /* A ball of radius 0 is a point: there the field's residual is exact. */
    if (out[3] == 0.0 && (p->desc->field_residual || p->desc->clarke_residual))
        out[4] = clarke_field_residual(p, fixed_point_at(s, 0));
    if (p->desc->clarke_residual) out[5] = p->desc->clarke_residual(p, fixed_point_at(s, 0));
    out[6] = fixed_distance(m, s, period);
    out[7] = fixed_visible(m, s, out[4]);
    out[8] = fixed_visible(m, s, out[5]);
}

static const char *const fixed_outputs[] = {"period",   "first",   "periods",
                                            "reach",    "hull",    "residual",
                                            "distance", "visible", "residual_visible"};

const clarke_measure_desc clarke_measure_fixed_point = {
    .title = "An exact fixed point or cycle of a deterministic method",
    .unit = "mixed",
    .meaning = "the period (0: none) of the states that repeat bit by bit until the end of the run",
    .cost = CLARKE_COST_ITERATION,
    .outputs = sizeof fixed_outputs / sizeof fixed_outputs[0],
    .output = fixed_outputs,
    .state_size = sizeof(fixed),
    .begin = fixed_begin,
    .observe = fixed_observe,
    .end = fixed_end,
};
