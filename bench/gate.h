/* The regression gate: two benchmarks of the same kernels, compared. A difference counts if it is
   both certain (rank test over processes, Holm over the rows) and large (the ratio of medians is
   off 1 by more than the least effect). */
#pragma once

#include "bench/results.h"

typedef enum {
    CLARKE_GATE_SAME, /* nothing certain and large */
    CLARKE_GATE_SLOWER,
    CLARKE_GATE_FASTER,
    CLARKE_GATE_UNDECIDED, /* too few processes for the test ever to be certain */
    CLARKE_GATE_MISSING,   /* only in the baseline */
    CLARKE_GATE_NEW        /* only in the new one */
} clarke_gate_verdict;

const char *clarke_gate_text(clarke_gate_verdict verdict);

typedef struct {
    const char *kernel, *size;
    clarke_gate_verdict verdict;
    double effect;    /* ratio of CPU times, new to old, minus 1 */
    double p;         /* Holm's adjusted p-value */
    double low, high; /* an interval of the effect; NAN where there is none */
} clarke_gate_row;

typedef struct {
    size_t rows, slower, faster, undecided, missing, fresh;
    clarke_gate_row *row;
} clarke_gate;

/* Every row of `now` against the one of the same name in `base`, and those that are in one only.
   `tests`: how many rows Holm's correction counts, at least those compared (0: just those). */
clarke_status clarke_gate_times(const clarke_bench *base, const clarke_bench *now, double alpha,
                                double least, size_t tests, clarke_arena *mem, clarke_gate *gate);
/* The same for instruction counts, which have no noise: slower or faster by more than `least`. */
clarke_status clarke_gate_counts(const clarke_bench *base, const clarke_bench *now, double least,
                                 clarke_arena *mem, clarke_gate *gate);
