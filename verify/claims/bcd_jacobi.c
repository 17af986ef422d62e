/* The authors' programs update W_i and b_i from each other's old values. With two blocks that is
   still a descent step, with the constant of the step that minimises in both at once; the proofs are at
   the head of verify/measures/bcd_fall.c. */
#include "verify/lib/bcd_claims.h"

static const clarke_bcd_exact jacobi[] = {
    {.claim = "bcd_jacobi",
     .variant = "pair",
     .measure = "bcd_fall",
     .kinds = 1u << CLARKE_BCD_ANY_B,
     .what = "the fall of L in the pair W_i, b_i is at least alpha times its squared move: it"},
    {.variant = "sweep", CLARKE_BCD_SWEEPS("bcd_jacobi")},
};
enum { JACOBI_PARTS = sizeof jacobi / sizeof *jacobi };

#define JACOBI_NET "split_three:" CLARKE_BCD_SHAPE ",bias=yes"

static const clarke_bcd_pair jacobi_pairs[] = {
    {JACOBI_NET ",weight=sum", "bcd_three:alpha=0.6,bias_step=jacobi", NULL},
    {JACOBI_NET ",activation=leaky_relu,rho=4", "bcd_three:alpha=0.05,bias_step=jacobi", NULL},
    {JACOBI_NET ",w_term=ridge,loss=hinge", "bcd_three:alpha=2,bias_step=jacobi", NULL},
    {JACOBI_NET ",weight=sum", "bcd_three:alpha=0.6,bias_step=joint", NULL},
    {JACOBI_NET ",w_term=ridge,rho=4", "bcd_three:alpha=0.05,bias_step=joint,order=forward", NULL},
};

static clarke_status jacobi_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_bcd_plan_parts(plan, item, jacobi, JACOBI_PARTS, jacobi_pairs,
                                 sizeof jacobi_pairs / sizeof *jacobi_pairs, 400);
}

static clarke_status jacobi_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    const clarke_bcd_pair pair = {JACOBI_NET, "bcd_three:alpha=0.6,bias_step=jacobi", NULL};
    return clarke_bcd_control(plan, item, &jacobi[0], pair, "own_constants", 600.0, 100);
}

static clarke_status jacobi_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_bcd_judge_parts(e, j, jacobi, JACOBI_PARTS);
}

const clarke_claim_desc clarke_claim_bcd_jacobi = {
    .title = "The authors' simultaneous step of W_i and b_i still descends",
    .paper = "derived, for the published code of " CLARKE_BCD_PAPER,
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement =
        "If W_i and b_i are both minimised with the other's old value, or together, the pair lowers the "
        "objective by at least alpha times its squared move, and a sweep by lambda times "
        "the squared move of all blocks.",
    .formula = "L - L^+ \\ge \\alpha (\\|\\Delta_{W_i}\\|_F^2 + \\|\\Delta_{b_i}\\|^2)",
    .not_claimed = "That three or more blocks may be updated at once: such sweeps blow up.",
    .falsifier =
        "In methods/lib/bcd_weights_real.c, let the Jacobi step of b use rho n without alpha in "
        "its denominator, or let the joint step leave its matrix as it is: the pair's constant fails.",
    .plan = jacobi_plan,
    .controls = jacobi_controls,
    .judge = jacobi_judge,
};
