#include "cli/lib/audit.h"

#include "cli/lib/bench.h"
#include "cli/lib/process.h"
#include "engine/results.h"

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Seconds of processor time, so that a busy machine makes no fault look like one that hangs; what
   sleeps is ended by the clock. */
enum { AUDIT_PROBE_SECONDS = 5, AUDIT_SUITE_SECONDS = 90, AUDIT_CLOCK_SECONDS = 900 };

enum { AUDIT_TRACE_LIMIT = 1 << 25 };

const char *clarke_fault_outcome_text(clarke_fault_outcome outcome)
{
    static const char *const text[] = {"void",       "equivalent", "caught",
                                       "non-finite", "stopped",    "survived"};
    return text[outcome];
}

/* ---- running the program with and without a fault ---- */

/* At most `seconds`, `object` loaded first (NULL: none). *status is the exit status, or what
   audit_hangs knows. */
static clarke_status audit_run(const clarke_audit *a, clarke_arena *mem, const char *object,
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

/* Ended by the clock, or by the kernel: SIGXCPU, then SIGKILL. */
static bool audit_hangs(int status)
{
    return status == 124 || status == 128 + SIGXCPU || status == 128 + SIGKILL;
}

static clarke_status audit_read(const char *path, clarke_arena *mem, const char **text,
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

/* The probe's trace and exit status. */
static clarke_status audit_probe(const clarke_audit *a, const clarke_audit_probe *p,
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
    CLARKE_TRY(audit_run(a, mem, object, AUDIT_PROBE_SECONDS, argv, status));
    return audit_read(path, mem, trace, length);
}

/* What is judged: by a suite, for one method (NULL: all, by all jobs), with a seed, to the end or to
   the first claim that is refuted; `folder` gets the results. */
typedef struct {
    const char *object, *suite, *method, *folder;
    bool first;
    uint64_t seed;
} audit_job;

/* *status as audit_run says. */
static clarke_status audit_verify(const clarke_audit *a, const audit_job *job, clarke_arena *mem,
                                  int *status)
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
    return audit_run(a, mem, job->object, AUDIT_SUITE_SECONDS, argv, status);
}

/* ---- opening ---- */

static clarke_status audit_probes(clarke_audit *a)
{
    char line[512];
    int status;
    const char *path = clarke_arena_printf(a->cli->mem, "%s/verify/faults/probes.txt", a->root);
    a->probe = clarke_alloc_array(a->cli->mem, 256, sizeof *a->probe);
    CLARKE_TRY(clarke_arena_status(a->cli->mem));
    FILE *in = fopen(path, "r");
    if (!in)
        return clarke_fail(CLARKE_EUNAVAILABLE, "an audit needs the source tree: there is no %s",
                           path);
    while (a->probes < 256 && fgets(line, sizeof line, in)) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#' || line[0] == '\0') continue;
        clarke_audit_probe *p = &a->probe[a->probes++];
        p->arguments = clarke_arena_copy_text(a->cli->mem, line);
        p->method = clarke_arena_printf(a->cli->mem, "%.*s", (int)strcspn(line, " :"), line);
    }
    fclose(in);
    CLARKE_TRY(clarke_arena_status(a->cli->mem));
    for (size_t i = 0; i < a->probes; i++) {
        clarke_audit_probe *p = &a->probe[i];
        CLARKE_TRY(audit_probe(a, p, NULL, a->work, a->cli->mem, &p->trace, &p->length, &status));
        if (p->length == 0 || status != 0)
            return clarke_fail(CLARKE_EINPUT, "the probe '%s' does not run", p->arguments);
    }
    return CLARKE_OK;
}

