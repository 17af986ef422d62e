/* clarke check: judges a trace that other software wrote, with the records of a results folder. */
#include "cli/lib/conclude.h"

#include "engine/folder.h"
#include "engine/foreign.h"
#include "engine/json.h"
#include "engine/manifest.h"
#include "engine/plan.h"
#include "engine/scheduler.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

static const char check_suite[] = "check";

/* The claims that are judged on traces. */
static const char *check_name_at(const void *claims, size_t i)
{
    const clarke_registry *all = claims;
    for (size_t c = 0; c < all->count; c++) {
        const clarke_claim_desc *claim = all->entry[c].desc;
        if (claim->judge_trace && i-- == 0) return all->entry[c].id;
    }
    return NULL;
}

/* A case for each claim that can be judged on a trace and that --claim leaves. What a trace does not
   tell is not held against it; everything else is expected to hold. */
static clarke_status check_plan(const clarke_cli *cli, const clarke_foreign *t, clarke_plan *plan)
{
    char hint[256];
    const char *glob = clarke_cli_value(cli, "claim");
    clarke_plan_open(plan, cli->mem, 0.05);
    for (size_t i = 0; i < clarke_claims.count; i++) {
        const char *id = clarke_claims.entry[i].id;
        const clarke_claim_desc *claim = clarke_claims.entry[i].desc;
        if (!claim->judge_trace || (glob && fnmatch(glob, id, 0) != 0)) continue;
        const clarke_case c = {.claim = id,
                               .role = CLARKE_ROLE_CLAIM,
                               .expected = CLARKE_EXPECT_SUPPORTED | CLARKE_EXPECT_NOT_APPLICABLE,
                               .run = {.problem = t->problem_text ? t->problem_text : "unknown",
                                       .method = "trace",
                                       .iterations = (size_t)fmax(t->k[t->rows - 1], 0.0)},
                               .variant = t->name,
                               .weight = 1.0};
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    if (plan->count == 0) {
        const char *near = clarke_suggest(glob, check_name_at, &clarke_claims, hint);
        return clarke_fail(CLARKE_EUSAGE, "no claim that is judged on traces matches '%s'%s", glob,
                           *near ? near : "; clarke list claims shows them: trace_*");
    }
    return clarke_plan_close(plan);
}

/* As a shell takes it. */
static const char *check_quoted(const char *text, clarke_arena *mem)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,:=+-/";
    if (text[strspn(text, plain)] == '\0') return text;
    char *quoted = clarke_alloc_array(mem, 4 * strlen(text) + 3, 1), *end = quoted;
    if (!quoted) return NULL;
    *end++ = '\'';
    for (; *text; text++) {
        if (*text == '\'') memcpy(end, "'\\'", 3), end += 3;
        *end++ = *text;
    }
    *end++ = '\'';
    *end = '\0';
    return quoted;
}

/* To be given in the folder of the trace: where it lies is in no result. */
static clarke_status check_replay(const clarke_cli *cli, const clarke_foreign *t, const char *claim,
                                  json_t *record)
{
    const char *problem = clarke_cli_value(cli, "problem");
    const char *name = check_quoted(t->name, cli->mem);
    if (problem) problem = check_quoted(problem, cli->mem);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    json_object_set_new(record, "replay",
                        json_sprintf("clarke check %s --claim %s%s%s", name, claim,
                                     problem ? " --problem " : "", problem ? problem : ""));
    return CLARKE_OK;
}

static clarke_status check_record(const clarke_cli *cli, const clarke_foreign *t,
                                  const clarke_case *c, json_t *records)
{
    const clarke_claim_desc *claim = clarke_registry_get(&clarke_claims, c->claim);
    clarke_judgement j = {.mem = cli->mem, .smallest_detectable = NAN, .evidence = json_object()};
    if (!j.evidence) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    clarke_status status = claim->judge_trace(t, &j);
    if (status == CLARKE_OK && j.verdict == CLARKE_VERDICT_NONE)
        status = clarke_fail(CLARKE_EINTERNAL, "%s made no judgement", c->claim);
    if (status == CLARKE_OK) {
        json_t *record = clarke_record_make(c, &j, cli->seed, 0, check_suite);
        status = check_replay(cli, t, c->claim, record);
        json_array_append_new(records, record);
    }
    json_decref(j.evidence);
    return status;
}

static clarke_status check_records(const clarke_cli *cli, const clarke_foreign *t,
                                   const clarke_plan *plan, json_t *records)
{
    for (size_t i = 0; i < plan->count; i++) CLARKE_TRY(check_record(cli, t, &plan->c[i], records));
    return CLARKE_OK;
}

