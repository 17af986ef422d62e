/* clarke certify: machine proofs of declared stationary sets, each checked again by other code. */
#include "verify/certify.h"
#include "cli/lib/cli.h"
#include "engine/json.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <time.h>

typedef struct {
    const clarke_problem *p;
    clarke_certify_task task;
    size_t recorded; /* boxes in the problem's file; 0: none */
    clarke_certify_result result;
    clarke_certificate_summary check;
    bool certified, checked;
    double seconds;
} certify_row;

/* ---- one proof ---- */

static double certify_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static clarke_status certify_write(certify_row *row, FILE *file, clarke_arena *mem)
{
    clarke_certificate c;
    CLARKE_TRY(clarke_certificate_begin(&c, file, row->p, &row->task));
    const double begin = certify_now();
    CLARKE_TRY(clarke_certify(row->p, &row->task, clarke_certificate_leaf, &c, mem, &row->result));
    row->seconds = certify_now() - begin;
    CLARKE_TRY(clarke_certificate_end(&c));
    row->certified = row->result.unresolved == 0;
    if (!row->certified) return CLARKE_OK;
    rewind(file);
    CLARKE_TRY(clarke_certificate_check(file, true, &row->check));
    row->checked = row->check.accepted;
    return CLARKE_OK;
}

/* The certificate goes to `path`, or to a file that nobody sees; the checker reads it back. */
static clarke_status certify_prove(certify_row *row, const char *path, clarke_arena *mem)
{
    if (row->task.without) return clarke_certify(row->p, &row->task, NULL, NULL, mem, &row->result);
    FILE *file = path ? fopen(path, "w+") : tmpfile();
    if (!file)
        return clarke_fail(CLARKE_EIO, "cannot write %s: %s", path ? path : "a temporary file",
                           strerror(errno));
    const clarke_status status = certify_write(row, file, mem);
    const bool failed = fclose(file) != 0;
    if (path && !row->certified) remove(path); /* what is unfinished is no certificate */
    if (status == CLARKE_OK && failed)
        return clarke_fail(CLARKE_EIO, "cannot write %s", path ? path : "a temporary file");
    return status;
}

/* ---- the table ---- */

static const char *certify_verdict(const certify_row *row)
{
    if (!row->certified) return "not certified";
    if (!row->checked) return "rejected by the checker";
    if (row->recorded && row->recorded != row->result.boxes) return "yes, not as recorded";
    return "yes";
}

static void certify_head(FILE *out, size_t format)
{
    if (format == 0)
        fprintf(out, "%-36s %1s %-6s %-12s %7s %8s %7s %8s  %s\n", "problem", "n", "set", "box",
                "delta", "boxes", "inside", "seconds", "checked");
    if (format == 1)
        fprintf(out, "| problem | n | set | box | delta | boxes | inside | seconds | checked |\n"
                     "|---|---|---|---|---|---|---|---|---|\n");
}

static clarke_status certify_json(FILE *out, const certify_row *row)
{
    json_t *object = json_object();
    if (!object) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    clarke_status status = clarke_json_set_text(object, "problem", row->p->spec);
#define CERTIFY_SET(call)                                                                          \
    if (status == CLARKE_OK) status = call
    CERTIFY_SET(clarke_json_set_count(object, "n", row->p->n));
    CERTIFY_SET(clarke_json_set_text(object, "set", row->task.field ? "field" : "clarke"));
    CERTIFY_SET(clarke_json_set_real(object, "low", row->task.low));
    CERTIFY_SET(clarke_json_set_real(object, "high", row->task.high));
    CERTIFY_SET(clarke_json_set_real(object, "delta", row->task.delta));
    CERTIFY_SET(clarke_json_set_count(object, "boxes", row->result.boxes));
    CERTIFY_SET(clarke_json_set_count(object, "inside", row->result.inside));
    CERTIFY_SET(clarke_json_set_count(object, "unresolved", row->result.unresolved));
    CERTIFY_SET(clarke_json_set_real(object, "seconds", row->seconds));
    CERTIFY_SET(clarke_json_set_bool(object, "certified", row->certified));
    CERTIFY_SET(clarke_json_set_bool(object, "checked", row->checked));
    CERTIFY_SET(clarke_json_set_text(object, "outside", row->p->desc->outside));
    CERTIFY_SET(clarke_json_write(object, out));
#undef CERTIFY_SET
    json_decref(object);
    return status;
}

