/* Finite sums, with replacement and reshuffled. */
#include "verify/lib/p1_limit.h"

static const clarke_p1_limit th1_d = {
    .claim = "th1_d", .timescale = CLARKE_P1_SINGLE, .quantity = CLARKE_LIMIT_DISTANCE};

static clarke_status th1_d_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p1_limit_plan(plan, item, &th1_d);
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
    .judge = th1_d_judge,
};
