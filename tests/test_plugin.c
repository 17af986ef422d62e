/* Plugins: the examples are judged, and each way in which one can misbehave is a finding with a
   name, after which the suite is completed. */
#include "tests/lib/program.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(plugin, .init = enter_folder, .fini = leave_folder, .timeout = 600);

#define COMPILE                                                                                    \
    "cc -std=c17 -O1 -fPIC -shared -w -ffp-contract=off -D_XOPEN_SOURCE=700 '-I" CLARKE_SOURCE_DIR \
    "' '" CLARKE_SOURCE_DIR "/%s' -o plugin.so %s 2>&1"
#define VERIFY                                                                                     \
    "'" CLARKE_PROGRAM "' verify --plugin ./plugin.so --suite quick --progress none %s --claim "   \
    "'%s' 2>&1"

Test(plugin, the_method_is_judged)
{
    cr_assert_eq(shell(COMPILE, "examples/plugin/my_heavy_ball.c", ""), 0, "%s", out);
    cr_expect_eq(shell(VERIFY, "--like heavy_ball", "th1_[cl][o5]*"), 0, "%s", out);
    cr_expect(strstr(out, "nothing surprising"), "%s", out);
    cr_assert_eq(
        shell(
            "sed 's/- it->theta) \\* s->m/) * s->m/' '" CLARKE_SOURCE_DIR
            "/examples/plugin/my_heavy_ball.c' > wrong.c; cc -fPIC -shared -w '-I" CLARKE_SOURCE_DIR
            "' wrong.c -o plugin.so"),
        0, "%s", out);
    cr_expect_eq(shell(VERIFY, "--like heavy_ball", "th1_conformance"), 1,
                 "Polyak's scaling passes for heavy ball: %s", out);
    cr_expect(strstr(out, "the momentum's formula fails at step"), "%s", out);
}

Test(plugin, the_problem_runs)
{
    cr_assert_eq(shell(COMPILE, "examples/plugin/my_problem.c", ""), 0, "%s", out);
    cr_expect_eq(shell("'" CLARKE_PROGRAM "' run sgd my_wells:n=3 --plugin ./plugin.so"), 0, "%s",
                 out);
    cr_expect(strstr(out, "(1, 1, 1)"), "%s", out);
}

/* What tests/plugins/bad.c is asked for, and what the report says of it. */
static const struct {
    const char *fault, *said;
} bad[] = {{"segfault", "memory that is not its own"},
           {"loop", "it hangs"},
           {"leak", "malloc was called during a step"},
           {"arena", "memory was requested during a step"},
           {"write", "memory that is not its own"},
           {"read", "memory that is not its own"},
           {"iterate", "memory that is not its own"},
           {"nan", "did not stay finite"},
           {"exit", "ended the process by itself, with status 0"},
           {"fork", "it forked"},
           {"gone", "it forked"},
           {"daemon", "it forked"},
           {"flush", "switched denormal numbers off"},
           {"abort", "signal 6"},
           {"stack", "memory that is not its own"},
           {"divide", "signal 8"},
           {"close", "ended the process by itself"},
           {"mute", "it hangs"},
           {"refuse", "no more steps"}};

/* All of them in one suite, with a case that does nothing wrong: each is a finding with its name, and
   the suite is completed. */
Test(plugin, misbehaviour_is_a_finding)
{
    enum { FAULTS = sizeof bad / sizeof bad[0] };
    static char verdicts[1 << 20], report[1 << 20];
    if (sanitized()) cr_skip_test("sanitizer: it reports the faults itself, in other words");
    cr_assert_eq(shell(COMPILE, "tests/plugins/bad.c", ""), 0, "%s", out);
    FILE *suite = fopen("bad.yaml", "w");
    cr_assert_not_null(suite);
    fputs("name: bad\nabout: all of them\nalpha: 0.05\nclaims:\n  - claim: th1_conformance\n"
          "    problems: [absquad]\n    iterations: 400\n    methods: [\"sgd:fault=none\"",
          suite);
    for (size_t i = 0; i < FAULTS; i++) fprintf(suite, ", \"sgd:fault=%s\"", bad[i].fault);
    fputs("]\n", suite);
    cr_assert_eq(fclose(suite), 0);
    cr_expect_eq(run("verify --plugin ./plugin.so --like sgd --suite ./bad.yaml --limit 2 --out "
                     "results --progress none"),
                 1, "%s%s", out, err);
    slurp("results/verdicts.jsonl", verdicts, sizeof verdicts);
    slurp("results/report.md", report, sizeof report);
    size_t lines = 0;
    for (char *line = verdicts, *end; (end = strchr(line, '\n')); line = end + 1, lines++) {
        const char *said = "\"verdict\":\"supported\"";
        *end = '\0';
        for (size_t i = 0; i < FAULTS; i++) {
            char method[64];
            snprintf(method, sizeof method, "\"sgd:fault=%s\"", bad[i].fault);
            if (!strstr(line, method)) continue;
            said = bad[i].said;
            cr_expect(strstr(line, "\"verdict\":\"refuted\""), "%s: %s", bad[i].fault, line);
            cr_expect(strstr(report, said), "%s is not in the report", bad[i].fault);
        }
        cr_expect(strstr(line, said), "'%s' is not in %s", said, line);
    }
    cr_expect_eq(lines, FAULTS + 1, "the suite was not completed: %zu records", lines);
}

