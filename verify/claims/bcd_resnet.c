/* Residual networks: the same inequalities, with gamma instead of gamma/2 for V_i below a skip. */
#include "verify/lib/bcd_claims.h"

static const clarke_bcd_exact resnet[] = {
    {.variant = "blocks", CLARKE_BCD_BLOCKS("bcd_resnet")},
    {.variant = "equalities", CLARKE_BCD_EQUALITIES("bcd_resnet")},
    {.variant = "sweep", CLARKE_BCD_SWEEPS("bcd_resnet")},
    {.variant = "error", CLARKE_BCD_ERRORS("bcd_resnet")},
};
enum { RESNET_PARTS = sizeof resnet / sizeof *resnet };

#define RESNET_SKIPS "split_three:inputs=4,widths=4,4,outputs=2,samples=7,residual=yes,gamma=1.3,"
/* A skip into the last layer too. */
#define RESNET_ALL "split_three:inputs=3,widths=3,3,outputs=3,samples=5,residual=yes,"

static const clarke_bcd_pair resnet_pairs[] = {
    {RESNET_SKIPS CLARKE_BCD_RIDGE, "bcd_three:alpha=0.6", NULL},
    {RESNET_ALL CLARKE_BCD_RIDGE ",activation=leaky_relu,loss=hinge", "bcd_three:alpha=0.6", NULL},
    {RESNET_ALL CLARKE_BCD_RIDGE ",activation=abs,rho=0.7", "bcd_three:alpha=0.6", NULL},
};

static clarke_status resnet_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_bcd_plan_parts(plan, item, resnet, RESNET_PARTS, resnet_pairs,
                                 sizeof resnet_pairs / sizeof *resnet_pairs, 400);
}

static clarke_status resnet_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    const clarke_bcd_pair pair = {RESNET_SKIPS CLARKE_BCD_RIDGE, "bcd_three:alpha=0.6", NULL};
    CLARKE_TRY(clarke_bcd_control(plan, item, &resnet[0], pair, "own_constants", 6.0, 100));
    return clarke_bcd_control(plan, item, &resnet[1], pair, "own_constants", 0.5, 100);
}

static clarke_status resnet_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_bcd_judge_parts(e, j, resnet, RESNET_PARTS);
}

const clarke_claim_desc clarke_claim_bcd_resnet = {
    .title = "Residual networks: decrease and relative error of every block",
    .paper = CLARKE_BCD_PAPER,
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement =
        "On the three-splitting of a residual network every update lowers the objective by "
        "the block's constant, alpha + gamma/2 for V_N, (gamma + rho)/2 for U_N, alpha for "
        "W_i, gamma for V_i below a skip and alpha/2 for U_i, a sweep by lambda = "
        "min(alpha/2, gamma) where every layer has a skip, and the relative error has the "
        "terms of the skips added.",
    .formula = "L - L^+ \\ge c_B \\|\\Delta_B\\|_F^2,\\quad V_i: c_B = \\gamma",
    .correction =
        "The conclusions are recalled; the constants are derived: V_i is in two squares of "
        "weight gamma, V_i - V_{i-1} - sigma and V_{i+1} - V_i - sigma.",
    .not_claimed = "The authors' residual MATLAB program, which is another scheme.",
    .falsifier =
        "In methods/lib/bcd_values_real.c, forget the next layer's term of the skip in the V-step, "
        "or turn its sign: refuted at the first sweep.",
    .plan = resnet_plan,
    .controls = resnet_controls,
    .judge = resnet_judge,
};
