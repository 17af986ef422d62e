/* One timescale: the momentum vanishes. */
#include "verify/lib/p1_limit.h"

static const clarke_p1_limit th1_a_momentum = {
    .claim = "th1_a_momentum", .timescale = CLARKE_P1_SINGLE, .quantity = CLARKE_LIMIT_MOMENTUM};

static clarke_status th1_a_momentum_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p1_limit_plan(plan, item, &th1_a_momentum);
}

/* With theta = 0.1 held constant m is a geometric mean of ten samples: its stationary deviation is
   sqrt(theta / (2 - theta)) = 0.229 for noise of deviation 1 (derived), so that every block of many
   thousand steps holds an |m| above 0.4 = 1.7 deviations. */
static const clarke_p1_control th1_a_momentum_table[] = {
    {.name = "constant-beta",
     .broken = "single_timescale",
     .problem = "quadratic",
     .method = "heavy_ball",
     .schedule = "power:0.5,0.7,10",
     .momentum = "constant:0.1",
     .sampling = "replacement:1",
     .noise = "signs:1",
     .iterations = 100000,
     .control = CLARKE_CONTROL_LEVEL,
     .level = 0.4},
    {0},
};

static clarke_status th1_a_momentum_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p1_limit_controls(plan, item, &th1_a_momentum, th1_a_momentum_table);
}

static clarke_status th1_a_momentum_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_p1_limit_judge(e, j, &th1_a_momentum);
}

const clarke_claim_desc clarke_claim_th1_a_momentum = {
    .title = "One timescale: the momentum vanishes",
    .paper = "Xiao, Hu, Toh, arXiv 2307.10053",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "With theta_k / eta_k -> tau > 0 the limit points of (x_k, m_k) have m = 0; with "
                 "bounded iterates m_k -> 0.",
    .formula =
        "psi = f + phi(m) / tau falls along x' in -d phi(m), m' in -tau (m - D_f(x)), and is "
        "constant only where m = 0 and 0 in D_f(x): |m_k| -> 0",
    .not_claimed = "Nothing for constant theta (beta = 0.9 held fixed is not covered), nothing "
                   "about the speed.",
    .falsifier = "Hold theta constant at 0.1: the momentum keeps the deviation 0.23 of the noise "
                 "(the control constant-beta). Scale the momentum as m = beta m + g: its size does "
                 "not fall.",
    .plan = th1_a_momentum_plan,
    .controls = th1_a_momentum_controls,
    .judge = th1_a_momentum_judge,
};
