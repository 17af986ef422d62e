/* DSGD-M: momentum, mixed like the iterate. */
#include "verify/lib/p0_limit.h"

static const clarke_p0_limit th0_c3 = {.claim = "th0_c3", .method = "dsgd_m"};

static clarke_status th0_c3_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p0_limit_plan(plan, item, &th0_c3);
}

/* theta_k = (k + 2)^-2 and x moved by the new momentum, equal agents: the means follow heavy ball,
   whose step multiplies volume by 1 - theta_k, a product that stays above 1/2, so (x, m) cannot
   approach 0, and |x| grows like the sum of the steps (derived). */
static const clarke_p0_control th0_c3_table[] = {
    {.name = "momentum freezes",
     .broken = "single_timescale",
     .problem = "quadratic_agents:a=0,0",
     .method = "dsgd_m:order=new",
     .network = "matrix:w=0.75,0.25,0.25,0.75",
     .schedule = "power:1,0.5,1",
     .momentum = "power:1,2,2",
     .iterations = 200000,
     .control = CLARKE_CONTROL_GROWTH},
    {.name = "not connected",
     .broken = "mixes",
     .problem = "quadratic_agents:a=0,3",
     .method = "dsgd_m",
     .network = "matrix:w=1,0,0,1",
     .schedule = "power:10,1,50",
     .iterations = 20000,
     .control = CLARKE_CONTROL_LEVEL,
     .level = 1.4},
    {0},
};

static clarke_status th0_c3_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p0_limit_controls(plan, item, &th0_c3, th0_c3_table);
}

static clarke_status th0_c3_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_p0_limit_judge(e, j, &th0_c3);
}

const clarke_claim_desc clarke_claim_th0_c3 = {
    .title = "DSGD-M: limit points are critical for the field of the agents' functions",
    .paper = "Zhang, Xiao, Liu, arXiv 2403.11565",
    .provenance = CLARKE_PROVENANCE_SECOND_HAND,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "With theta_k = tau eta_k and the conditions of DSGD, every limit point of every "
                 "agent is critical for the mean of the agents' fields.",
    .formula = "X_{k+1} = X_k W - eta_k M_k, M_{k+1} = M_k W - tau eta_k (M_k - G_k): max_i "
               "dist(x_i, {0 in conv (1/d) sum_i D_i}) -> 0",
    .not_claimed =
        "That x converges along flat pieces; any rate; Clarke stationarity. Whether the "
        "text moves x by the old or the new momentum was not seen; both have this limit.",
    .falsifier = "Use theta_k = (k + 2)^-2 in the momentum update: the mean grows on x^2/2 (the "
                 "control 'momentum freezes').",
    .plan = th0_c3_plan,
    .controls = th0_c3_controls,
    .judge = th0_c3_judge,
};
