/* Each other phase minimises the objective in its block or lowers it by its own lemma, whatever rho
   is; so an iteration in which it rises is the dual step's doing. Cases from rho = 5 H down to 1e-6
   H, beside those of the other claims. */
#include "verify/lib/dladmm_claims.h"

static const clarke_dladmm_inequality dladmm_blocks_inequality = {
    "dladmm_blocks", CLARKE_DLADMM_CHECK_BLOCKS,
    CLARKE_DLADMM_EXACT_Z | CLARKE_DLADMM_EXACT_B | CLARKE_DLADMM_NEWEST,
    "the fall in every phase but the dual one"};

static clarke_status dladmm_blocks_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    CLARKE_TRY(clarke_dladmm_plan_moving(plan, item, "dladmm_blocks"));
    return clarke_dladmm_plan_any_rho(plan, item, "dladmm_blocks");
}

static clarke_status dladmm_blocks_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    CLARKE_TRY(clarke_dladmm_control(plan, item, "dladmm_blocks", "dladmm_net:rho=2.05,samples=60",
                                     "dladmm:b_step=printed", "exact_b", false));
    return clarke_dladmm_control(plan, item, "dladmm_blocks",
                                 "dladmm_net:loss=softmax_cross_entropy,rho=1.05,samples=60",
                                 "dladmm:algorithm5=printed", "newest_base", false);
}

static clarke_status dladmm_blocks_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_dladmm_judge(e, j, &dladmm_blocks_inequality);
}

const clarke_claim_desc clarke_claim_dladmm_blocks = {
    .title = "Only the dual step can raise the augmented Lagrangian",
    .paper = "derived, for the method of Wang, Yu, Chen, Zhao, arXiv 1905.13611",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "For any rho no phase but the dual step raises the augmented Lagrangian.",
    .formula = "L_rho(after) <= L_rho(before) in every phase but u",
    .not_claimed = "That L_rho falls over an iteration: dladmm_rise.",
    .falsifier = "In methods/lib/dladmm_descent_real.c, drop nu (a - f) from "
                 "dladmm_descent_a_gradient: refuted at k = 2 with both losses.",
    .plan = dladmm_blocks_plan,
    .controls = dladmm_blocks_controls,
    .judge = dladmm_blocks_judge,
};
