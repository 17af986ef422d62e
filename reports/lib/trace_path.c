#include "reports/lib/trace_path.h"

#include "engine/table.h"

#include <assert.h>
#include <string.h>
#include <sys/stat.h>

/* A trace has some hundred rows; what is larger was not written by a suite. */
enum { TRACE_PATH_LIMIT = 64 << 20 };

clarke_status clarke_path_read(const char *folder, const char *id, size_t most, clarke_arena *mem,
                               clarke_path *path)
{
    char name[1200];
    struct stat info;
    clarke_table table;
    snprintf(name, sizeof name, "%s/traces/%s.csv", folder, id);
    if (stat(name, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size > TRACE_PATH_LIMIT)
        return clarke_fail(CLARKE_EINPUT, "traces/%s.csv: no file of at most %d bytes", id,
                           (int)TRACE_PATH_LIMIT);
    CLARKE_TRY(clarke_table_read(name, mem, &table));
    const size_t x0 = clarke_table_find(&table, "x0"), x1 = clarke_table_find(&table, "x1");
    if (x0 == table.columns || x1 == table.columns)
        return clarke_fail(CLARKE_EINPUT, "traces/%s.csv: the columns x0 and x1 should be there",
                           id);
    size_t finite = 0;
    for (; finite < table.rows; finite++) {
        const double *row = table.value + finite * table.columns;
        if (!isfinite(row[x0]) || !isfinite(row[x1])) break;
    }
    if (finite < 2)
        return clarke_fail(CLARKE_EINPUT, "traces/%s.csv: fewer than two finite rows", id);
    assert(most > 1);
    /* Every stride-th row, and the last. Traces thin out with k by themselves. */
    const size_t stride = finite <= most ? 1 : (finite + most - 2) / (most - 1);
    path->count = 0;
    path->x = clarke_alloc_array(mem, finite / stride + 2, 2 * sizeof(double));
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 0;; i += stride) {
        if (i > finite - 1) i = finite - 1;
        const double *row = table.value + i * table.columns;
        const double point[2] = {row[x0], row[x1]};
        memcpy(path->x + 2 * path->count++, point, sizeof point);
        if (i == finite - 1) return CLARKE_OK;
    }
}
