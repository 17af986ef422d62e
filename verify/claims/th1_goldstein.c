/* The Goldstein residual with shrinking radius vanishes. */
#include "verify/lib/p1_limit.h"

static const clarke_p1_limit th1_goldstein = {.claim = "th1_goldstein",
                                              .timescale = CLARKE_P1_SINGLE,
                                              .quantity = CLARKE_LIMIT_DISTANCE,
                                              .decay_measure = "goldstein_residual",
                                              .decay_what = "the Goldstein residual"};

static clarke_status th1_goldstein_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p1_limit_plan(plan, item, &th1_goldstein);
}

/* The bias 1/2 on x^2/2 leads to -1/2, where the gradient is -1/2. The last three blocks begin at
   t = 0.35 T = 29, where eta = 0.011 and the radius is 0.32: the residual stays above 0.1. */
static const clarke_p1_control th1_goldstein_table[] = {
    {.name = "bias",
     .broken = "noise_mean_zero",
     .problem = "quadratic",
     .method = "sgd",
     .schedule = "power:10,1,50",
     .sampling = "replacement:1",
     .noise = "bias:0.5,1",
     .iterations = 200000,
     .control = CLARKE_CONTROL_LEVEL,
     .level = 0.1},
    {0},
};

static clarke_status th1_goldstein_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p1_limit_controls(plan, item, &th1_goldstein, th1_goldstein_table);
}

static clarke_status th1_goldstein_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_p1_limit_judge(e, j, &th1_goldstein);
}

const clarke_claim_desc clarke_claim_th1_goldstein = {
    .title = "The Goldstein residual with shrinking radius vanishes",
    .paper = "derived from dist(x_k, S) -> 0, the conclusion of Xiao, Hu, Toh, arXiv 2307.10053",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement =
        "Within the radius eta_k^(1/4), which shrinks more slowly than the noise floors at "
        "a kink, there are points whose subgradients average to almost zero.",
    .formula = "dist(0, conv of the field over the ball B(x_k, eta_k^(1/4))) -> 0",
    .not_claimed = "The residual at x_k itself need not vanish: on |x| it is 1 off the kink.",
    .falsifier = "Add 1/2 to every subgradient: the residual stays near 1/2 (the control bias).",
    .plan = th1_goldstein_plan,
    .controls = th1_goldstein_controls,
    .judge = th1_goldstein_judge,
};
