#include "cli/lib/audit_report.h"

#include "cli/lib/audit_matrix.h"
#include "cli/lib/audit_sentence.h"
#include "engine/folder.h"
#include "engine/json.h"

#include <gsl/gsl_cdf.h>
#include <stdlib.h>
#include <string.h>

/* One-sided 95 % bounds of Clopper and Pearson (1934) for `hits` of `count`. */
static double report_low(size_t hits, size_t count)
{
    return hits == 0 ? 0.0 : gsl_cdf_beta_Pinv(0.05, (double)hits, (double)(count - hits + 1));
}

static double report_high(size_t hits, size_t count)
{
    return hits >= count ? 1.0
                         : gsl_cdf_beta_Pinv(0.95, (double)(hits + 1), (double)(count - hits));
}

typedef struct {
    size_t all, of[CLARKE_FAULT_SURVIVED + 1];
    size_t seen;  /* neither void nor equivalent */
    size_t found; /* of these: caught, or the program stopped, or a value was not finite */
} tally;

static tally report_tally(const clarke_fault *fault, size_t count, clarke_fault_kind kind,
                          const char *method)
{
    tally t = {0};
    for (size_t i = 0; i < count; i++) {
        if (fault[i].kind != kind) continue;
        if (method && (!fault[i].method || strcmp(fault[i].method, method) != 0)) continue;
        t.all++;
        t.of[fault[i].outcome]++;
    }
    t.found = t.of[CLARKE_FAULT_CAUGHT] + t.of[CLARKE_FAULT_NONFINITE] + t.of[CLARKE_FAULT_STOPPED];
    t.seen = t.found + t.of[CLARKE_FAULT_SURVIVED];
    return t;
}

/* ---- the document ---- */

static void report_place(FILE *out, const clarke_fault *f)
{
    fprintf(out, "%s:%zu, %s", f->path, f->line, *f->function ? f->function : "whole file");
}

static void report_summary(FILE *out, const clarke_audit_record *r)
{
    const tally m = report_tally(r->mutant, r->mutants, CLARKE_FAULT_MUTANT, NULL);
    const tally n = report_tally(r->named, r->nameds, CLARKE_FAULT_NAMED, NULL);
    const tally v = report_tally(r->named, r->nameds, CLARKE_FAULT_VARIANT, NULL);
    fprintf(out, "# Audit\n\n| | count |\n|---|---|\n");
    if (r->mutants > 0) {
        fprintf(out, "| random mutants drawn | %zu |\n", m.all);
        fprintf(out, "| of these do not compile | %zu |\n", m.of[CLARKE_FAULT_VOID]);
        fprintf(out, "| change no probe's trace | %zu |\n", m.of[CLARKE_FAULT_EQUIVALENT]);
        fprintf(out, "| are left | %zu |\n", m.seen);
        fprintf(out, "| caught by a claim | %zu |\n", m.of[CLARKE_FAULT_CAUGHT]);
        fprintf(out, "| caught by a value that is not finite | %zu |\n",
                m.of[CLARKE_FAULT_NONFINITE]);
        fprintf(out, "| stopped the program | %zu |\n", m.of[CLARKE_FAULT_STOPPED]);
        fprintf(out, "| survived | %zu |\n", m.of[CLARKE_FAULT_SURVIVED]);
    }
    if (m.seen > 0)
        fprintf(out, "| **share found** (at least, with 95 %% confidence) | %.3f (%.3f) |\n",
                (double)m.found / (double)m.seen, report_low(m.found, m.seen));
    if (r->nameds > 0) {
        fprintf(out, "| named faults | %zu |\n| found | %zu |\n", n.all, n.found);
        fprintf(out, "| survived | %zu |\n",
                n.of[CLARKE_FAULT_SURVIVED] + n.of[CLARKE_FAULT_EQUIVALENT]);
        fprintf(out, "| void | %zu |\n", n.of[CLARKE_FAULT_VOID] + v.of[CLARKE_FAULT_VOID]);
        fprintf(out, "| correct variants | %zu |\n| accused | %zu |\n", v.all, v.found);
    }
    if (r->fresh_runs > 0)
        fprintf(out,
                "| claims judged with fresh seeds | %zu |\n| refuted wrongly (at most, with 95 %% "
                "confidence) | %zu (%.2g) |\n",
                r->fresh_runs, r->fresh_alarms, report_high(r->fresh_alarms, r->fresh_runs));
}

