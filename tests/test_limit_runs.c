/* Decision rule 2 on real runs: correct cases, planned by clarke_limit_recommend, must never be
   refuted; controls must never be supported.

   CLARKE_LIMIT_TABLE=N in the environment prints the whole table instead, with at most N steps a
   run (262144 in the documentation):
     CLARKE_LIMIT_TABLE=262144 build/bin/test_limit_runs --filter limit_runs/table -j1
   CLARKE_LIMIT_SEED chooses the seed (1), CLARKE_LIMIT_LOOKS=2 adds the second look. */
#include "verify/rules/limit.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUNS = CLARKE_LIMIT_RUNS, USES = 4, QUICK = 16384 };

typedef struct {
    clarke_run_spec run;
    clarke_limit_quantity quantity;
    clarke_limit_control control;
    double target[8]; /* args of block_maxima for CONTROL_POINT */
    double level;
    uint64_t seed;
    unsigned skip;
    bool clarke; /* the Clarke set, not the field's */
} limit_case;

typedef struct {
    clarke_verdict verdict;
    double growth, tail, slope, resolution, null_level, predicted;
    size_t votes, control_votes;
    char form; /* of a refutation in finite time */
    char sentence[900];
} limit_outcome;

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

/* One look: plan, 24 runs, judgement. */
static limit_outcome case_judge(const limit_case *l, size_t look, double alpha)
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

/* alpha of a case of a suite with 150, and of each of its two looks. */
static const double look_alpha = 0.05 / 300.0;

static limit_outcome case_looks(const limit_case *l, size_t looks)
{
    limit_outcome o = case_judge(l, 0, look_alpha);
    if (o.verdict == CLARKE_INCONCLUSIVE && looks > 1) o = case_judge(l, 1, look_alpha);
    return o;
}

/* ---- correct cases ---- */

static const char *const run_problems[] = {
    "l1_norm",       "absquad",        "absquad:n=5",           "kink_well:p=1",
    "kink_well:p=2", "kink_well:p=4",  "quadratic_sum:a=0,0,3", "ring",
    "quartic",       "relu_1pt_decay", "oblique_kink"};
static const char *const run_methods[] = {"sgd", "heavy_ball", "sign_sgd", "clipped_sgd"};
/* Signs as in the measured table: one per coordinate, a quarter for the sign map. */
static const char *const run_noises[] = {"none", "signs", "reshuffled"};

enum {
    PROBLEMS = sizeof run_problems / sizeof run_problems[0],
    METHODS = sizeof run_methods / sizeof run_methods[0],
    NOISES = sizeof run_noises / sizeof run_noises[0]
};

static limit_case correct_case(size_t problem, size_t method, size_t noise, uint64_t seed)
{
    const bool sum = strncmp(run_problems[problem], "quadratic_sum", 13) == 0;
    const char *signs = strcmp(run_methods[method], "sign_sgd") == 0 ? "signs:0.25" : "signs:1";
    limit_case l = {.run = {.problem = run_problems[problem],
                            .method = run_methods[method],
                            .momentum = "single:1",
                            .init = "box"},
                    .seed = seed};
    l.run.noise = noise == 0 || sum ? "none" : signs;
    l.run.sampling = noise == 0 ? "full" : noise == 1 ? "replacement:1" : "reshuffle:1";
    return l;
}

/* Plans the case; false if nothing is admitted. Texts live in `mem`. */
static bool case_plan(limit_case *l, size_t most, clarke_arena *mem,
                      clarke_limit_proposal *proposal)
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

static bool problem_exists(const char *text)
{
    char id[64];
    snprintf(id, sizeof id, "%.*s", (int)strcspn(text, ":"), text);
    return clarke_registry_get(&clarke_problems, id) != NULL;
}

typedef struct {
    size_t admitted, supported, inconclusive, refuted;
} tally;

static void tally_add(tally *t, clarke_verdict verdict)
{
    t->admitted++;
    t->supported += verdict == CLARKE_SUPPORTED;
    t->inconclusive += verdict == CLARKE_INCONCLUSIVE;
    t->refuted += verdict == CLARKE_REFUTED;
}

