/* Conformance of an SGD-type method with the step of Xiao, Hu, Toh (arXiv 2307.10053), recomputed
   from the oracle's recorded answer g_k and the views of the momentum:
     m_{k+1} = (1 - theta_k) m_k + theta_k g_k,
     v_k := -(x_{k+1} - (1 - eta_k lambda) x_k) / eta_k - alpha g_k  is in  d phi(u_k).
   arg[0] = 0 judges the direction, 1 the momentum; arg[1] = N > 0 judges the first N steps and every
   1024th after them only, for claims that have the step as a hypothesis. Both also ask that the oracle was called once,
   at x_k bit by bit, and that the step sizes are the clock's.

   u = 2^-53 below. Sums are in long double, whose own error (2^-64) is absorbed by the factor 2.
   Momentum. m - theta (m - g) errs by 2 u theta |m - g| + u |m'|; Lion's b m + (1 - b) g with
   b = max(1 - (1 - beta) / eta_0 eta, beta) rounded by at most 4 u errs by 7 u (|m| + |g|). Bound:
   8 u (|m| + |g| + |m'|).
   Direction. In x' = keep x - eta w, w = v + alpha g: keep = 1 - eta lambda errs by
   u (eta lambda + |keep|), keep x by u |keep x|, w by u (alpha |g| + |w|), eta w by u eta |w|, the
   difference by u |x'|. Twice their sum E covers other orders of the same operations; v errs by
   E / eta. v itself, if phi has a norm, errs by (n/2 + 3) u |v|, and the residual function, whose
   lengths are n successive hypotenuses, by (2 n + 5) u |v|: together (3 n + 8) u |v|.
   Momentum u_k = m_{k+1} (or m_k) is read from the view, so that its own rounding plays no role at
   a kink of phi; Lion's interpolated u_k is not, and where |u_k| is below its rounding bound
   8 u (|m| + |g|) every element of d phi(0) is accepted. */
#include "core/measure.h"
#include "core/registry.h"
#include "verify/exact.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define SGD_STEP_UNIT 0x1p-53L
/* The sum of the few underflow errors of one step. */
#define SGD_STEP_TINY 0x1p-1070L
/* Beyond this the squares of a norm may overflow: what follows is not judged. */
#define SGD_STEP_LARGE 1e150

typedef struct {
    clarke_exact exact;
    double *u, *v, *bound; /* [n] */
    bool done;             /* the run has overflowed */
} sgd_step;

/* One step as it is read from an event. m is NULL for a memoryless method. */
typedef struct {
    const double *x, *y, *g, *old, *m;
    long double eta, theta, interpolation;
} sgd_step_data;

static clarke_status sgd_step_begin(clarke_measure *m)
{
    sgd_step *s = m->state;
    clarke_exact_begin(&s->exact);
    s->u = clarke_vec(m->mem, m->n);
    s->v = clarke_vec(m->mem, m->n);
    s->bound = clarke_vec(m->mem, m->n);
    return clarke_arena_status(m->mem);
}

static long double sgd_step_beta(const clarke_measure *m, const clarke_event *e, double beta)
{
    const long double b = (long double)beta, eta0 = (long double)m->clock->eta[0];
    if (m->form->beta_constant) return b;
    return fmaxl(1.0L - (1.0L - b) * (long double)e->eta / eta0, b);
}

static sgd_step_data sgd_step_read(const clarke_measure *m, const clarke_event *e)
{
    sgd_step_data d = {
        .x = e->before, .y = e->after, .g = e->oracle->g, .eta = e->eta, .theta = e->theta};
    for (size_t i = 0; i < e->views; i++) {
        if (strcmp(e->view[i].name, "momentum") != 0) continue;
        d.m = e->view[i].value;
        d.old = e->view_before[i];
    }
    if (m->form->memoryless) d.theta = 1.0L;
    if (m->form->first_gradient && e->k == 0) d.theta = 1.0L;
    if (m->form->interpolated) {
        d.theta = 1.0L - sgd_step_beta(m, e, m->form->beta2);
        d.interpolation = 1.0L - sgd_step_beta(m, e, m->form->beta1);
    }
    return d;
}

static bool sgd_step_in_range(const clarke_measure *m, const sgd_step_data *d)
{
    for (size_t j = 0; j < m->n; j++) {
        if (!(fabs(d->x[j]) <= SGD_STEP_LARGE && fabs(d->g[j]) <= SGD_STEP_LARGE)) return false;
        if (d->old && !(fabs(d->old[j]) <= SGD_STEP_LARGE)) return false;
    }
    return true;
}

