/* What one block update lowers the objective by, against the theory's constant for that block.
   Mode 0: fall >= c_B |D|^2, D the move; mode 1: fall >= 0; mode 2, quadratic blocks:
   fall = <D, (H + 2 alpha) D> / 2. c_B: verify/lib/bcd_watch.c.

   Rounding. The fall is formed from the stored blocks, with an error that clarke_bcd_fall bounds.
   The stored block is not the subproblem's exact solution: with g in its subdifferential there,
   |g| <= bound (verify/lib/bcd_dist.c), convexity gives fall >= c_B |D|^2 - <g, D>, and for a
   quadratic block fall = <D, (H + 2 alpha) D> / 2 - <g, D> exactly. Where the block has pieces, the
   update may choose a piece that is worse by its value's rounding, the allowance.

   Where b_i is updated from the W_i before its update (Jacobi), neither alone need lower L after the
   other, but the pair does (derived): for f = rho/2 |W V + b 1' - U|^2 with Hessian H = [A B; B' C],
   D = diag(A, C) + alpha I and d = -D^{-1} grad f, f falls by d'Dd - d'Hd/2 = d'(2D - H)d/2, and
   2D - H = 2 alpha I + [A -B; -B' C], where the last is H with a sign flipped, hence >= 0: the fall
   is at least alpha (|D W|^2 + |D b|^2). So b_i is judged together with the W_i before it. Where the two
   are minimised as one block, f falls by <D, (H + 2 alpha) D>/2, which is at least that too; there W_i alone,
   with the old b_i, may raise L, and is not judged. */
#include "verify/exact.h"
#include "verify/lib/bcd_watch.h"

#include <math.h>

enum { BCD_FALL_CONSTANT, BCD_FALL_SIGN, BCD_FALL_EQUALITY };

typedef struct {
    long double fall, square, quadratic, rounding;
} bcd_fall_part;

typedef struct {
    clarke_bcd_watch watch;
    clarke_exact exact;
    bcd_fall_part first; /* of the W_i that was updated last */
    double closest;      /* smallest fall / (c_B |D|^2) over the resolved checks of mode 0 */
    double relative;     /* largest relative departure over the resolved checks of mode 2 */
} bcd_fall;

static clarke_status bcd_fall_begin(clarke_measure *m)
{
    bcd_fall *s = m->state;
    clarke_exact_begin(&s->exact);
    s->closest = INFINITY;
    return clarke_bcd_watch_begin(&s->watch, m);
}

static bool bcd_fall_pairs(const clarke_bcd_watch *w)
{
    return clarke_bcd_bias_is(w, CLARKE_BCD_BIAS_JACOBI) ||
           clarke_bcd_bias_is(w, CLARKE_BCD_BIAS_JOINT);
}

/* The update that is read, as it is judged: with its W_i where b_i makes a pair with it. */
static bcd_fall_part bcd_fall_read(bcd_fall *s, const clarke_event *e)
{
    clarke_bcd_watch *w = &s->watch;
    clarke_bcd_net *net = &w->bcd;
    const double *after =
        clarke_split_block(net->net, e->after, clarke_bcd_index(net->net, w->block));
    const clarke_bcd_prox prox = clarke_bcd_watch_prox(w);
    const clarke_bcd_move m = clarke_bcd_fall(net, w->x, after, w->block);
    bcd_fall_part part = {.fall = m.fall.value,
                          .square = m.moved * m.moved,
                          .quadratic = m.quadratic + (long double)prox.alpha * m.moved * m.moved,
                          .rounding = m.fall.error +
                                      clarke_bcd_watch_residual(w, e->after).bound * m.moved +
                                      clarke_bcd_allowance(net, e->after, w->block, prox)};
    if (!bcd_fall_pairs(w)) return part;
    if (w->kind == CLARKE_BCD_ANY_W) s->first = part;
    if (w->kind != CLARKE_BCD_ANY_B) return part;
    part.fall += s->first.fall;
    part.square += s->first.square;
    part.rounding += s->first.rounding;
    return part;
}

static void bcd_fall_check(bcd_fall *s, const clarke_event *e, const bcd_fall_part *p)
{
    clarke_bcd_watch *w = &s->watch;
    const double mode = w->arg[CLARKE_BCD_ARG_MODE];
    if (w->kind == CLARKE_BCD_ANY_W && clarke_bcd_bias_is(w, CLARKE_BCD_BIAS_JOINT)) return;
    if (mode == BCD_FALL_EQUALITY) {
        const bool pair = w->kind == CLARKE_BCD_ANY_B && bcd_fall_pairs(w);
        if (!clarke_bcd_is_quadratic(&w->bcd, w->block) || w->linear || pair) return;
        const long double excess = fabsl(p->fall - p->quadratic);
        clarke_exact_add(&s->exact, e->k, (double)excess, (double)p->rounding,
                         (double)fabsl(p->fall));
        if (p->fall > p->rounding) s->relative = fmax(s->relative, (double)(excess / p->fall));
        return;
    }
    const long double c = clarke_bcd_constant(w);
    const long double least = mode == BCD_FALL_SIGN ? 0.0L : c * p->square;
    clarke_exact_add(&s->exact, e->k, (double)(least - p->fall), (double)p->rounding,
                     (double)fmaxl(fabsl(p->fall), fabsl(least)));
    if (p->fall > p->rounding && least > 0.0L)
        s->closest = fmin(s->closest, (double)(p->fall / least));
}

static void bcd_fall_observe(clarke_measure *m, const clarke_event *e)
{
    bcd_fall *s = m->state;
    clarke_bcd_watch_read(&s->watch, e);
    if (s->watch.departed) {
        clarke_exact_add(&s->exact, e->k, INFINITY, 1.0, 0.0);
    } else {
        const bcd_fall_part part = bcd_fall_read(s, e);
        if (s->watch.wanted) bcd_fall_check(s, e, &part);
    }
    clarke_bcd_watch_pass(&s->watch, e);
}

static void bcd_fall_end(clarke_measure *m, double *out)
{
    const bcd_fall *s = m->state;
    clarke_exact_end(&s->exact, out);
    out[CLARKE_EXACT_COUNT] = s->closest;
    out[CLARKE_EXACT_COUNT + 1] = s->relative;
}

static const char *const bcd_fall_output[] = {CLARKE_EXACT_OUTPUTS, "closest", "relative"};

const clarke_measure_desc clarke_measure_bcd_fall = {
    .title = "Fall of the objective in one block update",
    .unit = "units of the objective",
    .meaning = "c_B |D|^2 minus the fall, or the departure from the quadratic equality",
    .cost = CLARKE_COST_PHASE,
    .outputs = sizeof bcd_fall_output / sizeof bcd_fall_output[0],
    .output = bcd_fall_output,
    .state_size = sizeof(bcd_fall),
    .begin = bcd_fall_begin,
    .observe = bcd_fall_observe,
    .end = bcd_fall_end,
};
