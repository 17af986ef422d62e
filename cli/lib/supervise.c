#define _DEFAULT_SOURCE
#include "cli/lib/bench.h"
#include "cli/lib/child.h"

#include "engine/json.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum {
    SUPERVISE_PIPE = 3,
    SUPERVISE_LINE = 1 << 20,
    SUPERVISE_CHILDREN = 10000,
    SUPERVISE_PLANNING = 120
};

/* What the child said last, and whose cases are under way. */
typedef struct {
    pid_t pid;
    int from;
    double limit; /* seconds for cases that share their runs */
    char *line;   /* [SUPERVISE_LINE] */
    size_t used;
    json_t *under_way; /* records without a verdict */
    bool fault, done, refused, late;
    char finding[256];
} watch;

/* ---- starting ---- */

/* The parent's own arguments, and --child; the first child begins anew unless --resume was given. */
static const char **supervise_arguments(const clarke_cli *cli, bool again)
{
    const char **argv = clarke_alloc_array(cli->mem, (size_t)cli->argc + 4, sizeof *argv);
    size_t argc = 0;
    if (!argv) return NULL;
    argv[argc++] = clarke_bench_self(cli);
    for (int i = 1; i < cli->argc; i++) argv[argc++] = cli->argv[i];
    argv[argc++] = "--child";
    if (again && !cli->resume) argv[argc++] = "--resume";
    return argv;
}

/* malloc is watched where the guard's object is beside the library. */
static char **supervise_environment(const clarke_cli *cli)
{
    size_t count = 0;
    while (environ[count]) count++;
    char **copy = clarke_alloc_array(cli->mem, count + 2, sizeof *copy);
    const char *self = clarke_bench_self(cli);
    if (!copy || !self) return environ;
    const char *slash = strrchr(self, '/');
    char *guard = clarke_arena_printf(cli->mem, "LD_PRELOAD=%.*s/../lib/libclarke_guard.so",
                                      slash ? (int)(slash - self) : 0, self);
    memcpy(copy, environ, count * sizeof *copy);
    if (!CLARKE_SANITIZED && guard && access(guard + strlen("LD_PRELOAD="), R_OK) == 0)
        copy[count] = guard;
    return copy;
}

static clarke_status supervise_start(const clarke_cli *cli, bool again, watch *w)
{
    int ends[2];
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    const char **argv = supervise_arguments(cli, again);
    char **environment = supervise_environment(cli);
    size_t argc = 0;
    CLARKE_TRY(clarke_arena_status(cli->mem));
    while (argv[argc]) argc++;
    char **copy = clarke_alloc_array(cli->mem, argc + 1, sizeof *copy);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    for (size_t i = 0; i < argc; i++) copy[i] = clarke_arena_copy_text(cli->mem, argv[i]);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    if (pipe(ends) != 0) return clarke_fail(CLARKE_EIO, "a pipe cannot be made");
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], SUPERVISE_PIPE);
    if (ends[1] != SUPERVISE_PIPE) posix_spawn_file_actions_addclose(&actions, ends[1]);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes, 0);
    const int error = posix_spawn(&w->pid, copy[0], &actions, &attributes, copy, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(ends[1]);
    w->from = ends[0];
    if (error == 0) return CLARKE_OK;
    close(ends[0]);
    return clarke_fail(CLARKE_EIO, "the child process cannot be started: %s", strerror(error));
}

/* ---- listening ---- */

static void supervise_line(watch *w, const char *line)
{
    if (strcmp(line, "begin") == 0) {
        json_array_clear(w->under_way);
    } else if (strcmp(line, "end") == 0) {
        json_array_clear(w->under_way);
    } else if (strcmp(line, "done") == 0) {
        w->done = true;
    } else if (strcmp(line, "refused") == 0) {
        w->refused = true;
    } else if (strcmp(line, "fault") == 0) {
        w->fault = true;
    } else if (strncmp(line, "finding ", 8) == 0) {
        snprintf(w->finding, sizeof w->finding, "%s", line + 8);
    } else if (line[0] == '{') {
        json_t *record;
        if (clarke_json_parse(line, strlen(line), "the child", &record) == CLARKE_OK)
            json_array_append_new(w->under_way, record);
    }
}

