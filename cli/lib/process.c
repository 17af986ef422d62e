#include "cli/lib/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Starts argv, which ends with NULL, with its standard output in *from. */
static clarke_status process_spawn(const char *const *argv, bool quiet, clarke_arena *mem,
                                   pid_t *child, FILE **from)
{
    int ends[2];
    size_t argc = 0;
    posix_spawn_file_actions_t actions;
    while (argv[argc]) argc++;
    char **copy = clarke_alloc_array(mem, argc + 1, sizeof *copy);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 0; i < argc; i++) copy[i] = clarke_arena_copy_text(mem, argv[i]);
    CLARKE_TRY(clarke_arena_status(mem));
    if (pipe(ends) != 0) return clarke_fail(CLARKE_EIO, "a pipe cannot be made");
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    if (quiet) posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    const int error = posix_spawnp(child, copy[0], &actions, NULL, copy, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    *from = error == 0 ? fdopen(ends[0], "r") : NULL;
    if (*from) return CLARKE_OK;
    close(ends[0]);
    return clarke_fail(CLARKE_EINPUT, "'%s' cannot be started: %s", argv[0], strerror(error));
}

clarke_status clarke_process_start(const char *const *argv, clarke_arena *mem, pid_t *child,
                                   FILE **from)
{
    return process_spawn(argv, false, mem, child, from);
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
    CLARKE_TRY(process_spawn(argv, true, mem, &child, &from));
    while (fgets(line, sizeof line, from)) continue;
    fclose(from);
    while (waitpid(child, &how, 0) < 0 && errno == EINTR) continue;
    *status = WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
    return CLARKE_OK;
}
