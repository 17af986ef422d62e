#include "engine/estimate.h"

#include "engine/scheduler.h"

#include <math.h>
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

typedef struct {
    uint64_t seed;
    const atomic_bool *cancel;
    clarke_estimate *e;
} estimate;

/* One run of `iterations` with the measures of the group. What cannot be made costs nothing. */
static clarke_status estimate_run(const estimate *s, const group *g, size_t iterations,
                                  double *seconds)
{
    clarke_run_plan plan;
    clarke_run_result result;
    clarke_measure_use *use;
    size_t uses;
    clarke_run_spec spec = g->c[0]->run;
    clarke_arena *mem = clarke_arena_new(0);
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    const double begin = estimate_now();
    spec.iterations = iterations;
    clarke_status status = clarke_run_plan_make(&spec, mem, &plan);
    if (status == CLARKE_OK) status = clarke_case_uses(g->c, g->count, mem, &use, &uses);
    if (status == CLARKE_OK)
        status = clarke_run_execute(&plan, s->seed, 0, use, uses, NULL, s->cancel, mem, &result);
    clarke_arena_free(mem);
    *seconds = estimate_now() - begin;
    if (status != CLARKE_EINPUT && status != CLARKE_EUNAVAILABLE) return status;
    *seconds = 0.0;
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

/* Runs twice as long as the last one, until one lasts long enough for the clock, or is complete. */
static clarke_status estimate_try(const estimate *s, const group *g, clarke_run_cost *cost)
{
    const double enough = 2e-3;
    const size_t most = g->c[0]->run.iterations;
    double time[3] = {0.0, 0.0, 0.0};
    size_t m = 1;
    for (size_t runs = 1;; runs++, m *= 2) {
        time[0] = time[1], time[1] = time[2];
        CLARKE_TRY(estimate_run(s, g, m < most ? m : most, &time[2]));
        if (m >= most) {
            *cost = (clarke_run_cost){.iteration = time[2] / (double)most};
            return CLARKE_OK;
        }
        if (runs >= 3 && time[2] >= enough) break;
    }
    *cost = clarke_run_cost_fit(m / 4, time, estimate_checkpoints(g));
    return CLARKE_OK;
}

/* Groups of a kind stand beside each other, the longest first: that one is tried. */
static clarke_status estimate_groups(const estimate *s, const group *g, size_t groups)
{
    clarke_run_cost cost = {0};
    for (size_t i = 0; i < groups; i++) {
        if (i == 0 || g[i].kind != g[i - 1].kind) {
            CLARKE_TRY(estimate_try(s, &g[i], &cost));
            s->e->kinds++;
        }
        const double seconds = g[i].runs *
                               clarke_run_cost_at(&cost, (double)g[i].c[0]->run.iterations);
        s->e->seconds += seconds;
        s->e->longest = fmax(s->e->longest, seconds);
    }
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

static clarke_status estimate_all(const estimate *s, const clarke_case **c, clarke_arena *mem)
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
    return estimate_groups(s, g, groups);
}

clarke_status clarke_estimate_plan(const clarke_plan *plan, const bool *selected, uint64_t seed,
                                   const atomic_bool *cancel, clarke_estimate *e)
{
    const estimate s = {.seed = seed, .cancel = cancel, .e = e};
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
