/* Time averages of (x_j - c)^2 and m_j^2, also over the coordinates, after a burn-in.
   arg[0] = steps of burn-in, arg[1] = c. */
#include "core/measure.h"

#include <math.h>

typedef struct {
    size_t count;
    long double x, m;
    bool momentum;
} second_moments;

static clarke_status second_moments_begin(clarke_measure *m)
{
    (void)m;
    return CLARKE_OK;
}

static void second_moments_observe(clarke_measure *m, const clarke_event *e)
{
    second_moments *s = m->state;
    if ((double)e->k < m->arg[0]) return;
    const double *momentum = clarke_event_view(e, "momentum");
    s->momentum = momentum != NULL;
    s->count++;
    for (size_t j = 0; j < m->n; j++) {
        const long double x = (long double)e->after[j] - (long double)m->arg[1];
        s->x += x * x;
        if (momentum) s->m += (long double)momentum[j] * (long double)momentum[j];
    }
}

static void second_moments_end(clarke_measure *m, double *out)
{
    const second_moments *s = m->state;
    const long double count = (long double)s->count * (long double)m->n;
    out[0] = (double)s->count;
    out[1] = s->count > 0 ? (double)(s->x / count) : NAN;
    out[2] = s->count > 0 && s->momentum ? (double)(s->m / count) : NAN;
}

static const char *const second_moments_output[] = {"count", "x2", "m2"};

const clarke_measure_desc clarke_measure_second_moments = {
    .title = "Time averages of the squares of x - c and of the momentum",
    .unit = "units of x squared; of the subgradient squared",
    .meaning = "means over time after the burn-in, and over coordinates",
    .cost = CLARKE_COST_ITERATION,
    .outputs = 3,
    .output = second_moments_output,
    .state_size = sizeof(second_moments),
    .begin = second_moments_begin,
    .observe = second_moments_observe,
    .end = second_moments_end,
};
