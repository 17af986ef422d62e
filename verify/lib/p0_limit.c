#include "verify/lib/p0_limit.h"

#include "core/share.h"
#include "verify/lib/sgd_claims.h"
#include "verify/rules/decay.h"

#include <math.h>
#include <string.h>

/* Where a case keeps what its judge needs of the plan. */
enum { ARG_CONTROL, ARG_LEVEL, ARG_CLARKE };

/* ---- hypotheses ---- */

static clarke_hypothesis_state proved_if(bool holds)
{
    return holds ? CLARKE_HYPOTHESIS_PROVED : CLARKE_HYPOTHESIS_FAILED;
}

void clarke_p0_network(clarke_judgement *j, const clarke_network *w)
{
    clarke_assume(j, "row_sums", "W e = e: the mean goes by the mean of the steps",
                  proved_if(w->row_stochastic), "%s: the rows sum to 1 within %.2g", w->spec,
                  w->row_error);
    clarke_assume(j, "column_sums", "e'W = e': agents that agree are not moved by mixing",
                  proved_if(w->column_stochastic), "%s: the columns sum to 1 within %.2g", w->spec,
                  w->column_error);
    /* One broken hypothesis, named once: lambda speaks of a W with these sums. */
    if (!w->row_stochastic || !w->column_stochastic) return;
    clarke_assume(j, "mixes", "lambda = |W - J|_2 < 1", proved_if(w->mixes == CLARKE_MIXES_YES),
                  "%s; lambda = %.6g (%s)", w->reason, w->lambda,
                  clarke_lambda_source_text(w->lambda_source));
}

static void p0_method(const clarke_evidence *e, clarke_judgement *j, const clarke_dsm_form *form)
{
    const clarke_run_plan *plan = e->plan;
    if (form->tracker) {
        clarke_assume(j, "tracker_start", "the tracker starts at V_0 = G_0",
                      proved_if(!form->tracker_from_zero), "%s", plan->text.method);
        clarke_assume(j, "tracker_mixed", "the tracker is mixed by the same W",
                      proved_if(!form->tracker_unmixed), "%s", plan->text.method);
    }
    if (form->momentum)
        clarke_assume(j, "momentum_mixed", "the momentum is mixed by the same W",
                      proved_if(!form->momentum_unmixed), "%s", plan->text.method);
    if (plan->sampling.kind == CLARKE_SAMPLING_RESHUFFLE)
        clarke_assume(j, "equal_epochs", "all agents' epochs are as long as each other",
                      proved_if(plan->same_epoch), "%zu steps an epoch, at most", plan->epoch);
}

static bool p0_failed(const clarke_judgement *j)
{
    for (size_t i = 0; i < j->hypotheses; i++)
        if (j->hypothesis[i].state == CLARKE_HYPOTHESIS_FAILED) return true;
    return false;
}

clarke_status clarke_p0_hypotheses(const clarke_evidence *e, clarke_judgement *j, bool runs,
                                   bool constant_steps)
{
    const clarke_iter *it;
    CLARKE_TRY(clarke_method_forms(e->plan->text.method, e->mem, &it));
    if (!it->dsm || !e->plan->network)
        return clarke_fail(CLARKE_EINPUT, "%s is not decentralised", e->plan->text.method);
    clarke_p0_network(j, e->plan->network);
    p0_method(e, j, it->dsm);
    if (p0_failed(j)) return clarke_arena_status(j->mem);
    const clarke_p1_setting setting = {.timescale = CLARKE_P1_SINGLE,
                                       .constant_steps = constant_steps,
                                       .bounded_use = runs ? CLARKE_P0_BOUNDED : SIZE_MAX,
                                       .step_use = SIZE_MAX};
    CLARKE_TRY(clarke_p1_hypotheses(e, j, &setting));
    if (!runs || p0_failed(j)) return clarke_arena_status(j->mem);
    const bool second = it->dsm->momentum || it->dsm->tracker;
    clarke_sgd_assume_conformance(e, j, CLARKE_P0_STEP, second ? CLARKE_P0_SECOND : SIZE_MAX);
    return clarke_arena_status(j->mem);
}

/* ---- plans ---- */

void clarke_p0_uses(clarke_case *c)
{
    const bool tracker = strncmp(c->run.method, "dsgd_t", 6) == 0;
    c->use[CLARKE_P0_BOUNDED] = (clarke_measure_use){"boundedness", {0}};
    c->use[CLARKE_P0_STEP] = (clarke_measure_use){"agents_step", {0.0, 256.0}};
    c->use[CLARKE_P0_SECOND] = (clarke_measure_use){"agents_step", {tracker ? 2.0 : 1.0, 256.0}};
    c->uses = CLARKE_P0_SECOND + 1;
}