static void report_methods(FILE *out, const clarke_audit *a, const clarke_audit_record *r)
{
    const char *last = "";
    fprintf(out, "\n## By method\n\nMutants by the first method whose traces they change.\n\n"
                 "| method | mutants | found | share, at least |\n|---|---|---|---|\n");
    for (size_t i = 0; i < a->probes; i++) {
        const char *method = a->probe[i].method;
        if (strcmp(method, last) == 0) continue;
        last = method;
        const tally t = report_tally(r->mutant, r->mutants, CLARKE_FAULT_MUTANT, method);
        if (t.seen > 0)
            fprintf(out, "| %s | %zu | %zu | %.3f, %.3f |\n", method, t.seen, t.found,
                    (double)t.found / (double)t.seen, report_low(t.found, t.seen));
    }
}

static size_t report_said(const clarke_fault_catch *said, size_t count, const char *claim)
{
    size_t found = 0;
    for (size_t k = 0; k < count; k++) found += strcmp(said[k].claim, claim) == 0;
    return found;
}

static size_t report_catches(const clarke_fault *fault, size_t count, const char *claim)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += report_said(fault[i].caught, fault[i].catches, claim);
    return found;
}

static size_t report_opens(const clarke_fault *fault, size_t count, const char *claim)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) found += report_said(fault[i].opened, fault[i].opens, claim);
    return found;
}

static size_t report_backs(const clarke_fault *fault, size_t count, const char *claim)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < fault[i].backs; k++)
            found += strcmp(fault[i].stood_back[k], claim) == 0;
    return found;
}

/* Claims and methods that nothing of the audit asks about. */
static void report_unasked(FILE *out, const clarke_audit *a)
{
    size_t count = 0;
    for (size_t i = 0; i < clarke_claims.count; i++) {
        const char *id = clarke_claims.entry[i].id;
        bool asked = false;
        for (size_t k = 0; k < a->cases; k++) asked |= strcmp(a->base[k].claim, id) == 0;
        if (!asked) fprintf(out, "%s%s", count++ ? ", " : "\nNot in the audit's suite: ", id);
    }
    if (count) fprintf(out, ".\n");
    count = 0;
    for (size_t i = 0; i < clarke_methods.count; i++) {
        const char *id = clarke_methods.entry[i].id;
        if (!clarke_audit_judges(a, id))
            fprintf(out, "%s%s",
                    count++ ? ", "
                            : "\nMethods that no claim of it judges, and that have no mutants: ",
                    id);
    }
    if (count) fprintf(out, ".\n");
}

/* Claims that never object are a defect of the claims. Of a mutant only the first method's claims
   are asked. */
static void report_claims(FILE *out, const clarke_audit *a, const clarke_audit_record *r)
{
    fprintf(out,
            "\n## By claim\n\nA claim stands back where a hypothesis of it fails with the fault "
            "and holds without it; what it says is then not judged. In the last column are the "
            "named faults among these that it refutes where its gate is bypassed.\n\n| claim | "
            "cases supported | named faults it catches | mutants it catches | faults it stands "
            "back from | and would catch |\n|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < a->cases; i++) {
        const char *claim = a->base[i].claim;
        size_t supported = 0;
        bool seen = false;
        for (size_t k = 0; k < a->cases; k++) {
            if (strcmp(a->base[k].claim, claim) != 0) continue;
            seen |= k < i;
            supported += a->base[k].role == CLARKE_ROLE_CLAIM &&
                         a->base[k].verdict == CLARKE_SUPPORTED;
        }
        if (seen || supported == 0) continue;
        const size_t named = report_catches(r->named, r->nameds, claim);
        const size_t mutants = report_catches(r->mutant, r->mutants, claim);
        const size_t backs = report_backs(r->named, r->nameds, claim) +
                             report_backs(r->mutant, r->mutants, claim);
        const size_t opens = report_opens(r->named, r->nameds, claim);
        fprintf(out, "| %s | %zu | %zu | %zu | %zu | %zu |%s\n", claim, supported, named, mutants,
                backs, opens,
                named + mutants > 0 ? ""
                : opens > 0         ? " it objects with its gate bypassed only"
                                    : " **it never objected**");
    }
    report_unasked(out, a);
}

/* In a cell of a table: bars are escaped, a line's end is a blank. */
static void report_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '|') fputc('\\', out);
        fputc(*text == '\n' ? ' ' : *text, out);
    }
}

