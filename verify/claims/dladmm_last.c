/* Lemma B.5, (23): z_L minimises a rho-strongly convex function exactly. */
#include "verify/lib/dladmm_claims.h"

static const clarke_dladmm_inequality dladmm_last_inequality = {
    "dladmm_last", CLARKE_DLADMM_CHECK_LAST, CLARKE_DLADMM_EXACT_Z, "the decrease of a z_L-step"};

static clarke_status dladmm_last_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    CLARKE_TRY(clarke_dladmm_plan_large(plan, item, "dladmm_last"));
    return clarke_dladmm_plan_any_rho(plan, item, "dladmm_last");
}

static clarke_status dladmm_last_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_dladmm_control(plan, item, "dladmm_last",
                                 "dladmm_net:loss=softmax_cross_entropy,rho=0.005,samples=60",
                                 "dladmm:last=fista,fista_step=4", "exact_last", false);
}

static clarke_status dladmm_last_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_dladmm_judge(e, j, &dladmm_last_inequality);
}

const clarke_claim_desc clarke_claim_dladmm_last = {
    .title = "Each z_L-step lowers the objective by (rho/2) |dz|^2",
    .paper = CLARKE_DLADMM_PAPER,
    .provenance = CLARKE_PROVENANCE_READ,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "Each z_L-step, backward and forward, lowers the augmented Lagrangian by at "
                 "least (rho/2) |z' - z|^2.",
    .formula = "L_rho(z_L) - L_rho(z_L') >= (rho/2) |z_L' - z_L|^2",
    .not_claimed = "An inexact solver: FISTA with step 4, as in the authors' code, does not reach "
                   "the minimiser (control).",
    .falsifier = "In methods/lib/dladmm_newton_real.c, drop u from g: refuted at k = 0 "
                 "with the softmax; FISTA as the authors stop it: the control.",
    .plan = dladmm_last_plan,
    .controls = dladmm_last_controls,
    .judge = dladmm_last_judge,
};
