/* Runs, plans, suites, scheduler, journal. */
#include "engine/journal.h"
#include "engine/suite.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char tiny_suite[] = "name: tiny\n"
                                 "alpha: 0.05\n"
                                 "steps: 0.25\n"
                                 "claims:\n"
                                 "  - claim: th1_c\n"
                                 "    problems: [l1_norm, absquad]\n"
                                 "    methods: [sgd, heavy_ball]\n"
                                 "    noise: [\"signs:1\"]\n"
                                 "  - claim: th1_golden\n";

/* A file of its own in a folder of its own. */
typedef struct {
    char folder[64], path[96];
} place;

static place place_with(const char *text)
{
    place p = {.folder = "/tmp/clarke-test-XXXXXX"};
    cr_assert_not_null(mkdtemp(p.folder), "a temporary folder");
    snprintf(p.path, sizeof p.path, "%s/suite.yaml", p.folder);
    FILE *file = fopen(p.path, "w");
    cr_assert_not_null(file, "%s", p.path);
    fputs(text, file);
    fclose(file);
    return p;
}

static void place_remove(const place *p)
{
    char journal[128];
    snprintf(journal, sizeof journal, "%s/journal.jsonl", p->folder);
    unlink(journal);
    unlink(p->path);
    rmdir(p->folder);
}

static clarke_status load(const char *text, clarke_arena *mem, clarke_suite *suite)
{
    static const char *const nowhere[] = {NULL};
    const place p = place_with(text);
    const clarke_status status = clarke_suite_load(p.path, nowhere, mem, suite);
    place_remove(&p);
    return status;
}

static char *lines_of(json_t *records)
{
    char *all = calloc(1, 1 << 20);
    size_t i;
    json_t *record;
    json_array_foreach(records, i, record)
    {
        char *line = clarke_record_line(record);
        strcat(strcat(all, line), "\n");
        free(line);
    }
    json_decref(records);
    return all;
}

static char *verdicts(const clarke_suite *suite, size_t jobs, const char *journal, bool resume)
{
    const clarke_scheduler_options options = {.seed = 3,
                                              .jobs = jobs,
                                              .suite = suite->name,
                                              .journal = journal,
                                              .resume = resume,
                                              .timeout = INFINITY};
    json_t *records;
    cr_assert_eq(clarke_schedule_cases(&suite->plan, NULL, &options, &records), CLARKE_OK, "%s",
                 clarke_message());
    return lines_of(records);
}

Test(scheduler, jobs_do_not_matter)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_suite suite;
    cr_assert_eq(load(tiny_suite, mem, &suite), CLARKE_OK, "%s", clarke_message());
    cr_assert_eq(suite.plan.count, 10, "four limits and six golden vectors, not %zu",
                 suite.plan.count);
    char *one = verdicts(&suite, 1, NULL, false), *three = verdicts(&suite, 3, NULL, false);
    cr_expect_str_eq(one, three, "one and three threads give the same records");
    cr_expect(strstr(one, "\"verdict\":\"supported\""), "something is supported");
    free(one);
    free(three);
    clarke_arena_free(mem);
}

/* A journal cut anywhere, also within a line, resumes to the same records. */
Test(scheduler, resumes_after_a_torn_journal, .timeout = 120)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_suite suite;
    char journal[128];
    const place p = place_with(tiny_suite);
    cr_assert_eq(load(tiny_suite, mem, &suite), CLARKE_OK, "%s", clarke_message());
    snprintf(journal, sizeof journal, "%s/journal.jsonl", p.folder);
    char *whole = verdicts(&suite, 1, journal, false);
    FILE *file = fopen(journal, "r");
    fseek(file, 0, SEEK_END);
    const long size = ftell(file);
    fclose(file);
    for (long cut = 0; cut <= size; cut += size / 5) {
        cr_assert_eq(truncate(journal, size - cut), 0, "cut");
        char *again = verdicts(&suite, 2, journal, true);
        cr_expect_str_eq(again, whole, "cut by %ld of %ld bytes", cut, size);
        free(again);
    }
    free(whole);
    place_remove(&p);
    clarke_arena_free(mem);
}

