#include "bench/results.h"

#include "engine/folder.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <stdlib.h>
#include <string.h>

clarke_status clarke_bench_open(clarke_arena *mem, clarke_bench *b)
{
    *b = (clarke_bench){.mem = mem, .machine = json_object()};
    return b->machine ? CLARKE_OK : clarke_fail(CLARKE_ENOMEM, "out of memory");
}

void clarke_bench_close(clarke_bench *b)
{
    json_decref(b->machine);
    b->machine = NULL;
}

clarke_bench_row *clarke_bench_find(const clarke_bench *b, const char *kernel, const char *size)
{
    for (size_t i = 0; i < b->rows; i++)
        if (strcmp(b->row[i].kernel, kernel) == 0 && strcmp(b->row[i].size, size) == 0)
            return &b->row[i];
    return NULL;
}

clarke_bench_row *clarke_bench_add(clarke_bench *b, const char *kernel, const char *size)
{
    clarke_bench_row *row = clarke_bench_find(b, kernel, size);
    if (row) return row;
    if (b->rows == b->room) {
        const size_t room = 2 * b->room + 64;
        clarke_bench_row *more = clarke_alloc_array(b->mem, room, sizeof *more);
        if (!more) return NULL;
        if (b->rows > 0) memcpy(more, b->row, b->rows * sizeof *more);
        b->row = more;
        b->room = room;
    }
    row = &b->row[b->rows];
    *row = (clarke_bench_row){.kernel = clarke_arena_copy_text(b->mem, kernel),
                              .size = clarke_arena_copy_text(b->mem, size),
                              .wall = clarke_vec(b->mem, CLARKE_BENCH_PROCESSES_MAX),
                              .cpu = clarke_vec(b->mem, CLARKE_BENCH_PROCESSES_MAX),
                              .count = NAN};
    if (clarke_arena_failed(b->mem)) return NULL;
    b->rows++;
    return row;
}

clarke_status clarke_bench_take(clarke_bench *b, const char *kernel, const char *size, size_t n,
                                clarke_bound bound, const clarke_timing *t)
{
    clarke_bench_row *row = clarke_bench_add(b, kernel, size);
    if (!row) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    if (row->processes == CLARKE_BENCH_PROCESSES_MAX)
        return clarke_fail(CLARKE_EINPUT, "%s at %s has more than %d processes", kernel, size,
                           CLARKE_BENCH_PROCESSES_MAX);
    row->n = n;
    row->bound = bound;
    row->elements = t->elements;
    row->bytes = t->bytes;
    row->flops = t->flops;
    row->wall[row->processes] = t->wall;
    row->cpu[row->processes++] = t->cpu;
    return CLARKE_OK;
}

static double results_median(size_t count, const double *value)
{
    double copy[CLARKE_BENCH_PROCESSES_MAX];
    if (count == 0) return NAN;
    memcpy(copy, value, count * sizeof *copy);
    gsl_sort(copy, 1, count);
    return gsl_stats_median_from_sorted_data(copy, 1, count);
}

double clarke_bench_wall(const clarke_bench_row *row)
{
    return results_median(row->processes, row->wall);
}

double clarke_bench_cpu(const clarke_bench_row *row)
{
    return results_median(row->processes, row->cpu);
}

double clarke_bench_share(const clarke_bench *b, const clarke_bench_row *row)
{
    double best = NAN;
    if (row->bound == CLARKE_BOUND_MEMORY) {
        const clarke_bench_row *triad = clarke_bench_find(b, "triad", row->size);
        if (triad) best = triad->bytes / clarke_bench_cpu(triad);
        return row->bytes / clarke_bench_cpu(row) / best;
    }
    for (size_t i = 0; row->bound == CLARKE_BOUND_GEMM && i < b->rows; i++)
        if (strcmp(b->row[i].kernel, "gemm") == 0)
            best = fmax(best, b->row[i].flops / clarke_bench_cpu(&b->row[i]));
    return row->flops / clarke_bench_cpu(row) / best;
}

double clarke_bench_noise(const clarke_bench *b)
{
    double *ratio = calloc(b->rows + 1, sizeof *ratio), noise = NAN;
    size_t count = 0;
    for (size_t i = 0; ratio && i < b->rows; i++) {
        double half[2][CLARKE_BENCH_PROCESSES_MAX];
        size_t in[2] = {0, 0};
        for (size_t p = 0; p < b->row[i].processes; p++)
            half[p % 2][in[p % 2]++] = b->row[i].cpu[p];
        if (in[1] > 0)
            ratio[count++] =
                fabs(results_median(in[0], half[0]) / results_median(in[1], half[1]) - 1.0);
    }
    if (count > 0) {
        gsl_sort(ratio, 1, count);
        noise = gsl_stats_quantile_from_sorted_data(ratio, 1, count, 0.95);
    }
    free(ratio);
    return noise;
}

