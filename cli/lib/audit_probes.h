/* The probes of an audit, run by one process that is started once and forks for each, since starting
   the program takes longer than most of the runs. */
#pragma once

#include "cli/lib/audit.h"

/* A probe with a fault: how it ended, as clarke_audit_hangs knows it, and whether its trace is another. */
typedef struct {
    size_t probe;
    int status;
    bool differs;
} clarke_audit_trial;

/* Reads the probes, and runs them without a fault; what they write is kept in a->work. */
clarke_status clarke_audit_probes_open(clarke_audit *a);
/* Those that are `wanted` [a->probes], with `object` loaded first, in order; with `first` none after one
   that differs. trial has room for all. A fault that ends the program before any run differs at the
   first of them. */
clarke_status clarke_audit_probes_try(const clarke_audit *a, const char *object, const char *folder,
                                      const bool *wanted, bool first, clarke_arena *mem,
                                      clarke_audit_trial *trial, size_t *count);
/* The process itself: `audit --probes FOLDER` runs the lines of FOLDER/probes.txt, writes a line for
   each into FOLDER/trials.txt, and compares with the traces in --base, or keeps its own in FOLDER. */
clarke_status clarke_audit_probes_serve(const clarke_cli *cli);
