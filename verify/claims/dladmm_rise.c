/* What is left of Property 2 without its constant, for rho > H (sqrt(17) - 1)/2. The controls are
   runs with less: rho = H, where it rises once; rho = 1e-6 H, where it rises again and again and
   the residual stays large; and nu = rho = 1e-6 from the authors' start, the paper's example of
   divergence. */
#include "verify/lib/dladmm_claims.h"

static const clarke_dladmm_inequality dladmm_rise_inequality = {
    "dladmm_rise", CLARKE_DLADMM_CHECK_RISE,
    CLARKE_DLADMM_RHO_SHARP | CLARKE_DLADMM_RHO_FIXED | CLARKE_DLADMM_EXACT_Z | CLARKE_DLADMM_DUAL |
        CLARKE_DLADMM_EXACT_B | CLARKE_DLADMM_NEWEST,
    "the fall in every iteration"};

static clarke_status dladmm_rise_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    static const char *const more[] = {"dladmm_net:rho=1.6",
                                       "dladmm_net:loss=softmax_cross_entropy,rho=0.8"};
    for (size_t i = 0; i < sizeof more / sizeof *more && !item->problem; i++) {
        const clarke_case c =
            clarke_dladmm_case(item, "dladmm_rise", more[i], "dladmm", "start", 100);
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return clarke_dladmm_plan(plan, item, "dladmm_rise");
}

static clarke_status dladmm_rise_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    CLARKE_TRY(clarke_dladmm_control(plan, item, "dladmm_rise", "dladmm_net:rho=1,seed=6", "dladmm",
                                     "rho_sharp", false));
    CLARKE_TRY(clarke_dladmm_control(plan, item, "dladmm_rise", "dladmm_net:rho=1e-6", "dladmm",
                                     "rho_sharp", false));
    CLARKE_TRY(clarke_dladmm_control(plan, item, "dladmm_rise",
                                     "dladmm_net:loss=softmax_cross_entropy,rho=0.05", "dladmm",
                                     "rho_sharp", false));
    return clarke_dladmm_control(
        plan, item, "dladmm_rise",
        "dladmm_net:loss=softmax_cross_entropy,nu=1e-6,rho=1e-6,start=labels,dual=zero,scale=0.1",
        "dladmm", "rho_sharp", false);
}

static clarke_status dladmm_rise_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_dladmm_judge(e, j, &dladmm_rise_inequality);
}

const clarke_claim_desc clarke_claim_dladmm_rise = {
    .title = "The augmented Lagrangian falls in every iteration",
    .paper = "derived, for the method of Wang, Yu, Chen, Zhao, arXiv 1905.13611",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "For convex R and rho > 1.5616 H the augmented Lagrangian falls in every "
                 "iteration, from k = 1 or from k = 0 if u_0 = -grad R.",
    .formula = "L_rho^{k+1} <= L_rho^k",
    .correction = "Property 2 asks for rho > 2 H; rho > 1.5616 H is enough for convex R.",
    .not_claimed = "Anything for rho <= 1.5616 H: there it may fall all the same.",
    .falsifier = "In methods/lib/dladmm_real.c, add r to u in the place of rho r: "
                 "refuted at k = 4 with the squared error; rho = H: the control.",
    .plan = dladmm_rise_plan,
    .controls = dladmm_rise_controls,
    .judge = dladmm_rise_judge,
};
