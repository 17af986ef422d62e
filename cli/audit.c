/* clarke audit: the verifier's own power and false-alarm rate. Faults are put into methods and
   services, one at a time, and the claims must object; correct re-writings and fresh seeds must not
   make them. */
#include "cli/lib/audit.h"
#include "cli/lib/audit_probes.h"
#include "cli/lib/audit_report.h"
#include "cli/lib/suite.h"

#include <string.h>

static bool audit_wants(const clarke_cli *cli, const char *kind)
{
    const char *only = clarke_cli_value(cli, "only");
    return !only || strcmp(only, kind) == 0;
}

static clarke_status audit_options(const clarke_cli *cli, size_t *mutants, size_t *seeds)
{
    static const char *const kind[] = {"named", "mutants", "seeds"};
    const char *only = clarke_cli_value(cli, "only");
    bool known = !only;
    for (size_t i = 0; only && i < sizeof kind / sizeof kind[0]; i++)
        known |= strcmp(only, kind[i]) == 0;
    if (!known)
        return clarke_fail(CLARKE_EUSAGE, "--only: '%s' is not one of named, mutants, seeds", only);
    CLARKE_TRY(clarke_cli_count(cli, "mutants", 300, mutants));
    CLARKE_TRY(clarke_cli_count(cli, "seeds", 3, seeds));
    if (*mutants > 100000 || *seeds > 10000)
        return clarke_fail(CLARKE_EINPUT, "at most 100000 mutants and 10000 seeds");
    if (!audit_wants(cli, "mutants")) *mutants = 0;
    if (!audit_wants(cli, "seeds")) *seeds = 0;
    return CLARKE_OK;
}

/* In portions, so that the meter moves. */
static clarke_status audit_try(const clarke_audit *a, clarke_fault *fault, size_t count,
                               const char *what, clarke_cli_meter *meter)
{
    const size_t portion = 4 * a->cli->jobs;
    for (size_t i = 0; i < count; i += portion) {
        clarke_cli_meter_step(meter, (double)i, (double)count, what);
        CLARKE_TRY(clarke_audit_try(a, fault + i, count - i < portion ? count - i : portion,
                                    a->cli->jobs));
    }
    return CLARKE_OK;
}

static bool audit_counts(const clarke_fault *f)
{
    return f->outcome != CLARKE_FAULT_VOID && f->outcome != CLARKE_FAULT_EQUIVALENT;
}

/* Draws until `wanted` of them compile and change a trace. */
static clarke_status audit_mutants(const clarke_audit *a, size_t wanted, clarke_cli_meter *meter,
                                   clarke_audit_record *record)
{
    const size_t portion = 4 * a->cli->jobs, room = 20 * wanted + portion;
    uint64_t draw = 0;
    size_t counted = 0;
    record->mutant = clarke_alloc_array(a->cli->mem, room, sizeof *record->mutant);
    CLARKE_TRY(clarke_arena_status(a->cli->mem));
    while (counted < wanted && record->mutants + portion <= room) {
        clarke_fault *f = record->mutant + record->mutants;
        clarke_cli_meter_step(meter, (double)counted, (double)wanted, "mutants");
        CLARKE_TRY(clarke_audit_mutants(a, portion, f, &draw));
        record->mutants += portion;
        CLARKE_TRY(clarke_audit_try(a, f, portion, a->cli->jobs));
        for (size_t i = 0; i < portion; i++) counted += audit_counts(&f[i]);
    }
    if (counted >= wanted) return CLARKE_OK;
    return clarke_fail(CLARKE_EINTERNAL, "of %zu mutants only %zu change a trace", record->mutants,
                       counted);
}

static clarke_status audit_work(const clarke_audit *a, size_t mutants, size_t seeds,
                                clarke_cli_meter *meter, clarke_audit_record *record)
{
    CLARKE_TRY(audit_try(a, record->named, record->nameds, "named faults", meter));
    CLARKE_TRY(audit_mutants(a, mutants, meter, record));
    for (size_t s = 1; s <= seeds; s++) {
        size_t runs, alarms;
        clarke_cli_meter_step(meter, (double)s, (double)seeds, "fresh seeds");
        CLARKE_TRY(clarke_audit_fresh(a, a->seed + 1000 * s, &runs, &alarms));
        record->fresh_runs += runs;
        record->fresh_alarms += alarms;
    }
    return CLARKE_OK;
}

