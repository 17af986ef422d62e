/* Decision rule 2 on real runs: correct cases, planned by clarke_limit_recommend, must never be
   refuted. Controls are in test_limit_controls.c.

   CLARKE_LIMIT_TABLE=N in the environment prints the whole table instead, with at most N steps a
   run (262144 in the documentation):
     CLARKE_LIMIT_TABLE=262144 build/bin/test_limit_runs --filter limit_runs/table -j1
   CLARKE_LIMIT_SEED chooses the seed (1), CLARKE_LIMIT_LOOKS=2 adds the second look. */
#include "tests/lib/limit_case.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUICK = 16384 };

static limit_outcome case_looks(const limit_case *l, size_t looks)
{
    limit_outcome o = limit_judge(l, 0, LIMIT_ALPHA);
    if (o.verdict == CLARKE_INCONCLUSIVE && looks > 1) o = limit_judge(l, 1, LIMIT_ALPHA);
    return o;
}

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
            const bool admitted = limit_plan_case(&l, most, mem, &proposal);
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

Test(limit_runs, table)
{
    const size_t most = limit_table_steps();
    const size_t looks = limit_table_number("CLARKE_LIMIT_LOOKS", 1);
    const size_t seed = limit_table_number("CLARKE_LIMIT_SEED", 1);
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
    limit_outcome o = limit_judge(&l, 0, LIMIT_ALPHA);
    cr_assert_eq(o.growth, 2.0, "box: p = %g, %s", o.growth, o.sentence);
    o = limit_judge(&kink, 0, LIMIT_ALPHA);
    cr_assert_eq(o.growth, 1.0, "next to the kink: p = %g, %s", o.growth, o.sentence);
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
            cr_assert(limit_plan_case(&l, 65536, mem, &proposal), "%s, %s: %s", method[m],
                      problem[p], proposal.gate.sentence);
            const limit_outcome o = limit_judge(&l, 0, LIMIT_ALPHA);
            if (limit_table_steps() > 0)
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
    cr_assert_neq(limit_judge(&flat, 0, LIMIT_ALPHA).verdict, CLARKE_SUPPORTED, "constant theta");
}
