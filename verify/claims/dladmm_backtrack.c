/* Algorithms 2 and 3 try theta = alpha, alpha gamma, ... until phi(W') <= P(W'; theta). phi is
   quadratic along the ray of candidates, so the test reads theta |D|^2 >= w |D a|^2 (for a: w |W
   D|^2 + nu |D|^2), and one product decides it: theta is the first of the sequence at or above w |h
   a|^2 / |h|^2. The accepted constant is compared with both sides of that test, recomputed; the
   loop and the closed form are held to the same numbers. */
#include "verify/lib/dladmm_claims.h"

static const clarke_dladmm_inequality dladmm_backtrack_inequality = {
    "dladmm_backtrack", CLARKE_DLADMM_CHECK_BACKTRACK, CLARKE_DLADMM_NEWEST,
    "'the first constant that passes'"};

static clarke_status dladmm_backtrack_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    CLARKE_TRY(clarke_dladmm_plan_moving(plan, item, "dladmm_backtrack"));
    return clarke_dladmm_plan(plan, item, "dladmm_backtrack");
}

static clarke_status dladmm_backtrack_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_dladmm_control(plan, item, "dladmm_backtrack",
                                 "dladmm_net:loss=softmax_cross_entropy,rho=1.05,samples=60",
                                 "dladmm:algorithm5=printed", "newest_base", false);
}

static clarke_status dladmm_backtrack_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_dladmm_judge(e, j, &dladmm_backtrack_inequality);
}

const clarke_claim_desc clarke_claim_dladmm_backtrack = {
    .title = "Backtracking accepts the first constant that passes, in closed form too",
    .paper = "derived, for the method of Wang, Yu, Chen, Zhao, arXiv 1905.13611",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement = "The accepted theta or tau is the first of initial, initial factor, initial "
                 "factor^2, ... at which the model lies above the objective.",
    .formula = "theta = min {alpha gamma^j : theta |D|^2 >= w |D a_{l-1}|^2}",
    .not_claimed = "A rejected candidate with an l1 penalty: its candidates are not on a ray, only "
                   "the acceptance is checked.",
    .falsifier = "In methods/lib/dladmm_descent_real.c, let dladmm_descent_accept return theta * "
                 "net->o->factor, or leave nu out of the a-step: refuted at k = 0 with "
                 "both losses.",
    .plan = dladmm_backtrack_plan,
    .controls = dladmm_backtrack_controls,
    .judge = dladmm_backtrack_judge,
};
