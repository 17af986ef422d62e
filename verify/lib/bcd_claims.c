#include "verify/lib/bcd_claims.h"

#include "verify/lib/sgd_claims.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

double clarke_bcd_asked_alpha(const clarke_spec *method)
{
    return clarke_sgd_setting_real(method, "alpha", 1.0);
}

/* ---- planning ---- */

clarke_case clarke_bcd_case(const clarke_plan_item *item, const char *claim, clarke_bcd_pair pair,
                            size_t sweeps)
{
    return (clarke_case){
        .claim = claim,
        .role = CLARKE_ROLE_CLAIM,
        .expected = CLARKE_EXPECT_SUPPORTED,
        .run = {.problem = pair.problem,
                .method = pair.method,
                .schedule = "constant:1",
                .momentum = "single:1",
                .sampling = "full",
                .noise = "none",
                .init = pair.init ? pair.init : "box",
                .iterations = clarke_sgd_iterations(item, sweeps, 60)},
        .repetitions = 2,
        .weight = item->weight > 0.0 ? item->weight : 1.0,
    };
}

/* The kinds that the method updates by a prox-linear step: those it was told to, and those whose
   subproblem has no closed form. */
static unsigned claims_linear(const clarke_bcd_net *s, const clarke_spec *method)
{
    static const struct {
        const char *setting;
        clarke_bcd_kind kind;
    } step[] = {{"step_last", CLARKE_BCD_LAST_V},
                {"step_v", CLARKE_BCD_INNER_V},
                {"step_u", CLARKE_BCD_INNER_U},
                {"step_w", CLARKE_BCD_ANY_W}};
    const bool hidden = s->net->depth > 1;
    bool needs[CLARKE_BCD_KINDS] = {false};
    needs[CLARKE_BCD_LAST_V] = s->loss == CLARKE_BCD_SOFTMAX;
    needs[CLARKE_BCD_INNER_U] = hidden && s->sigma[1] >= CLARKE_BCD_SIGMOID;
    unsigned mask = 0;
    for (size_t i = 0; i < sizeof step / sizeof *step; i++)
        if (clarke_sgd_setting_is(method, step[i].setting, "linear") || needs[step[i].kind])
            mask |= 1u << step[i].kind;
    return mask;
}

/* Whether the network has blocks of the kind. */
static bool claims_has(const clarke_split *net, clarke_bcd_kind kind)
{
    for (size_t block = 0; block < net->layout.count; block++) {
        clarke_bcd_block b;
        b.role = clarke_split_role_of(net, block, &b.layer);
        if (clarke_bcd_kind_of(net, b) == kind) return true;
    }
    return false;
}

static bool claims_quadratic(const clarke_bcd_net *s, clarke_bcd_kind kind, unsigned linear)
{
    if (linear >> kind & 1u) return false;
    for (size_t block = 0; block < s->net->layout.count; block++) {
        clarke_bcd_block b;
        b.role = clarke_split_role_of(s->net, block, &b.layer);
        if (clarke_bcd_kind_of(s->net, b) == kind && !clarke_bcd_is_quadratic(s, b)) return false;
    }
    return true;
}

static double claims_bias(const clarke_spec *method)
{
    if (clarke_sgd_setting_is(method, "bias_step", "jacobi")) return CLARKE_BCD_BIAS_JACOBI;
    if (clarke_sgd_setting_is(method, "bias_step", "joint")) return CLARKE_BCD_BIAS_JOINT;
    return CLARKE_BCD_BIAS_CURRENT;
}

static void claims_use(clarke_case *c, const clarke_bcd_exact *exact, double kind,
                       const clarke_spec *method, unsigned linear, double alpha)
{
    clarke_measure_use *use = &c->use[c->uses++];
    *use = (clarke_measure_use){.id = exact->measure};
    use->arg[CLARKE_BCD_ARG_KIND] = kind;
    use->arg[CLARKE_BCD_ARG_MODE] = exact->mode;
    use->arg[CLARKE_BCD_ARG_ALPHA] = alpha;
    use->arg[CLARKE_BCD_ARG_ORDER] = clarke_sgd_setting_is(method, "order", "forward");
    use->arg[CLARKE_BCD_ARG_BIAS] = claims_bias(method);
    use->arg[CLARKE_BCD_ARG_LINEAR] = (double)linear;
    use->arg[CLARKE_BCD_ARG_TAU] = clarke_sgd_setting_real(method, "tau", 1.0);
}

