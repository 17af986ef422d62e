/* A kernel: one piece of per-iteration work whose time is of interest, set up at a size and then
   called over and over. It times the very functions that methods and measures call, never a copy. */
#pragma once

#include "core/arena.h"
#include "core/registry.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/* What limits a kernel at best, so which of the two references its speed is a share of. */
typedef enum {
    CLARKE_BOUND_NONE,   /* neither: latency, branches, special functions */
    CLARKE_BOUND_MEMORY, /* the bandwidth of `triad` at the same working set */
    CLARKE_BOUND_GEMM    /* the rate of `gemm` */
} clarke_bound;

const char *clarke_bound_text(clarke_bound bound);

/* One kernel at one size. set_up fills everything but item and n. */
typedef struct {
    const char *item;    /* of the registry `each`; NULL where there is none */
    size_t n;            /* the size: what it counts is the descriptor's `unit` */
    clarke_arena *mem;   /* freed after the last call */
    void *state;         /* the kernel's own */
    double elements;     /* units of work of one call: ns per element is per this */
    double bytes, flops; /* of one call: memory read and written at the least, operations */
    double sink;         /* results that nobody reads would let the compiler drop the work */
} clarke_kernel_run;

enum { CLARKE_KERNEL_SIZES_MAX = 4 };

typedef struct {
    const char *title, *unit; /* "coordinate" */
    clarke_bound bound;
    /* The sizes, ending with 0; all 0: as many units as fill the working sets of
       bench/sizes.h with `bytes_per_unit` each. */
    size_t size[CLARKE_KERNEL_SIZES_MAX];
    double bytes_per_unit;
    double
        memory_bytes;  /* 0, or the working set that stands for memory where the rest of the set-up
                            needs many times as much */
    size_t count_size; /* the size at which instructions are counted: small */
    clarke_status (*set_up)(clarke_kernel_run *run);
    void (*body)(clarke_kernel_run *run);
    /* NULL, or what the arena does not free. Called if set_up went well. */
    void (*tear_down)(clarke_kernel_run *run);
    /* NULL, or one kernel for each item of a registry, called ID:ITEM. */
    const clarke_registry *each;
} clarke_kernel_desc;

/* A vector with entries in (-1, 1), the same at every call and on every machine. */
double *clarke_kernel_vector(clarke_arena *mem, size_t n, uint64_t seed);
