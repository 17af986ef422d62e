#include "cli/lib/audit.h"

#include "cli/lib/audit_one.h"
#include "cli/lib/audit_probes.h"
#include "cli/lib/audit_run.h"
#include "cli/lib/bench.h"
#include "cli/lib/process.h"
#include "engine/results.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

const char *clarke_fault_outcome_text(clarke_fault_outcome outcome)
{
    static const char *const text[] = {"void",       "equivalent", "caught",
                                       "non-finite", "stopped",    "survived"};
    return text[outcome];
}

/* ---- opening ---- */

static clarke_status audit_base(clarke_audit *a)
{
    const char *folder = clarke_arena_printf(a->cli->mem, "%s/base", a->work);
    clarke_results *results;
    int status;
    CLARKE_TRY(clarke_arena_status(a->cli->mem));
    const clarke_audit_job job = {.suite = a->suite, .seed = a->seed, .folder = folder};
    CLARKE_TRY(clarke_audit_verify(a, &job, a->cli->mem, &status));
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
    CLARKE_TRY(clarke_audit_probes_open(a));
    CLARKE_TRY(audit_base(a));
    return clarke_audit_sources(a);
}

clarke_status clarke_audit_close(const clarke_audit *a)
{
    int status;
    const char *const argv[] = {"rm", "-rf", a->work, NULL};
    return clarke_process_exit(argv, a->cli->mem, &status);
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
        status = clarke_audit_one(q->a, &q->fault[index], folder);
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
    const clarke_audit_job job = {.suite = a->suite, .seed = seed, .folder = folder};
    CLARKE_TRY(clarke_audit_verify(a, &job, a->cli->mem, &status));
    if (status > 2)
        return clarke_fail(CLARKE_EINTERNAL, "the suite %s ends with status %d at seed %llu",
                           a->suite, status, (unsigned long long)seed);
    CLARKE_TRY(clarke_results_load(folder, &results));
    for (size_t i = 0; i < results->count; i++) {
        *runs += results->result[i].role == CLARKE_ROLE_CLAIM;
        *alarms += clarke_audit_is_catch(a, NULL, &results->result[i]);
    }
    clarke_results_free(results);
    return CLARKE_OK;
}