static bool sgd_step_asked_once(const clarke_measure *m, const clarke_event *e)
{
    return memcmp(e->oracle->x, e->before, m->n * sizeof(double)) == 0 &&
           e->oracle->calls == e->k + 1 && e->eta == m->clock->eta[e->k] &&
           e->theta == m->clock->theta[e->k];
}

static long double sgd_step_momentum_bound(const sgd_step_data *d, size_t j)
{
    const long double sum = fabsl((long double)d->old[j]) + fabsl((long double)d->g[j]) +
                            fabsl((long double)d->m[j]);
    return 8.0L * SGD_STEP_UNIT * sum + SGD_STEP_TINY;
}

/* The larger; NaN, once there, stays. */
static long double sgd_step_worse(long double a, long double b)
{
    return isnan(b) || b > a ? b : a;
}

/* The worst coordinate in units of its bound, and the largest movement in units of it. */
static void sgd_step_momentum(clarke_measure *m, const clarke_event *e, const sgd_step_data *d)
{
    sgd_step *s = m->state;
    long double worst = 0.0L, size = 0.0L;
    for (size_t j = 0; j < m->n; j++) {
        const long double old = d->old[j], g = d->g[j], now = d->m[j];
        const long double bound = sgd_step_momentum_bound(d, j);
        const long double r = fabsl(now - ((1.0L - d->theta) * old + d->theta * g)) / bound;
        worst = sgd_step_worse(worst, r);
        size = fmaxl(size, d->theta * fabsl(g - old) / bound);
    }
    clarke_exact_add(&s->exact, e->k, (double)worst, 1.0, (double)size);
}

/* The named wrong variant: the sample's phi is averaged, (m' - (1 - theta) m) / theta is in
   d phi(g). */
static void sgd_step_sample(clarke_measure *m, const clarke_event *e, const sgd_step_data *d)
{
    sgd_step *s = m->state;
    long double bound = 0.0L, length = 0.0L;
    for (size_t j = 0; j < m->n; j++) {
        const long double old = d->old[j], now = d->m[j];
        const long double a = (now - (1.0L - d->theta) * old) / d->theta;
        s->v[j] = (double)a;
        bound = hypotl(bound, sgd_step_momentum_bound(d, j) / d->theta);
        length = hypotl(length, a);
    }
    bound += (3.0L * (long double)m->n + 8.0L) * SGD_STEP_UNIT * length;
    const double r = m->form->phi->residual(&m->form->opts, m->n, d->g, s->v);
    clarke_exact_add(&s->exact, e->k, r, (double)bound, (double)length);
}

/* v and its error bound, into s->v and s->bound; returns the length of what x moved by, over eta. */
static void sgd_step_recover(clarke_measure *m, const sgd_step_data *d)
{
    sgd_step *s = m->state;
    const long double lambda = m->form->weight_decay, alpha = m->form->alpha;
    const long double keep = 1.0L - d->eta * lambda;
    const long double norms = m->form->phi->separable ? 4.0L : 3.0L * (long double)m->n + 8.0L;
    for (size_t j = 0; j < m->n; j++) {
        const long double x = d->x[j], y = d->y[j], g = d->g[j];
        const long double w = (keep * x - y) / d->eta, v = w - alpha * g;
        const long double e = d->eta * lambda * fabsl(x) + 2.0L * fabsl(keep * x) + fabsl(y) +
                              d->eta * (alpha * fabsl(g) + 2.0L * fabsl(w));
        s->v[j] = (double)v;
        s->bound[j] = (double)(2.0L * SGD_STEP_UNIT * e / d->eta +
                               norms * SGD_STEP_UNIT * fabsl(v) + SGD_STEP_TINY / d->eta);
    }
}

/* The argument of d phi, into s->u. */
static void sgd_step_argument(clarke_measure *m, const sgd_step_data *d)
{
    sgd_step *s = m->state;
    const double *from = !d->m ? d->g : m->form->old_momentum ? d->old : d->m;
    memcpy(s->u, from, m->n * sizeof *s->u);
    for (size_t j = 0; m->form->interpolated && j < m->n; j++) {
        const long double old = d->old[j], g = d->g[j];
        const long double value = (1.0L - d->interpolation) * old + d->interpolation * g;
        const bool unsure = fabsl(value) <= 8.0L * SGD_STEP_UNIT * (fabsl(old) + fabsl(g));
        s->u[j] = unsure ? 0.0 : (double)value;
    }
}

