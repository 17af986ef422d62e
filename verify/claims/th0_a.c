/* The framework: consensus. */
#include "verify/lib/p0_limit.h"

static const clarke_p0_limit th0_a = {
    .claim = "th0_a",
    .decay_what = "the consensus error |Z_perp|_F of a block of t",
    .decay = CLARKE_AGENTS_CONSENSUS};

static clarke_status th0_a_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p0_limit_plan(plan, item, &th0_a);
}

/* W = I: |Z_perp| -> 3/sqrt 2 for data 0, 3. eta = 0.1 for ever, w = 1/4: the fixed point has x_2 -
   x_1 = 3 eta/(2w + eta) = 0.5, |Z_perp| = 0.354 (derived). */
static const clarke_p0_control th0_a_table[] = {
    {.name = "not connected",
     .broken = "mixes",
     .problem = "quadratic_agents:a=0,3",
     .method = "dsgd",
     .network = "matrix:w=1,0,0,1",
     .schedule = "power:10,1,50",
     .iterations = 20000,
     .level = 2.0},
    {.name = "constant step",
     .broken = "steps_vanish",
     .problem = "quadratic_agents:a=0,3",
     .method = "dsgd",
     .network = "matrix:w=0.75,0.25,0.25,0.75",
     .schedule = "constant:0.1",
     .iterations = 4000,
     .level = 0.35},
    {0},
};

static clarke_status th0_a_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p0_limit_controls(plan, item, &th0_a, th0_a_table);
}

static clarke_status th0_a_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_p0_limit_judge(e, j, &th0_a);
}

const clarke_claim_desc clarke_claim_th0_a = {
    .title = "The framework: the agents come to agree, in all blocks of Z",
    .paper = "Zhang, Xiao, Liu, arXiv 2403.11565",
    .provenance = CLARKE_PROVENANCE_SECOND_HAND,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "With a mixing W, vanishing steps and bounded iterates the agents' states become "
                 "equal.",
    .formula = "Z_{k+1} = Z_k W - eta_k (H_k + Xi_{k+1}): |Z_perp|_F -> 0",
    .not_claimed = "A rate; that it is of the order of eta is proved of every step (th0_l2).",
    .falsifier =
        "In methods/lib/dsm.c, skip the mixing of x: the agents keep their own centres (the "
        "control 'not connected').",
    .plan = th0_a_plan,
    .controls = th0_a_controls,
    .judge = th0_a_judge,
};
