/* In the blocks in which the objective is quadratic the fall at an update is known exactly. The
   sharpest test of an update and of the objective together: a term that one of them lacks shows. */
#include "verify/lib/bcd_claims.h"

static const clarke_bcd_exact equalities = {CLARKE_BCD_EQUALITIES("bcd_three_equalities")};

static const clarke_bcd_pair equalities_pairs[] = {
    {CLARKE_BCD_NET, "bcd_three:alpha=0.6", NULL},
    {CLARKE_BCD_NET ",activation=leaky_relu,rho=0.7,weight=sum", "bcd_three:alpha=0.6", NULL},
    {CLARKE_BCD_NET ",activation=tanh,loss=softmax_cross_entropy", "bcd_three:alpha=3", NULL},
    {CLARKE_BCD_NET ",activation=linear,bias=yes,v_term=ridge", "bcd_three:alpha=0.6", NULL},
};

static clarke_status equalities_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_bcd_plan(plan, item, &equalities, equalities_pairs,
                           sizeof equalities_pairs / sizeof *equalities_pairs, 400);
}

static clarke_status equalities_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    const clarke_bcd_pair pair = {CLARKE_BCD_NET, "bcd_three:alpha=0.6", NULL};
    const clarke_bcd_pair single = {CLARKE_BCD_NET, "bcd_three:alpha=0.6,precision=single", NULL};
    CLARKE_TRY(clarke_bcd_control(plan, item, &equalities, pair, "own_constants", 0.6000001, 100));
    return clarke_bcd_control(plan, item, &equalities, single, "double_precision", -1.0, 100);
}

static clarke_status equalities_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_bcd_judge(e, j, &equalities);
}

const clarke_claim_desc clarke_claim_bcd_three_equalities = {
    .title = "Three-splitting: the fall at a quadratic block is a known quadratic form of the move",
    .paper = CLARKE_BCD_PAPER,
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement =
        "Where the objective is quadratic in block B with Hessian H, an update that moves B "
        "by D lowers it by half of the quadratic form of H + 2 alpha_B at D: V_N with the "
        "squared loss, U_N, W_i, V_i and, for a linear sigma, U_i.",
    .formula = "L - L^+ = \\tfrac12 \\langle \\Delta, (H + 2 \\alpha_B I) \\Delta \\rangle",
    .not_claimed = "Blocks with a kink, a box or an l1 term, and prox-linear steps.",
    .falsifier =
        "In methods/lib/bcd_values_real.c, form V_N without alpha V_old and without alpha in its "
        "denominator: critical points stay critical, and the equality fails at once.",
    .plan = equalities_plan,
    .controls = equalities_controls,
    .judge = equalities_judge,
};
