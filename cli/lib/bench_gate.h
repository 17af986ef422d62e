/* The comparisons of `clarke bench`: with a saved file, with another program, and with itself. */
#pragma once

#include "cli/lib/bench.h"

/* Refuses a --min-effect that is none. */
clarke_status clarke_bench_gate_options(const clarke_cli *cli);
/* `now` against --baseline: suspects are timed again in fresh processes before anything is said.
   Prints, and sets the exit status. */
clarke_status clarke_bench_guard(clarke_cli *cli, const clarke_bench_targets *t,
                                 const clarke_bench_process *how, const clarke_bench *now);
/* This program against --against, process by process in the order ABBA. */
clarke_status clarke_bench_against(clarke_cli *cli, const clarke_bench_targets *t,
                                   const clarke_bench_process *how, size_t processes);
/* Two saved ones, without timing anything: by times where both have them, otherwise by counts. Sets
   the exit status. */
clarke_status clarke_bench_compare(clarke_cli *cli, FILE *out, const clarke_bench *base,
                                   const clarke_bench *now);
/* False alarms of this program against itself, and how often slow-downs of 5, 10 and 25 % that are
   put in on purpose are caught: by time and by instruction counts. */
clarke_status clarke_bench_selftest(clarke_cli *cli);
