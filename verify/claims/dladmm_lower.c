/* Property 1's lower bound: with u = -grad R(z_L) the descent lemma gives R(z_L) + <u, r> + (H/2)
   |r|^2 >= R(z_L - r), so L_rho >= R(z_L - r) + penalties + (rho - H)/2 |r|^2 >= 0. */
#include "verify/lib/dladmm_claims.h"

static const clarke_dladmm_inequality dladmm_lower_inequality = {
    "dladmm_lower", CLARKE_DLADMM_CHECK_LOWER,
    CLARKE_DLADMM_RHO_H | CLARKE_DLADMM_RHO_FIXED | CLARKE_DLADMM_EXACT_Z | CLARKE_DLADMM_DUAL,
    "the lower bound"};

static clarke_status dladmm_lower_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_dladmm_plan(plan, item, "dladmm_lower");
}

static clarke_status dladmm_lower_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_dladmm_control(plan, item, "dladmm_lower", "dladmm_net:rho=1e-4,samples=60",
                                 "dladmm", "rho_H", false);
}

static clarke_status dladmm_lower_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_dladmm_judge(e, j, &dladmm_lower_inequality);
}

const clarke_claim_desc clarke_claim_dladmm_lower = {
    .title = "The augmented Lagrangian is bounded below",
    .paper = "derived, for the method of Wang, Yu, Chen, Zhao, arXiv 1905.13611",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "For rho >= H the augmented Lagrangian after an iteration is at least the "
                 "objective at the feasible point z_L - r, hence not negative.",
    .formula = "L_rho >= R(z_L - r) + sum Omega + penalties + (rho - H)/2 |r|^2",
    .correction = "The printed proof of Property 1 has (rho - H/2) |r|^2 where the step gives (rho"
                  " - H)/2 |r|^2.",
    .not_claimed =
        "For rho < H it may be negative. That the iterates stay bounded: assumption 2, "
        "which the paper takes for it, fails (dladmm_flat_rays); their norm is recorded.",
    .falsifier = "The dual step with the wrong sign in methods/lib/dladmm_real.c: "
                 "refuted at k = 0 with both losses. rho = 1e-4 H: the control.",
    .plan = dladmm_lower_plan,
    .controls = dladmm_lower_controls,
    .judge = dladmm_lower_judge,
};
