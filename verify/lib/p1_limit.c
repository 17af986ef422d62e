#include "verify/lib/p1_limit.h"

#include "verify/rules/decay.h"

#include <math.h>

/* Positions of the measures in every case of a limit claim. */
enum { USE_BOUNDED, USE_DIRECTION, USE_MOMENTUM, USE_BLOCKS, USE_WINDOWS, USE_FIXED, USE_TARGET };
/* Where a case keeps what its judge needs of the plan. */
enum { ARG_CONTROL, ARG_LEVEL };

static void limit_uses(clarke_case *c, const clarke_p1_limit *limit)
{
    c->use[USE_BOUNDED] = (clarke_measure_use){"boundedness", {0}};
    c->use[USE_DIRECTION] = (clarke_measure_use){"sgd_step", {0.0, 256.0}};
    c->use[USE_MOMENTUM] = (clarke_measure_use){"sgd_step", {1.0, 256.0}};
    if (limit->decay_measure) {
        c->use[USE_BLOCKS] = (clarke_measure_use){limit->decay_measure, {0}};
        c->uses = USE_BLOCKS + 1;
        return;
    }
    const double distance = limit->quantity == CLARKE_LIMIT_MOMENTUM ? 2.0
                            : limit->clarke                          ? 0.0
                                                                     : 1.0;
    c->use[USE_BLOCKS] = (clarke_measure_use){"block_maxima", {distance}};
    c->use[USE_WINDOWS] = (clarke_measure_use){"windows", {0}};
    c->use[USE_FIXED] = (clarke_measure_use){"fixed_point", {0}};
    c->uses = USE_FIXED + 1;
}

static const char *or_default(const char *given, const char *fallback)
{
    return given ? given : fallback;
}

/* The problem, for planning only. */
static clarke_status limit_problem(const char *text, clarke_arena *mem, clarke_problem **problem)
{
    CLARKE_TRY(clarke_problem_from_text(text, mem, problem));
    if ((*problem)->desc->stationary_distance) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "%s has no known stationary set: a limit cannot be judged",
                       text);
}

static clarke_status limit_add(clarke_plan *plan, const clarke_plan_item *item, clarke_case *c,
                               const clarke_p1_limit *limit)
{
    c->claim = limit->claim;
    c->role = CLARKE_ROLE_CLAIM;
    c->expected = CLARKE_EXPECT_SUPPORTED;
    c->repetitions = CLARKE_LIMIT_RUNS;
    c->weight = item->weight;
    limit_uses(c, limit);
    return clarke_plan_add(plan, c);
}

/* The cheapest admitted plan is proposed; a suite's factor above 1 makes it longer. */
static size_t limit_steps(const clarke_plan_item *item, size_t proposed)
{
    return item->steps > 1.0 ? (size_t)(item->steps * (double)proposed) : proposed;
}

clarke_status clarke_p1_limit_plan(clarke_plan *plan, const clarke_plan_item *item,
                                   const clarke_p1_limit *limit)
{
    clarke_arena *mem = clarke_plan_arena(plan);
    clarke_problem *problem;
    clarke_limit_gate gate;
    if (!item->problem || !item->method)
        return clarke_fail(CLARKE_EINPUT, "the claim %s needs problems and methods", limit->claim);
    CLARKE_TRY(limit_problem(item->problem, mem, &problem));
    clarke_limit_plan wish = {
        .problem = problem,
        .method = item->method,
        .schedule = item->schedule,
        .momentum = or_default(item->momentum, or_default(limit->momentum, "single:1")),
        .noise = or_default(item->noise, "none"),
        .sampling = or_default(item->sampling, "replacement:1"),
        .iterations = item->iterations,
        .quantity = limit->quantity,
        .field = !limit->clarke,
        .separation = NAN};
    clarke_case c = {.run = {.problem = item->problem,
                             .method = item->method,
                             .momentum = wish.momentum,
                             .sampling = wish.sampling,
                             .noise = wish.noise,
                             .schedule = item->schedule,
                             .init = "box",
                             .iterations = item->iterations}};
    if (item->schedule && item->iterations > 0) {
        CLARKE_TRY(clarke_limit_gate_plan(&wish, mem, &gate));
    } else {
        clarke_limit_proposal proposal;
        CLARKE_TRY(clarke_limit_recommend(&wish, 0, mem, &proposal));
        c.run.schedule = proposal.schedule;
        c.run.noise = proposal.noise;
        c.run.iterations = limit_steps(item, proposal.iterations);
        gate = proposal.gate;
    }
    if (gate.admitted) return limit_add(plan, item, &c, limit);
    clarke_plan_error(plan, "%s, %s on %s, noise %s: %s", limit->claim, item->method, item->problem,
                      wish.noise, gate.sentence);
    return CLARKE_OK;
}

