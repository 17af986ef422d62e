/* psi_{k+1} <= psi_k - eta_k <v_{k+1}, m_k> + (L/2) eta_k^2 |v_{k+1}|^2, psi = f + phi(m)/tau; the
   proof is at the head of verify/measures/lyapunov_step.c. It needs the new momentum: with the old
   one the Bregman term of phi changes its sign, and on a quadratic with f'' = L each step of
   heavy-ball breaks the inequality by theta eta |g - m|^2 / 2. */
#include "verify/exact.h"
#include "verify/lib/sgd_claims.h"

#include <math.h>
#include <string.h>

static const char *const l5_methods[] = {"heavy_ball", "sign_sgd", "normalized_sgd", "clipped_sgd",
                                         "clipped_sgd:kind=coordinate,threshold=0.5"};

static clarke_case l5_case(const clarke_plan_item *item, const char *method)
{
    return (clarke_case){
        .claim = "th1_l5",
        .role = CLARKE_ROLE_CLAIM,
        .expected = CLARKE_EXPECT_SUPPORTED,
        .run = {.problem = item->problem ? item->problem : "quadratic_sum:a=1",
                .method = method,
                .schedule = item->schedule ? item->schedule : "power:0.5,0.7,10",
                .momentum = item->momentum ? item->momentum : "single:2",
                .sampling = "full",
                .noise = "none",
                .init = "box",
                .iterations = clarke_sgd_iterations(item, 1000, 200)},
        .repetitions = 4,
        .use = {{"lyapunov_step", {0.0}}, {"lyapunov_values", {0.0}}},
        .uses = 2,
        .weight = item->weight > 0.0 ? item->weight : 1.0,
    };
}

static clarke_status l5_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    for (size_t i = 0; i < sizeof l5_methods / sizeof *l5_methods; i++) {
        if (item->method && i > 0) break;
        const clarke_case c = l5_case(item, item->method ? item->method : l5_methods[i]);
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

static clarke_status l5_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    static const char *const method[] = {"heavy_ball:order=old", "sign_sgd:order=old"};
    for (size_t i = 0; i < 2; i++) {
        clarke_case c = l5_case(item, method[i]);
        c.run.problem = "quadratic_sum:a=1";
        c.role = CLARKE_ROLE_CONTROL;
        c.broken = "new_momentum";
        c.expected = CLARKE_EXPECT_NOT_APPLICABLE;
        CLARKE_TRY(clarke_plan_add(plan, &c));
        c.bypass = true;
        c.expected = CLARKE_EXPECT_REFUTED;
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

static void l5_hypotheses(const clarke_evidence *e, clarke_judgement *j)
{
    const clarke_spec *m = &e->plan->method;
    const double alpha = clarke_sgd_setting_real(m, "alpha", 0.0);
    const double decay = clarke_sgd_setting_real(m, "weight_decay", 0.0);
    const bool known = strcmp(m->id, "heavy_ball") == 0 || strcmp(m->id, "sign_sgd") == 0 ||
                       strcmp(m->id, "normalized_sgd") == 0 || strcmp(m->id, "clipped_sgd") == 0;
    const bool first = clarke_sgd_setting_is(m, "first", "gradient");
    const bool single = e->plan->momentum.kind == CLARKE_SCHEDULE_SINGLE;
    const bool exact = e->plan->noise.kind == CLARKE_NOISE_NONE &&
                       (e->plan->sampling.kind == CLARKE_SAMPLING_FULL || e->plan->terms == 1);
    const double smooth = e->problem->smoothness;
#define L5_STATE(holds) ((holds) ? CLARKE_HYPOTHESIS_PROVED : CLARKE_HYPOTHESIS_FAILED)
    clarke_assume(j, "smooth", "the gradient of f is L-Lipschitz", L5_STATE(smooth > 0.0), "L = %g",
                  smooth);
    clarke_assume(j, "exact_gradient", "the oracle answers the gradient of f", L5_STATE(exact),
                  "sampling %s, noise %s", e->plan->text.sampling, e->plan->text.noise);
    clarke_assume(j, "convex_regulariser", "phi is convex and u is the momentum", L5_STATE(known),
                  "%s", m->id);
    clarke_assume(j, "single_timescale", "theta_k = tau eta_k at every step",
                  L5_STATE(single && !first), "momentum %s%s", e->plan->text.momentum,
                  first ? ", but m_1 = g_0" : "");
    clarke_assume(j, "plain_direction", "no Nesterov term and no weight decay",
                  L5_STATE(alpha == 0.0 && decay == 0.0), "alpha = %g, lambda = %g", alpha, decay);
#undef L5_STATE
    clarke_sgd_assume_order(j, m);
    clarke_sgd_assume_average(j, m);
}

/* psi along the first run, for the figure. */
static void l5_note_values(const clarke_evidence *e, clarke_judgement *j)
{
    enum { MARKS = 40 };
    const double *values = clarke_outputs(e, 0, 1);
    size_t count = 0;
    while (count < MARKS && !isnan(values[count])) count++;
    clarke_note_reals(j, "psi_k", values, count);
    clarke_note_reals(j, "psi", values + MARKS, count);
}

static clarke_status l5_judge(const clarke_evidence *e, clarke_judgement *j)
{
    l5_hypotheses(e, j);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    l5_note_values(e, j);
    return clarke_exact_judge(e, j, 0, "the per-step decrease of psi = f + phi(m)/tau");
}

const clarke_claim_desc clarke_claim_th1_l5 = {
    .title = "The Lyapunov function decreases step by step",
    .paper = "derived, for the method of Xiao, Hu, Toh, arXiv 2307.10053",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement = "With exact gradients, one timescale and a convex phi, f + phi(m)/tau falls at "
                 "every step by at least eta <v, m> up to (L/2) eta^2 |v|^2.",
    .formula = "psi_{k+1} <= psi_k - eta_k <v_{k+1}, m_k> + (L/2) eta_k^2 |v_{k+1}|^2, psi = f "
               "+ phi(m) / tau",
    .not_claimed = "That psi itself falls at every step, and anything about noisy gradients. The "
                   "rounding bound assumes that f is a sum of parts no larger than stated in the "
                   "measure.",
    .falsifier = "In methods/heavy_ball.c, let x use `old` instead of m[j]: refuted on "
                 "quadratic_sum:a=1 at the first step; the control heavy_ball:order=old is that.",
    .plan = l5_plan,
    .controls = l5_controls,
    .judge = l5_judge,
};
