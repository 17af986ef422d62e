#include "engine/scheduler.h"

#include "engine/journal.h"
#include "engine/trace.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Cases that share their runs. */
typedef struct {
    size_t first, count; /* in the schedule's order */
    double cost;
} group;

typedef struct {
    const clarke_plan *plan;
    const clarke_scheduler_options *options;
    const clarke_case **order; /* [cases] by run hash, then id */
    group *group;              /* [groups] by falling cost */
    size_t cases, groups;
    atomic_size_t next;
    atomic_bool stop;
    atomic_bool enough;   /* begin no group any more */
    pthread_mutex_t lock; /* guards all below */
    json_t *records;
    double done, total, deadline;
    clarke_status status;
    char message[1024];
} schedule;

double clarke_case_cost(const clarke_case *c)
{
    return 1.0 + (double)(c->repetitions ? c->repetitions : 1) * (double)c->run.iterations;
}

uint64_t clarke_case_runs(const clarke_case *c)
{
    return c->repetitions ? clarke_hash_mix(clarke_run_spec_hash(&c->run), c->repetitions)
                          : c->hash;
}

/* ---- judging ---- */

static void judgement_begin(clarke_judgement *j, clarke_arena *mem)
{
    *j = (clarke_judgement){.mem = mem, .smallest_detectable = NAN, .evidence = json_object()};
}

/* A run that cannot be made, because its data is not there or its step sizes leave their range, is
   not-applicable with the reason, never dropped. */
static clarke_status judge_impossible(clarke_judgement *j, clarke_status status)
{
    char reason[900];
    snprintf(reason, sizeof reason, "%s", clarke_message());
    const bool data = status == CLARKE_EUNAVAILABLE;
    clarke_assume(j, data ? "data_available" : "run_possible",
                  data ? "the data of the problem is on this machine" : "the run can be made",
                  CLARKE_HYPOTHESIS_FAILED, "%s", reason);
    return clarke_judge(j, CLARKE_NOT_APPLICABLE, "%s", reason);
}

static bool is_impossible(clarke_status status)
{
    return status == CLARKE_EUNAVAILABLE || status == CLARKE_EINPUT;
}

/* What a group of cases runs: the union of their measures. */
typedef struct {
    clarke_run_plan plan;
    clarke_problem *problem;
    clarke_run_result *run;
    clarke_measure_use *use;
    size_t uses, repetitions;
    size_t (*map)[CLARKE_USES_MAX]; /* [cases] */
} bundle;

static bool use_equal(const clarke_measure_use *a, const clarke_measure_use *b)
{
    return strcmp(a->id, b->id) == 0 && memcmp(a->arg, b->arg, sizeof a->arg) == 0;
}

static clarke_status bundle_uses(bundle *b, const clarke_case *const *c, size_t count,
                                 clarke_arena *mem)
{
    b->use = clarke_alloc_array(mem, count * CLARKE_USES_MAX, sizeof *b->use);
    b->map = clarke_alloc_array(mem, count, sizeof *b->map);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 0; i < count; i++) {
        for (size_t u = 0; u < c[i]->uses; u++) {
            size_t at = 0;
            while (at < b->uses && !use_equal(&b->use[at], &c[i]->use[u])) at++;
            if (at == b->uses) b->use[b->uses++] = c[i]->use[u];
            b->map[i][u] = at;
        }
    }
    return CLARKE_OK;
}

clarke_status clarke_case_uses(const clarke_case *const *c, size_t count, clarke_arena *mem,
                               clarke_measure_use **use, size_t *uses)
{
    bundle b = {.uses = 0};
    CLARKE_TRY(bundle_uses(&b, c, count, mem));
    *use = b.use;
    *uses = b.uses;
    return CLARKE_OK;
}

static clarke_status bundle_trace(const schedule *s, const clarke_case *c, const bundle *b,
                                  clarke_arena *mem, clarke_trace **trace)
{
    *trace = NULL;
    const bool drawn = b->plan.n == 2 || (b->plan.network && b->plan.n <= CLARKE_TRACE_AGENTS);
    if (!s->options->traces || (!drawn && !s->options->trace_all)) return CLARKE_OK;
    const char *path = clarke_arena_printf(mem, "%s/%s.csv", s->options->traces, c->id);
    CLARKE_TRY(clarke_arena_status(mem));
    return clarke_trace_open(path, &b->plan, s->options->seed, 0, mem, trace);
}