/* ---- controls ---- */

static clarke_case control_case(const clarke_plan_item *item, const clarke_p1_limit *limit,
                                const clarke_p1_control *x)
{
    clarke_case c = {.claim = limit->claim,
                     .role = CLARKE_ROLE_CONTROL,
                     .run = {.problem = x->problem,
                             .method = x->method,
                             .schedule = x->schedule,
                             .momentum = or_default(x->momentum, "single:1"),
                             .sampling = or_default(x->sampling, "full"),
                             .noise = or_default(x->noise, "none"),
                             .init = or_default(x->init, "box"),
                             .iterations = x->iterations},
                     .repetitions = CLARKE_LIMIT_RUNS,
                     .variant = x->name,
                     .weight = item->weight};
    limit_uses(&c, limit);
    /* Where only a hypothesis is looked at the problem may have no stationary set. */
    if (x->gate_only) c.uses = USE_MOMENTUM + 1;
    c.arg[ARG_CONTROL] = (double)x->control;
    c.arg[ARG_LEVEL] = x->level;
    if (x->control == CLARKE_CONTROL_POINT) {
        clarke_measure_use *use = &c.use[c.uses++];
        *use =
            (clarke_measure_use){"block_maxima", {3.0, x->target[0], x->target[1], x->target[2]}};
        if (x->target[0] == 0.0) *use = (clarke_measure_use){"block_maxima", {5.0, 0.5}};
        use->arg[7] = limit->clarke ? 0.0 : 1.0;
    }
    return c;
}

clarke_status clarke_p1_limit_controls(clarke_plan *plan, const clarke_plan_item *item,
                                       const clarke_p1_limit *limit,
                                       const clarke_p1_control *controls)
{
    for (const clarke_p1_control *x = controls; x->name; x++) {
        clarke_case c = control_case(item, limit, x);
        c.broken = x->broken;
        c.expected = CLARKE_EXPECT_NOT_APPLICABLE;
        CLARKE_TRY(clarke_plan_add(plan, &c));
        if (x->gate_only) continue;
        c.broken = NULL;
        c.bypass = true;
        c.expected = CLARKE_EXPECT_REFUTED;
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

clarke_status clarke_p1_limit_reading(clarke_plan *plan, const clarke_plan_item *item,
                                      const clarke_p1_limit *limit,
                                      const clarke_p1_control *readings)
{
    for (const clarke_p1_control *x = readings; x->name; x++) {
        clarke_case c = control_case(item, limit, x);
        c.role = CLARKE_ROLE_READING;
        c.bypass = true;
        c.expected = CLARKE_EXPECT_SUPPORTED;
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

/* ---- judgement ---- */

clarke_status clarke_p1_limit_judge(const clarke_evidence *e, clarke_judgement *j,
                                    const clarke_p1_limit *limit)
{
    const clarke_p1_setting setting = {.timescale = limit->timescale,
                                       .generic_start = limit->generic_start,
                                       .bounded_use = USE_BOUNDED,
                                       .step_use = USE_DIRECTION};
    CLARKE_TRY(clarke_p1_hypotheses(e, j, &setting));
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    if (limit->decay_measure) {
        const clarke_decay decay = {USE_BLOCKS, limit->decay_what, e->c->arg[ARG_LEVEL]};
        return clarke_decay_judge(e, j, &decay);
    }
    clarke_limit_options options = clarke_limit_defaults();
    options.blocks = USE_BLOCKS;
    options.windows = limit->quantity == CLARKE_LIMIT_DISTANCE ? USE_WINDOWS : SIZE_MAX;
    options.fixed = limit->quantity == CLARKE_LIMIT_DISTANCE ? USE_FIXED : SIZE_MAX;
    options.quantity = limit->quantity;
    options.clarke = limit->clarke;
    options.control = (clarke_limit_control)e->c->arg[ARG_CONTROL];
    options.level = e->c->arg[ARG_LEVEL];
    options.separation = NAN;
    if (options.control == CLARKE_CONTROL_POINT) options.target = USE_TARGET;
    return clarke_limit_judge(e, j, &options);
}
