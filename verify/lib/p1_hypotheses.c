#include "verify/lib/p1_hypotheses.h"

#include "verify/lib/sgd_claims.h"
#include "verify/rules/limit.h"

#include <math.h>
#include <string.h>

static clarke_hypothesis_state proved_if(bool holds)
{
    return holds ? CLARKE_HYPOTHESIS_PROVED : CLARKE_HYPOTHESIS_FAILED;
}

/* The exponents of eta and theta as c k^-a; NAN where the schedule has none. */
typedef struct {
    double eta, theta;
    bool theta_follows; /* theta = tau eta by construction */
} exponents;

static exponents exponents_of(const clarke_run_plan *plan)
{
    const bool follows = plan->momentum.kind == CLARKE_SCHEDULE_SINGLE ||
                         plan->momentum.kind == CLARKE_SCHEDULE_SCALED;
    const double eta = plan->clock.eta_theory.exponent;
    return (exponents){eta, follows ? eta : plan->clock.theta_theory.exponent, follows};
}

static void steps_items(const clarke_evidence *e, clarke_judgement *j,
                        const clarke_p1_setting *setting)
{
    const clarke_schedule_theory *theory = &e->plan->clock.eta_theory;
    const char *schedule = e->plan->text.schedule;
    clarke_assume(j, "sum_infinite", "the step sizes add up to infinity",
                  proved_if(theory->sum_infinite == CLARKE_YES), "schedule %s%s", schedule,
                  theory->sum_infinite == CLARKE_UNKNOWN ? ": a table has no tail" : "");
    if (setting->constant_steps) {
        clarke_assume(
            j, "steps_small", "the step sizes are small enough", CLARKE_HYPOTHESIS_ASSUMED,
            "the theorem gives no number: runs cannot refute it by a large step (%s)", schedule);
        return;
    }
    clarke_assume(j, "steps_vanish", "the step sizes go to zero",
                  proved_if(theory->vanishes == CLARKE_YES), "schedule %s%s", schedule,
                  theory->vanishes == CLARKE_UNKNOWN ? ": a table has no tail" : "");
}

static bool noise_is_there(const clarke_evidence *e)
{
    if (e->plan->noise.kind == CLARKE_NOISE_GAUSSIAN || e->plan->noise.kind == CLARKE_NOISE_PARETO)
        return true;
    return e->plan->terms > 1 && e->plan->sampling.kind != CLARKE_SAMPLING_FULL;
}

static void noise_items(const clarke_evidence *e, clarke_judgement *j,
                        const clarke_p1_setting *setting)
{
    const clarke_run_plan *plan = e->plan;
    const clarke_noise *noise = &plan->noise;
    const bool noisy = noise_is_there(e),
               reshuffled = plan->sampling.kind == CLARKE_SAMPLING_RESHUFFLE;
    const bool biased = noise->kind == CLARKE_NOISE_BIAS && noise->bias != 0.0;
    clarke_assume(j, "noise_mean_zero",
                  "the noise is a martingale difference, or sums to zero over an epoch",
                  proved_if(!biased), "noise %s, whose mean is %g; sampling %s", plan->text.noise,
                  biased ? noise->bias : 0.0, plan->text.sampling);
    const bool unbounded = noise->kind == CLARKE_NOISE_GAUSSIAN ||
                           noise->kind == CLARKE_NOISE_PARETO;
    clarke_assume(j, "noise_bounded", "the noise is bounded while the iterates are",
                  proved_if(!unbounded), "noise %s", plan->text.noise);
    /* Steps that do not vanish are not o(1/log k) either: one broken hypothesis, named once. */
    if (setting->constant_steps || plan->clock.eta_theory.vanishes != CLARKE_YES) return;
    const clarke_tri enough = !noisy       ? CLARKE_YES
                              : reshuffled ? plan->clock.eta_theory.epoch_constant
                                           : plan->clock.eta_theory.beats_log;
    clarke_assume(j, "noise_steps",
                  reshuffled ? "the step sizes are constant within each epoch"
                             : "the step sizes are o(1/log k)",
                  proved_if(enough == CLARKE_YES), "schedule %s, sampling %s%s",
                  plan->text.schedule, plan->text.sampling,
                  noisy ? "" : " (no noise: nothing is needed)");
}

