/* The displacement over windows of fixed length vanishes. */
#include "verify/lib/p1_limit.h"

static const clarke_p1_limit th1_window = {.claim = "th1_window",
                                           .timescale = CLARKE_P1_SINGLE,
                                           .quantity = CLARKE_LIMIT_DISTANCE,
                                           .decay_measure = "window_displacement",
                                           .decay_what = "the displacement over a window"};

static clarke_status th1_window_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p1_limit_plan(plan, item, &th1_window);
}

/* eta = 1/log(k+3) with fair signs on x^2/2: limsup |x_k| = 0.83 and liminf = -0.83 (derived), so
   displacements of the order of one recur for ever. */
static const clarke_p1_control th1_window_table[] = {
    {.name = "inverse-log-steps",
     .broken = "noise_steps",
     .problem = "quadratic",
     .method = "sgd",
     .schedule = "inverse-log:1,3",
     .sampling = "replacement:1",
     .noise = "signs:1",
     .iterations = 200000,
     .control = CLARKE_CONTROL_LEVEL,
     .level = 0.4},
    {0},
};

static clarke_status th1_window_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p1_limit_controls(plan, item, &th1_window, th1_window_table);
}

static clarke_status th1_window_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_p1_limit_judge(e, j, &th1_window);
}

const clarke_claim_desc clarke_claim_th1_window = {
    .title = "The mean subgradient over a window vanishes",
    .paper = "derived from the limiting differential inclusion of Xiao, Hu, Toh, arXiv 2307.10053",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "The displacement over a window of fixed length in t, which is the step-weighted "
                 "mean of the directions, goes to zero, although single subgradients need not.",
    .formula = "|x(t + 1) - x(t)| -> 0",
    .not_claimed = "|g_k| -> 0, which fails for |x|; convergence of x_k, which may wander along a "
                   "continuum of critical points ever more slowly.",
    .falsifier = "Use steps 1/log k with noise: displacements of 0.4 recur (the control "
                 "inverse-log-steps).",
    .plan = th1_window_plan,
    .controls = th1_window_controls,
    .judge = th1_window_judge,
};
