/* DSGD-M and DSignSGD: the momenta of all agents vanish. */
#include "verify/lib/p0_limit.h"

static const clarke_p0_limit th0_momentum = {.claim = "th0_momentum", .momentum = true};

static clarke_status th0_momentum_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p0_limit_plan(plan, item, &th0_momentum);
}

/* Unmixed momentum tends to the agent's own gradient: |0 - 3/2| for data 0, 3. theta = 1/10 under a
   bias of 1/4 with a fixed step (no vanishing steps): left to th1. Bias: the mean of the gradients
   and the noise vanishes, so m -> 0 as well; nothing to see. */
static const clarke_p0_control th0_momentum_table[] = {
    {.name = "momentum not mixed",
     .broken = "momentum_mixed",
     .problem = "quadratic_agents:a=0,3",
     .method = "dsgd_m:mix_momentum=no",
     .network = "matrix:w=0.75,0.25,0.25,0.75",
     .schedule = "power:10,1,50",
     .iterations = 50000,
     .control = CLARKE_CONTROL_LEVEL,
     .level = 1.4},
    {.name = "not connected",
     .broken = "mixes",
     .problem = "quadratic_agents:a=0,0",
     .method = "dsgd_m",
     .network = "matrix:w=0,1,1,0",
     .schedule = "power:0.5,0.7,10",
     .iterations = 20000,
     .control = CLARKE_CONTROL_GROWTH},
    {0},
};

static clarke_status th0_momentum_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p0_limit_controls(plan, item, &th0_momentum, th0_momentum_table);
}

static clarke_status th0_momentum_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_p0_limit_judge(e, j, &th0_momentum);
}

const clarke_claim_desc clarke_claim_th0_momentum = {
    .title = "DSGD-M, DSignSGD: the momenta of all agents vanish",
    .paper = "Zhang, Xiao, Liu, arXiv 2403.11565",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "With theta_k = tau eta_k the limit points (x, m) of every agent have m = 0, "
                 "whatever the problem.",
    .formula = "max_i |m_{i,k}| -> 0",
    .not_claimed = "Any speed; that the subgradients vanish, which they do not.",
    .falsifier = "In methods/lib/dsm.c, do not mix the momentum: each tends to its agent's own "
                 "gradient (the control 'momentum not mixed').",
    .plan = th0_momentum_plan,
    .controls = th0_momentum_controls,
    .judge = th0_momentum_judge,
};
