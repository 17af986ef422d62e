/* rho, nu and where theta and tau begin, as dlADMM shows them in every phase, against the documented
   schedule (Wang, Yu, Chen, Zhao, arXiv 1905.13611, keep rho; their code multiplies it): before
   iteration k = 1, 2, ... rho and `initial` are multiplied by their factors, rho up to its largest, once
   if k is a multiple of arg[0], and once if the cost of the network after the iteration before has risen
   arg[1] times running (0: never). arg[2..4] = factor of rho, its largest value, factor of `initial`;
   arg[5] != 0: nu is rho; arg[6] = `initial` at the start.

   The cost is that of a pass through the network by W and b alone, formed here anew: with |a| the sizes
   of what is added, u = 2^-53, layer l errs by sum |W| (what comes in errs by) + (n + 4) u (sum |W| |a| +
   |b|), an activation multiplies that by its Lipschitz constant and adds 4 u of its value, and the loss
   errs by its Lipschitz constant times that, and by 8 (K + 4) u of itself for each sample. A change of
   the cost within that leaves open what the schedule does, and what follows is not resolved.
   A value after m multiplications errs by m u of itself; twice (m + 1) u is allowed. */
#include "core/dladmm.h"
#include "verify/exact.h"
#include "verify/lib/dladmm_mirror.h"

#include <math.h>
#include <string.h>

enum {
    SCHEDULE_EVERY,
    SCHEDULE_RISES,
    SCHEDULE_FACTOR,
    SCHEDULE_MOST,
    SCHEDULE_INITIAL_FACTOR,
    SCHEDULE_NU_IS_RHO,
    SCHEDULE_INITIAL
};

typedef struct {
    const clarke_dladmm *d;
    clarke_exact exact;
    long double rho, nu, initial;
    size_t grown, rises;
    bool open;                 /* a cost's change was within its rounding */
    long double cost, error;   /* after the iteration before; NAN before there is one */
    double *a, *next;          /* [widest] */
    double *a_error, *n_error; /* [widest] */
} dladmm_rho_law;

static clarke_status dladmm_rho_law_begin(clarke_measure *m)
{
    dladmm_rho_law *s = m->state;
    const clarke_dladmm *d = s->d = m->problem->dladmm;
    size_t widest = 0;
    if (!d)
        return clarke_fail(CLARKE_EINPUT, "dladmm_rho_law: %s has no split layers",
                           m->problem->spec);
    for (size_t l = 0; l <= d->layers; l++) widest = d->width[l] > widest ? d->width[l] : widest;
    s->a = clarke_vec(m->mem, widest), s->next = clarke_vec(m->mem, widest);
    s->a_error = clarke_vec(m->mem, widest), s->n_error = clarke_vec(m->mem, widest);
    s->rho = d->rho, s->nu = m->arg[SCHEDULE_NU_IS_RHO] != 0.0 ? d->rho : d->nu;
    s->initial = m->arg[SCHEDULE_INITIAL];
    s->cost = NAN;
    clarke_exact_begin(&s->exact);
    return clarke_arena_status(m->mem);
}

/* ---- the cost of the network ---- */

/* s->next = W_l s->a + b_l, with its error. */
static void dladmm_rho_law_layer(dladmm_rho_law *s, const double *x, size_t l)
{
    const clarke_dladmm *d = s->d;
    const size_t in = d->width[l], out = d->width[l + 1];
    const double *w = x + d->at[l][CLARKE_DLADMM_W], *b = x + d->at[l][CLARKE_DLADMM_B];
    for (size_t i = 0; i < out; i++) {
        long double sum = b[i], size = fabsl(sum), through = 0.0L;
        for (size_t k = 0; k < in; k++) {
            const long double e = (long double)w[k * out + i] * (long double)s->a[k];
            sum += e, size += fabsl(e);
            through += fabsl((long double)w[k * out + i]) * (long double)s->a_error[k];
        }
        s->next[i] = (double)sum;
        s->n_error[i] = (double)(through + ((long double)in + 4.0L) * 0x1p-53L * size);
    }
}

static void dladmm_rho_law_activate(dladmm_rho_law *s, size_t count)
{
    const clarke_dladmm *d = s->d;
    const double slope = d->activation->lipschitz(&d->opts);
    d->activation->value(&d->opts, count, s->next, s->a);
    for (size_t i = 0; i < count; i++)
        s->a_error[i] = slope * s->n_error[i] + 0x1p-51 * fabs(s->a[i]);
}