static void p0_blocks(clarke_case *c, const clarke_p0_limit *limit)
{
    const double number = limit->decay_what           ? (double)limit->decay
                          : limit->momentum           ? (double)CLARKE_AGENTS_MOMENTUM
                          : c->arg[ARG_CLARKE] != 0.0 ? (double)CLARKE_AGENTS_CLARKE
                                                      : (double)CLARKE_AGENTS_FIELD;
    clarke_p0_uses(c);
    c->use[CLARKE_P0_BLOCKS] = (clarke_measure_use){"agents_maxima", {number}};
    if (limit->window > 0.0)
        c->use[CLARKE_P0_BLOCKS] = (clarke_measure_use){"flow_tracking", {limit->window, 50.0}};
    c->uses = CLARKE_P0_BLOCKS + 1;
}

static const char *p0_or(const char *given, const char *fallback)
{
    return given ? given : fallback;
}

static bool p0_is(const char *method, const char *id)
{
    const size_t length = strlen(id);
    return strncmp(method, id, length) == 0 && (method[length] == '\0' || method[length] == ':');
}

/* Besides what the rule's own gate asks for, the offset of the agents from their mean must end below
   the level: |Z_perp| <= eta sup |H_perp| / (1 - lambda), each row of H departing from the mean by
   at most the terms' deviation and the noise in each coordinate (by 2 for a sign). */
static bool p0_offset_fits(const clarke_problem *p, const clarke_run_plan *sizes,
                           const clarke_dsm_form *form, const clarke_limit_proposal *found,
                           double *offset)
{
    clarke_schedule eta;
    clarke_arena *mem = clarke_arena_new(0);
    *offset = INFINITY;
    if (mem && clarke_schedule_parse(found->schedule, false, mem, &eta) == CLARKE_OK) {
        const double last = clarke_schedule_at(&eta, found->iterations / 2, 1, NAN, NAN);
        const double noise = clarke_noise_deviation(&sizes->noise);
        const bool sign = clarke_limit_is_sign(clarke_limit_map_of(&form->mean));
        const double each = sign ? 2.0 : p->term_deviation + noise;
        *offset = last * sqrt((double)sizes->n) * each / sizes->network->gap;
    }
    clarke_arena_free(mem);
    return *offset <= CLARKE_LIMIT_LEVEL * found->null_level;
}

static clarke_status p0_find(clarke_plan *plan, const clarke_plan_item *item,
                             const clarke_p0_limit *limit, clarke_case *c)
{
    clarke_arena *mem = clarke_plan_arena(plan);
    clarke_problem *problem;
    clarke_run_plan sizes;
    clarke_limit_proposal found;
    clarke_share share;
    const clarke_iter *it;
    double offset;
    CLARKE_TRY(clarke_run_plan_sizes(&c->run, mem, &sizes));
    CLARKE_TRY(clarke_problem_from_text(item->problem, mem, &problem));
    CLARKE_TRY(clarke_method_forms(item->method, mem, &it));
    const double deviation = problem->term_deviation;
    CLARKE_TRY(clarke_share_make(problem, sizes.agents, 0, mem, &share));
    /* An agent that holds one term samples nothing: what the terms differ by is no noise. */
    if (share.term && share.count == 1) problem->term_deviation = 0.0;
    const clarke_limit_plan wish = {.problem = problem,
                                    .method = item->method,
                                    .momentum = c->run.momentum,
                                    .noise = c->run.noise,
                                    .sampling = c->run.sampling,
                                    .quantity = limit->momentum ? CLARKE_LIMIT_MOMENTUM
                                                                : CLARKE_LIMIT_DISTANCE,
                                    .field = true,
                                    .separation = NAN};
    CLARKE_TRY(clarke_limit_recommend(&wish, 0, mem, &found));
    if (!found.gate.admitted) {
        clarke_plan_error(plan, "%s, %s on %s, noise %s: %s", limit->claim, item->method,
                          item->problem, c->run.noise, found.gate.sentence);
        return CLARKE_OK;
    }
    problem->term_deviation = deviation;
    if (!p0_offset_fits(problem, &sizes, it->dsm, &found, &offset))
        clarke_plan_error(plan,
                          "%s, %s on %s over %s: the agents may end %.3g apart, the level is "
                          "%.3g",
                          limit->claim, item->method, item->problem, c->run.network, offset,
                          CLARKE_LIMIT_LEVEL * found.null_level);
    c->run.schedule = found.schedule;
    c->run.noise = found.noise;
    c->run.iterations = found.iterations;
    if (item->steps > 1.0) c->run.iterations = (size_t)(item->steps * (double)found.iterations);
    return CLARKE_OK;
}

clarke_status clarke_p0_limit_plan(clarke_plan *plan, const clarke_plan_item *item,
                                   const clarke_p0_limit *limit)
{
    if (!item->problem || !item->method || !item->network)
        return clarke_fail(CLARKE_EINPUT, "the claim %s needs problems, methods and networks",
                           limit->claim);
    if (limit->method && !p0_is(item->method, limit->method))
        return clarke_fail(CLARKE_EINPUT, "the claim %s is about %s, not about %s", limit->claim,
                           limit->method, item->method);
    clarke_case c = {.claim = limit->claim,
                     .role = CLARKE_ROLE_CLAIM,
                     .expected = CLARKE_EXPECT_SUPPORTED,
                     .run = {.problem = item->problem,
                             .method = item->method,
                             .network = item->network,
                             .momentum = p0_or(item->momentum, "single:1"),
                             .sampling = p0_or(item->sampling, "replacement:1"),
                             .noise = p0_or(item->noise, "none"),
                             .schedule = item->schedule,
                             .init = "box",
                             .iterations = item->iterations},
                     .repetitions = CLARKE_LIMIT_RUNS,
                     .weight = item->weight};
    if (!item->schedule || item->iterations == 0) CLARKE_TRY(p0_find(plan, item, limit, &c));
    if (c.run.iterations == 0) return CLARKE_OK; /* a planning error was left */
    p0_blocks(&c, limit);
    return clarke_plan_add(plan, &c);
}

