/* Lemma B.4 and (24) of the paper take one sample, where the gradient in b_l has the Lipschitz
   constant nu and the step 1/nu is exact. With N samples the constant is nu N (rho N in the last
   layer); the step 1/(nu N) is the exact minimiser, and the decrease is (nu N / 2) |b' - b|^2: an
   equality. */
#include "verify/lib/dladmm_claims.h"

static const clarke_dladmm_inequality dladmm_b_inequality = {
    "dladmm_b", CLARKE_DLADMM_CHECK_B, CLARKE_DLADMM_EXACT_B, "the equality of a b-step"};

static clarke_status dladmm_b_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    CLARKE_TRY(clarke_dladmm_plan_moving(plan, item, "dladmm_b"));
    return clarke_dladmm_plan(plan, item, "dladmm_b");
}

static clarke_status dladmm_b_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    CLARKE_TRY(clarke_dladmm_control(plan, item, "dladmm_b", "dladmm_net:rho=2.05,samples=60",
                                     "dladmm:b_step=printed", "exact_b", false));
    return clarke_dladmm_control(plan, item, "dladmm_b",
                                 "dladmm_net:loss=softmax_cross_entropy,rho=1.05,samples=60",
                                 "dladmm:b_step=printed", "exact_b", false);
}

static clarke_status dladmm_b_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_dladmm_judge(e, j, &dladmm_b_inequality);
}

const clarke_claim_desc clarke_claim_dladmm_b = {
    .title = "Each b-step is the exact minimiser",
    .paper = "derived, for the method of Wang, Yu, Chen, Zhao, arXiv 1905.13611",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement = "Each b-step lowers the augmented Lagrangian by exactly (nu N / 2) |b' - b|^2, "
                 "in the last layer (rho N / 2) |b' - b|^2.",
    .formula = "L_rho(b) - L_rho(b') = (nu N / 2) |b' - b|^2",
    .correction = "Printed: B = nu, rho. That is right for one sample; with N > 2 samples the step"
                  " 1/nu overshoots and the objective rises: the control.",
    .not_claimed = "Nothing about the printed step with N = 1, which is the same.",
    .falsifier =
        "In methods/lib/dladmm_descent_real.c, leave u out of E_L in dladmm_descent_b (e + u): "
        "refuted at k = 0. Printed step: the control.",
    .plan = dladmm_b_plan,
    .controls = dladmm_b_controls,
    .judge = dladmm_b_judge,
};
