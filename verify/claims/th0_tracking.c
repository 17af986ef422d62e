/* The mean path shadows the flow of the inclusion: P0's own argument, seen. */
#include "verify/lib/p0_limit.h"

static const clarke_p0_limit th0_tracking = {
    .claim = "th0_tracking",
    .decay_what = "the distance of the agents' mean from the flow that starts on it",
    .window = 1.0};

static clarke_status th0_tracking_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p0_limit_plan(plan, item, &th0_tracking);
}

/* In the trap the mean stays at 0 while the flow of the smooth f = (x - 1)^2/2 leaves: after T = 1 it
   is at 1 - e^-1 = 0.632. The inclusion of the parts' field has both solutions. */
static const clarke_p0_control th0_tracking_table[] = {
    {.name = "the flow is not unique",
     .broken = "flow_unique",
     .problem = "dec_cancel_abs:h=1,b=1",
     .method = "dsgd",
     .network = "matrix:w=0.75,0.25,0.25,0.75",
     .schedule = "power:0.05,0.6,10",
     .init = "uniform:-5,-0.5",
     .iterations = 65536,
     .level = 0.6},
    {.name = "bias",
     .broken = "noise_mean_zero",
     .problem = "quadratic_agents:a=-1,0,4",
     .method = "dsgd",
     .network = "path:d=3",
     .schedule = "power:10,1,50",
     .sampling = "replacement:1",
     .noise = "bias:0.25,1",
     .iterations = 50000,
     .level = 0.14},
    {0},
};

static clarke_status th0_tracking_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p0_limit_controls(plan, item, &th0_tracking, th0_tracking_table);
}

static clarke_status th0_tracking_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_p0_limit_judge(e, j, &th0_tracking);
}

const clarke_claim_desc clarke_claim_th0_tracking = {
    .title = "The agents' mean shadows the flow of the inclusion",
    .paper = "Benaim, Hofbauer, Sorin 2005, applied to Zhang, Xiao, Liu, arXiv 2403.11565",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "Over windows of fixed length in t = sum of steps, the mean of DSGD and of DSGD-T "
                 "strays less and less from the solution of the inclusion that starts on it.",
    .formula = "sup over t <= s <= t + 1 of |xbar(s) - flow(s - t, xbar(t))| -> 0, x' in -D_f(x)",
    .not_claimed =
        "Closeness for all times from one start; anything where the inclusion has several "
        "solutions.",
    .falsifier =
        "In core/oracle.c, add 1/4 to every answer: the mean follows another flow (the "
        "control 'bias'). In the long run every path comes to rest, so a wrong speed is not "
        "seen here; th0_conformance sees it.",
    .plan = th0_tracking_plan,
    .controls = th0_tracking_controls,
    .judge = th0_tracking_judge,
};
