/* clarke bench: times the kernels in processes of their own, counts their instructions, and guards
   both against a baseline. */
#include "cli/lib/bench.h"
#include "cli/lib/bench_gate.h"

#include "cli/lib/suite.h"
#include "engine/manifest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What was measured on, and with what; no command line, so that two runs agree. */
static clarke_status bench_machine(const clarke_cli *cli, clarke_bench *b)
{
    static const char *const kept[] = {"cpu",      "cpu_flags", "libm",    "blas_core", "blas",
                                       "compiler", "flags",     "version", "commit"};
    json_t *manifest;
    const clarke_manifest_run run = {.seed = cli->seed, .suite = "bench", .jobs = 1};
    CLARKE_TRY(clarke_manifest_make(&run, &manifest));
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        json_t *value = json_object_get(manifest, kept[i]);
        if (value) json_object_set(b->machine, kept[i], value);
    }
    json_decref(manifest);
    return CLARKE_OK;
}

static clarke_status bench_time(const clarke_cli *cli, const clarke_bench_targets *targets,
                                const clarke_bench_process *how, size_t processes, clarke_bench *b)
{
    clarke_cli_meter meter;
    clarke_status status = CLARKE_OK;
    clarke_cli_meter_begin(&meter, cli);
    for (size_t p = 0; status == CLARKE_OK && p < processes; p++) {
        clarke_cli_meter_step(&meter, (double)p, (double)processes, "timing");
        status = clarke_bench_spawn(cli, targets, how, p * targets->count / processes, b);
    }
    clarke_cli_meter_end(&meter);
    return status;
}

static clarke_status bench_write(const clarke_cli *cli, const clarke_bench *b)
{
    const char *id = cli->format ? cli->format : "md";
    const void *format;
    FILE *out;
    CLARKE_TRY(clarke_registry_find(&clarke_formats, id, &format));
    CLARKE_TRY(clarke_cli_open(cli, &out));
    const clarke_status status = ((const clarke_format_desc *)format)->write(b, out);
    const clarke_status closed = clarke_cli_close(cli, out);
    return status != CLARKE_OK ? status : closed;
}

static clarke_status bench_save(const clarke_cli *cli, const clarke_bench *b)
{
    const char *path = clarke_cli_value(cli, "save");
    const void *json;
    if (!path) return CLARKE_OK;
    FILE *out = fopen(path, "w");
    if (!out) return clarke_fail(CLARKE_EINPUT, "cannot write '%s'", path);
    CLARKE_TRY(clarke_registry_find(&clarke_formats, "json", &json));
    const clarke_status status = ((const clarke_format_desc *)json)->write(b, out);
    if (fclose(out) != 0) return clarke_fail(CLARKE_EIO, "cannot write '%s'", path);
    return status;
}

static clarke_status bench_process(const clarke_cli *cli, clarke_bench_process *how,
                                   size_t *processes)
{
    const bool turns = clarke_cli_has(cli, "against") || clarke_cli_has(cli, "selftest");
    const bool judged = clarke_cli_has(cli, "baseline") || clarke_cli_has(cli, "save");
    const size_t fallback = turns ? 5 : judged ? 9 : 6, least = turns ? 2 : 1;
    double shortest;
    CLARKE_TRY(clarke_cli_count(cli, "processes", fallback, processes));
    CLARKE_TRY(clarke_cli_real(cli, "shortest", 1.0, &shortest));
    if (*processes < least || *processes > CLARKE_BENCH_PROCESSES_MAX / 2)
        return clarke_fail(CLARKE_EINPUT, "--processes: %zu is outside %zu to %d", *processes,
                           least, CLARKE_BENCH_PROCESSES_MAX / 2);
    if (!(shortest > 0.0 && shortest <= 1e4))
        return clarke_fail(CLARKE_EINPUT, "--shortest: %g ms is outside 0 to 10000", shortest);
    *how = (clarke_bench_process){.program = clarke_bench_self(cli),
                                  .shortest = 1e-3 * shortest,
                                  .repetitions = 11,
                                  .longest = 0.06,
                                  .deadline = clarke_bench_now() + cli->timeout};
    return clarke_arena_status(cli->mem);
}

static clarke_status bench_writable(const char *path)
{
    if (!path || strcmp(path, "-") == 0) return CLARKE_OK;
    const bool there = access(path, F_OK) == 0;
    FILE *out = fopen(path, "a");
    if (!out) return clarke_fail(CLARKE_EINPUT, "cannot write '%s': %s", path, strerror(errno));
    fclose(out);
    if (!there) remove(path);
    return CLARKE_OK;
}

/* What is wrong is told before minutes are spent. */
static clarke_status bench_check(const clarke_cli *cli)
{
    clarke_bench base;
    const void *format;
    const char *path = clarke_cli_value(cli, "baseline");
    CLARKE_TRY(clarke_registry_find(&clarke_formats, cli->format ? cli->format : "md", &format));
    CLARKE_TRY(clarke_bench_gate_options(cli));
    CLARKE_TRY(bench_writable(cli->output));
    CLARKE_TRY(bench_writable(clarke_cli_value(cli, "save")));
    if (!path) return CLARKE_OK;
    CLARKE_TRY(clarke_bench_open(cli->mem, &base));
    const clarke_status status = clarke_bench_load(path, &base);
    clarke_bench_close(&base);
    return status;
}