static clarke_status check_manifest(const clarke_cli *cli, const clarke_plan *plan)
{
    json_t *manifest;
    char text[32];
    uint64_t key = CLARKE_SELECTION_BEGIN;
    const clarke_manifest_run run = {.seed = cli->seed,
                                     .suite = check_suite,
                                     .jobs = 1,
                                     .argc = (size_t)cli->argc,
                                     .argv = (const char *const *)cli->argv};
    for (size_t i = 0; i < plan->count; i++)
        key = clarke_cli_selection(key, plan->c[i].id, plan->c[i].alpha);
    snprintf(text, sizeof text, "%016" PRIx64, key);
    CLARKE_TRY(clarke_manifest_make(&run, &manifest));
    json_object_set_new(manifest, "alpha", json_real(plan->alpha));
    clarke_status status = clarke_json_set_count(manifest, "planned", plan->count);
    if (status == CLARKE_OK) status = clarke_json_set_count(manifest, "selected", plan->count);
    if (status == CLARKE_OK) status = clarke_json_set_text(manifest, "selection", text);
    if (status == CLARKE_OK) status = clarke_manifest_write(manifest, cli->out);
    json_decref(manifest);
    return status;
}

/* One line a claim, before the summary; a document of its own is the summary alone. */
static void check_print(const clarke_cli *cli, const json_t *records)
{
    size_t i;
    json_t *record;
    if (cli->verbosity < 0 || (cli->output && strcmp(cli->output, "-") != 0)) return;
    json_array_foreach(records, i, record)
    {
        printf("%-22s %-14s %s\n", json_string_value(json_object_get(record, "claim")),
               json_string_value(json_object_get(record, "verdict")),
               json_string_value(json_object_get(record, "sentence")));
    }
}

/* A trace of which nothing can be said is no trace that passed. */
static bool check_decides(const json_t *records)
{
    size_t i;
    json_t *record;
    json_array_foreach(records, i, record)
    {
        const char *verdict = json_string_value(json_object_get(record, "verdict"));
        if (strcmp(verdict, clarke_verdict_text(CLARKE_SUPPORTED)) == 0 ||
            strcmp(verdict, clarke_verdict_text(CLARKE_REFUTED)) == 0)
            return true;
    }
    return false;
}

/* Everything is judged before anything is written: a trace that cannot be read leaves no folder. */
static clarke_status check_judge(clarke_cli *cli, const clarke_foreign *t, const clarke_plan *plan,
                                 json_t *records)
{
    CLARKE_TRY(check_records(cli, t, plan, records));
    CLARKE_TRY(clarke_cli_make_folder(cli->out));
    CLARKE_TRY(clarke_folder_make(cli->out, "traces"));
    CLARKE_TRY(clarke_cli_clear(cli, "traces", ".csv"));
    CLARKE_TRY(clarke_cli_clear(cli, "figures", ".svg"));
    CLARKE_TRY(check_manifest(cli, plan));
    check_print(cli, records);
    CLARKE_TRY(clarke_cli_conclude(cli, records));
    if (cli->exit_status == 0 && !check_decides(records)) cli->exit_status = 2;
    return CLARKE_OK;
}

static clarke_status check_run(clarke_cli *cli)
{
    clarke_foreign t;
    clarke_plan plan;
    CLARKE_TRY(
        clarke_foreign_open(cli->operand[0], clarke_cli_value(cli, "problem"), cli->mem, &t));
    CLARKE_TRY(check_plan(cli, &t, &plan));
    json_t *records = json_array();
    if (!records) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    const clarke_status status = check_judge(cli, &t, &plan, records);
    json_decref(records);
    return status;
}

static const clarke_option check_options[] = {
    {"problem", '\0', "PROBLEM", "what the iterate's columns x0, x1, ... are points of"},
    {"claim", '\0', "GLOB", "only claims that match"},
    {0}};

const clarke_command_desc clarke_command_check = {
    .title = "judge a trace that other software wrote",
    .usage = "TRACE",
    .text = "TRACE is .csv, .jsonl or .npy with a row an iteration; its columns are k, f, dx,\n"
            "residual_clarke, distance_clarke, consensus, and the iterate x0, x1, ... or of\n"
            "agents a0.x0, ...; others are ignored, and a claim whose columns are missing does\n"
            "not apply. docs/check.md goes through an example. The records, the reports and the\n"
            "exit status are those of verify, and 2 if no claim could be judged; explain and\n"
            "report work on the folder.\n",
    .options = check_options,
    .operands_min = 1,
    .operands_max = 1,
    .takes = CLARKE_TAKES_OUT | CLARKE_TAKES_OUTPUT | CLARKE_TAKES_STRICT,
    .run = check_run,
};