static void timescale_item(const clarke_evidence *e, clarke_judgement *j,
                           const clarke_sgd_form *form, const clarke_p1_setting *setting)
{
    const exponents x = exponents_of(e->plan);
    if (setting->timescale == CLARKE_P1_NO_MEMORY || form->memoryless) return;
    if (setting->timescale == CLARKE_P1_SINGLE) {
        const bool lion = form->interpolated && !form->beta_constant;
        const bool holds = lion || (!form->interpolated && (x.theta_follows || x.theta == x.eta));
        clarke_assume(j, "single_timescale", "theta_k / eta_k converges to a positive number",
                      proved_if(holds), "momentum %s with steps %s%s", e->plan->text.momentum,
                      e->plan->text.schedule,
                      form->interpolated ? " (Lion: beta_k from its own parameters)" : "");
        return;
    }
    const clarke_schedule_theory *theta = &e->plan->clock.theta_theory;
    const bool holds = x.eta > x.theta && theta->vanishes == CLARKE_YES &&
                       theta->sum_infinite == CLARKE_YES && theta->beats_log == CLARKE_YES;
    clarke_assume(j, "two_timescales",
                  "eta_k / theta_k -> 0, theta_k -> 0 faster than 1/log k, sum theta_k = infinity",
                  proved_if(holds), "theta %s, eta %s", e->plan->text.momentum,
                  e->plan->text.schedule);
}

static void method_items(const clarke_evidence *e, clarke_judgement *j, const clarke_sgd_form *form,
                         const clarke_p1_setting *setting)
{
    clarke_assume(j, "phi_on_momentum",
                  "a convex phi with its only minimiser at 0 acts on the momentum",
                  proved_if(!form->per_sample), "%s: phi is %s%s", e->plan->text.method,
                  form->phi->title, form->per_sample ? ", applied to each sample" : "");
    clarke_assume(j, "no_weight_decay", "no weight decay (it changes the differential inclusion)",
                  proved_if(form->weight_decay == 0.0), "weight decay %g", form->weight_decay);
    const bool definable = (e->problem->traits & CLARKE_TRAIT_DEFINABLE) != 0;
    clarke_assume(j, "path_differentiable",
                  "f is a potential of a convex-valued conservative field, with the Sard condition",
                  definable ? CLARKE_HYPOTHESIS_PROVED : CLARKE_HYPOTHESIS_ASSUMED, "%s: %s",
                  e->problem->spec,
                  definable ? "definable in an o-minimal structure"
                            : "not proved in the problem's file");
    if (!setting->generic_start) return;
    const char *init = e->plan->text.init;
    const bool generic = strcmp(init, "box") == 0 || strncmp(init, "gaussian:", 9) == 0 ||
                         strncmp(init, "uniform:", 8) == 0;
    clarke_assume(j, "generic_start", "the start and the step scale are drawn from a density",
                  proved_if(generic), "init %s", init);
}

/* A run grows if each of the last two doublings of t raises its supremum by at least 0.95 of what
   the doubling before did, and by more than 1e-3 of it: t^a gives the factor 2^a > 1 and log t gives
   1, while a limit that is approached from inside like t^-b gives 2^-b, which is below 0.95 for b >
   0.075; the slowest piece of the catalogue, |s|^8, has b = 1/6. */
static bool bounded_grows(const double *sup)
{
    const double one = sup[1] - sup[0], two = sup[2] - sup[1], three = sup[3] - sup[2];
    if (!(sup[3] < INFINITY)) return true;
    return two >= 0.95 * one && three >= 0.95 * two && one > 0.0 && three > 1e-3 * sup[3];
}

static void bounded_item(const clarke_evidence *e, clarke_judgement *j, size_t use)
{
    size_t growing = 0, infinite = 0;
    double largest = 0.0;
    for (size_t r = 0; r < e->repetitions; r++) {
        const double *sup = clarke_outputs(e, r, use);
        infinite += !e->run[r].finite;
        growing += bounded_grows(sup);
        largest = fmax(largest, sup[3]);
    }
    const bool holds = infinite == 0 && 2 * growing < e->repetitions;
    clarke_assume(
        j, "bounded_iterates", "the iterates stay bounded",
        holds ? CLARKE_HYPOTHESIS_MEASURED : CLARKE_HYPOTHESIS_FAILED,
        "sup |x_k|_inf = %.4g; still growing with every doubling of t in %zu of %zu runs, "
        "not finite in %zu",
        largest, growing, e->repetitions, infinite);
}

clarke_status clarke_p1_hypotheses(const clarke_evidence *e, clarke_judgement *j,
                                   const clarke_p1_setting *setting)
{
    const clarke_sgd_form *form;
    CLARKE_TRY(clarke_limit_form_of(e->plan->text.method, e->mem, &form));
    steps_items(e, j, setting);
    noise_items(e, j, setting);
    timescale_item(e, j, form, setting);
    method_items(e, j, form, setting);
    for (size_t i = 0; i < j->hypotheses; i++)
        if (j->hypothesis[i].state == CLARKE_HYPOTHESIS_FAILED) return clarke_arena_status(j->mem);
    if (setting->step_use != SIZE_MAX)
        clarke_sgd_assume_conformance(e, j, setting->step_use,
                                      form->memoryless ? SIZE_MAX : setting->step_use + 1);
    if (setting->bounded_use != SIZE_MAX) bounded_item(e, j, setting->bounded_use);
    return clarke_arena_status(j->mem);
}
