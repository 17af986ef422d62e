/* The subgradient method, which misbehaves in step 5 of every run in the way that it is asked for. For
   tests/test_plugin.c. */
#include "core/plugin.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the order of the parameter's choices. */
enum {
    NONE,
    SEGFAULT,
    LOOP,
    LEAK,
    ARENA,
    WRITE,
    READ,
    ITERATE,
    NOT_A_NUMBER,
    EXIT,
    FORK,
    GONE,
    DAEMON,
    FLUSH,
    ABORT,
    STACK,
    DIVIDE,
    CLOSE,
    MUTE,
    REFUSE
};

typedef struct {
    int fault;
} bad_choice;

typedef struct {
    double *g; /* [n] */
    int fault;
    clarke_sgd_form form;
} bad;

static volatile int sink;

static clarke_status bad_init(clarke_iter *it, const void *params, void *state)
{
    bad *s = state;
    s->fault = ((const bad_choice *)params)->fault;
    s->g = clarke_vec(it->mem, it->n);
    s->form = (clarke_sgd_form){.phi = clarke_registry_get(&clarke_regularizers, "half_square"),
                                .memoryless = true};
    it->form = &s->form;
    return clarke_arena_status(it->mem);
}

static int bad_deep(int k)
{
    volatile char room[4096];
    room[0] = (char)k;
    return k == -1 ? 0 : bad_deep(k + 1) + room[0];
}

/* A process whose parent is gone, and which left the group. */
static void bad_daemon(void)
{
    const pid_t between = fork();
    if (between == 0) {
        setsid();
        if (fork() == 0) sleep(20);
        _exit(0);
    }
    waitpid(between, NULL, 0);
}

static clarke_status bad_misbehave(clarke_iter *it, bad *s)
{
    volatile int zero = 0;
    switch (s->fault) {
    case SEGFAULT: *(volatile int *)(size_t)16 = 1; break;
    case LOOP:
        for (;;) sink++;
    case LEAK: sink += malloc(100) != NULL; break;
    case ARENA: sink += clarke_vec(it->mem, 1) != NULL; break;
    case WRITE: s->g[it->n] = 1.0; break;
    case READ: sink += s->g[it->n] > 0.0; break;
    case ITERATE: it->x[it->n] = 1.0; break;
    case NOT_A_NUMBER: it->x[0] = NAN; break;
    case EXIT: exit(0);
    case FORK:
        if (fork() == 0) pause();
        break;
    case GONE:
        if (fork() == 0) _exit(0);
        break;
    case DAEMON: bad_daemon(); break;
#if defined __x86_64__
    case FLUSH: __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040u); break;
#endif
    case ABORT: abort();
    case STACK: sink += bad_deep(0); break;
    case DIVIDE: sink = 7 / zero; break;
    case MUTE:
    case CLOSE:
        for (int i = 3; i < 64; i++) close(i);
        while (s->fault == MUTE) sink++;
        break;
    case REFUSE: return clarke_fail(CLARKE_EINPUT, "no more steps");
    default: break;
    }
    return CLARKE_OK;
}

static clarke_status bad_step(clarke_iter *it, void *state, size_t phase)
{
    bad *s = state;
    (void)phase;
    clarke_oracle_subgradient(it->oracle, it->x, s->g);
    for (size_t j = 0; j < it->n; j++) it->x[j] = it->x[j] - it->eta * s->g[j];
    return it->k == 5 ? bad_misbehave(it, s) : CLARKE_OK;
}

static const clarke_param bad_params[] = {
    {.name = "fault",
     .kind = CLARKE_PARAM_CHOICE,
     .offset = offsetof(bad_choice, fault),
     .fallback = "none",
     .choices = "none|segfault|loop|leak|arena|write|read|iterate|nan|exit|fork|gone|daemon|flush|"
                "abort|stack|divide|close|mute|refuse",
     .meaning = "what it does wrong"},
    {0}};
static const clarke_phase bad_phase[] = {{"x", CLARKE_ALL_BLOCKS}};

static const clarke_method_desc bad_method = {.title = "Bad",
                                              .formula = "",
                                              .source = "",
                                              .paper = "",
                                              .params = bad_params,
                                              .params_size = sizeof(bad_choice),
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
