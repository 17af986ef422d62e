#include "engine/foreign.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- columns ---- */

static double foreign_cell(const clarke_foreign *t, size_t row, size_t column)
{
    return t->table.value[row * t->table.columns + column];
}

/* How many rows have a number: all, all but the last, or none; anything else is an error. */
static clarke_status foreign_extent(const clarke_foreign *t, size_t column, size_t *count)
{
    size_t present = 0;
    for (size_t i = 0; i < t->rows; i++) present += isfinite(foreign_cell(t, i, column)) != 0;
    *count = present;
    if (present == t->rows || present == 0) return CLARKE_OK;
    for (size_t i = 0; i + 1 < t->rows; i++)
        if (!isfinite(foreign_cell(t, i, column)))
            return clarke_fail(CLARKE_EINPUT, "%s:%zu: %s is missing or not finite", t->path,
                               t->table.line[i], t->table.name[column]);
    return CLARKE_OK;
}

static clarke_status foreign_read(const clarke_foreign *t, size_t column, clarke_foreign_series *s)
{
    CLARKE_TRY(foreign_extent(t, column, &s->count));
    double *value = clarke_vec(t->mem, s->count);
    CLARKE_TRY(clarke_arena_status(t->mem));
    for (size_t i = 0; i < s->count; i++) value[i] = foreign_cell(t, i, column);
    s->value = value;
    s->column = t->table.name[column];
    return CLARKE_OK;
}

static const char *foreign_name_at(const void *names, size_t i)
{
    const clarke_table *table = names;
    return i < table->columns ? table->name[i] : NULL;
}

clarke_status clarke_foreign_column(const clarke_foreign *t, const char *name,
                                    clarke_foreign_series *series)
{
    char hint[256];
    const size_t column = clarke_table_find(&t->table, name);
    *series = (clarke_foreign_series){.column = name};
    if (column == t->table.columns)
        return clarke_fail(CLARKE_EINPUT, "%s has no column '%.80s'%s", t->path, name,
                           clarke_suggest(name, foreign_name_at, &t->table, hint));
    return foreign_read(t, column, series);
}

/* ---- opening ---- */

static clarke_status foreign_k(clarke_foreign *t)
{
    const size_t column = clarke_table_find(&t->table, "k");
    double *k = clarke_vec(t->mem, t->rows);
    CLARKE_TRY(clarke_arena_status(t->mem));
    t->k = k;
    t->steps = true;
    for (size_t i = 0; i < t->rows; i++) {
        k[i] = column < t->table.columns ? foreign_cell(t, i, column) : (double)i;
        if (!isfinite(k[i]))
            return clarke_fail(CLARKE_EINPUT, "%s:%zu: k is missing or not finite", t->path,
                               t->table.line[i]);
        if (i > 0 && !(k[i] > k[i - 1]))
            return clarke_fail(CLARKE_EINPUT, "%s:%zu: k is %.17g %s %.17g; it should increase",
                               t->path, t->table.line[i], k[i],
                               k[i] < k[i - 1] ? "after" : "again after", k[i - 1]);
        t->steps = t->steps && (i == 0 || k[i] == k[i - 1] + 1.0);
    }
    return CLARKE_OK;
}

/* x0, x1, ... of one agent, or a0.x0, ...: how many there are. */
static size_t foreign_count_x(const clarke_foreign *t, const char *prefix)
{
    char name[64];
    size_t n = 0;
    for (;; n++) {
        snprintf(name, sizeof name, "%sx%zu", prefix, n);
        if (clarke_table_find(&t->table, name) == t->table.columns) return n;
    }
}

static clarke_status foreign_iterate(clarke_foreign *t)
{
    char prefix[32], name[64];
    t->agents = 1;
    t->n = foreign_count_x(t, "");
    if (t->n == 0) {
        t->n = foreign_count_x(t, "a0.");
        for (t->agents = 0; t->n > 0; t->agents++) {
            snprintf(prefix, sizeof prefix, "a%zu.", t->agents);
            const size_t n = foreign_count_x(t, prefix);
            if (n == 0) break;
            if (n != t->n)
                return clarke_fail(CLARKE_EINPUT,
                                   "%s: agent %zu has %zu variables, agent 0 has %zu", t->path,
                                   t->agents, n, t->n);
        }
        if (t->n == 0) return CLARKE_OK;
    }
    size_t *column = clarke_alloc_array(t->mem, t->agents * t->n, sizeof *column);
    CLARKE_TRY(clarke_arena_status(t->mem));
    t->x_column = column;
    for (size_t a = 0; a < t->agents; a++)
        for (size_t j = 0; j < t->n; j++) {
            size_t count;
            snprintf(prefix, sizeof prefix, "a%zu.", a);
            snprintf(name, sizeof name, "%sx%zu",
                     clarke_table_find(&t->table, "x0") < t->table.columns ? "" : prefix, j);
            column[a * t->n + j] = clarke_table_find(&t->table, name);
            CLARKE_TRY(foreign_extent(t, column[a * t->n + j], &count));
            if (count != t->rows)
                return clarke_fail(CLARKE_EINPUT, "%s:%zu: %s is missing or not finite", t->path,
                                   t->table.line[count], name);
        }
    return CLARKE_OK;
}

