/* Conformance of the prox-linear steps of two-splitting (smooth sigma). With p a row of W_i, or a
   column of V_i, and sigma that of layer i, or of layer i + 1, the step minimises
     -sum_k gamma (c_k - sigma(a_k.old)) sigma'(a_k.old) a_k.p + tau L/2 |p - old|^2 + q/2 |p|^2 - h.p,
     L = sum_k gamma |a_k|^2 (S^2 + B max(|c_k - low|, |c_k - high|)),
   S and B bounds of sigma' and sigma'', [low, high] its range:
     row r of W_i:     a_k = V_{i-1}[:,k], c_k = V_i[r,k],
                       q p - h = alpha (p - old) + lambda (p - centre);
     column j of V_i:  a_k = W_{i+1}[k,:], c_k = V_{i+1}[k,j],
                       q p - h = alpha (p - old) + mu (p - centre) + gamma_i (p - sigma_i(W_i V_{i-1})).
   So (tau L + q) p - tau L old - right - h = 0, right the sum of pulls. All of it anew in long double,
   by formulas that share no code with the method.

   What a correct step in double leaves, u = 2^-53: a_k.old errs by dz = (d + 1) u sum |a_k| |old|,
   sigma by S dz + 4 u and sigma' by B dz + 8 u (both are at most 1, by library functions that err by
   2 u and a few operations), so a pull by gamma (S (S dz + 4 u) + (|c_k| + 1) (B dz + 8 u + 4 u S));
   their sum adds (terms + 2) u of its magnitudes. L errs by (d + terms + 10) u of itself, which p - old
   multiplies. sigma_i in h errs as sigma does. Forming numerator and quotient errs by 4 u of all. Twice
   that is allowed. */
#include "verify/exact.h"
#include "verify/lib/bcd_watch.h"

#include <math.h>

static const long double linear_unit = 0x1p-53L;

typedef struct {
    clarke_bcd_watch watch;
    clarke_exact exact;
    long double *right, *error; /* [widest] */
} bcd_linear_step;

/* The subproblem of one row or column. */
typedef struct {
    size_t layer; /* whose sigma it is */
    size_t d, terms;
    const double *a, *c, *old, *now;
    size_t a_term, a_entry, c_step, step; /* strides */
    long double gamma, tau;
} linear_row;

/* Bounds of sigma' and sigma'', and the range. */
typedef struct {
    long double steep, bend, low, high;
} linear_sigma;

static linear_sigma linear_sigma_of(const clarke_bcd_net *s, size_t layer)
{
    const long double three = sqrtl(3.0L);
    if (s->sigma[layer] == CLARKE_BCD_SIGMOID)
        return (linear_sigma){0.25L, three / 18.0L, 0.0L, 1.0L};
    return (linear_sigma){1.0L, 4.0L / (3.0L * three), -1.0L, 1.0L};
}

static clarke_status bcd_linear_step_begin(clarke_measure *m)
{
    bcd_linear_step *s = m->state;
    clarke_exact_begin(&s->exact);
    CLARKE_TRY(clarke_bcd_watch_begin(&s->watch, m));
    s->right = clarke_alloc_array(m->mem, m->n, sizeof *s->right);
    s->error = clarke_alloc_array(m->mem, m->n, sizeof *s->error);
    return clarke_arena_status(m->mem);
}

/* The sum of the pulls, with the errors, into s->right and s->error; L. */
static long double bcd_linear_step_pulls(bcd_linear_step *s, const linear_row *row)
{
    const clarke_bcd_net *net = &s->watch.bcd;
    const linear_sigma g = linear_sigma_of(net, row->layer);
    const long double u = linear_unit;
    long double smooth = 0.0L;
    for (size_t r = 0; r < row->d; r++) s->right[r] = s->error[r] = 0.0L;
    for (size_t k = 0; k < row->terms; k++) {
        const double *a = row->a + k * row->a_term;
        const long double c = row->c[k * row->c_step], size = fabsl(c) + 1.0L;
        long double z = 0.0L, dz = 0.0L, square = 0.0L, slope[2];
        for (size_t r = 0; r < row->d; r++) {
            const long double e = a[r * row->a_entry], p = row->old[r * row->step];
            z += e * p, dz += fabsl(e * p), square += e * e;
        }
        dz *= ((long double)row->d + 1.0L) * u;
        clarke_bcd_sigma_slopes(net, row->layer, z, slope);
        const long double pull = row->gamma * (c - clarke_bcd_sigma_value(net, row->layer, z)) *
                                 slope[0];
        const long double off = row->gamma * (g.steep * (g.steep * dz + 4.0L * u) +
                                              size * (g.bend * dz + 8.0L * u + 4.0L * u * g.steep));
        const long double sum = ((long double)row->terms + 2.0L) * u * row->gamma * size * g.steep;
        for (size_t r = 0; r < row->d; r++) {
            const long double e = a[r * row->a_entry];
            s->right[r] += pull * e;
            s->error[r] += (off + sum) * fabsl(e);
        }
        const long double far = fmaxl(fabsl(c - g.low), fabsl(c - g.high));
        smooth += row->gamma * square * (g.steep * g.steep + g.bend * far);
    }
    return smooth;
}