static clarke_status bundle_run(const schedule *s, bundle *b, const clarke_case *const *c,
                                size_t count, size_t factor, clarke_arena *mem)
{
    clarke_run_spec spec = c[0]->run;
    spec.iterations *= factor;
    b->repetitions = c[0]->repetitions;
    CLARKE_TRY(clarke_run_plan_make(&spec, mem, &b->plan));
    CLARKE_TRY(clarke_problem_make(&b->plan.problem, mem, &b->problem));
    CLARKE_TRY(bundle_uses(b, c, count, mem));
    b->run = clarke_alloc_array(mem, b->repetitions, sizeof *b->run);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t r = 0; r < b->repetitions; r++) {
        clarke_trace *trace = NULL;
        clarke_observer observer = {NULL, clarke_trace_observe};
        if (r == 0) CLARKE_TRY(bundle_trace(s, c[0], b, mem, &trace));
        observer.self = trace;
        const clarke_status status = clarke_run_execute(&b->plan, s->options->seed, r, b->use,
                                                        b->uses, trace ? &observer : NULL, &s->stop,
                                                        mem, &b->run[r]);
        const clarke_status closed = clarke_trace_close(trace);
        CLARKE_TRY(status);
        CLARKE_TRY(closed);
    }
    return CLARKE_OK;
}

static clarke_status judge_case(const schedule *s, const bundle *b, const clarke_case *c, size_t at,
                                size_t look, bool ungated, clarke_arena *mem, clarke_judgement *j)
{
    const clarke_claim_desc *claim = clarke_registry_get(&clarke_claims, c->claim);
    const clarke_evidence e = {.c = c,
                               .problem = b ? b->problem : NULL,
                               .plan = b ? &b->plan : NULL,
                               .run = b ? b->run : NULL,
                               .use_map = b ? b->map[at] : NULL,
                               .repetitions = b ? b->repetitions : 0,
                               .look = look,
                               .seed = s->options->seed,
                               .alpha = c->alpha / 2.0,
                               .ungated = ungated,
                               .mem = mem};
    judgement_begin(j, mem);
    CLARKE_TRY(claim->judge(&e, j));
    if (j->verdict == CLARKE_VERDICT_NONE && !(j->need_more && look == 0))
        return clarke_fail(CLARKE_EINTERNAL, "the claim %s gave no verdict on %s", c->claim, c->id);
    return CLARKE_OK;
}

/* What a claim that stands back would say if its hypotheses held. Where it would ask for longer runs,
   or cannot say anything, it is inconclusive. */
static clarke_status judge_ungated(const schedule *s, const bundle *b, const clarke_case *c,
                                   size_t at, size_t look, clarke_arena *mem, clarke_judgement *j)
{
    clarke_judgement open;
    if (!s->options->ungated || c->role != CLARKE_ROLE_CLAIM || j->verdict != CLARKE_NOT_APPLICABLE)
        return CLARKE_OK;
    const clarke_status status = judge_case(s, b, c, at, look, true, mem, &open);
    const bool judged = status == CLARKE_OK && open.verdict != CLARKE_VERDICT_NONE;
    clarke_note_text(j, "ungated",
                     clarke_verdict_text(judged ? open.verdict : CLARKE_INCONCLUSIVE));
    if (judged) clarke_note_text(j, "ungated_sentence", open.sentence);
    json_decref(open.evidence);
    return is_impossible(status) ? CLARKE_OK : status;
}

static bool bundle_step_failed(const bundle *b)
{
    for (size_t r = 0; b->run && r < b->repetitions; r++)
        if (b->run[r].step_failed) return true;
    return false;
}

/* ---- the shared state ---- */

static void schedule_fail(schedule *s, clarke_status status)
{
    pthread_mutex_lock(&s->lock);
    if (s->status == CLARKE_OK) {
        s->status = status;
        snprintf(s->message, sizeof s->message, "%s", clarke_message());
    }
    pthread_mutex_unlock(&s->lock);
    atomic_store(&s->stop, true);
}

static clarke_status schedule_record(schedule *s, const clarke_case *c, const clarke_judgement *j,
                                     size_t look)
{
    json_t *record = clarke_record_make(c, j, s->options->seed, look, s->options->suite);
    clarke_status status = CLARKE_OK;
    pthread_mutex_lock(&s->lock);
    if (s->options->journal) status = clarke_journal_append(s->options->journal, record);
    json_array_append_new(s->records, record);
    s->done += clarke_case_cost(c);
    if (s->options->until_refuted && j->verdict == CLARKE_REFUTED && clarke_is_surprising(c, j))
        atomic_store(&s->enough, true);
    if (s->options->progress)
        s->options->progress(s->options->progress_self, s->done, s->total, c->id);
    pthread_mutex_unlock(&s->lock);
    return status;
}