static clarke_status foreign_problem(clarke_foreign *t, const char *text)
{
    clarke_spec spec;
    clarke_problem *p;
    CLARKE_TRY(clarke_spec_parse(text, t->mem, &spec));
    CLARKE_TRY(clarke_problem_make(&spec, t->mem, &p));
    t->problem = p;
    t->problem_text = p->spec;
    if (t->n == 0)
        return clarke_fail(CLARKE_EINPUT,
                           "%s has no columns x0, x1, ...: without the iterate nothing can be said "
                           "about %s",
                           t->path, p->spec);
    if (t->n != p->n)
        return clarke_fail(CLARKE_EINPUT, "%s has %zu variables; %s has %zu", t->path, t->n,
                           p->spec, p->n);
    return CLARKE_OK;
}

clarke_status clarke_foreign_open(const char *path, const char *problem, clarke_arena *mem,
                                  clarke_foreign *t)
{
    const char *slash = strrchr(path, '/');
    *t = (clarke_foreign){.path = path, .name = slash ? slash + 1 : path, .mem = mem};
    CLARKE_TRY(clarke_table_read(path, mem, &t->table));
    t->rows = t->table.rows;
    t->header = t->table.header;
    if (t->rows == 0) return clarke_fail(CLARKE_EINPUT, "'%s' has no rows", path);
    CLARKE_TRY(foreign_k(t));
    CLARKE_TRY(foreign_iterate(t));
    return problem ? foreign_problem(t, problem) : CLARKE_OK;
}

/* ---- quantities ---- */

void clarke_foreign_point(const clarke_foreign *t, size_t row, double *x)
{
    for (size_t j = 0; j < t->n; j++) {
        x[j] = 0.0;
        for (size_t a = 0; a < t->agents; a++)
            x[j] += foreign_cell(t, row, t->x_column[a * t->n + j]);
        x[j] /= (double)t->agents;
    }
}

static double foreign_consensus(const clarke_foreign *t, size_t row, const double *mean)
{
    double sum = 0.0;
    for (size_t a = 0; a < t->agents; a++)
        for (size_t j = 0; j < t->n; j++) {
            const double d = foreign_cell(t, row, t->x_column[a * t->n + j]) - mean[j];
            sum += d * d;
        }
    return sqrt(sum);
}

static bool foreign_computable(const clarke_foreign *t, clarke_foreign_quantity what)
{
    const clarke_problem_desc *desc = t->problem ? t->problem->desc : NULL;
    switch (what) {
    case CLARKE_FOREIGN_VALUE: return desc && desc->value;
    case CLARKE_FOREIGN_RESIDUAL: return desc && desc->clarke_residual;
    case CLARKE_FOREIGN_DISTANCE: return desc && desc->stationary_distance;
    case CLARKE_FOREIGN_STEP: return t->n > 0 && t->steps;
    case CLARKE_FOREIGN_CONSENSUS: return t->n > 0 && t->agents > 1;
    case CLARKE_FOREIGN_QUANTITIES: break;
    }
    return false;
}

static double foreign_compute(const clarke_foreign *t, clarke_foreign_quantity what, size_t row,
                              const double *x, const double *next)
{
    const clarke_problem *p = t->problem;
    double sum = 0.0;
    switch (what) {
    case CLARKE_FOREIGN_VALUE: return p->desc->value(p, x);
    case CLARKE_FOREIGN_RESIDUAL: return p->desc->clarke_residual(p, x);
    case CLARKE_FOREIGN_DISTANCE: return p->desc->stationary_distance(p, x, NULL, NULL);
    case CLARKE_FOREIGN_CONSENSUS: return foreign_consensus(t, row, x);
    case CLARKE_FOREIGN_STEP:
        for (size_t j = 0; j < t->n; j++) sum += (next[j] - x[j]) * (next[j] - x[j]);
        return sqrt(sum);
    case CLARKE_FOREIGN_QUANTITIES: break;
    }
    return NAN;
}

static clarke_status foreign_computed(const clarke_foreign *t, clarke_foreign_quantity what,
                                      clarke_foreign_series *s)
{
    const size_t count = what == CLARKE_FOREIGN_STEP ? t->rows - 1 : t->rows;
    double *value = clarke_vec(t->mem, count), *x = clarke_vec(t->mem, t->n);
    double *next = clarke_vec(t->mem, t->n);
    CLARKE_TRY(clarke_arena_status(t->mem));
    for (size_t i = 0; i < count; i++) {
        clarke_foreign_point(t, i, x);
        if (what == CLARKE_FOREIGN_STEP) clarke_foreign_point(t, i + 1, next);
        value[i] = foreign_compute(t, what, i, x, next);
        if (!isfinite(value[i]))
            return clarke_fail(CLARKE_EINPUT, "%s:%zu: %s of the iterate is not finite", t->path,
                               t->table.line[i], s->column);
    }
    s->value = value;
    s->count = count;
    s->computed = true;
    return CLARKE_OK;
}

clarke_status clarke_foreign_get(const clarke_foreign *t, clarke_foreign_quantity what,
                                 clarke_foreign_series *series)
{
    static const char *const name[CLARKE_FOREIGN_QUANTITIES] = {"f", "dx", "residual_clarke",
                                                                "distance_clarke", "consensus"};
    const size_t column = clarke_table_find(&t->table, name[what]);
    *series = (clarke_foreign_series){.column = name[what]};
    if (foreign_computable(t, what)) return foreign_computed(t, what, series);
    if (column == t->table.columns) return CLARKE_OK;
    return foreign_read(t, column, series);
}
