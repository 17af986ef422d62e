/* Time of one kernel at one size, within one process. */
#pragma once

#include "bench/kernel.h"

typedef struct {
    double wall, cpu; /* seconds of one call: the median over the repetitions */
    double spread;    /* (third quartile - first quartile) / median of the wall times */
    size_t calls, repetitions;
    double elements, bytes, flops;
} clarke_timing;

typedef struct {
    double shortest;    /* seconds that a repetition takes at least */
    size_t repetitions; /* at most CLARKE_TIMING_MOST */
    double longest;     /* seconds after which CLARKE_TIMING_LEAST repetitions are enough */
    size_t extra;       /* 0, or every so many calls one more is made: a slow-down of 1/extra */
} clarke_timing_options;

enum { CLARKE_TIMING_LEAST = 3, CLARKE_TIMING_MOST = 64 };

/* Sets up, warms up, finds how many calls last `shortest` seconds, and times repetitions of them. */
clarke_status clarke_time_kernel(const clarke_kernel_desc *desc, const char *item, size_t n,
                                 const clarke_timing_options *options, clarke_timing *timing);
/* `calls` calls after the set-up, one more at every `extra`th (0: none), for counting instructions:
   each goes through clarke_kernel_call. */
clarke_status clarke_call_kernel(const clarke_kernel_desc *desc, const char *item, size_t n,
                                 size_t calls, size_t extra);
/* The body, in a function of its own that is never inlined: what is counted begins and ends here. */
void clarke_kernel_call(const clarke_kernel_desc *desc, clarke_kernel_run *run);

/* The same, one repetition at a time, for two processes that take turns. */
typedef struct {
    const clarke_kernel_desc *desc; /* NULL: nothing is open */
    clarke_kernel_run run;
    size_t calls, extra;
} clarke_turns;

/* Sets up and warms up. `calls` are those of a repetition; 0: `group` of them, doubled until they
   last options->shortest. */
clarke_status clarke_turns_open(const clarke_kernel_desc *desc, const char *item, size_t n,
                                const clarke_timing_options *options, size_t group, size_t calls,
                                clarke_turns *t);
/* CPU seconds of one call, over one repetition. */
double clarke_turns_take(clarke_turns *t);
void clarke_turns_close(clarke_turns *t);
