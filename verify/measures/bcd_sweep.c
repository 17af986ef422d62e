/* One sweep of block descent. Mode 0: L_{k-1} - L_k >= lambda |P_k - P_{k-1}|^2, lambda = min c_B;
   the fall is the sum of the blocks' falls, each formed from its own move. Mode 1: the problem's own
   value of the objective is that of the formulas in verify/lib/bcd_terms.c.

   Rounding. Mode 0: the sum of what verify/measures/bcd_fall.c derives for each block. Mode 1: the
   problem sums squares of residuals, each an inner product of at most widest + 3 terms, in double
   with compensated sums: an entry errs by u (widest + 8) of its parts, hence the value by twice that
   of `size`, and the sums by u once more. */
#include "verify/exact.h"
#include "verify/lib/bcd_watch.h"

#include <math.h>

enum { BCD_SWEEP_DECREASE, BCD_SWEEP_VALUE };

typedef struct {
    clarke_bcd_watch watch;
    clarke_exact exact;
    long double fall, square, rounding; /* of the sweep so far */
    double closest, lambda;             /* lambda: of this sweep */
} bcd_sweep;

static clarke_status bcd_sweep_begin(clarke_measure *m)
{
    bcd_sweep *s = m->state;
    clarke_exact_begin(&s->exact);
    CLARKE_TRY(clarke_bcd_watch_begin(&s->watch, m));
    s->closest = INFINITY;
    return CLARKE_OK;
}

static void bcd_sweep_add(bcd_sweep *s, const clarke_event *e)
{
    clarke_bcd_watch *w = &s->watch;
    const clarke_split *net = w->bcd.net;
    const double *after = clarke_split_block(net, e->after, clarke_bcd_index(net, w->block));
    const clarke_bcd_prox prox = clarke_bcd_watch_prox(w);
    const clarke_bcd_move m = clarke_bcd_fall(&w->bcd, w->x, after, w->block);
    if (e->phase == 0) {
        s->fall = s->square = s->rounding = 0.0L;
        s->lambda = (double)INFINITY;
    }
    s->lambda = fmin(s->lambda, clarke_bcd_constant(w));
    s->fall += m.fall.value;
    s->square += m.moved * m.moved;
    s->rounding += m.fall.error + clarke_bcd_watch_residual(w, e->after).bound * m.moved +
                   clarke_bcd_allowance(&w->bcd, e->after, w->block, prox);
}

static void bcd_sweep_decrease(bcd_sweep *s, const clarke_event *e)
{
    const long double least = (long double)s->lambda * s->square;
    clarke_exact_add(&s->exact, e->k, (double)(least - s->fall), (double)s->rounding,
                     (double)fmaxl(fabsl(s->fall), fabsl(least)));
    if (s->fall > s->rounding && least > 0.0L)
        s->closest = fmin(s->closest, (double)(s->fall / least));
}

static void bcd_sweep_value(clarke_measure *m, bcd_sweep *s, const clarke_event *e)
{
    const clarke_bcd_sum own = clarke_bcd_value(&s->watch.bcd, e->after);
    const long double said = m->problem->desc->value(m->problem, e->after);
    const long double bound = 0x1p-52L * ((long double)s->watch.bcd.widest + 9.0L) * own.size +
                              own.error;
    clarke_exact_add(&s->exact, e->k, (double)fabsl(said - own.value), (double)bound,
                     (double)own.value);
}

static void bcd_sweep_observe(clarke_measure *m, const clarke_event *e)
{
    bcd_sweep *s = m->state;
    const bool value = s->watch.arg[CLARKE_BCD_ARG_MODE] == BCD_SWEEP_VALUE;
    clarke_bcd_watch_read(&s->watch, e);
    if (s->watch.departed)
        clarke_exact_add(&s->exact, e->k, INFINITY, 1.0, 0.0);
    else if (!value)
        bcd_sweep_add(s, e);
    if (e->last_phase && value) bcd_sweep_value(m, s, e);
    if (e->last_phase && !value) bcd_sweep_decrease(s, e);
    clarke_bcd_watch_pass(&s->watch, e);
}

static void bcd_sweep_end(clarke_measure *m, double *out)
{
    const bcd_sweep *s = m->state;
    clarke_exact_end(&s->exact, out);
    out[CLARKE_EXACT_COUNT] = s->lambda;
    out[CLARKE_EXACT_COUNT + 1] = s->closest;
}

static const char *const bcd_sweep_output[] = {CLARKE_EXACT_OUTPUTS, "lambda", "closest"};

const clarke_measure_desc clarke_measure_bcd_sweep = {
    .title = "Decrease of the objective in one sweep",
    .unit = "units of the objective",
    .meaning = "lambda |P_k - P_{k-1}|^2 minus the fall of the sweep, or the distance of the "
               "problem's value from the formula's",
    .cost = CLARKE_COST_PHASE,
    .outputs = sizeof bcd_sweep_output / sizeof bcd_sweep_output[0],
    .output = bcd_sweep_output,
    .state_size = sizeof(bcd_sweep),
    .begin = bcd_sweep_begin,
    .observe = bcd_sweep_observe,
    .end = bcd_sweep_end,
};