Test(scheduler, another_plans_journal_is_refused)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_suite suite;
    json_t *records;
    const place p = place_with(tiny_suite);
    char journal[128];
    cr_assert_eq(load(tiny_suite, mem, &suite), CLARKE_OK, "%s", clarke_message());
    snprintf(journal, sizeof journal, "%s/journal.jsonl", p.folder);
    FILE *file = fopen(journal, "w");
    fputs("{\"journal\":1,\"plan\":\"0000000000000000\"}\n", file);
    fclose(file);
    const clarke_scheduler_options options = {.seed = 3,
                                              .jobs = 1,
                                              .suite = "tiny",
                                              .journal = journal,
                                              .resume = true,
                                              .timeout = INFINITY};
    cr_expect_eq(clarke_schedule_cases(&suite.plan, NULL, &options, &records), CLARKE_EINPUT,
                 "a journal of another plan");
    cr_expect(strstr(clarke_message(), "another suite"), "%s", clarke_message());
    json_decref(records);
    place_remove(&p);
    clarke_arena_free(mem);
}

/* Controls are refuted; here that is a surprise. */
Test(scheduler, the_first_surprising_refutation_ends_it)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_suite suite;
    const char *text = "name: first\nabout: first\nalpha: 0.05\nclaims:\n  - claim: th1_l5\n"
                       "    methods: [heavy_ball]\n    controls: yes\n    iterations: 500\n";
    cr_assert_eq(load(text, mem, &suite), CLARKE_OK, "%s", clarke_message());
    for (size_t i = 0; i < suite.plan.count; i++)
        suite.plan.c[i].expected = CLARKE_EXPECT_SUPPORTED;
    for (int until = 0; until < 2; until++) {
        const clarke_scheduler_options options = {
            .seed = 3, .jobs = 1, .suite = suite.name, .until_refuted = until, .timeout = INFINITY};
        json_t *records;
        size_t refuted = 0, i;
        json_t *record;
        cr_assert_eq(clarke_schedule_cases(&suite.plan, NULL, &options, &records), CLARKE_OK, "%s",
                     clarke_message());
        json_array_foreach(records, i, record) refuted +=
            strcmp(json_string_value(json_object_get(record, "verdict")), "refuted") == 0;
        if (until)
            cr_expect_eq(refuted, 1);
        else
            cr_expect_gt(refuted, 1, "the controls show nothing");
        json_decref(records);
    }
    clarke_arena_free(mem);
}

Test(suite, alpha_is_shared_out)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_suite suite;
    double sum = 0.0;
    cr_assert_eq(load(tiny_suite, mem, &suite), CLARKE_OK, "%s", clarke_message());
    for (size_t i = 0; i < suite.plan.count; i++) {
        sum += suite.plan.c[i].alpha;
        if (i > 0)
            cr_expect(strcmp(suite.plan.c[i - 1].id, suite.plan.c[i].id) < 0, "sorted by id");
    }
    cr_expect_float_eq(sum, 0.05, 1e-15, "alpha adds up to %g", sum);
    clarke_arena_free(mem);
}