static void certify_unresolved(FILE *out, const certify_row *row)
{
    const clarke_certify_result *r = &row->result;
    if (r->unresolved == 0) return;
    fprintf(out, "  %zu%s unresolved boxes, of width %.3g:\n", r->unresolved,
            r->complete ? "" : " or more", r->width);
    for (size_t k = 0; k < r->unresolved && k < 8; k++) {
        for (size_t i = 0; i < row->p->n; i++)
            fprintf(out, "%s%.9g", i ? ", " : "    at ", r->where[k][i]);
        fprintf(out, "\n");
    }
}

static clarke_status certify_print(FILE *out, size_t format, const certify_row *row)
{
    char box[32];
    if (format == 2) return certify_json(out, row);
    snprintf(box, sizeof box, "[%g, %g]", row->task.low, row->task.high);
    fprintf(out,
            format == 0 ? "%-36s %zu %-6s %-12s %7g %8zu %7zu %8.3f  %s\n"
                        : "| %s | %zu | %s | %s | %g | %zu | %zu | %.3f | %s |\n",
            row->p->spec, row->p->n, row->task.field ? "field" : "Clarke", box, row->task.delta,
            row->result.boxes, row->result.inside, row->seconds, certify_verdict(row));
    if (row->certified && !row->checked) fprintf(out, "  %s\n", row->check.reason);
    if (format == 0) certify_unresolved(out, row);
    return CLARKE_OK;
}

static bool certify_good(const certify_row *row)
{
    return row->certified && row->checked &&
           (row->recorded == 0 || row->recorded == row->result.boxes);
}

/* ---- which proofs ---- */

/* --box, --delta, --field, --without over what the problem's file says. */
static clarke_status certify_options(const clarke_cli *cli, certify_row *row)
{
    const char *box = clarke_cli_value(cli, "box"), *without = clarke_cli_value(cli, "without");
    clarke_list list;
    if (box) {
        CLARKE_TRY(clarke_parse_list(box, "--box", cli->mem, &list));
        if (list.count != 2) return clarke_fail(CLARKE_EINPUT, "--box needs two numbers, LOW,HIGH");
        row->task.low = list.value[0], row->task.high = list.value[1];
    }
    CLARKE_TRY(clarke_cli_real(cli, "delta", row->task.delta, &row->task.delta));
    if (without) {
        CLARKE_TRY(clarke_parse_list(without, "--without", cli->mem, &list));
        if (list.count != row->p->n)
            return clarke_fail(CLARKE_EINPUT, "--without: %zu numbers; %s has %zu variables",
                               list.count, row->p->spec, row->p->n);
        row->task.without = list.value;
    }
    if (box || without || clarke_cli_has(cli, "delta")) row->recorded = 0;
    return CLARKE_OK;
}

static certify_row certify_plan(const clarke_problem *p, const clarke_certifiable *plan)
{
    return (certify_row){.p = p,
                         .task = {plan->low, plan->high, plan->delta, plan->field, NULL, NULL},
                         .recorded = plan->boxes};
}

static clarke_status certify_plan_problem(const char *id, const clarke_certifiable *plan,
                                          clarke_arena *mem, clarke_problem **p)
{
    const char *spec =
        clarke_arena_printf(mem, "%s%s%s", id, *plan->settings ? ":" : "", plan->settings);
    CLARKE_TRY(clarke_arena_status(mem));
    return clarke_problem_from_text(spec, mem, p);
}

