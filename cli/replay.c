/* clarke replay: one verdict again, alone, compared with the stored record, with its trace. */
#include "cli/lib/suite.h"

#include "engine/results.h"

#include <string.h>

static const char *replay_name_at(const void *names, size_t i)
{
    const clarke_plan *plan = names;
    return i < plan->count ? plan->c[i].id : NULL;
}

static clarke_status replay_find(const clarke_suite *suite, const char *id, bool *selected)
{
    char hint[256];
    for (size_t i = 0; i < suite->plan.count; i++) {
        selected[i] = strcmp(suite->plan.c[i].id, id) == 0;
        if (selected[i]) return CLARKE_OK;
    }
    return clarke_fail(CLARKE_EINPUT, "the suite %s has no case '%s'%s", suite->name, id,
                       clarke_suggest(id, replay_name_at, &suite->plan, hint));
}

/* What the results folder knows of the case: its record's line, and the suite and seed that it
   belongs to; NULL and untouched where there is no such folder. */
static const char *replay_stored(clarke_cli *cli, const char *id, const char **suite)
{
    clarke_results *results;
    const char *text = NULL;
    if (!clarke_folder_has(cli->out, "verdicts.jsonl")) return NULL;
    if (clarke_results_load(cli->out, &results) != CLARKE_OK) return NULL;
    const clarke_result *r = clarke_results_find(results, id);
    const char *name = json_string_value(json_object_get(results->manifest, "suite"));
    char *line = r ? clarke_record_line(r->json) : NULL;
    if (line) text = clarke_arena_copy_text(cli->mem, line);
    if (name) *suite = clarke_arena_copy_text(cli->mem, name);
    if (r && !cli->seed_given) cli->seed = r->seed_master;
    free(line);
    clarke_results_free(results);
    return text;
}

static void replay_print(clarke_cli *cli, FILE *out, const json_t *record, const char *stored)
{
    char *line = clarke_record_line(record);
    const char *verdict = json_string_value(json_object_get(record, "verdict"));
    fprintf(out, "%s: %s\n%s\n", json_string_value(json_object_get(record, "id")), verdict,
            json_string_value(json_object_get(record, "sentence")));
    if (!stored)
        fprintf(out, "no stored record in %s to compare with\n", cli->out);
    else if (line && strcmp(line, stored) == 0)
        fprintf(out, "identical to the stored record, byte for byte\n");
    else
        fprintf(out, "DIFFERS from the stored record of %s\n", cli->out);
    cli->exit_status = json_is_true(json_object_get(record, "surprising")) ? 1 : 0;
    if (stored && (!line || strcmp(line, stored) != 0)) cli->exit_status = 1;
    if (cli->verbosity > 0 && line) fprintf(out, "%s\n", line);
    free(line);
}

static clarke_status replay_run(clarke_cli *cli)
{
    clarke_suite suite;
    json_t *records = NULL;
    FILE *out;
    const char *stored_suite = NULL;
    const char *stored = replay_stored(cli, cli->operand[0], &stored_suite);
    CLARKE_TRY(clarke_cli_suite(cli, stored_suite, &suite));
    bool *selected = clarke_alloc_array(cli->mem, suite.plan.count, sizeof *selected);
    const char *traces = clarke_arena_printf(cli->mem, "%s/traces", cli->out);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    CLARKE_TRY(replay_find(&suite, cli->operand[0], selected));
    CLARKE_TRY(clarke_cli_make_folder(traces));
    const clarke_scheduler_options options = {.seed = cli->seed,
                                              .jobs = 1,
                                              .suite = suite.name,
                                              .traces = traces,
                                              .trace_all = true,
                                              .cancel = cli->cancel,
                                              .timeout = INFINITY};
    clarke_status status = clarke_schedule_cases(&suite.plan, selected, &options, &records);
    if (status == CLARKE_OK) status = clarke_cli_open(cli, &out);
    if (status == CLARKE_OK) {
        replay_print(cli, out, json_array_get(records, 0), stored);
        status = clarke_cli_close(cli, out);
    }
    json_decref(records);
    return status;
}

static const clarke_option replay_options[] = {
    {"suite", '\0', "NAME|FILE", "the suite of the case (default: that of --out, else standard)"},
    {0}};

const clarke_command_desc clarke_command_replay = {
    .title = "judge one case again, alone, and compare with its stored record",
    .usage = "ID",
    .text = "Writes the trace of the first repetition to OUT/traces/ID.csv.\n"
            "Exit status 1 if the verdict is surprising or differs from the stored record.\n",
    .options = replay_options,
    .operands_min = 1,
    .operands_max = 1,
    .takes = CLARKE_TAKES_SEED | CLARKE_TAKES_OUT | CLARKE_TAKES_OUTPUT | CLARKE_TAKES_ALPHA,
    .run = replay_run,
};
