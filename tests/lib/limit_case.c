#include "tests/lib/limit_case.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUNS = CLARKE_LIMIT_RUNS, USES = 4 };

static double evidence_real(const json_t *evidence, const char *name)
{
    const json_t *value = json_object_get(evidence, name);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static limit_outcome outcome_of(const clarke_judgement *j)
{
    limit_outcome o = {.verdict = j->verdict,
                       .growth = evidence_real(j->evidence, "growth_exponent"),
                       .tail = evidence_real(j->evidence, "tail_slope"),
                       .slope = evidence_real(j->evidence, "slope_median"),
                       .resolution = evidence_real(j->evidence, "resolution"),
                       .null_level = evidence_real(j->evidence, "null_level"),
                       .predicted = evidence_real(j->evidence, "predicted_last_block"),
                       .votes = (size_t)evidence_real(j->evidence, "votes")};
    const double control = evidence_real(j->evidence, "control_votes");
    o.control_votes = control >= 0.0 ? (size_t)control : 0;
    const char *form = strstr(j->sentence, "(form ");
    o.form = form ? form[6] : 0;
    snprintf(o.sentence, sizeof o.sentence, "%s", j->sentence);
    return o;
}

limit_outcome limit_judge(const limit_case *l, size_t look, double alpha)
{
    static const size_t map[USES] = {0, 1, 2, 3};
    clarke_arena *mem = clarke_arena_new(0);
    clarke_run_plan plan;
    clarke_problem *problem;
    clarke_run_result result[RUNS];
    clarke_case c = {.claim = "test", .run = l->run, .repetitions = RUNS, .uses = 3};
    if (look > 0) c.run.iterations *= 4;
    const double distance = l->quantity == CLARKE_LIMIT_MOMENTUM ? 2.0 : l->clarke ? 0.0 : 1.0;
    c.use[0] = (clarke_measure_use){"block_maxima", {distance}};
    c.use[1] = (clarke_measure_use){"windows", {0}};
    c.use[2] = (clarke_measure_use){"fixed_point", {0}};
    if (l->control == CLARKE_CONTROL_POINT) {
        c.use[3].id = "block_maxima";
        memcpy(c.use[3].arg, l->target, sizeof l->target);
        c.uses = 4;
    }
    cr_assert_eq(clarke_run_plan_make(&c.run, mem, &plan), CLARKE_OK, "%s, %s: %s", l->run.problem,
                 l->run.method, clarke_message());
    cr_assert_eq(clarke_problem_from_text(l->run.problem, mem, &problem), CLARKE_OK, "%s: %s",
                 l->run.problem, clarke_message());
    for (size_t r = 0; r < RUNS; r++)
        cr_assert_eq(
            clarke_run_execute(&plan, l->seed, r, c.use, c.uses, NULL, NULL, mem, &result[r]),
            CLARKE_OK, "%s, %s: %s", l->run.problem, l->run.method, clarke_message());
    const clarke_evidence e = {.c = &c,
                               .problem = problem,
                               .plan = &plan,
                               .run = result,
                               .use_map = map,
                               .repetitions = RUNS,
                               .look = look,
                               .seed = l->seed,
                               .alpha = alpha,
                               .mem = mem};
    clarke_judgement j = {.evidence = json_object(), .mem = mem};
    clarke_limit_options options = clarke_limit_defaults();
    options.blocks = 0;
    options.quantity = l->quantity;
    if (l->quantity == CLARKE_LIMIT_DISTANCE) {
        options.windows = 1;
        options.fixed = 2;
    }
    options.target = l->control == CLARKE_CONTROL_POINT ? 3 : SIZE_MAX;
    options.control = l->control;
    options.level = l->level;
    options.skip = l->skip;
    options.clarke = l->clarke;
    cr_assert_eq(clarke_limit_judge(&e, &j, &options), CLARKE_OK, "%s, %s: %s", l->run.problem,
                 l->run.method, clarke_message());
    cr_assert_eq(j.need_more, look == 0 && j.verdict == CLARKE_INCONCLUSIVE, "%s, %s: need_more",
                 l->run.problem, l->run.method);
    const limit_outcome o = outcome_of(&j);
    json_decref(j.evidence);
    clarke_arena_free(mem);
    return o;
}

bool limit_plan_case(limit_case *l, size_t most, clarke_arena *mem, clarke_limit_proposal *proposal)
{
    clarke_problem *problem;
    cr_assert_eq(clarke_problem_from_text(l->run.problem, mem, &problem), CLARKE_OK, "%s: %s",
                 l->run.problem, clarke_message());
    const clarke_limit_plan plan = {.problem = problem,
                                    .method = l->run.method,
                                    .momentum = l->run.momentum,
                                    .noise = l->run.noise,
                                    .sampling = l->run.sampling,
                                    .quantity = l->quantity,
                                    .field = true,
                                    .separation = NAN};
    cr_assert_eq(clarke_limit_recommend(&plan, most, mem, proposal), CLARKE_OK, "%s, %s: %s",
                 l->run.problem, l->run.method, clarke_message());
    l->run.schedule = proposal->schedule;
    l->run.noise = proposal->noise;
    l->run.iterations = proposal->iterations;
    return proposal->gate.admitted;
}

size_t limit_table_number(const char *name, size_t fallback)
{
    const char *text = getenv(name);
    return text ? (size_t)strtoul(text, NULL, 10) : fallback;
}

size_t limit_table_steps(void)
{
    return limit_table_number("CLARKE_LIMIT_TABLE", 0);
}
