/* Random starts and step scales: the limit points are Clarke stationary. */
#include "verify/lib/p1_limit.h"

static const clarke_p1_limit th1_e = {.claim = "th1_e",
                                      .timescale = CLARKE_P1_SINGLE,
                                      .quantity = CLARKE_LIMIT_DISTANCE,
                                      .generic_start = true,
                                      .clarke = true};

static clarke_status th1_e_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p1_limit_plan(plan, item, &th1_e);
}

/* f = (relu(x) - relu(-x) - 1)^2 / 2 is (x - 1)^2 / 2, but automatic differentiation returns 0 at
   x = 0. From x_0 = -1 the first step is to -1 + 2 eta_0 = 0 if eta_0 = 1/2 exactly, and the run
   stays there for ever: Clarke residual 1 (derived). (x - 1)^2/2 as the mean of (x - 1)^2/2 +- |x|
   with the selections 1 and -1 of sign(0) answers 0 at 0 likewise; from there a run never moves. */
static const clarke_p1_control th1_e_controls_table[] = {
    {.name = "artefact",
     .broken = "generic_start",
     .problem = "ad_spurious",
     .method = "sgd",
     .schedule = "power:0.5,0.5,1",
     .init = "point:-1",
     .iterations = 20000,
     .control = CLARKE_CONTROL_POINT,
     .target = {1.0, 0.0}},
    {.name = "opposed-selections",
     .broken = "generic_start",
     .problem = "dec_cancel_abs:h=1,opposed=1",
     .method = "sgd",
     .schedule = "power:0.5,0.7,10",
     .init = "zeros",
     .iterations = 20000,
     .control = CLARKE_CONTROL_POINT,
     .target = {1.0, 0.0}},
    {0},
};

static clarke_status th1_e_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p1_limit_controls(plan, item, &th1_e, th1_e_controls_table);
}

static clarke_status th1_e_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_p1_limit_judge(e, j, &th1_e);
}

const clarke_claim_desc clarke_claim_th1_e = {
    .title = "Clarke stationarity from random starts and step scales",
    .paper = "Xiao, Hu, Toh, arXiv 2307.10053",
    .provenance = CLARKE_PROVENANCE_SECOND_HAND,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "For almost every start and step scale, almost surely every limit point is Clarke "
                 "stationary for f itself, although the field of the parts may be larger.",
    .formula = "(x_0, c) from a density: dist(x_k, {0 in Clarke subdifferential}) -> 0",
    .not_claimed = "Every start: a null set of them sticks (the control). Floating-point lattices "
                   "hit kinks with positive frequency.",
    .falsifier = "Start at -1 with eta_0 = 1/2 exactly on ad_spurious: it sticks at 0 (the control "
                 "artefact).",
    .plan = th1_e_plan,
    .controls = th1_e_controls,
    .judge = th1_e_judge,
};
