/* Each step of alternating minimisation and of the proximal point method minimises what it is said
   to minimise, and moves no other block: by values of f at other points, which share no code with
   the closed forms of the steps. */
#include "verify/lib/step_claim.h"

/* beta, then the weights; -1 ends them, -2 is the proximal point method. */
static const clarke_step_case am_step_right[] = {
    {"power_pair:n=4,p=4,3", "alternating_minimization", NULL, {0, 0, -1}},
    {"power_pair:n=6,p=1,1.5,2+block_rotate",
     "alternating_minimization:alpha=0.5",
     NULL,
     {0, 0.5, -1}},
    {"root_pair:n=4", "alternating_minimization", NULL, {0, 0, -1}},
    {"root_pair:p=0.75", "alternating_minimization:alpha=0.5", NULL, {0, 0.5, -1}},
    {"coupled_quadratic:n=4,c=0.9,-0.5",
     "alternating_minimization:alpha=1,beta=0.5",
     NULL,
     {0.5, 1, -1}},
    {"square_product:n=6", "alternating_minimization:alpha=1,2", NULL, {0, 1, 2, -1}},
    {"abs_product", "alternating_minimization:alpha=2", NULL, {0, 2, -1}},
    {"rank1_factor:n=4,sigma=2,1,lambda=0.5+block_rotate",
     "alternating_minimization",
     NULL,
     {0, 0, -1}},
    {"rank1_factor", "alternating_minimization:alpha=0.5", NULL, {0, 0.5, -1}},
    {"deep_chain_sq:n=3", "alternating_minimization:alpha=1", NULL, {0, 1, -1}},
    {"deep_chain_abs:n=3", "alternating_minimization:alpha=1", NULL, {0, 1, -1}},
    {"relu_chain",
     "alternating_minimization:alpha=0.6,0,0,0.6,0.6",
     NULL,
     {0, 0.6, 0, 0, 0.6, 0.6, -1}},
    {"hinge_chain:gamma=2", "alternating_minimization:alpha=0.25", NULL, {0, 0.25, -1}},
    {"mcp_pair:n=4", "alternating_minimization:alpha=0.5", NULL, {0, 0.5, -1}},
    {"scad_pair:n=4", "alternating_minimization", NULL, {0, 0, -1}},
    {"scad_pair:n=4,mu=2", "alternating_minimization:alpha=0.5", NULL, {0, 0.5, -1}},
    {"l0_pair:n=4", "alternating_minimization", NULL, {0, 0, -1}},
    {"l0_pair:n=4", "alternating_minimization:alpha=0.5", NULL, {0, 0.5, -1}},
    {"two_means", "alternating_minimization", NULL, {0, 0, -1}},
    {"two_means:p=-2,-1,0,1.5,3", "alternating_minimization:alpha=0.5", NULL, {0, 0.5, -1}},
    {"monomial", "alternating_minimization:alpha=1", NULL, {0, 1, -1}},
    {"monomial:a=2,1,1", "alternating_minimization:alpha=0.5", NULL, {0, 0.5, -1}},
    {"rank2_factor", "alternating_minimization", NULL, {0, 0, -1}},
    {"rank2_factor+block_rotate", "alternating_minimization:alpha=0.5", NULL, {0, 0.5, -1}},
    {"powell_cycle", "alternating_minimization:alpha=4", NULL, {0, 4, -1}},
    {"abs_coupling:n=4", "alternating_minimization:alpha=0.5", NULL, {0, 0.5, -1}},
    {"bilin_abs_ridge:n=4", "alternating_minimization:alpha=0.5", NULL, {0, 0.5, -1}},
    {"power_pair:p=3+direct:with=relu_chain", "alternating_minimization:alpha=1", NULL, {0, 1, -1}},
    {"absquad:n=3", "proximal_point", "constant:0.125", {0, -2}},
    {"l1_norm:n=3", "proximal_point", "constant:0.25", {0, -2}},
    {"quartic:n=2", "proximal_point", "constant:0.5", {0, -2}},
    {"min_two_quad", "proximal_point", "constant:0.5", {0, -2}},
    {"mcp_orth:n=3", "proximal_point", "constant:0.25", {0, -2}},
    {"max_power", "proximal_point", "constant:0.25", {0, -2}},
    {"max_power:p=1.5", "proximal_point", "constant:0.5", {0, -2}},
};

/* The method does not use the weight, or the centre, that it is judged by. */
static const clarke_step_case am_step_wrong[] = {
    {"power_pair:n=4,p=4,3", "alternating_minimization:alpha=0.5", NULL, {0, 0, -1}},
    {"coupled_quadratic:n=4,c=0.9,-0.5",
     "alternating_minimization:alpha=1,beta=0.5",
     NULL,
     {0, 1, -1}},
    {"quartic:n=2", "gradient_descent:steps=0.125", "constant:0.125", {0, -2}},
};

static const clarke_step_claim am_step = {
    .claim = "am_step",
    .measure = "block_step",
    .assumed = "the weights and the centre are those of the method",
    .what = "optimality of the step",
    .rights = sizeof am_step_right / sizeof am_step_right[0],
    .right = am_step_right,
    .wrongs = sizeof am_step_wrong / sizeof am_step_wrong[0],
    .wrong = am_step_wrong,
};

static clarke_status am_step_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_step_claim_plan(plan, item, &am_step);
}

static clarke_status am_step_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_step_claim_controls(plan, item, &am_step);
}

static clarke_status am_step_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_step_claim_judge(e, j, &am_step);
}

const clarke_claim_desc clarke_claim_am_step = {
    .title = "Block steps minimise what they should",
    .paper = "derived; alternating minimisation and the proximal point method",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement = "The new block is a minimiser of f plus its proximal term, the other blocks at "
                 "their newest values.",
    .formula = "x_b in argmin_u f(.., u, ..) + alpha_b/2 |u - c_b|^2",
    .not_claimed = "That no point far away is better: values are compared at the block before, the "
                   "middle, 0 and along the axes.",
    .falsifier =
        "In problems/power_pair.c, drop `weight * centre` from the block minimiser, or `(1.0 "
        "+ weight)` from its step: refuted on power_pair:n=6; in problems/relu_chain.c, "
        "return `right` whenever it is positive: refuted on relu_chain.",
    .plan = am_step_plan,
    .controls = am_step_controls,
    .judge = am_step_judge,
};
