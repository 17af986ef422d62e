/* How far from stationary the augmented Lagrangian is at the end of each iteration of dlADMM, block by
   block, and Property 3 of Wang, Yu, Chen, Zhao (arXiv 1905.13611) with its constants written out.
   With x the new iterate, bar the one between the sweeps, k the old one, E_l = dL/dM_l, |.| Frobenius
   and |.|_2 an upper bound of the spectral norm, each gradient vanishes at the moment of its own
   forward step (W and a: equals theta or tau times the step), and what changes afterwards is bounded:
     W_l:  (theta + w |a|_2^2) |dW| + w |a|_2 (sqrt(N) |db| + |dz|), a = a_{l-1},
           and H |a|_2 |z_L - z_L^k| more in the last layer, whose dual has moved;
     b_l:  w sqrt(N) |dz|, and sqrt(N) H |z_L - z_L^k| more in the last layer;
     z_l:  nu |da|, for the distance to the limiting subdifferential (z_l was exactly minimised);
     a_l:  (tau + nu) |da| + |dW| |Ebar| + w |W|_2 (|dW| |a| + |Wbar|_2 |da| + sqrt(N) |db| + |dz|),
           nu |da| being for (z_l is new before a_l), W, b, z of layer l + 1, Ebar there when a_l
           moved, and H |W|_2 |z_L - z_L^k| more where l + 1 = L;
     z_L:  rho |r|, an equality, because u = -grad R(z_L).
   A penalty on W changes nothing: its subgradient is the one of the step.
   Rounding: the method's step is off by what verify/lib/dladmm_mirror.h says of its products. */
#include "verify/exact.h"
#include "verify/lib/dladmm_checks.h"
#include "verify/lib/dladmm_mirror.h"

#include <math.h>

enum {
    STATIONARITY_KKT_START,
    STATIONARITY_KKT_HALF,
    STATIONARITY_KKT_END,
    STATIONARITY_W,
    STATIONARITY_B,
    STATIONARITY_Z,
    STATIONARITY_A,
    STATIONARITY_LAST,
    STATIONARITY_R,
    STATIONARITY_GAP,
    STATIONARITY_RATIO,
    STATIONARITY_RECORDS
};

typedef struct {
    clarke_dladmm_mirror mirror;
    clarke_exact check[CLARKE_DLADMM_GRADIENT_COUNT];
    double record[STATIONARITY_RECORDS];
    double *old, *bar;                           /* [n] x^k, and the iterate between the sweeps */
    long double error[CLARKE_DLADMM_LAYERS_MAX]; /* |E_l| when a_{l-1} moves forward */
} stationarity;

static clarke_status dladmm_stationarity_begin(clarke_measure *m)
{
    stationarity *s = m->state;
    CLARKE_TRY(clarke_dladmm_mirror_begin(&s->mirror, m));
    s->old = clarke_vec(m->mem, m->n);
    s->bar = clarke_vec(m->mem, m->n);
    CLARKE_TRY(clarke_arena_status(m->mem));
    for (size_t i = 0; i < CLARKE_DLADMM_GRADIENT_COUNT; i++) clarke_exact_begin(&s->check[i]);
    s->record[STATIONARITY_KKT_START] = s->record[STATIONARITY_KKT_HALF] = NAN;
    return CLARKE_OK;
}

static long double dladmm_stationarity_norm(const double *x, const double *y, size_t n)
{
    long double sum = 0.0L;
    for (size_t i = 0; i < n; i++) {
        const long double e = (long double)x[i] - (y ? (long double)y[i] : 0.0L);
        sum += e * e;
    }
    return sqrtl(sum);
}

/* |A|_2 <= min(|A|, sqrt(|A|_1 |A|_inf)). */
static long double dladmm_stationarity_spectral(const double *a, size_t rows, size_t cols)
{
    long double column = 0.0L, row = 0.0L;
    for (size_t j = 0; j < cols; j++) {
        long double sum = 0.0L;
        for (size_t i = 0; i < rows; i++) sum += fabsl((long double)a[j * rows + i]);
        column = fmaxl(column, sum);
    }
    for (size_t i = 0; i < rows; i++) {
        long double sum = 0.0L;
        for (size_t j = 0; j < cols; j++) sum += fabsl((long double)a[j * rows + i]);
        row = fmaxl(row, sum);
    }
    return fminl(dladmm_stationarity_norm(a, NULL, rows * cols), sqrtl(row * column));
}

