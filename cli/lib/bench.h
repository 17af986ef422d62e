/* Running kernels in processes of their own: each process times every kernel once, in an order that
   begins elsewhere in each, so that a slow minute does not fall on one kernel only. */
#pragma once

#include "cli/lib/cli.h"

#include "bench/results.h"

/* One row to be timed. */
typedef struct {
    const char *kernel, *size; /* "iteration:sgd" where the kernel has items */
    size_t n;
    const clarke_kernel_desc *desc;
    const char *item; /* of desc->each; NULL where there is none */
} clarke_bench_target;

typedef struct {
    size_t count;
    const clarke_bench_target *target;
} clarke_bench_targets;

/* Whether --kernel was not given, or one of its patterns fits. */
bool clarke_bench_matches(const clarke_cli *cli, const char *id);
/* The kernels that match --kernel (all by default) at their sizes; with `counting` each at the one
   size at which its instructions are counted. */
clarke_status clarke_bench_choose(const clarke_cli *cli, bool counting, clarke_bench_targets *t);

typedef struct {
    const char *program; /* a clarke program */
    double shortest;     /* seconds of a repetition */
    size_t repetitions;  /* in a process */
    double longest;      /* seconds of a row in a process, after which few repetitions will do */
    size_t extra;        /* 0, or a slow-down of 1/extra of every kernel */
    double deadline;     /* of the clock of clarke_bench_now; INFINITY: none */
} clarke_bench_process;

/* Seconds of a clock that only goes forward. */
double clarke_bench_now(void);
/* CLARKE_EINTERRUPTED after an interrupt, and after the deadline. */
clarke_status clarke_bench_go_on(const clarke_cli *cli, double deadline);
/* This program's own file. */
const char *clarke_bench_self(const clarke_cli *cli);

/* One more process of `how->program` times the targets, beginning at number `first`; what it says
   goes to `b`. A child that fails is a failure with what it said. */
clarke_status clarke_bench_spawn(const clarke_cli *cli, const clarke_bench_targets *t,
                                 const clarke_bench_process *how, size_t first, clarke_bench *b);
/* What "KERNEL/SIZE" names. */
clarke_status clarke_bench_row_parse(const clarke_cli *cli, const char *text,
                                     clarke_bench_target *t);
/* What such a process does: a line of JSON for each target that --row names. */
clarke_status clarke_bench_work(const clarke_cli *cli, FILE *out);

/* Whole commands, those that match --kernel, each once in each of `processes` runs of hyperfine. */
clarke_status clarke_bench_whole(const clarke_cli *cli, size_t processes, double deadline,
                                 clarke_bench *b);

/* The documents that the operands name, as one, written to the command's output. */
clarke_status clarke_bench_merge(const clarke_cli *cli);

/* Instructions of one call of each target, by valgrind's callgrind, into b's counts; CLARKE_EUNAVAILABLE
   without valgrind. The calls are made `calls` times with one more at every `extra`th. */
clarke_status clarke_bench_count(const clarke_cli *cli, const clarke_bench_targets *t, size_t extra,
                                 double deadline, clarke_bench *b);
