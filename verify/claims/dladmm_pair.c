/* Lemma B.6 with |a + b|^2 <= 2 |a|^2 + 2 |b|^2 in the place of the printed |a|^2 + |b|^2, for
   convex R: proof at the head of verify/measures/dladmm_steps.c. */
#include "verify/lib/dladmm_claims.h"

static const clarke_dladmm_inequality dladmm_pair_inequality = {
    "dladmm_pair", CLARKE_DLADMM_CHECK_PAIR, CLARKE_DLADMM_PAIRED,
    "the decrease of z_L with the dual step"};

static clarke_status dladmm_pair_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_dladmm_plan_any_rho(plan, item, "dladmm_pair");
}

static clarke_status dladmm_pair_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_dladmm_control_dual(plan, item, "dladmm_pair");
}

static clarke_status dladmm_pair_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_dladmm_judge(e, j, &dladmm_pair_inequality);
}

const clarke_claim_desc clarke_claim_dladmm_pair = {
    .title = "z_L with the dual step, corrected (Lemma B.6)",
    .paper = "derived, for the method of Wang, Yu, Chen, Zhao, arXiv 1905.13611",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "For any rho and convex R, the forward z_L-step and the dual step together lower"
                 " the augmented Lagrangian by at least (rho/2 - 2 H^2/rho) d1 - (2 H^2/rho) d2.",
    .formula = "decrease >= (rho/2 - 2 H^2/rho) |z_L^{k+1} - zbar_L|^2 - (2 H^2/rho) |zbar_L - "
               "z_L^k|^2",
    .correction = "Printed as (36) with a false inequality between squares; dladmm_printed_pair "
                  "shows runs that violate it.",
    .not_claimed = "Anything at k = 0 unless u_0 = -grad R(z_L^0).",
    .falsifier = "In methods/lib/dladmm_real.c, add r to u in the place of rho r: "
                 "refuted at k = 2 with the squared error. Judged from k = 0 with u_0 = "
                 "0: the control.",
    .plan = dladmm_pair_plan,
    .controls = dladmm_pair_controls,
    .judge = dladmm_pair_judge,
};