static clarke_status audit_base(clarke_audit *a)
{
    const char *folder = clarke_arena_printf(a->cli->mem, "%s/base", a->work);
    clarke_results *results;
    int status;
    CLARKE_TRY(clarke_arena_status(a->cli->mem));
    const audit_job job = {.suite = a->suite, .seed = a->seed, .folder = folder};
    CLARKE_TRY(audit_verify(a, &job, a->cli->mem, &status));
    if (status > 2)
        return clarke_fail(CLARKE_EINTERNAL, "the suite %s ends with status %d without a fault",
                           a->suite, status);
    CLARKE_TRY(clarke_results_load(folder, &results));
    a->base = clarke_alloc_array(a->cli->mem, results->count, sizeof *a->base);
    CLARKE_TRY(clarke_arena_status(a->cli->mem));
    for (size_t i = 0; i < results->count; i++) {
        const clarke_result *r = &results->result[i];
        a->base[a->cases++] = (clarke_audit_case){
            .id = clarke_arena_copy_text(a->cli->mem, r->id),
            .claim = clarke_arena_copy_text(a->cli->mem, r->claim),
            .method = clarke_arena_printf(a->cli->mem, "%.*s",
                                          (int)strcspn(r->method ? r->method : "", ":"),
                                          r->method ? r->method : ""),
            .verdict = r->verdict,
            .role = r->role};
    }
    clarke_results_free(results);
    return clarke_arena_status(a->cli->mem);
}

const char *clarke_audit_root(const clarke_cli *cli)
{
    const char *source = clarke_cli_value(cli, "source");
    return source ? source : CLARKE_SOURCE_TREE;
}

clarke_status clarke_audit_open(const clarke_cli *cli, clarke_audit *a)
{
    char work[] = "/tmp/clarke-audit-XXXXXX";
    const char *const compiler[] = {"cc", "--version", NULL};
    *a = (clarke_audit){.cli = cli,
                        .program = clarke_bench_self(cli),
                        .root = clarke_audit_root(cli),
                        .suite = clarke_cli_value(cli, "suite"),
                        .seed = cli->seed};
    int status;
    if (!a->suite) a->suite = "audit";
    if (!mkdtemp(work)) return clarke_fail(CLARKE_EIO, "a temporary folder cannot be made");
    a->work = clarke_arena_copy_text(cli->mem, work);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    if (clarke_process_exit(compiler, cli->mem, &status) != CLARKE_OK || status != 0)
        return clarke_fail(CLARKE_EUNAVAILABLE, "an audit compiles faults, and there is no cc");
    CLARKE_TRY(audit_probes(a));
    CLARKE_TRY(audit_base(a));
    return clarke_audit_sources(a);
}

clarke_status clarke_audit_close(const clarke_audit *a)
{
    int status;
    const char *const argv[] = {"rm", "-rf", a->work, NULL};
    return clarke_process_exit(argv, a->cli->mem, &status);
}

/* ---- one fault ---- */

static clarke_status audit_compile(const clarke_audit *a, clarke_fault *f, const char *folder,
                                   const char **object)
{
    const char *source = clarke_arena_printf(f->mem, "%s/fault.c", folder);
    int status;
    *object = clarke_arena_printf(f->mem, "%s/fault.so", folder);
    const char *const argv[] = {"cc",
                                "-std=c17",
                                "-O1",
                                "-fPIC",
                                "-shared",
                                "-w",
                                "-ffp-contract=off",
                                "-D_XOPEN_SOURCE=700",
                                clarke_arena_printf(f->mem, "-I%s", a->root),
                                "-o",
                                *object,
                                source,
                                NULL};
    CLARKE_TRY(clarke_arena_status(f->mem));
    FILE *out = fopen(source, "w");
    if (!out) return clarke_fail(CLARKE_EIO, "cannot write %s", source);
    fputs(f->text, out);
    if (fclose(out) != 0) return clarke_fail(CLARKE_EIO, "cannot write %s", source);
    CLARKE_TRY(clarke_process_exit(argv, f->mem, &status));
    if (status == 0) return CLARKE_OK;
    f->outcome = CLARKE_FAULT_VOID;
    f->detail = "it does not compile";
    *object = NULL;
    return CLARKE_OK;
}