static clarke_status bench_take(const clarke_cli *cli, const clarke_bench_targets *targets,
                                const clarke_bench_process *how, size_t processes, clarke_bench *b)
{
    if (clarke_cli_has(cli, "commands"))
        return clarke_bench_whole(cli, clarke_cli_has(cli, "processes") ? processes : 3,
                                  how->deadline, b);
    if (clarke_cli_has(cli, "counts")) return clarke_bench_count(cli, targets, 0, how->deadline, b);
    return bench_time(cli, targets, how, processes, b);
}

/* What there is when the time is over is shown, but neither kept nor judged. */
static clarke_status bench_partial(const clarke_cli *cli, const clarke_bench *b)
{
    const char *why = clarke_arena_copy_text(cli->mem, clarke_message());
    CLARKE_TRY(clarke_arena_status(cli->mem));
    CLARKE_TRY(bench_write(cli, b));
    return clarke_fail(CLARKE_EINTERRUPTED, "%s", why);
}

static clarke_status bench_measure(clarke_cli *cli, clarke_bench *b)
{
    clarke_bench_targets targets = {0};
    clarke_bench_process how;
    size_t processes;
    const bool counting = clarke_cli_has(cli, "counts");
    CLARKE_TRY(bench_process(cli, &how, &processes));
    CLARKE_TRY(bench_check(cli));
    if (!clarke_cli_has(cli, "commands")) CLARKE_TRY(clarke_bench_choose(cli, counting, &targets));
    CLARKE_TRY(bench_machine(cli, b));
    if (clarke_cli_has(cli, "against")) return clarke_bench_against(cli, &targets, &how, processes);
    const clarke_status status = bench_take(cli, &targets, &how, processes, b);
    if (status == CLARKE_EINTERRUPTED && b->rows > 0) return bench_partial(cli, b);
    CLARKE_TRY(status);
    CLARKE_TRY(bench_save(cli, b));
    if (clarke_cli_has(cli, "baseline")) return clarke_bench_guard(cli, &targets, &how, b);
    return bench_write(cli, b);
}

static clarke_status bench_selftest(clarke_cli *cli)
{
    clarke_bench_process how;
    size_t processes;
    CLARKE_TRY(bench_process(cli, &how, &processes));
    return clarke_bench_selftest(cli, &how, processes);
}

static clarke_status bench_run(clarke_cli *cli)
{
    clarke_bench b;
    if (clarke_cli_has(cli, "worker")) return clarke_bench_work(cli, stdout);
    if (clarke_cli_has(cli, "selftest")) return bench_selftest(cli);
    CLARKE_TRY(clarke_bench_open(cli->mem, &b));
    const clarke_status status = bench_measure(cli, &b);
    clarke_bench_close(&b);
    return status;
}

static const clarke_option bench_options[] = {
    {"kernel", '\0', "GLOB", "only kernels (or commands) that match (repeatable)"},
    {"processes", '\0', "P",
     "processes (default 6; 9 with --save or --baseline; 5 pairs with --against)"},
    {"shortest", '\0', "MS", "milliseconds of one repetition at least (default 1)"},
    {"counts", '\0', NULL, "count instructions by callgrind instead of timing"},
    {"commands", '\0', NULL, "time whole commands by hyperfine (default 3 runs)"},
    {"save", '\0', "FILE", "write the document that --baseline reads"},
    {"baseline", '\0', "FILE", "compare with a saved one"},
    {"against", '\0', "PROGRAM", "compare with another clarke program, in turns"},
    {"min-effect", '\0', "E", "least ratio that counts, 5% or 0.05 (default 5%; counts 3%)"},
    {"selftest", '\0', NULL, "measure the gate itself: false alarms, and what it catches"},
    {"trials", '\0', "N", "comparisons of the self-test for each slow-down (default 4)"},
    {"row", '\0', "KERNEL/SIZE", "with --worker: what to time (repeatable)"},
    {"worker", '\0', "HOW", "what clarke calls its own processes with"},
    {0}};

const clarke_command_desc clarke_command_bench = {
    .title = "time the per-iteration kernels, and guard their speed",
    .usage = "",
    .text =
        "Each process times every kernel; medians are over processes, CPU time is what is judged.\n"
        "A difference counts if it is certain (rank test over processes, Holm over the rows, level\n"
        "--alpha, default 0.05, suspects timed again in fresh processes) and larger than\n"
        "--min-effect. --against compares pairs of processes that take turns, which sees more.\n"
        "Formats: md (default), json, csv, gbench, gha, bmf.\n"
        "Exit status: 0 nothing worse; 1 something slower (counts: changed either way); 2 not\n"
        "comparable: rows missing, too few processes, or the machine itself changed its speed.\n",
    .options = bench_options,
    .operands_min = 0,
    .operands_max = 0,
    .takes = CLARKE_TAKES_FORMAT | CLARKE_TAKES_OUTPUT | CLARKE_TAKES_TIMEOUT | CLARKE_TAKES_ALPHA |
             CLARKE_TAKES_PROGRESS,
    .run = bench_run,
};
