/* The constants of sufficient decrease and relative error along a run, on its first half and on its
   second, and the conclusions that follow from them, judged by the constants of the first half: see
   verify/lib/decrease.h. theta is arg[0]; if that is 0, 1 - 1/p for the growth at the stationary
   point nearest to the start; -1 means theta = 0. "theta_end" is 1 - 1/p at the point nearest to
   the last iterate. arg[1], if it is not 0, is the part of the steps that counts as the first
   half. */
#include "core/measure.h"
#include "verify/lib/decrease.h"

#include <string.h>

enum { ORDERS = CLARKE_DESCENT_ORDERS };

typedef struct {
    clarke_descent d;
    clarke_descent_row last;
    double *before, *nearest; /* [n] */
} descent;

static clarke_status descent_begin(clarke_measure *m)
{
    descent *s = m->state;
    s->before = clarke_vec(m->mem, m->n);
    s->nearest = clarke_vec(m->mem, m->n);
    CLARKE_TRY(clarke_arena_status(m->mem));
    clarke_descent_begin(&s->d, m->n, m->clock->steps);
    if (m->arg[1] > 0.0) s->d.middle = (size_t)(m->arg[1] * (double)m->clock->steps);
    s->d.theta = m->arg[0] != 0.0 ? fmax(m->arg[0], 0.0)
                                  : clarke_descent_theta(m->problem, m->start);
    memcpy(s->before, m->start, m->n * sizeof *s->before);
    s->last = clarke_descent_row_of(m->problem, m->start, NULL, NULL, s->nearest);
    clarke_descent_add(&s->d, &s->last);
    return CLARKE_OK;
}

static void descent_observe(clarke_measure *m, const clarke_event *e)
{
    descent *s = m->state;
    if (!e->last_phase) return;
    const clarke_descent_row row =
        clarke_descent_row_of(m->problem, e->after, s->before, &s->last, s->nearest);
    clarke_descent_add(&s->d, &row);
    s->last = row;
    memcpy(s->before, e->after, m->n * sizeof *s->before);
}

static void descent_end(clarke_measure *m, double *out)
{
    const descent *s = m->state;
    const clarke_descent *d = &s->d;
    *out++ = (double)d->order_a;
    *out++ = (double)d->order_b;
    *out++ = (double)d->order_g;
    *out++ = d->theta;
    *out++ = clarke_descent_theta(m->problem, s->before);
    *out++ = (double)d->levels;
    *out++ = d->stalled;
    *out++ = s->last.residual;
    *out++ = s->last.distance;
    *out++ = s->last.gap;
    for (size_t h = 0; h < 2; h++) {
        const clarke_descent_half *half = &d->half[h];
        *out++ = half->c;
        *out++ = half->c_half;
        for (size_t j = 0; j < ORDERS; j++) *out++ = half->all[j];
        for (size_t j = 0; j < ORDERS; j++) *out++ = half->first[j];
        for (size_t j = 0; j < ORDERS; j++) *out++ = half->b[j];
        for (size_t j = 0; j < ORDERS; j++) *out++ = half->gradient[j];
        for (size_t j = 0; j < ORDERS; j++) *out++ = (double)half->rises[j];
    }
    for (size_t i = 0; i < CLARKE_DESCENT_CHECKS; i++, out += CLARKE_EXACT_COUNT)
        clarke_exact_end(&d->check[i], out);
}

#define DESCENT_ORDERS(name, h)                                                                    \
    name "1" h, name "2" h, name "3" h, name "4" h, name "5" h, name "6" h, name "7" h, name "8" h
#define DESCENT_HALF(h)                                                                            \
    "c" h, "c_of_1/2" h, DESCENT_ORDERS("a", h), DESCENT_ORDERS("first_a", h),                     \
        DESCENT_ORDERS("b", h), DESCENT_ORDERS("gradient_a", h), DESCENT_ORDERS("rises", h)
#define DESCENT_EXACT(name)                                                                        \
    name "checked", name "resolved", name "violations", name "first_violation", name "worst",      \
        name "smallest_detectable", name "unresolvable"

static const char *const descent_outputs[] = {"order",
                                              "order_all",
                                              "order_gradient",
                                              "theta",
                                              "theta_end",
                                              "levels",
                                              "stalled",
                                              "residual",
                                              "distance",
                                              "gap",
                                              DESCENT_HALF("_half1"),
                                              DESCENT_HALF("_half2"),
                                              DESCENT_EXACT("window_"),
                                              DESCENT_EXACT("recursion_"),
                                              DESCENT_EXACT("recursion_all_"),
                                              DESCENT_EXACT("bound_"),
                                              DESCENT_EXACT("bound_all_"),
                                              DESCENT_EXACT("linear_")};

_Static_assert(sizeof descent_outputs / sizeof descent_outputs[0] ==
                   CLARKE_DESCENT_FIRST_CHECK + CLARKE_DESCENT_CHECKS * CLARKE_EXACT_COUNT,
               "the outputs are those of descent_end");

const clarke_measure_desc clarke_measure_descent = {
    .title = "Sufficient decrease over windows, relative error, and what follows from them",
    .unit = "mixed",
    .meaning = "a_j and b_j of both halves, the order of non-monotonicity, and the checks of the "
               "second half with the constants of the first",
    .cost = CLARKE_COST_ITERATION,
    .outputs = sizeof descent_outputs / sizeof descent_outputs[0],
    .output = descent_outputs,
    .state_size = sizeof(descent),
    .begin = descent_begin,
    .observe = descent_observe,
    .end = descent_end,
};
