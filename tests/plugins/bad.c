/* A method that misbehaves in the way that FAULT names, in step 5 of every run. Compiled once for
   each by tests/test_plugin.c. */
#include "core/plugin.h"

#include <stdlib.h>
#include <unistd.h>

enum { SEGFAULT = 1, LOOP, LEAK, WRITE, NOT_A_NUMBER, EXIT, FORK, FLUSH, ABORT, STACK };

typedef struct {
    double *g; /* [n] */
} bad;

static volatile int sink;

static clarke_status bad_init(clarke_iter *it, const void *params, void *state)
{
    (void)params;
    ((bad *)state)->g = clarke_vec(it->mem, it->n);
    return clarke_arena_status(it->mem);
}

static int bad_deep(int k)
{
    volatile char room[4096];
    room[0] = (char)k;
    return k == -1 ? 0 : bad_deep(k + 1) + room[0];
}

static void bad_misbehave(clarke_iter *it, bad *s)
{
    if (FAULT == SEGFAULT) *(volatile int *)(size_t)16 = 1;
    while (FAULT == LOOP) sink++;
    if (FAULT == LEAK) sink += malloc(100) != NULL;
    if (FAULT == WRITE) s->g[it->n] = 1.0;
    if (FAULT == NOT_A_NUMBER) it->x[0] = NAN;
    if (FAULT == EXIT) exit(0);
    if (FAULT == FORK && fork() == 0) pause();
#if defined __x86_64__
    if (FAULT == FLUSH) __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040u);
#endif
    if (FAULT == ABORT) abort();
    if (FAULT == STACK) sink += bad_deep(0);
}

static clarke_status bad_step(clarke_iter *it, void *state, size_t phase)
{
    bad *s = state;
    (void)phase;
    clarke_oracle_subgradient(it->oracle, it->x, s->g);
    for (size_t j = 0; j < it->n; j++) it->x[j] = it->x[j] - it->eta * s->g[j];
    if (it->k == 5) bad_misbehave(it, s);
    return CLARKE_OK;
}

static const clarke_param bad_params[] = {{0}};
static const clarke_phase bad_phase[] = {{"x", CLARKE_ALL_BLOCKS}};

static const clarke_method_desc bad_method = {.title = "Bad",
                                              .formula = "",
                                              .source = "",
                                              .paper = "",
                                              .params = bad_params,
                                              .phases = 1,
                                              .phase = bad_phase,
                                              .state_size = sizeof(bad),
                                              .init = bad_init,
                                              .step = bad_step};

const clarke_plugin *clarke_plugin_get(uint32_t abi)
{
    static const clarke_entry method[] = {{"bad", "bad.c", &bad_method}, {0}};
    static const clarke_plugin plugin = {CLARKE_PLUGIN_HEAD, .name = "bad", .method = method};
    (void)abi;
    return &plugin;
}
