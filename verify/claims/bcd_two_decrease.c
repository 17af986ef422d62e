/* Two-splitting with exact block minimisers: every update lowers the objective by its constant, and so
   does a sweep. That the updates are minimisers is bcd_conformance's. Exact minimisers exist for linear
   sigma and, with a kink at 0, for rows of W and columns of V of one or two entries; smooth sigma takes
   prox-linear steps, whose constants are not judged here. That the limit is critical is another matter:
   bcd_two_stall. */
#include "verify/lib/bcd_claims.h"

static const clarke_bcd_exact two[] = {
    {.variant = "blocks", CLARKE_BCD_BLOCKS("bcd_two_decrease")},
    {.variant = "equalities", CLARKE_BCD_EQUALITIES("bcd_two_decrease")},
    {.variant = "sweep", CLARKE_BCD_SWEEPS("bcd_two_decrease")},
};
enum { TWO_PARTS = sizeof two / sizeof *two };

#define TWO_NET "split_two:inputs=2,widths=2,2,outputs=1,samples=4,w_term=ridge,w_weight=0.02"

static const clarke_bcd_pair two_pairs[] = {
    {TWO_NET ",weight=sum", "bcd_two:alpha=0.3", NULL},
    {TWO_NET ",activation=leaky_relu,loss=hinge,gamma=1.3", "bcd_two:alpha=0.3", NULL},
    {TWO_NET ",activation=abs,loss=logistic", "bcd_two:alpha=0.3", NULL},
    {"split_two:inputs=4,widths=5,3,outputs=2,samples=7,activation=linear,w_term=ridge",
     "bcd_two:alpha=0.6", NULL},
};

static clarke_status two_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_bcd_plan_parts(plan, item, two, TWO_PARTS, two_pairs,
                                 sizeof two_pairs / sizeof *two_pairs, 120);
}

static clarke_status two_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    const clarke_bcd_pair pair = {TWO_NET ",weight=sum", "bcd_two:alpha=0.3", NULL};
    return clarke_bcd_control(plan, item, &two[0], pair, "own_constants", 30.0, 60);
}

static clarke_status two_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_bcd_judge_parts(e, j, two, TWO_PARTS);
}

const clarke_claim_desc clarke_claim_bcd_two_decrease = {
    .title = "Two-splitting: exact updates, their decrease and the sweep's",
    .paper = CLARKE_BCD_PAPER,
    .provenance = CLARKE_PROVENANCE_RECALLED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "With every block minimised exactly, each update lowers the objective by at least "
                 "alpha + gamma/2 of the squared move for V_N, alpha for W_N and alpha/2 for the "
                 "others, and a sweep by alpha/2 of it.",
    .formula = "L(P^{k-1}) - L(P^k) \\ge \\tfrac\\alpha2 \\|P^k - P^{k-1}\\|_F^2",
    .correction = "The constants of V_N and W_N are derived and larger than the recalled alpha/2.",
    .not_claimed = "That the limit is a critical point: with a kink in sigma it need not be "
                   "(bcd_two_stall).",
    .falsifier =
        "In parts/lib/prox_margin.h, let the hinge's step be weight/c without the minimum: "
        "refuted on the network with the hinge.",
    .plan = two_plan,
    .controls = two_controls,
    .judge = two_judge,
};
