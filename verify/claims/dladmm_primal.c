/* rho r^{k+1} = u^{k+1} - u^k = grad R(z_L^k) - grad R(z_L^{k+1}) by Lemma B.2, so |r| <= (H/rho)
   |z_L^{k+1} - z_L^k|. In particular r > 0 needs a z_L that moves. */
#include "verify/lib/dladmm_claims.h"

static const clarke_dladmm_inequality dladmm_primal_inequality = {
    "dladmm_primal", CLARKE_DLADMM_CHECK_PRIMAL, CLARKE_DLADMM_PAIRED,
    "the bound of the primal residual"};

static clarke_status dladmm_primal_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_dladmm_plan_any_rho(plan, item, "dladmm_primal");
}

static clarke_status dladmm_primal_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_dladmm_control_dual(plan, item, "dladmm_primal");
}

static clarke_status dladmm_primal_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_dladmm_judge(e, j, &dladmm_primal_inequality);
}

const clarke_claim_desc clarke_claim_dladmm_primal = {
    .title = "The primal residual is bounded by the change of z_L",
    .paper = "derived, for the method of Wang, Yu, Chen, Zhao, arXiv 1905.13611",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "The residual of the constraint after an iteration is at most (H/rho) times the "
                 "change of z_L over it.",
    .formula = "|z_L - W_L a_{L-1} - b_L| <= (H/rho) |z_L^{k+1} - z_L^k|",
    .not_claimed = "A rate for the residual.",
    .falsifier = "In methods/lib/dladmm_real.c, u -= rho (z - m): refuted at k = 1. From k = 0 "
                 "with u_0 = 0: the control.",
    .plan = dladmm_primal_plan,
    .controls = dladmm_primal_controls,
    .judge = dladmm_primal_judge,
};
