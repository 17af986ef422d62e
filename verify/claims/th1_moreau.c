/* The gradient of the Moreau envelope vanishes. */
#include "verify/lib/p1_limit.h"

static const clarke_p1_limit th1_moreau = {.claim = "th1_moreau",
                                           .timescale = CLARKE_P1_SINGLE,
                                           .quantity = CLARKE_LIMIT_DISTANCE,
                                           .decay_measure = "moreau_gradient",
                                           .decay_what = "the gradient of the Moreau envelope"};

static clarke_status th1_moreau_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p1_limit_plan(plan, item, &th1_moreau);
}

/* eta = 0.3 on |x| with fair signs: x steps between some x in (0, 0.6) and x - 0.6; one of the two is
   at least 0.3 away from 0, and with s = 1 the envelope's gradient is min(1, |x|) there. */
static const clarke_p1_control th1_moreau_table[] = {
    {.name = "constant-step",
     .broken = "steps_vanish",
     .problem = "l1_norm",
     .method = "sgd",
     .schedule = "constant:0.3",
     .sampling = "replacement:1",
     .noise = "signs:1",
     .iterations = 20000,
     .control = CLARKE_CONTROL_LEVEL,
     .level = 0.29},
    {0},
};

static clarke_status th1_moreau_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p1_limit_controls(plan, item, &th1_moreau, th1_moreau_table);
}

static clarke_status th1_moreau_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_p1_limit_judge(e, j, &th1_moreau);
}

const clarke_claim_desc clarke_claim_th1_moreau = {
    .title = "The gradient of the Moreau envelope vanishes",
    .paper = "derived from dist(x_k, S) -> 0, the conclusion of Xiao, Hu, Toh, arXiv 2307.10053",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "On weakly convex f the gradient of the Moreau envelope, which is continuous and "
                 "vanishes exactly on the stationary set, goes to zero.",
    .formula = "|x_k - prox_{s f}(x_k)| / s -> 0, s = 1 / (2 rho)",
    .not_claimed = "A rate; anything where f is not weakly convex.",
    .falsifier = "Hold the step constant: the envelope's gradient keeps the size of the step (the "
                 "control constant-step).",
    .plan = th1_moreau_plan,
    .controls = th1_moreau_controls,
    .judge = th1_moreau_judge,
};