static double schedule_clock(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double schedule_cpu(void)
{
    return schedule_clock(CLOCK_THREAD_CPUTIME_ID);
}

static void schedule_spent(schedule *s, const clarke_case *c, double running, double judging)
{
    if (!s->options->spent) return;
    pthread_mutex_lock(&s->lock);
    s->options->spent(s->options->spent_self, c, running, judging);
    pthread_mutex_unlock(&s->lock);
}

/* Judges the cases on one set of runs; those that need more come back in `again`. */
static clarke_status group_look(schedule *s, const clarke_case **c, size_t count, size_t look,
                                const clarke_case **again, size_t *again_count)
{
    clarke_arena *mem = clarke_arena_new(0);
    bundle b = {.uses = 0};
    *again_count = 0;
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    const bool runs = c[0]->repetitions > 0;
    double begin = schedule_cpu();
    clarke_status status = runs ? bundle_run(s, &b, c, count, look ? 4 : 1, mem) : CLARKE_OK;
    const bool failed = s->options->foreign && bundle_step_failed(&b);
    const clarke_status impossible = is_impossible(status) && !failed ? status : CLARKE_OK;
    const double running = (schedule_cpu() - begin) / (double)count;
    if (impossible) status = CLARKE_OK;
    for (size_t i = 0; status == CLARKE_OK && i < count; i++) {
        clarke_judgement j;
        begin = schedule_cpu();
        if (impossible) {
            judgement_begin(&j, mem);
            status = judge_impossible(&j, impossible);
        } else {
            status = judge_case(s, runs ? &b : NULL, c[i], i, look, false, mem, &j);
            if (is_impossible(status))
                status = judge_impossible(&j, status);
            else if (status == CLARKE_OK)
                status = judge_ungated(s, runs ? &b : NULL, c[i], i, look, mem, &j);
        }
        schedule_spent(s, c[i], running, schedule_cpu() - begin);
        if (status == CLARKE_OK && look == 0 && j.need_more)
            again[(*again_count)++] = c[i];
        else if (status == CLARKE_OK)
            status = schedule_record(s, c[i], &j, look);
        json_decref(j.evidence);
    }
    clarke_arena_free(mem);
    return status;
}

static clarke_status group_work(schedule *s, const group *g)
{
    size_t again_count;
    const clarke_case **again = calloc(g->count, sizeof *again);
    if (!again) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    const clarke_scheduler_options *o = s->options;
    clarke_status status = o->begin ? o->begin(o->watch_self, s->order + g->first, g->count)
                                    : CLARKE_OK;
    if (status == CLARKE_OK)
        status = group_look(s, s->order + g->first, g->count, 0, again, &again_count);
    if (status == CLARKE_OK && again_count > 0)
        status = group_look(s, again, again_count, 1, again, &again_count);
    if (status == CLARKE_OK && o->end) status = o->end(o->watch_self);
    free(again);
    return status;
}

static double schedule_now(void)
{
    return schedule_clock(CLOCK_MONOTONIC);
}

static void *schedule_worker(void *self)
{
    schedule *s = self;
    for (;;) {
        if (s->options->cancel && atomic_load(s->options->cancel)) {
            clarke_fail(CLARKE_EINTERRUPTED, "interrupted");
            schedule_fail(s, CLARKE_EINTERRUPTED);
        }
        if (schedule_now() > s->deadline) {
            clarke_fail(CLARKE_EINTERRUPTED, "stopped after %g s", s->options->timeout);
            schedule_fail(s, CLARKE_EINTERRUPTED);
        }
        const size_t g = atomic_fetch_add(&s->next, 1);
        if (g >= s->groups || atomic_load(&s->stop) || atomic_load(&s->enough)) return NULL;
        const bool rising = s->options->until_refuted;
        const clarke_status status = group_work(s, &s->group[rising ? s->groups - 1 - g : g]);
        if (status != CLARKE_OK) schedule_fail(s, status);
    }
}

/* ---- ordering ---- */

static int case_order(const void *a, const void *b)
{
    const clarke_case *x = *(const clarke_case *const *)a, *y = *(const clarke_case *const *)b;
    const uint64_t hx = x->repetitions ? clarke_run_spec_hash(&x->run) : x->hash;
    const uint64_t hy = y->repetitions ? clarke_run_spec_hash(&y->run) : y->hash;
    if (hx != hy) return hx < hy ? -1 : 1;
    if (x->repetitions != y->repetitions) return x->repetitions < y->repetitions ? -1 : 1;
    return strcmp(x->id, y->id);
}

static int group_order(const void *a, const void *b)
{
    const group *x = a, *y = b;
    if (x->cost != y->cost) return x->cost > y->cost ? -1 : 1;
    return x->first < y->first ? -1 : 1;
}

static bool case_shares(const clarke_case *a, const clarke_case *b)
{
    return a->repetitions > 0 && a->repetitions == b->repetitions &&
           clarke_run_spec_hash(&a->run) == clarke_run_spec_hash(&b->run);
}

static bool schedule_is_done(const json_t *records, const char *id)
{
    size_t i;
    json_t *record;
    json_array_foreach(records, i, record)
    {
        const char *other = json_string_value(json_object_get(record, "id"));
        if (other && strcmp(other, id) == 0) return true;
    }
    return false;
}

static clarke_status schedule_order(schedule *s, const bool *selected, clarke_arena *mem)
{
    const clarke_plan *plan = s->plan;
    s->order = clarke_alloc_array(mem, plan->count, sizeof *s->order);
    s->group = clarke_alloc_array(mem, plan->count, sizeof *s->group);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 0; i < plan->count; i++) {
        if (selected && !selected[i]) continue;
        s->total += clarke_case_cost(&plan->c[i]);
        if (schedule_is_done(s->records, plan->c[i].id))
            s->done += clarke_case_cost(&plan->c[i]);
        else
            s->order[s->cases++] = &plan->c[i];
    }
    qsort(s->order, s->cases, sizeof *s->order, case_order);
    for (size_t i = 0; i < s->cases; i++) {
        if (s->groups > 0 && case_shares(s->order[i - 1], s->order[i])) {
            s->group[s->groups - 1].count++;
        } else {
            s->group[s->groups++] = (group){i, 1, clarke_case_cost(s->order[i])};
        }
    }
    qsort(s->group, s->groups, sizeof *s->group, group_order);
    return CLARKE_OK;
}

