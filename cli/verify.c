/* clarke verify: the main job. Plans a suite, runs it, judges every case, writes the results. */
#include "cli/lib/audit_sentence.h"
#include "cli/lib/bench.h"
#include "cli/lib/child.h"
#include "cli/lib/conclude.h"
#include "cli/lib/filter.h"
#include "cli/lib/suite.h"
#include "cli/lib/timings.h"

#include "engine/estimate.h"
#include "engine/folder.h"
#include "engine/json.h"
#include "engine/manifest.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

/* The cases that are left, of which a batch runs a part. */
typedef struct {
    bool *selected; /* [cases of the plan] */
    size_t count, batch_count;
    uint64_t key; /* of the `count` ones */
} selection;

/* --batch I/N: every Nth group of what is left. Cases that share their runs stay together, so that
   a batch executes, and traces, what the whole would. */
static clarke_status verify_batch(const clarke_cli *cli, const clarke_plan *plan, bool *selected,
                                  size_t *count)
{
    uint64_t *runs = clarke_alloc_array(cli->mem, plan->count, sizeof *runs);
    bool *taken = clarke_alloc_array(cli->mem, plan->count, sizeof *taken);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    size_t groups = 0;
    *count = 0;
    for (size_t i = 0; i < plan->count; i++) runs[i] = clarke_case_runs(&plan->c[i]);
    for (size_t i = 0; i < plan->count; i++) {
        if (!selected[i]) continue;
        size_t first = 0;
        while (!(selected[first] && runs[first] == runs[i])) first++;
        taken[i] = first < i ? taken[first] : groups++ % cli->batches == cli->batch - 1;
        *count += taken[i];
    }
    if (cli->batches > groups)
        return clarke_fail(CLARKE_EUSAGE,
                           "--batch %zu/%zu: there are %zu independent groups of cases, so %zu "
                           "batches at most",
                           cli->batch, cli->batches, groups, groups);
    memcpy(selected, taken, plan->count * sizeof *taken);
    return CLARKE_OK;
}

/* Which cases, with which error rates: the same for all batches of one whole. */
static uint64_t verify_selection(const clarke_plan *plan, const bool *selected)
{
    uint64_t h = CLARKE_SELECTION_BEGIN;
    for (size_t i = 0; i < plan->count; i++)
        if (selected[i]) h = clarke_cli_selection(h, plan->c[i].id, plan->c[i].alpha);
    return h;
}

/* Of CPU time; no number of cores is faster than the longest of the runs that are made one after the
   other. What is not ours is not run here, where nothing watches it. */
static clarke_status verify_estimate(const clarke_cli *cli, const clarke_suite *suite,
                                     const bool *selected, FILE *out)
{
    clarke_estimate e;
    if (clarke_child_needed(cli)) {
        fputs("(how long is not estimated: a plugin would have to be run for that)\n", out);
        return CLARKE_OK;
    }
    CLARKE_TRY(clarke_estimate_plan(&suite->plan, selected, cli->seed, cli->jobs, cli->cancel, &e));
    fprintf(out,
            "about %.0f s of CPU, so %.0f s on %zu cores (from a few iterations of %zu kinds of "
            "runs,\nmade just now; judging, second looks and %zu cases that say nothing of their "
            "work come on top)\n",
            ceil(e.seconds), ceil(fmax(e.seconds / (double)cli->jobs, e.longest)), cli->jobs,
            e.kinds, e.silent);
    return CLARKE_OK;
}

static clarke_status verify_dry_run(const clarke_cli *cli, const clarke_suite *suite,
                                    const bool *selected)
{
    double steps = 0.0, largest = 0.0;
    size_t count = 0;
    FILE *out;
    CLARKE_TRY(clarke_cli_open(cli, &out));
    for (size_t i = 0; i < suite->plan.count; i++) {
        const clarke_case *c = &suite->plan.c[i];
        if (!selected[i]) continue;
        count++;
        steps += clarke_case_cost(c);
        largest = fmax(largest, 24.0 * (double)c->run.iterations);
        fprintf(out, "%-34s %-8s %-28s %-28s %-22s %-10s %zu x %zu\n", c->id,
                clarke_role_text(c->role), c->run.method, c->run.problem, c->run.schedule,
                c->run.noise, c->repetitions, c->run.iterations);
    }
    fprintf(out, "%zu cases, %.3g steps, about %.0f MB\n", count, steps,
            50.0 + (double)cli->jobs * largest / 1e6);
    fflush(out);
    const clarke_status status = verify_estimate(cli, suite, selected, out);
    const clarke_status closed = clarke_cli_close(cli, out);
    return status != CLARKE_OK ? status : closed;
}

