#define _DEFAULT_SOURCE /* SA_ONSTACK and siginfo's details */
#include "cli/lib/child.h"

#include "core/external.h"
#include "core/plugin.h"
#include "engine/json.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_PIPE = 3, CHILD_MEMORY_GB = 4 };

bool clarke_child_needed(const clarke_cli *cli)
{
    return clarke_cli_has(cli, "plugin") || clarke_cli_has(cli, "exec");
}

bool clarke_child_is(const clarke_cli *cli)
{
    return clarke_cli_has(cli, "child");
}

/* One line to the parent; a parent that is gone ends the child. */
static void child_say(const char *line)
{
    const size_t length = strlen(line);
    if (write(CHILD_PIPE, line, length) != (ssize_t)length || write(CHILD_PIPE, "\n", 1) != 1)
        _exit(1);
}

/* ---- limits ---- */

/* Only what a handler may do: a mark, then the default action. */
static void child_on_fault(int number)
{
    static const char mark[] = "fault\n";
    const ssize_t written = write(CHILD_PIPE, mark, sizeof mark - 1);
    (void)written;
    signal(number, SIG_DFL);
    raise(number);
}

static void child_limits(void)
{
    const struct rlimit none = {0, 0};
    const struct rlimit memory = {(rlim_t)CHILD_MEMORY_GB << 30, (rlim_t)CHILD_MEMORY_GB << 30};
    const struct rlimit files = {64, 64}, size = {(rlim_t)1 << 30, (rlim_t)1 << 30};
    setrlimit(RLIMIT_CORE, &none);
    setrlimit(RLIMIT_NOFILE, &files);
    setrlimit(RLIMIT_FSIZE, &size);
    if (!CLARKE_SANITIZED) setrlimit(RLIMIT_AS, &memory);
}

/* A stack of its own, since the fault may be that the stack is full. */
static void child_handlers(void)
{
    static char stack[1 << 16];
    const stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {.sa_handler = child_on_fault, .sa_flags = SA_ONSTACK};
    sigaltstack(&other, NULL);
    sigemptyset(&action.sa_mask);
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
}

/* ---- loading ---- */

static clarke_status child_load(const clarke_cli *cli)
{
    for (size_t i = 0; i < cli->givens; i++)
        if (strcmp(cli->given[i].option->name, "plugin") == 0)
            CLARKE_TRY(clarke_plugin_load(cli->given[i].value));
    const char *command = clarke_cli_value(cli, "exec"), *like = clarke_cli_value(cli, "like");
    if (command) CLARKE_TRY(clarke_external_register(command));
    if (!like) return CLARKE_OK;
    const clarke_entry *method = clarke_plugin_method();
    const char *own = command ? "external" : method ? method->id : NULL;
    if (!own) return clarke_fail(CLARKE_EUSAGE, "--like %s: the plugin brings no method", like);
    return clarke_plugin_like(own, like);
}

clarke_status clarke_child_begin(const clarke_cli *cli)
{
    if (clarke_child_is(cli)) {
        child_limits();
        child_handlers();
        /* What a plugin leaves behind becomes a child of this process, whoever started it. */
        prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L);
    }
    const clarke_status status = child_load(cli);
    if (status == CLARKE_OK || !clarke_child_is(cli)) return status;
    child_say("refused"); /* what follows is a failure of the input, not a finding */
    return status;
}

bool clarke_child_can(const clarke_case *c)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_spec spec;
    bool can = mem && clarke_spec_parse(c->run.method, mem, &spec) == CLARKE_OK;
    const clarke_method_desc *desc = can ? clarke_registry_get(&clarke_methods, spec.id) : NULL;
    for (size_t i = 0; can && desc && i < spec.count; i++) {
        const clarke_param *p = desc->params;
        while (p->name && strcmp(p->name, spec.setting[i].name) != 0) p++;
        can = p->name != NULL;
    }
    clarke_arena_free(mem);
    return can;
}

/* ---- at work ---- */

clarke_status clarke_child_case(void *self, const clarke_case *const *c, size_t count)
{
    const clarke_scheduler_options *o = self;
    clarke_arena_guard_pages(true);
    child_say("begin");
    for (size_t i = 0; i < count; i++) {
        clarke_judgement j = {.smallest_detectable = NAN, .evidence = json_object()};
        json_t *record = clarke_record_make(c[i], &j, o->seed, 0, o->suite);
        char *line = record ? clarke_record_line(record) : NULL;
        if (line) child_say(line);
        free(line);
        json_decref(record);
        json_decref(j.evidence);
    }
    return CLARKE_OK;
}

/* All that the plugin left behind; Linux lists them. */
static void child_kill_others(void)
{
    long pid;
    FILE *list = fopen("/proc/thread-self/children", "r");
    while (list && fscanf(list, "%ld", &pid) == 1) kill((pid_t)pid, SIGKILL);
    if (list) fclose(list);
    kill(0, SIGKILL);
}

clarke_status clarke_child_case_end(void *self)
{
    (void)self;
    clarke_arena_guard_pages(false);
    if (clarke_denormals_flushed()) {
        child_say("finding it switched denormal numbers off (FTZ or DAZ) while it ran");
        _exit(1);
    }
    if (waitpid(-1, NULL, WNOHANG) >= 0 || errno != ECHILD) {
        child_say("finding it left a process of its own behind: it forked");
        child_kill_others();
    }
    child_say("end");
    return CLARKE_OK;
}

void clarke_child_failed(void)
{
    char line[512];
    snprintf(line, sizeof line, "finding the run failed: %s", clarke_message());
    line[strcspn(line, "\n")] = '\0';
    child_say(line);
}

void clarke_child_done(void)
{
    child_say("done");
}
