/* Where the time of a verify goes: CPU seconds by claim and of the heaviest cases, in a file of their
   own, since no result may depend on them. */
#pragma once

#include "cli/lib/cli.h"

#include "engine/plan.h"

#include <stdio.h>

typedef struct {
    const char *path;
    FILE *out; /* NULL: nobody asked */
    const clarke_plan *plan;
    double *running, *judging; /* [plan->count] seconds */
    size_t *looks;             /* [plan->count] */
} clarke_timings;

/* `path` may be NULL; one that cannot be written is told at once. */
clarke_status clarke_timings_open(const clarke_plan *plan, const char *path, clarke_arena *mem,
                                  clarke_timings *t);
/* A clarke_scheduler_options spent function; self is a clarke_timings. */
void clarke_timings_add(void *self, const clarke_case *c, double running, double judging);
/* Two Markdown tables: every claim, and the heaviest cases, by falling time; closes the file. */
clarke_status clarke_timings_close(clarke_timings *t, clarke_arena *mem);