/* One instance: as recorded if it is recorded, else over its box to a thousandth of the width. */
static clarke_status certify_one(clarke_cli *cli, const clarke_spec *spec, certify_row *row)
{
    const bool field = clarke_cli_has(cli, "field");
    clarke_problem *p, *q;
    CLARKE_TRY(clarke_problem_make(spec, cli->mem, &p));
    *row = (certify_row){
        .p = p,
        .task = {p->box_low, p->box_high, 1e-3 * (p->box_high - p->box_low), field, NULL, NULL}};
    for (const clarke_certifiable *c = p->desc->certifiable; c && c->settings; c++) {
        CLARKE_TRY(certify_plan_problem(p->id, c, cli->mem, &q));
        /* A name without settings means the first one that is recorded. */
        if (c->field != field || (spec->count > 0 && strcmp(q->spec, p->spec) != 0)) continue;
        *row = certify_plan(q, c);
        break;
    }
    return certify_options(cli, row);
}

static clarke_status certify_step(clarke_cli *cli, FILE *out, size_t format, certify_row *row,
                                  clarke_arena *mem)
{
    if (cli->cancel && atomic_load(cli->cancel))
        return clarke_fail(CLARKE_EINTERRUPTED, "interrupted");
    CLARKE_TRY(certify_prove(row, clarke_cli_value(cli, "save"), mem));
    if (!certify_good(row)) cli->exit_status = 1;
    CLARKE_TRY(certify_print(out, format, row));
    fflush(out);
    return CLARKE_OK;
}

/* Every recorded proof of one problem (NULL: of all). */
static clarke_status certify_recorded(clarke_cli *cli, FILE *out, size_t format, const char *only,
                                      size_t *count)
{
    for (size_t i = 0; i < clarke_problems.count; i++) {
        const clarke_entry *entry = &clarke_problems.entry[i];
        const clarke_problem_desc *desc = entry->desc;
        if (only && strcmp(only, entry->id) != 0) continue;
        for (const clarke_certifiable *c = desc->certifiable; c && c->settings; c++) {
            clarke_problem *p;
            clarke_arena *mem = clarke_arena_new(0);
            if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
            clarke_status status = certify_plan_problem(entry->id, c, mem, &p);
            if (status == CLARKE_OK) {
                certify_row row = certify_plan(p, c);
                status = certify_step(cli, out, format, &row, mem);
            }
            clarke_arena_free(mem);
            CLARKE_TRY(status);
            ++*count;
        }
    }
    return CLARKE_OK;
}

/* Whether the line asks for one instance rather than for all that is recorded. */
static bool certify_is_one(const clarke_cli *cli, const clarke_spec *spec)
{
    static const char *const option[] = {"box", "delta", "field", "without", "save"};
    for (size_t i = 0; i < sizeof option / sizeof option[0]; i++)
        if (clarke_cli_has(cli, option[i])) return true;
    return spec->count > 0 || spec->wrappers > 0;
}

static clarke_status certify_table(clarke_cli *cli, FILE *out, size_t format)
{
    clarke_spec spec = {.id = NULL};
    size_t count = 0;
    const void *found;
    const double begin = certify_now();
    if (cli->operands) CLARKE_TRY(clarke_spec_parse(cli->operand[0], cli->mem, &spec));
    if (spec.id) CLARKE_TRY(clarke_cli_route(cli, &spec, NULL, NULL));
    if (certify_is_one(cli, &spec)) {
        certify_row row;
        if (!spec.id) return clarke_fail(CLARKE_EUSAGE, "these options need a problem");
        CLARKE_TRY(certify_one(cli, &spec, &row));
        certify_head(out, format);
        CLARKE_TRY(certify_step(cli, out, format, &row, cli->mem));
        if (format == 0 && row.p->desc->outside)
            fprintf(out, "outside the box: %s\n", row.p->desc->outside);
        return CLARKE_OK;
    }
    if (spec.id) {
        CLARKE_TRY(clarke_registry_find(&clarke_problems, spec.id, &found));
        if (!((const clarke_problem_desc *)found)->certifiable)
            return clarke_fail(CLARKE_EINPUT, "%s has no recorded proof; give --box and --delta",
                               spec.id);
    }
    certify_head(out, format);
    CLARKE_TRY(certify_recorded(cli, out, format, spec.id, &count));
    if (format == 0)
        fprintf(out, "%zu proofs, %s, %.1f s\n", count,
                cli->exit_status ? "NOT ALL GOOD" : "all certified and checked",
                certify_now() - begin);
    return CLARKE_OK;
}

