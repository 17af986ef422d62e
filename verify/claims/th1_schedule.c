/* The step sizes a run used are those of their formula, in order, and none is skipped: with eta_k =
   1/(k+2) and f = x^2/2 the noiseless SGD iterate is x_K = x_0 / (K + 1), since 1 - 1/(k+2) =
   (k+1)/(k+2) telescopes. Each step errs, relatively to x, by at most
   (2 u eta + u) / (1 - eta) <= u (1 + 4 eta) for eta <= 1/2 (eta, its product with x, the
   difference), together u (K + 4 ln(K + 1) + 4) to first order; twice that is allowed. */
#include "verify/exact.h"
#include "verify/lib/sgd_claims.h"

#include <math.h>
#include <string.h>

static const struct schedule_row {
    const char *schedule, *momentum, *sampling;
    double arg[6]; /* of the measure schedule_law; arg[4] = 0: the epoch's length */
} schedule_rows[] = {
    {"power:0.5,0.7,10", "single:1", "replacement:1", {1.0, 0.5, 0.7, 10.0, 1.0, 1.0}},
    {"power:1,1,2", "single:0.5", "replacement:1", {1.0, 1.0, 1.0, 2.0, 1.0, 0.5}},
    {"constant:0.05", "single:2", "replacement:1", {0.0, 0.05, 0.0, 0.0, 1.0, 2.0}},
    {"inverse-log:0.2,3", "single:1", "replacement:1", {2.0, 0.2, 0.0, 3.0, 1.0, 1.0}},
    {"epoch:power:0.5,0.6,4", "single:1", "reshuffle:1", {1.0, 0.5, 0.6, 4.0, 0.0, 1.0}},
};

static clarke_status schedule_add(clarke_plan *plan, const clarke_plan_item *item,
                                  const struct schedule_row *row)
{
    clarke_run_plan sizes;
    clarke_case c = {
        .claim = "th1_schedule",
        .role = CLARKE_ROLE_CLAIM,
        .expected = CLARKE_EXPECT_SUPPORTED,
        .run = {.problem = "quadratic_sum:a=0,0,3",
                .method = "heavy_ball",
                .schedule = row->schedule,
                .momentum = row->momentum,
                .sampling = row->sampling,
                .iterations = clarke_sgd_iterations(item, 4000, 400)},
        .repetitions = 1,
        .use = {{"schedule_law", {0.0}}},
        .uses = 1,
        .weight = item->weight > 0.0 ? item->weight : 1.0,
    };
    CLARKE_TRY(clarke_run_plan_sizes(&c.run, clarke_plan_arena(plan), &sizes));
    memcpy(c.use[0].arg, row->arg, sizeof row->arg);
    if (!(row->arg[4] > 0.0)) c.use[0].arg[4] = (double)sizes.epoch;
    return clarke_plan_add(plan, &c);
}

static clarke_status schedule_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    for (size_t i = 0; i < sizeof schedule_rows / sizeof *schedule_rows; i++)
        CLARKE_TRY(schedule_add(plan, item, &schedule_rows[i]));
    const clarke_case product = {
        .claim = "th1_schedule",
        .role = CLARKE_ROLE_CLAIM,
        .expected = CLARKE_EXPECT_SUPPORTED,
        .run = {.problem = "quadratic_sum:a=0",
                .method = "sgd",
                .schedule = "power:1,1,2",
                .sampling = "full",
                .iterations = clarke_sgd_iterations(item, 4000, 400)},
        .repetitions = 1,
        .variant = "product",
        .weight = item->weight > 0.0 ? item->weight : 1.0,
    };
    return clarke_plan_add(plan, &product);
}

static clarke_status schedule_product(const clarke_evidence *e, clarke_judgement *j)
{
    const clarke_run_result *run = &e->run[0];
    const long double steps = (long double)run->steps, u = 0x1p-53L;
    const long double expected = (long double)run->start[0] / (steps + 1.0L);
    const long double bound = 2.0L * u * (steps + 4.0L * logl(steps + 1.0L) + 4.0L);
    const long double off = fabsl((long double)run->final_x[0] - expected) / fabsl(expected);
    j->checked = j->resolved = run->steps;
    j->smallest_detectable = (double)bound;
    clarke_note_real(j, "final", run->final_x[0]);
    clarke_note_real(j, "expected", (double)expected);
    if (!(run->steps == e->plan->clock.steps && run->steps >= 30))
        return clarke_judge(j, CLARKE_INCONCLUSIVE, "only %zu steps were done", run->steps);
    if (!(off <= bound))
        return clarke_judge(j, CLARKE_REFUTED, "x_%zu = %.17g, not x_0/(K+1) = %.17Lg", run->steps,
                            run->final_x[0], expected);
    return clarke_judge(j, CLARKE_SUPPORTED, "x_%zu = x_0/(K+1) to %.2Lg, within the bound %.2Lg",
                        run->steps, off, bound);
}

static clarke_status schedule_judge(const clarke_evidence *e, clarke_judgement *j)
{
    const char *sampling = e->plan->text.sampling;
    clarke_assume(j, "known_schedule", "the formula of the step sizes is known",
                  CLARKE_HYPOTHESIS_PROVED, "%s, momentum %s, sampling %s", e->plan->text.schedule,
                  e->plan->text.momentum, sampling);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    if (e->c->variant) return schedule_product(e, j);
    return clarke_exact_judge(e, j, 0, "the formula of the step sizes");
}

const clarke_claim_desc clarke_claim_th1_schedule = {
    .title = "The step sizes are those of the schedule",
    .paper = "Xiao, Hu, Toh, arXiv 2307.10053 (conditions on the step sizes)",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement = "Step k uses eta_k and theta_k of the formula, the first being step 0; they never "
                 "rise, t_k is their sum, and epoch schedules change between epochs only.",
    .formula = "eta_k = c / (k + k0)^a, theta_k = tau eta_k; eta_k = 1/(k+2) on x^2/2 gives "
               "x_K = x_0 / (K+1)",
    .not_claimed = "Anything about the tail of a schedule read from a file.",
    .falsifier = "In core/schedule.c, use k + 1 for k: every case is refuted, the product case at "
                 "x_K = 2 x_0/(K+2).",
    .plan = schedule_plan,
    .judge = schedule_judge,
};
