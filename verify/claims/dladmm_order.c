/* Algorithm 1: backward a, z, b, W of layers L..1 (z, b, W at L), forward W, b, z, a of layers 1..L
   (W, b, z, u at L). Each phase changes the block that stands there and no other, bit by bit. That
   the step itself is the paper's is for the other claims: each inequality is checked with the
   newest values of all other blocks. */
#include "verify/lib/dladmm_claims.h"

static const clarke_dladmm_inequality dladmm_order_inequality = {
    "dladmm_order", CLARKE_DLADMM_CHECK_ORDER, CLARKE_DLADMM_ALGORITHM_1,
    "'no other block changes'"};

static clarke_status dladmm_order_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_dladmm_plan(plan, item, "dladmm_order");
}

/* A method of other updates, which the verifier takes for algorithm 1. */
static clarke_status dladmm_order_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_dladmm_control(plan, item, "dladmm_order", "dladmm_net:rho=2.05,samples=60",
                                 "admm_inverse", "algorithm_1", false);
}

static clarke_status dladmm_order_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_dladmm_judge(e, j, &dladmm_order_inequality);
}

const clarke_claim_desc clarke_claim_dladmm_order = {
    .title = "The phases come in the order of algorithm 1",
    .paper = CLARKE_DLADMM_PAPER,
    .provenance = CLARKE_PROVENANCE_READ,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement = "Each elementary update of algorithm 1 changes the block that the algorithm "
                 "names, and no other.",
    .formula = "x^{i+1} = x^i outside the block of phase i",
    .not_claimed = "That the block is changed rightly: dladmm_optimal, dladmm_b, dladmm_hidden and "
                   "dladmm_last say so.",
    .falsifier =
        "In methods/lib/dladmm_phases.c, exchange Z and B in `back`: refuted at k = 0 on every "
        "case.",
    .plan = dladmm_order_plan,
    .controls = dladmm_order_controls,
    .judge = dladmm_order_judge,
};