static tally correct_problem(size_t p, size_t most, size_t looks, uint64_t seed, bool print)
{
    tally t = {0};
    for (size_t m = 0; m < METHODS; m++)
        for (size_t noise = 0; noise < NOISES; noise++) {
            clarke_arena *mem = clarke_arena_new(0);
            clarke_limit_proposal proposal;
            limit_case l = correct_case(p, m, noise, seed);
            const bool admitted = case_plan(&l, most, mem, &proposal);
            if (admitted) {
                const limit_outcome o = case_looks(&l, looks);
                tally_add(&t, o.verdict);
                cr_expect_neq(o.verdict, CLARKE_REFUTED, "%s, %s, %s, %s: %s", l.run.problem,
                              l.run.method, run_noises[noise], l.run.schedule, o.sentence);
                if (print)
                    fprintf(stderr,
                            "| %s | %s | %s | %s | %zu | %s | %zu | %.2f | %.2f | %.3g | %.3g |\n",
                            l.run.problem, l.run.method,
                            noise == 1 ? l.run.noise : run_noises[noise], l.run.schedule,
                            l.run.iterations, clarke_verdict_text(o.verdict), o.votes, o.slope,
                            o.tail, o.resolution, o.resolution / o.null_level);
                if (print && o.verdict == CLARKE_INCONCLUSIVE)
                    fprintf(stderr, "  %s\n", o.sentence);
            } else if (print) {
                fprintf(stderr, "| %s | %s | %s | %s | %zu | not admitted: %s |\n", l.run.problem,
                        l.run.method, run_noises[noise], proposal.schedule, proposal.iterations,
                        proposal.gate.sentence);
            }
            clarke_arena_free(mem);
        }
    return t;
}

static size_t table_number(const char *name, size_t fallback)
{
    const char *text = getenv(name);
    return text ? (size_t)strtoul(text, NULL, 10) : fallback;
}

static size_t table_steps(void)
{
    return table_number("CLARKE_LIMIT_TABLE", 0);
}

Test(limit_runs, table)
{
    const size_t most = table_steps();
    const size_t looks = table_number("CLARKE_LIMIT_LOOKS", 1);
    const size_t seed = table_number("CLARKE_LIMIT_SEED", 1);
    tally all = {0};
    if (most == 0) return;
    fprintf(stderr, "| problem | method | noise | schedule | K | verdict | votes | slope | tail | "
                    "resolution | / N0 |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (size_t p = 0; p < PROBLEMS; p++) {
        if (!problem_exists(run_problems[p])) continue;
        const tally t = correct_problem(p, most, looks, seed, true);
        fprintf(stderr, "%s: %zu admitted, %zu supported, %zu inconclusive, %zu refuted\n",
                run_problems[p], t.admitted, t.supported, t.inconclusive, t.refuted);
        all.admitted += t.admitted;
        all.supported += t.supported;
        all.inconclusive += t.inconclusive;
        all.refuted += t.refuted;
    }
    fprintf(stderr, "all: %zu admitted, %zu supported, %zu inconclusive, %zu refuted\n",
            all.admitted, all.supported, all.inconclusive, all.refuted);
}

static size_t correct_indices[PROBLEMS];

ParameterizedTestParameters(limit_runs, correct_cases_are_not_refuted)
{
    for (size_t p = 0; p < PROBLEMS; p++) correct_indices[p] = p;
    return cr_make_param_array(size_t, correct_indices, PROBLEMS);
}

/* With few steps much stays inconclusive; nothing may be refuted, and most is supported. */
ParameterizedTest(const size_t *p, limit_runs, correct_cases_are_not_refuted)
{
    cr_assert(problem_exists(run_problems[*p]), "%s: there is no such problem", run_problems[*p]);
    const tally t = correct_problem(*p, QUICK, 1, 1, false);
    cr_assert(t.admitted >= METHODS * NOISES - 1, "%s: only %zu plans are admitted",
              run_problems[*p], t.admitted);
    cr_assert(4 * t.supported >= 2 * t.admitted, "%s: only %zu of %zu are supported",
              run_problems[*p], t.supported, t.admitted);
}

/* ---- controls ---- */

/* Wrong limits, all derived: the median of 0, 0, 3; the fixed point of the clipped samples,
   (2/3) x - 1/3 = 0; minus the bias; half the start, x_K = x_0 (K+2)/(2(K+1)). */
