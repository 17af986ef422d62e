#include "cli/lib/conclude.h"

#include "core/stream.h"
#include "engine/results.h"
#include "engine/scheduler.h"
#include "reports/lib/write.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

uint64_t clarke_cli_selection(uint64_t key, const char *id, double alpha)
{
    char number[32];
    snprintf(number, sizeof number, "%.17g", alpha);
    return clarke_hash_text(clarke_hash_text(key, id), number);
}

/* Whether a file name is one this program gave: a claim's id, a dash, and the ending. */
static bool conclude_is_ours(const char *name, const char *ending)
{
    char id[128];
    const size_t length = strlen(name), tail = strlen(ending);
    snprintf(id, sizeof id, "%.*s", (int)strcspn(name, "-"), name);
    return length > tail && strcmp(name + length - tail, ending) == 0 && strchr(name, '-') &&
           clarke_registry_get(&clarke_claims, id);
}

/* What an earlier suite left in the folder would stand beside the new records. */
clarke_status clarke_cli_clear(const clarke_cli *cli, const char *folder, const char *ending)
{
    const char *path = clarke_arena_printf(cli->mem, "%s/%s", cli->out, folder);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    DIR *dir = opendir(path);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        if (conclude_is_ours(entry->d_name, ending))
            unlink(clarke_arena_printf(cli->mem, "%s/%s", path, entry->d_name));
    if (dir) closedir(dir);
    return clarke_arena_status(cli->mem);
}

static clarke_status conclude_records(const char *folder, const json_t *records)
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
static void conclude_counts(FILE *out, const clarke_results *results, clarke_role role)
{
    const size_t *count = results->counts[role];
    size_t total = 0;
    for (size_t v = 0; v < CLARKE_VERDICTS; v++) total += count[v];
    if (total == 0) return;
    fprintf(out, "  %-8s %4zu: %zu supported, %zu refuted, %zu inconclusive, %zu not-applicable\n",
            clarke_role_text(role), total, count[CLARKE_SUPPORTED], count[CLARKE_REFUTED],
            count[CLARKE_INCONCLUSIVE], count[CLARKE_NOT_APPLICABLE]);
}

static void conclude_summary(const clarke_cli *cli, FILE *out, const clarke_results *results)
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
    for (size_t r = 0; r < CLARKE_ROLES; r++) conclude_counts(out, results, (clarke_role)r);
    if (!clarke_cli_has(cli, "bare"))
        fprintf(out, "report: %s/report.md, %s/report.html\n", cli->out, cli->out);
}

static void conclude_exit(clarke_cli *cli, const clarke_results *results)
{
    cli->exit_status = clarke_results_exit(results);
    if (!cli->strict || cli->exit_status != 0) return;
    for (size_t r = 0; r < CLARKE_ROLES; r++)
        if (results->counts[r][CLARKE_INCONCLUSIVE] > 0) cli->exit_status = 2;
}

clarke_status clarke_cli_conclude(clarke_cli *cli, const json_t *records)
{
    clarke_results *results;
    FILE *out;
    CLARKE_TRY(conclude_records(cli->out, records));
    CLARKE_TRY(clarke_results_load(cli->out, &results));
    const bool bare = clarke_cli_has(cli, "bare");
    clarke_status status = bare ? CLARKE_OK : clarke_reports_write(results, cli->out);
    if (status == CLARKE_OK) status = clarke_cli_open(cli, &out);
    if (status == CLARKE_OK) {
        if (cli->verbosity >= 0) conclude_summary(cli, out, results);
        conclude_exit(cli, results);
        status = clarke_cli_close(cli, out);
    }
    clarke_results_free(results);
    return status;
}
