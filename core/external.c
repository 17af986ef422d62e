#include "core/external.h"

#include "core/registry.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { EXTERNAL_MS = 10000, EXTERNAL_DIGITS = 32 };

static const char *external_command;

typedef struct {
    pid_t pid;
    int to, from;
    size_t room, used; /* of `line` */
    char *line, *out;  /* [room] */
    double *g, *point; /* [n] */
    double *momentum;  /* [n] a view */
} external;

enum { EXTERNAL_MOST = 1000000 };

/* ---- starting and ending ---- */

static clarke_status external_spawn(external *e, clarke_arena *mem)
{
    int in[2], out[2];
    posix_spawn_file_actions_t actions;
    char shell[] = "sh", option[] = "-c", *command = clarke_arena_copy_text(mem, external_command);
    CLARKE_TRY(clarke_arena_status(mem));
    char *const argv[] = {shell, option, command, NULL};
    if (pipe(in) != 0 || pipe(out) != 0) return clarke_fail(CLARKE_EIO, "a pipe cannot be made");
    fcntl(in[1], F_SETFD, FD_CLOEXEC);
    fcntl(out[0], F_SETFD, FD_CLOEXEC);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, in[0]);
    posix_spawn_file_actions_addclose(&actions, out[1]);
    const int error = posix_spawn(&e->pid, "/bin/sh", &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    e->to = in[1];
    e->from = out[0];
    if (error == 0) return CLARKE_OK;
    e->pid = 0;
    return clarke_fail(CLARKE_EIO, "'%s' cannot be started", external_command);
}

static void external_end(clarke_iter *it, void *state)
{
    const external *e = state;
    (void)it;
    if (e->pid == 0) return;
    static const char end[] = "end\n";
    const ssize_t said = write(e->to, end, sizeof end - 1);
    (void)said;
    close(e->to);
    close(e->from);
    for (int i = 0; i < 100; i++) {
        if (waitpid(e->pid, NULL, WNOHANG) != 0) return;
        poll(NULL, 0, 10);
    }
    kill(e->pid, SIGKILL);
    while (waitpid(e->pid, NULL, 0) < 0 && errno == EINTR) continue;
}

/* ---- lines ---- */

static clarke_status external_write(const external *e, const char *text, size_t length)
{
    while (length > 0) {
        const ssize_t put = write(e->to, text, length);
        if (put <= 0)
            return clarke_fail(CLARKE_EINTERNAL, "the method's process ended during a run");
        text += put;
        length -= (size_t)put;
    }
    return CLARKE_OK;
}

static clarke_status external_vector(external *e, const char *name, size_t n, const double *x)
{
    size_t used = (size_t)snprintf(e->out, e->room, "%s", name);
    for (size_t j = 0; j < n; j++)
        used += (size_t)snprintf(e->out + used, e->room - used, " %.17g", x[j]);
    used += (size_t)snprintf(e->out + used, e->room - used, "\n");
    return external_write(e, e->out, used);
}

/* The next line, without its newline; it stays valid until the next one is asked for. */
static clarke_status external_line(external *e, size_t *begin)
{
    char *end = memchr(e->line, '\n', e->used);
    if (*begin > 0) {
        e->used -= *begin;
        memmove(e->line, e->line + *begin, e->used);
        end = memchr(e->line, '\n', e->used);
    }
    while (!end) {
        struct pollfd one = {.fd = e->from, .events = POLLIN};
        const int ready = poll(&one, 1, EXTERNAL_MS);
        if (ready < 0 && errno == EINTR) continue;
        if (ready == 0)
            return clarke_fail(CLARKE_EINTERNAL, "the method's process does not answer in %d s",
                               EXTERNAL_MS / 1000);
        if (e->used + 1 >= e->room)
            return clarke_fail(CLARKE_EINTERNAL, "the method's process wrote too long a line");
        const ssize_t got = read(e->from, e->line + e->used, e->room - 1 - e->used);
        if (got <= 0)
            return clarke_fail(CLARKE_EINTERNAL, "the method's process ended during a run");
        e->used += (size_t)got;
        end = memchr(e->line, '\n', e->used);
    }
    *end = '\0';
    *begin = (size_t)(end - e->line) + 1;
    return CLARKE_OK;
}

