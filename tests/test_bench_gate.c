/* The exit statuses of `clarke bench` where something is compared, against baselines and programs made
   up here, whose times no machine has: nothing depends on how fast this one is. */
#include "tests/lib/program.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(bench_gate, .init = enter_folder, .fini = leave_folder, .timeout = 300);

#define ROW "--kernel stream_uniform --shortest 0.01 --progress none "

/* A row of `processes` equal times. */
static void baseline(const char *kernel, double seconds, int processes)
{
    FILE *file = fopen("base.json", "w");
    fprintf(file,
            "{\"schema\":\"clarke-bench\",\"schema_version\":1,\"machine\":{},\"rows\":[{"
            "\"kernel\":\"%s\",\"size\":\"n=1000\",\"n\":1000,\"bound\":\"none\",\"elements\":1,"
            "\"bytes\":1,\"flops\":1",
            kernel);
    for (int which = 0; which < 2; which++) {
        fprintf(file, ",\"%s\":[", which ? "cpu" : "wall");
        for (int p = 0; p < processes; p++) fprintf(file, "%s%g", p ? "," : "", seconds);
        fputc(']', file);
    }
    fprintf(file, "}]}\n");
    fclose(file);
}

/* The least effect is a factor of ten, which no noise of one kernel's median reaches. */
Test(bench_gate, of_a_baseline)
{
    static const struct {
        const char *kernel;
        double seconds;
        int processes, status;
        const char *said;
    } sample[] = {{"stream_uniform", 1e-12, 9, 1, "slower     stream_uniform"},
                  {"stream_uniform", 1.0, 9, 0, "0 slower"},
                  {"stream_uniform", 1e-12, 1, 2, "undecided  stream_uniform"},
                  {"gone", 1e-12, 9, 2, "missing    gone"}};
    for (size_t i = 0; i < sizeof sample / sizeof sample[0]; i++) {
        baseline(sample[i].kernel, sample[i].seconds, sample[i].processes);
        cr_expect_eq(run("bench " ROW "--baseline base.json --min-effect 900%%"), sample[i].status,
                     "%zu: %s%s", i, out, err);
        cr_expect(strstr(out, sample[i].said), "%zu: %s", i, out);
    }
}

/* A program that takes turns and says whatever time it likes. */
static void other(const char *rows, const char *take)
{
    FILE *file = fopen("other", "w");
    fprintf(file,
            "#!/bin/sh\n"
            "while read -r what rest; do\n"
            "case $what in list) echo %s; echo . ;; open) echo 64 ;; take) %s ;; close) echo 0 ;;"
            " esac\ndone\n",
            rows, take);
    fclose(file);
    cr_assert_eq(shell("chmod +x other"), 0);
}

Test(bench_gate, against_a_program)
{
    static const struct {
        const char *take;
        int status;
        const char *said;
    } sample[] = {{"echo 1e-12", 1, "slower     stream_uniform"},
                  {"echo 1", 0, "faster     stream_uniform"},
                  {"exit 0", 3, "takes no turns"},
                  {"echo soon", 3, "answered what was not asked"},
                  {"echo 0", 3, "takes no time"}};
    for (size_t i = 0; i < sizeof sample / sizeof sample[0]; i++) {
        other("stream_uniform/n=1000", sample[i].take);
        cr_expect_eq(run("bench " ROW "--processes 2 --against ./other"), sample[i].status,
                     "%s: %s%s", sample[i].take, out, err);
        cr_expect(strstr(out, sample[i].said) || strstr(err, sample[i].said), "%s: %s%s",
                  sample[i].take, out, err);
    }
}

Test(bench_gate, rows_of_one_program)
{
    other("stream_gone/n=7", "echo 1");
    cr_expect_eq(run("bench --kernel 'stream_*' --processes 2 --against ./other"), 2, "%s", err);
    cr_expect(strstr(out, "missing    stream_gone at n=7"), "%s", out);
    cr_expect(strstr(out, "new        stream_uniform at n=1000"), "%s", out);
    cr_expect_eq(run("bench " ROW "--against ./other"), 0, "what --kernel leaves out is not gone");
    cr_expect_eq(run("bench " ROW "--against /bin/true"), 3, "%s", err);
    cr_expect(strstr(err, "takes no turns"), "%s", err);
}

/* This very program is not ten times as fast as itself, and what it may expect is said. */
Test(bench_gate, against_itself)
{
    cr_expect_eq(
        run("bench " ROW "--processes 2 --min-effect 900%% --against '" CLARKE_PROGRAM "'"), 0,
        "%s%s", out, err);
    cr_expect(strstr(out, "1 rows, least effect 900 %: 0 slower, 0 faster, 0 undecided"), "%s",
              out);
    cr_expect(strstr(out, "half of the pairs are off by at most "), "%s", out);
    cr_expect_eq(run("bench " ROW "--processes 1 --against '" CLARKE_PROGRAM "'"), 3);
    cr_expect(strstr(err, "outside 2 to"), "%s", err);
    cr_expect_eq(run("bench " ROW "--timeout 1e-6 --against '" CLARKE_PROGRAM "'"), 130, "%s", err);
}

/* Counts: a change either way asks for a new file. */
Test(bench_gate, of_counts)
{
    if (sanitized()) cr_skip_test("valgrind runs no sanitizer's program");
    if (shell("command -v valgrind") != 0) cr_skip_test("there is no valgrind");
    cr_assert_eq(run("bench " ROW "--counts --save is.json"), 0, "%s", err);
    shell("sed 's/\"instructions\":/&9/' is.json >more.json;"
          "sed 's/\"instructions\":[0-9]/\"instructions\":/' is.json >less.json;"
          "sed 's/stream_uniform/gone/' is.json >gone.json");
    cr_expect_eq(run("bench " ROW "--counts --baseline is.json"), 0, "%s%s", out, err);
    cr_expect_eq(run("bench " ROW "--counts --baseline more.json"), 1, "%s%s", out, err);
    cr_expect_eq(run("bench " ROW "--counts --baseline less.json"), 1, "%s%s", out, err);
    cr_expect_eq(run("bench " ROW "--counts --baseline gone.json"), 2, "%s%s", out, err);
    cr_expect(strstr(out, "missing    gone") && strstr(out, "new        stream_uniform"), "%s",
              out);
}

/* The time of a verify is over: the status says so, and what is there can be gone on with, to the
   same bytes. */
Test(bench_gate, verify_with_a_timeout)
{
#define SMALL "verify --suite quick --claim am_step --progress none "
    cr_assert_eq(run(SMALL "--out whole"), 0, "%s", err);
    cr_expect_eq(run(SMALL "--timeout 1e-9 --out cut"), 130, "%s", err);
    cr_expect(strstr(err, "stopped after 1e-09 s") && strstr(err, "--resume goes on"), "%s", err);
    cr_expect_eq(run(SMALL "--resume --out cut"), 0, "%s", err);
    cr_expect_eq(shell("cmp whole/verdicts.jsonl cut/verdicts.jsonl"), 0, "%s", out);
}