static const struct {
    const char *label;
    limit_case l;
    bool test;        /* (iv) refutes */
    const char *form; /* the forms (i) that may name it; NULL: none may */
} controls[] = {
    {"sign, theta = 1",
     {.run = {.problem = "quadratic_sum:a=0,0,3",
              .method = "sign_sgd",
              .momentum = "constant:1",
              .schedule = "power:10,1,50",
              .iterations = 65536},
      .control = CLARKE_CONTROL_POINT,
      .target = {3, 1, 0}},
     true,
     NULL},
    {"clip of each sample",
     {.run = {.problem = "quadratic_sum:a=0,0,3",
              .method = "clipped_sgd:apply=sample",
              .schedule = "power:20,1,100",
              .iterations = 65536},
      .control = CLARKE_CONTROL_POINT,
      .target = {3, 1, 0.5}},
     true,
     NULL},
    {"constant steps, no noise",
     {.run =
          {.problem = "l1_norm", .method = "sgd", .schedule = "constant:0.2", .iterations = 4096},
      .control = CLARKE_CONTROL_LEVEL,
      .level = 0.1},
     true,
     NULL},
    {"constant steps, signs",
     {.run = {.problem = "quadratic",
              .method = "sgd",
              .schedule = "constant:0.2",
              .noise = "signs:1",
              .iterations = 16384},
      .control = CLARKE_CONTROL_LEVEL,
      .level = 0.316},
     true,
     NULL},
    {"summable steps",
     {.run =
          {.problem = "quadratic", .method = "sgd", .schedule = "power:1,2,2", .iterations = 16384},
      .control = CLARKE_CONTROL_POINT,
      .target = {5, 0.5}},
     true,
     NULL},
    {"eta = 1/log k, signs",
     {.run = {.problem = "quadratic",
              .method = "sgd",
              .schedule = "inverse-log:1,3",
              .noise = "signs:1",
              .iterations = 65536},
      .control = CLARKE_CONTROL_LEVEL,
      .level = 0.5},
     true,
     NULL},
    {"bias 0.25, sgd",
     {.run = {.problem = "quadratic",
              .method = "sgd",
              .schedule = "power:10,1,50",
              .noise = "bias:0.25,1",
              .iterations = 131072},
      .control = CLARKE_CONTROL_POINT,
      .target = {3, 1, -0.25}},
     true,
     "BA"},
    {"bias 0.05, sgd",
     {.run = {.problem = "quadratic",
              .method = "sgd",
              .schedule = "power:10,1,50",
              .noise = "bias:0.05,1",
              .iterations = 524288},
      .control = CLARKE_CONTROL_POINT,
      .target = {3, 1, -0.05}},
     false,
     "BA"},
    {"bias 0.25, heavy ball",
     {.run = {.problem = "quadratic",
              .method = "heavy_ball",
              .schedule = "power:20,1,100",
              .noise = "bias:0.25,1",
              .iterations = 131072},
      .control = CLARKE_CONTROL_POINT,
      .target = {3, 1, -0.25}},
     true,
     "BM"},
    {"bias 0.25, sign",
     {.run = {.problem = "quadratic",
              .method = "sign_sgd",
              .schedule = "power:30,1,150",
              .noise = "bias:0.25,0.25",
              .iterations = 262144},
      .control = CLARKE_CONTROL_POINT,
      .target = {3, 1, -0.25}},
     false,
     "BM"},
    {"heavy ball, theta = (k+1)^-2",
     {.run = {.problem = "quadratic",
              .method = "heavy_ball",
              .schedule = "power:1,0.5,1",
              .momentum = "power:1,2,1",
              .iterations = 16384},
      .control = CLARKE_CONTROL_GROWTH},
     true,
     NULL},
};

enum { CONTROLS = sizeof controls / sizeof controls[0] };

static limit_case control_case(size_t i, uint64_t seed)
{
    limit_case l = controls[i].l;
    l.run.init = "box";
    l.run.sampling = "replacement:1";
    if (!l.run.momentum) l.run.momentum = "single:1";
    if (!l.run.noise) l.run.noise = "none";
    l.seed = seed;
    return l;
}

static size_t control_indices[CONTROLS];

ParameterizedTestParameters(limit_runs, controls_are_refuted)
{
    for (size_t i = 0; i < CONTROLS; i++) control_indices[i] = i;
    return cr_make_param_array(size_t, control_indices, CONTROLS);
}