Test(suite, bad_files_say_what_and_where)
{
    static const char *const bad[][2] = {
        {"name: x\nclaims:\n  - claim: th9_z\n", "no claim 'th9_z'"},
        {"name: x\nclams:\n  - claim: th1_a\n", "clams"},
        {"name: x\nclaims:\n  - claim: th1_a\n    problem: [absquad]\n", "problem"},
        {"name: x\nalpha: 2\nclaims:\n  - claim: th1_golden\n", "alpha"},
        {"name: x\nalpha: nope\nclaims:\n  - claim: th1_golden\n", "alpha"},
        {"name: x\n", "claims"},
        {"name: [x\n", "line"},
        {"name: x\nclaims:\n  - claim: th1_a\n    problems: [absquat]\n    methods: [sgd]\n",
         "absquad"},
        {"name: x\nclaims:\n  - claim: th1_a\n    problems: [absquad]\n    methods: [sdg]\n",
         "sgd"},
        {"name: x\nclaims:\n  - claim: th1_golden\n    controls: yes\n", "no controls"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        clarke_arena *mem = clarke_arena_new(0);
        clarke_suite suite;
        cr_expect_eq(load(bad[i][0], mem, &suite), CLARKE_EINPUT, "suite %zu is refused", i);
        cr_expect(strstr(clarke_message(), bad[i][1]), "suite %zu: '%s' lacks '%s'", i,
                  clarke_message(), bad[i][1]);
        clarke_arena_free(mem);
    }
}

/* Every combination of every suite of the house passes the gate of its plan. */
Test(suite, the_houses_suites_are_admitted, .timeout = 120)
{
    static const char *const folders[] = {CLARKE_SOURCE_DIR "/suites", NULL};
    clarke_arena *mem = clarke_arena_new(0);
    const char *const *names;
    size_t count;
    cr_assert_eq(clarke_suite_names(folders, mem, &names, &count), CLARKE_OK, "names");
    cr_assert_geq(count, 3, "quick, standard, thorough");
    for (size_t i = 0; i < count; i++) {
        clarke_suite suite;
        cr_expect_eq(clarke_suite_load(names[i], folders, mem, &suite), CLARKE_OK, "%s: %s",
                     names[i], clarke_message());
        cr_expect_str_eq(suite.name, names[i], "a suite is named like its file");
    }
    clarke_arena_free(mem);
}

/* Every claim says what a reader needs; ids begin with the paper. */
Test(claims, texts_are_complete)
{
    cr_assert(clarke_claims.count > 10, "claims are registered");
    for (size_t i = 0; i < clarke_claims.count; i++) {
        const char *id = clarke_claims.entry[i].id;
        const clarke_claim_desc *c = clarke_claims.entry[i].desc;
        const char *const text[] = {c->title,   c->paper,       c->statement,
                                    c->formula, c->not_claimed, c->falsifier};
        for (size_t t = 0; t < sizeof text / sizeof text[0]; t++)
            cr_expect(text[t] && strlen(text[t]) > 3, "%s: text %zu", id, t);
        cr_expect(c->plan && c->judge, "%s: plan and judge", id);
        static const char *const paper[] = {"th", "am_", "kl_", "bcd_", "dladmm_", "trace_"};
        bool named = false;
        for (size_t n = 0; n < sizeof paper / sizeof paper[0]; n++)
            named |= strncmp(id, paper[n], strlen(paper[n])) == 0;
        cr_expect(named, "%s: named by its paper", id);
        if (c->provenance != CLARKE_PROVENANCE_READ)
            cr_expect_null(strstr(c->statement, "as printed"), "%s: not read, so not 'as printed'",
                           id);
    }
}

static clarke_run_plan plan_for(const char *problem, const char *method, const char *schedule,
                                size_t steps, clarke_arena *mem)
{
    const clarke_run_spec spec = {.problem = problem,
                                  .method = method,
                                  .schedule = schedule,
                                  .noise = "signs:1",
                                  .init = "box",
                                  .iterations = steps};
    clarke_run_plan plan;
    cr_assert_eq(clarke_run_plan_make(&spec, mem, &plan), CLARKE_OK, "%s", clarke_message());
    return plan;
}

Test(run, repetitions_differ_and_repeat)
{
    clarke_arena *mem = clarke_arena_new(0);
    const clarke_run_plan plan =
        plan_for("absquad:n=3", "heavy_ball", "power:0.5,0.7,10", 500, mem);
    clarke_run_result a, b, c;
    cr_assert_eq(clarke_run_execute(&plan, 1, 0, NULL, 0, NULL, NULL, mem, &a), CLARKE_OK, "a");
    cr_assert_eq(clarke_run_execute(&plan, 1, 0, NULL, 0, NULL, NULL, mem, &b), CLARKE_OK, "b");
    cr_assert_eq(clarke_run_execute(&plan, 1, 1, NULL, 0, NULL, NULL, mem, &c), CLARKE_OK, "c");
    cr_expect_eq(memcmp(a.final_x, b.final_x, 24), 0, "the same repetition gives the same bits");
    cr_expect_neq(memcmp(a.final_x, c.final_x, 24), 0, "another gives others");
    cr_expect_neq(memcmp(a.start, c.start, 24), 0, "and starts elsewhere");
    clarke_arena_free(mem);
}

Test(run, a_longer_run_begins_like_a_shorter_one)
{
    clarke_arena *mem = clarke_arena_new(0);
    const clarke_run_plan longer = plan_for("absquad", "sign_sgd", "power:0.5,0.7,10", 4000, mem);
    const clarke_run_plan shorter = plan_for("absquad", "sign_sgd", "power:0.5,0.7,10", 1000, mem);
    for (size_t k = 0; k <= 1000; k++)
        cr_assert_eq(longer.clock.eta[k], shorter.clock.eta[k], "eta at %zu", k);
    clarke_arena_free(mem);
}

Test(run, blow_up_ends_the_run_with_its_step)
{
    clarke_arena *mem = clarke_arena_new(0);
    const clarke_run_spec spec = {.problem = "quartic",
                                  .method = "sgd",
                                  .schedule = "power:0.1,0.5,1",
                                  .init = "point:10",
                                  .iterations = 1000};
    clarke_run_plan plan;
    clarke_run_result r;
    cr_assert_eq(clarke_run_plan_make(&spec, mem, &plan), CLARKE_OK, "%s", clarke_message());
    cr_assert_eq(clarke_run_execute(&plan, 1, 0, NULL, 0, NULL, NULL, mem, &r), CLARKE_OK, "runs");
    cr_expect_not(r.finite, "x^4/4 from 10 with eta = 0.1 blows up");
    cr_expect(r.steps < 20 && r.nonfinite_k + 1 == r.steps, "after %zu steps", r.steps);
    clarke_arena_free(mem);
}

/* Iterations one by one are those of the run, and updates one by one are an iteration. */
Test(run, taken_apart)
{
    static const clarke_run_spec whole[] = {
        {.method = "heavy_ball", .problem = "absquad:n=5", .iterations = 20},
        {.method = "dsgd_t", .problem = "absquad:n=5", .network = "ring:d=4", .iterations = 20},
        {.method = "bcd_three", .problem = "split_three", .iterations = 4}};
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
        clarke_arena *mem = clarke_arena_new(0);
        clarke_run_plan plan;
        clarke_run_result result;
        clarke_run *parts;
        cr_assert_eq(clarke_run_plan_make(&whole[i], mem, &plan), CLARKE_OK, "%s",
                     clarke_message());
        cr_assert_eq(clarke_run_execute(&plan, 7, 0, NULL, 0, NULL, NULL, mem, &result), CLARKE_OK,
                     "%s", clarke_message());
        cr_assert_eq(clarke_run_open(&plan, 7, mem, &parts), CLARKE_OK, "%s", clarke_message());
        const clarke_iter *it = clarke_run_iter(parts);
        const bool by_updates = i == 2; /* it does not look at k after step 0 */
        for (size_t k = 0; k < (by_updates ? 1 : whole[i].iterations); k++)
            cr_assert_eq(clarke_run_iteration(parts, k), CLARKE_OK, "%s", clarke_message());
        for (size_t k = 1; by_updates && k < whole[i].iterations; k++)
            for (size_t phase = 0; phase < it->phases; phase++)
                cr_assert_eq(clarke_run_phase(parts, phase), CLARKE_OK, "%s", clarke_message());
        cr_expect_arr_eq(it->x, result.final_x, result.n * sizeof *it->x, "%s", whole[i].method);
        clarke_run_close(parts);
        clarke_arena_free(mem);
    }
}

