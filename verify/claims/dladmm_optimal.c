/* Lemma B.1 for W, and its like for a: grad phi + theta (W' - W) + s = 0 with s in the
   subdifferential of Omega at W', tau for a. The gradient is recomputed in long double by plain
   loops; the bound is in verify/lib/dladmm_mirror.c. */
#include "verify/lib/dladmm_claims.h"

static const clarke_dladmm_inequality dladmm_optimal_inequality = {
    "dladmm_optimal", CLARKE_DLADMM_CHECK_OPTIMAL, CLARKE_DLADMM_NEWEST,
    "the optimality condition of the W- and a-steps"};

static clarke_status dladmm_optimal_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    CLARKE_TRY(clarke_dladmm_plan_moving(plan, item, "dladmm_optimal"));
    return clarke_dladmm_plan(plan, item, "dladmm_optimal");
}

static clarke_status dladmm_optimal_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    CLARKE_TRY(clarke_dladmm_control(plan, item, "dladmm_optimal", "dladmm_net:rho=2.05,samples=60",
                                     "dladmm:algorithm4=printed", "newest_base", false));
    return clarke_dladmm_control(plan, item, "dladmm_optimal",
                                 "dladmm_net:loss=softmax_cross_entropy,rho=1.05,samples=60",
                                 "dladmm:algorithm5=printed", "newest_base", false);
}

static clarke_status dladmm_optimal_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_dladmm_judge(e, j, &dladmm_optimal_inequality);
}

const clarke_claim_desc clarke_claim_dladmm_optimal = {
    .title = "W and a minimise the quadratic model (Lemma B.1)",
    .paper = CLARKE_DLADMM_PAPER,
    .provenance = CLARKE_PROVENANCE_READ,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement = "After each W-step and each a-step the optimality condition of its quadratic "
                 "model holds to rounding.",
    .formula = "0 in grad_W phi + theta (W' - W) + d Omega(W'),  grad_a phi + tau (a' - a) = 0",
    .not_claimed = "That theta and tau are large enough: dladmm_w, dladmm_a, dladmm_backtrack.",
    .falsifier =
        "In methods/lib/dladmm_descent_real.c, drop `- u[i]` in dladmm_descent_residual: refuted at"
        " k = 0 on dladmm_net:rho=2.05.",
    .plan = dladmm_optimal_plan,
    .controls = dladmm_optimal_controls,
    .judge = dladmm_optimal_judge,
};