/* False at the end of the pipe, after the limit, or when somebody interrupts. */
static bool supervise_hear(const clarke_cli *cli, watch *w, double *until)
{
    struct pollfd one = {.fd = w->from, .events = POLLIN};
    const int ready = poll(&one, 1, 100);
    if (atomic_load(cli->cancel)) return false;
    if (ready == 0 || (ready < 0 && errno == EINTR)) {
        w->late = clarke_bench_now() > *until;
        return !w->late;
    }
    const ssize_t got = read(w->from, w->line + w->used, SUPERVISE_LINE - 1 - w->used);
    if (got <= 0) return false;
    *until = clarke_bench_now() + w->limit;
    w->used += (size_t)got;
    w->line[w->used] = '\0';
    char *at = w->line;
    for (char *end; (end = strchr(at, '\n')); at = end + 1) {
        *end = '\0';
        supervise_line(w, at);
    }
    w->used -= (size_t)(at - w->line);
    memmove(w->line, at, w->used);
    return w->used < SUPERVISE_LINE - 1;
}

static void supervise_kill(const watch *w)
{
    kill(-w->pid, SIGKILL);
    kill(w->pid, SIGKILL); /* it may have left its group */
}

/* The child and whatever it started are gone afterwards: one that closed the pipe has the limit's time
   to end. */
static int supervise_end(watch *w)
{
    const double until = clarke_bench_now() + w->limit;
    const struct timespec pause = {0, 5000000};
    int how = 0;
    pid_t ended;
    if (w->late) supervise_kill(w);
    close(w->from);
    while ((ended = waitpid(w->pid, &how, WNOHANG)) == 0 || (ended < 0 && errno == EINTR)) {
        if (!w->late && clarke_bench_now() > until) {
            w->late = true;
            supervise_kill(w);
        }
        nanosleep(&pause, NULL);
    }
    kill(-w->pid, SIGKILL);
    return how;
}

/* ---- what it means ---- */

static void supervise_sentence(const watch *w, int how, char *sentence, size_t size)
{
    if (w->finding[0])
        snprintf(sentence, size, "%s", w->finding);
    else if (w->late)
        snprintf(sentence, size, "it hangs: no end after %g s", w->limit);
    else if (w->fault)
        snprintf(sentence, size,
                 "it crashed: it read or wrote memory that is not its own (signal %d); arrays end "
                 "at pages without access",
                 WIFSIGNALED(how) ? WTERMSIG(how) : 0);
    else if (WIFSIGNALED(how))
        snprintf(sentence, size, "it crashed with signal %d (%s)", WTERMSIG(how),
                 strsignal(WTERMSIG(how)));
    else if (WEXITSTATUS(how) == 4)
        snprintf(sentence, size,
                 "the run failed: it asked for memory during a step, or a step "
                 "reported a failure (see the message above)");
    else
        snprintf(sentence, size, "it ended the process by itself, with status %d",
                 WEXITSTATUS(how));
}

static clarke_status supervise_finding(json_t *record, const char *sentence)
{
    json_t *evidence = json_object_get(record, "evidence");
    CLARKE_TRY(clarke_json_set_text(record, "verdict", "refuted"));
    CLARKE_TRY(clarke_json_set_bool(record, "surprising", true));
    if (json_is_object(evidence)) CLARKE_TRY(clarke_json_set_text(evidence, "finding", sentence));
    return clarke_json_set_text(record, "sentence", sentence);
}

