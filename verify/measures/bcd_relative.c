/* After every sweep, block by block: dist(0, d_B L(P_k)) <= a sum of the sweep's moves with factors
   from the iterates (verify/lib/bcd_inequality.c has the inequalities and their proof).

   Rounding. The block as it is stored leaves `bound` in its own optimality condition
   (verify/lib/bcd_dist.c, taken at its update), which adds to the right side; the distance itself is
   formed in long double from terms of a magnitude that `bound` contains with 2^-53, so that its own
   error is below 2^-8 of `bound`. */
#include "verify/exact.h"
#include "verify/lib/bcd_inequality.h"

#include <math.h>

typedef struct {
    clarke_bcd_watch watch;
    clarke_exact exact;
    clarke_bcd_block *block; /* [blocks] of the sweep, in its order */
    long double *bound;      /* [blocks] */
    size_t read;             /* updates of the sweep so far that were the paper's */
    double closest;          /* smallest right / left over the resolved checks */
} bcd_relative;

static clarke_status bcd_relative_begin(clarke_measure *m)
{
    bcd_relative *s = m->state;
    clarke_exact_begin(&s->exact);
    CLARKE_TRY(clarke_bcd_watch_begin(&s->watch, m));
    s->block = clarke_alloc_array(m->mem, s->watch.blocks, sizeof *s->block);
    s->bound = clarke_alloc_array(m->mem, s->watch.blocks, sizeof *s->bound);
    s->closest = INFINITY;
    return clarke_arena_status(m->mem);
}

static void bcd_relative_check(bcd_relative *s, const clarke_event *e)
{
    clarke_bcd_watch *w = &s->watch;
    const double kind = w->arg[CLARKE_BCD_ARG_KIND];
    for (size_t i = 0; i < w->blocks; i++) {
        const clarke_bcd_block b = s->block[i];
        if (kind != (double)CLARKE_BCD_KINDS && kind != (double)clarke_bcd_kind_of(w->bcd.net, b))
            continue;
        const clarke_bcd_residual left =
            clarke_bcd_stationarity(&w->bcd, e->after, b, (clarke_bcd_prox){0});
        const long double right = clarke_bcd_relative_bound(w, e->after, b);
        const long double rounding = 2.0L * (s->bound[i] + left.bound);
        clarke_exact_add(&s->exact, e->k, (double)(left.distance - right), (double)rounding,
                         (double)left.distance);
        if (left.distance > rounding)
            s->closest = fmin(s->closest, (double)(right / left.distance));
    }
}

static void bcd_relative_observe(clarke_measure *m, const clarke_event *e)
{
    bcd_relative *s = m->state;
    clarke_bcd_watch *w = &s->watch;
    clarke_bcd_watch_read(w, e);
    if (e->phase == 0) s->read = 0;
    if (w->departed) {
        clarke_exact_add(&s->exact, e->k, INFINITY, 1.0, 0.0);
    } else {
        s->block[e->phase] = w->block;
        s->bound[e->phase] = clarke_bcd_watch_residual(w, e->after).bound;
        if (++s->read == w->blocks) bcd_relative_check(s, e);
    }
    clarke_bcd_watch_pass(w, e);
}

static void bcd_relative_end(clarke_measure *m, double *out)
{
    const bcd_relative *s = m->state;
    clarke_exact_end(&s->exact, out);
    out[CLARKE_EXACT_COUNT] = s->closest;
}

static const char *const bcd_relative_output[] = {CLARKE_EXACT_OUTPUTS, "closest"};

const clarke_measure_desc clarke_measure_bcd_relative = {
    .title = "Relative error of a sweep, block by block",
    .unit = "units of the gradient",
    .meaning =
        "the distance of 0 from the partial subdifferential of a block minus its bound by the "
        "moves of the sweep",
    .cost = CLARKE_COST_PHASE,
    .outputs = sizeof bcd_relative_output / sizeof bcd_relative_output[0],
    .output = bcd_relative_output,
    .state_size = sizeof(bcd_relative),
    .begin = bcd_relative_begin,
    .observe = bcd_relative_observe,
    .end = bcd_relative_end,
};