ParameterizedTest(const size_t *i, limit_runs, controls_are_refuted)
{
    const char *label = controls[*i].label, *form = controls[*i].form;
    const limit_case l = control_case(*i, 1);
    const limit_outcome o = case_judge(&l, 0, look_alpha);
    if (table_steps() > 0)
        fprintf(stderr, "| %s | %s | %c | %zu votes | slope %.2f | tail %.2f |\n", label,
                clarke_verdict_text(o.verdict), o.form ? o.form : '-', o.control_votes, o.slope,
                o.tail);
    cr_assert_eq(o.verdict, CLARKE_REFUTED, "%s: %s, %s", label, clarke_verdict_text(o.verdict),
                 o.sentence);
    if (controls[*i].test)
        cr_assert(o.control_votes >= 21, "%s: %zu votes at the wrong limit", label,
                  o.control_votes);
    if (form)
        cr_assert(o.form && strchr(form, o.form), "%s: refuted by %s", label, o.sentence);
    else
        cr_assert_eq(o.form, 0, "%s: refuted by %s", label, o.sentence);
    /* Judged as a claim, without the declared limit, it is never supported either. */
    limit_case claim = l;
    claim.control = CLARKE_CONTROL_NONE;
    claim.skip = CLARKE_LIMIT_SKIP_A | CLARKE_LIMIT_SKIP_B | CLARKE_LIMIT_SKIP_M |
                 CLARKE_LIMIT_SKIP_CYCLE;
    const limit_outcome alone = case_judge(&claim, 0, look_alpha);
    cr_assert_neq(alone.verdict, CLARKE_SUPPORTED, "%s, judged as a claim: %s", label,
                  alone.sentence);
}

/* The same code with the defect off, judged against the same wrong limit. */
Test(limit_runs, positive_twins)
{
    static const struct {
        size_t control;
        const char *method, *noise, *momentum;
        size_t iterations; /* the sign map's floor falls like eta^(1/4): gate (d) asks for more */
    } twin[] = {{0, NULL, NULL, "single:1", 262144},
                {1, "clipped_sgd", NULL, NULL, 65536},
                {6, NULL, "bias:0,1", NULL, 131072},
                {8, NULL, "bias:0,1", NULL, 131072}};
    for (size_t i = 0; i < sizeof twin / sizeof twin[0]; i++) {
        limit_case l = control_case(twin[i].control, 1);
        l.run.iterations = twin[i].iterations;
        if (twin[i].method) l.run.method = twin[i].method;
        if (twin[i].noise) l.run.noise = twin[i].noise;
        if (twin[i].momentum) l.run.momentum = twin[i].momentum;
        const limit_outcome o = case_judge(&l, 0, look_alpha);
        cr_expect_eq(o.verdict, CLARKE_SUPPORTED, "twin of '%s': %s",
                     controls[twin[i].control].label, o.sentence);
    }
}

/* Automatic differentiation stuck at 0, where its answer is 0 and the derivative is -1: an exact
   fixed point. Its own field holds 0 there, so the field's claim is not touched. */
Test(limit_runs, fixed_point_of_a_deterministic_method)
{
    const limit_case l = {.run = {.problem = "ad_spurious",
                                  .method = "sgd",
                                  .momentum = "single:1",
                                  .schedule = "power:10,1,50",
                                  .sampling = "full",
                                  .noise = "none",
                                  .init = "zeros",
                                  .iterations = 4096},
                          .seed = 1};
    const limit_outcome field = case_judge(&l, 0, look_alpha);
    cr_assert_neq(field.verdict, CLARKE_REFUTED, "field: %s", field.sentence);
    limit_case clarke = l;
    clarke.clarke = true;
    const limit_outcome o = case_judge(&clarke, 0, look_alpha);
    cr_assert_eq(o.verdict, CLARKE_REFUTED, "Clarke: %s", o.sentence);
    cr_assert(strstr(o.sentence, "period 1"), "Clarke: %s", o.sentence);
}

/* One p for a case: the largest over the pieces that the runs reached, a kink and a parabola. */
Test(limit_runs, slowest_growth_counts)
{
    const limit_case l = {.run = {.problem = "mcp_orth",
                                  .method = "sgd",
                                  .momentum = "single:1",
                                  .schedule = "power:10,1,50",
                                  .sampling = "full",
                                  .noise = "none",
                                  .init = "box",
                                  .iterations = 4096},
                          .seed = 1};
    limit_case kink = l;
    kink.run.init = "point:0.1";
    limit_outcome o = case_judge(&l, 0, look_alpha);
    cr_assert_eq(o.growth, 2.0, "box: p = %g, %s", o.growth, o.sentence);
    o = case_judge(&kink, 0, look_alpha);
    cr_assert_eq(o.growth, 1.0, "next to the kink: p = %g, %s", o.growth, o.sentence);
}