/* Entry r of the row's q p - h as q and h, with h's error beyond 4 u of its parts. */
typedef struct {
    long double q, h, size, error;
} linear_rest;

static linear_rest bcd_linear_step_rest(const bcd_linear_step *s, const linear_row *row, size_t r,
                                        const clarke_term *term, size_t entry)
{
    const long double alpha = s->watch.arg[CLARKE_BCD_ARG_ALPHA], old = row->old[r * row->step];
    const bool ridge = term->kind == CLARKE_TERM_RIDGE;
    const long double weight = ridge ? (long double)term->weight : 0.0L;
    const long double centre = ridge && term->centre ? (long double)term->centre[entry] : 0.0L;
    return (linear_rest){alpha + weight, alpha * old + weight * centre,
                         alpha * fabsl(old) + weight * fabsl(centre), 0.0L};
}

/* gamma_i sigma_i(W_i V_{i-1}) at (r, j), with the skip. */
static void bcd_linear_step_link(const bcd_linear_step *s, size_t layer, size_t r, size_t j,
                                 linear_rest *rest)
{
    const clarke_split *net = s->watch.bcd.net;
    const clarke_split_layer *l = &net->layer[layer];
    const double *w = clarke_split_block(net, s->watch.x, l->w);
    const double *v = clarke_split_input(net, s->watch.x, layer);
    long double z = 0.0L, size = 0.0L;
    for (size_t k = 0; k < l->in; k++) {
        const long double e = (long double)w[r + l->out * k] * (long double)v[k + l->in * j];
        z += e, size += fabsl(e);
    }
    const long double skip = l->skip ? (long double)v[r + l->in * j] : 0.0L;
    const long double level = clarke_bcd_sigma_value(&s->watch.bcd, layer, z) + skip;
    rest->q += (long double)l->gamma;
    rest->h += (long double)l->gamma * level;
    rest->size += (long double)l->gamma * (fabsl(level) + fabsl(skip));
    rest->error += (long double)l->gamma * linear_unit *
                   (((long double)l->in + 1.0L) * size + 4.0L * (1.0L + fabsl(level)));
}

/* The residual of entry r in units of its bound, and that of a step that did not move. */
static void bcd_linear_step_entry(const bcd_linear_step *s, const linear_row *row, size_t r,
                                  const linear_rest *rest, long double smooth, long double *worst,
                                  long double *size)
{
    const long double u = linear_unit, old = row->old[r * row->step], now = row->now[r * row->step],
                      tau = row->tau * smooth;
    const long double still = rest->q * old - s->right[r] - rest->h;
    const long double residual = (tau + rest->q) * (now - old) + still;
    const long double own = ((long double)(row->d + row->terms) + 10.0L) * u * tau *
                            (fabsl(old) + fabsl(now));
    const long double bound = 2.0L * (s->error[r] + rest->error + own +
                                      4.0L * u *
                                          ((tau + rest->q) * fabsl(now) + tau * fabsl(old) +
                                           fabsl(s->right[r]) + rest->size)) +
                              0x1p-1000L;
    const long double off = fabsl(residual) / bound;
    if (!(off <= *worst)) *worst = off;
    *size = fmaxl(*size, fabsl(still) / bound);
}

