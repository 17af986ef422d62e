/* The step sizes a run used, against their formula. arg[0] = 0 constant c, 1 power c/(k+k0)^a,
   2 inverse-log c/log(k+k0); arg[1..3] = c, a, k0; arg[4] = steps in which a value is held (1: none);
   arg[5] = tau of theta = tau eta.

   u = 2^-53. k + k0 errs by u, which the power makes a u; pow and log by one unit in the last place,
   2 u; the division by u: (a + 4) u together, 8 u + a u with room for another order. log's argument
   error u is divided by log >= 1 for k + k0 >= 3. theta errs by one u more. t_k = sum of k terms
   errs by k u t. */
#include "core/measure.h"
#include "verify/exact.h"

#include <math.h>

typedef struct {
    clarke_exact exact;
    long double t;
    double eta; /* of the step before; 0 at first */
} schedule_law;

static clarke_status schedule_law_begin(clarke_measure *m)
{
    schedule_law *s = m->state;
    clarke_exact_begin(&s->exact);
    return CLARKE_OK;
}

static long double schedule_law_formula(const double *arg, size_t k)
{
    const size_t held = (size_t)arg[4];
    const long double c = arg[1], at = (long double)(k - k % held) + (long double)arg[3];
    if (arg[0] == 0.0) return c;
    if (arg[0] == 1.0) return c / powl(at, (long double)arg[2]);
    return c / logl(at);
}

/* The order of the steps: never up; down at the start of an epoch, and only there. */
static bool schedule_law_in_order(const clarke_measure *m, const clarke_event *e)
{
    const schedule_law *s = m->state;
    const bool may_fall = m->arg[0] != 0.0 && e->k % (size_t)m->arg[4] == 0;
    if (e->k == 0) return true;
    return may_fall ? e->eta < s->eta : e->eta == s->eta;
}

static void schedule_law_observe(clarke_measure *m, const clarke_event *e)
{
    schedule_law *s = m->state;
    const long double u = 0x1p-53L,
                      room = 8.0L + (m->arg[0] == 1.0 ? (long double)m->arg[2] : 0.0L);
    const long double eta = schedule_law_formula(m->arg, e->k),
                      theta = (long double)m->arg[5] * eta;
    s->t += eta;
    const long double eta_off = fabsl((long double)e->eta - eta) / (room * u * eta);
    const long double theta_off = fabsl((long double)e->theta - theta) /
                                  ((room + 1.0L) * u * theta);
    const long double t_off = fabsl((long double)e->t - s->t) /
                              ((room + (long double)e->k + 1.0L) * u * s->t);
    /* A NaN fails each comparison. */
    const bool fine = schedule_law_in_order(m, e) && eta_off <= 1.0L && theta_off <= 1.0L &&
                      t_off <= 1.0L;
    const long double worst = fmaxl(eta_off, fmaxl(theta_off, t_off));
    clarke_exact_add(&s->exact, e->k, fine || worst > 1.0L ? (double)worst : INFINITY, 1.0,
                     (double)(1.0L / (room * u)));
    s->eta = e->eta;
}

static void schedule_law_end(clarke_measure *m, double *out)
{
    const schedule_law *s = m->state;
    clarke_exact_end(&s->exact, out);
}

static const char *const schedule_law_output[] = {CLARKE_EXACT_OUTPUTS};

const clarke_measure_desc clarke_measure_schedule_law = {
    .title = "Step sizes against their formula",
    .unit = "rounding bounds",
    .meaning = "the largest departure of eta_k, theta_k and t_k, in units of its rounding bound",
    .cost = CLARKE_COST_ITERATION,
    .needs = CLARKE_TAKES_AGENTS,
    .outputs = CLARKE_EXACT_COUNT,
    .output = schedule_law_output,
    .state_size = sizeof(schedule_law),
    .begin = schedule_law_begin,
    .observe = schedule_law_observe,
    .end = schedule_law_end,
};
