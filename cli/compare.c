/* clarke compare A B: two results folders, verdict by verdict, or two benchmarks, kernel by kernel.
   A is the old one. Both are hostile input. */
#include "cli/lib/bench_gate.h"

#include "engine/manifest.h"
#include "engine/results.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct {
    size_t same, better, worse, other, only_old, only_new;
} tally;

/* Whether a change is for the worse: what was not surprising is now, or what was decided is not. */
static int compare_direction(const clarke_result *a, const clarke_result *b)
{
    const bool bad_a = a->surprising || clarke_result_undecided(a);
    const bool bad_b = b->surprising || clarke_result_undecided(b);
    return bad_b - bad_a;
}

static void compare_record(FILE *out, const clarke_result *a, const clarke_result *b, tally *t)
{
    if (a->verdict == b->verdict && a->surprising == b->surprising) {
        t->same++;
        return;
    }
    const int direction = compare_direction(a, b);
    t->worse += direction > 0;
    t->better += direction < 0;
    t->other += direction == 0;
    fprintf(out, "  %-6s %s (%s): %s on %s: %s, was %s\n",
            direction > 0   ? "worse"
            : direction < 0 ? "better"
                            : "other",
            b->id, clarke_role_text(b->role), b->method, b->problem,
            clarke_verdict_text(b->verdict), clarke_verdict_text(a->verdict));
    if (direction > 0) fprintf(out, "         %s\n", b->sentence);
}

static void compare_only(FILE *out, const char *which, const clarke_result *r)
{
    fprintf(out, "  only in the %s: %s: %s on %s\n", which, r->id, r->method, r->problem);
}

static void compare_records(FILE *out, const clarke_results *a, const clarke_results *b, tally *t)
{
    for (size_t i = 0; i < a->count; i++) {
        const clarke_result *now = clarke_results_find(b, a->result[i].id);
        if (now) {
            compare_record(out, &a->result[i], now, t);
        } else {
            t->only_old++;
            compare_only(out, "old", &a->result[i]);
        }
    }
    for (size_t i = 0; i < b->count; i++) {
        if (clarke_results_find(a, b->result[i].id)) continue;
        t->only_new++;
        compare_only(out, "new", &b->result[i]);
    }
    fprintf(out,
            "%zu verdicts: %zu the same, %zu worse, %zu better, %zu otherwise changed; %zu only in "
            "the old, %zu only in the new\n",
            a->count + t->only_new, t->same, t->worse, t->better, t->other, t->only_old,
            t->only_new);
}

/* Other programs and machines are what one compares; other seeds make other runs. */
static void compare_manifests(FILE *out, json_t *a, json_t *b)
{
    if (clarke_manifest_agree(a, b) != CLARKE_OK)
        fprintf(out, "the two were made differently: %s\n", clarke_message());
}

static clarke_status compare_folders(clarke_cli *cli, FILE *out)
{
    clarke_results *a, *b;
    tally t = {0};
    CLARKE_TRY(clarke_cli_results(cli->operand[0], &a));
    const clarke_status status = clarke_cli_results(cli->operand[1], &b);
    if (status == CLARKE_OK) {
        compare_manifests(out, a->manifest, b->manifest);
        compare_records(out, a, b, &t);
        cli->exit_status = t.worse + t.other > 0 ? 1 : t.only_old + t.only_new > 0 ? 2 : 0;
        clarke_results_free(b);
    }
    clarke_results_free(a);
    return status;
}

static clarke_status compare_benchmarks(clarke_cli *cli, FILE *out)
{
    clarke_bench a, b;
    CLARKE_TRY(clarke_bench_open(cli->mem, &a));
    CLARKE_TRY(clarke_bench_open(cli->mem, &b));
    clarke_status status = clarke_bench_load(cli->operand[0], &a);
    if (status == CLARKE_OK) status = clarke_bench_load(cli->operand[1], &b);
    if (status == CLARKE_OK) status = clarke_bench_compare(cli, out, &a, &b);
    clarke_bench_close(&a);
    clarke_bench_close(&b);
    return status;
}

static clarke_status compare_is_folder(const char *path, bool *folder)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return clarke_fail(CLARKE_EINPUT, "there is no file or folder '%s'", path);
    *folder = S_ISDIR(status.st_mode);
    return CLARKE_OK;
}

static clarke_status compare_run(clarke_cli *cli)
{
    bool a, b;
    FILE *out;
    CLARKE_TRY(compare_is_folder(cli->operand[0], &a));
    CLARKE_TRY(compare_is_folder(cli->operand[1], &b));
    if (a != b)
        return clarke_fail(CLARKE_EUSAGE, "two results folders or two benchmarks are compared, not "
                                          "one of each");
    CLARKE_TRY(clarke_cli_open(cli, &out));
    const clarke_status status = a ? compare_folders(cli, out) : compare_benchmarks(cli, out);
    const clarke_status closed = clarke_cli_close(cli, out);
    return status != CLARKE_OK ? status : closed;
}

static const clarke_option compare_options[] = {
    {"min-effect", '\0', "E", "benchmarks: least ratio that counts (default 5%; counts 3%)"}, {0}};

const clarke_command_desc clarke_command_compare = {
    .title = "compare two results folders, or two benchmarks",
    .usage = "OLD NEW",
    .text =
        "OLD and NEW are folders that verify wrote, or files that bench --save wrote.\n"
        "Exit status: 0 nothing worse; 1 a verdict is worse or another, or a kernel slower; 2 not\n"
        "comparable as a whole: cases or rows that only one of them has, or too few\n"
        "processes.\n",
    .options = compare_options,
    .operands_min = 2,
    .operands_max = 2,
    .takes = CLARKE_TAKES_OUTPUT | CLARKE_TAKES_ALPHA,
    .run = compare_run,
};
