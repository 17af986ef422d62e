/* Boundedness by its hypotheses: with lambda_i > 0 in r_i = lambda_i/2 |W_i - C_i|^2 and all terms
   nonnegative, L_k <= L_0 gives, after every sweep,
     |W_i - C_i| <= sqrt(2 L_0 / lambda_i),
     three-splitting: |U_i| <= |W_i| |V_{i-1}| + |b_i| sqrt n + sqrt(2 L_0 / rho_i),
                      |V_i| <= |U_i| + k_i |V_{i-1}| + |sigma(0)| sqrt(d_i n) + sqrt(2 L_0 / gamma_i),
     two-splitting:   the same with W_i V_{i-1} in place of U_i,
   |.| the Frobenius norm, |sigma(t)| <= |t| + |sigma(0)|, k_i = 1 with a skip. Chained from
   |V_0| = |X|, the bounds are numbers that the problem alone determines; b_i is not bounded by
   L_0, so a network with biases is not judged.

   Rounding: norms of at most n (widest) entries and a chain of `depth` products in long double, 2^-50
   of the bound is above that; L_k <= L_0 up to the sweeps' rounding, 2^-40 of L_0 a million sweeps. */
#include "verify/exact.h"
#include "verify/lib/bcd_watch.h"

#include <math.h>

typedef struct {
    clarke_bcd_watch watch;
    clarke_exact exact;
    double *bound; /* [blocks of the layout]; INFINITY: none */
    double closest;
} bcd_bounded;

static long double bcd_bounded_norm(const double *a, const double *centre, size_t count)
{
    long double sum = 0.0L;
    for (size_t j = 0; j < count; j++)
        sum = hypotl(sum, (long double)a[j] - (centre ? (long double)centre[j] : 0.0L));
    return sum;
}

static void bcd_bounded_chain(bcd_bounded *s, long double start)
{
    const clarke_bcd_net *bcd = &s->watch.bcd;
    const clarke_split *net = bcd->net;
    long double v = bcd_bounded_norm(net->x, NULL, net->layer[0].out * net->samples);
    for (size_t i = 1; i <= net->depth; i++) {
        const clarke_split_layer *l = &net->layer[i];
        const bool ridge = l->w_term.kind == CLARKE_TERM_RIDGE && l->w_term.weight > 0.0;
        const long double moved = ridge ? sqrtl(2.0L * start / (long double)l->w_term.weight)
                                        : (long double)INFINITY;
        const long double centre =
            l->w_term.centre ? bcd_bounded_norm(l->w_term.centre, NULL, l->in * l->out) : 0.0L;
        const bool three = net->kind == CLARKE_SPLIT_THREE;
        const long double at0 = fabsl(clarke_bcd_sigma_value(bcd, i, 0.0L)) *
                                sqrtl((long double)(l->out * net->samples));
        const long double slack = three ? sqrtl(2.0L * start / (long double)l->rho) : 0.0L;
        const long double u = l->b == CLARKE_NO_BLOCK ? (moved + centre) * v + slack
                                                      : (long double)INFINITY;
        if (three) s->bound[l->u] = (double)u;
        s->bound[l->w] = (double)moved;
        v = u + at0 + (l->skip ? v : 0.0L) + sqrtl(2.0L * start / (long double)l->gamma);
        s->bound[l->v] = (double)v;
    }
}

static clarke_status bcd_bounded_begin(clarke_measure *m)
{
    bcd_bounded *s = m->state;
    clarke_exact_begin(&s->exact);
    CLARKE_TRY(clarke_bcd_watch_begin(&s->watch, m));
    const size_t blocks = s->watch.bcd.net->layout.count;
    s->bound = clarke_vec(m->mem, blocks);
    CLARKE_TRY(clarke_arena_status(m->mem));
    for (size_t i = 0; i < blocks; i++) s->bound[i] = (double)INFINITY;
    bcd_bounded_chain(s, clarke_bcd_value(&s->watch.bcd, m->start).value);
    s->closest = (double)INFINITY;
    return CLARKE_OK;
}

static void bcd_bounded_observe(clarke_measure *m, const clarke_event *e)
{
    bcd_bounded *s = m->state;
    const clarke_split *net = s->watch.bcd.net;
    if (!e->last_phase) return;
    for (size_t i = 0; i < net->layout.count; i++) {
        size_t layer;
        const clarke_split_role role = clarke_split_role_of(net, i, &layer);
        const double *centre = role == CLARKE_ROLE_W ? net->layer[layer].w_term.centre : NULL;
        const double bound = s->bound[i];
        if (!(bound < INFINITY)) continue;
        const double norm = (double)bcd_bounded_norm(clarke_split_block(net, e->after, i), centre,
                                                     clarke_split_size(net, i));
        clarke_exact_add(&s->exact, e->k, norm - bound, 0x1p-40 * bound, norm);
        s->closest = fmin(s->closest, bound / norm);
    }
}

static void bcd_bounded_end(clarke_measure *m, double *out)
{
    const bcd_bounded *s = m->state;
    clarke_exact_end(&s->exact, out);
    out[CLARKE_EXACT_COUNT] = s->closest;
}

static const char *const bcd_bounded_output[] = {CLARKE_EXACT_OUTPUTS, "closest"};

const clarke_measure_desc clarke_measure_bcd_bounded = {
    .title = "Norms of the blocks against the bounds that the first value gives",
    .unit = "units of the blocks",
    .meaning = "|block| minus its bound by L_0 and the penalties",
    .cost = CLARKE_COST_ITERATION,
    .outputs = sizeof bcd_bounded_output / sizeof bcd_bounded_output[0],
    .output = bcd_bounded_output,
    .state_size = sizeof(bcd_bounded),
    .begin = bcd_bounded_begin,
    .observe = bcd_bounded_observe,
    .end = bcd_bounded_end,
};
