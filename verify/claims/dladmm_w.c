/* Lemma B.5, (26) and (27): with W' the minimiser of the model and the model above phi at W',
   phi(W) + Omega(W) - phi(W') - Omega(W') >= (theta/2) |W' - W|^2; with ridge (lambda/2) |W' - W|^2
   more, the model being (theta + lambda)-strongly convex. */
#include "verify/lib/dladmm_claims.h"

static const clarke_dladmm_inequality dladmm_w_inequality = {
    "dladmm_w", CLARKE_DLADMM_CHECK_W, CLARKE_DLADMM_NEWEST, "the decrease of a W-step"};

static clarke_status dladmm_w_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_dladmm_plan(plan, item, "dladmm_w");
}

static clarke_status dladmm_w_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    CLARKE_TRY(clarke_dladmm_control(plan, item, "dladmm_w", "dladmm_net:rho=2.05,samples=60",
                                     "dladmm:algorithm4=printed", "newest_base", false));
    return clarke_dladmm_control(plan, item, "dladmm_w",
                                 "dladmm_net:loss=softmax_cross_entropy,rho=1.05,samples=60",
                                 "dladmm:algorithm4=printed", "newest_base", false);
}

static clarke_status dladmm_w_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_dladmm_judge(e, j, &dladmm_w_inequality);
}

const clarke_claim_desc clarke_claim_dladmm_w = {
    .title = "Each W-step lowers the objective by (theta/2) |dW|^2",
    .paper = CLARKE_DLADMM_PAPER,
    .provenance = CLARKE_PROVENANCE_READ,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "Each W-step, backward and forward, lowers the augmented Lagrangian by at least "
                 "(theta/2) |W' - W|^2.",
    .formula = "L_rho(W) - L_rho(W') >= (theta/2) |W' - W|^2 (+ (lambda/2) |W' - W|^2 with "
               "ridge)",
    .correction = "Property 2 prints its constant C2 without the factor 1/2 on theta and tau; the "
                  "lemma's own constant theta/2 is checked, and it is tight (phi = theta w^2 / 2).",
    .not_claimed = "Anything about the size of theta.",
    .falsifier =
        "In methods/lib/dladmm_descent_real.c, let dladmm_descent_accept return net->now.initial at once:"
        " refuted at k = 0. Algorithm 4 as printed is the control.",
    .plan = dladmm_w_plan,
    .controls = dladmm_w_controls,
    .judge = dladmm_w_judge,
};
