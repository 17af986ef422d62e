#include "cli/lib/audit_probes.h"

#include "cli/lib/audit_run.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Processor time, so that a busy machine makes no fault look like one that hangs; what sleeps is ended by
   the clock. */
enum { PROBES_MOST = 256, PROBES_SECONDS = 5, PROBES_CLOCK_SECONDS = 900 };

/* ---- the process that runs them ---- */

static bool probes_same(const char *a, const char *b)
{
    char left[4096], right[4096];
    size_t got = 1;
    FILE *one = fopen(a, "rb"), *other = fopen(b, "rb");
    bool same = one && other;
    while (same && got > 0) {
        got = fread(left, 1, sizeof left, one);
        same = fread(right, 1, sizeof right, other) == got && memcmp(left, right, got) == 0;
    }
    if (one) fclose(one);
    if (other) fclose(other);
    return same;
}

/* Does what `clarke run ARGUMENTS --trace PATH --trace-x` does, and ends. */
static void probes_run(const clarke_cli *cli, char *arguments, char *path)
{
    char program[] = "clarke", command[] = "run", trace[] = "--trace", whole[] = "--trace-x";
    char *argv[24] = {program, command}, *save = NULL;
    int argc = 2;
    bool done = false;
    const struct rlimit limit = {PROBES_SECONDS, PROBES_SECONDS + 1};
    setrlimit(RLIMIT_CPU, &limit);
    alarm(PROBES_CLOCK_SECONDS);
    for (char *word = strtok_r(arguments, " ", &save); word && argc < 20;
         word = strtok_r(NULL, " ", &save))
        argv[argc++] = word;
    argv[argc++] = trace;
    argv[argc++] = path;
    argv[argc++] = whole;
    clarke_cli own = {.mem = clarke_arena_new(0), .cancel = cli->cancel};
    if (!own.mem || !freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
        _exit(CLARKE_AUDIT_FAILED);
    clarke_status status = clarke_cli_parse(&own, argc, argv, &done);
    if (status == CLARKE_OK && !done) status = own.desc->run(&own);
    _exit(status == CLARKE_OK ? own.exit_status : clarke_status_exit(status));
}

static int probes_fork(const clarke_cli *cli, char *arguments, char *path)
{
    int how = 0;
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) probes_run(cli, arguments, path);
    if (child < 0) return CLARKE_AUDIT_FAILED;
    while (waitpid(child, &how, 0) < 0 && errno == EINTR) continue;
    return WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
}

static clarke_status probes_lines(const clarke_cli *cli, const char *folder, FILE *in, FILE *out)
{
    char line[512], path[1024], base[1024];
    const char *kept = clarke_cli_value(cli, "base");
    bool more = true;
    while (more && fgets(line, sizeof line, in)) {
        size_t index;
        int used = 0;
        line[strcspn(line, "\n")] = '\0';
        if (sscanf(line, "%zu %n", &index, &used) < 1 || used == 0)
            return clarke_fail(CLARKE_EINPUT, "probes.txt: '%s' does not begin with a number",
                               line);
        snprintf(base, sizeof base, "%s/%zu.csv", kept ? kept : folder, index);
        snprintf(path, sizeof path, "%s/probe.csv", folder);
        unlink(path);
        const int status = probes_fork(cli, line + used, kept ? path : base);
        const bool differs = kept && (status != 0 || !probes_same(path, base));
        fprintf(out, "%zu %d %d\n", index, status, differs);
        more = !(differs && clarke_cli_has(cli, "first")) && !clarke_audit_hangs(status) &&
               !atomic_load(cli->cancel);
    }
    return CLARKE_OK;
}

clarke_status clarke_audit_probes_serve(const clarke_cli *cli)
{
    const char *folder = clarke_cli_value(cli, "probes");
    const char *from = clarke_arena_printf(cli->mem, "%s/probes.txt", folder);
    const char *to = clarke_arena_printf(cli->mem, "%s/trials.txt", folder);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    FILE *in = fopen(from, "r"), *out = fopen(to, "w");
    clarke_status status = in && out
                               ? probes_lines(cli, folder, in, out)
                               : clarke_fail(CLARKE_EIO, "cannot use the folder '%s'", folder);
    if (in) fclose(in);
    if (out && fclose(out) != 0 && status == CLARKE_OK)
        status = clarke_fail(CLARKE_EIO, "cannot write '%s'", to);
    return status;
}

