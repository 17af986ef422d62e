/* What the rate rule reads: k, f(x_k) - f*, the distance to S and the residual, at every k up to
   255 and then at 256 k's evenly spaced in log k. f* is the value at the nearest point of S, or the
   infimum where S is empty; the last output is the rounding of f - f* at the end. */
#include "core/measure.h"
#include "verify/lib/decrease.h"
#include "verify/lib/names.h"

#include <string.h>

enum { POINTS = 512, DENSE = 256, COLUMNS = 4 };

typedef struct {
    double point[COLUMNS][POINTS];
    size_t count, next;
    double rounding;
    double *nearest; /* [n] */
} rate_points;

static void rate_points_take(clarke_measure *m, size_t k, const double *x)
{
    rate_points *s = m->state;
    const clarke_problem *p = m->problem;
    const clarke_descent_row row = clarke_descent_row_of(p, x, NULL, NULL, s->nearest);
    if (s->count == POINTS) return;
    s->point[0][s->count] = (double)k;
    const double base = p->desc->value_gap             ? 0.0
                        : p->desc->stationary_distance ? p->desc->value(p, s->nearest)
                                                       : p->minimum;
    s->point[1][s->count] = row.gap - base;
    s->rounding = clarke_descent_rounding(m->n, &row);
    s->point[2][s->count] = row.distance;
    s->point[3][s->count] = row.residual;
    s->count++;
    const double steps = (double)m->clock->steps;
    const double ratio = steps > DENSE ? pow(steps / DENSE, 1.0 / (POINTS - DENSE - 1)) : 1.0;
    s->next = k + 1 < DENSE ? k + 1 : (size_t)fmax((double)k + 1.0, ceil((double)k * ratio));
}

static clarke_status rate_points_begin(clarke_measure *m)
{
    rate_points *s = m->state;
    s->nearest = clarke_vec(m->mem, m->n);
    CLARKE_TRY(clarke_arena_status(m->mem));
    rate_points_take(m, 0, m->start);
    return CLARKE_OK;
}

static void rate_points_observe(clarke_measure *m, const clarke_event *e)
{
    const rate_points *s = m->state;
    if (e->last_phase && e->k + 1 >= s->next) rate_points_take(m, e->k + 1, e->after);
}

static void rate_points_end(clarke_measure *m, double *out)
{
    const rate_points *s = m->state;
    for (size_t c = 0; c < COLUMNS; c++)
        for (size_t i = 0; i < POINTS; i++)
            out[c * POINTS + i] = i < s->count ? s->point[c][i] : NAN;
    out[COLUMNS * POINTS] = s->rounding;
}

static const char *const rate_points_outputs[] = {CLARKE_NAMES_512("k"), CLARKE_NAMES_512("gap"),
                                                  CLARKE_NAMES_512("distance"),
                                                  CLARKE_NAMES_512("residual"), "rounding"};

const clarke_measure_desc clarke_measure_rate_points = {
    .title = "Values, distances and residuals for the rate rule",
    .unit = "mixed",
    .meaning = "f - f*, dist(x, S), dist(0, subdifferential) at all k below 256, then 256 a run",
    .cost = CLARKE_COST_CHECKPOINT,
    .outputs = sizeof rate_points_outputs / sizeof rate_points_outputs[0],
    .output = rate_points_outputs,
    .state_size = sizeof(rate_points),
    .begin = rate_points_begin,
    .observe = rate_points_observe,
    .end = rate_points_end,
};
