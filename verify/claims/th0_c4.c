/* DSignSGD: signs of the mixed momentum. */
#include "verify/lib/p0_limit.h"

static const clarke_p0_limit th0_c4 = {.claim = "th0_c4", .method = "dsign_sgd"};

static clarke_status th0_c4_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p0_limit_plan(plan, item, &th0_c4);
}

/* Unmixed momentum: agent i's tends to x - a_i, and the mean of sign(x - a_i) vanishes at the median
   of the data, 0 for 0, 0, 3, not at their mean 1. theta = eta/(4 t): psi = f + |m|/tau rises (kappa
   = 4 > 1); with eta = (k+1)^-1/2 one has t ~ 2 k^1/2, hence theta = 1/(8 k). Both derived. */
static const clarke_p0_control th0_c4_table[] = {
    {.name = "momentum not mixed",
     .broken = "momentum_mixed",
     .problem = "quadratic_agents:a=0,0,3",
     .method = "dsign_sgd:mix_momentum=no",
     .network = "complete:d=3",
     .schedule = "power:0.5,0.7,10",
     .iterations = 100000,
     .control = CLARKE_CONTROL_POINT,
     .target_kind = CLARKE_AGENTS_POINT,
     .target = {1.0, 0.0}},
    {.name = "momentum too slow",
     .broken = "single_timescale",
     .problem = "quadratic_agents:a=0,0",
     .method = "dsign_sgd",
     .network = "matrix:w=0.75,0.25,0.25,0.75",
     .schedule = "power:1,0.5,1",
     .momentum = "power:0.125,1,1",
     .iterations = 200000,
     .control = CLARKE_CONTROL_GROWTH},
    {0},
};

static clarke_status th0_c4_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p0_limit_controls(plan, item, &th0_c4, th0_c4_table);
}

static clarke_status th0_c4_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_p0_limit_judge(e, j, &th0_c4);
}

const clarke_claim_desc clarke_claim_th0_c4 = {
    .title = "DSignSGD: limit points are critical for the field of the agents' functions",
    .paper = "Zhang, Xiao, Liu, arXiv 2403.11565",
    .provenance = CLARKE_PROVENANCE_SECOND_HAND,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "The same as for DSGD-M where x moves along the sign of the mixed momentum.",
    .formula = "X_{k+1} = X_k W - eta_k sign(M_k), M_{k+1} = M_k W - tau eta_k (M_k - G_k): max_i "
               "dist(x_i, {0 in conv (1/d) sum_i D_i}) -> 0",
    .not_claimed = "Any speed: with noise the error is of the order eta^(1/4). Nothing without the "
                   "mixing of the momentum.",
    .falsifier =
        "In methods/lib/dsm.c, do not mix the momentum: the limit moves from the mean 1 to "
        "the median 0 (the control 'momentum not mixed').",
    .plan = th0_c4_plan,
    .controls = th0_c4_controls,
    .judge = th0_c4_judge,
};