/* Linked with -ffast-math: what it is loaded with switches denormal numbers off. */
Test(plugin, one_linked_with_fast_math)
{
    if (sanitized()) cr_skip_test("sanitizer: it reports the faults itself, in other words");
    cr_assert_eq(shell(COMPILE, "tests/plugins/bad.c", "-ffast-math"), 0, "%s", out);
    const int status = shell(VERIFY, "--like sgd", "th1_conformance");
    if (status == 0) cr_skip_test("this linker's -ffast-math leaves denormal numbers on");
    cr_expect_eq(status, 3, "%s", out);
    cr_expect(strstr(out, "flushes denormal numbers to zero"), "%s", out);
}

Test(plugin, refusals)
{
    cr_expect_eq(shell(VERIFY, "--like sgd", "*"), 3, "a file that is missing: %s", out);
    cr_expect(strstr(out, "cannot be loaded"), "%s", out);
    shell("echo 'int x;' > x.c; cc -shared -fPIC x.c -o plugin.so");
    cr_expect_eq(shell(VERIFY, "--like sgd", "*"), 3, "%s", out);
    cr_expect(strstr(out, "it has no clarke_plugin_get"), "%s", out);
    cr_assert_eq(shell(COMPILE, "examples/plugin/my_heavy_ball.c", ""), 0, "%s", out);
    cr_expect_eq(shell(VERIFY, "--like heavyball", "*"), 3, "%s", out);
    cr_expect(strstr(out, "heavy_ball"), "a suggestion: %s", out);
    cr_expect_eq(shell("'" CLARKE_PROGRAM "' verify --like sgd 2>&1"), 3);
    cr_expect(strstr(out, "--like needs"), "%s", out);
    shell("sed 's/CLARKE_PLUGIN_HEAD,/CLARKE_PLUGIN_HEAD, .abi = 7,/' '" CLARKE_SOURCE_DIR
          "/examples/plugin/my_heavy_ball.c' > other.c; cc -fPIC -shared -w '-I" CLARKE_SOURCE_DIR
          "' other.c -o plugin.so");
    cr_expect_eq(shell(VERIFY, "--like heavy_ball", "*"), 3, "%s", out);
    cr_expect(strstr(out, "headers of another version"), "%s", out);
}

/* ---- a method in another process ---- */

#define EXECUTE                                                                                    \
    "'" CLARKE_PROGRAM "' verify --suite quick --progress none --claim th1_l5 --like "             \
    "heavy_ball --limit 30 --exec '%s' 2>&1"

Test(plugin, another_process)
{
    if (shell("python3 --version 2>&1") != 0) cr_skip_test("python3: not here");
    cr_expect_eq(shell(EXECUTE, "python3 " CLARKE_SOURCE_DIR "/examples/external/heavy_ball.py"), 0,
                 "%s", out);
    cr_expect(strstr(out, "2 cases, 2 supported or refuted; nothing surprising"), "%s", out);
}

/* The example reads a results folder in a pytest: one test a case, which a surprise fails. */
Test(plugin, a_pytest_of_the_results)
{
    /* Debian's name, then everybody's. */
    const char *pytest =
        "PYTHONDONTWRITEBYTECODE=1 \"$(command -v pytest-3 || command -v pytest)\" -q -p no:cacheprovider "
        "'" CLARKE_SOURCE_DIR "/examples/external/test_claims.py'";
    if (shell("command -v pytest-3 || command -v pytest") != 0)
        cr_skip_test("python3-pytest: not here");
    cr_expect_neq(shell("%s", pytest), 0, "there are no results: %s", out);
    cr_expect(strstr(out, "clarke verify --out"), "says what to do: %s", out);
    cr_assert_eq(run("verify --suite quick --claim th1_golden --out results --progress none"), 0,
                 "%s", err);
    cr_expect_eq(shell("%s", pytest), 0, "%s%s", out, err);
    cr_expect(strstr(out, "6 passed"), "%s", out);
    cr_assert_eq(shell("sed -i '1s/\"surprising\":false/\"surprising\":true/; "
                       "2s/\"verdict\":\"supported\"/\"verdict\":\"inconclusive\"/' "
                       "results/verdicts.jsonl"),
                 0);
    cr_expect_eq(shell("%s", pytest), 1, "a surprise passes: %s", out);
    cr_expect(strstr(out, "1 failed, 4 passed, 1 skipped") && strstr(out, "clarke replay th1_"),
              "%s", out);
}

/* A process that says nothing, nonsense, too few numbers, or ends. */
Test(plugin, other_processes_that_misbehave)
{
    static const struct {
        const char *command, *said;
    } sample[] = {{"exit 0", "process ended during a run"},
                  {"echo hello; cat >/dev/null", "none of oracle, momentum, x"},
                  {"echo x; cat >/dev/null", "none of oracle"},
                  {"echo oracle 1 2 3 4; cat >/dev/null", "more than"}};
    for (size_t i = 0; i < sizeof sample / sizeof sample[0]; i++) {
        cr_expect_eq(shell(EXECUTE, sample[i].command), 1, "%s: %s", sample[i].command, out);
        cr_expect(strstr(out, sample[i].said), "%s: %s", sample[i].command, out);
    }
}
