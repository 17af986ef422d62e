/* Times sweeps of bcd_three for bench/peers/bcd_three.py, which compiles this file, writes the data and
   reads the times:  bcd_sweep DIR double|single THREADS WARM REPETITIONS ALPHA N D_0 D_1 ... D_N
   X.bin, Y.bin, W1.bin, ... in DIR are float64, column-major. Prints wall and processor seconds of each
   sweep. The state after the first sweep goes to DIR/clarke-BLOCK.bin. */
#include "core/blas.h"
#include "methods/lib/bcd.h"
#include "problems/lib/split_net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SWEEP_DEPTH_MAX = 32 };

static void sweep_check(bool ok, const char *what)
{
    if (ok) return;
    fprintf(stderr, "bcd_sweep: %s: %s\n", what, clarke_message());
    exit(1);
}

static void sweep_file(const char *folder, const char *name, const char *mode, size_t n, double *x)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s.bin", folder, name);
    FILE *file = fopen(path, mode);
    sweep_check(file != NULL, path);
    const size_t done = mode[0] == 'r' ? fread(x, sizeof *x, n, file)
                                       : fwrite(x, sizeof *x, n, file);
    sweep_check(fclose(file) == 0 && done == n, path);
}

static double sweep_seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The objective of the authors' code: sums, gamma = rho = 1, biases that begin at 0.1. */
static clarke_problem *sweep_problem(const char *folder, size_t depth, const size_t *width,
                                     size_t samples, clarke_arena *mem)
{
    static clarke_problem p;
    clarke_split_layer *layer = clarke_alloc_array(mem, depth + 1, sizeof *layer);
    double *x = clarke_vec(mem, width[0] * samples), *y = clarke_vec(mem, width[depth] * samples);
    sweep_check(!clarke_arena_failed(mem), "memory");
    sweep_file(folder, "X", "rb", width[0] * samples, x);
    sweep_file(folder, "Y", "rb", width[depth] * samples, y);
    for (size_t i = 1; i <= depth; i++)
        layer[i] = (clarke_split_layer){
            .activation_id = i < depth ? "relu" : "linear", .gamma = 1.0, .rho = 1.0};
    clarke_split split = {.kind = CLARKE_SPLIT_THREE,
                          .bias = true,
                          .depth = depth,
                          .samples = samples,
                          .x = x,
                          .y = y,
                          .loss_id = "squared",
                          .weight = 1.0};
    p.id = p.spec = "bcd_sweep";
    sweep_check(clarke_split_install(&p, &split, width, layer, mem) == CLARKE_OK, "install");
    for (size_t i = 1; i <= depth; i++) {
        char name[16];
        const clarke_split_layer *l = &p.split->layer[i];
        snprintf(name, sizeof name, "W%zu", i);
        sweep_file(folder, name, "rb", l->out * l->in, p.start + p.layout.block[l->w].offset);
        for (size_t r = 0; r < l->out; r++) p.start[p.layout.block[l->b].offset + r] = 0.1;
    }
    clarke_split_forward(p.split, p.start);
    return &p;
}

static void sweep_once(const clarke_bcd_engine *engine, clarke_bcd *b, const clarke_split *s)
{
    clarke_inner inner = {0};
    for (size_t i = s->depth; i > 0; i--) {
        const clarke_split_layer *l = &s->layer[i];
        const size_t block[4] = {l->v, l->u, l->w, l->b};
        for (size_t k = 0; k < 4; k++)
            sweep_check(engine->update(b, block[k], &inner) == CLARKE_OK, "update");
    }
}

int main(int argc, char **argv)
{
    sweep_check(argc > 9 && argc - 9 <= SWEEP_DEPTH_MAX, "usage");
    const bool single = strcmp(argv[2], "single") == 0;
    const size_t warm = strtoul(argv[4], NULL, 10), repetitions = strtoul(argv[5], NULL, 10);
    const size_t samples = strtoul(argv[7], NULL, 10), depth = (size_t)argc - 9;
    size_t width[SWEEP_DEPTH_MAX + 1];
    for (size_t i = 0; i <= depth; i++) width[i] = strtoul(argv[8 + i], NULL, 10);
    clarke_blas_set_threads(atoi(argv[3]));
    clarke_arena *mem = clarke_arena_new(0);
    clarke_problem *p = sweep_problem(argv[1], depth, width, samples, mem);
    const clarke_bcd_engine *engine = single ? &clarke_bcd_real_single : &clarke_bcd_real;
    const clarke_bcd_options options = {
        .alpha = strtod(argv[6], NULL), .tau = 1.0, .bias = CLARKE_BIAS_JACOBI};
    clarke_bcd *b;
    sweep_check(engine->make(p->split, &options, p->start, mem, &b) == CLARKE_OK, "make");
    engine->load(b);
    for (size_t k = 0; k < warm + repetitions; k++) {
        const double operations = clarke_blas_operations();
        const double wall = sweep_seconds(CLOCK_MONOTONIC),
                     cpu = sweep_seconds(CLOCK_PROCESS_CPUTIME_ID);
        sweep_once(engine, b, p->split);
        if (k >= warm)
            printf("%.9f %.9f %.6g\n", sweep_seconds(CLOCK_MONOTONIC) - wall,
                   sweep_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu,
                   clarke_blas_operations() - operations);
        for (size_t c = 0; k == 0 && c < p->layout.count; c++) {
            char name[32];
            engine->store(b, c);
            snprintf(name, sizeof name, "clarke-%s", p->layout.block[c].name);
            sweep_file(argv[1], name, "wb", clarke_split_size(p->split, c),
                       p->start + p->layout.block[c].offset);
        }
    }
    clarke_arena_free(mem);
    return 0;
}