static clarke_status verify_manifest(const clarke_cli *cli, const clarke_suite *suite,
                                     const selection *s, json_t *manifest)
{
    char text[32];
    snprintf(text, sizeof text, "%016" PRIx64, s->key);
    json_object_set_new(manifest, "alpha", json_real(suite->alpha));
    CLARKE_TRY(clarke_json_set_count(manifest, "planned", suite->plan.count));
    CLARKE_TRY(clarke_json_set_count(manifest, "selected", s->count));
    CLARKE_TRY(clarke_json_set_text(manifest, "selection", text));
    if (cli->batches > 1) {
        CLARKE_TRY(clarke_json_set_count(manifest, "batch", cli->batch));
        CLARKE_TRY(clarke_json_set_count(manifest, "batches", cli->batches));
        CLARKE_TRY(clarke_json_set_count(manifest, "batch_cases", s->batch_count));
    }
    return clarke_manifest_write(manifest, cli->out);
}

static clarke_status verify_folder(const clarke_cli *cli, const clarke_suite *suite,
                                   const selection *s)
{
    json_t *manifest;
    const clarke_manifest_run run = {.seed = cli->seed,
                                     .suite = suite->name,
                                     .jobs = cli->jobs,
                                     .argc = (size_t)cli->argc,
                                     .argv = (const char *const *)cli->argv};
    CLARKE_TRY(clarke_cli_make_folder(cli->out));
    CLARKE_TRY(clarke_folder_make(cli->out, "traces"));
    if (!cli->resume) CLARKE_TRY(clarke_cli_clear(cli, "traces", ".csv"));
    if (!cli->resume) CLARKE_TRY(clarke_cli_clear(cli, "figures", ".svg"));
    CLARKE_TRY(clarke_manifest_make(&run, &manifest));
    const char *audit = clarke_audit_sentence_read(clarke_bench_self(cli), cli->mem);
    if (audit) json_object_set_new(manifest, "audit", json_string(audit));
    const clarke_status status = verify_manifest(cli, suite, s, manifest);
    json_decref(manifest);
    return status;
}

/* Reports, once the work is done or stopped. Takes the reference. */
static clarke_status verify_conclude(clarke_cli *cli, json_t *records, const char *journal,
                                     clarke_status status)
{
    char message[1024];
    snprintf(message, sizeof message, "%s", clarke_message());
    if (status == CLARKE_OK || status == CLARKE_EINTERRUPTED) {
        const clarke_status reported = clarke_cli_conclude(cli, records);
        json_decref(records);
        CLARKE_TRY(reported);
        if (status == CLARKE_EINTERRUPTED)
            return clarke_fail(status, "%s; what is finished is in %s, --resume goes on", message,
                               cli->out);
        if (unlink(journal) != 0) return clarke_fail(CLARKE_EIO, "cannot remove '%s'", journal);
        return CLARKE_OK;
    }
    json_decref(records);
    return clarke_fail(status, "%s", message);
}

static clarke_status verify_execute(clarke_cli *cli, const clarke_suite *suite, const selection *s)
{
    clarke_cli_meter meter;
    clarke_timings timings;
    json_t *records = NULL;
    const char *journal = clarke_arena_printf(cli->mem, "%s/journal.jsonl", cli->out);
    const char *traces =
        clarke_cli_has(cli, "bare") ? NULL : clarke_arena_printf(cli->mem, "%s/traces", cli->out);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    CLARKE_TRY(
        clarke_timings_open(&suite->plan, clarke_cli_value(cli, "timings"), cli->mem, &timings));
    CLARKE_TRY(verify_folder(cli, suite, s));
    clarke_cli_meter_begin(&meter, cli);
    clarke_scheduler_options options = {.seed = cli->seed,
                                        .jobs = clarke_child_is(cli) ? 1 : cli->jobs,
                                        .suite = suite->name,
                                        .journal = journal,
                                        .traces = traces,
                                        .resume = cli->resume,
                                        .until_refuted = clarke_cli_has(cli, "first"),
                                        .ungated = clarke_cli_has(cli, "ungated"),
                                        .cancel = cli->cancel,
                                        .timeout = cli->timeout,
                                        .progress = clarke_cli_meter_step,
                                        .progress_self = &meter,
                                        .spent = clarke_timings_add,
                                        .spent_self = &timings};
    if (clarke_child_is(cli)) {
        options.foreign = true;
        options.begin = clarke_child_case;
        options.end = clarke_child_case_end;
        options.watch_self = &options;
    }
    const clarke_status status =
        clarke_schedule_cases(&suite->plan, s->selected, &options, &records);
    clarke_cli_meter_end(&meter);
    if (clarke_child_is(cli)) {
        json_decref(records);
        if (status == CLARKE_OK)
            clarke_child_done();
        else if (status != CLARKE_EINTERRUPTED)
            clarke_child_failed();
        return status;
    }
    const clarke_status concluded = verify_conclude(cli, records, journal, status);
    const clarke_status timed = clarke_timings_close(&timings, cli->mem);
    return concluded != CLARKE_OK ? concluded : timed;
}