/* ---- as a document ---- */

static clarke_status results_row_json(const clarke_bench_row *row, json_t *o)
{
    CLARKE_TRY(clarke_json_set_text(o, "kernel", row->kernel));
    CLARKE_TRY(clarke_json_set_text(o, "size", row->size));
    CLARKE_TRY(clarke_json_set_count(o, "n", row->n));
    CLARKE_TRY(clarke_json_set_text(o, "bound", clarke_bound_text(row->bound)));
    CLARKE_TRY(clarke_json_set_real(o, "elements", row->elements));
    CLARKE_TRY(clarke_json_set_real(o, "bytes", row->bytes));
    CLARKE_TRY(clarke_json_set_real(o, "flops", row->flops));
    CLARKE_TRY(clarke_json_set_reals(o, "wall", row->wall, row->processes));
    CLARKE_TRY(clarke_json_set_reals(o, "cpu", row->cpu, row->processes));
    if (!isnan(row->count)) CLARKE_TRY(clarke_json_set_real(o, "instructions", row->count));
    return CLARKE_OK;
}

json_t *clarke_bench_json(const clarke_bench *b)
{
    json_t *document = json_object(), *rows = json_array();
    bool good = document && rows;
    for (size_t i = 0; good && i < b->rows; i++) {
        json_t *o = json_object();
        good = o && results_row_json(&b->row[i], o) == CLARKE_OK;
        good = json_array_append_new(rows, o) == 0 && good;
    }
    good = good && json_object_set_new(document, "schema", json_string("clarke-bench")) == 0 &&
           json_object_set_new(document, "schema_version", json_integer(CLARKE_BENCH_SCHEMA)) ==
               0 &&
           json_object_set(document, "machine", b->machine) == 0 &&
           json_object_set(document, "rows", rows) == 0;
    json_decref(rows);
    if (good) return document;
    json_decref(document);
    return NULL;
}

static double results_number(const json_t *o, const char *name)
{
    const json_t *value = json_object_get(o, name);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static clarke_status results_times(const json_t *o, const char *name, const char *where, size_t row,
                                   double *time, size_t *count)
{
    const json_t *array = json_object_get(o, name);
    *count = json_array_size(array);
    if (!json_is_array(array) || *count > CLARKE_BENCH_PROCESSES_MAX)
        return clarke_fail(CLARKE_EINPUT, "%s: row %zu: '%s' is no list of at most %d times", where,
                           row, name, CLARKE_BENCH_PROCESSES_MAX);
    for (size_t p = 0; p < *count; p++) {
        time[p] = json_number_value(json_array_get(array, p));
        if (!(time[p] > 0.0 && isfinite(time[p])))
            return clarke_fail(CLARKE_EINPUT, "%s: row %zu: '%s' holds what is no time", where, row,
                               name);
    }
    return CLARKE_OK;
}

static clarke_bound results_bound(const json_t *o)
{
    const char *text = json_string_value(json_object_get(o, "bound"));
    for (int k = CLARKE_BOUND_NONE; text && k <= CLARKE_BOUND_GEMM; k++)
        if (strcmp(text, clarke_bound_text((clarke_bound)k)) == 0) return (clarke_bound)k;
    return CLARKE_BOUND_NONE;
}

static clarke_status results_row(const json_t *o, const char *where, size_t index, clarke_bench *b)
{
    const char *kernel = json_string_value(json_object_get(o, "kernel"));
    const char *size = json_string_value(json_object_get(o, "size"));
    const double n = results_number(o, "n");
    size_t cpus;
    if (!kernel || !size || !(n >= 1.0 && n <= 0x1p53))
        return clarke_fail(CLARKE_EINPUT, "%s: row %zu has no kernel, size and n", where, index);
    if (clarke_bench_find(b, kernel, size))
        return clarke_fail(CLARKE_EINPUT, "%s: row %zu: %s at %s is there twice", where, index,
                           kernel, size);
    clarke_bench_row *row = clarke_bench_add(b, kernel, size);
    if (!row) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    row->n = (size_t)n;
    row->bound = results_bound(o);
    row->elements = results_number(o, "elements");
    row->bytes = results_number(o, "bytes");
    row->flops = results_number(o, "flops");
    row->count = results_number(o, "instructions");
    CLARKE_TRY(results_times(o, "wall", where, index, row->wall, &row->processes));
    CLARKE_TRY(results_times(o, "cpu", where, index, row->cpu, &cpus));
    if (cpus == row->processes) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "%s: row %zu: 'wall' and 'cpu' differ in length", where,
                       index);
}

