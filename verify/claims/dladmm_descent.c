/* Property 2, (17), with C2' = min(nu/2, C1, theta/2, tau/2), C1 = rho/2 - H/2 - H^2/rho > 0 for
   rho > 2 H. That it holds although the printed proof of Lemma B.6 does not is shown by the sharper
   constant of dladmm_sharper, which is larger. */
#include "verify/lib/dladmm_claims.h"

static const clarke_dladmm_inequality dladmm_descent_inequality = {
    "dladmm_descent", CLARKE_DLADMM_CHECK_DESCENT,
    CLARKE_DLADMM_RHO | CLARKE_DLADMM_RHO_FIXED | CLARKE_DLADMM_EXACT_Z | CLARKE_DLADMM_DUAL |
        CLARKE_DLADMM_EXACT_B | CLARKE_DLADMM_NEWEST,
    "the sufficient descent"};

static clarke_status dladmm_descent_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_dladmm_plan(plan, item, "dladmm_descent");
}

/* The last: rho and nu grow between iterations. A larger rho alone costs nothing, since z_L gives way
   at once; a larger nu does. */
static clarke_status dladmm_descent_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    CLARKE_TRY(clarke_dladmm_control(plan, item, "dladmm_descent", "dladmm_net:rho=2.05,samples=60",
                                     "dladmm:b_step=printed", "exact_b", false));
    CLARKE_TRY(clarke_dladmm_control(plan, item, "dladmm_descent",
                                     "dladmm_net:loss=softmax_cross_entropy,rho=1.05,samples=60",
                                     "dladmm:b_step=printed", "exact_b", false));
    return clarke_dladmm_control(plan, item, "dladmm_descent", "dladmm_net:rho=2.05,samples=60",
                                 "dladmm:nu=rho,rho_every=20,rho_factor=100", "rho_constant", true);
}

static clarke_status dladmm_descent_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_dladmm_judge(e, j, &dladmm_descent_inequality);
}

const clarke_claim_desc clarke_claim_dladmm_descent = {
    .title = "Sufficient descent over an iteration (Property 2)",
    .paper = CLARKE_DLADMM_PAPER,
    .provenance = CLARKE_PROVENANCE_READ,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "For rho > 2 H every iteration lowers the augmented Lagrangian by at least C2' "
                 "times the sum of the squared changes of all W, b, a and of z_L.",
    .formula = "L_rho^k - L_rho^{k+1} >= C2' S_k, C2' = min(nu/2, rho/2 - H/2 - H^2/rho, "
               "theta/2, tau/2)",
    .correction = "The printed C2 lacks the factor 1/2 on theta and tau.",
    .not_claimed = "Anything for rho <= 2 H, for hidden z, for k = 0 with u_0 = 0, or where rho "
                   "changes. No rate.",
    .falsifier = "In methods/lib/dladmm_descent_real.c, drop nu (a - f) from "
                 "dladmm_descent_a_gradient: refuted at k = 4 with the squared error, k = 9"
                 " with cross-entropy; the printed b-step (control): at k = 0.",
    .plan = dladmm_descent_plan,
    .controls = dladmm_descent_controls,
    .judge = dladmm_descent_judge,
};
