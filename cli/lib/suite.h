/* What verify and replay share: finding the suites, executing a plan with progress. */
#pragma once

#include "cli/lib/cli.h"

#include "engine/scheduler.h"
#include "engine/suite.h"

/* Where suites are looked for: beside an installed program, then in the source tree. Ends with
   NULL; lives in cli->mem. */
clarke_status clarke_cli_suite_folders(const clarke_cli *cli, const char *const **folders);
/* Loads and plans --suite (default `fallback`, or "standard" if that is NULL); --alpha replaces the
   suite's. */
clarke_status clarke_cli_suite(const clarke_cli *cli, const char *fallback, clarke_suite *suite);

/* Progress on stderr, with the time left. */
typedef struct {
    const clarke_cli *cli;
    clarke_progress kind;
    double begun, shown;
} clarke_cli_meter;
void clarke_cli_meter_begin(clarke_cli_meter *meter, const clarke_cli *cli);
/* A clarke_scheduler_options progress function; self is a clarke_cli_meter. */
void clarke_cli_meter_step(void *self, double done, double total, const char *what);
void clarke_cli_meter_end(clarke_cli_meter *meter);
