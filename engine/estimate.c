#include "engine/estimate.h"

#include "engine/scheduler.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

clarke_run_cost clarke_run_cost_fit(size_t m, const double time[3], bool checkpoints)
{
    const double length = (double)m, near = time[1] - time[0], far = time[2] - time[1];
    clarke_run_cost cost = {.iteration = fmax(0.0, far / (2.0 * length))};
    /* near = iteration m + doubling, far = iteration 2m + doubling. */
    if (checkpoints && near > 0.0 && far < 2.0 * near) {
        cost.iteration = fmax(0.0, (far - near) / length);
        cost.doubling = fmax(0.0, far - 2.0 * length * cost.iteration);
    }
    cost.fixed =
        fmax(0.0, time[2] - 4.0 * length * cost.iteration - cost.doubling * log2(4.0 * length));
    return cost;
}

double clarke_run_cost_at(const clarke_run_cost *cost, double iterations)
{
    return cost->fixed + cost->iteration * iterations +
           cost->doubling * log2(fmax(1.0, iterations));
}

static double estimate_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Cases that share their runs, or one that computes everything itself. */
typedef struct {
    const clarke_case **c;
    size_t count;
    uint64_t kind; /* equal where an iteration costs the same */
    double runs;   /* of so many iterations as the spec says */
} group;

/* Of a kind's longest group. */
typedef struct {
    const group *g;
    double enough; /* seconds that the longest of its runs should take; 0: it is known as it is */
    size_t steps;  /* of the last of its runs */
    clarke_run_cost cost;
    double seconds; /* of all groups of this kind */
} trial;

typedef struct {
    uint64_t seed;
    size_t jobs;
    const atomic_bool *cancel;
    clarke_estimate *e;
    trial
        *trial; /* [e->kinds], by as many threads as the runs will have: cores that share something
                     are slower together */
    atomic_size_t next;
    pthread_mutex_t lock; /* guards all below */
    clarke_status status;
    char message[1024];
} estimate;

/* The clock before the first step, and after a quarter, a half and all of them. */
typedef struct {
    size_t steps;
    double before, after[3];
} stopwatch;

static void estimate_observe(void *self, const clarke_iter *it, const clarke_event *e)
{
    stopwatch *w = self;
    (void)it;
    if (!e) w->before = estimate_now();
    if (!e || !e->last_phase) return;
    for (size_t i = 0; i < 3; i++)
        if (e->k + 1 == w->steps >> (2 - i)) w->after[i] = estimate_now();
}

/* One run of `steps` with the measures of the group; loop[i] is what its first quarter, half, and all
   of it took, *around the rest. What cannot be made costs nothing. */
static clarke_status estimate_run(const estimate *s, const group *g, size_t steps, double loop[3],
                                  double *around)
{
    clarke_run_plan plan;
    clarke_run_result result = {0};
    clarke_measure_use *use;
    size_t uses;
    clarke_run_spec spec = g->c[0]->run;
    clarke_arena *mem = clarke_arena_new(0);
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    stopwatch watch = {.steps = steps};
    const clarke_observer observer = {&watch, estimate_observe};
    const double begin = estimate_now();
    spec.iterations = steps;
    clarke_status status = clarke_run_plan_make(&spec, mem, &plan);
    if (status == CLARKE_OK) status = clarke_case_uses(g->c, g->count, mem, &use, &uses);
    if (status == CLARKE_OK)
        status =
            clarke_run_execute(&plan, s->seed, 0, use, uses, &observer, s->cancel, mem, &result);
    clarke_arena_free(mem);
    const bool complete = status == CLARKE_OK && result.steps == steps;
    for (size_t i = 0; i < 3; i++)
        loop[i] = complete && watch.after[i] > 0.0 ? watch.after[i] - watch.before : 0.0;
    *around = estimate_now() - begin - loop[2];
    if (status != CLARKE_EINPUT && status != CLARKE_EUNAVAILABLE) return status;
    *around = 0.0;
    return CLARKE_OK;
}

static bool estimate_checkpoints(const group *g)
{
    for (size_t i = 0; i < g->count; i++)
        for (size_t u = 0; u < g->c[i]->uses; u++) {
            const clarke_measure_desc *desc =
                clarke_registry_get(&clarke_measures, g->c[i]->use[u].id);
            if (desc && desc->cost == CLARKE_COST_CHECKPOINT) return true;
        }
    return false;
}

/* Longer and longer runs, until one takes `enough` seconds, or is complete, or ends before its time. */
static clarke_status estimate_try(const estimate *s, trial *t)
{
    const size_t most = t->g->c[0]->run.iterations;
    double loop[3], around;
    for (;;) {
        t->steps = t->steps < most ? t->steps : most;
        CLARKE_TRY(estimate_run(s, t->g, t->steps, loop, &around));
        if (loop[2] >= t->enough || t->steps == most || loop[2] == 0.0) break;
        t->steps *= (size_t)fmin(64.0, fmax(2.0, 1.25 * t->enough / loop[2]));
    }
    t->cost = clarke_run_cost_fit(t->steps / 4, loop, estimate_checkpoints(t->g));
    if (t->steps == most || loop[2] == 0.0) {
        t->cost = (clarke_run_cost){.iteration = loop[2] / (double)t->steps};
        t->enough = 0.0;
    }
    t->cost.fixed += around;
    return CLARKE_OK;
}

static void *estimate_worker(void *self)
{
    estimate *s = self;
    for (;;) {
        const size_t at = atomic_fetch_add(&s->next, 1);
        if (at >= s->e->kinds) return NULL;
        if (s->trial[at].enough == 0.0) continue;
        const clarke_status status = estimate_try(s, &s->trial[at]);
        if (status == CLARKE_OK) continue;
        pthread_mutex_lock(&s->lock);
        s->status = status;
        snprintf(s->message, sizeof s->message, "%s", clarke_message());
        pthread_mutex_unlock(&s->lock);
        return NULL;
    }
}

