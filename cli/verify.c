/* clarke verify: the main job. Plans a suite, runs it, judges every case, writes the results. */
#include "cli/lib/suite.h"

#include "engine/manifest.h"
#include "engine/results.h"
#include "reports/lib/write.h"

#include <dirent.h>
#include <fnmatch.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

static bool verify_matches(const clarke_cli *cli, const char *option, const char *text)
{
    const char *glob = clarke_cli_value(cli, option);
    char id[256];
    if (!glob) return true;
    if (fnmatch(glob, text, 0) == 0) return true;
    snprintf(id, sizeof id, "%.*s", (int)strcspn(text, ":"), text);
    return fnmatch(glob, id, 0) == 0;
}

/* --claim, --method, --problem, and --batch I/N: every Nth of what is left. */
static size_t verify_select(const clarke_cli *cli, const clarke_plan *plan, bool *selected)
{
    size_t matched = 0, count = 0;
    for (size_t i = 0; i < plan->count; i++) {
        const clarke_case *c = &plan->c[i];
        selected[i] = verify_matches(cli, "claim", c->claim) &&
                      verify_matches(cli, "method", c->run.method) &&
                      verify_matches(cli, "problem", c->run.problem);
        if (selected[i] && matched++ % cli->batches != cli->batch - 1) selected[i] = false;
        count += selected[i];
    }
    return count;
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
    /* 100 ns a step of a small problem with its measures, on one core. */
    fprintf(out, "%zu cases, %.3g steps, about %.0f s on %zu cores, about %.0f MB\n", count, steps,
            1e-7 * steps / (double)cli->jobs, cli->jobs, 50.0 + (double)cli->jobs * largest / 1e6);
    return clarke_cli_close(cli, out);
}

/* Whether a file name is one this program gave: a claim's id, a dash, and the ending. */
static bool verify_is_ours(const char *name, const char *ending)
{
    char id[128];
    const size_t length = strlen(name), tail = strlen(ending);
    snprintf(id, sizeof id, "%.*s", (int)strcspn(name, "-"), name);
    return length > tail && strcmp(name + length - tail, ending) == 0 && strchr(name, '-') &&
           clarke_registry_get(&clarke_claims, id);
}

/* What an earlier suite left in the folder would stand beside the new records. */
static clarke_status verify_clear(const clarke_cli *cli, const char *folder, const char *ending)
{
    const char *path = clarke_arena_printf(cli->mem, "%s/%s", cli->out, folder);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    DIR *dir = opendir(path);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        if (verify_is_ours(entry->d_name, ending))
            unlink(clarke_arena_printf(cli->mem, "%s/%s", path, entry->d_name));
    if (dir) closedir(dir);
    return clarke_arena_status(cli->mem);
}

static clarke_status verify_folder(const clarke_cli *cli, const clarke_suite *suite)
{
    json_t *manifest;
    const clarke_manifest_run run = {.seed = cli->seed,
                                     .suite = suite->name,
                                     .jobs = cli->jobs,
                                     .argc = (size_t)cli->argc,
                                     .argv = (const char *const *)cli->argv};
    CLARKE_TRY(clarke_cli_make_folder(cli->out));
    CLARKE_TRY(clarke_folder_make(cli->out, "traces"));
    if (!cli->resume) CLARKE_TRY(verify_clear(cli, "traces", ".csv"));
    if (!cli->resume) CLARKE_TRY(verify_clear(cli, "figures", ".svg"));
    CLARKE_TRY(clarke_manifest_make(&run, &manifest));
    json_object_set_new(manifest, "alpha", json_real(suite->alpha));
    json_object_set_new(manifest, "planned", json_integer((json_int_t)suite->plan.count));
    const clarke_status status = clarke_manifest_write(manifest, cli->out);
    json_decref(manifest);
    return status;
}

static clarke_status verify_records(const char *folder, const json_t *records)
{
    clarke_folder_file f;
    size_t i;
    json_t *record;
    clarke_status status = CLARKE_OK;
    CLARKE_TRY(clarke_folder_open(&f, folder, "verdicts.jsonl"));
    json_array_foreach(records, i, record)
    {
        char *line = clarke_record_line(record);
        if (!line) {
            status = clarke_fail(CLARKE_ENOMEM, "out of memory");
            break;
        }
        fprintf(f.file, "%s\n", line);
        free(line);
    }
    return clarke_folder_close(&f, status);
}

