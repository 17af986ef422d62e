/* The program run by an audit, with and without a fault. */
#pragma once

#include "cli/lib/audit.h"

/* What is judged: by a suite, for one method (NULL: all, by all jobs), with a seed, to the end or to
   the first claim that is refuted; `folder` gets the results. */
typedef struct {
    const char *object, *suite, *method, *folder;
    bool first;
    uint64_t seed;
} clarke_audit_job;

/* *status is the exit status, or what clarke_audit_hangs knows. */
clarke_status clarke_audit_verify(const clarke_audit *a, const clarke_audit_job *job,
                                  clarke_arena *mem, int *status);
/* The probe's trace and exit status, with `object` loaded first (NULL: none). */
clarke_status clarke_audit_probe_run(const clarke_audit *a, const clarke_audit_probe *p,
                                     const char *object, const char *folder, clarke_arena *mem,
                                     const char **trace, size_t *length, int *status);
/* Ended by the clock, or by the kernel: SIGXCPU, then SIGKILL. */
bool clarke_audit_hangs(int status);
