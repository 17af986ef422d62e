/* What the agents' mean does at every step, whatever the network: with zbar = Z e / d,
     arg[0] = 0   xbar_{k+1} = xbar_k - eta_k vbar_k,
     arg[0] = 1   mbar_{k+1} = mbar_k - theta_k (mbar_k - gbar_k),
     arg[0] = 2   the tracker's mean is gbar_k.
   The first two need no more than W e = e. Their means are formed in long double from what was
   stored, so the error is the mean of the rows' errors E_i of verify/lib/agents_read.h. Summed over
   i, sum_i |W_ji| is at most s, the largest of the rows' sums of sizes: the mean of E_i is at most
     (d + 6) u s (1/d) sum_j (|z_j| + step |h_j|) + 4 u (1/d) sum_j step |h_j|;
   and rows that sum to 1 + e_j move the mean by (1/d) sum_j |e_j| (|z_j| + step |h_j|). For the
   tracker the errors of all steps so far add up. */
#include "verify/exact.h"
#include "verify/lib/agents_read.h"

#include <math.h>

typedef struct {
    clarke_exact exact;
    clarke_agents_reader reader;
    long double factor; /* (d + 6) u s + the rows' error, doubled */
    long double *drift; /* [dim] of the tracker, so far */
} agents_mean;

static clarke_status agents_mean_begin(clarke_measure *m)
{
    agents_mean *s = m->state;
    const clarke_network_rows *row = &m->network->row;
    long double most = 0.0L;
    clarke_exact_begin(&s->exact);
    for (size_t j = 0; j < m->agents; j++) {
        long double sum = 0.0L;
        for (size_t k = row->begin[j]; k < row->begin[j + 1]; k++)
            sum += fabsl((long double)row->weight[k]);
        most = fmaxl(most, sum);
    }
    /* Sums that are 1 to the rounding of their terms; a W that misses by more breaks W e = e. */
    const long double rows = fminl((long double)m->network->row_error, m->network->rounding);
    s->factor = 2.0L * (((long double)m->agents + 6.0L) * CLARKE_AGENTS_UNIT * most + rows);
    s->drift = clarke_alloc_array(m->mem, m->dim, sizeof *s->drift);
    CLARKE_TRY(clarke_arena_status(m->mem));
    for (size_t j = 0; j < m->dim; j++) s->drift[j] = 0.0L;
    return clarke_agents_begin(m, &s->reader);
}

static long double agents_mean_of(const clarke_agents_step *d, const double *z, size_t j, bool size)
{
    long double sum = 0.0L;
    for (size_t i = 0; z && i < d->agents; i++) {
        const long double entry = z[i * d->dim + j];
        sum += size ? fabsl(entry) : entry;
    }
    return sum / (long double)d->agents;
}

/* z <- A(z, step, a - b): the mean moves by -step times the mean of a - b. */
static void agents_mean_block(agents_mean *s, const clarke_agents_step *d, size_t k,
                              const double *z, const double *z1, double step, const double *a,
                              const double *b)
{
    long double worst = 0.0L, size = 0.0L;
    for (size_t j = 0; j < d->dim; j++) {
        const long double h = agents_mean_of(d, a, j, false) - agents_mean_of(d, b, j, false);
        const long double move = (long double)step *
                                 (agents_mean_of(d, a, j, true) + agents_mean_of(d, b, j, true));
        const long double bound = s->factor * (agents_mean_of(d, z, j, true) + move) +
                                  8.0L * CLARKE_AGENTS_UNIT * move + 0x1p-1060L;
        const long double left = agents_mean_of(d, z1, j, false) - agents_mean_of(d, z, j, false);
        const long double r = fabsl(left + (long double)step * h) / bound;
        if (isnan(r) || r > worst) worst = r;
        size = fmaxl(size, fabsl((long double)step * h) / bound);
    }
    clarke_exact_add(&s->exact, k, (double)worst, 1.0, (double)size);
}

static void agents_mean_tracker(agents_mean *s, const clarke_agents_step *d, size_t k)
{
    long double worst = 0.0L, size = 0.0L;
    for (size_t j = 0; j < d->dim; j++) {
        const long double terms = agents_mean_of(d, d->tracker0, j, true) +
                                  agents_mean_of(d, d->g, j, true) +
                                  (k > 0 ? agents_mean_of(d, d->g0, j, true) : 0.0L);
        s->drift[j] += s->factor * terms + 8.0L * CLARKE_AGENTS_UNIT * terms;
        const long double bound = s->drift[j] + 0x1p-1060L, g = agents_mean_of(d, d->g, j, false);
        const long double r = fabsl(agents_mean_of(d, d->tracker, j, false) - g) / bound;
        if (isnan(r) || r > worst) worst = r;
        size = fmaxl(size, fabsl(g) / bound);
    }
    clarke_exact_add(&s->exact, k, (double)worst, 1.0, (double)size);
}

static void agents_mean_observe(clarke_measure *m, const clarke_event *e)
{
    agents_mean *s = m->state;
    clarke_agents_step d;
    clarke_agents_read(m, e, &s->reader, &d);
    if (m->arg[0] == 0.0)
        agents_mean_block(s, &d, e->k, d.x, d.x1, d.eta, d.v, NULL);
    else if (m->arg[0] == 1.0 && d.m)
        agents_mean_block(s, &d, e->k, d.m, d.m1, d.theta, d.m, d.g);
    else if (m->arg[0] == 2.0 && d.tracker)
        agents_mean_tracker(s, &d, e->k);
}

static void agents_mean_end(clarke_measure *m, double *out)
{
    const agents_mean *s = m->state;
    clarke_exact_end(&s->exact, out);
}

static const char *const agents_mean_output[] = {CLARKE_EXACT_OUTPUTS};

const clarke_measure_desc clarke_measure_agents_mean = {
    .title = "The agents' mean against its own recursion",
    .unit = "rounding bounds",
    .meaning = "the departure of the mean of x, of the momentum or of the tracker from what the "
               "means of the step give, in units of the derived rounding bound",
    .cost = CLARKE_COST_ITERATION,
    .needs = CLARKE_NEEDS_VIEWS_BEFORE | CLARKE_NEEDS_AGENTS,
    .outputs = CLARKE_EXACT_COUNT,
    .output = agents_mean_output,
    .state_size = sizeof(agents_mean),
    .begin = agents_mean_begin,
    .observe = agents_mean_observe,
    .end = agents_mean_end,
};
