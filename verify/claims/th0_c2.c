/* DSGD-T: gradient tracking. */
#include "verify/lib/p0_limit.h"

static const clarke_p0_limit th0_c2 = {.claim = "th0_c2", .method = "dsgd_t"};

static clarke_status th0_c2_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p0_limit_plan(plan, item, &th0_c2);
}

/* V_0 = 0 with equal Hessians: the mean of the trackers is gbar_k - gbar_0 = xbar_k - xbar_0 for ever,
   so xbar never moves from xbar_0 (derived). An unmixed tracker is the agent's own gradient: DSGD,
   whose limit is right, so only the hypothesis can be seen to fail here; th0_offset tells them
   apart. */
static const clarke_p0_control th0_c2_table[] = {
    {.name = "tracker from zero",
     .broken = "tracker_start",
     .problem = "quadratic_agents:a=0,3",
     .method = "dsgd_t:first=zeros",
     .network = "matrix:w=0.75,0.25,0.25,0.75",
     .schedule = "power:10,1,50",
     .iterations = 50000,
     .control = CLARKE_CONTROL_POINT,
     .target_kind = CLARKE_AGENTS_MEAN_START,
     .target = {1.0}},
    {.name = "tracker not mixed",
     .broken = "tracker_mixed",
     .problem = "quadratic_agents:a=0,3",
     .method = "dsgd_t:mix_tracker=no",
     .network = "matrix:w=0.75,0.25,0.25,0.75",
     .schedule = "power:10,1,50",
     .iterations = 20000,
     .gate_only = true},
    {.name = "not connected",
     .broken = "mixes",
     .problem = "quadratic_agents:a=0,3",
     .method = "dsgd_t",
     .network = "matrix:w=1,0,0,1",
     .schedule = "power:10,1,50",
     .iterations = 20000,
     .control = CLARKE_CONTROL_LEVEL,
     .level = 1.4},
    {0},
};

static clarke_status th0_c2_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p0_limit_controls(plan, item, &th0_c2, th0_c2_table);
}

static clarke_status th0_c2_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_p0_limit_judge(e, j, &th0_c2);
}

const clarke_claim_desc clarke_claim_th0_c2 = {
    .title = "DSGD-T: limit points are critical for the field of the agents' functions",
    .paper = "Zhang, Xiao, Liu, arXiv 2403.11565",
    .provenance = CLARKE_PROVENANCE_SECOND_HAND,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "The same as for DSGD where each agent moves along a tracker that starts at its "
                 "first answer.",
    .formula = "X_{k+1} = X_k W - eta_k V_k, V_{k+1} = V_k W + G_{k+1} - G_k, V_0 = G_0: max_i "
               "dist(x_i, {0 in conv (1/d) sum_i D_i}) -> 0",
    .not_claimed = "That the trackers agree or vanish (with noise or kinks they do not); no rate; "
                   "Clarke stationarity.",
    .falsifier =
        "In methods/dsgd_t.c, leave V_0 at 0: the mean stays where it started (the control "
        "'tracker from zero').",
    .plan = th0_c2_plan,
    .controls = th0_c2_controls,
    .judge = th0_c2_judge,
};
