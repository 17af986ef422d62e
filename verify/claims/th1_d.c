/* Finite sums, with replacement and reshuffled. */
#include "verify/lib/p1_limit.h"

static const clarke_p1_limit th1_d = {
    .claim = "th1_d", .timescale = CLARKE_P1_SINGLE, .quantity = CLARKE_LIMIT_DISTANCE};

static clarke_status th1_d_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p1_limit_plan(plan, item, &th1_d);
}

/* Data 0, 0, 3, whose mean is 1. Clipping each sample to [-1, 1] has the drift (2/3) x - 1/3 for x in
   [0, 1], in whatever order an epoch takes the terms: the limit is 1/2. A bias of 1/4 on every answer
   moves it to 3/4. Both derived. */
static const clarke_p1_control th1_d_controls_table[] = {
    {.name = "clip-each-sample",
     .broken = "phi_on_momentum",
     .problem = "quadratic_sum:a=0,0,3",
     .method = "clipped_sgd:apply=sample",
     .schedule = "epoch:power:0.5,0.7,10",
     .momentum = "single:1",
     .sampling = "reshuffle:1",
     .noise = "none",
     .iterations = 200000,
     .control = CLARKE_CONTROL_POINT,
     .target = {1.0, 0.5}},
    {.name = "bias",
     .broken = "noise_mean_zero",
     .problem = "quadratic_sum:a=0,0,3",
     .method = "sgd",
     .schedule = "power:10,1,50",
     .momentum = "single:1",
     .sampling = "replacement:1",
     .noise = "bias:0.25,1",
     .iterations = 200000,
     .control = CLARKE_CONTROL_POINT,
     .target = {1.0, 0.75}},
    {0},
};

static clarke_status th1_d_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p1_limit_controls(plan, item, &th1_d, th1_d_controls_table);
}

static clarke_status th1_d_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_p1_limit_judge(e, j, &th1_d);
}

const clarke_claim_desc clarke_claim_th1_d = {
    .title = "Finite sums, sampled with replacement or reshuffled",
    .paper = "Xiao, Hu, Toh, arXiv 2307.10053",
    .provenance = CLARKE_PROVENANCE_RECALLED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "On f = (1/N) sum f_l, sampling with replacement (steps o(1/log k)) or by "
                 "reshuffling (steps constant within an epoch), the limit points satisfy 0 in "
                 "conv (1/N) sum D_{f_l}(x).",
    .formula = "dist(x_k, {0 in conv (1/N) sum_l D_{f_l}}) -> 0",
    .not_claimed = "Clarke stationarity of f: the mean of the parts' fields may be larger.",
    .falsifier =
        "Never draw the last sample: on the data 0, 0, 3 the limit becomes 0 instead of 1.",
    .plan = th1_d_plan,
    .controls = th1_d_controls,
    .judge = th1_d_judge,
};
