/* The recursion of the consensus error, of one block Z at every step:
     |Z_perp(k+1)|_F <= lambda |Z_perp(k)|_F + step |H_perp|_F,   Z_perp = Z (I - J),
   or lambda (|Z_perp| + step |H_perp|) for a method that adapts first. arg[0]: 0 the iterate with H
   = v_k, 1 the momentum with H = m_k - g_k, 2 the tracker, v_k = mix(v_{k-1}) + g_k - g_{k-1}.

   Norms are taken in long double from what was stored. With E the rows' rounding bound of
   verify/lib/agents_read.h, the left side errs by at most |E|_F; the number lambda by the network's
   own lambda_error; columns that sum to 1 + e_i add |zbar| |e|_2 <= d |zbar| column_error. The norms
   themselves err by less than n 2^-64 relative. "tightness" is the largest left / right. */
#include "verify/exact.h"
#include "verify/lib/agents_read.h"

#include <math.h>

typedef struct {
    clarke_exact exact;
    clarke_agents_reader reader;
    long double *want, *bound, *perp; /* [n] */
    double tightness;
} agents_consensus;

static clarke_status agents_consensus_begin(clarke_measure *m)
{
    agents_consensus *s = m->state;
    clarke_exact_begin(&s->exact);
    s->want = clarke_alloc_array(m->mem, m->n, sizeof *s->want);
    s->bound = clarke_alloc_array(m->mem, m->n, sizeof *s->bound);
    s->perp = clarke_alloc_array(m->mem, m->n, sizeof *s->perp);
    return clarke_agents_begin(m, &s->reader);
}

/* |(a - b)_perp|_F; b may be NULL. *mean = the length of the mean. */
static long double agents_consensus_perp(const clarke_agents_step *d, const double *a,
                                         const double *b, long double *mean)
{
    long double squares = 0.0L, length = 0.0L;
    for (size_t j = 0; j < d->dim; j++) {
        long double sum = 0.0L;
        for (size_t i = 0; i < d->agents; i++)
            sum += (long double)a[i * d->dim + j] - (b ? (long double)b[i * d->dim + j] : 0.0L);
        const long double average = sum / (long double)d->agents;
        length = hypotl(length, average);
        for (size_t i = 0; i < d->agents; i++) {
            const size_t c = i * d->dim + j;
            const long double gap = (long double)a[c] - (b ? (long double)b[c] : 0.0L) - average;
            squares += gap * gap;
        }
    }
    *mean = length;
    return sqrtl(squares);
}

static void agents_consensus_block(clarke_measure *m, const clarke_agents_step *d, size_t k,
                                   const double *z, const double *z1, double step, const double *a,
                                   const double *b, bool first)
{
    agents_consensus *s = m->state;
    const long double lambda = m->network->lambda, unit = 0x1p-60L * (long double)d->n;
    long double mean, other, rounding = 0.0L;
    const long double left = agents_consensus_perp(d, z1, NULL, &other);
    const long double before = agents_consensus_perp(d, z, NULL, &mean);
    const long double push = (long double)step * agents_consensus_perp(d, a, b, &other);
    const long double right = first ? lambda * (before + push) : lambda * before + push;
    clarke_agents_expect(&s->reader, d, z, step, a, b, true, s->want, s->bound);
    for (size_t c = 0; c < d->n; c++) rounding += s->bound[c] * s->bound[c];
    rounding = sqrtl(rounding) + (long double)m->network->lambda_error * (before + push) +
               (long double)d->agents * (mean + (long double)step * other) *
                   (long double)fmin(m->network->column_error, m->network->rounding) +
               unit * (left + right);
    if (right > 0.0L) s->tightness = fmax(s->tightness, (double)(left / right));
    clarke_exact_add(&s->exact, k, (double)(left - right), (double)rounding, (double)right);
}

static void agents_consensus_observe(clarke_measure *m, const clarke_event *e)
{
    agents_consensus *s = m->state;
    clarke_agents_step d;
    clarke_agents_read(m, e, &s->reader, &d);
    const bool first = m->dsm->adapt_first;
    if (m->arg[0] == 0.0) {
        agents_consensus_block(m, &d, e->k, d.x, d.x1, d.eta, d.v, NULL, first);
    } else if (m->arg[0] == 1.0 && d.m) {
        agents_consensus_block(m, &d, e->k, d.m, d.m1, d.theta, d.m, d.g, first);
    } else if (m->arg[0] == 2.0 && d.tracker && e->k > 0) {
        agents_consensus_block(m, &d, e->k, d.tracker0, d.tracker, 1.0, d.g0, d.g, false);
    }
}

static void agents_consensus_end(clarke_measure *m, double *out)
{
    const agents_consensus *s = m->state;
    clarke_exact_end(&s->exact, out);
    out[CLARKE_EXACT_COUNT] = s->tightness;
}

static const char *const agents_consensus_output[] = {CLARKE_EXACT_OUTPUTS, "tightness"};

const clarke_measure_desc clarke_measure_agents_consensus = {
    .title = "The consensus error against its recursion",
    .unit = "rounding bounds",
    .meaning = "|Z_perp(k+1)| minus lambda |Z_perp(k)| + step |H_perp|, in units of the derived "
               "rounding bound",
    .cost = CLARKE_COST_ITERATION,
    .needs = CLARKE_NEEDS_VIEWS_BEFORE | CLARKE_NEEDS_AGENTS,
    .outputs = sizeof agents_consensus_output / sizeof agents_consensus_output[0],
    .output = agents_consensus_output,
    .state_size = sizeof(agents_consensus),
    .begin = agents_consensus_begin,
    .observe = agents_consensus_observe,
    .end = agents_consensus_end,
};
