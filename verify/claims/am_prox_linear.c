/* Each step of PALM and of the proximal gradient method minimises its model: the prox of the rest and
   the linear part of the smooth one, judged by values of f and gradients of h at other points. The
   method's own code, and the prox that it calls, are not asked. */
#include "verify/lib/cells.h"

#include <math.h>
#include <string.h>

/* beta, gamma, floor; gamma = -2: the proximal gradient method. */
static const struct linear_case {
    const char *problem, *method, *schedule;
    double arg[3];
} linear_cases[] = {
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

static clarke_case linear_case_of(const struct linear_case *s, const clarke_plan_item *item)
{
    clarke_case c = {.claim = "am_prox_linear",
                     .role = CLARKE_ROLE_CLAIM,
                     .expected = CLARKE_EXPECT_SUPPORTED,
                     .run = {.problem = s->problem,
                             .method = s->method,
                             .schedule = s->schedule ? s->schedule : "constant:1",
                             .sampling = "full",
                             .noise = "none",
                             .init = "box",
                             .iterations = 20},
                     .repetitions = 8,
                     .use = {{"prox_linear_step", {0.0}}},
                     .uses = 1,
                     .weight = item->weight > 0.0 ? item->weight : 1.0};
    memcpy(c.use[0].arg, s->arg, sizeof s->arg);
    return c;
}

static clarke_status am_prox_linear_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    for (size_t i = 0; i < sizeof linear_cases / sizeof linear_cases[0]; i++) {
        const clarke_case c = linear_case_of(&linear_cases[i], item);
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

/* Another tau, another centre, a step that takes the blocks in turn, and one that is exact. */
static clarke_status am_prox_linear_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    static const struct linear_case wrong[] = {
        {"power_pair:n=4,p=4,3", "palm:gamma=2", NULL, {0, 1.25, 0.0625}},
        {"coupled_quadratic:n=4,c=0.9,-0.5", "palm:beta=0.5", NULL, {0, 1.25, 0.0625}},
        {"power_pair:n=4,p=4,3", "alternating_minimization:alpha=0.5", NULL, {0, 1.25, 0.0625}}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        clarke_case c = linear_case_of(&wrong[i], item);
        c.role = CLARKE_ROLE_CONTROL;
        c.broken = "the_step";
        c.bypass = true;
        c.variant = "wrong step";
        c.expected = CLARKE_EXPECT_REFUTED;
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

static clarke_status am_prox_linear_judge(const clarke_evidence *e, clarke_judgement *j)
{
    double moved = 0.0;
    clarke_assume(j, "the_step", "the centre and tau are those of the method",
                  e->c->bypass ? CLARKE_HYPOTHESIS_FAILED : CLARKE_HYPOTHESIS_PROVED, "%s",
                  e->plan->text.method);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    for (size_t r = 0; r < e->repetitions; r++) moved += clarke_output(e, r, 0, "moved");
    CLARKE_TRY(clarke_exact_judge(e, j, 0, "optimality of the step in its model"));
    if (moved > 0.0)
        return clarke_judge(j, CLARKE_REFUTED, "%.0f entries of other blocks moved", moved);
    return CLARKE_OK;
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
