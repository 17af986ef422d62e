/* What a plan will cost: the arithmetic exactly, the rest without a look at how fast the machine is.
   And where the time went, which no result may show. */
#include "engine/estimate.h"
#include "engine/suite.h"
#include "tests/lib/program.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

/* Three runs of length m, 2m, 4m of that cost. */
static void runs_of(const clarke_run_cost *cost, size_t m, double time[3])
{
    for (size_t i = 0; i < 3; i++) time[i] = clarke_run_cost_at(cost, (double)(m << i));
}

Test(estimate, fit_is_exact)
{
    static const clarke_run_cost sample[] = {
        {1.0, 0.25, 0.0}, {0.0, 2.0, 0.0}, {3.0, 0.0, 0.0}, {1.0, 0.25, 2.0}, {1.0, 0.0, 2.0}};
    for (size_t i = 0; i < sizeof sample / sizeof sample[0]; i++) {
        for (size_t m = 1; m <= 64; m *= 4) {
            double time[3];
            runs_of(&sample[i], m, time);
            const clarke_run_cost c = clarke_run_cost_fit(m, time, sample[i].doubling > 0.0);
            cr_expect_float_eq(c.fixed, sample[i].fixed, 1e-9, "%zu: %g", i, c.fixed);
            cr_expect_float_eq(c.iteration, sample[i].iteration, 1e-9, "%zu: %g", i, c.iteration);
            cr_expect_float_eq(c.doubling, sample[i].doubling, 1e-9, "%zu: %g", i, c.doubling);
        }
    }
}

/* Whatever the clock says: nothing below 0, more iterations never cost less, and a machine (or a
   problem) that takes s times as long for each run takes s times as long for all. */
Test(estimate, fit_is_monotone_and_scales)
{
    static const double sample[][3] = {{1, 2, 4}, {3, 2, 1}, {1, 1, 1}, {1, 5, 6},
                                       {0, 0, 1}, {2, 1, 9}, {1, 3, 7}, {5, 6, 7.5}};
    for (size_t i = 0; i < sizeof sample / sizeof sample[0]; i++) {
        for (int checkpoints = 0; checkpoints < 2; checkpoints++) {
            double slow[3];
            for (size_t k = 0; k < 3; k++) slow[k] = 8.0 * sample[i][k];
            const clarke_run_cost c = clarke_run_cost_fit(4, sample[i], checkpoints);
            const clarke_run_cost d = clarke_run_cost_fit(4, slow, checkpoints);
            cr_expect(c.fixed >= 0.0 && c.iteration >= 0.0 && c.doubling >= 0.0, "sample %zu", i);
            double before = 0.0;
            for (double n = 1.0; n <= 1e7; n *= 10.0) {
                const double now = clarke_run_cost_at(&c, n);
                cr_expect(now >= before, "sample %zu: %g iterations", i, n);
                cr_expect_float_eq(clarke_run_cost_at(&d, n), 8.0 * now, 1e-9 * now, "%zu", i);
                before = now;
            }
        }
    }
}

/* The cases of a claim in the quick suite. */
static size_t choose(const clarke_plan *plan, const char *claim, bool *selected)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->count; i++) {
        selected[i] = strcmp(plan->c[i].claim, claim) == 0;
        count += selected[i];
    }
    return count;
}

Test(estimate, of_a_plan, .timeout = 300)
{
    static const char *const folders[] = {CLARKE_SOURCE_DIR "/suites", NULL};
    clarke_arena *mem = clarke_arena_new(0);
    clarke_suite suite;
    clarke_estimate e;
    cr_assert_eq(clarke_suite_load("quick", folders, mem, &suite), CLARKE_OK, "%s",
                 clarke_message());
    bool *selected = clarke_alloc_array(mem, suite.plan.count, sizeof *selected);
    size_t count = choose(&suite.plan, "am_step", selected);
    cr_assert_eq(clarke_estimate_plan(&suite.plan, selected, 1, 2, NULL, &e), CLARKE_OK, "%s",
                 clarke_message());
    cr_expect(e.cases == count && e.kinds > 0 && e.kinds <= count && e.silent == 0);
    cr_expect(e.seconds > 0.0 && isfinite(e.seconds));
    cr_expect(e.longest > 0.0 && e.longest <= e.seconds);
    /* Golden vectors are computed by the claim itself, which plans no iterations. */
    count = choose(&suite.plan, "th1_golden", selected);
    cr_assert_eq(clarke_estimate_plan(&suite.plan, selected, 1, 2, NULL, &e), CLARKE_OK);
    cr_expect(count > 0 && e.cases == count && e.silent == count && e.kinds == 0);
    cr_expect_eq(e.seconds, 0.0);
    /* It can be stopped. */
    const atomic_bool cancel = true;
    choose(&suite.plan, "am_step", selected);
    cr_expect_eq(clarke_estimate_plan(&suite.plan, selected, 1, 2, &cancel, &e),
                 CLARKE_EINTERRUPTED);
    clarke_arena_free(mem);
}

TestSuite(timings, .init = enter_folder, .fini = leave_folder, .timeout = 300);

#define SMALL "verify --suite quick --claim am_golden --claim th1_golden --progress none "

Test(timings, are_beside_the_results)
{
    static char table[1 << 16];
    cr_assert_eq(run(SMALL "--out with --timings table.md"), 0, "%s", err);
    cr_assert_eq(run(SMALL "--out without"), 0, "%s", err);
    cr_expect_eq(shell("cmp with/verdicts.jsonl without/verdicts.jsonl && "
                       "cmp with/report.md without/report.md"),
                 0, "results depend on --timings: %s", out);
    cr_assert(slurp("table.md", table, sizeof table) > 0);
    cr_expect(strstr(table, " s of CPU; "), "%s", table);
    cr_expect(strstr(table, "| th1_golden | 6 | 0 | 0.00 |"), "runs of none: %s", table);
    cr_expect(strstr(table, "| am_golden | 3 |"), "%s", table);
    cr_expect(strstr(table, "| am_golden-"), "the cases one by one: %s", table);
}

Test(timings, refusals)
{
    cr_expect_eq(run(SMALL "--timings /nonexistent/table.md"), 3, "%s", err);
    cr_expect(strstr(err, "cannot write '/nonexistent/table.md'"), "%s", err);
}

Test(timings, dry_run_says_what_it_leaves_out)
{
    cr_assert_eq(run("verify --suite quick --claim am_step --claim th1_golden --dry-run -j 3"), 0,
                 "%s", err);
    cr_expect(strstr(out, "on 3 cores"), "%s", out);
    cr_expect(strstr(out, "6 cases that say nothing of their work come on top"), "%s", out);
    /* Runs of what is not ours are not tried. */
    cr_assert_eq(run("verify --suite quick --claim th1_conformance --exec true --like sgd "
                     "--dry-run"),
                 0, "%s", err);
    cr_expect(strstr(out, "how long is not estimated"), "%s", out);
}
