#include "cli/lib/timings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HEAVIEST = 20 };

clarke_status clarke_timings_open(const clarke_plan *plan, const char *path, clarke_arena *mem,
                                  clarke_timings *t)
{
    *t = (clarke_timings){.path = path,
                          .plan = plan,
                          .running = clarke_vec(mem, plan->count),
                          .judging = clarke_vec(mem, plan->count),
                          .looks = clarke_alloc_array(mem, plan->count, sizeof *t->looks)};
    CLARKE_TRY(clarke_arena_status(mem));
    t->out = path ? fopen(path, "w") : NULL;
    return path && !t->out ? clarke_fail(CLARKE_EINPUT, "cannot write '%s'", path) : CLARKE_OK;
}

void clarke_timings_add(void *self, const clarke_case *c, double running, double judging)
{
    clarke_timings *t = self;
    const size_t at = (size_t)(c - t->plan->c);
    t->running[at] += running;
    t->judging[at] += judging;
    t->looks[at]++;
}

typedef struct {
    const clarke_case *c; /* the one, or the first of its claim */
    size_t cases, again;
    double running, judging;
} entry;

static int timings_order(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    const double of_x = x->running + x->judging, of_y = y->running + y->judging;
    if (of_x != of_y) return of_x > of_y ? -1 : 1;
    return strcmp(x->c->id, y->c->id);
}

/* Cases that were judged, one by one or by claim: the plan is sorted by id, which begins with the
   claim's. */
static size_t timings_gather(const clarke_timings *t, bool by_claim, entry *e)
{
    size_t count = 0;
    for (size_t i = 0; i < t->plan->count; i++) {
        const clarke_case *c = &t->plan->c[i];
        if (t->looks[i] == 0) continue;
        if (!by_claim || count == 0 || strcmp(e[count - 1].c->claim, c->claim) != 0)
            e[count++] = (entry){.c = c};
        e[count - 1].cases++;
        e[count - 1].again += t->looks[i] > 1;
        e[count - 1].running += t->running[i];
        e[count - 1].judging += t->judging[i];
    }
    qsort(e, count, sizeof *e, timings_order);
    return count;
}

static double timings_total(const clarke_timings *t)
{
    double total = 0.0;
    for (size_t i = 0; i < t->plan->count; i++) total += t->running[i] + t->judging[i];
    return total;
}

static void timings_claims(const clarke_timings *t, double total, entry *e, FILE *out)
{
    const size_t count = timings_gather(t, true, e);
    fputs("| claim | cases | second looks | runs, s | judging, s | share |\n"
          "|---|---|---|---|---|---|\n",
          out);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "| %s | %zu | %zu | %.2f | %.2f | %.1f %% |\n", e[i].c->claim, e[i].cases,
                e[i].again, e[i].running, e[i].judging,
                100.0 * (e[i].running + e[i].judging) / total);
}

/* The bar would end the cell. */
static void timings_cell(const char *text, FILE *out)
{
    fputs("| ", out);
    for (; *text; text++) fputc(*text == '|' ? '/' : *text, out);
    fputc(' ', out);
}

static void timings_cases(const clarke_timings *t, double total, entry *e, FILE *out)
{
    const size_t count = timings_gather(t, false, e);
    fputs("| case | method | problem | runs | runs, s | judging, s | share |\n"
          "|---|---|---|---|---|---|---|\n",
          out);
    for (size_t i = 0; i < count && i < HEAVIEST; i++) {
        const clarke_case *c = e[i].c;
        timings_cell(c->id, out);
        timings_cell(c->run.method, out);
        timings_cell(c->run.problem, out);
        fprintf(out, "| %zu x %zu | %.2f | %.2f | %.1f %% |\n", c->repetitions, c->run.iterations,
                e[i].running, e[i].judging, 100.0 * (e[i].running + e[i].judging) / total);
    }
}

clarke_status clarke_timings_close(clarke_timings *t, clarke_arena *mem)
{
    if (!t->out) return CLARKE_OK;
    entry *e = clarke_alloc_array(mem, t->plan->count + 1, sizeof *e);
    const double total = timings_total(t);
    if (e) {
        fprintf(t->out, "%.1f s of CPU; cases that share runs are charged equal parts of them.\n\n",
                total);
        timings_claims(t, total, e, t->out);
        fputc('\n', t->out);
        timings_cases(t, total, e, t->out);
    }
    const bool failed = ferror(t->out) != 0;
    if (fclose(t->out) != 0 || failed) return clarke_fail(CLARKE_EIO, "cannot write '%s'", t->path);
    return clarke_arena_status(mem);
}