/* The change of block (l, kind) since the sweeps met. */
static long double dladmm_stationarity_moved(const stationarity *s, const double *x, size_t l,
                                             size_t kind)
{
    const size_t at = s->mirror.d->at[l][kind];
    return dladmm_stationarity_norm(x + at, s->bar + at, clarke_dladmm_count(s->mirror.d, l, kind));
}

static long double dladmm_stationarity_error(const stationarity *s, const double *x, size_t l)
{
    long double sum = 0.0L;
    for (size_t i = 0; i < clarke_dladmm_count(s->mirror.d, l, CLARKE_DLADMM_Z); i++) {
        const long double e = clarke_dladmm_error(&s->mirror, x, l, i);
        sum += e * e;
    }
    return sqrtl(sum);
}

/* What E_l of the method may be off by, and what N more products and sums of it add. */
static long double dladmm_stationarity_rounding(const stationarity *s, const double *x, size_t l)
{
    const size_t n = clarke_dladmm_count(s->mirror.d, l, CLARKE_DLADMM_Z);
    const long double off = s->mirror.drift[l] + 8.0L * 0x1p-53L * s->mirror.size[l];
    const long double terms = (long double)(s->mirror.d->samples + s->mirror.d->width[l + 1]) +
                              16.0L;
    return clarke_dladmm_weight(&s->mirror, l) * sqrtl((long double)n) * off +
           0x1p-53L * terms * (dladmm_stationarity_error(s, x, l) + s->error[l]);
}

static void dladmm_stationarity_add(stationarity *s, size_t check, size_t k, long double left,
                                    long double right, long double rounding)
{
    const double ratio = (double)(left / (right + rounding));
    clarke_exact_add(&s->check[check], k, (double)(left - right), (double)(rounding + 0x1p-1060L),
                     (double)right);
    if (!(ratio <= s->record[STATIONARITY_RATIO])) s->record[STATIONARITY_RATIO] = ratio;
}

/* The constant of the phase that moves (kind, layer) forward. */
static long double dladmm_stationarity_constant(const clarke_dladmm *d, const clarke_event *e,
                                                size_t l, size_t kind)
{
    const double *accepted = clarke_event_view(e, "accepted");
    clarke_dladmm_change c;
    for (size_t phase = 0; accepted && phase <= e->phase; phase++) {
        clarke_dladmm_order(d->layers, phase, &c);
        if (c.forward && c.layer == l && c.kind == kind) return (long double)accepted[phase];
    }
    return NAN;
}

/* |z_L^{k+1} - z_L^k| H in the last layer, 0 in the others. */
static long double dladmm_stationarity_dual(const stationarity *s, const double *x, size_t l)
{
    const clarke_dladmm *d = s->mirror.d;
    const size_t at = d->at[l][CLARKE_DLADMM_Z];
    if (l + 1 < d->layers) return 0.0L;
    return (long double)d->smoothness *
           dladmm_stationarity_norm(x + at, s->old + at,
                                    clarke_dladmm_count(d, l, CLARKE_DLADMM_Z));
}