/* NaN and infinities are numbers here: they are data. */
static clarke_status external_numbers(const char *text, const char *name, size_t n, double *x)
{
    for (size_t j = 0; j < n; j++) {
        char *end;
        x[j] = strtod(text, &end);
        if (end == text)
            return clarke_fail(CLARKE_EINTERNAL,
                               "the method's process answered '%s' with %zu numbers instead of %zu",
                               name, j, n);
        text = end;
    }
    if (text[strspn(text, " \r")] == '\0') return CLARKE_OK;
    return clarke_fail(CLARKE_EINTERNAL,
                       "the method's process answered '%s' with more than %zu "
                       "numbers",
                       name, n);
}

/* ---- a run ---- */

static clarke_status external_init(clarke_iter *it, const void *params, void *state)
{
    external *e = state;
    (void)params;
    if (it->n > EXTERNAL_MOST)
        return clarke_fail(CLARKE_EINPUT, "a method in another process takes at most %d variables",
                           EXTERNAL_MOST);
    e->room = EXTERNAL_DIGITS * (it->n + 4);
    e->line = clarke_alloc(it->mem, e->room);
    e->out = clarke_alloc(it->mem, e->room);
    e->g = clarke_vec(it->mem, it->n);
    e->point = clarke_vec(it->mem, it->n);
    e->momentum = clarke_vec(it->mem, it->n);
    CLARKE_TRY(clarke_arena_status(it->mem));
    CLARKE_TRY(external_spawn(e, it->mem));
    clarke_iter_view(it, "momentum", e->momentum, it->n);
    return CLARKE_OK;
}

/* What goes before the first step. */
static clarke_status external_greet(const clarke_iter *it, external *e)
{
    char text[64];
    const int length = snprintf(text, sizeof text, "clarke 1\nn %zu\n", it->n);
    CLARKE_TRY(external_write(e, text, (size_t)length));
    return external_vector(e, "x", it->n, it->x);
}

/* One line from there; *done when the step is. */
static clarke_status external_answer(clarke_iter *it, external *e, const char *line, bool *done)
{
    if (strncmp(line, "oracle ", 7) == 0) {
        CLARKE_TRY(external_numbers(line + 7, "oracle", it->n, e->point));
        clarke_oracle_subgradient(it->oracle, e->point, e->g);
        return external_vector(e, "g", it->n, e->g);
    }
    if (strncmp(line, "momentum ", 9) == 0)
        return external_numbers(line + 9, "momentum", it->n, e->momentum);
    if (strncmp(line, "x ", 2) == 0) {
        *done = true;
        return external_numbers(line + 2, "x", it->n, it->x);
    }
    return clarke_fail(CLARKE_EINTERNAL,
                       "the method's process said '%.40s', which is none of oracle, momentum, x",
                       line);
}

static clarke_status external_step(clarke_iter *it, void *state, size_t phase)
{
    external *e = state;
    char text[128];
    size_t begin = 0;
    bool done = false;
    (void)phase;
    if (it->k == 0) CLARKE_TRY(external_greet(it, e));
    const int length =
        snprintf(text, sizeof text, "step %zu %.17g %.17g\n", it->k, it->eta, it->theta);
    CLARKE_TRY(external_write(e, text, (size_t)length));
    while (!done) {
        CLARKE_TRY(external_line(e, &begin));
        CLARKE_TRY(external_answer(it, e, e->line, &done));
    }
    e->used -= begin;
    memmove(e->line, e->line + begin, e->used);
    return CLARKE_OK;
}

static const clarke_param external_params[] = {{0}};
static const clarke_phase external_phase[] = {{"x", CLARKE_ALL_BLOCKS}};

static const clarke_method_desc external_method = {
    .title = "A method in another process",
    .formula = "whatever the command answers",
    .source = "the user's",
    .paper = "",
    .params = external_params,
    .uses_momentum = true,
    .phases = 1,
    .phase = external_phase,
    .state_size = sizeof(external),
    .init = external_init,
    .step = external_step,
    .end = external_end,
};

clarke_status clarke_external_register(const char *command)
{
    static const clarke_entry entry = {"external", "core/external.c", &external_method};
    external_command = command;
    return clarke_registry_add(&clarke_methods, &entry);
}
