/* Two processes that time the same rows in turns, a repetition at a time, on one processor: what
   bench/pairs.h decides on. */
#pragma once

#include "cli/lib/bench.h"

#include "bench/pairs.h"

/* The rows of two programs, compared: how many pairs screen, at which level, for which least effect. */
typedef struct {
    const clarke_bench_process *old, *now;
    size_t screens; /* 2 to CLARKE_PAIRS_SCREEN_MOST */
    double alpha, least;
} clarke_turns_plan;

/* Row i of `p` is target i. */
clarke_status clarke_turns_compare(const clarke_cli *cli, const clarke_bench_targets *t,
                                   const clarke_turns_plan *plan, clarke_pairs *p);
/* What `how->program` can time, as "KERNEL/SIZE". */
clarke_status clarke_turns_list(const clarke_cli *cli, const clarke_bench_process *how,
                                const char *const **rows, size_t *count);
/* What such a process does. Line by line it is told "open KERNEL/SIZE GROUP CALLS", answers with the
   calls of a repetition; "take", with the CPU seconds of one call; "close", with 0; "list", with all it can time, a row a line, and a line with a dot. */
clarke_status clarke_turns_work(const clarke_cli *cli, const clarke_timing_options *options,
                                size_t processor, FILE *out);