static void bcd_linear_step_weights(bcd_linear_step *s, const clarke_event *e)
{
    const clarke_split *net = s->watch.bcd.net;
    const size_t i = s->watch.block.layer;
    const clarke_split_layer *l = &net->layer[i];
    const double *v = clarke_split_block(net, s->watch.x, l->v);
    for (size_t r = 0; r < l->out; r++) {
        const linear_row row = {.layer = i,
                                .d = l->in,
                                .terms = net->samples,
                                .a = clarke_split_input(net, s->watch.x, i),
                                .a_term = l->in,
                                .a_entry = 1,
                                .c = v + r,
                                .c_step = l->out,
                                .old = clarke_split_block(net, s->watch.x, l->w) + r,
                                .now = clarke_split_block(net, e->after, l->w) + r,
                                .step = l->out,
                                .gamma = l->gamma,
                                .tau = s->watch.arg[CLARKE_BCD_ARG_TAU]};
        const long double smooth = bcd_linear_step_pulls(s, &row);
        long double worst = 0.0L, size = 0.0L;
        for (size_t c = 0; c < l->in; c++) {
            const linear_rest rest = bcd_linear_step_rest(s, &row, c, &l->w_term, c * l->out + r);
            bcd_linear_step_entry(s, &row, c, &rest, smooth, &worst, &size);
        }
        clarke_exact_add(&s->exact, e->k, (double)worst, 1.0, (double)size);
    }
}

static void bcd_linear_step_hidden(bcd_linear_step *s, const clarke_event *e)
{
    const clarke_split *net = s->watch.bcd.net;
    const size_t i = s->watch.block.layer;
    const clarke_split_layer *l = &net->layer[i], *next = l + 1;
    for (size_t j = 0; j < net->samples; j++) {
        const linear_row row = {.layer = i + 1,
                                .d = l->out,
                                .terms = next->out,
                                .a = clarke_split_block(net, s->watch.x, next->w),
                                .a_term = 1,
                                .a_entry = next->out,
                                .c = clarke_split_block(net, s->watch.x, next->v) + j * next->out,
                                .c_step = 1,
                                .old = clarke_split_block(net, s->watch.x, l->v) + j * l->out,
                                .now = clarke_split_block(net, e->after, l->v) + j * l->out,
                                .step = 1,
                                .gamma = next->gamma,
                                .tau = s->watch.arg[CLARKE_BCD_ARG_TAU]};
        const long double smooth = bcd_linear_step_pulls(s, &row);
        long double worst = 0.0L, size = 0.0L;
        for (size_t r = 0; r < l->out; r++) {
            linear_rest rest = bcd_linear_step_rest(s, &row, r, &l->v_term, j * l->out + r);
            bcd_linear_step_link(s, i, r, j, &rest);
            bcd_linear_step_entry(s, &row, r, &rest, smooth, &worst, &size);
        }
        clarke_exact_add(&s->exact, e->k, (double)worst, 1.0, (double)size);
    }
}

/* Whether the block that is read takes a prox-linear step: its sigma is smooth and not linear. */
static bool bcd_linear_step_applies(const clarke_bcd_watch *w)
{
    const clarke_split *net = w->bcd.net;
    const size_t layer = w->block.layer + (w->kind == CLARKE_BCD_INNER_V);
    if (!w->wanted || net->kind != CLARKE_SPLIT_TWO || layer > net->depth) return false;
    return w->bcd.sigma[layer] == CLARKE_BCD_SIGMOID || w->bcd.sigma[layer] == CLARKE_BCD_TANH;
}

static void bcd_linear_step_observe(clarke_measure *m, const clarke_event *e)
{
    bcd_linear_step *s = m->state;
    clarke_bcd_watch_read(&s->watch, e);
    if (s->watch.departed)
        clarke_exact_add(&s->exact, e->k, INFINITY, 1.0, 0.0);
    else if (bcd_linear_step_applies(&s->watch) && s->watch.kind == CLARKE_BCD_ANY_W)
        bcd_linear_step_weights(s, e);
    else if (bcd_linear_step_applies(&s->watch) && s->watch.kind == CLARKE_BCD_INNER_V)
        bcd_linear_step_hidden(s, e);
    clarke_bcd_watch_pass(&s->watch, e);
}

static void bcd_linear_step_end(clarke_measure *m, double *out)
{
    const bcd_linear_step *s = m->state;
    clarke_exact_end(&s->exact, out);
}

static const char *const bcd_linear_step_output[] = {CLARKE_EXACT_OUTPUTS};

const clarke_measure_desc clarke_measure_bcd_linear_step = {
    .title = "Residual of the prox-linear steps of two-splitting",
    .unit = "rounding bounds",
    .meaning =
        "of each row of W_i and column of V_i under a smooth activation: how far the step is "
        "from the minimiser of its linearised subproblem, in units of the derived bound",
    .cost = CLARKE_COST_PHASE,
    .outputs = CLARKE_EXACT_COUNT,
    .output = bcd_linear_step_output,
    .state_size = sizeof(bcd_linear_step),
    .begin = bcd_linear_step_begin,
    .observe = bcd_linear_step_observe,
    .end = bcd_linear_step_end,
};
