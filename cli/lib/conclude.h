/* What verify and merge share: a results folder is cleared, its records and reports are written, and
   the summary is printed. */
#pragma once

#include "cli/lib/cli.h"

#include <jansson.h>

/* Removes from <out>/<folder> the files that this program wrote there for an earlier suite, which
   would stand beside the new records. */
clarke_status clarke_cli_clear(const clarke_cli *cli, const char *folder, const char *ending);
/* Writes verdicts.jsonl and the reports to cli->out, prints the summary, sets the exit status.
   `records` is sorted by id. */
clarke_status clarke_cli_conclude(clarke_cli *cli, const json_t *records);

/* The key of a selection: begin, then each case in the order of ids. */
#define CLARKE_SELECTION_BEGIN UINT64_C(1)
uint64_t clarke_cli_selection(uint64_t key, const char *id, double alpha);
