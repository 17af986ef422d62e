/* Two timescales: the iterates approach the critical set of the field. */
#include "verify/lib/p1_limit.h"

static const clarke_p1_limit th1_b = {.claim = "th1_b",
                                      .timescale = CLARKE_P1_TWO,
                                      .quantity = CLARKE_LIMIT_DISTANCE,
                                      .momentum = "power:1,0.5,1"};

static clarke_status th1_b_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p1_limit_plan(plan, item, &th1_b);
}

/* theta = 1: the sign is taken of the fresh sample, and the drift is that of the median: of the
   data 0, 0, 3 it is 0, not the mean 1. On max(x + 3y, -x - y) + (x^2 + y^2)/40 without noise every
   step is +-eta (1, 1), so x - y = -3 is conserved from (-2.3, 0.7) and the run stays at (-2, 1),
   sqrt(125) from the minimiser (8, -4). Both derived. */
static const clarke_p1_control th1_b_controls_table[] = {
    {.name = "median",
     .broken = "two_timescales",
     .problem = "quadratic_sum:a=0,0,3",
     .method = "sign_sgd",
     .schedule = "power:0.5,0.7,10",
     .momentum = "constant:1",
     .sampling = "replacement:1",
     .iterations = 100000,
     .control = CLARKE_CONTROL_POINT,
     .target = {1.0, 0.0}},
    {.name = "conserved-coordinate",
     .broken = "two_timescales",
     .problem = "oblique_kink",
     .method = "sign_sgd",
     .schedule = "power:0.5,0.7,10",
     .momentum = "constant:1",
     .init = "start",
     .iterations = 50000,
     .control = CLARKE_CONTROL_POINT,
     .target = {2.0, -2.0, 1.0}},
    {0},
};

/* Heavy ball is linear in the momentum: a constant theta leaves its limit alone. */
static const clarke_p1_control th1_b_readings[] = {
    {.name = "heavy ball with constant theta",
     .problem = "quadratic_sum:a=0,0,3",
     .method = "heavy_ball",
     .schedule = "power:10,1,50",
     .momentum = "constant:0.1",
     .sampling = "replacement:1",
     .iterations = 200000},
    {0},
};

static clarke_status th1_b_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    CLARKE_TRY(clarke_p1_limit_controls(plan, item, &th1_b, th1_b_controls_table));
    return clarke_p1_limit_reading(plan, item, &th1_b, th1_b_readings);
}

static clarke_status th1_b_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_p1_limit_judge(e, j, &th1_b);
}

const clarke_claim_desc clarke_claim_th1_b = {
    .title = "Two timescales: limit points are critical for the field",
    .paper = "Xiao, Hu, Toh, arXiv 2307.10053",
    .provenance = CLARKE_PROVENANCE_RECALLED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement =
        "With eta_k / theta_k -> 0, theta_k -> 0 and bounded iterates, every limit point x "
        "of an SGD-type method satisfies 0 in D_f(x).",
    .formula = "eta_k = o(theta_k), theta_k = o(1 / log k), sum eta_k = infinity: dist(x_k, {0 in "
               "D_f}) -> 0",
    .not_claimed =
        "Pointwise m_k -> 0 (only the weighted window mean of phi(m_k) falls to phi(0)); "
        "no rate; no convergence of x_k itself.",
    .falsifier = "Hold theta at 1: the sign method goes to the median of the data instead of the "
                 "mean (the control median).",
    .plan = th1_b_plan,
    .controls = th1_b_controls,
    .judge = th1_b_judge,
};