static void report_fault(FILE *out, const clarke_fault *f)
{
    fprintf(out, "| %s | ", f->id);
    report_place(out, f);
    fprintf(out, " | ");
    report_text(out, f->about);
    fprintf(out, " | %s | ", clarke_fault_outcome_text(f->outcome));
    for (size_t k = 0, shown = 0; k < f->catches && shown < 6; k++) {
        bool again = false;
        for (size_t i = 0; i < k; i++) again |= strcmp(f->caught[i].claim, f->caught[k].claim) == 0;
        if (!again) fprintf(out, "%s%s", shown++ ? ", " : "", f->caught[k].claim);
    }
    if (f->catches > 0) fprintf(out, ": ");
    if (f->catches > 0) report_text(out, f->caught[0].sentence);
    if (f->detail) report_text(out, f->detail);
    if (f->survives) report_text(out, f->survives);
    fprintf(out, " |\n");
}

static void report_list(FILE *out, const char *heading, const clarke_fault *fault, size_t count,
                        clarke_fault_kind kind, bool survivors_only)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (fault[i].kind != kind) continue;
        if (survivors_only && fault[i].outcome != CLARKE_FAULT_SURVIVED) continue;
        if (!any)
            fprintf(out, "\n## %s\n\n| id | where | what | outcome | by |\n|---|---|---|---|---|\n",
                    heading);
        any = true;
        report_fault(out, &fault[i]);
    }
}

static clarke_status report_markdown(const clarke_cli *cli, const clarke_audit *a,
                                     const clarke_audit_record *r)
{
    clarke_folder_file f;
    CLARKE_TRY(clarke_folder_open(&f, cli->out, "audit.md"));
    report_summary(f.file, r);
    if (r->mutants > 0) report_methods(f.file, a, r);
    report_claims(f.file, a, r);
    clarke_audit_matrix(f.file, a, r);
    report_list(f.file, "Named faults", r->named, r->nameds, CLARKE_FAULT_NAMED, false);
    report_list(f.file, "Variants", r->named, r->nameds, CLARKE_FAULT_VARIANT, false);
    report_list(f.file, "Mutants that survived", r->mutant, r->mutants, CLARKE_FAULT_MUTANT, true);
    return clarke_folder_close(&f, CLARKE_OK);
}

/* ---- the records ---- */

static clarke_status report_catch_json(const clarke_fault_catch *c, json_t *o)
{
    CLARKE_TRY(clarke_json_set_text(o, "claim", c->claim));
    CLARKE_TRY(clarke_json_set_text(o, "case", c->id));
    return clarke_json_set_text(o, "sentence", c->sentence);
}

static clarke_status report_catches_json(const clarke_fault_catch *list, size_t count,
                                         const char *name, json_t *o)
{
    json_t *array = json_array();
    CLARKE_TRY(clarke_json_set_new(o, name, array));
    for (size_t k = 0; k < count; k++) {
        json_t *one = json_object();
        if (json_array_append_new(array, one) != 0)
            return clarke_fail(CLARKE_ENOMEM, "out of memory");
        CLARKE_TRY(report_catch_json(&list[k], one));
    }
    return CLARKE_OK;
}

static clarke_status report_fault_json(const clarke_fault *f, json_t *o)
{
    static const char *const kind[] = {"named", "mutant", "variant"};
    json_t *backs = json_array();
    CLARKE_TRY(clarke_json_set_new(o, "stood_back", backs));
    for (size_t k = 0; k < f->backs; k++)
        if (json_array_append_new(backs, json_string(f->stood_back[k])) != 0)
            return clarke_fail(CLARKE_ENOMEM, "out of memory");
    CLARKE_TRY(clarke_json_set_text(o, "kind", kind[f->kind]));
    CLARKE_TRY(clarke_json_set_text(o, "id", f->id));
    CLARKE_TRY(clarke_json_set_text(o, "about", f->about));
    CLARKE_TRY(clarke_json_set_text(o, "file", f->path));
    CLARKE_TRY(clarke_json_set_text(o, "function", f->function));
    CLARKE_TRY(clarke_json_set_count(o, "line", f->line));
    CLARKE_TRY(clarke_json_set_text(o, "method", f->method));
    CLARKE_TRY(clarke_json_set_text(o, "outcome", clarke_fault_outcome_text(f->outcome)));
    CLARKE_TRY(clarke_json_set_text(o, "detail", f->detail ? f->detail : f->survives));
    CLARKE_TRY(report_catches_json(f->opened, f->opens, "ungated", o));
    return report_catches_json(f->caught, f->catches, "caught", o);
}