static void dladmm_stationarity_layer(stationarity *s, const clarke_event *e, size_t l,
                                      long double left[5], long double *gap)
{
    const clarke_dladmm *d = s->mirror.d;
    const double *x = e->after, *before = clarke_dladmm_before(d, x, l);
    const long double w = clarke_dladmm_weight(&s->mirror, l),
                      root = sqrtl((long double)d->samples);
    const long double dw = dladmm_stationarity_moved(s, x, l, CLARKE_DLADMM_W);
    const long double db = dladmm_stationarity_moved(s, x, l, CLARKE_DLADMM_B);
    const long double dz = dladmm_stationarity_moved(s, x, l, CLARKE_DLADMM_Z);
    const long double dual = dladmm_stationarity_dual(s, x, l),
                      rounding = dladmm_stationarity_rounding(s, x, l);
    const long double a = dladmm_stationarity_spectral(before, d->width[l], d->samples);
    const long double theta = dladmm_stationarity_constant(d, e, l, CLARKE_DLADMM_W);
    const long double weights = dladmm_stationarity_norm(
        x + d->at[l][CLARKE_DLADMM_W], NULL, clarke_dladmm_count(d, l, CLARKE_DLADMM_W));
    const long double biases =
        dladmm_stationarity_norm(x + d->at[l][CLARKE_DLADMM_B], NULL, d->width[l + 1]);
    left[0] = clarke_dladmm_kkt_w(&s->mirror, x, l);
    left[1] = clarke_dladmm_kkt_b(&s->mirror, x, l);
    dladmm_stationarity_add(s, CLARKE_DLADMM_GRADIENT_WEIGHTS, e->k, left[0],
                            (theta + w * a * a) * dw + a * (w * root * db + w * dz + dual),
                            8.0L * a * rounding +
                                16.0L * 0x1p-53L * (theta + (long double)d->lambda) * weights);
    dladmm_stationarity_add(s, CLARKE_DLADMM_GRADIENT_BIASES, e->k, left[1], root * (w * dz + dual),
                            8.0L * root * rounding +
                                16.0L * 0x1p-53L * w * (long double)d->samples * biases);
    if (l + 1 == d->layers) return;
    const size_t n = clarke_dladmm_count(d, l, CLARKE_DLADMM_Z);
    const long double nu = s->mirror.nu, da = dladmm_stationarity_moved(s, x, l, CLARKE_DLADMM_A);
    const double *za = x + d->at[l][CLARKE_DLADMM_A];
    left[2] = clarke_dladmm_kkt_z(&s->mirror, x, l, gap);
    dladmm_stationarity_add(s, CLARKE_DLADMM_GRADIENT_HIDDEN, e->k, left[2], nu * da,
                            4.0L * rounding +
                                16.0L * nu * 0x1p-53L * dladmm_stationarity_norm(za, NULL, n));
    const size_t next = l + 1, *at = d->at[next];
    const double *wn = x + at[CLARKE_DLADMM_W];
    const long double v = clarke_dladmm_weight(&s->mirror, next);
    const long double spectral =
        dladmm_stationarity_spectral(wn, d->width[next + 1], d->width[next]);
    const long double bar = dladmm_stationarity_spectral(s->bar + at[CLARKE_DLADMM_W],
                                                         d->width[next + 1], d->width[next]);
    const long double moved = dladmm_stationarity_moved(s, x, next, CLARKE_DLADMM_W);
    const long double tau = dladmm_stationarity_constant(d, e, l, CLARKE_DLADMM_A);
    const long double size = dladmm_stationarity_norm(za, NULL, n);
    left[3] = clarke_dladmm_kkt_a(&s->mirror, x, l);
    dladmm_stationarity_add(
        s, CLARKE_DLADMM_GRADIENT_ACTIVATIONS, e->k, left[3],
        (tau + nu) * da + moved * s->error[next] +
            spectral * (v * (moved * size + bar * da +
                             root * dladmm_stationarity_moved(s, x, next, CLARKE_DLADMM_B) +
                             dladmm_stationarity_moved(s, x, next, CLARKE_DLADMM_Z)) +
                        dladmm_stationarity_dual(s, x, next)),
        8.0L * (spectral + bar) * dladmm_stationarity_rounding(s, x, next) +
            16.0L * 0x1p-53L * (tau + nu) * size);
}