static clarke_status audit_all(clarke_cli *cli, const clarke_audit *a, size_t mutants, size_t seeds,
                               clarke_audit_record *record)
{
    clarke_cli_meter meter;
    clarke_cli_meter_begin(&meter, cli);
    const clarke_status status = audit_work(a, mutants, seeds, &meter, record);
    clarke_cli_meter_end(&meter);
    return status == CLARKE_OK ? clarke_audit_report(cli, a, record) : status;
}

/* The faults are read first: one that there is not need not wait for the suite. */
static clarke_status audit_open_all(clarke_cli *cli, clarke_audit *a, size_t mutants, size_t seeds,
                                    clarke_audit_record *record)
{
    if (audit_wants(cli, "named"))
        CLARKE_TRY(clarke_audit_named(a, &record->named, &record->nameds));
    CLARKE_TRY(clarke_audit_open(cli, a));
    return audit_all(cli, a, mutants, seeds, record);
}

/* Whether every named fault and variant can still be put in; nothing is compiled or run. */
static clarke_status audit_dry_run(clarke_cli *cli)
{
    const clarke_audit a = {.cli = cli, .root = clarke_audit_root(cli)};
    clarke_fault *fault;
    size_t count, stale = 0;
    FILE *out;
    CLARKE_TRY(clarke_audit_named(&a, &fault, &count));
    CLARKE_TRY(clarke_cli_open(cli, &out));
    for (size_t i = 0; i < count; i++) {
        if (!fault[i].text) fprintf(out, "  stale: %s: %s\n", fault[i].id, fault[i].detail);
        stale += !fault[i].text;
        clarke_arena_free(fault[i].mem);
    }
    fprintf(out, "%zu named faults and variants, %zu of them stale\n", count, stale);
    cli->exit_status = stale > 0;
    return clarke_cli_close(cli, out);
}

/* A suite that is none is told before anything is put in. */
static clarke_status audit_suite(const clarke_cli *cli)
{
    clarke_suite suite;
    return clarke_cli_suite(cli, "audit", &suite);
}

static clarke_status audit_run_command(clarke_cli *cli)
{
    clarke_audit a = {.cli = cli, .root = clarke_audit_root(cli)};
    clarke_audit_record record = {0};
    size_t mutants, seeds;
    CLARKE_TRY(audit_options(cli, &mutants, &seeds));
    if (clarke_cli_has(cli, "probes")) return clarke_audit_probes_serve(cli);
    if (cli->dry_run) return audit_dry_run(cli);
    CLARKE_TRY(audit_suite(cli));
    const clarke_status status = audit_open_all(cli, &a, mutants, seeds, &record);
    for (size_t i = 0; i < record.nameds; i++) clarke_arena_free(record.named[i].mem);
    for (size_t i = 0; i < record.mutants; i++) clarke_arena_free(record.mutant[i].mem);
    if (!a.work) return status;
    char message[1024];
    snprintf(message, sizeof message, "%s", clarke_message());
    const clarke_status closed = clarke_audit_close(&a);
    return status == CLARKE_OK ? closed : clarke_fail(status, "%s", message);
}

static const clarke_option audit_option_table[] = {
    {"mutants", '\0', "N", "how many random mutants that change a trace (default 300)"},
    {"seeds", '\0', "N", "how many fresh seeds (default 3)"},
    {"only", '\0', "KIND", "only named, mutants, or seeds"},
    {"fault", '\0', "GLOB", "only named faults and variants that match"},
    {"suite", '\0', "NAME|FILE", "what judges (default audit)"},
    {"source", '\0', "DIR", "the source tree (default: the one this program was built from)"},
    {"probes", '\0', "DIR",
     "what clarke calls its own process for short runs with, as the next two"},
    {"base", '\0', "DIR", "their traces without a fault"},
    {"first", '\0', NULL, "none after one that differs"},
    {0}};

const clarke_command_desc clarke_command_audit = {
    .title = "the verifier's own power and false-alarm rate, measured",
    .usage = "",
    .text =
        "Each fault is compiled into an object that is loaded before the library; the suite audit\n"
        "judges the methods whose traces it changes. Writes audit.md and audit.json to --out\n"
        "(default audit), and reports of later verify commands of this build quote it.\n"
        "Exit status: 0 as it should be; 1 a variant or a fresh seed was accused, a fault is void,\n"
        "or a named fault survived that should not; 2 the share of mutants caught is below 0.95.\n",
    .options = audit_option_table,
    .operands_min = 0,
    .operands_max = 0,
    .takes = CLARKE_TAKES_JOBS | CLARKE_TAKES_SEED | CLARKE_TAKES_OUT | CLARKE_TAKES_DRY_RUN |
             CLARKE_TAKES_OUTPUT | CLARKE_TAKES_PROGRESS,
    .run = audit_run_command,
};
