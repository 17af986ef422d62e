/* Conformance of one block update with the paper's (Zeng, Lau, Lin, Yao 2019, algorithms 1 and 2):
   the block is a stationary point of its subproblem, by the subdifferential's own formulas; where
   sigma has pieces, U_i, and in two-splitting W_i and V_i of one or two numbers, is at the smallest value
   over them; and the phase changed that block and no other. Bounds: verify/lib/bcd_dist.c,
   verify/lib/bcd_scan.c. A check is resolved when the block before the update was
   farther from stationary than the bound. */
#include "verify/exact.h"
#include "verify/lib/bcd_watch.h"

#include <math.h>

typedef struct {
    clarke_bcd_watch watch;
    clarke_exact exact;
    size_t contested, told; /* problems with two local minima; updates where their values differ */
    size_t departed;
} bcd_step;

static clarke_status bcd_step_begin(clarke_measure *m)
{
    bcd_step *s = m->state;
    clarke_exact_begin(&s->exact);
    return clarke_bcd_watch_begin(&s->watch, m);
}

static void bcd_step_check(bcd_step *s, const clarke_event *e)
{
    clarke_bcd_watch *w = &s->watch;
    clarke_bcd_net *net = &w->bcd;
    const clarke_bcd_prox prox = clarke_bcd_watch_prox(w);
    long double worst = clarke_bcd_watch_residual(w, e->after).worst;
    const long double size = clarke_bcd_watch_residual(w, w->x).worst;
    const bool pieces = w->kind == CLARKE_BCD_INNER_U && !w->linear &&
                        !clarke_bcd_sigma_smooth(net, w->block.layer);
    const clarke_bcd_choice c = pieces ? clarke_bcd_best_piece(net, e->after, w->block.layer, prox)
                                       : clarke_bcd_least(net, e->after, w->block, prox);
    if (!(c.worst <= worst)) worst = c.worst;
    s->contested += c.contested;
    s->told += c.resolved > 1.0L;
    clarke_exact_add(&s->exact, e->k, (double)worst, 1.0, (double)size);
}

static void bcd_step_observe(clarke_measure *m, const clarke_event *e)
{
    bcd_step *s = m->state;
    clarke_bcd_watch_read(&s->watch, e);
    if (s->watch.departed) {
        s->departed++;
        clarke_exact_add(&s->exact, e->k, INFINITY, 1.0, 0.0);
    } else if (s->watch.wanted) {
        bcd_step_check(s, e);
    }
    clarke_bcd_watch_pass(&s->watch, e);
}

static void bcd_step_end(clarke_measure *m, double *out)
{
    const bcd_step *s = m->state;
    clarke_exact_end(&s->exact, out);
    out[CLARKE_EXACT_COUNT] = (double)s->departed;
    out[CLARKE_EXACT_COUNT + 1] = (double)s->contested;
    out[CLARKE_EXACT_COUNT + 2] = (double)s->told;
}

static const char *const bcd_step_output[] = {CLARKE_EXACT_OUTPUTS, "departed", "contested",
                                              "told"};

const clarke_measure_desc clarke_measure_bcd_step = {
    .title = "Distance of a block update from its subproblem's solution",
    .unit = "rounding bounds",
    .meaning =
        "the distance of 0 from the subdifferential of the block's subproblem at the updated "
        "block, and where sigma has pieces the excess over the best of them, in units of the derived bounds",
    .cost = CLARKE_COST_PHASE,
    .outputs = sizeof bcd_step_output / sizeof bcd_step_output[0],
    .output = bcd_step_output,
    .state_size = sizeof(bcd_step),
    .begin = bcd_step_begin,
    .observe = bcd_step_observe,
    .end = bcd_step_end,
};