static clarke_status results_document(const json_t *document, const char *where, clarke_bench *b)
{
    const char *schema = json_string_value(json_object_get(document, "schema"));
    const json_t *rows = json_object_get(document, "rows");
    json_t *machine = json_object_get(document, "machine");
    if (!schema || strcmp(schema, "clarke-bench") != 0 || !json_is_array(rows) ||
        !json_is_object(machine))
        return clarke_fail(CLARKE_EINPUT, "%s: this is no benchmark of clarke's (format json)",
                           where);
    if (json_integer_value(json_object_get(document, "schema_version")) != CLARKE_BENCH_SCHEMA)
        return clarke_fail(CLARKE_EINPUT, "%s: its schema_version is not %d", where,
                           CLARKE_BENCH_SCHEMA);
    if (json_object_update(b->machine, machine) != 0)
        return clarke_fail(CLARKE_ENOMEM, "out of memory");
    for (size_t i = 0; i < json_array_size(rows); i++)
        CLARKE_TRY(results_row(json_array_get(rows, i), where, i + 1, b));
    return CLARKE_OK;
}

clarke_status clarke_bench_parse(const char *text, size_t length, const char *where,
                                 clarke_bench *b)
{
    json_t *document;
    CLARKE_TRY(clarke_json_parse(text, length, where, &document));
    const clarke_status status = results_document(document, where, b);
    json_decref(document);
    return status;
}

clarke_status clarke_bench_load(const char *path, clarke_bench *b)
{
    enum { LIMIT = 16 << 20 };
    const char *slash = strrchr(path, '/');
    const char *folder = slash ? clarke_arena_printf(b->mem, "%.*s", (int)(slash - path), path)
                               : ".";
    char *text;
    size_t length;
    CLARKE_TRY(clarke_arena_status(b->mem));
    CLARKE_TRY(clarke_folder_read(folder[0] ? folder : "/", slash ? slash + 1 : path, LIMIT, b->mem,
                                  &text, &length));
    return clarke_bench_parse(text, length, slash ? slash + 1 : path, b);
}

/* ---- several as one ---- */

static clarke_status results_machine(const clarke_bench *a, const clarke_bench *b,
                                     const char *where)
{
    const char *key;
    json_t *value;
    json_object_foreach(a->machine, key, value)
    {
        if (!json_equal(value, json_object_get(b->machine, key)))
            return clarke_fail(CLARKE_EINPUT, "'%s' does not belong to the others: '%s' differs",
                               where, key);
    }
    if (json_object_size(a->machine) == json_object_size(b->machine)) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT,
                       "'%s' does not belong to the others: it says more of its "
                       "machine",
                       where);
}

static clarke_status results_join_row(clarke_bench *into, const clarke_bench_row *from,
                                      const char *where)
{
    const bool fresh = !clarke_bench_find(into, from->kernel, from->size);
    clarke_bench_row *row = clarke_bench_add(into, from->kernel, from->size);
    if (!row) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    if (!fresh && (row->n != from->n ||
                   (!isnan(row->count) && !isnan(from->count) && row->count != from->count)))
        return clarke_fail(CLARKE_EINPUT, "'%s' has another %s of %s at %s", where,
                           row->n != from->n ? "n" : "count", from->kernel, from->size);
    if (row->processes + from->processes > CLARKE_BENCH_PROCESSES_MAX)
        return clarke_fail(CLARKE_EINPUT, "'%s': %s at %s would have more than %d processes", where,
                           from->kernel, from->size, CLARKE_BENCH_PROCESSES_MAX);
    row->n = from->n;
    row->bound = from->bound;
    if (from->processes > 0 || fresh) {
        row->elements = from->elements;
        row->bytes = from->bytes;
        row->flops = from->flops;
    }
    if (!isnan(from->count)) row->count = from->count;
    for (size_t p = 0; p < from->processes; p++) {
        row->wall[row->processes] = from->wall[p];
        row->cpu[row->processes++] = from->cpu[p];
    }
    return CLARKE_OK;
}

clarke_status clarke_bench_join(clarke_bench *into, const clarke_bench *from, const char *where)
{
    if (into->rows == 0 && json_object_size(into->machine) == 0) {
        if (json_object_update(into->machine, from->machine) != 0)
            return clarke_fail(CLARKE_ENOMEM, "out of memory");
    } else {
        CLARKE_TRY(results_machine(into, from, where));
    }
    for (size_t i = 0; i < from->rows; i++)
        CLARKE_TRY(results_join_row(into, &from->row[i], where));
    return CLARKE_OK;
}