clarke_status clarke_bcd_uses(clarke_plan *plan, clarke_case *c, const clarke_bcd_exact *exact,
                              double claimed)
{
    clarke_arena *mem = clarke_plan_arena(plan);
    clarke_problem *p;
    clarke_spec method;
    clarke_bcd_net net;
    CLARKE_TRY(clarke_problem_from_text(c->run.problem, mem, &p));
    CLARKE_TRY(clarke_spec_parse(c->run.method, mem, &method));
    CLARKE_TRY(clarke_bcd_make(p, mem, &net));
    const unsigned linear = claims_linear(&net, &method);
    const double alpha = claimed >= 0.0 ? claimed : clarke_bcd_asked_alpha(&method);
    c->arg[0] = alpha;
    if (exact->kinds == 0) claims_use(c, exact, (double)CLARKE_BCD_KINDS, &method, linear, alpha);
    for (clarke_bcd_kind kind = 0; kind < CLARKE_BCD_KINDS; kind++) {
        if (!(exact->kinds >> kind & 1u) || !claims_has(net.net, kind)) continue;
        if (exact->quadratic && !claims_quadratic(&net, kind, linear)) continue;
        claims_use(c, exact, (double)kind, &method, linear, alpha);
    }
    return CLARKE_OK;
}

clarke_status clarke_bcd_plan(clarke_plan *plan, const clarke_plan_item *item,
                              const clarke_bcd_exact *exact, const clarke_bcd_pair *pair,
                              size_t pairs, size_t sweeps)
{
    for (size_t i = 0; i < pairs; i++) {
        clarke_bcd_pair p = pair[i];
        if (item->problem) p = (clarke_bcd_pair){item->problem, p.method, NULL};
        if (item->method) p.method = item->method;
        clarke_case c = clarke_bcd_case(item, exact->claim, p, sweeps);
        c.variant = exact->variant;
        CLARKE_TRY(clarke_bcd_uses(plan, &c, exact, -1.0));
        if (c.uses > 0) CLARKE_TRY(clarke_plan_add(plan, &c)); /* else it says nothing there */
        if (item->problem) break;
    }
    return CLARKE_OK;
}

clarke_status clarke_bcd_plan_parts(clarke_plan *plan, const clarke_plan_item *item,
                                    const clarke_bcd_exact *part, size_t parts,
                                    const clarke_bcd_pair *pair, size_t pairs, size_t sweeps)
{
    for (size_t i = 0; i < parts; i++)
        CLARKE_TRY(clarke_bcd_plan(plan, item, &part[i], pair, pairs, sweeps));
    return CLARKE_OK;
}

/* Gated, and with the gate bypassed, refuted. */
static clarke_status claims_control(clarke_plan *plan, clarke_case *c, const char *broken)
{
    c->role = CLARKE_ROLE_CONTROL;
    c->broken = broken;
    c->expected = CLARKE_EXPECT_NOT_APPLICABLE;
    CLARKE_TRY(clarke_plan_add(plan, c));
    c->bypass = true;
    c->expected = CLARKE_EXPECT_REFUTED;
    return clarke_plan_add(plan, c);
}

clarke_status clarke_bcd_control(clarke_plan *plan, const clarke_plan_item *item,
                                 const clarke_bcd_exact *exact, clarke_bcd_pair pair,
                                 const char *broken, double claimed, size_t sweeps)
{
    clarke_case c = clarke_bcd_case(item, exact->claim, pair, sweeps);
    c.variant = exact->variant;
    CLARKE_TRY(clarke_bcd_uses(plan, &c, exact, claimed));
    return claims_control(plan, &c, broken);
}

clarke_status clarke_bcd_control_number(clarke_plan *plan, const clarke_case *own,
                                        const char *broken, double wrong, const char *lacking,
                                        size_t few)
{
    clarke_case c = *own;
    c.arg[1] = wrong;
    CLARKE_TRY(claims_control(plan, &c, broken));
    c.broken = lacking;
    c.arg[1] = own->arg[1];
    c.run.iterations = few;
    c.expected = CLARKE_EXPECT_INCONCLUSIVE;
    return clarke_plan_add(plan, &c);
}

/* ---- hypotheses ---- */

#define CLAIMS_STATE(holds) ((holds) ? CLARKE_HYPOTHESIS_PROVED : CLARKE_HYPOTHESIS_FAILED)

static void claims_assume_method(const clarke_evidence *e, clarke_judgement *j)
{
    const clarke_spec *m = &e->plan->method;
    const clarke_split *net = e->problem->split;
    const bool three = net && net->kind == CLARKE_SPLIT_THREE && strcmp(m->id, "bcd_three") == 0;
    const bool two = net && net->kind == CLARKE_SPLIT_TWO && strcmp(m->id, "bcd_two") == 0;
    const bool single = clarke_sgd_setting_is(m, "precision", "single");
    clarke_assume(j, "block_descent", "block descent on a split network",
                  CLAIMS_STATE(three || two), "%s on %s", m->id, e->problem->id);
    clarke_assume(j, "double_precision", "the subproblems are solved in double precision",
                  CLAIMS_STATE(!single), "%s", single ? "precision=single" : "precision=double");
}