static clarke_status report_faults_json(const clarke_fault *fault, size_t count, json_t *array)
{
    for (size_t i = 0; i < count; i++) {
        json_t *o = json_object();
        if (json_array_append_new(array, o) != 0)
            return clarke_fail(CLARKE_ENOMEM, "out of memory");
        CLARKE_TRY(report_fault_json(&fault[i], o));
    }
    return CLARKE_OK;
}

static clarke_status report_json(const clarke_cli *cli, const clarke_audit_record *r)
{
    clarke_folder_file f;
    json_t *document = json_object(), *faults = json_array();
    clarke_status status = clarke_json_set_new(document, "faults", faults);
    if (status == CLARKE_OK) status = clarke_json_set_text(document, "schema", "clarke-audit");
    if (status == CLARKE_OK) status = clarke_json_set_count(document, "schema_version", 1);
    if (status == CLARKE_OK) status = clarke_json_set_count(document, "seed", (size_t)cli->seed);
    if (status == CLARKE_OK) status = clarke_json_set_count(document, "fresh_runs", r->fresh_runs);
    if (status == CLARKE_OK)
        status = clarke_json_set_count(document, "fresh_alarms", r->fresh_alarms);
    if (status == CLARKE_OK) status = report_faults_json(r->named, r->nameds, faults);
    if (status == CLARKE_OK) status = report_faults_json(r->mutant, r->mutants, faults);
    if (status == CLARKE_OK) status = clarke_folder_open(&f, cli->out, "audit.json");
    if (status == CLARKE_OK) status = clarke_folder_close(&f, clarke_json_write(document, f.file));
    json_decref(document);
    return status;
}

/* ---- the verdict ---- */

static int report_status(const clarke_audit_record *r)
{
    const tally m = report_tally(r->mutant, r->mutants, CLARKE_FAULT_MUTANT, NULL);
    size_t wrong = r->fresh_alarms;
    for (size_t i = 0; i < r->nameds; i++) {
        const clarke_fault *f = &r->named[i];
        const bool found = f->outcome == CLARKE_FAULT_CAUGHT ||
                           f->outcome == CLARKE_FAULT_NONFINITE ||
                           f->outcome == CLARKE_FAULT_STOPPED;
        wrong += f->outcome == CLARKE_FAULT_VOID;
        if (f->kind == CLARKE_FAULT_VARIANT)
            wrong += found;
        else if (f->outcome != CLARKE_FAULT_VOID)
            wrong += found == (f->survives != NULL);
    }
    if (wrong > 0) return 1;
    return m.seen > 0 && (double)m.found < 0.95 * (double)m.seen ? 2 : 0;
}

/* Whole audits only: a part says nothing of the build. */
static clarke_status report_sentence(const clarke_cli *cli, const clarke_audit *a,
                                     const clarke_audit_record *r)
{
    const tally m = report_tally(r->mutant, r->mutants, CLARKE_FAULT_MUTANT, NULL);
    const tally n = report_tally(r->named, r->nameds, CLARKE_FAULT_NAMED, NULL);
    if (m.seen == 0 || n.all == 0 || r->fresh_runs == 0 || clarke_cli_has(cli, "fault") ||
        clarke_cli_has(cli, "suite"))
        return CLARKE_OK;
    return clarke_audit_sentence_write(
        a->program,
        clarke_arena_printf(
            cli->mem,
            "of %zu random faults %.1f %% were found (at least %.1f %% with 95 %% confidence), of "
            "%zu named ones %zu; of %zu claims judged with fresh seeds %zu were refuted wrongly "
            "(at most %.2g of all with 95 %% confidence).",
            m.seen, 100.0 * (double)m.found / (double)m.seen, 100.0 * report_low(m.found, m.seen),
            n.all, n.found, r->fresh_runs, r->fresh_alarms,
            report_high(r->fresh_alarms, r->fresh_runs)),
        cli->mem);
}

clarke_status clarke_audit_report(clarke_cli *cli, const clarke_audit *a,
                                  const clarke_audit_record *record)
{
    FILE *out;
    if (!cli->out_given) cli->out = "audit";
    CLARKE_TRY(clarke_cli_make_folder(cli->out));
    CLARKE_TRY(report_markdown(cli, a, record));
    CLARKE_TRY(report_json(cli, record));
    CLARKE_TRY(report_sentence(cli, a, record));
    cli->exit_status = report_status(record);
    CLARKE_TRY(clarke_cli_open(cli, &out));
    report_summary(out, record);
    fprintf(out, "\nthe whole of it: %s/audit.md, %s/audit.json\n", cli->out, cli->out);
    return clarke_cli_close(cli, out);
}
