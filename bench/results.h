/* What a benchmark leaves: for each kernel and size the times of several processes. */
#pragma once

#include "bench/timing.h"
#include "core/registry.h"
#include "engine/json.h"

enum { CLARKE_BENCH_SCHEMA = 1, CLARKE_BENCH_PROCESSES_MAX = 64 };

typedef struct {
    const char *kernel, *size; /* ids; "n=1000", "L1", ... */
    size_t n;
    clarke_bound bound;
    double elements, bytes, flops; /* of one call */
    size_t processes;
    double *wall, *cpu; /* [CLARKE_BENCH_PROCESSES_MAX] seconds of one call, a process each */
    double count;       /* instructions of one call; NAN where not counted */
} clarke_bench_row;

typedef struct {
    clarke_arena *mem;
    size_t rows, room;
    clarke_bench_row *row; /* in the order of the registry, sizes in the kernel's order */
    json_t *machine;       /* an object: what was measured on, with what */
} clarke_bench;

/* An empty one. */
clarke_status clarke_bench_open(clarke_arena *mem, clarke_bench *b);
void clarke_bench_close(clarke_bench *b);
/* The row, or NULL. */
clarke_bench_row *clarke_bench_find(const clarke_bench *b, const char *kernel, const char *size);
/* Adds a row without times, or returns the one that is there; NULL when out of memory. */
clarke_bench_row *clarke_bench_add(clarke_bench *b, const char *kernel, const char *size);

/* Adds one process's times; more than CLARKE_BENCH_PROCESSES_MAX are refused. */
clarke_status clarke_bench_take(clarke_bench *b, const char *kernel, const char *size, size_t n,
                                clarke_bound bound, const clarke_timing *t);

/* The document of the format json; a new reference, NULL when out of memory. */
json_t *clarke_bench_json(const clarke_bench *b);
/* Hostile input: one sentence that begins with `where` for anything but such a document. */
clarke_status clarke_bench_parse(const char *text, size_t length, const char *where,
                                 clarke_bench *b);
clarke_status clarke_bench_load(const char *path, clarke_bench *b);

/* The rows of `from`, and the processes of those that are there already, are added to `into`; of
   another machine or program, with another count, or as more than CLARKE_BENCH_PROCESSES_MAX
   processes they are refused. `where` names `from`. */
clarke_status clarke_bench_join(clarke_bench *into, const clarke_bench *from, const char *where);

/* The share of the reference's speed: of `triad` at the same size, or of the fastest `gemm`; NAN
   where the kernel has no bound, or the reference was not timed. */
double clarke_bench_share(const clarke_bench *b, const clarke_bench_row *row);
/* Medians over the processes; NAN where there are none. */
double clarke_bench_wall(const clarke_bench_row *row);
double clarke_bench_cpu(const clarke_bench_row *row);

/* Noise: the processes are split into those of odd and even number, as if they were two runs of the
   same program. The 0.95 quantile over the rows of |ratio of medians - 1|; NAN below 2 processes. */
double clarke_bench_noise(const clarke_bench *b);

/* A format: bench/formats/<id>.c. */
typedef struct {
    const char *title, *ending;
    const char *rules; /* the schema or the consumer whose rules it keeps */
    clarke_status (*write)(const clarke_bench *b, FILE *out);
} clarke_format_desc;
