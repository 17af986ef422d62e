/* Lemma B.2. The dual step adds exactly what the optimality condition of z_L leaves: grad R(z') + u
   + rho (z' - M) = 0 and u' = u + rho (z' - M). The printed 'for all k' fails at k = 0 for u_0 = 0;
   rows are judged after the first iteration, where it holds whatever u_0 was. */
#include "verify/lib/dladmm_claims.h"

static const clarke_dladmm_inequality dladmm_dual_inequality = {
    "dladmm_dual", CLARKE_DLADMM_CHECK_DUAL, CLARKE_DLADMM_EXACT_Z, "the dual identity"};

static clarke_status dladmm_dual_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    CLARKE_TRY(clarke_dladmm_plan_large(plan, item, "dladmm_dual"));
    return clarke_dladmm_plan(plan, item, "dladmm_dual");
}

static clarke_status dladmm_dual_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    CLARKE_TRY(clarke_dladmm_control(plan, item, "dladmm_dual",
                                     "dladmm_net:loss=softmax_cross_entropy,rho=1.05,samples=60",
                                     "dladmm:last=fista", "exact_last", false));
    return clarke_dladmm_control(
        plan, item, "dladmm_dual", "dladmm_net:loss=softmax_cross_entropy,rho=0.05,samples=30",
        "dladmm:last=fista,fista_step=4,fista_steps=3000,fista_tolerance=0", "exact_last", false);
}

static clarke_status dladmm_dual_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_dladmm_judge(e, j, &dladmm_dual_inequality);
}

const clarke_claim_desc clarke_claim_dladmm_dual = {
    .title = "After every iteration u = -grad R(z_L) (Lemma B.2)",
    .paper = CLARKE_DLADMM_PAPER,
    .provenance = CLARKE_PROVENANCE_READ,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement = "After every iteration grad R(z_L) + u = 0, to rounding.",
    .formula = "grad R(z_L^k) + u^k = 0, k >= 1",
    .correction = "Printed for all k; at k = 0 it needs u_0 = -grad R(z_L^0), which the authors' "
                  "start u_0 = 0 does not satisfy.",
    .not_claimed = "The identity before the first dual step.",
    .falsifier = "In methods/lib/dladmm_real.c, u -= rho (z - m), or u += z - m; in "
                 "methods/lib/dladmm_newton_real.c, the other sign before scale: refuted"
                 " at k = 0 or 1.",
    .plan = dladmm_dual_plan,
    .controls = dladmm_dual_controls,
    .judge = dladmm_dual_judge,
};