/* alpha > (L - gamma)/2 where V_N's loss is linearised, tau > 1/2 where W or V is. */
static void claims_assume_linear(const clarke_evidence *e, clarke_judgement *j, unsigned linear)
{
    const clarke_split *net = e->problem->split;
    const double alpha = clarke_bcd_asked_alpha(&e->plan->method);
    const double tau = clarke_sgd_setting_real(&e->plan->method, "tau", 1.0);
    clarke_bcd_net s;
    if (linear & 1u << CLARKE_BCD_LAST_V && clarke_bcd_make(e->problem, e->mem, &s) == CLARKE_OK) {
        const double smooth = clarke_bcd_loss_smoothness(&s);
        const double threshold = fmax(0.0, 0.5 * (smooth - net->layer[net->depth].gamma));
        clarke_assume(j, "prox_linear_threshold", "alpha > max(0, (L - gamma)/2), L of the loss",
                      CLAIMS_STATE(alpha > threshold), "alpha = %g, threshold %g", alpha,
                      threshold);
    }
    if (linear & (1u << CLARKE_BCD_ANY_W | 1u << CLARKE_BCD_INNER_V))
        clarke_assume(j, "prox_linear_step", "tau > 1/2 in the prox-linear steps of W and V",
                      CLAIMS_STATE(tau > 0.5), "tau = %g", tau);
}

void clarke_bcd_assume(const clarke_evidence *e, clarke_judgement *j, bool backward)
{
    const clarke_spec *m = &e->plan->method;
    const double alpha = clarke_bcd_asked_alpha(m);
    const double *arg = e->c->use[0].arg;
    claims_assume_method(e, j);
    clarke_assume(j, "positive_alpha", "the proximal coefficient is positive",
                  CLAIMS_STATE(alpha > 0.0), "alpha = %g", alpha);
    clarke_assume(j, "own_constants", "the constants are those of the method's alpha",
                  CLAIMS_STATE(e->c->arg[0] == alpha), "alpha = %g, constants for %g", alpha,
                  e->c->arg[0]);
    if (e->problem->split) claims_assume_linear(e, j, (unsigned)arg[CLARKE_BCD_ARG_LINEAR]);
    if (backward)
        clarke_assume(j, "paper_order", "a sweep goes from V_N to W_1",
                      CLAIMS_STATE(arg[CLARKE_BCD_ARG_ORDER] == 0.0), "order=%s",
                      clarke_sgd_setting(m, "order", "backward"));
    clarke_assume(j, "regular_parts",
                  "loss, penalties and activations are semialgebraic or analytic, the convex ones "
                  "nonnegative, sigma locally Lipschitz",
                  CLARKE_HYPOTHESIS_PROVED, "each of the registered ones is, by its formula");
}

/* ---- judgement ---- */

clarke_status clarke_bcd_judge_uses(const clarke_evidence *e, clarke_judgement *j,
                                    const clarke_bcd_exact *exact, size_t first, size_t last)
{
    char what[256];
    double worst = -INFINITY;
    for (size_t use = first; use < last; use++) {
        const clarke_bcd_kind kind = (clarke_bcd_kind)e->c->use[use].arg[CLARKE_BCD_ARG_KIND];
        if (exact->kinds == 0)
            snprintf(what, sizeof what, "%s", exact->what);
        else
            snprintf(what, sizeof what, "%s, for %s,", exact->what, clarke_bcd_kind_text(kind));
        CLARKE_TRY(clarke_exact_judge(e, j, use, what));
        if (j->verdict != CLARKE_SUPPORTED) return CLARKE_OK;
        for (size_t r = 0; r < e->repetitions; r++)
            worst = fmax(worst, clarke_outputs(e, r, use)[4]);
    }
    if (last - first < 2) return CLARKE_OK;
    return clarke_judge(j, CLARKE_SUPPORTED,
                        "%s held at all %zu checks in %zu kinds of blocks, %zu of them resolved; "
                        "the worst used %.3g of its rounding bound",
                        exact->what, j->checked, last - first, j->resolved, fmax(worst, 0.0));
}

clarke_status clarke_bcd_judge(const clarke_evidence *e, clarke_judgement *j,
                               const clarke_bcd_exact *exact)
{
    clarke_bcd_assume(e, j, exact->backward);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    return clarke_bcd_judge_uses(e, j, exact, 0, e->c->uses);
}

clarke_status clarke_bcd_judge_parts(const clarke_evidence *e, clarke_judgement *j,
                                     const clarke_bcd_exact *part, size_t parts)
{
    for (size_t i = 0; i < parts; i++)
        if (strcmp(part[i].variant, e->c->variant) == 0) return clarke_bcd_judge(e, j, &part[i]);
    return clarke_fail(CLARKE_EINTERNAL, "%s has no part '%s'", e->c->claim, e->c->variant);
}
