/* Lemma B.5, (21) and (31): as for W (dladmm_w), without a penalty. */
#include "verify/lib/dladmm_claims.h"

static const clarke_dladmm_inequality dladmm_a_inequality = {
    "dladmm_a", CLARKE_DLADMM_CHECK_A, CLARKE_DLADMM_NEWEST, "the decrease of an a-step"};

static clarke_status dladmm_a_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_dladmm_plan(plan, item, "dladmm_a");
}

static clarke_status dladmm_a_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    CLARKE_TRY(clarke_dladmm_control(plan, item, "dladmm_a", "dladmm_net:rho=2.05,samples=60",
                                     "dladmm:algorithm5=printed", "newest_base", false));
    return clarke_dladmm_control(plan, item, "dladmm_a",
                                 "dladmm_net:loss=softmax_cross_entropy,rho=1.05,samples=60",
                                 "dladmm:algorithm5=printed", "newest_base", false);
}

static clarke_status dladmm_a_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_dladmm_judge(e, j, &dladmm_a_inequality);
}

const clarke_claim_desc clarke_claim_dladmm_a = {
    .title = "Each a-step lowers the objective by (tau/2) |da|^2",
    .paper = CLARKE_DLADMM_PAPER,
    .provenance = CLARKE_PROVENANCE_READ,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "Each a-step, backward and forward, lowers the augmented Lagrangian by at least "
                 "(tau/2) |a' - a|^2.",
    .formula = "L_rho(a) - L_rho(a') >= (tau/2) |a' - a|^2",
    .correction = "Property 2 prints its constant C2 without the factor 1/2 on theta and tau; the "
                  "lemma's own constant tau/2 is checked. Algorithm 5 as printed starts from the "
                  "old a with the gradient at the new one, and then the objective can rise "
                  "although its test passes: the control.",
    .not_claimed = "Anything about the size of tau.",
    .falsifier =
        "In methods/lib/dladmm_descent_real.c, drop nu (a - f) from dladmm_descent_a_gradient: "
        "refuted at k = 0.",
    .plan = dladmm_a_plan,
    .controls = dladmm_a_controls,
    .judge = dladmm_a_judge,
};
