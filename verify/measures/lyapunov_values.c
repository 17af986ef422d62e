/* psi_k = f(x_k) + phi(m_k) / tau at up to 40 steps, evenly spaced in log k. arg[0] = tau
   (0: theta_0 / eta_0). Unused places are NaN. */
#include "core/measure.h"

enum { MARKS = 40 };

typedef struct {
    double tau, k[MARKS], psi[MARKS];
    size_t next, count;
} lyapunov_values;

static clarke_status lyapunov_values_begin(clarke_measure *m)
{
    lyapunov_values *s = m->state;
    s->tau = m->arg[0] > 0.0 ? m->arg[0] : m->clock->theta[0] / m->clock->eta[0];
    return CLARKE_OK;
}

static void lyapunov_values_observe(clarke_measure *m, const clarke_event *e)
{
    lyapunov_values *s = m->state;
    if (e->k < s->next || s->count == MARKS) return;
    const double *momentum = clarke_event_view(e, "momentum");
    const double ratio = pow((double)m->clock->steps, 1.0 / (MARKS - 1));
    s->next = (size_t)fmax((double)e->k + 1.0, ceil((double)(e->k + 1) * ratio) - 1.0);
    s->k[s->count] = (double)e->k + 1.0;
    s->psi[s->count++] =
        m->problem->desc->value(m->problem, e->after) +
        (momentum ? m->form->phi->value(&m->form->opts, m->n, momentum) / s->tau : 0.0);
}

static void lyapunov_values_end(clarke_measure *m, double *out)
{
    const lyapunov_values *s = m->state;
    for (size_t i = 0; i < MARKS; i++) {
        out[i] = i < s->count ? s->k[i] : NAN;
        out[MARKS + i] = i < s->count ? s->psi[i] : NAN;
    }
}

static const char *const lyapunov_values_outputs[2 * MARKS] = {
    "k1",    "k2",    "k3",    "k4",    "k5",    "k6",    "k7",    "k8",    "k9",    "k10",
    "k11",   "k12",   "k13",   "k14",   "k15",   "k16",   "k17",   "k18",   "k19",   "k20",
    "k21",   "k22",   "k23",   "k24",   "k25",   "k26",   "k27",   "k28",   "k29",   "k30",
    "k31",   "k32",   "k33",   "k34",   "k35",   "k36",   "k37",   "k38",   "k39",   "k40",
    "psi1",  "psi2",  "psi3",  "psi4",  "psi5",  "psi6",  "psi7",  "psi8",  "psi9",  "psi10",
    "psi11", "psi12", "psi13", "psi14", "psi15", "psi16", "psi17", "psi18", "psi19", "psi20",
    "psi21", "psi22", "psi23", "psi24", "psi25", "psi26", "psi27", "psi28", "psi29", "psi30",
    "psi31", "psi32", "psi33", "psi34", "psi35", "psi36", "psi37", "psi38", "psi39", "psi40"};

const clarke_measure_desc clarke_measure_lyapunov_values = {
    .title = "The Lyapunov function along a run",
    .unit = "units of f",
    .meaning = "psi_k = f(x_k) + phi(m_k) / tau at up to 40 steps, evenly spaced in log k",
    .cost = CLARKE_COST_CHECKPOINT,
    .needs = CLARKE_NEEDS_SGD_FORM,
    .outputs = 2 * MARKS,
    .output = lyapunov_values_outputs,
    .state_size = sizeof(lyapunov_values),
    .begin = lyapunov_values_begin,
    .observe = lyapunov_values_observe,
    .end = lyapunov_values_end,
};
