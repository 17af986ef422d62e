/* The per-step inequality of psi = f + phi(m)/tau (derived): with an exact gradient, alpha = 0,
   theta_k = tau eta_k, and v_{k+1} in d phi(m_{k+1}) the vector used,
     psi_{k+1} <= psi_k - eta_k <v_{k+1}, m_k> + (L/2) eta_k^2 |v_{k+1}|^2.
   Proof: the descent lemma; phi(m_{k+1}) <= phi(m_k) + <v_{k+1}, m_{k+1} - m_k> with
   m_{k+1} - m_k = theta_k (grad f - m_k), divided by tau; add. With d = x_{k+1} - x_k = -eta_k v the
   right side is <d, m_k> + (L/2) |d|^2: no division, d is formed from the stored iterates.
   arg[0] = tau (0: theta_0 / eta_0). The problem's L holds in its box: a step with an end outside is
   counted, not judged.

   Rounding, u = 2^-53, X = |x| + |x'| + sqrt(n) scale, c = 16 + 4 (n + terms):
     f' - f:   u c (|f| + |f'| + L X^2). Stated assumption: the value and the gradient are sums of at
               most n + terms parts of a few operations each, on data no larger than the start box,
               and a function with an L-Lipschitz gradient has parts of at most L X^2 + |f|;
     grad f:   u c L X, times |d|;
     phi:      (3 n + 8) u (phi + phi') / tau;
     v:        d = -eta v + delta with |delta| <= u (|x'| + (3 n + 12) |d|), times |g - m|;
     m_{k+1}:  8 u (|m| + |g| + |m'|) |d| / (eta tau), and 2 u |d| |g - m| for theta = tau eta.
   Their sum is doubled for second-order terms. */
#include "core/measure.h"
#include "verify/exact.h"

#include <math.h>
#include <string.h>

typedef struct {
    clarke_exact exact;
    size_t outside; /* steps not judged */
    bool done;      /* nothing more can be checked */
} lyapunov_step;

typedef struct {
    long double x, y, d, m, m2, g, gm, dm; /* norms; <d, m> */
} lyapunov_lengths;

static clarke_status lyapunov_step_begin(clarke_measure *m)
{
    lyapunov_step *s = m->state;
    clarke_exact_begin(&s->exact);
    /* Without a value or a constant L nothing is checked; the claim says why. */
    s->done = !m->problem->desc->value || !(m->problem->smoothness > 0.0);
    return CLARKE_OK;
}

static lyapunov_lengths lyapunov_step_lengths(const clarke_event *e, size_t n, const double *old,
                                              const double *now)
{
    lyapunov_lengths l = {0};
    for (size_t j = 0; j < n; j++) {
        const long double x = e->before[j], y = e->after[j], g = e->oracle->g[j];
        const long double a = old[j], b = now[j];
        l.x = hypotl(l.x, x);
        l.y = hypotl(l.y, y);
        l.d = hypotl(l.d, y - x);
        l.m = hypotl(l.m, a);
        l.m2 = hypotl(l.m2, b);
        l.g = hypotl(l.g, g);
        l.gm = hypotl(l.gm, g - a);
        l.dm += (y - x) * a;
    }
    return l;
}

/* The bound of the head comment. */
static long double lyapunov_step_rounding(const clarke_measure *m, const clarke_event *e,
                                          const lyapunov_lengths *l, long double values,
                                          long double phis, long double tau)
{
    const long double n = (long double)m->n, smooth = m->problem->smoothness;
    const long double parts = 16.0L + 4.0L * (n + (long double)m->problem->terms);
    const long double reach = l->x + l->y + sqrtl(n) * (long double)m->scale;
    const long double delta = l->y + (3.0L * n + 12.0L) * l->d;
    const long double sum =
        parts * (values + smooth * reach * reach) + parts * smooth * reach * l->d +
        (3.0L * n + 8.0L) * phis / tau + delta * l->gm +
        8.0L * (l->m + l->g + l->m2) * l->d / ((long double)e->eta * tau) + 2.0L * l->d * l->gm;
    return 2.0L * 0x1p-53L * sum + 0x1p-1070L;
}

static bool lyapunov_step_inside(const clarke_problem *p, const double *x)
{
    for (size_t j = 0; j < p->n; j++)
        if (!(p->box_low <= x[j] && x[j] <= p->box_high)) return false;
    return true;
}

static void lyapunov_step_observe(clarke_measure *m, const clarke_event *e)
{
    lyapunov_step *s = m->state;
    const clarke_problem *p = m->problem;
    const clarke_regularizer_desc *phi = m->form->phi;
    const double *old = NULL, *now = NULL;
    for (size_t i = 0; i < e->views; i++) {
        if (strcmp(e->view[i].name, "momentum") != 0) continue;
        now = e->view[i].value;
        old = e->view_before[i];
    }
    if (!now || s->done) return;
    const long double tau = m->arg[0] > 0.0
                                ? (long double)m->arg[0]
                                : (long double)m->clock->theta[0] / (long double)m->clock->eta[0];
    const lyapunov_lengths l = lyapunov_step_lengths(e, m->n, old, now);
    /* Beyond this, squares may overflow: the steps are too large. */
    s->done |= !(l.x <= 1e100L && l.m <= 1e100L && l.g <= 1e100L);
    if (s->done) return;
    if (!lyapunov_step_inside(p, e->before) || !lyapunov_step_inside(p, e->after)) {
        s->outside++;
        return;
    }
    const long double f = p->desc->value(p, e->before), f2 = p->desc->value(p, e->after);
    const long double a = phi->value(&m->form->opts, m->n, old);
    const long double b = phi->value(&m->form->opts, m->n, now);
    const long double curvature = 0.5L * (long double)p->smoothness * l.d * l.d;
    const long double excess = (f2 - f) + (b - a) / tau - l.dm - curvature;
    clarke_exact_add(&s->exact, e->k, (double)excess,
                     (double)lyapunov_step_rounding(m, e, &l, fabsl(f) + fabsl(f2), a + b, tau),
                     (double)(fabsl(l.dm) + curvature));
}

static void lyapunov_step_end(clarke_measure *m, double *out)
{
    const lyapunov_step *s = m->state;
    clarke_exact_end(&s->exact, out);
    out[CLARKE_EXACT_COUNT] = (double)s->outside;
}

static const char *const lyapunov_step_output[] = {CLARKE_EXACT_OUTPUTS, "outside"};

const clarke_measure_desc clarke_measure_lyapunov_step = {
    .title = "Decrease of the Lyapunov function in one step",
    .unit = "units of f",
    .meaning = "psi_{k+1} - psi_k + eta <v, m_k> - (L/2) eta^2 |v|^2, which is at most zero",
    .cost = CLARKE_COST_ITERATION,
    .needs = CLARKE_NEEDS_VIEWS_BEFORE | CLARKE_NEEDS_SGD_FORM | CLARKE_NEEDS_MOMENTUM |
             CLARKE_NEEDS_SMOOTH,
    .outputs = CLARKE_EXACT_COUNT + 1,
    .output = lyapunov_step_output,
    .state_size = sizeof(lyapunov_step),
    .begin = lyapunov_step_begin,
    .observe = lyapunov_step_observe,
    .end = lyapunov_step_end,
};
