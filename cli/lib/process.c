#include "cli/lib/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

typedef struct {
    int read, write;
} process_pipe;

/* Neither end is handed on to programs that are started later. */
static clarke_status process_pipe_open(process_pipe *p)
{
    int ends[2];
    if (pipe(ends) != 0) return clarke_fail(CLARKE_EIO, "a pipe cannot be made");
    *p = (process_pipe){ends[0], ends[1]};
    fcntl(p->read, F_SETFD, FD_CLOEXEC);
    fcntl(p->write, F_SETFD, FD_CLOEXEC);
    return CLARKE_OK;
}

static void process_pipe_close(const process_pipe *p)
{
    close(p->read);
    close(p->write);
}

/* argv, which ends with NULL, with its standard output, and its input if there is one, in pipes. */
static clarke_status process_launch(const char *const *argv, bool quiet, const process_pipe *input,
                                    const process_pipe *output, clarke_arena *mem, pid_t *child)
{
    size_t argc = 0;
    posix_spawn_file_actions_t actions;
    while (argv[argc]) argc++;
    char **copy = clarke_alloc_array(mem, argc + 1, sizeof *copy);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 0; i < argc; i++) copy[i] = clarke_arena_copy_text(mem, argv[i]);
    CLARKE_TRY(clarke_arena_status(mem));
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, output->write, STDOUT_FILENO);
    if (input) posix_spawn_file_actions_adddup2(&actions, input->read, STDIN_FILENO);
    if (quiet) posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    const int error = posix_spawnp(child, copy[0], &actions, NULL, copy, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error == 0) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "'%s' cannot be started: %s", argv[0], strerror(error));
}

/* Its standard output goes to *from; with `to` its input comes from there. */
static clarke_status process_spawn(const char *const *argv, bool quiet, clarke_arena *mem,
                                   pid_t *child, FILE **to, FILE **from)
{
    process_pipe input = {-1, -1}, output;
    CLARKE_TRY(process_pipe_open(&output));
    clarke_status status = to ? process_pipe_open(&input) : CLARKE_OK;
    if (status == CLARKE_OK)
        status = process_launch(argv, quiet, to ? &input : NULL, &output, mem, child);
    if (status != CLARKE_OK) {
        process_pipe_close(&output);
        if (input.read >= 0) process_pipe_close(&input);
        return status;
    }
    close(output.write);
    *from = fdopen(output.read, "r");
    if (to) {
        close(input.read);
        *to = fdopen(input.write, "w");
    }
    if (*from && (!to || *to)) return CLARKE_OK;
    kill(*child, SIGKILL);
    waitpid(*child, NULL, 0);
    return clarke_fail(CLARKE_ENOMEM, "out of memory");
}

clarke_status clarke_process_start(const char *const *argv, clarke_arena *mem, pid_t *child,
                                   FILE **from)
{
    return process_spawn(argv, false, mem, child, NULL, from);
}

clarke_status clarke_process_converse(const char *const *argv, clarke_arena *mem, pid_t *child,
                                      FILE **to, FILE **from)
{
    return process_spawn(argv, false, mem, child, to, from);
}

clarke_status clarke_process_end(const char *program, pid_t child, FILE *from, clarke_status status)
{
    int how = 0;
    if (status != CLARKE_OK) kill(child, SIGKILL);
    fclose(from);
    while (waitpid(child, &how, 0) < 0 && errno == EINTR) continue;
    if (status != CLARKE_OK) return status;
    if (WIFEXITED(how) && WEXITSTATUS(how) == 0) return CLARKE_OK;
    return clarke_fail(CLARKE_EIO, "'%s' ended with %s %d", program,
                       WIFEXITED(how) ? "status" : "signal",
                       WIFEXITED(how) ? WEXITSTATUS(how) : WTERMSIG(how));
}

clarke_status clarke_process_execute(const char *const *argv, clarke_arena *mem, const char *absent)
{
    char line[4096];
    pid_t child;
    FILE *from;
    if (clarke_process_start(argv, mem, &child, &from) != CLARKE_OK)
        return clarke_fail(CLARKE_EUNAVAILABLE, "%s", absent);
    while (fgets(line, sizeof line, from)) continue;
    return clarke_process_end(argv[0], child, from, CLARKE_OK);
}

clarke_status clarke_process_exit(const char *const *argv, clarke_arena *mem, int *status)
{
    char line[4096];
    pid_t child;
    FILE *from;
    int how = 0;
    CLARKE_TRY(process_spawn(argv, true, mem, &child, NULL, &from));
    while (fgets(line, sizeof line, from)) continue;
    fclose(from);
    while (waitpid(child, &how, 0) < 0 && errno == EINTR) continue;
    *status = WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
    return CLARKE_OK;
}
