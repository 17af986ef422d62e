/* The program run by an audit, with and without a fault. */
#pragma once

#include "cli/lib/audit.h"

/* What is judged: by a suite, for one method (NULL: all, by all jobs), with a seed, to the end or to
   the first claim that is refuted, with what claims would say whose hypotheses fail; `folder` gets the
   results. */
typedef struct {
    const char *object, *suite, *method, *folder;
    bool first, ungated;
    uint64_t seed;
} clarke_audit_job;

/* *status is the exit status, or what clarke_audit_hangs knows. */
clarke_status clarke_audit_verify(const clarke_audit *a, const clarke_audit_job *job,
                                  clarke_arena *mem, int *status);
/* The process that runs the probes of `folder` (cli/lib/audit_probes.h), with `object` loaded first and
   compared with those without (NULL: none). */
clarke_status clarke_audit_probes_run(const clarke_audit *a, const char *object, const char *folder,
                                      bool first, clarke_arena *mem, int *status);
/* What the process ends a probe with that it cannot start. */
enum { CLARKE_AUDIT_FAILED = 4 };
/* Ended by the clock, or by the kernel: SIGXCPU, then SIGKILL. */
bool clarke_audit_hangs(int status);
