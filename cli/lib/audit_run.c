#include "cli/lib/audit_run.h"

#include "cli/lib/process.h"

#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Seconds of processor time, so that a busy machine makes no fault look like one that hangs; what
   sleeps is ended by the clock. */
enum { AUDIT_PROBE_SECONDS = 5, AUDIT_SUITE_SECONDS = 90, AUDIT_CLOCK_SECONDS = 900 };

enum { AUDIT_TRACE_LIMIT = 1 << 25 };

/* At most `seconds`, `object` loaded first (NULL: none). *status is the exit status, or what
   clarke_clarke_audit_hangs knows. */
static clarke_status audit_run_program(const clarke_audit *a, clarke_arena *mem, const char *object,
                                       int seconds, const char *const *argument, int *status)
{
    const char *argv[40];
    size_t argc = 0;
    argv[argc++] = "timeout";
    argv[argc++] = "-k1";
    argv[argc++] = clarke_arena_printf(mem, "%d", AUDIT_CLOCK_SECONDS);
    argv[argc++] = "sh";
    argv[argc++] = "-c";
    argv[argc++] = clarke_arena_printf(mem, "ulimit -t %d; exec \"$@\"", seconds);
    argv[argc++] = "sh";
    argv[argc++] = "env";
    if (object) argv[argc++] = clarke_arena_printf(mem, "LD_PRELOAD=%s", object);
    argv[argc++] = a->program;
    while (*argument && argc < 39) argv[argc++] = *argument++;
    argv[argc] = NULL;
    CLARKE_TRY(clarke_arena_status(mem));
    return clarke_process_exit(argv, mem, status);
}

bool clarke_audit_hangs(int status)
{
    return status == 124 || status == 128 + SIGXCPU || status == 128 + SIGKILL;
}

static clarke_status audit_run_read(const char *path, clarke_arena *mem, const char **text,
                                    size_t *length)
{
    struct stat about;
    *text = "";
    *length = 0;
    FILE *in = fopen(path, "rb");
    if (!in) return CLARKE_OK;
    const bool known = fstat(fileno(in), &about) == 0 && about.st_size < AUDIT_TRACE_LIMIT;
    char *buffer = clarke_alloc(mem, known ? (size_t)about.st_size + 1 : 1);
    if (buffer && known) *length = fread(buffer, 1, (size_t)about.st_size, in);
    fclose(in);
    CLARKE_TRY(clarke_arena_status(mem));
    if (!known) return clarke_fail(CLARKE_EINTERNAL, "the trace '%s' is too long", path);
    *text = buffer;
    return CLARKE_OK;
}

clarke_status clarke_audit_probe_run(const clarke_audit *a, const clarke_audit_probe *p,
                                     const char *object, const char *folder, clarke_arena *mem,
                                     const char **trace, size_t *length, int *status)
{
    const char *argv[24] = {"run"}, *path = clarke_arena_printf(mem, "%s/probe.csv", folder);
    size_t argc = 1;
    char *save = NULL, *words = clarke_arena_copy_text(mem, p->arguments);
    CLARKE_TRY(clarke_arena_status(mem));
    for (char *word = strtok_r(words, " ", &save); word && argc < 18;
         word = strtok_r(NULL, " ", &save))
        argv[argc++] = word;
    argv[argc++] = "--trace";
    argv[argc++] = path;
    argv[argc++] = "--trace-x";
    unlink(path);
    CLARKE_TRY(audit_run_program(a, mem, object, AUDIT_PROBE_SECONDS, argv, status));
    return audit_run_read(path, mem, trace, length);
}

clarke_status clarke_audit_verify(const clarke_audit *a, const clarke_audit_job *job,
                                  clarke_arena *mem, int *status)
{
    const char *argv[24];
    size_t argc = 0;
    argv[argc++] = "verify";
    argv[argc++] = "--suite";
    argv[argc++] = job->suite;
    argv[argc++] = "--out";
    argv[argc++] = job->folder;
    argv[argc++] = "--progress";
    argv[argc++] = "none";
    argv[argc++] = "--jobs";
    argv[argc++] = clarke_arena_printf(
        mem, "%zu", job->method || job->object || job->suite != a->suite ? 1 : a->cli->jobs);
    argv[argc++] = "--bare";
    if (job->first) argv[argc++] = "--first";
    argv[argc++] = "--seed";
    argv[argc++] = clarke_arena_printf(mem, "%llu", (unsigned long long)job->seed);
    if (job->method) {
        argv[argc++] = "--method";
        argv[argc++] = job->method;
    }
    argv[argc] = NULL;
    CLARKE_TRY(clarke_arena_status(mem));
    return audit_run_program(a, mem, job->object, AUDIT_SUITE_SECONDS, argv, status);
}