/* The plugin is loaded, and its cases judged, in child processes. */
static clarke_status verify_supervise(clarke_cli *cli)
{
    json_t *records = NULL;
    const char *journal = clarke_arena_printf(cli->mem, "%s/journal.jsonl", cli->out);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    const clarke_status status = clarke_child_supervise(cli, &records);
    if (!records) return status;
    return verify_conclude(cli, records, journal, status);
}

static clarke_status verify_run(clarke_cli *cli)
{
    clarke_suite suite;
    selection s = {0};
    if (clarke_child_needed(cli)) {
        if (clarke_cli_has(cli, "timings"))
            return clarke_fail(CLARKE_EUSAGE, "--timings does not look into a plugin's processes");
        if (!clarke_child_is(cli) && !cli->dry_run) return verify_supervise(cli);
        CLARKE_TRY(clarke_child_begin(cli));
    } else if (clarke_cli_has(cli, "like")) {
        return clarke_fail(CLARKE_EUSAGE, "--like needs --plugin FILE or --exec COMMAND");
    }
    CLARKE_TRY(clarke_cli_suite(cli, "standard", &suite));
    s.selected = clarke_alloc_array(cli->mem, suite.plan.count, sizeof *s.selected);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    s.count = clarke_cli_filter(cli, &suite.plan, s.selected);
    /* A plugin need not have what every claim about the method asks for. */
    for (size_t i = 0; clarke_cli_has(cli, "like") && i < suite.plan.count; i++)
        suite.plan.c[i].expected |= CLARKE_EXPECT_NOT_APPLICABLE;
    if (s.count == 0) return clarke_cli_filter_nothing(cli, &suite);
    s.key = verify_selection(&suite.plan, s.selected);
    CLARKE_TRY(verify_batch(cli, &suite.plan, s.selected, &s.batch_count));
    if (cli->dry_run) return verify_dry_run(cli, &suite, s.selected);
    return verify_execute(cli, &suite, &s);
}

static const clarke_option verify_options[] = {
    {"suite", '\0', "NAME|FILE", "quick, standard (default), thorough, or a YAML file"},
    {"claim", '\0', "GLOB", "only claims that match; may be repeated, as the next two"},
    {"method", '\0', "GLOB", "only methods that match (id or whole text)"},
    {"problem", '\0', "GLOB", "only problems that match (id or whole text)"},
    {"plugin", '\0', "FILE.so", "methods, problems, networks of a shared object (repeatable)"},
    {"exec", '\0', "COMMAND", "a method in another process, in any language"},
    {"like", '\0', "METHOD", "judge the plugin's method by the claims of this one"},
    {"limit", '\0', "SECONDS", "for cases of a plugin that share runs (default 60)"},
    {"first", '\0', NULL, "the cheapest cases first, and no more after a claim is refuted"},
    {"ungated", '\0', NULL, "add to the evidence what a claim whose hypothesis fails would say"},
    {"bare", '\0', NULL, "write verdicts.jsonl only, no report and no traces"},
    {"timings", '\0', "FILE", "write where the CPU time went, by claim and by case (Markdown)"},
    {"child", '\0', NULL, "what clarke calls its own process for plugins with"},
    {0}};

const clarke_command_desc clarke_command_verify = {
    .title = "judge published convergence claims on problems with known stationary sets",
    .usage = "",
    .text =
        "Exit status: 0 nothing surprising; 1 a claim refuted or a control supported;\n"
        "2 something inconclusive where a judgement was expected; 3 wrong usage or input;\n"
        "4 an internal failure; 130 interrupted (partial results are valid, --resume goes on).\n",
    .options = verify_options,
    .operands_min = 0,
    .operands_max = 0,
    .takes = CLARKE_TAKES_JOBS | CLARKE_TAKES_SEED | CLARKE_TAKES_OUT | CLARKE_TAKES_OUTPUT |
             CLARKE_TAKES_DRY_RUN | CLARKE_TAKES_RESUME | CLARKE_TAKES_BATCH |
             CLARKE_TAKES_TIMEOUT | CLARKE_TAKES_STRICT | CLARKE_TAKES_ALPHA |
             CLARKE_TAKES_PROGRESS,
    .run = verify_run,
};