/* ---- who asks it to ---- */

static clarke_status probes_write(const clarke_audit *a, const char *folder, const bool *wanted,
                                  clarke_arena *mem)
{
    const char *path = clarke_arena_printf(mem, "%s/probes.txt", folder);
    const char *old = clarke_arena_printf(mem, "%s/trials.txt", folder);
    CLARKE_TRY(clarke_arena_status(mem));
    unlink(old);
    FILE *out = fopen(path, "w");
    if (!out) return clarke_fail(CLARKE_EIO, "cannot write '%s'", path);
    for (size_t i = 0; i < a->probes; i++)
        if (!wanted || wanted[i]) fprintf(out, "%zu %s\n", i, a->probe[i].arguments);
    return fclose(out) == 0 ? CLARKE_OK : clarke_fail(CLARKE_EIO, "cannot write '%s'", path);
}

static clarke_status probes_read(const clarke_audit *a, const char *folder, clarke_arena *mem,
                                 clarke_audit_trial *trial, size_t *count)
{
    const char *path = clarke_arena_printf(mem, "%s/trials.txt", folder);
    CLARKE_TRY(clarke_arena_status(mem));
    FILE *in = fopen(path, "r");
    clarke_audit_trial t;
    int differs;
    *count = 0;
    while (in && *count < a->probes &&
           fscanf(in, "%zu %d %d", &t.probe, &t.status, &differs) == 3 && t.probe < a->probes) {
        t.differs = differs != 0;
        trial[(*count)++] = t;
    }
    if (in) fclose(in);
    return CLARKE_OK;
}

clarke_status clarke_audit_probes_try(const clarke_audit *a, const char *object, const char *folder,
                                      const bool *wanted, bool first, clarke_arena *mem,
                                      clarke_audit_trial *trial, size_t *count)
{
    int status;
    CLARKE_TRY(probes_write(a, folder, wanted, mem));
    CLARKE_TRY(clarke_audit_probes_run(a, object, folder, first, mem, &status));
    CLARKE_TRY(probes_read(a, folder, mem, trial, count));
    if (status == 0) return CLARKE_OK;
    size_t next = *count > 0 ? trial[*count - 1].probe + 1 : 0;
    while (next < a->probes && wanted && !wanted[next]) next++;
    if (next < a->probes) trial[(*count)++] = (clarke_audit_trial){next, status, true};
    return CLARKE_OK;
}

static clarke_status probes_list(clarke_audit *a)
{
    char line[512];
    const char *path = clarke_arena_printf(a->cli->mem, "%s/verify/faults/probes.txt", a->root);
    a->probe = clarke_alloc_array(a->cli->mem, PROBES_MOST, sizeof *a->probe);
    CLARKE_TRY(clarke_arena_status(a->cli->mem));
    FILE *in = fopen(path, "r");
    if (!in)
        return clarke_fail(CLARKE_EUNAVAILABLE, "an audit needs the source tree: there is no %s",
                           path);
    while (a->probes < PROBES_MOST && fgets(line, sizeof line, in)) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#' || line[0] == '\0') continue;
        clarke_audit_probe *p = &a->probe[a->probes++];
        p->arguments = clarke_arena_copy_text(a->cli->mem, line);
        p->method = clarke_arena_printf(a->cli->mem, "%.*s", (int)strcspn(line, " :"), line);
    }
    fclose(in);
    return clarke_arena_status(a->cli->mem);
}

clarke_status clarke_audit_probes_open(clarke_audit *a)
{
    clarke_arena *mem = a->cli->mem;
    size_t count = 0;
    int status;
    CLARKE_TRY(probes_list(a));
    clarke_audit_trial *trial = clarke_alloc_array(mem, a->probes + 1, sizeof *trial);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(probes_write(a, a->work, NULL, mem));
    CLARKE_TRY(clarke_audit_probes_run(a, NULL, a->work, false, mem, &status));
    CLARKE_TRY(probes_read(a, a->work, mem, trial, &count));
    for (size_t i = 0; i < count; i++)
        if (trial[i].status != 0)
            return clarke_fail(CLARKE_EINPUT, "the probe '%s' does not run",
                               a->probe[trial[i].probe].arguments);
    if (status != 0 || count != a->probes)
        return clarke_fail(CLARKE_EINTERNAL, "of %zu probes %zu were run", a->probes, count);
    return CLARKE_OK;
}
