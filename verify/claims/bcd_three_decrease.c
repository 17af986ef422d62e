/* Sufficient decrease of a sweep with lambda = min of the blocks' constants; no update raises the
   objective; and the objective is the problem's value. */
#include "verify/lib/bcd_claims.h"

static const clarke_bcd_exact decrease[] = {
    {.variant = "sweep", CLARKE_BCD_SWEEPS("bcd_three_decrease")},
    {.variant = "updates", CLARKE_BCD_MONOTONE("bcd_three_decrease")},
    {.variant = "value", CLARKE_BCD_VALUE("bcd_three_decrease")},
};
enum { DECREASE_PARTS = sizeof decrease / sizeof *decrease };

/* Deep, with a small alpha: the Gram matrices are nearly singular. */
#define DECREASE_DEEP "split_three:widths=12,12,12,12,inputs=10,outputs=4,samples=60,weight=sum"

static const clarke_bcd_pair decrease_pairs[] = {
    {CLARKE_BCD_NET, "bcd_three:alpha=0.6", NULL},
    {CLARKE_BCD_NET ",activation=leaky_relu,rho=0.7,loss=hinge", "bcd_three:alpha=0.6", NULL},
    {CLARKE_BCD_NET ",activation=abs,loss=logistic,bias=yes", "bcd_three:alpha=0.6", NULL},
    {"split_three:widths=4,samples=6,activation=hard_tanh,loss=squared_hinge",
     "bcd_three:alpha=0.05", NULL},
};
static const clarke_bcd_pair decrease_deep[] = {
    {DECREASE_DEEP, "bcd_three:alpha=0.001", "start"},
};

static clarke_status decrease_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    CLARKE_TRY(clarke_bcd_plan_parts(plan, item, decrease, DECREASE_PARTS, decrease_pairs,
                                     sizeof decrease_pairs / sizeof *decrease_pairs, 400));
    if (item->problem) return CLARKE_OK;
    return clarke_bcd_plan_parts(plan, item, decrease, 1, decrease_deep, 1, 60);
}

/* Two samples are fitted. Once a run has converged the moves of float32 are rounding, and so is what they do to L: of thousands
   of updates some raise it. */
static clarke_status decrease_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    const clarke_bcd_pair single = {"split_three:widths=3,inputs=2,outputs=1,samples=2,weight=sum",
                                    "bcd_three:alpha=0.1,precision=single", "start"};
    const clarke_plan_item whole = {.weight = item->weight}; /* not fewer sweeps in a quick suite */
    return clarke_bcd_control(plan, &whole, &decrease[1], single, "double_precision", -1.0, 1000);
}

static clarke_status decrease_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_bcd_judge_parts(e, j, decrease, DECREASE_PARTS);
}

const clarke_claim_desc clarke_claim_bcd_three_decrease = {
    .title = "Three-splitting: sufficient decrease of every sweep",
    .paper = CLARKE_BCD_PAPER,
    .provenance = CLARKE_PROVENANCE_RECALLED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement =
        "Every sweep lowers the objective by at least lambda times the squared move of all "
        "blocks, lambda = min(alpha, gamma)/2, and no update raises it.",
    .formula = "L(P^{k-1}) - L(P^k) \\ge \\lambda \\|P^k - P^{k-1}\\|_F^2",
    .correction = "None where gamma = rho; lambda is computed from the blocks' derived constants, "
                  "which also covers gamma and rho that differ.",
    .not_claimed = "That the network's own loss decreases, or the sum that the authors' programs "
                   "print, which omits terms; anything in single precision, where the decrease "
                   "fails once the moves are rounding.",
    .falsifier =
        "In methods/lib/bcd_values_real.c, leave sigma out of the right side of the V-step: "
        "refuted within a few sweeps.",
    .plan = decrease_plan,
    .controls = decrease_controls,
    .judge = decrease_judge,
};