/* ---- controls ---- */

static clarke_case p0_control(const clarke_plan_item *item, const clarke_p0_limit *limit,
                              const clarke_p0_control *x)
{
    clarke_case c = {.claim = limit->claim,
                     .role = x->broken ? CLARKE_ROLE_CONTROL : x->role,
                     .run = {.problem = x->problem,
                             .method = x->method,
                             .network = x->network,
                             .schedule = x->schedule,
                             .momentum = p0_or(x->momentum, "single:1"),
                             .sampling = p0_or(x->sampling, "full"),
                             .noise = p0_or(x->noise, "none"),
                             .init = p0_or(x->init, "box"),
                             .iterations = x->iterations},
                     .repetitions = CLARKE_LIMIT_RUNS,
                     .variant = x->name,
                     .weight = item->weight};
    c.arg[ARG_CONTROL] = (double)x->control;
    c.arg[ARG_LEVEL] = x->level;
    c.arg[ARG_CLARKE] = x->clarke;
    p0_blocks(&c, limit);
    if (x->control == CLARKE_CONTROL_POINT)
        c.use[c.uses++] =
            (clarke_measure_use){"agents_maxima",
                                 {(double)x->target_kind, x->target[0], x->target[1], x->target[2],
                                  0.0, 0.0, 0.0, x->clarke ? 0.0 : 1.0}};
    return c;
}

clarke_status clarke_p0_limit_controls(clarke_plan *plan, const clarke_plan_item *item,
                                       const clarke_p0_limit *limit,
                                       const clarke_p0_control *controls)
{
    for (const clarke_p0_control *x = controls; x->name; x++) {
        clarke_case c = p0_control(item, limit, x);
        c.expected = x->wanted ? x->wanted : CLARKE_EXPECT_REFUTED;
        if (x->broken) {
            clarke_case gated = c;
            gated.broken = x->broken;
            gated.expected = CLARKE_EXPECT_NOT_APPLICABLE;
            CLARKE_TRY(clarke_plan_add(plan, &gated));
            c.bypass = true;
        }
        if (!x->gate_only) CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

/* ---- judgement ---- */

/* Weak convexity makes x' in -(subdifferential of f)(x) have one solution from each start; it is the
   inclusion that the agents' mean follows where the field of the parts is that subdifferential. */
static void p0_flow(const clarke_evidence *e, clarke_judgement *j)
{
    const clarke_problem *p = e->problem;
    const bool larger = (p->traits & CLARKE_TRAIT_FIELD_LARGER) != 0;
    const bool unique = isfinite(p->default_weak_convexity) && !larger;
    clarke_assume(
        j, "flow_unique",
        "the inclusion has one solution from each start: f is weakly convex, and the field "
        "of the parts is its subdifferential",
        proved_if(unique), "%s: weak convexity %g%s", p->spec, p->default_weak_convexity,
        larger ? ", the field is larger" : "");
}

clarke_status clarke_p0_limit_judge(const clarke_evidence *e, clarke_judgement *j,
                                    const clarke_p0_limit *limit)
{
    if (limit->window > 0.0) p0_flow(e, j);
    CLARKE_TRY(clarke_p0_hypotheses(e, j, true, false));
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    clarke_note_real(j, "lambda", e->plan->network->lambda);
    if (limit->decay_what) {
        const clarke_decay decay = {CLARKE_P0_BLOCKS, limit->decay_what, e->c->arg[ARG_LEVEL]};
        return clarke_decay_judge(e, j, &decay);
    }
    clarke_limit_options options = clarke_limit_defaults();
    options.blocks = CLARKE_P0_BLOCKS;
    options.quantity = limit->momentum ? CLARKE_LIMIT_MOMENTUM : CLARKE_LIMIT_DISTANCE;
    options.clarke = e->c->arg[ARG_CLARKE] != 0.0;
    options.control = (clarke_limit_control)e->c->arg[ARG_CONTROL];
    options.level = e->c->arg[ARG_LEVEL];
    options.what = limit->momentum  ? "the largest of the agents' momenta -> 0"
                   : options.clarke ? "the worst agent's distance to the Clarke set -> 0"
                                    : "the worst agent's distance to the field's critical set -> 0";
    if (options.control == CLARKE_CONTROL_POINT) options.target = CLARKE_P0_TARGET;
    return clarke_limit_judge(e, j, &options);
}
