/* The relative error condition, block by block, with the factors computed from the iterates. The
   inequalities and their proof are at the head of verify/lib/bcd_inequality.c. */
#include "verify/lib/bcd_claims.h"

static const clarke_bcd_exact errors = {CLARKE_BCD_ERRORS("bcd_three_error")};

static const clarke_bcd_pair errors_pairs[] = {
    {CLARKE_BCD_NET, "bcd_three:alpha=0.6", NULL},
    {CLARKE_BCD_NET ",activation=leaky_relu,rho=0.7,weight=sum", "bcd_three:alpha=0.6", NULL},
    {CLARKE_BCD_NET ",activation=abs,loss=hinge", "bcd_three:alpha=0.6", NULL},
    {CLARKE_BCD_NET ",activation=hard_tanh,loss=logistic,bias=yes", "bcd_three:alpha=0.6", NULL},
    {"split_three:widths=4,samples=6,activation=linear", "bcd_three:alpha=0.2", NULL},
};

static clarke_status errors_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_bcd_plan(plan, item, &errors, errors_pairs,
                           sizeof errors_pairs / sizeof *errors_pairs, 400);
}

/* A tenth of alpha in the bounds; and the sweep from W_1 to V_N, where other blocks are stale. */
static clarke_status errors_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    const clarke_bcd_pair pair = {CLARKE_BCD_NET, "bcd_three:alpha=6", NULL};
    return clarke_bcd_control(plan, item, &errors, pair, "own_constants", 0.6, 100);
}

static clarke_status errors_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_bcd_judge(e, j, &errors);
}

const clarke_claim_desc clarke_claim_bcd_three_error = {
    .title = "Three-splitting: the relative error of every block",
    .paper = CLARKE_BCD_PAPER,
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement =
        "After every sweep the distance of 0 from the partial subdifferential of each block "
        "is at most a sum of the sweep's moves, with factors alpha, gamma, rho, the "
        "spectral norms of W_i and V_{i-1}, and the Lipschitz constant of sigma.",
    .formula = "\\mathrm{dist}(0, \\partial_B L(P^k)) \\le \\sum_C b_{BC} \\|\\Delta_C\\|_F",
    .correction =
        "The paper, as recalled, has one constant b sqrt(3 N) from a bound on all "
        "iterates; the recalled b could not be confirmed, so the inequality of each block "
        "is derived anew and judged instead.",
    .not_claimed =
        "Anything at the first iterate, or about the gradient of the network's own loss.",
    .falsifier =
        "In methods/lib/bcd_values_real.c, let V_N take half of the loss: its limit is no critical "
        "point, the distance stays while the moves vanish, and the claim is refuted.",
    .plan = errors_plan,
    .controls = errors_controls,
    .judge = errors_judge,
};