/* Appends the cases that were under way, each with the finding, to the journal. */
static clarke_status supervise_record(const clarke_cli *cli, const watch *w, int how)
{
    char sentence[400], line[512];
    size_t i;
    json_t *record;
    clarke_status status = CLARKE_OK;
    const char *path = clarke_arena_printf(cli->mem, "%s/journal.jsonl", cli->out);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    supervise_sentence(w, how, sentence, sizeof sentence);
    snprintf(line, sizeof line, "the plugin: %s", sentence);
    FILE *out = fopen(path, "a");
    if (!out) return clarke_fail(CLARKE_EIO, "cannot write '%s'", path);
    json_array_foreach(w->under_way, i, record)
    {
        status = supervise_finding(record, line);
        char *text = status == CLARKE_OK ? clarke_record_line(record) : NULL;
        if (text) fprintf(out, "%s\n", text);
        free(text);
    }
    if (fclose(out) != 0 && status == CLARKE_OK)
        status = clarke_fail(CLARKE_EIO, "cannot write '%s'", path);
    return status;
}

static int supervise_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static clarke_status supervise_sort(const clarke_cli *cli, json_t *by_id, json_t *all)
{
    const char **id = clarke_alloc_array(cli->mem, json_object_size(by_id) + 1, sizeof *id);
    const char *key;
    json_t *record;
    size_t count = 0;
    CLARKE_TRY(clarke_arena_status(cli->mem));
    json_object_foreach(by_id, key, record) id[count++] = key;
    qsort(id, count, sizeof *id, supervise_order);
    for (size_t i = 0; i < count; i++) json_array_append(all, json_object_get(by_id, id[i]));
    return CLARKE_OK;
}

/* The journal's records by id, the first line passed over; of two with one id the later one, which
   is a finding, counts. */
static clarke_status supervise_read(const clarke_cli *cli, json_t **records)
{
    const char *path = clarke_arena_printf(cli->mem, "%s/journal.jsonl", cli->out);
    char *line = clarke_alloc(cli->mem, SUPERVISE_LINE);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    json_t *by_id = json_object(), *all = json_array();
    FILE *in = fopen(path, "r");
    if (!in || !by_id || !all) return clarke_fail(CLARKE_EIO, "cannot read '%s'", path);
    for (size_t k = 0; fgets(line, SUPERVISE_LINE, in); k++) {
        json_t *record = NULL;
        line[strcspn(line, "\n")] = '\0';
        if (k > 0 && clarke_json_parse(line, strlen(line), path, &record) == CLARKE_OK) {
            const char *id = json_string_value(json_object_get(record, "id"));
            if (id) json_object_set(by_id, id, record);
        }
        json_decref(record);
    }
    fclose(in);
    clarke_status status = supervise_sort(cli, by_id, all);
    json_decref(by_id);
    *records = all;
    return status;
}

static clarke_status supervise_one(const clarke_cli *cli, bool again, watch *w)
{
    CLARKE_TRY(supervise_start(cli, again, w));
    double until = clarke_bench_now() + w->limit + SUPERVISE_PLANNING;
    while (supervise_hear(cli, w, &until)) continue;
    if (atomic_load(cli->cancel)) w->late = true;
    const int how = supervise_end(w);
    if (atomic_load(cli->cancel)) return clarke_fail(CLARKE_EINTERRUPTED, "interrupted");
    if (w->refused || (!w->done && json_array_size(w->under_way) == 0))
        return clarke_fail(CLARKE_EINPUT, "%s; nothing was judged",
                           w->refused ? "the plugin cannot be used, as said above"
                                      : "the plugin ended the process before any case began");
    return w->done ? CLARKE_OK : supervise_record(cli, w, how);
}

clarke_status clarke_child_supervise(const clarke_cli *cli, json_t **records)
{
    watch w = {.line = clarke_alloc(cli->mem, SUPERVISE_LINE), .under_way = json_array()};
    clarke_status status = w.under_way ? clarke_arena_status(cli->mem)
                                       : clarke_fail(CLARKE_ENOMEM, "out of memory");
    if (status == CLARKE_OK) status = clarke_cli_real(cli, "limit", 60.0, &w.limit);
    for (size_t i = 0; status == CLARKE_OK && !w.done && i < SUPERVISE_CHILDREN; i++) {
        w = (watch){.line = w.line, .under_way = w.under_way, .limit = w.limit};
        json_array_clear(w.under_way);
        status = supervise_one(cli, i > 0, &w);
    }
    json_decref(w.under_way);
    return status == CLARKE_OK ? supervise_read(cli, records) : status;
}
