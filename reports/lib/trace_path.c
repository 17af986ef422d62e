#include "reports/lib/trace_path.h"

#include <assert.h>
#include <string.h>
#include <sys/stat.h>

/* A trace has some hundred rows; what is larger was not written by a suite. */
enum { TRACE_PATH_LIMIT = 64 << 20 };

clarke_status clarke_trace_table(const char *folder, const char *id, clarke_arena *mem,
                                 clarke_table *table)
{
    char name[1200];
    struct stat info;
    snprintf(name, sizeof name, "%s/traces/%s.csv", folder, id);
    if (stat(name, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size > TRACE_PATH_LIMIT)
        return clarke_fail(CLARKE_EINPUT, "traces/%s.csv: no file of at most %d bytes", id,
                           (int)TRACE_PATH_LIMIT);
    return clarke_table_read(name, mem, table);
}

size_t clarke_trace_agents(const clarke_table *table, size_t dim, clarke_arena *mem,
                           size_t **column)
{
    char name[64];
    size_t agents = 0;
    *column = clarke_alloc_array(mem, table->columns + dim, sizeof **column);
    if (!*column) return 0;
    for (;; agents++)
        for (size_t j = 0; j <= dim; j++) {
            snprintf(name, sizeof name, "a%zu.x%zu", agents, j);
            const size_t at = clarke_table_find(table, name);
            /* The first agent that is not there ends it; one variable more is another problem. */
            if (j == dim && at != table->columns) return 0;
            if (j == dim) break;
            if (at == table->columns) return j == 0 ? agents : 0;
            (*column)[agents * dim + j] = at;
        }
}

/* The columns of the points, one point where there are no agents. */
static clarke_status path_columns(const clarke_table *table, const char *id, clarke_arena *mem,
                                  clarke_path *path, size_t **column)
{
    path->agents = clarke_trace_agents(table, 2, mem, column);
    CLARKE_TRY(clarke_arena_status(mem));
    if (path->agents > 0) return CLARKE_OK;
    (*column)[0] = clarke_table_find(table, "x0");
    (*column)[1] = clarke_table_find(table, "x1");
    if ((*column)[0] != table->columns && (*column)[1] != table->columns) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "traces/%s.csv: the columns x0 and x1 should be there", id);
}

static bool path_is_finite(const clarke_table *table, size_t row, const size_t *column,
                           size_t points)
{
    for (size_t i = 0; i < 2 * points; i++)
        if (!isfinite(table->value[row * table->columns + column[i]])) return false;
    return true;
}

static void path_take(const clarke_table *table, size_t row, const size_t *column, size_t points,
                      size_t room, clarke_path *path)
{
    const double *value = table->value + row * table->columns;
    double *mean = path->x + 2 * path->count;
    mean[0] = mean[1] = 0.0;
    for (size_t i = 0; i < points; i++) {
        const double point[2] = {value[column[2 * i]], value[column[2 * i + 1]]};
        for (size_t j = 0; j < 2; j++) mean[j] += point[j] / (double)points;
        if (path->agents > 0)
            memcpy(path->agent + 2 * (i * room + path->count), point, sizeof point);
    }
    path->count++;
}

clarke_status clarke_path_read(const char *folder, const char *id, size_t most, clarke_arena *mem,
                               clarke_path *path)
{
    clarke_table table;
    size_t *column, finite = 0;
    *path = (clarke_path){0};
    CLARKE_TRY(clarke_trace_table(folder, id, mem, &table));
    CLARKE_TRY(path_columns(&table, id, mem, path, &column));
    const size_t points = path->agents > 0 ? path->agents : 1;
    while (finite < table.rows && path_is_finite(&table, finite, column, points)) finite++;
    if (finite < 2)
        return clarke_fail(CLARKE_EINPUT, "traces/%s.csv: fewer than two finite rows", id);
    assert(most > 1);
    /* Every stride-th row, and the last. Traces thin out with k by themselves. */
    const size_t stride = finite <= most ? 1 : (finite + most - 2) / (most - 1);
    const size_t room = 1 + (finite - 1 + stride - 1) / stride; /* exactly what is taken */
    path->x = clarke_alloc_array(mem, room, 2 * sizeof(double));
    path->agent = clarke_alloc_array(mem, path->agents * room, 2 * sizeof(double));
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 0;; i += stride) {
        if (i > finite - 1) i = finite - 1;
        path_take(&table, i, column, points, room, path);
        if (i == finite - 1) return CLARKE_OK;
    }
}
