/* (4) and (14): z_l minimises (z - m)^2 + (a - f(z))^2 entry by entry, which is not convex. No |z'
   - z|^2 term follows, so neither a rate of hidden z. The minimum is recomputed: rectifiers by both
   branches, smooth f by a fine grid and golden sections. */
#include "verify/lib/dladmm_claims.h"

static const clarke_dladmm_inequality dladmm_hidden_inequality = {
    "dladmm_hidden", CLARKE_DLADMM_CHECK_HIDDEN, CLARKE_DLADMM_GLOBAL_Z,
    "the global minimum of a hidden z-step"};

static clarke_status dladmm_hidden_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_dladmm_plan_any_rho(plan, item, "dladmm_hidden");
}

/* Minimisers over the piece of relu on which z is: stationary, and no rise, but not global. */
static clarke_status dladmm_hidden_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    CLARKE_TRY(clarke_dladmm_control(plan, item, "dladmm_hidden", "dladmm_net:rho=2.05,samples=60",
                                     "dladmm:hidden=local", "global_hidden", false));
    return clarke_dladmm_control(plan, item, "dladmm_hidden",
                                 "dladmm_net:loss=softmax_cross_entropy,rho=1.05,samples=60",
                                 "dladmm:hidden=local", "global_hidden", false);
}

static clarke_status dladmm_hidden_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_dladmm_judge(e, j, &dladmm_hidden_inequality);
}

const clarke_claim_desc clarke_claim_dladmm_hidden = {
    .title = "Hidden z are global minimisers",
    .paper = "derived, for the method of Wang, Yu, Chen, Zhao, arXiv 1905.13611",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement = "After each hidden z-step the objective has not risen, and no entry lies above "
                 "the global minimum of its one-dimensional problem.",
    .formula = "phi(z') <= phi(z),  phi(z'_i) = min_t phi_i(t)",
    .not_claimed = "That z moves little, or that it depends continuously on m and a: it does not "
                   "(dladmm_jump).",
    .falsifier = "In methods/lib/dladmm_hidden_real.c, (m + a)/2 in the place of "
                 "clarke_prox_unit_at, or the threshold m + a > 0: refuted at k = 0 on "
                 "relu with both losses.",
    .plan = dladmm_hidden_plan,
    .controls = dladmm_hidden_controls,
    .judge = dladmm_hidden_judge,
};