/* How many cases of a role, by verdict, in one line. */
static void verify_counts(FILE *out, const clarke_results *results, clarke_role role)
{
    const size_t *count = results->counts[role];
    size_t total = 0;
    for (size_t v = 0; v < CLARKE_VERDICTS; v++) total += count[v];
    if (total == 0) return;
    fprintf(out, "  %-8s %4zu: %zu supported, %zu refuted, %zu inconclusive, %zu not-applicable\n",
            clarke_role_text(role), total, count[CLARKE_SUPPORTED], count[CLARKE_REFUTED],
            count[CLARKE_INCONCLUSIVE], count[CLARKE_NOT_APPLICABLE]);
}

static void verify_summary(clarke_cli *cli, FILE *out, const clarke_results *results)
{
    const size_t surprises = clarke_results_surprises(results);
    size_t judged = 0;
    for (size_t r = 0; r < CLARKE_ROLES; r++)
        judged += results->counts[r][CLARKE_SUPPORTED] + results->counts[r][CLARKE_REFUTED];
    fprintf(out, "%zu cases, %zu supported or refuted; ", results->count, judged);
    if (surprises == 0)
        fprintf(out, "nothing surprising\n");
    else
        fprintf(out, "%zu SURPRISING:\n", surprises);
    for (size_t i = 0; i < results->count; i++) {
        const clarke_result *r = &results->result[i];
        if (r->surprising)
            fprintf(out, "  %s (%s): %s on %s: %s: %s\n", r->id, clarke_role_text(r->role),
                    r->method, r->problem, clarke_verdict_text(r->verdict), r->sentence);
    }
    for (size_t r = 0; r < CLARKE_ROLES; r++) verify_counts(out, results, (clarke_role)r);
    fprintf(out, "report: %s/report.md, %s/report.html\n", cli->out, cli->out);
    cli->exit_status = clarke_results_exit(results);
    if (cli->strict && cli->exit_status == 0)
        for (size_t i = 0; i < results->count; i++)
            if (results->result[i].verdict == CLARKE_INCONCLUSIVE) cli->exit_status = 2;
}

static clarke_status verify_report(clarke_cli *cli, const json_t *records)
{
    clarke_results *results;
    FILE *out;
    CLARKE_TRY(verify_records(cli->out, records));
    CLARKE_TRY(clarke_results_load(cli->out, &results));
    clarke_status status = clarke_reports_write(results, cli->out);
    if (status == CLARKE_OK) status = clarke_cli_open(cli, &out);
    if (status == CLARKE_OK) {
        if (cli->verbosity >= 0)
            verify_summary(cli, out, results);
        else
            cli->exit_status = clarke_results_exit(results);
        status = clarke_cli_close(cli, out);
    }
    clarke_results_free(results);
    return status;
}

static clarke_status verify_execute(clarke_cli *cli, const clarke_suite *suite,
                                    const bool *selected)
{
    clarke_cli_meter meter;
    json_t *records = NULL;
    const char *journal = clarke_arena_printf(cli->mem, "%s/journal.jsonl", cli->out);
    const char *traces = clarke_arena_printf(cli->mem, "%s/traces", cli->out);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    CLARKE_TRY(verify_folder(cli, suite));
    clarke_cli_meter_begin(&meter, cli);
    const clarke_scheduler_options options = {.seed = cli->seed,
                                              .jobs = cli->jobs,
                                              .suite = suite->name,
                                              .journal = journal,
                                              .traces = traces,
                                              .resume = cli->resume,
                                              .cancel = cli->cancel,
                                              .timeout = cli->timeout,
                                              .progress = clarke_cli_meter_step,
                                              .progress_self = &meter};
    const clarke_status status = clarke_schedule_cases(&suite->plan, selected, &options, &records);
    clarke_cli_meter_end(&meter);
    char message[1024];
    snprintf(message, sizeof message, "%s", clarke_message());
    if (status == CLARKE_OK || status == CLARKE_EINTERRUPTED) {
        const clarke_status reported = verify_report(cli, records);
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

static clarke_status verify_run(clarke_cli *cli)
{
    clarke_suite suite;
    CLARKE_TRY(clarke_cli_suite(cli, "standard", &suite));
    bool *selected = clarke_alloc_array(cli->mem, suite.plan.count, sizeof *selected);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    if (verify_select(cli, &suite.plan, selected) == 0)
        return clarke_fail(CLARKE_EUSAGE,
                           "no case of the suite %s matches the filters; "
                           "clarke verify --dry-run lists them",
                           suite.name);
    if (cli->dry_run) return verify_dry_run(cli, &suite, selected);
    return verify_execute(cli, &suite, selected);
}

static const clarke_option verify_options[] = {
    {"suite", '\0', "NAME|FILE", "quick, standard (default), thorough, or a YAML file"},
    {"claim", '\0', "GLOB", "only claims that match"},
    {"method", '\0', "GLOB", "only methods that match (id or whole text)"},
    {"problem", '\0', "GLOB", "only problems that match (id or whole text)"},
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