static int record_order(const void *a, const void *b)
{
    return strcmp(json_string_value(json_object_get(*(json_t *const *)a, "id")),
                  json_string_value(json_object_get(*(json_t *const *)b, "id")));
}

static json_t *schedule_sorted(json_t *records, clarke_arena *mem)
{
    const size_t count = json_array_size(records);
    json_t **list = clarke_alloc_array(mem, count, sizeof(json_t *));
    json_t *sorted = json_array();
    if (!list) return sorted;
    for (size_t i = 0; i < count; i++) list[i] = json_array_get(records, i);
    qsort(list, count, sizeof *list, record_order);
    for (size_t i = 0; i < count; i++) json_array_append(sorted, list[i]);
    return sorted;
}

static void schedule_threads(schedule *s)
{
    enum { MOST = 256 };
    pthread_t thread[MOST];
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t jobs = s->options->jobs ? s->options->jobs : cores > 0 ? (size_t)cores : 1;
    if (jobs > MOST) jobs = MOST;
    if (jobs > s->groups) jobs = s->groups;
    size_t started = 0;
    while (started + 1 < jobs && pthread_create(&thread[started], NULL, schedule_worker, s) == 0)
        started++;
    schedule_worker(s);
    for (size_t i = 0; i < started; i++) pthread_join(thread[i], NULL);
}

clarke_status clarke_schedule_cases(const clarke_plan *plan, const bool *selected,
                                    const clarke_scheduler_options *options, json_t **records)
{
    schedule s = {.plan = plan,
                  .options = options,
                  .records = json_array(),
                  .status = CLARKE_OK,
                  .deadline = schedule_now() + options->timeout};
    clarke_arena *mem = clarke_arena_new(0);
    *records = NULL;
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    pthread_mutex_init(&s.lock, NULL);
    s.status = options->journal ? clarke_journal_open(options->journal, plan, options, s.records)
                                : CLARKE_OK;
    if (s.status == CLARKE_OK) s.status = schedule_order(&s, selected, mem);
    if (s.status == CLARKE_OK) {
        schedule_threads(&s);
        if (s.status != CLARKE_OK) clarke_fail(s.status, "%s", s.message);
    }
    *records = schedule_sorted(s.records, mem);
    json_decref(s.records);
    pthread_mutex_destroy(&s.lock);
    clarke_arena_free(mem);
    return s.status;
}
