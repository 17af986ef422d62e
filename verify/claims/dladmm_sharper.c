/* C1* = rho/2 + H/2 - 2 H^2/rho for rho <= 4 H, rho/2 beyond, in the place of C1; positive iff rho
   > H (sqrt(17) - 1)/2 = 1.5616 H. Proof at the head of verify/measures/dladmm_steps.c:
   cocoercivity of grad R. */
#include "verify/lib/dladmm_claims.h"

static const clarke_dladmm_inequality dladmm_sharper_inequality = {
    "dladmm_sharper", CLARKE_DLADMM_CHECK_SHARPER,
    CLARKE_DLADMM_RHO_SHARP | CLARKE_DLADMM_RHO_FIXED | CLARKE_DLADMM_EXACT_Z | CLARKE_DLADMM_DUAL |
        CLARKE_DLADMM_EXACT_B | CLARKE_DLADMM_NEWEST,
    "the sharper descent"};

static clarke_status dladmm_sharper_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    static const char *const more[] = {"dladmm_net:rho=1.6",
                                       "dladmm_net:loss=softmax_cross_entropy,rho=0.8"};
    for (size_t i = 0; i < sizeof more / sizeof *more && !item->problem; i++) {
        const clarke_case c =
            clarke_dladmm_case(item, "dladmm_sharper", more[i], "dladmm", "start", 100);
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return clarke_dladmm_plan(plan, item, "dladmm_sharper");
}

static clarke_status dladmm_sharper_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_dladmm_control(plan, item, "dladmm_sharper", "dladmm_net:rho=2.05,samples=60",
                                 "dladmm:b_step=printed", "exact_b", false);
}

static clarke_status dladmm_sharper_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_dladmm_judge(e, j, &dladmm_sharper_inequality);
}

const clarke_claim_desc clarke_claim_dladmm_sharper = {
    .title = "Sufficient descent with the sharper constant",
    .paper = "derived, for the method of Wang, Yu, Chen, Zhao, arXiv 1905.13611",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "For convex R and rho > 1.5616 H every iteration lowers the augmented Lagrangian"
                 " by at least min(nu/2, C1*, theta/2, tau/2) times the sum of the squared "
                 "changes.",
    .formula = "L_rho^k - L_rho^{k+1} >= min(nu/2, rho/2 + H/2 - 2 H^2/rho, theta/2, tau/2) S_k",
    .not_claimed = "That the iterates converge.",
    .falsifier = "In methods/lib/dladmm_descent_real.c, leave u out of E_L in dladmm_descent_b: "
                 "refuted at k = 2 with both losses; the printed b-step (control): at k "
                 "= 0.",
    .plan = dladmm_sharper_plan,
    .controls = dladmm_sharper_controls,
    .judge = dladmm_sharper_judge,
};
