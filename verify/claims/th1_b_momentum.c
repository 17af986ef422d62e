/* Two timescales: the momentum follows the gradient of a smooth f. */
#include "verify/lib/p1_limit.h"

static const clarke_p1_limit th1_b_momentum = {.claim = "th1_b_momentum",
                                               .timescale = CLARKE_P1_TWO,
                                               .quantity = CLARKE_LIMIT_DISTANCE,
                                               .momentum = "power:1,0.5,1",
                                               .decay_measure = "momentum_error",
                                               .decay_what = "|m_k - grad f(x_k)|"};

static clarke_status th1_b_momentum_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p1_limit_plan(plan, item, &th1_b_momentum);
}

/* With theta = 1/2 held constant m keeps the deviation sqrt(theta / (2 - theta)) = 0.58 of the
   noise: every block of thousands of steps holds an error of 0.5. */
static const clarke_p1_control th1_b_momentum_table[] = {
    {.name = "constant-theta",
     .broken = "two_timescales",
     .problem = "quadratic",
     .method = "heavy_ball",
     .schedule = "power:0.5,0.7,10",
     .momentum = "constant:0.5",
     .sampling = "replacement:1",
     .noise = "signs:1",
     .iterations = 100000,
     .control = CLARKE_CONTROL_LEVEL,
     .level = 0.5},
    {0},
};

static clarke_status th1_b_momentum_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p1_limit_controls(plan, item, &th1_b_momentum, th1_b_momentum_table);
}

static clarke_status th1_b_momentum_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_p1_limit_judge(e, j, &th1_b_momentum);
}

const clarke_claim_desc clarke_claim_th1_b_momentum = {
    .title = "Two timescales: the momentum follows the gradient",
    .paper = "Xiao, Hu, Toh, arXiv 2307.10053",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "With eta_k = o(theta_k) the momentum approaches the field: for smooth f, m_k - "
                 "grad f(x_k) -> 0.",
    .formula = "dist(m_k, D_f^delta(x_k)) -> 0; smooth f: |m_k - grad f(x_k)| -> 0, with deviation "
               "sqrt(theta_k / 2) of the noise's",
    .not_claimed =
        "Nothing where f has kinks (there m_k approaches the enlarged field only); m_k -> "
        "0 follows only where x_k approaches a smooth critical point.",
    .falsifier = "Hold theta constant at 1/2: the error stays (the control constant-theta).",
    .plan = th1_b_momentum_plan,
    .controls = th1_b_momentum_controls,
    .judge = th1_b_momentum_judge,
};