Test(run, impossible_plans_are_refused)
{
    static const struct {
        clarke_run_spec spec;
        const char *says;
    } bad[] = {
        {{.problem = "absquad",
          .method = "heavy_ball",
          .momentum = "single:9",
          .schedule = "constant:0.5",
          .iterations = 5},
         "outside (0, 1]"},
        {{.problem = "absquad", .method = "sgd", .iterations = 4000000000000}, "GB"},
        {{.problem = "absquad:n=0", .method = "sgd", .iterations = 5}, "n"},
        {{.problem = "quadratic_sum", .method = "sgd", .sampling = "reshuffle:9", .iterations = 5},
         "batch"},
        {{.problem = "absquad", .method = "sgd", .init = "somewhere", .iterations = 5}, "init"},
        {{.problem = "absquad", .method = "sgd", .init = "file:/nonexistent", .iterations = 5},
         "cannot read '/nonexistent'"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        clarke_arena *mem = clarke_arena_new(0);
        clarke_run_plan plan;
        clarke_run_result r;
        clarke_status status = clarke_run_plan_make(&bad[i].spec, mem, &plan);
        if (status == CLARKE_OK)
            status = clarke_run_execute(&plan, 1, 0, NULL, 0, NULL, NULL, mem, &r);
        cr_expect_eq(status, CLARKE_EINPUT, "plan %zu is refused", i);
        cr_expect(strstr(clarke_message(), bad[i].says), "plan %zu: '%s' lacks '%s'", i,
                  clarke_message(), bad[i].says);
        clarke_arena_free(mem);
    }
}
