/* One timescale: the iterates approach the critical set of the field. */
#include "verify/lib/p1_limit.h"

static const clarke_p1_limit th1_a = {
    .claim = "th1_a", .timescale = CLARKE_P1_SINGLE, .quantity = CLARKE_LIMIT_DISTANCE};

static clarke_status th1_a_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p1_limit_plan(plan, item, &th1_a);
}

/* Heavy ball with theta_k = (k + 2)^-2 on x^2/2: the step's volume factor is the product of the
   (1 - theta_k), which stays above 1/2, so (x, m) cannot approach 0, and |x| grows like the sum of
   the steps. Sign with theta = eta / (4 t): psi = f + |m| / tau rises (kappa = 4 > 1). Both
   derived. With eta = (k+1)^-1/2 one has t ~ 2 k^1/2, hence theta = 1 / (8 k). */
static const clarke_p1_control th1_a_controls_table[] = {
    {.name = "momentum-freezes",
     .broken = "single_timescale",
     .problem = "quadratic",
     .method = "heavy_ball",
     .schedule = "power:1,0.5,1",
     .momentum = "power:1,2,2",
     .iterations = 200000,
     .control = CLARKE_CONTROL_GROWTH},
    {.name = "momentum-too-slow",
     .broken = "single_timescale",
     .problem = "quadratic",
     .method = "sign_sgd",
     .schedule = "power:1,0.5,1",
     .momentum = "power:0.125,1,1",
     .iterations = 200000,
     .control = CLARKE_CONTROL_GROWTH},
    {0},
};

static clarke_status th1_a_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p1_limit_controls(plan, item, &th1_a, th1_a_controls_table);
}

static clarke_status th1_a_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_p1_limit_judge(e, j, &th1_a);
}

const clarke_claim_desc clarke_claim_th1_a = {
    .title = "One timescale: limit points are critical for the field",
    .paper = "Xiao, Hu, Toh, arXiv 2307.10053",
    .provenance = CLARKE_PROVENANCE_RECALLED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "With theta_k / eta_k -> tau > 0, vanishing non-summable steps and bounded "
                 "iterates, every limit point x of an SGD-type method satisfies 0 in D_f(x).",
    .formula =
        "m_{k+1} = m_k - theta_k (m_k - g_k), x_{k+1} in x_k - eta_k (d phi(m_{k+1}) + alpha "
        "g_k): dist(x_k, {0 in D_f}) -> 0",
    .not_claimed =
        "No rate, no constant, no convergence of x_k itself, no minimality; the limit is "
        "critical for the field D_f of the parts, which may be larger than the Clarke "
        "subdifferential; the subgradients g_k need not vanish.",
    .falsifier = "Use theta_k = (k + 2)^-2 in the momentum update: heavy ball on x^2/2 then grows "
                 "(the control momentum-freezes). Flip the sign of the x-update: every case grows.",
    .plan = th1_a_plan,
    .controls = th1_a_controls,
    .judge = th1_a_judge,
};
