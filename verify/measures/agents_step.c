/* Conformance of a decentralised method with its step (Zhang, Xiao, Liu, arXiv 2403.11565),
   recomputed from the oracles' records and the views by the rows of W (verify/lib/agents_read.h
   holds the formulas and the rounding bound). arg[0]: 0 the iterate, 1 the momentum, 2 the tracker:
     x_{k+1} = A(x_k, eta_k, v_k), v_k = g_k, the tracker, or an element of d phi(m_k or m_{k+1}),
     m_{k+1} = A(m_k, theta_k, m_k - g_k),
     v_0 = g_0, v_k = mix(v_{k-1}) + g_k - g_{k-1}.
   arg[1] = N > 0 judges the first N steps and every 1024th after them only. That the oracles were
   asked once, at their agents' rows bit by bit, is part of each check. The element of d phi is the
   selection's; phi's residual, which shares no code with it, says that it is one. */
#include "core/registry.h"
#include "verify/exact.h"
#include "verify/lib/agents_read.h"

#include <math.h>
#include <string.h>

typedef struct {
    clarke_exact exact;
    clarke_agents_reader reader;
    long double *want, *bound; /* [n] */
} agents_step;

static clarke_status agents_step_begin(clarke_measure *m)
{
    agents_step *s = m->state;
    clarke_exact_begin(&s->exact);
    s->want = clarke_alloc_array(m->mem, m->n, sizeof *s->want);
    s->bound = clarke_alloc_array(m->mem, m->n, sizeof *s->bound);
    return clarke_agents_begin(m, &s->reader);
}

/* The worst entry in units of its bound; the largest movement in units of it. */
static void agents_step_compare(agents_step *s, const clarke_agents_step *d, size_t k,
                                const double *before, const double *after)
{
    long double worst = 0.0L, size = 0.0L;
    for (size_t c = 0; c < d->n; c++) {
        const long double r = fabsl((long double)after[c] - s->want[c]) / s->bound[c];
        if (isnan(r) || r > worst) worst = r;
        size = fmaxl(size, fabsl(s->want[c] - (long double)before[c]) / s->bound[c]);
    }
    clarke_exact_add(&s->exact, k, (double)worst, 1.0, (double)size);
}

/* dist(v, d phi(u)) of every agent: the residual's lengths are n successive hypotenuses. */
static bool agents_step_in_field(const clarke_measure *m, const clarke_agents_step *d)
{
    const clarke_sgd_form *mean = &m->dsm->mean;
    const double *from = mean->old_momentum ? d->m : d->m1;
    for (size_t i = 0; d->m && i < d->agents; i++) {
        const double *v = d->v + i * d->dim;
        long double length = 0.0L;
        for (size_t j = 0; j < d->dim; j++) length = hypotl(length, (long double)v[j]);
        const double r = mean->phi->residual(&mean->opts, d->dim, from + i * d->dim, v);
        const long double bound = (3.0L * (long double)d->dim + 8.0L) * CLARKE_AGENTS_UNIT * length;
        if (!((long double)r <= bound)) return false;
    }
    return true;
}

static void agents_step_iterate(clarke_measure *m, const clarke_agents_step *d, size_t k)
{
    agents_step *s = m->state;
    if (!agents_step_in_field(m, d)) {
        clarke_exact_add(&s->exact, k, INFINITY, 1.0, 0.0);
        return;
    }
    clarke_agents_expect(&s->reader, d, d->x, d->eta, d->v, NULL, true, s->want, s->bound);
    agents_step_compare(s, d, k, d->x, d->x1);
}

/* v = mix(v) + (g - g_old) is A(v, -1, g - g_old) with combination first. */
static void agents_step_tracker(clarke_measure *m, const clarke_agents_step *d, size_t k)
{
    agents_step *s = m->state;
    if (k == 0) {
        for (size_t c = 0; c < d->n; c++) {
            s->want[c] = m->dsm->tracker_from_zero ? 0.0L : (long double)d->g[c];
            s->bound[c] = 0x1p-1060L;
        }
        agents_step_compare(s, d, k, d->tracker0, d->tracker);
        return;
    }
    clarke_dsm_form combine = *m->dsm;
    combine.adapt_first = false;
    s->reader.form = &combine;
    clarke_agents_expect(&s->reader, d, d->tracker0, 1.0, d->g0, d->g, !m->dsm->tracker_unmixed,
                         s->want, s->bound);
    s->reader.form = m->dsm;
    agents_step_compare(s, d, k, d->tracker0, d->tracker);
}

static void agents_step_observe(clarke_measure *m, const clarke_event *e)
{
    agents_step *s = m->state;
    clarke_agents_step d;
    clarke_agents_read(m, e, &s->reader, &d);
    if (m->arg[1] > 0.0 && (double)e->k >= m->arg[1] && e->k % 1024 != 0) return;
    if (!d.conforms) {
        clarke_exact_add(&s->exact, e->k, INFINITY, 1.0, 0.0);
    } else if (m->arg[0] == 0.0) {
        agents_step_iterate(m, &d, e->k);
    } else if (m->arg[0] == 1.0 && d.m) {
        clarke_agents_expect(&s->reader, &d, d.m, d.theta, d.m, d.g, !m->dsm->momentum_unmixed,
                             s->want, s->bound);
        agents_step_compare(s, &d, e->k, d.m, d.m1);
    } else if (m->arg[0] == 2.0 && d.tracker) {
        agents_step_tracker(m, &d, e->k);
    }
}

static void agents_step_end(clarke_measure *m, double *out)
{
    const agents_step *s = m->state;
    const clarke_dsm_form *f = m->dsm;
    const double fact[] = {NAN,
                           f->mean.opts.threshold,
                           f->momentum,
                           f->tracker,
                           f->adapt_first,
                           f->mean.old_momentum,
                           f->tracker_unmixed,
                           f->tracker_from_zero,
                           f->momentum_unmixed};
    clarke_exact_end(&s->exact, out);
    memcpy(out + CLARKE_EXACT_COUNT, fact, sizeof fact);
    for (size_t i = 0; i < clarke_regularizers.count; i++)
        if (clarke_regularizers.entry[i].desc == f->mean.phi) out[CLARKE_EXACT_COUNT] = (double)i;
}

static const char *const agents_step_output[] = {CLARKE_EXACT_OUTPUTS,
                                                 "phi",
                                                 "threshold",
                                                 "momentum",
                                                 "tracker",
                                                 "adapt_first",
                                                 "old_momentum",
                                                 "tracker_unmixed",
                                                 "tracker_from_zero",
                                                 "momentum_unmixed"};

const clarke_measure_desc clarke_measure_agents_step = {
    .title = "Distance of a decentralised step from the paper's step",
    .unit = "rounding bounds",
    .meaning = "the largest entry of x_{k+1}, m_{k+1} or v_k minus its formula, in units of the "
               "derived rounding bound",
    .cost = CLARKE_COST_ITERATION,
    .needs = CLARKE_NEEDS_VIEWS_BEFORE | CLARKE_NEEDS_AGENTS,
    .outputs = sizeof agents_step_output / sizeof agents_step_output[0],
    .output = agents_step_output,
    .state_size = sizeof(agents_step),
    .begin = agents_step_begin,
    .observe = agents_step_observe,
    .end = agents_step_end,
};
