#include "cli/lib/speed.h"

#include "core/registry.h"
#include "core/stream.h"

#include <math.h>
#include <string.h>
#include <time.h>

enum { SPEED_COLUMNS = 3, SPEED_SIZES = 4 };

static const char *const speed_name[SPEED_COLUMNS] = {"value+subgradient", "residual", "distance"};
static const char *const speed_size[SPEED_SIZES] = {"1000", "10000", "100000", "1000000"};

typedef struct {
    const clarke_problem *p;
    double *x, *g;
    volatile double sink; /* what is computed is used */
} speed;

static double speed_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool speed_has(const clarke_problem *p, size_t column)
{
    if (column == 1) return p->desc->clarke_residual != NULL;
    return column != 2 || p->desc->stationary_distance;
}

static void speed_call(speed *s, size_t column)
{
    const clarke_problem_desc *desc = s->p->desc;
    if (column == 0) {
        s->sink = desc->value(s->p, s->x);
        desc->subgradient(s->p, s->x, s->g);
        s->sink += s->g[0];
    } else if (column == 1) {
        s->sink = desc->clarke_residual(s->p, s->x);
    } else {
        s->sink = desc->stationary_distance(s->p, s->x, s->g, NULL);
    }
}

/* The shortest of several runs of at least a millisecond, in nanoseconds a coordinate. */
static double speed_measure(speed *s, size_t column)
{
    double least = INFINITY, total = 0.0;
    size_t calls = 1;
    while (total < 0.05) {
        const double begin = speed_now();
        for (size_t i = 0; i < calls; i++) speed_call(s, column);
        const double seconds = speed_now() - begin;
        total += seconds;
        if (seconds < 1e-3)
            calls *= 2;
        else
            least = fmin(least, seconds / (double)calls);
    }
    return 1e9 * least / (double)s->p->n;
}

static void speed_cell(FILE *out, speed *s, size_t column)
{
    if (s && speed_has(s->p, column))
        fprintf(out, " | %.1f", speed_measure(s, column));
    else
        fprintf(out, " | –");
}

/* One size: the three numbers, or dashes where the problem is not made that large. */
static clarke_status speed_row(const char *id, size_t size, FILE *out)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_problem *p = NULL;
    clarke_spec spec;
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    clarke_status status = clarke_spec_parse(id, mem, &spec);
    if (status == CLARKE_OK) status = clarke_spec_set(&spec, "n", speed_size[size], mem);
    if (status == CLARKE_OK) status = clarke_problem_make(&spec, mem, &p);
    speed s = {.p = p};
    if (status == CLARKE_OK) {
        const clarke_stream points = clarke_stream_make(1, "speed", "", 0, 0, "points");
        s.x = clarke_vec(mem, p->n), s.g = clarke_vec(mem, p->n);
        status = clarke_arena_status(mem);
        for (size_t j = 0; status == CLARKE_OK && j < p->n; j++)
            s.x[j] = p->box_low + (p->box_high - p->box_low) * clarke_stream_uniform(&points, 0, j);
    }
    if (status == CLARKE_OK || status == CLARKE_EINPUT)
        for (size_t c = 0; c < SPEED_COLUMNS; c++)
            speed_cell(out, status == CLARKE_OK ? &s : NULL, c);
    clarke_arena_free(mem);
    return status == CLARKE_EINPUT ? CLARKE_OK : status;
}

static clarke_status speed_problem(const clarke_cli *cli, const char *id, FILE *out)
{
    fprintf(out, "| %s", id);
    for (size_t size = 0; size < SPEED_SIZES; size++) {
        if (cli->cancel && atomic_load(cli->cancel))
            return clarke_fail(CLARKE_EINTERRUPTED, "interrupted");
        CLARKE_TRY(speed_row(id, size, out));
        fflush(out);
    }
    fprintf(out, " |\n");
    return CLARKE_OK;
}

/* Whether the problem has a parameter n that reaches the largest size. */
static bool speed_scales(const clarke_problem_desc *desc)
{
    const clarke_param *n = clarke_param_find(desc->params, "n");
    return n && !(desc->traits & CLARKE_TRAIT_DATA) && n->high >= 1e6;
}

clarke_status clarke_speed(const clarke_cli *cli, const char *only, FILE *out)
{
    const void *found;
    if (only) CLARKE_TRY(clarke_registry_find(&clarke_problems, only, &found));
    fprintf(out, "Nanoseconds a coordinate, the shortest of some runs; each head ends with n.\n\n"
                 "| problem");
    for (size_t size = 0; size < SPEED_SIZES; size++)
        for (size_t c = 0; c < SPEED_COLUMNS; c++)
            fprintf(out, " | %s %s", speed_name[c], speed_size[size]);
    fprintf(out, " |\n|---");
    for (size_t c = 0; c < SPEED_SIZES * SPEED_COLUMNS; c++) fprintf(out, "|---");
    fprintf(out, "|\n");
    for (size_t i = 0; i < clarke_problems.count; i++) {
        const char *id = clarke_problems.entry[i].id;
        if (only ? strcmp(id, only) != 0 : !speed_scales(clarke_problems.entry[i].desc)) continue;
        CLARKE_TRY(speed_problem(cli, id, out));
    }
    return CLARKE_OK;
}
