/* DSGD: every agent approaches the critical set of the field of the parts. */
#include "verify/lib/p0_limit.h"

static const clarke_p0_limit th0_c1 = {.claim = "th0_c1", .method = "dsgd"};

static clarke_status th0_c1_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p0_limit_plan(plan, item, &th0_c1);
}

/* Wrong limits, all derived:
   columns of W sum to 1, rows do not: the mean is weighted by the eigenvector pi of W, here (1/3,
     2/3), so data 0, 3 end at 2 instead of 3/2.
   rows of W sum to 1, columns do not: the mean is right, but the agents are torn apart: for the
     eigenvector pi = (1/3, 2/3) of W' they stand at 3 pi = (1, 2), 1/2 from 3/2.
   W = I: each agent goes to its own centre, 3/2 from the mean.
   W a swap: the difference d of the two obeys d+ = -(1 + eta) d + eta (a_1 - a_2) and grows like the
     product of the 1 + eta.
   eta = (k+2)^-2 on x^2/2: the mean ends at x_0/2, since prod (1 - (j+2)^-2) -> 1/2.
   bias 1/4: the mean of the gradients is x - 1 + 1/4, so 3/4 instead of 1.
   eta = 1/log(k+3), fair signs at two agents: the mean of two has log mgf 2 log cosh(p/2), so limsup
     |xbar| = a*(1/2) = 0.6472 with a* of one agent.
   Pareto noise of tail 1.5, eta = k^-0.6: an agent's own jumps beyond every bound recur. */
static const clarke_p0_control th0_c1_table[] = {
    {.name = "rows do not sum to 1",
     .broken = "row_sums",
     .problem = "quadratic_agents:a=0,3",
     .method = "dsgd",
     .network = "matrix:w=0.5,0.25,0.5,0.75",
     .schedule = "power:10,1,50",
     .iterations = 50000,
     .control = CLARKE_CONTROL_POINT,
     .target_kind = CLARKE_AGENTS_POINT,
     .target = {1.0, 2.0}},
    {.name = "columns do not sum to 1",
     .broken = "column_sums",
     .problem = "quadratic_agents:a=0,3",
     .method = "dsgd",
     .network = "matrix:w=0.5,0.5,0.25,0.75",
     .schedule = "power:10,1,50",
     .iterations = 20000,
     .control = CLARKE_CONTROL_LEVEL,
     .level = 0.45},
    {.name = "not connected",
     .broken = "mixes",
     .problem = "quadratic_agents:a=0,3",
     .method = "dsgd",
     .network = "matrix:w=1,0,0,1",
     .schedule = "power:10,1,50",
     .iterations = 20000,
     .control = CLARKE_CONTROL_LEVEL,
     .level = 1.4},
    {.name = "two agents that swap",
     .broken = "mixes",
     .problem = "quadratic_agents:a=0,3",
     .method = "dsgd",
     .network = "matrix:w=0,1,1,0",
     .schedule = "power:0.5,0.7,10",
     .iterations = 20000,
     .control = CLARKE_CONTROL_GROWTH},
    {.name = "summable steps",
     .broken = "sum_infinite",
     .problem = "quadratic_agents:a=0,0",
     .method = "dsgd",
     .network = "matrix:w=0.75,0.25,0.25,0.75",
     .schedule = "power:1,2,2",
     .iterations = 20000,
     .control = CLARKE_CONTROL_POINT,
     .target_kind = CLARKE_AGENTS_MEAN_START,
     .target = {0.5}},
    {.name = "bias",
     .broken = "noise_mean_zero",
     .problem = "quadratic_agents:a=-1,0,4",
     .method = "dsgd",
     .network = "path:d=3",
     .schedule = "power:10,1,50",
     .sampling = "replacement:1",
     .noise = "bias:0.25,1",
     .iterations = 200000,
     .control = CLARKE_CONTROL_POINT,
     .target_kind = CLARKE_AGENTS_POINT,
     .target = {1.0, 0.75}},
    {.name = "inverse-log steps",
     .broken = "noise_steps",
     .problem = "quadratic_agents:a=0,0",
     .method = "dsgd",
     .network = "matrix:w=0.75,0.25,0.25,0.75",
     .schedule = "inverse-log:1,3",
     .sampling = "replacement:1",
     .noise = "signs:1",
     .iterations = 200000,
     .control = CLARKE_CONTROL_LEVEL,
     .level = 0.4},
    {.name = "heavy tail",
     .broken = "noise_bounded",
     .problem = "quadratic_agents:a=0,0",
     .method = "dsgd",
     .network = "matrix:w=0.75,0.25,0.25,0.75",
     .schedule = "power:1,0.6,1",
     .sampling = "replacement:1",
     .noise = "pareto:1.5",
     .iterations = 200000,
     .control = CLARKE_CONTROL_LEVEL,
     .level = 0.5},
    {.name = "blow-up",
     .broken = "bounded_iterates",
     .problem = "quartic+tilt:agents=2",
     .method = "dsgd",
     .network = "matrix:w=0.75,0.25,0.25,0.75",
     .schedule = "power:0.1,0.5,1",
     .init = "point:10",
     .iterations = 20000,
     .control = CLARKE_CONTROL_GROWTH},
    /* Sufficient, not needed: signs and symmetry of W play no role in the proofs. */
    {.name = "a W that is not symmetric",
     .problem = "quadratic_agents:a=-1,0,4",
     .method = "dsgd",
     .network = "matrix:w=0.5,0.5,0,0,0.5,0.5,0.5,0,0.5",
     .schedule = "power:10,1,50",
     .iterations = 20000,
     .role = CLARKE_ROLE_READING,
     .wanted = CLARKE_EXPECT_SUPPORTED},
    {.name = "a W with negative entries",
     .problem = "quadratic_agents:a=-1,0,4",
     .method = "dsgd",
     .network = "matrix:w=0.625,0.5,-0.125,0.5,0,0.5,-0.125,0.5,0.625",
     .schedule = "power:10,1,50",
     .iterations = 20000,
     .role = CLARKE_ROLE_READING,
     .wanted = CLARKE_EXPECT_SUPPORTED},
    {0}};

static clarke_status th0_c1_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p0_limit_controls(plan, item, &th0_c1, th0_c1_table);
}

static clarke_status th0_c1_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_p0_limit_judge(e, j, &th0_c1);
}

const clarke_claim_desc clarke_claim_th0_c1 = {
    .title = "DSGD: limit points are critical for the field of the agents' functions",
    .paper = "Zhang, Xiao, Liu, arXiv 2403.11565",
    .provenance = CLARKE_PROVENANCE_SECOND_HAND,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "With a mixing W, vanishing non-summable steps, admissible noise and bounded "
                 "iterates, every limit point of every agent is critical for the mean of the "
                 "agents' fields.",
    .formula = "X_{k+1} = X_k W - eta_k G_k: max_i dist(x_i, {0 in conv (1/d) sum_i D_i}) -> 0",
    .not_claimed = "Clarke stationarity of f, which is false (th0_trap); no rate, no constant, no "
                   "convergence of x_k itself, no minimality.",
    .falsifier = "In core/mixing.c, add the weights' transpose (weight j of agent i's row): the "
                 "control 'rows do not sum to 1' goes elsewhere. In methods/lib/dsm.c, add step h "
                 "instead of subtracting it: every case grows.",
    .plan = th0_c1_plan,
    .controls = th0_c1_controls,
    .judge = th0_c1_judge,
};
