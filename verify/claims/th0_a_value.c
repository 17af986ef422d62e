/* The framework: f converges along the mean. */
#include "verify/lib/p0_limit.h"

static const clarke_p0_limit th0_a_value = {
    .claim = "th0_a_value",
    .decay_what = "the oscillation of f at the agents' mean over a block of t",
    .decay = CLARKE_AGENTS_VALUE};

static clarke_status th0_a_value_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p0_limit_plan(plan, item, &th0_a_value);
}

/* eta = 0.1 for ever, fair signs of size 1 at two agents: xbar has the deviation sqrt(eta/(4 - 2
   eta)) = 0.16 (an AR(1) with factor 0.9 and innovations 0.1/sqrt 2), so f = xbar^2/2 ranges over 0.01 at
   the very least in a block of 500 steps. */
static const clarke_p0_control th0_a_value_table[] = {
    {.name = "constant step",
     .broken = "steps_vanish",
     .problem = "quadratic_agents:a=0,0",
     .method = "dsgd",
     .network = "matrix:w=0.75,0.25,0.25,0.75",
     .schedule = "constant:0.1",
     .sampling = "replacement:1",
     .noise = "signs:1",
     .iterations = 4000,
     .level = 0.01},
    {0},
};

static clarke_status th0_a_value_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p0_limit_controls(plan, item, &th0_a_value, th0_a_value_table);
}

static clarke_status th0_a_value_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_p0_limit_judge(e, j, &th0_a_value);
}

const clarke_claim_desc clarke_claim_th0_a_value = {
    .title = "The framework: f at the agents' mean converges",
    .paper = "Zhang, Xiao, Liu, arXiv 2403.11565",
    .provenance = CLARKE_PROVENANCE_SECOND_HAND,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "The value of f at the mean converges, though the mean itself need not.",
    .formula = "sup f(xbar_k) - inf f(xbar_k) over windows of t -> 0",
    .not_claimed = "A rate, or which critical value it is.",
    .falsifier = "Hold the step constant: the oscillation stays (the control 'constant step').",
    .plan = th0_a_value_plan,
    .controls = th0_a_value_controls,
    .judge = th0_a_value_judge,
};
