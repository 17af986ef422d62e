/* The fall of the objective at every block update of three-splitting, with each block's own constant.
   The derivation stands beside clarke_bcd_constant (verify/lib/bcd_watch.c). */
#include "verify/lib/bcd_claims.h"

static const clarke_bcd_exact blocks = {CLARKE_BCD_BLOCKS("bcd_three_blocks")};

static const clarke_bcd_pair blocks_pairs[] = {
    {CLARKE_BCD_NET, "bcd_three:alpha=0.6", NULL},
    {CLARKE_BCD_NET ",activation=leaky_relu,rho=0.7,weight=sum", "bcd_three:alpha=0.6", NULL},
    {CLARKE_BCD_NET ",activation=abs,loss=hinge", "bcd_three:alpha=0.6", NULL},
    {CLARKE_BCD_NET ",activation=hard_tanh,loss=logistic,bias=yes", "bcd_three:alpha=0.6", NULL},
    {CLARKE_BCD_NET ",activation=linear,loss=squared_hinge", "bcd_three:alpha=0.6,order=forward",
     NULL},
    {"split_three:widths=4,samples=6", "bcd_three:alpha=0.05", NULL},
};

static clarke_status blocks_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_bcd_plan(plan, item, &blocks, blocks_pairs,
                           sizeof blocks_pairs / sizeof *blocks_pairs, 400);
}

/* The constants of ten times the alpha: in V_N the fall is (alpha + (gamma + w)/2) D^2 exactly. */
static clarke_status blocks_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    const clarke_bcd_pair pair = {CLARKE_BCD_NET, "bcd_three:alpha=0.6", NULL};
    return clarke_bcd_control(plan, item, &blocks, pair, "own_constants", 6.0, 100);
}

static clarke_status blocks_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_bcd_judge(e, j, &blocks);
}

const clarke_claim_desc clarke_claim_bcd_three_blocks = {
    .title = "Three-splitting: every block update lowers the objective by its own constant",
    .paper = CLARKE_BCD_PAPER,
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "An update of block B that moves it by D lowers the objective by at least c_B "
                 "|D|^2, where c_B is alpha + gamma/2 for V_N, (gamma + rho)/2 for U_N, alpha for "
                 "W_i and b_i, gamma/2 for V_i and alpha/2 for U_i, i < N.",
    .formula = "L - L^+ \\ge c_B \\|\\Delta_B\\|_F^2",
    .correction =
        "The paper, as recalled, has min(alpha, gamma)/2 for a whole sweep; the constants "
        "of the blocks are derived from their strong convexity, and the sweep's follows.",
    .not_claimed =
        "Any lower bound of the constants' sharpness, the loss of the network itself, and "
        "anything in single precision.",
    .falsifier =
        "In methods/lib/bcd_weights_real.c, drop alpha from the right side of the W-step (ridge to "
        "0): refuted at the first sweep.",
    .plan = blocks_plan,
    .controls = blocks_controls,
    .judge = blocks_judge,
};
