/* Which cases of a suite --claim, --method, --problem and --like leave. */
#pragma once

#include "cli/lib/cli.h"
#include "engine/suite.h"

/* Sets selected[i] for each case of the plan; how many are left. */
size_t clarke_cli_filter(const clarke_cli *cli, const clarke_plan *plan, bool *selected);
/* The failure where none is left: names a filter that fits no case by itself, with the names of the
   suite that are nearest. */
clarke_status clarke_cli_filter_nothing(const clarke_cli *cli, const clarke_suite *suite);