static double sgd_step_size(const clarke_measure *m, const sgd_step_data *d, size_t j)
{
    const long double keep = 1.0L - d->eta * (long double)m->form->weight_decay;
    return (double)((keep * (long double)d->x[j] - (long double)d->y[j]) / d->eta);
}

static void sgd_step_direction(clarke_measure *m, const clarke_event *e, const sgd_step_data *d)
{
    sgd_step *s = m->state;
    const clarke_regularizer_desc *phi = m->form->phi;
    long double worst = 0.0L;
    double size = 0.0, bound = 0.0, length = 0.0;
    const bool whole = !phi->separable && !m->form->per_sample;
    for (size_t j = 0; whole && j < m->n; j++) {
        bound = hypot(bound, s->bound[j]);
        length = hypot(length, sgd_step_size(m, d, j));
    }
    /* Separable: coordinate by coordinate, so that a large one does not hide a small one. The
       averaged samples of the wrong variant are used as they are. */
    for (size_t j = 0; j < m->n; j++) {
        double r = m->form->per_sample ? fabs(s->v[j] - s->u[j]) : 0.0;
        if (!m->form->per_sample && phi->separable)
            r = phi->residual(&m->form->opts, 1, &s->u[j], &s->v[j]);
        worst = sgd_step_worse(worst, (long double)r / (long double)s->bound[j]);
        size = fmax(size, fabs(sgd_step_size(m, d, j)) / s->bound[j]);
    }
    if (whole) {
        worst = (long double)phi->residual(&m->form->opts, m->n, s->u, s->v) / (long double)bound;
        size = length / bound;
    }
    clarke_exact_add(&s->exact, e->k, (double)worst, 1.0, size);
}

static void sgd_step_observe(clarke_measure *m, const clarke_event *e)
{
    sgd_step *s = m->state;
    if (m->arg[1] > 0.0 && (double)e->k >= m->arg[1] && e->k % 1024 != 0) return;
    const sgd_step_data d = sgd_step_read(m, e);
    s->done |= !sgd_step_in_range(m, &d);
    if (s->done) return;
    const bool has_view = m->form->memoryless || d.m != NULL;
    if (!has_view || !sgd_step_asked_once(m, e)) {
        clarke_exact_add(&s->exact, e->k, INFINITY, 1.0, 0.0);
        return;
    }
    if (m->arg[0] == 0.0) {
        sgd_step_recover(m, &d);
        sgd_step_argument(m, &d);
        sgd_step_direction(m, e, &d);
    } else if (d.m && m->form->per_sample) {
        sgd_step_sample(m, e, &d);
    } else if (d.m) {
        sgd_step_momentum(m, e, &d);
    }
}

static void sgd_step_end(clarke_measure *m, double *out)
{
    const sgd_step *s = m->state;
    const clarke_sgd_form *f = m->form;
    const double fact[] = {NAN,           f->alpha,        f->weight_decay,   f->opts.threshold,
                           f->beta1,      f->beta2,        f->interpolated,   f->beta_constant,
                           f->memoryless, f->old_momentum, f->first_gradient, f->per_sample};
    clarke_exact_end(&s->exact, out);
    memcpy(out + CLARKE_EXACT_COUNT, fact, sizeof fact);
    for (size_t i = 0; i < clarke_regularizers.count; i++)
        if (clarke_regularizers.entry[i].desc == f->phi) out[CLARKE_EXACT_COUNT] = (double)i;
}

static const char *const sgd_step_output[] = {
    CLARKE_EXACT_OUTPUTS, "phi",        "alpha",        "weight_decay",
    "threshold",          "beta1",      "beta2",        "interpolated",
    "beta_constant",      "memoryless", "old_momentum", "first_gradient",
    "per_sample"};

const clarke_measure_desc clarke_measure_sgd_step = {
    .title = "Distance of a step from the paper's step",
    .unit = "rounding bounds",
    .meaning = "the distance of v_k from d phi(u_k), or of m_{k+1} from its formula, in units of "
               "the derived rounding bound",
    .cost = CLARKE_COST_ITERATION,
    .needs = CLARKE_NEEDS_VIEWS_BEFORE | CLARKE_NEEDS_SGD_FORM,
    .outputs = sizeof sgd_step_output / sizeof sgd_step_output[0],
    .output = sgd_step_output,
    .state_size = sizeof(sgd_step),
    .begin = sgd_step_begin,
    .observe = sgd_step_observe,
    .end = sgd_step_end,
};