static clarke_status estimate_threads(estimate *s)
{
    enum { MOST = 256 };
    pthread_t thread[MOST];
    size_t started = 0;
    atomic_store(&s->next, 0);
    pthread_mutex_init(&s->lock, NULL);
    while (started + 1 < s->jobs && started < MOST &&
           pthread_create(&thread[started], NULL, estimate_worker, s) == 0)
        started++;
    estimate_worker(s);
    for (size_t i = 0; i < started; i++) pthread_join(thread[i], NULL);
    pthread_mutex_destroy(&s->lock);
    return s->status == CLARKE_OK ? CLARKE_OK : clarke_fail(s->status, "%s", s->message);
}

/* Groups of a kind stand beside each other, the longest first. */
static void estimate_sum(estimate *s, const group *g, size_t groups)
{
    s->e->seconds = s->e->longest = 0.0;
    for (size_t i = 0, kind = 0; i < groups; i++) {
        kind += i > 0 && g[i].kind != g[i - 1].kind;
        trial *t = &s->trial[kind];
        const double seconds = g[i].runs *
                               clarke_run_cost_at(&t->cost, (double)g[i].c[0]->run.iterations);
        t->seconds = (&g[i] == t->g ? 0.0 : t->seconds) + seconds;
        s->e->seconds += seconds;
        s->e->longest = fmax(s->e->longest, seconds);
    }
}

/* Roughly at first; then the time for a better look goes where the seconds are. */
static clarke_status estimate_groups(estimate *s, const group *g, size_t groups, clarke_arena *mem)
{
    const double rough = 3e-4, better = 1.0;
    s->trial = clarke_alloc_array(mem, groups + 1, sizeof *s->trial);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 0; i < groups; i++)
        if (i == 0 || g[i].kind != g[i - 1].kind)
            s->trial[s->e->kinds++] = (trial){.g = &g[i], .enough = rough, .steps = 4};
    CLARKE_TRY(estimate_threads(s));
    estimate_sum(s, g, groups);
    for (size_t k = 0; k < s->e->kinds; k++) {
        const double enough = better * s->trial[k].seconds / s->e->seconds;
        if (s->trial[k].enough > 0.0) s->trial[k].enough = enough > 4.0 * rough ? enough : 0.0;
    }
    CLARKE_TRY(estimate_threads(s));
    estimate_sum(s, g, groups);
    return CLARKE_OK;
}

/* ---- which runs ---- */

static int estimate_case_order(const void *a, const void *b)
{
    const uint64_t x = clarke_case_runs(*(const clarke_case *const *)a),
                   y = clarke_case_runs(*(const clarke_case *const *)b);
    return x < y ? -1 : x > y;
}

static int estimate_group_order(const void *a, const void *b)
{
    const group *x = a, *y = b;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    const size_t m = x->c[0]->run.iterations, n = y->c[0]->run.iterations;
    return m > n ? -1 : m < n;
}

/* What an iteration's cost depends on; not on how many there are, where they begin, or how long the
   steps are. */
static uint64_t estimate_kind(const group *g)
{
    const clarke_run_spec *run = &g->c[0]->run;
    const char *const part[] = {run->problem, run->method, run->sampling, run->noise, run->network};
    uint64_t h = 1;
    for (size_t i = 0; i < sizeof part / sizeof part[0]; i++) h = clarke_hash_text(h, part[i]);
    for (size_t i = 0; i < g->count; i++)
        for (size_t u = 0; u < g->c[i]->uses; u++) h = clarke_hash_text(h, g->c[i]->use[u].id);
    return h;
}

static clarke_status estimate_all(estimate *s, const clarke_case **c, clarke_arena *mem)
{
    const size_t cases = s->e->cases;
    group *g = clarke_alloc_array(mem, cases + 1, sizeof *g);
    size_t groups = 0;
    CLARKE_TRY(clarke_arena_status(mem));
    qsort(c, cases, sizeof *c, estimate_case_order);
    for (size_t i = 0, next; i < cases; i = next) {
        for (next = i + 1; next < cases && clarke_case_runs(c[next]) == clarke_case_runs(c[i]);)
            next++;
        if (c[i]->run.iterations == 0) {
            s->e->silent += next - i;
            continue;
        }
        g[groups] = (group){.c = c + i,
                            .count = next - i,
                            .runs = c[i]->repetitions ? (double)c[i]->repetitions : 1.0};
        g[groups].kind = estimate_kind(&g[groups]);
        groups++;
    }
    qsort(g, groups, sizeof *g, estimate_group_order);
    return estimate_groups(s, g, groups, mem);
}

clarke_status clarke_estimate_plan(const clarke_plan *plan, const bool *selected, uint64_t seed,
                                   size_t jobs, const atomic_bool *cancel, clarke_estimate *e)
{
    estimate s = {.seed = seed, .jobs = jobs, .cancel = cancel, .e = e, .status = CLARKE_OK};
    clarke_arena *mem = clarke_arena_new(0);
    *e = (clarke_estimate){0};
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    const clarke_case **c = clarke_alloc_array(mem, plan->count + 1, sizeof *c);
    clarke_status status = clarke_arena_status(mem);
    for (size_t i = 0; status == CLARKE_OK && i < plan->count; i++)
        if (!selected || selected[i]) c[e->cases++] = &plan->c[i];
    if (status == CLARKE_OK) status = estimate_all(&s, c, mem);
    clarke_arena_free(mem);
    return status;
}