static void dladmm_rho_law_cost(dladmm_rho_law *s, const double *x, long double *cost,
                                long double *error)
{
    const clarke_dladmm *d = s->d;
    const size_t K = d->width[d->layers];
    *cost = *error = 0.0L;
    for (size_t j = 0; j < d->samples; j++) {
        const double *y = d->target + j * K;
        double target = 0.0, radius = 0.0, off = 0.0;
        memcpy(s->a, d->input + j * d->width[0], d->width[0] * sizeof *s->a);
        memset(s->a_error, 0, d->width[0] * sizeof *s->a_error);
        for (size_t l = 0; l < d->layers; l++) {
            dladmm_rho_law_layer(s, x, l);
            if (l + 1 < d->layers) dladmm_rho_law_activate(s, d->width[l + 1]);
        }
        for (size_t i = 0; i < K; i++) {
            target = hypot(target, y[i]);
            radius = hypot(radius, s->next[i] - y[i]);
            off = hypot(off, s->n_error[i]);
        }
        const double one = d->loss->value(K, 1, s->next, y);
        *cost += one;
        *error += d->loss->lipschitz(target, radius + off) * off +
                  8.0 * ((double)K + 4.0) * 0x1p-53 * fabs(one);
    }
    *error += (long double)d->samples * 0x1p-53L * *cost;
}

/* ---- the schedule ---- */

static void dladmm_rho_law_grow(dladmm_rho_law *s, const double *arg)
{
    s->rho = fminl(s->rho * (long double)arg[SCHEDULE_FACTOR], (long double)arg[SCHEDULE_MOST]);
    if (arg[SCHEDULE_NU_IS_RHO] != 0.0) s->nu = s->rho;
    s->initial *= (long double)arg[SCHEDULE_INITIAL_FACTOR];
    s->grown++;
}

/* At the end of iteration k: what holds in the next. */
static void dladmm_rho_law_next(dladmm_rho_law *s, const double *arg, size_t k, const double *x)
{
    const size_t every = (size_t)arg[SCHEDULE_EVERY], rises = (size_t)arg[SCHEDULE_RISES];
    if (rises > 0) {
        const long double before = s->cost, unsure = s->error;
        dladmm_rho_law_cost(s, x, &s->cost, &s->error);
        if (fabsl(s->cost - before) <= s->error + unsure) s->open = true;
        s->rises = s->cost > before ? s->rises + 1 : 0;
    }
    if (every > 0 && (k + 1) % every == 0) dladmm_rho_law_grow(s, arg);
    if (rises > 0 && s->rises >= rises) dladmm_rho_law_grow(s, arg);
}

/* In units of its bound. */
static double dladmm_rho_law_off(const double *view, long double expected, size_t grown)
{
    const long double bound = 2.0L * ((long double)grown + 1.0L) * 0x1p-53L * expected;
    return view ? (double)(fabsl((long double)*view - expected) / bound) : INFINITY;
}

static void dladmm_rho_law_observe(clarke_measure *m, const clarke_event *e)
{
    dladmm_rho_law *s = m->state;
    const double off[3] = {
        dladmm_rho_law_off(clarke_event_view(e, "rho"), s->rho, s->grown),
        dladmm_rho_law_off(clarke_event_view(e, "nu"), s->nu, s->grown),
        dladmm_rho_law_off(clarke_event_view(e, "initial"), s->initial, s->grown)};
    double worst = 0.0;
    for (size_t i = 0; i < 3; i++)
        if (!(off[i] <= worst)) worst = off[i];
    if (s->open)
        clarke_exact_add(&s->exact, e->k, 0.0, 1.0, 0.0);
    else
        clarke_exact_add(&s->exact, e->k, worst, 1.0, 0x1p52);
    if (e->last_phase) dladmm_rho_law_next(s, m->arg, e->k, e->after);
}

static void dladmm_rho_law_end(clarke_measure *m, double *out)
{
    const dladmm_rho_law *s = m->state;
    clarke_exact_end(&s->exact, out);
    out[CLARKE_EXACT_COUNT] = (double)s->grown;
}

static const char *const dladmm_rho_law_output[] = {CLARKE_EXACT_OUTPUTS, "grown"};

const clarke_measure_desc clarke_measure_dladmm_rho_law = {
    .title = "rho, nu and the first theta against their schedule",
    .unit = "rounding bounds",
    .meaning =
        "the largest departure of what the method shows in a phase, in units of its rounding "
        "bound; how often the schedule multiplied",
    .cost = CLARKE_COST_PHASE,
    .outputs = CLARKE_EXACT_COUNT + 1,
    .output = dladmm_rho_law_output,
    .state_size = sizeof(dladmm_rho_law),
    .begin = dladmm_rho_law_begin,
    .observe = dladmm_rho_law_observe,
    .end = dladmm_rho_law_end,
};
