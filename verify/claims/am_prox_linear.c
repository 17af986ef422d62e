/* Each step of PALM and of the proximal gradient method minimises its model: the prox of the rest and
   the linear part of the smooth one, judged by values of f and gradients of h at other points. The
   method's own code, and the prox that it calls, are not asked. */
#include "verify/lib/step_claim.h"

/* beta, gamma, floor; gamma = -2: the proximal gradient method. */
static const clarke_step_case am_prox_linear_right[] = {
    {"power_pair:n=4,p=4,3", "palm", NULL, {0, 1.25, 0.0625}},
    {"power_pair:n=6,p=1,1.5,2+block_rotate", "palm:gamma=2", NULL, {0, 2, 0.0625}},
    {"root_pair:n=4", "palm", NULL, {0, 1.25, 0.0625}},
    {"l0_pair:n=4", "palm", NULL, {0, 1.25, 0.0625}},
    {"coupled_quadratic:n=4,c=0.9,-0.5", "palm:beta=0.5", NULL, {0.5, 1.25, 0.0625}},
    {"rank1_factor:n=4,sigma=2,1,lambda=0.5", "palm:gamma=1.5,floor=4", NULL, {0, 1.5, 4}},
    {"rank2_factor+block_rotate", "palm:beta=0.25", NULL, {0.25, 1.25, 0.0625}},
    {"square_product:n=6", "palm:floor=1", NULL, {0, 1.25, 1}},
    {"power_pair:n=4,p=4,3", "proximal_gradient", "constant:0.5", {0, -2}},
    {"power_pair:n=6,p=1,1.5,2+block_rotate", "proximal_gradient", "constant:0.375", {0, -2}},
    {"root_pair:n=4", "proximal_gradient", "constant:0.25", {0, -2}},
    {"coupled_quadratic:n=4,c=0.9,-0.5", "proximal_gradient", "constant:0.25", {0, -2}},
    {"rank1_factor", "proximal_gradient", "constant:0.0625", {0, -2}},
};

/* Another tau, another centre, a step that takes the blocks in turn, and one that is exact. */
static const clarke_step_case am_prox_linear_wrong[] = {
    {"power_pair:n=4,p=4,3", "palm:gamma=2", NULL, {0, 1.25, 0.0625}},
    {"coupled_quadratic:n=4,c=0.9,-0.5", "palm:beta=0.5", NULL, {0, 1.25, 0.0625}},
    {"power_pair:n=4,p=4,3", "alternating_minimization:alpha=0.5", NULL, {0, 1.25, 0.0625}},
};

static const clarke_step_claim am_prox_linear = {
    .claim = "am_prox_linear",
    .measure = "prox_linear_step",
    .assumed = "the centre and tau are those of the method",
    .what = "optimality of the step in its model",
    .rights = sizeof am_prox_linear_right / sizeof am_prox_linear_right[0],
    .right = am_prox_linear_right,
    .wrongs = sizeof am_prox_linear_wrong / sizeof am_prox_linear_wrong[0],
    .wrong = am_prox_linear_wrong,
};

static clarke_status am_prox_linear_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_step_claim_plan(plan, item, &am_prox_linear);
}

static clarke_status am_prox_linear_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_step_claim_controls(plan, item, &am_prox_linear);
}

static clarke_status am_prox_linear_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return clarke_step_claim_judge(e, j, &am_prox_linear);
}

const clarke_claim_desc clarke_claim_am_prox_linear = {
    .title = "Prox-linear steps minimise their model",
    .paper =
        "Bolte, Sabach, Teboulle 2014 (PALM); Attouch, Bolte, Svaiter 2013 (proximal gradient)",
    .provenance = CLARKE_PROVENANCE_RECALLED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement =
        "The new block minimises the rest of f in it, plus the linear part of the smooth one "
        "at the centre, plus tau/2 times the squared distance from the centre.",
    .formula = "x_b in argmin_u g_b(u) + <grad_b h(c), u> + tau/2 |u - c_b|^2",
    .not_claimed =
        "That no point far away is better: the model is compared at the block before, the "
        "middle, 0 and along the axes.",
    .falsifier =
        "In methods/palm.c, add the gradient instead of subtracting it, take 0.25 for gamma, or "
        "give the prox tau for 1/tau: refuted on power_pair; in methods/proximal_gradient.c, take the "
        "gradient at the newest point: refuted on power_pair and coupled_quadratic.",
    .plan = am_prox_linear_plan,
    .controls = am_prox_linear_controls,
    .judge = am_prox_linear_judge,
};
