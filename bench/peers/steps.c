/* Times the loops that bench/peers/steps.py asks for, which compiles this file, writes the data and reads
   the times:  steps DIR KERNEL N ROWS CALLS WARM NUMBER...
   DIR/a.bin, b.bin, ... are the arrays in the kernel's order, ROWS x N float64 each; what they hold after
   WARM calls goes to DIR/clarke-a.bin, ...; then, as often as a line comes on standard input, one call wakes
   the processor and CALLS calls are timed together: wall and processor seconds of one call. */
#include "core/mixing.h"
#include "core/network.h"
#include "methods/lib/sgd_updates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { STEPS_ARRAYS = 4, STEPS_NUMBERS = 4 };

static size_t n, rows, calls, warm;
static double number[STEPS_NUMBERS], *array[STEPS_ARRAYS];
static size_t arrays, done; /* `done`: calls so far, which Adam counts */
static const clarke_network *ring;

static void steps_check(bool ok, const char *what)
{
    if (ok) return;
    fprintf(stderr, "steps: %s: %s\n", what, clarke_message());
    exit(1);
}

static void steps_file(const char *folder, const char *prefix, size_t i, const char *mode)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s%c.bin", folder, prefix, (char)('a' + i));
    FILE *file = fopen(path, mode);
    if (!file && mode[0] == 'r') return;
    steps_check(file != NULL, path);
    const size_t moved = mode[0] == 'r' ? fread(array[i], sizeof(double), rows * n, file)
                                        : fwrite(array[i], sizeof(double), rows * n, file);
    steps_check(fclose(file) == 0 && moved == rows * n, path);
    if (mode[0] == 'r') arrays = i + 1;
}

static void steps_sgd(void)
{
    const clarke_sgd_numbers a = {.eta = number[0], .keep = 1.0};
    clarke_sgd_update(n, &a, array[0], array[1]);
}

/* m = (1 - theta) m + theta g, then x -= eta m. */
static void steps_heavy_ball(void)
{
    const clarke_sgd_numbers a = {.eta = number[0], .keep = 1.0, .theta = number[1]};
    clarke_heavy_ball_update(n, &a, array[0], array[1], array[2]);
}

static double steps_power(double base, size_t k)
{
    double power = 1.0;
    for (size_t i = 0; i < k; i++) power *= base;
    return power;
}

static void steps_adam(void)
{
    const size_t k = done < 10000 ? done : 10000;
    const clarke_adam_numbers a = {number[0],
                                   number[1],
                                   number[2],
                                   number[3],
                                   1.0 / (1.0 - steps_power(number[1], k)),
                                   1.0 / (1.0 - steps_power(number[2], k))};
    clarke_adam_update(n, &a, array[0], array[1], array[2], array[3]);
}

static void steps_adagrad(void)
{
    clarke_adagrad_update(n, number[0], number[1], array[0], array[1], array[2]);
}

static void steps_adadelta(void)
{
    clarke_adadelta_update(n, number[0], number[1], number[2], array[0], array[1], array[2],
                           array[3]);
}

static void steps_mix(void)
{
    clarke_mix_threads(ring, n, array[0], array[1], (size_t)number[0]);
    double *swap = array[0];
    array[0] = array[1];
    array[1] = swap;
}

static const struct {
    const char *name;
    void (*call)(void);
} steps_kernel[] = {{"sgd", steps_sgd},           {"heavy_ball", steps_heavy_ball},
                    {"adam", steps_adam},         {"adagrad", steps_adagrad},
                    {"adadelta", steps_adadelta}, {"mix", steps_mix}};

static double steps_seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void steps_time(void (*call)(void))
{
    char line[16];
    while (fgets(line, sizeof line, stdin)) {
        done++, call();
        const double wall = steps_seconds(CLOCK_MONOTONIC);
        const double cpu = steps_seconds(CLOCK_PROCESS_CPUTIME_ID);
        for (size_t i = 0; i < calls; i++) done++, call();
        printf("%.9g %.9g\n", (steps_seconds(CLOCK_MONOTONIC) - wall) / (double)calls,
               (steps_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) / (double)calls);
        fflush(stdout);
    }
}

int main(int argc, char **argv)
{
    char network[64];
    void (*call)(void) = NULL;
    if (argc < 7) return 1;
    n = strtoul(argv[3], NULL, 10), rows = strtoul(argv[4], NULL, 10);
    calls = strtoul(argv[5], NULL, 10), warm = strtoul(argv[6], NULL, 10);
    for (int i = 7; i < argc && i - 7 < STEPS_NUMBERS; i++) number[i - 7] = strtod(argv[i], NULL);
    for (size_t k = 0; k < sizeof steps_kernel / sizeof steps_kernel[0]; k++)
        if (strcmp(steps_kernel[k].name, argv[2]) == 0) call = steps_kernel[k].call;
    steps_check(call != NULL, argv[2]);
    clarke_arena *mem = clarke_arena_new(0);
    snprintf(network, sizeof network, "ring:d=%zu", rows > 1 ? rows : 3);
    steps_check(mem && clarke_network_from_text(network, mem, &ring) == CLARKE_OK, network);
    for (size_t i = 0; i < STEPS_ARRAYS; i++) {
        array[i] = clarke_vec(mem, rows * n);
        steps_check(array[i] != NULL, "memory");
        steps_file(argv[1], "", i, "r");
    }
    for (size_t i = 0; i < warm; i++) done++, call();
    for (size_t i = 0; i < arrays; i++) steps_file(argv[1], "clarke-", i, "w");
    printf("ready\n");
    fflush(stdout);
    steps_time(call);
    clarke_arena_free(mem);
    return 0;
}