static void dladmm_stationarity_iteration(stationarity *s, const clarke_measure *m,
                                          const clarke_event *e)
{
    const clarke_dladmm *d = s->mirror.d;
    long double total = 0.0L, block[5] = {0.0L}, gap = 0.0L, residual, rounding;
    for (size_t l = 0; l < d->layers; l++) {
        long double left[5] = {0.0L};
        dladmm_stationarity_layer(s, e, l, left, &gap);
        for (size_t i = 0; i < 4; i++) block[i] += left[i] * left[i];
    }
    block[4] = clarke_dladmm_kkt_last(&s->mirror, e->after, &residual, &rounding);
    const long double rho = s->mirror.rho;
    clarke_exact_add(&s->check[CLARKE_DLADMM_GRADIENT_OUTPUT], e->k,
                     (double)fabsl(block[4] - rho * residual), (double)rounding,
                     (double)(rho * residual));
    for (size_t i = 0; i < 4; i++) {
        s->record[STATIONARITY_W + i] = (double)sqrtl(block[i]);
        total += block[i];
    }
    total = sqrtl(total + block[4] * block[4] + residual * residual);
    s->record[STATIONARITY_LAST] = (double)block[4];
    s->record[STATIONARITY_R] = (double)residual;
    s->record[STATIONARITY_GAP] = (double)gap;
    s->record[STATIONARITY_KKT_END] = (double)total;
    if (e->k == 1) s->record[STATIONARITY_KKT_START] = (double)total;
    if (2 * (e->k + 1) <= m->clock->steps) s->record[STATIONARITY_KKT_HALF] = (double)total;
}

static void dladmm_stationarity_observe(clarke_measure *m, const clarke_event *e)
{
    stationarity *s = m->state;
    const size_t layers = s->mirror.d->layers;
    clarke_dladmm_change c;
    clarke_dladmm_order(layers, e->phase, &c);
    if (e->phase == 0) memcpy(s->old, s->mirror.x, m->n * sizeof *s->old);
    if (e->phase == 4 * layers - 1) memcpy(s->bar, s->mirror.x, m->n * sizeof *s->bar);
    clarke_dladmm_mirror_follow(&s->mirror, e);
    /* |Ebar| of the layer above: a_l has its new value, W, b, z above have not. */
    if (c.forward && c.kind == CLARKE_DLADMM_A && !c.last)
        s->error[c.layer + 1] = dladmm_stationarity_error(s, e->after, c.layer + 1);
    if (c.forward && c.layer == 0 && c.kind == CLARKE_DLADMM_W)
        s->error[0] = dladmm_stationarity_error(s, e->after, 0);
    if (!e->last_phase) return;
    const double *rho = clarke_event_view(e, "rho");
    /* The dual identity at both ends of the iteration is used: from k = 1 on, with the same rho. */
    if (e->k > 0 && rho && rho[0] == s->mirror.d->rho) dladmm_stationarity_iteration(s, m, e);
}

static void dladmm_stationarity_end(clarke_measure *m, double *out)
{
    const stationarity *s = m->state;
    for (size_t i = 0; i < CLARKE_DLADMM_GRADIENT_COUNT; i++)
        clarke_exact_end(&s->check[i], out + i * CLARKE_EXACT_COUNT);
    memcpy(out + CLARKE_DLADMM_GRADIENT_COUNT * CLARKE_EXACT_COUNT, s->record, sizeof s->record);
}

static const char *const dladmm_stationarity_output[] = {
#define STATIONARITY_CHECK(code, name)                                                             \
#name "_checked", #name "_resolved", #name "_violations", #name "_first_violation",            \
        #name "_worst", #name "_smallest_detectable", #name "_unresolvable",
    CLARKE_DLADMM_GRADIENTS(STATIONARITY_CHECK)
#undef STATIONARITY_CHECK
        "kkt_start",
    "kkt_half",
    "kkt_end",
    "kkt_w",
    "kkt_b",
    "kkt_z",
    "kkt_a",
    "kkt_output",
    "kkt_residual",
    "hidden_gap",
    "largest_ratio"};

const clarke_measure_desc clarke_measure_dladmm_stationarity = {
    .title = "Stationarity of the augmented Lagrangian in dlADMM",
    .unit = "units of the objective per unit of the block",
    .meaning =
        "Property 3 block by block with its constants; then the residual of the optimality "
        "conditions at the start, at half and at the end, by blocks, the amount by which hidden "
        "z lie above their global minimum, and the largest left over right side",
    .cost = CLARKE_COST_ITERATION,
    .outputs = sizeof dladmm_stationarity_output / sizeof *dladmm_stationarity_output,
    .output = dladmm_stationarity_output,
    .state_size = sizeof(stationarity),
    .begin = dladmm_stationarity_begin,
    .observe = dladmm_stationarity_observe,
    .end = dladmm_stationarity_end,
};
