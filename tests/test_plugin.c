/* Plugins: the examples are judged, and each way in which one can misbehave is a finding with a
   name, after which the suite is completed. */
#include "tests/lib/program.h"

#include <criterion/criterion.h>
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

/* What FAULT it is, and what the report says of it. */
static const struct {
    const char *fault, *said;
} bad[] = {{"-DFAULT=SEGFAULT", "memory that is not its own"},
           {"-DFAULT=LOOP", "it hangs"},
           {"-DFAULT=LEAK", "asked for memory during a step"},
           {"-DFAULT=WRITE", "memory that is not its own"},
           {"-DFAULT=NOT_A_NUMBER", "did not stay finite"},
           {"-DFAULT=EXIT", "ended the process by itself, with status 0"},
           {"-DFAULT=FORK", "it forked"},
           {"-DFAULT=ABORT", "signal 6"}};

static bool sanitized(void)
{
#if defined __SANITIZE_ADDRESS__
    return true;
#elif defined __has_feature
#if __has_feature(address_sanitizer)
    return true;
#endif
#endif
    return false;
}

Test(plugin, misbehaviour_is_a_finding)
{
    if (sanitized()) cr_skip_test("sanitizer: it reports the faults itself, in other words");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        /* Only what hangs is waited for. */
        const char *options = strstr(bad[i].fault, "LOOP") ? "--like sgd --limit 2" : "--like sgd";
        cr_assert_eq(shell(COMPILE, "tests/plugins/bad.c", bad[i].fault), 0, "%s", out);
        cr_expect_eq(shell(VERIFY, options, "th1_conformance"), 1, "%s: %s", bad[i].fault, out);
        cr_expect(strstr(out, bad[i].said), "%s: %s", bad[i].fault, out);
        cr_expect(strstr(out, "2 cases, 2 supported or refuted; 2 SURPRISING"),
                  "%s: the suite was not completed: %s", bad[i].fault, out);
    }
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
