/* The comparisons of `clarke bench`: with a saved file, with another program, and with itself. */
#pragma once

#include "cli/lib/bench.h"

/* Refuses a --min-effect that is none. */
clarke_status clarke_bench_gate_options(const clarke_cli *cli);
/* --alpha, 0.05 by default. */
double clarke_bench_alpha(const clarke_cli *cli);
/* --min-effect, "5%" or "0.05". */
clarke_status clarke_bench_least(const clarke_cli *cli, double fallback, double *least);

/* `now` against --baseline: suspects are timed again in fresh processes before anything is said.
   Prints, and sets the exit status. */
clarke_status clarke_bench_guard(clarke_cli *cli, const clarke_bench_targets *t,
                                 const clarke_bench_process *how, const clarke_bench *now);
/* This program against --against, in turns; `screens` pairs of processes time every row. */
clarke_status clarke_bench_against(clarke_cli *cli, const clarke_bench_targets *t,
                                   const clarke_bench_process *how, size_t screens);
/* Two saved ones, without timing anything: by times where both have them, otherwise by counts. Sets
   the exit status. */
clarke_status clarke_bench_compare(clarke_cli *cli, FILE *out, const clarke_bench *base,
                                   const clarke_bench *now);
/* False alarms of this program against itself, and how often slow-downs of 5, 10 and 25 % that are
   put in on purpose are caught: by time, in turns as --against takes them, and by instruction
   counts. */
clarke_status clarke_bench_selftest(clarke_cli *cli, const clarke_bench_process *how,
                                    size_t screens);