static const clarke_audit_case *audit_case(const clarke_audit *a, const char *id)
{
    size_t low = 0, high = a->cases;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(id, a->base[middle].id);
        if (order == 0) return &a->base[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* Refuted, and supported without the fault; of a variant by settings: refuted. */
static bool audit_is_catch(const clarke_audit *a, const clarke_fault *f, const clarke_result *r)
{
    if (f && f->suite) return r->role == CLARKE_ROLE_CLAIM && r->verdict == CLARKE_REFUTED;
    const clarke_audit_case *base = audit_case(a, r->id);
    return base && base->role == CLARKE_ROLE_CLAIM && base->verdict == CLARKE_SUPPORTED &&
           r->verdict == CLARKE_REFUTED;
}

/* A claim that is supported without the fault, and of which a hypothesis fails with it, such as that
   the steps conform, objects by standing back: that is counted apart. */
static void audit_stand_back(const clarke_audit *a, clarke_fault *f, const clarke_result *r)
{
    const clarke_audit_case *base = audit_case(a, r->id);
    if (!base || base->role != CLARKE_ROLE_CLAIM || base->verdict != CLARKE_SUPPORTED ||
        r->verdict != CLARKE_NOT_APPLICABLE)
        return;
    for (size_t i = 0; i < f->backs; i++)
        if (strcmp(f->stood_back[i], r->claim) == 0) return;
    if (f->backs < CLARKE_FAULT_CATCHES_MAX)
        f->stood_back[f->backs++] = clarke_arena_copy_text(f->mem, r->claim);
}

/* What the folder's records say of the fault. */
static clarke_status audit_judge(const clarke_audit *a, clarke_fault *f, const char *folder)
{
    clarke_results *results;
    if (clarke_results_load(folder, &results) != CLARKE_OK) {
        f->detail = clarke_arena_copy_text(f->mem, clarke_message());
        return clarke_arena_status(f->mem);
    }
    for (size_t i = 0; i < results->count; i++) {
        const clarke_result *r = &results->result[i];
        f->judged += r->role == CLARKE_ROLE_CLAIM && r->verdict == CLARKE_SUPPORTED;
        audit_stand_back(a, f, r);
        if (!audit_is_catch(a, f, r) || f->catches == CLARKE_FAULT_CATCHES_MAX) continue;
        f->caught[f->catches++] = (clarke_fault_catch){clarke_arena_copy_text(f->mem, r->claim),
                                                       clarke_arena_copy_text(f->mem, r->id),
                                                       clarke_arena_copy_text(f->mem, r->sentence)};
        const bool finite = !strstr(r->sentence, "finite");
        if (finite)
            f->outcome = CLARKE_FAULT_CAUGHT;
        else if (f->outcome != CLARKE_FAULT_CAUGHT)
            f->outcome = CLARKE_FAULT_NONFINITE;
    }
    clarke_results_free(results);
    return clarke_arena_status(f->mem);
}

bool clarke_audit_judges(const clarke_audit *a, const char *method)
{
    for (size_t i = 0; i < a->cases; i++)
        if (strcmp(a->base[i].method, method) == 0) return true;
    return false;
}

static void audit_stopped(clarke_fault *f, const char *what, int status)
{
    if (f->outcome == CLARKE_FAULT_SURVIVED) f->outcome = CLARKE_FAULT_STOPPED;
    f->detail = audit_hangs(status)
                    ? clarke_arena_printf(f->mem, "%s did not end in time", what)
                    : clarke_arena_printf(f->mem, "%s ended with status %d", what, status);
}

static clarke_status audit_suite(const clarke_audit *a, clarke_fault *f, const char *object,
                                 const char *method, const char *folder)
{
    int status;
    const audit_job job = {.object = object,
                           .suite = a->suite,
                           .method = method,
                           .folder = folder,
                           .first = f->kind == CLARKE_FAULT_MUTANT,
                           .seed = a->seed};
    CLARKE_TRY(audit_verify(a, &job, f->mem, &status));
    if (status <= 2) return audit_judge(a, f, folder);
    audit_stopped(f, "the suite", status);
    return clarke_arena_status(f->mem);
}

/* Whether the probe behaves otherwise; *status is its own. */
static clarke_status audit_differs(const clarke_audit *a, const clarke_audit_probe *p,
                                   const char *object, const char *folder, bool *differs,
                                   int *status)
{
    const char *trace;
    size_t length;
    clarke_arena *mem = clarke_arena_new(0);
    *differs = false;
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    const clarke_status tried = audit_probe(a, p, object, folder, mem, &trace, &length, status);
    *differs = tried == CLARKE_OK &&
               (*status != 0 || length != p->length || memcmp(trace, p->trace, length) != 0);
    clarke_arena_free(mem);
    return tried;
}

/* Settings on which no claim is supported say nothing: void. */
static clarke_status audit_settings(const clarke_audit *a, clarke_fault *f, const char *folder)
{
    int status;
    const audit_job job = {.suite = f->suite,
                           .folder = clarke_arena_printf(f->mem, "%s/results", folder),
                           .seed = a->seed};
    CLARKE_TRY(clarke_arena_status(f->mem));
    f->outcome = CLARKE_FAULT_SURVIVED;
    CLARKE_TRY(audit_verify(a, &job, f->mem, &status));
    if (status > 2) {
        audit_stopped(f, "the suite", status);
        return clarke_arena_status(f->mem);
    }
    CLARKE_TRY(audit_judge(a, f, job.folder));
    if (f->outcome == CLARKE_FAULT_SURVIVED && f->judged == 0) f->outcome = CLARKE_FAULT_VOID;
    return clarke_arena_status(f->mem);
}

/* A method's own file is used by no other method. */
static bool audit_reaches(const clarke_fault *f, const char *method)
{
    const char *own = "methods/";
    if (strncmp(f->path, own, strlen(own)) != 0 || strchr(f->path + strlen(own), '/')) return true;
    const char *name = f->path + strlen(own);
    const size_t length = strlen(method);
    return strncmp(name, method, length) == 0 && name[length] == '.';
}

/* Probes first: a method whose traces are all the same need not be judged. Of a mutant one catch is
   enough, and so it is that a run ends as none did before. */
static clarke_status audit_one(const clarke_audit *a, clarke_fault *f, const char *folder)
{
    const char *object, *done = "";
    bool judged = false;
    if (!f->text) return CLARKE_OK;
    if (f->suite) return audit_settings(a, f, folder);
    CLARKE_TRY(audit_compile(a, f, folder, &object));
    if (!object) return CLARKE_OK;
    f->outcome = CLARKE_FAULT_EQUIVALENT;
    for (size_t i = 0; i < a->probes; i++) {
        const clarke_audit_probe *p = &a->probe[i];
        bool differs;
        int status;
        if (strcmp(p->method, done) == 0 || !audit_reaches(f, p->method)) continue;
        CLARKE_TRY(audit_differs(a, p, object, folder, &differs, &status));
        if (!differs) continue;
        if (f->outcome == CLARKE_FAULT_EQUIVALENT) f->outcome = CLARKE_FAULT_SURVIVED;
        if (!f->method) f->method = p->method;
        done = p->method;
        if (status != 0) audit_stopped(f, "a run", status);
        if (audit_hangs(status)) return clarke_arena_status(f->mem);
        const bool judges = clarke_audit_judges(a, p->method);
        judged |= judges;
        if (judges && (f->kind != CLARKE_FAULT_MUTANT || status == 0))
            CLARKE_TRY(audit_suite(a, f, object, p->method,
                                   clarke_arena_printf(f->mem, "%s/results", folder)));
        if (f->kind == CLARKE_FAULT_MUTANT && f->outcome != CLARKE_FAULT_SURVIVED) break;
    }
    if (f->outcome == CLARKE_FAULT_SURVIVED && !judged)
        f->detail = "no claim of the suite judges the method";
    return clarke_arena_status(f->mem);
}

/* ---- all of them ---- */

typedef struct {
    const clarke_audit *a;
    clarke_fault *fault;
    size_t count;
    pthread_mutex_t lock;
    size_t next;
    clarke_status status;
    char message[512];
} audit_queue;

static bool audit_next(audit_queue *q, size_t *index)
{
    pthread_mutex_lock(&q->lock);
    *index = q->next++;
    const bool more = *index < q->count && q->status == CLARKE_OK &&
                      !atomic_load(q->a->cli->cancel);
    pthread_mutex_unlock(&q->lock);
    return more;
}

static void *audit_worker(void *self)
{
    audit_queue *q = self;
    char folder[] = "/tmp/clarke-audit-XXXXXX";
    size_t index;
    int ended;
    clarke_status status =
        mkdtemp(folder) ? CLARKE_OK : clarke_fail(CLARKE_EIO, "a temporary folder cannot be made");
    while (status == CLARKE_OK && audit_next(q, &index))
        status = audit_one(q->a, &q->fault[index], folder);
    pthread_mutex_lock(&q->lock);
    if (status != CLARKE_OK && q->status == CLARKE_OK) {
        q->status = status;
        snprintf(q->message, sizeof q->message, "%s", clarke_message());
    }
    pthread_mutex_unlock(&q->lock);
    clarke_arena *mem = clarke_arena_new(0);
    const char *const argv[] = {"rm", "-rf", folder, NULL};
    if (mem) clarke_process_exit(argv, mem, &ended);
    clarke_arena_free(mem);
    return NULL;
}

clarke_status clarke_audit_try(const clarke_audit *a, clarke_fault *fault, size_t count,
                               size_t jobs)
{
    enum { MOST = 64 };
    pthread_t thread[MOST];
    size_t started = 0;
    audit_queue q = {.a = a, .fault = fault, .count = count, .lock = PTHREAD_MUTEX_INITIALIZER};
    for (; started < jobs && started < MOST; started++)
        if (pthread_create(&thread[started], NULL, audit_worker, &q) != 0) break;
    if (started == 0) audit_worker(&q);
    for (size_t i = 0; i < started; i++) pthread_join(thread[i], NULL);
    if (atomic_load(a->cli->cancel)) return clarke_fail(CLARKE_EINTERRUPTED, "interrupted");
    return q.status == CLARKE_OK ? CLARKE_OK : clarke_fail(q.status, "%s", q.message);
}

clarke_status clarke_audit_fresh(const clarke_audit *a, uint64_t seed, size_t *runs, size_t *alarms)
{
    const char *folder = clarke_arena_printf(a->cli->mem, "%s/fresh", a->work);
    clarke_results *results;
    int status;
    *runs = *alarms = 0;
    CLARKE_TRY(clarke_arena_status(a->cli->mem));
    const audit_job job = {.suite = a->suite, .seed = seed, .folder = folder};
    CLARKE_TRY(audit_verify(a, &job, a->cli->mem, &status));
    if (status > 2)
        return clarke_fail(CLARKE_EINTERNAL, "the suite %s ends with status %d at seed %llu",
                           a->suite, status, (unsigned long long)seed);
    CLARKE_TRY(clarke_results_load(folder, &results));
    for (size_t i = 0; i < results->count; i++) {
        *runs += results->result[i].role == CLARKE_ROLE_CLAIM;
        *alarms += audit_is_catch(a, NULL, &results->result[i]);
    }
    clarke_results_free(results);
    return CLARKE_OK;
}
