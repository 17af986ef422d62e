#include "cli/lib/audit_run.h"

#include "cli/lib/process.h"

#include <signal.h>

/* Seconds of processor time, so that a busy machine makes no fault look like one that hangs; what
   sleeps is ended by the clock. */
enum { AUDIT_SUITE_SECONDS = 90, AUDIT_CLOCK_SECONDS = 900 };

/* With `object` loaded first (NULL: none). *status is the exit status, or what
   clarke_audit_hangs knows. */
static clarke_status audit_run_program(const clarke_audit *a, clarke_arena *mem, const char *object,
                                       const char *const *argument, int *status)
{
    const char *argv[40];
    size_t argc = 0;
    argv[argc++] = "timeout";
    argv[argc++] = "-k1";
    argv[argc++] = clarke_arena_printf(mem, "%d", AUDIT_CLOCK_SECONDS);
    argv[argc++] = "sh";
    argv[argc++] = "-c";
    argv[argc++] = clarke_arena_printf(mem, "ulimit -t %d; exec \"$@\"", AUDIT_SUITE_SECONDS);
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
    return status == 124 || status == 128 + SIGXCPU || status == 128 + SIGKILL ||
           status == 128 + SIGALRM;
}

clarke_status clarke_audit_probes_run(const clarke_audit *a, const char *object, const char *folder,
                                      bool first, clarke_arena *mem, int *status)
{
    const char *argv[8] = {"audit", "--probes", folder};
    size_t argc = 3;
    if (object) argv[argc++] = "--base";
    if (object) argv[argc++] = a->work;
    if (first) argv[argc++] = "--first";
    argv[argc] = NULL;
    return audit_run_program(a, mem, object, argv, status);
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
    if (job->ungated) argv[argc++] = "--ungated";
    argv[argc++] = "--seed";
    argv[argc++] = clarke_arena_printf(mem, "%llu", (unsigned long long)job->seed);
    if (job->method) {
        argv[argc++] = "--method";
        argv[argc++] = job->method;
    }
    argv[argc] = NULL;
    CLARKE_TRY(clarke_arena_status(mem));
    return audit_run_program(a, mem, job->object, argv, status);
}
