/* clarke merge: the batches of one verify become the results folder that one run would have written,
   byte for byte; benchmarks become one. Folders are hostile input: what cannot belong together is refused and named. */
#include "cli/lib/bench.h"
#include "cli/lib/conclude.h"

#include "engine/json.h"
#include "engine/manifest.h"
#include "engine/results.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MERGE_TRACE_LIMIT = 1 << 26 };

typedef struct {
    const char *folder;
    clarke_results *results;
    size_t batch, cases; /* 1..batches; how many cases it should hold */
} part;

typedef struct {
    size_t count, batches, selected;
    part *part; /* [count], sorted by batch once checked */
} parts;

/* ---- reading ---- */

static clarke_status merge_count(const part *p, const char *key, size_t low, size_t *value)
{
    const json_t *number = json_object_get(p->results->manifest, key);
    if (json_is_integer(number) && json_integer_value(number) >= (json_int_t)low) {
        *value = (size_t)json_integer_value(number);
        return CLARKE_OK;
    }
    return clarke_fail(CLARKE_EINPUT, "'%s' is no batch: its manifest should hold a number '%s'",
                       p->folder, key);
}

static clarke_status merge_read(part *p, parts *all)
{
    size_t batches, selected;
    CLARKE_TRY(clarke_cli_results(p->folder, &p->results));
    CLARKE_TRY(merge_count(p, "batch", 1, &p->batch));
    CLARKE_TRY(merge_count(p, "batches", 2, &batches));
    CLARKE_TRY(merge_count(p, "batch_cases", 0, &p->cases));
    CLARKE_TRY(merge_count(p, "selected", 1, &selected));
    if (p->batch > batches)
        return clarke_fail(CLARKE_EINPUT, "'%s' is no batch: there is no batch %zu of %zu",
                           p->folder, p->batch, batches);
    if (p == all->part) {
        all->batches = batches;
        all->selected = selected;
        return CLARKE_OK;
    }
    const clarke_status agree =
        clarke_manifest_agree(all->part[0].results->manifest, p->results->manifest);
    if (agree == CLARKE_OK) return CLARKE_OK;
    return clarke_fail(agree, "'%s' and '%s' do not belong together: %s", all->part[0].folder,
                       p->folder, clarke_arena_copy_text(p->results->mem, clarke_message()));
}

/* ---- what belongs together ---- */

static int merge_order(const void *a, const void *b)
{
    const part *x = a, *y = b;
    return x->batch < y->batch ? -1 : x->batch > y->batch;
}

/* "2, 3 and 7": the batches that no folder holds. */
static clarke_status merge_missing(const parts *all)
{
    char list[512] = "";
    size_t missing = 0, named = 0;
    for (size_t i = 1, at = 0; i <= all->batches; i++) {
        if (at < all->count && all->part[at].batch == i) {
            at++;
            continue;
        }
        const size_t used = strlen(list);
        if (missing++ < 20) {
            snprintf(list + used, sizeof list - used, "%s%zu", named ? ", " : "", i);
            named++;
        }
    }
    if (missing == 0) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "of %zu batches %s %s%s missing", all->batches, list,
                       missing > named ? "and others " : "", missing == 1 ? "is" : "are");
}

static clarke_status merge_batches(parts *all)
{
    qsort(all->part, all->count, sizeof *all->part, merge_order);
    for (size_t i = 1; i < all->count; i++)
        if (all->part[i].batch == all->part[i - 1].batch)
            return clarke_fail(CLARKE_EINPUT, "batch %zu of %zu is there twice: '%s' and '%s'",
                               all->part[i].batch, all->batches, all->part[i - 1].folder,
                               all->part[i].folder);
    CLARKE_TRY(merge_missing(all));
    for (size_t i = 0; i < all->count; i++) {
        const part *p = &all->part[i];
        if (p->results->count != p->cases || clarke_folder_has(p->folder, "journal.jsonl"))
            return clarke_fail(CLARKE_EINPUT,
                               "'%s' is not complete: it holds %zu of the %zu cases of batch "
                               "%zu/%zu; verify --resume goes on",
                               p->folder, p->results->count, p->cases, p->batch, all->batches);
    }
    return CLARKE_OK;
}

typedef struct {
    const char *id, *folder;
    double alpha;
    json_t *json;
} entry;

static int merge_entry_order(const void *a, const void *b)
{
    return strcmp(((const entry *)a)->id, ((const entry *)b)->id);
}

/* All records by id, each there once, and together the cases that the batches were cut from. */
static clarke_status merge_records(const parts *all, clarke_arena *mem, json_t *records)
{
    size_t count = 0, at = 0;
    uint64_t key = CLARKE_SELECTION_BEGIN;
    char text[32];
    for (size_t i = 0; i < all->count; i++) count += all->part[i].results->count;
    entry *list = clarke_alloc_array(mem, count, sizeof *list);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 0; i < all->count; i++)
        for (size_t r = 0; r < all->part[i].results->count; r++) {
            const clarke_result *result = &all->part[i].results->result[r];
            list[at++] = (entry){result->id, all->part[i].folder, result->alpha, result->json};
        }
    qsort(list, count, sizeof *list, merge_entry_order);
    for (size_t i = 1; i < count; i++)
        if (strcmp(list[i - 1].id, list[i].id) == 0)
            return clarke_fail(CLARKE_EINPUT, "the batches overlap: %s is in '%s' and in '%s'",
                               list[i].id, list[i - 1].folder, list[i].folder);
    for (size_t i = 0; i < count; i++) {
        key = clarke_cli_selection(key, list[i].id, list[i].alpha);
        if (json_array_append(records, list[i].json) != 0)
            return clarke_fail(CLARKE_ENOMEM, "out of memory");
    }
    snprintf(text, sizeof text, "%016" PRIx64, key);
    const char *selection =
        json_string_value(json_object_get(all->part[0].results->manifest, "selection"));
    if (count == all->selected && selection && strcmp(selection, text) == 0) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT,
                       "the %zu records are not those of the %zu cases that the manifests speak of",
                       count, all->selected);
}