/* The bound of sampled terms is one over the box: outside it forms A and B have nothing to say. */
Test(limit_runs, noise_bound_of_terms_holds_in_the_box_only)
{
    limit_case l = {.run = {.problem = "quadratic_sum:a=0,0,3",
                            .method = "sgd",
                            .momentum = "single:1",
                            .schedule = "power:10,1,50",
                            .sampling = "replacement:1",
                            .noise = "bias:0.5,0",
                            .init = "point:2",
                            .iterations = 131072},
                    .seed = 1};
    limit_outcome o = case_judge(&l, 0, look_alpha);
    cr_assert(o.verdict == CLARKE_REFUTED && o.form == 'B', "inside: %s", o.sentence);
    l.run.init = "point:100";
    o = case_judge(&l, 0, look_alpha);
    cr_assert_neq(o.verdict, CLARKE_REFUTED, "outside: %s", o.sentence);
}

/* f = |x| with constant steps alternates for ever. */
Test(limit_runs, cycle_of_a_deterministic_method)
{
    limit_case l = {.run = {.problem = "l1_norm",
                            .method = "sgd",
                            .momentum = "single:1",
                            .schedule = "constant:0.25",
                            .sampling = "full",
                            .noise = "none",
                            .init = "box",
                            .iterations = 4096},
                    .seed = 1};
    limit_outcome o = case_judge(&l, 0, look_alpha);
    cr_assert(o.verdict == CLARKE_REFUTED && strstr(o.sentence, "period 2"), "cycle: %s",
              o.sentence);
    /* Vanishing steps that stagnate by rounding on a quartic are no fixed point. */
    l.run.problem = "quartic";
    l.run.schedule = "power:1,0.9,10";
    o = case_judge(&l, 0, look_alpha);
    cr_assert_neq(o.verdict, CLARKE_REFUTED, "quartic: %s", o.sentence);
}

/* |m_k| -> 0 by the law sqrt(theta). */
Test(limit_runs, momentum)
{
    static const char *const method[] = {"heavy_ball", "sign_sgd", "clipped_sgd"};
    static const char *const problem[] = {"l1_norm", "kink_well:p=2", "quadratic_sum:a=0,0,3"};
    for (size_t m = 0; m < 3; m++)
        for (size_t p = 0; p < 3; p++) {
            clarke_arena *mem = clarke_arena_new(0);
            clarke_limit_proposal proposal;
            limit_case l = {.run = {.problem = problem[p],
                                    .method = method[m],
                                    .init = "box",
                                    .momentum = "single:1",
                                    .noise = p == 2 ? "none" : "signs:0.25",
                                    .sampling = "replacement:1"},
                            .quantity = CLARKE_LIMIT_MOMENTUM,
                            .seed = 1};
            cr_assert(case_plan(&l, 65536, mem, &proposal), "%s, %s: %s", method[m], problem[p],
                      proposal.gate.sentence);
            const limit_outcome o = case_judge(&l, 0, look_alpha);
            if (table_steps() > 0)
                fprintf(
                    stderr,
                    "| m -> 0 | %s | %s | %s | %zu | %s | %zu | %.2f | %.2f | %.3g | P %.3g |\n",
                    problem[p], method[m], l.run.schedule, l.run.iterations,
                    clarke_verdict_text(o.verdict), o.votes, o.slope, o.tail, o.resolution,
                    o.predicted);
            cr_expect_eq(o.verdict, CLARKE_SUPPORTED, "%s, %s: %s", method[m], problem[p],
                         o.sentence);
            clarke_arena_free(mem);
        }
    /* Constant theta: m keeps the noise. */
    const limit_case flat = {.run = {.problem = "quadratic",
                                     .method = "heavy_ball",
                                     .momentum = "constant:0.1",
                                     .schedule = "power:10,1,50",
                                     .noise = "signs:1",
                                     .sampling = "replacement:1",
                                     .init = "box",
                                     .iterations = 16384},
                             .quantity = CLARKE_LIMIT_MOMENTUM,
                             .seed = 1};
    cr_assert_neq(case_judge(&flat, 0, look_alpha).verdict, CLARKE_SUPPORTED, "constant theta");
}
