/* The named methods: SGD, heavy ball, sign, Lion, normalized, clipped. */
#include "verify/lib/p1_limit.h"

static const clarke_p1_limit th1_c = {
    .claim = "th1_c", .timescale = CLARKE_P1_SINGLE, .quantity = CLARKE_LIMIT_DISTANCE};

static clarke_status th1_c_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p1_limit_plan(plan, item, &th1_c);
}

/* Wrong limits, all derived:
   clip of each sample, C = 1, data 0, 0, 3: (2/3) x - 1/3 = 0, so 1/2 instead of 1.
   eta = 0.3 on |x|, no noise: after a finite time |x_k| < eta and x alternates; a block maximum is
     at least eta / 2 = 0.15 unless an iterate is exactly 0.
   eta = (k+2)^-2 on x^2/2: x_K = x_0 (K+2) / (2 (K+1)) -> x_0 / 2.
   bias 1/4 on x^2/2: the limit is -1/4.
   eta = 1/log(k+3), fair signs, x^2/2: limsup |x_k| = 0.8296.
   Pareto noise of tail 1.5, eta = k^-0.6: sum eta^1.5 is infinite, so jumps beyond every bound
     recur; a block of this plan holds 8 jumps beyond 1/2 on average.
   decay 1 on (x - 3)^2/2 with Lion: x' in -Sign(m) - x has its rest point at 1. */
static const clarke_p1_control th1_c_controls_table[] = {
    {.name = "clip-each-sample",
     .broken = "phi_on_momentum",
     .problem = "quadratic_sum:a=0,0,3",
     .method = "clipped_sgd:apply=sample",
     .schedule = "power:0.5,0.7,10",
     .sampling = "replacement:1",
     .iterations = 200000,
     .control = CLARKE_CONTROL_POINT,
     .target = {1.0, 0.5}},
    {.name = "constant-step",
     .broken = "steps_vanish",
     .problem = "l1_norm",
     .method = "sgd",
     .schedule = "constant:0.3",
     .iterations = 20000,
     .control = CLARKE_CONTROL_LEVEL,
     .level = 0.15},
    {.name = "summable-steps",
     .broken = "sum_infinite",
     .problem = "quadratic",
     .method = "sgd",
     .schedule = "power:1,2,2",
     .iterations = 20000,
     .control = CLARKE_CONTROL_POINT,
     .target = {0.0}},
    {.name = "bias",
     .broken = "noise_mean_zero",
     .problem = "quadratic",
     .method = "sgd",
     .schedule = "power:10,1,50",
     .sampling = "replacement:1",
     .noise = "bias:0.25,1",
     .iterations = 200000,
     .control = CLARKE_CONTROL_POINT,
     .target = {1.0, -0.25}},
    {.name = "inverse-log-steps",
     .broken = "noise_steps",
     .problem = "quadratic",
     .method = "sgd",
     .schedule = "inverse-log:1,3",
     .sampling = "replacement:1",
     .noise = "signs:1",
     .iterations = 200000,
     .control = CLARKE_CONTROL_LEVEL,
     .level = 0.5},
    {.name = "heavy-tail",
     .broken = "noise_bounded",
     .problem = "quadratic",
     .method = "sgd",
     .schedule = "power:1,0.6,1",
     .sampling = "replacement:1",
     .noise = "pareto:1.5",
     .iterations = 200000,
     .control = CLARKE_CONTROL_LEVEL,
     .level = 0.5},
    {.name = "weight-decay",
     .broken = "no_weight_decay",
     .problem = "quadratic_sum:a=3",
     .method = "lion:weight_decay=1",
     .schedule = "power:0.5,0.7,10",
     .iterations = 100000,
     .control = CLARKE_CONTROL_POINT,
     .target = {1.0, 1.0}},
    {.name = "blow-up",
     .broken = "bounded_iterates",
     .problem = "quartic",
     .method = "sgd",
     .schedule = "power:0.1,0.5,1",
     .init = "point:10",
     .iterations = 20000,
     .control = CLARKE_CONTROL_GROWTH},
    {.name = "drift-on-a-dead-coordinate",
     .broken = "bounded_iterates",
     .problem = "dead_coordinate",
     .method = "sign_sgd:zero_sign=1",
     .schedule = "power:0.5,0.7,10",
     .iterations = 100000,
     .gate_only = true},
    {.name = "no-critical-point",
     .broken = "bounded_iterates",
     .problem = "exp_decay",
     .method = "sgd",
     .schedule = "power:1,0.5,1",
     .iterations = 100000,
     .gate_only = true},
    {0},
};

/* Sufficient, not needed: Gaussian noise has no bound, yet breaks nothing here. */
static const clarke_p1_control th1_c_readings[] = {
    {.name = "Gaussian noise",
     .problem = "quadratic",
     .method = "sgd",
     .schedule = "power:10,1,50",
     .sampling = "replacement:1",
     .noise = "gaussian:1",
     .iterations = 200000},
    {.name = "Gaussian noise",
     .problem = "absquad",
     .method = "heavy_ball",
     .schedule = "power:0.2,0.75,25",
     .sampling = "replacement:1",
     .noise = "gaussian:1",
     .iterations = 200000},
    {0},
};

static clarke_status th1_c_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    CLARKE_TRY(clarke_p1_limit_controls(plan, item, &th1_c, th1_c_controls_table));
    return clarke_p1_limit_reading(plan, item, &th1_c, th1_c_readings);
}

static clarke_status th1_c_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_p1_limit_judge(e, j, &th1_c);
}

const clarke_claim_desc clarke_claim_th1_c = {
    .title = "SGD, heavy ball, sign, Lion, normalized and clipped SGD converge to the critical set",
    .paper = "Xiao, Hu, Toh, arXiv 2307.10053",
    .provenance = CLARKE_PROVENANCE_RECALLED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "Each named method, with its own phi and vanishing, non-summable steps, has only "
                 "critical limit points while its iterates stay bounded.",
    .formula = "phi(m) = |m|^2/2, |m|_1, |m|_2, Huber_C(|m|), sum Huber_C(m_j): dist(x_k, {0 in "
               "D_f}) -> 0",
    .correction = NULL,
    .not_claimed =
        "Nothing with weight decay, with constant beta, or where phi acts on each sample; "
        "no rate; boundedness is a hypothesis here.",
    .falsifier = "Clip each sample instead of the momentum: the limit moves from the mean 1 to 1/2 "
                 "(the control clip-each-sample).",
    .plan = th1_c_plan,
    .controls = th1_c_controls,
    .judge = th1_c_judge,
};
