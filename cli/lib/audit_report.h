/* What an audit found, written down. */
#pragma once

#include "cli/lib/audit.h"

typedef struct {
    clarke_fault *named, *mutant; /* variants are among the named */
    size_t nameds, mutants;
    size_t fresh_runs, fresh_alarms; /* claims judged with fresh seeds, and refuted wrongly */
} clarke_audit_record;

/* Writes audit.md and audit.json, the sentence for later reports, and the summary; sets the exit
   status. */
clarke_status clarke_audit_report(clarke_cli *cli, const clarke_audit *a,
                                  const clarke_audit_record *record);