/* ---- writing ---- */

static clarke_status merge_trace(const clarke_cli *cli, const part *p, const char *name)
{
    clarke_folder_file f;
    char *text;
    size_t length;
    clarke_arena *mem = clarke_arena_new(0);
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    clarke_status status =
        clarke_folder_read(p->folder, name, MERGE_TRACE_LIMIT, mem, &text, &length);
    if (status != CLARKE_OK) status = clarke_cli_folder_fail(status, p->folder);
    if (status == CLARKE_OK) status = clarke_folder_open(&f, cli->out, name);
    if (status == CLARKE_OK) {
        fwrite(text, 1, length, f.file);
        status = clarke_folder_close(&f, CLARKE_OK);
    }
    clarke_arena_free(mem);
    return status;
}

/* Only traces of the batch's own cases. */
static clarke_status merge_traces(const clarke_cli *cli, const part *p)
{
    for (size_t r = 0; r < p->results->count; r++) {
        const char *name = clarke_arena_printf(cli->mem, "traces/%s.csv", p->results->result[r].id);
        CLARKE_TRY(clarke_arena_status(cli->mem));
        if (clarke_folder_has(p->folder, name)) CLARKE_TRY(merge_trace(cli, p, name));
    }
    return CLARKE_OK;
}

static clarke_status merge_manifest(const clarke_cli *cli, const parts *all)
{
    json_t *whole;
    CLARKE_TRY(clarke_manifest_whole(all->part[0].results->manifest,
                                     cli->out_given ? cli->out : NULL, &whole));
    const clarke_status status = clarke_manifest_write(whole, cli->out);
    json_decref(whole);
    return status;
}

/* A batch is not overwritten by the whole. */
static clarke_status merge_out(const clarke_cli *cli, const parts *all)
{
    struct stat out, in;
    if (stat(cli->out, &out) != 0) return CLARKE_OK;
    for (size_t i = 0; i < all->count; i++)
        if (stat(all->part[i].folder, &in) == 0 && in.st_dev == out.st_dev &&
            in.st_ino == out.st_ino)
            return clarke_fail(CLARKE_EUSAGE, "--out: '%s' is one of the batches", cli->out);
    return CLARKE_OK;
}

static clarke_status merge_write(clarke_cli *cli, const parts *all, json_t *records)
{
    CLARKE_TRY(merge_records(all, cli->mem, records));
    CLARKE_TRY(merge_out(cli, all));
    CLARKE_TRY(clarke_cli_make_folder(cli->out));
    CLARKE_TRY(clarke_folder_make(cli->out, "traces"));
    CLARKE_TRY(clarke_cli_clear(cli, "traces", ".csv"));
    CLARKE_TRY(clarke_cli_clear(cli, "figures", ".svg"));
    CLARKE_TRY(merge_manifest(cli, all));
    for (size_t i = 0; i < all->count; i++) CLARKE_TRY(merge_traces(cli, &all->part[i]));
    return clarke_cli_conclude(cli, records);
}

static clarke_status merge_all(clarke_cli *cli, parts *all)
{
    for (size_t i = 0; i < all->count; i++) CLARKE_TRY(merge_read(&all->part[i], all));
    CLARKE_TRY(merge_batches(all));
    json_t *records = json_array();
    if (!records) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    const clarke_status status = merge_write(cli, all, records);
    json_decref(records);
    return status;
}

/* Files are benchmarks, folders are batches. */
static clarke_status merge_kind(const clarke_cli *cli, bool *files)
{
    struct stat status;
    size_t count = 0;
    for (size_t i = 0; i < cli->operands; i++)
        count += stat(cli->operand[i], &status) == 0 && S_ISREG(status.st_mode);
    *files = count > 0;
    if (count == 0 || count == cli->operands) return CLARKE_OK;
    return clarke_fail(CLARKE_EUSAGE, "batches of verify or benchmarks are joined, not both");
}

static clarke_status merge_run(clarke_cli *cli)
{
    bool files;
    CLARKE_TRY(merge_kind(cli, &files));
    if (files) return clarke_bench_merge(cli);
    parts all = {.count = cli->operands};
    all.part = clarke_alloc_array(cli->mem, all.count, sizeof *all.part);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    for (size_t i = 0; i < all.count; i++) all.part[i].folder = cli->operand[i];
    const clarke_status status = merge_all(cli, &all);
    for (size_t i = 0; i < all.count; i++) clarke_results_free(all.part[i].results);
    return status;
}

const clarke_command_desc clarke_command_merge = {
    .title = "join the batches of one verify, or benchmarks",
    .usage = "DIR...|FILE...",
    .text =
        "The folders come from `clarke verify --batch I/N`, one for each I, with the same suite,\n"
        "seed and filters, from the same build on the same kind of machine; others are refused.\n"
        "They become the folder that one run would have written.\n"
        "Files come from `clarke bench --save`, of the same program on the same kind of machine;\n"
        "their rows and processes become one such document, on stdout or in -o FILE.\n"
        "Exit status: as verify; of benchmarks 0.\n",
    .operands_min = 1,
    .operands_max = 1000000,
    .takes = CLARKE_TAKES_OUT | CLARKE_TAKES_OUTPUT | CLARKE_TAKES_STRICT,
    .run = merge_run,
};