/* ---- --check ---- */

static clarke_status certify_check(clarke_cli *cli, const char *path, FILE *out)
{
    clarke_certificate_summary s;
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    if (!file) return clarke_fail(CLARKE_EIO, "cannot read %s: %s", path, strerror(errno));
    const clarke_status status = clarke_certificate_check(file, true, &s);
    if (file != stdin) fclose(file);
    CLARKE_TRY(status);
    cli->exit_status = !s.accepted;
    if (!s.accepted) {
        fprintf(out, "%s: REJECTED: %s\n", path, s.reason);
        return CLARKE_OK;
    }
    fprintf(out,
            "%s: accepted. %s: no point of [%g, %g]^%zu farther than %g from the declared %s has 0 "
            "in its %s (%zu boxes fill the cube, %zu of them within delta)\n",
            path, s.problem, s.low, s.high, s.n, s.delta,
            s.field ? "critical set of the field" : "stationary set",
            s.field ? "field" : "Clarke subdifferential", s.leaves, s.inside);
    return CLARKE_OK;
}

static clarke_status certify_run(clarke_cli *cli)
{
    FILE *out;
    size_t format;
    const char *path = clarke_cli_value(cli, "check");
    CLARKE_TRY(clarke_cli_format(cli, "text|md|json", &format));
    if (path && cli->operands)
        return clarke_fail(CLARKE_EUSAGE, "--check takes the problem from the certificate");
    CLARKE_TRY(clarke_cli_open(cli, &out));
    const clarke_status status = path ? certify_check(cli, path, out)
                                      : certify_table(cli, out, format);
    const clarke_status closed = clarke_cli_close(cli, out);
    return status != CLARKE_OK ? status : closed;
}

static const clarke_option certify_options_table[] = {
    {"check", '\0', "FILE", "check a certificate that was saved; - is stdin"},
    {"save", '\0', "FILE", "write the certificate of one problem"},
    {"box", '\0', "LOW,HIGH", "the cube [LOW, HIGH]^n instead of the recorded one"},
    {"delta", '\0', "D", "the resolution instead of the recorded one"},
    {"field", '\0', NULL, "the field of the parts and its critical set, not the Clarke ones"},
    {"without", '\0', "X,Y,...", "a control: leave this declared point out; the proof must fail"},
    {0}};

const clarke_command_desc clarke_command_certify = {
    .title = "machine proofs of the declared stationary sets, in interval arithmetic",
    .usage = "[PROBLEM[:name=value,...]]",
    .text =
        "What is proved: every point of the cube farther than delta from the declared set S has\n"
        "no 0 in its Clarke subdifferential. The proof is a certificate, which a separate checker\n"
        "reads back. Without a PROBLEM all recorded proofs are made again, with a PROBLEM's name\n"
        "its recorded ones, with settings or options that one. The exit status is 1 where a proof\n"
        "fails, where the checker rejects it, or where its size is not the recorded one.\n"
        "--format is text, md or json.\n",
    .options = certify_options_table,
    .operands_max = 1,
    .takes = CLARKE_TAKES_FORMAT | CLARKE_TAKES_OUTPUT | CLARKE_TAKES_SET,
    .run = certify_run,
};
