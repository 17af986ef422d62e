/* The values f(x_k) converge. */
#include "verify/lib/p1_limit.h"

static const clarke_p1_limit th1_value = {.claim = "th1_value",
                                          .timescale = CLARKE_P1_SINGLE,
                                          .quantity = CLARKE_LIMIT_DISTANCE,
                                          .decay_measure = "value_oscillation",
                                          .decay_what = "the oscillation of f over a block"};

static clarke_status th1_value_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p1_limit_plan(plan, item, &th1_value);
}

/* eta = 0.3 on |x| with signs of size 1/2: a step is 0.15 or 0.45 towards the other side, each with
   probability 1/2. x moves on a lattice of width 0.15, whose point nearest to 0 has |x| <= 0.075;
   from its smallest positive point, below 0.15, the long step leads beyond -0.3. Both happen in
   every block of thousands of steps, so that f moves by 0.225 and more. */
static const clarke_p1_control th1_value_table[] = {
    {.name = "constant-step",
     .broken = "steps_vanish",
     .problem = "l1_norm",
     .method = "sgd",
     .schedule = "constant:0.3",
     .sampling = "replacement:1",
     .noise = "signs:0.5",
     .iterations = 20000,
     .control = CLARKE_CONTROL_LEVEL,
     .level = 0.2},
    {0},
};

static clarke_status th1_value_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p1_limit_controls(plan, item, &th1_value, th1_value_table);
}

static clarke_status th1_value_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_p1_limit_judge(e, j, &th1_value);
}

const clarke_claim_desc clarke_claim_th1_value = {
    .title = "The values f(x_k) converge",
    .paper = "Xiao, Hu, Toh, arXiv 2307.10053",
    .provenance = CLARKE_PROVENANCE_RECALLED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "Under the hypotheses of the convergence theorems f(x_k) converges.",
    .formula = "max f - min f over {x_k: T/sqrt 2 <= t_k <= T} -> 0",
    .not_claimed = "To which value: any critical value of the field is allowed.",
    .falsifier =
        "Hold the step constant: on |x| with noise the values keep moving by a fixed amount "
        "(the control constant-step).",
    .plan = th1_value_plan,
    .controls = th1_value_controls,
    .judge = th1_value_judge,
};
