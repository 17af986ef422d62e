#include "core/lines.h"
#include "engine/json.h"
#include "engine/table.h"
#include "engine/trace.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TABLE_COLUMNS_MAX = 100000, TABLE_CELLS_MAX = 1 << 26 };

size_t clarke_table_find(const clarke_table *table, const char *name)
{
    size_t j = 0;
    while (j < table->columns && strcmp(table->name[j], name) != 0) j++;
    return j;
}

/* The columns that a trace has; text elsewhere is somebody's remark. */
static bool table_is_known(const char *name)
{
    for (size_t i = 0; i < CLARKE_TRACE_COLUMNS; i++)
        if (strcmp(name, clarke_trace_name[i]) == 0) return true;
    if (name[0] == 'a' && name[1 + strspn(name + 1, "0123456789")] == '.') return true;
    return name[0] == 'x' && name[1] && name[1 + strspn(name + 1, "0123456789")] == '\0';
}

/* A cell of text; NAN if it is empty, or no number in a column that is not known. */
static clarke_status table_cell(const clarke_lines *lines, const char *name, const char *text,
                                double *value)
{
    char *end = NULL;
    while (isspace((unsigned char)*text)) text++;
    *value = NAN;
    if (*text == '\0') return CLARKE_OK;
    const double number = strtod(text, &end);
    while (isspace((unsigned char)*end)) end++;
    if (end != text && *end == '\0') {
        *value = number;
        return CLARKE_OK;
    }
    if (!table_is_known(name)) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "%s:%zu: %s: '%.40s' is not a number", lines->path,
                       lines->number, name, text);
}

static clarke_status table_room(clarke_table *t, size_t rows, const char *path, clarke_arena *mem,
                                double **value, size_t **line)
{
    if (t->columns > 0 && rows > TABLE_CELLS_MAX / t->columns)
        return clarke_fail(CLARKE_EINPUT, "'%s' has more than %d numbers", path, TABLE_CELLS_MAX);
    *value = clarke_vec(mem, rows * t->columns);
    *line = clarke_alloc_array(mem, rows, sizeof **line);
    t->value = *value;
    t->line = *line;
    return clarke_arena_status(mem);
}

static clarke_status table_check_names(const clarke_lines *lines, const char *const *name,
                                       size_t columns)
{
    for (size_t j = 0; j < columns; j++) {
        if (!*name[j])
            return clarke_fail(CLARKE_EINPUT, "%s:%zu: column %zu has no name", lines->path,
                               lines->number, j + 1);
        /* Many columns are the iterate's, written by a program; only few are compared. */
        for (size_t i = 0; columns < 1000 && i < j; i++)
            if (strcmp(name[i], name[j]) == 0)
                return clarke_fail(CLARKE_EINPUT, "%s:%zu: two columns are called '%.40s'",
                                   lines->path, lines->number, name[j]);
    }
    return CLARKE_OK;
}

/* ---- CSV ---- */

static size_t table_count_lines(const clarke_lines *lines)
{
    size_t count = 1;
    for (const char *c = lines->next; c < lines->end; c++) count += *c == '\n';
    return count;
}

static clarke_status table_csv_header(clarke_lines *lines, clarke_arena *mem, clarke_table *t,
                                      char ***field)
{
    char *line = clarke_lines_next(lines);
    if (!line || !*line)
        return clarke_fail(CLARKE_EINPUT, "%s:1: the names of the columns are missing",
                           lines->path);
    const size_t bound = clarke_csv_bound(line);
    if (bound > TABLE_COLUMNS_MAX)
        return clarke_fail(CLARKE_EINPUT, "%s:1: more than %d columns", lines->path,
                           TABLE_COLUMNS_MAX);
    char **name = clarke_alloc_array(mem, bound, sizeof *name);
    *field = clarke_alloc_array(mem, bound, sizeof **field);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(clarke_csv_cut(lines, line, bound, name, &t->columns));
    t->name = (const char *const *)name;
    return table_check_names(lines, t->name, t->columns);
}

static clarke_status table_read_csv(clarke_lines *lines, clarke_arena *mem, clarke_table *t)
{
    char **field = NULL;
    double *value;
    size_t *number;
    CLARKE_TRY(table_csv_header(lines, mem, t, &field));
    CLARKE_TRY(table_room(t, table_count_lines(lines), lines->path, mem, &value, &number));
    for (char *line = clarke_lines_next(lines); line; line = clarke_lines_next(lines)) {
        size_t count = 0;
        if (!*line) continue;
        CLARKE_TRY(clarke_csv_cut(lines, line, t->columns, field, &count));
        if (count != t->columns)
            return clarke_fail(CLARKE_EINPUT, "%s:%zu: %zu fields where the header has %zu",
                               lines->path, lines->number, count, t->columns);
        for (size_t j = 0; j < count; j++)
            CLARKE_TRY(table_cell(lines, t->name[j], field[j], &value[t->rows * t->columns + j]));
        number[t->rows++] = lines->number;
    }
    return CLARKE_OK;
}

/* ---- JSON lines ---- */

static clarke_status table_object(const clarke_lines *lines, const char *line, json_t **object)
{
    char where[512];
    snprintf(where, sizeof where, "%s:%zu", lines->path, lines->number);
    CLARKE_TRY(clarke_json_parse(line, strlen(line), where, object));
    if (json_is_object(*object)) return CLARKE_OK;
    json_decref(*object);
    return clarke_fail(CLARKE_EINPUT, "%s: a line should be one JSON object", where);
}

/* The columns are the keys of the first row. */
static clarke_status table_jsonl_names(const clarke_lines *lines, json_t *object, clarke_arena *mem,
                                       clarke_table *t)
{
    const char *key;
    json_t *member;
    const size_t count = json_object_size(object);
    if (count > TABLE_COLUMNS_MAX)
        return clarke_fail(CLARKE_EINPUT, "%s:%zu: more than %d columns", lines->path,
                           lines->number, TABLE_COLUMNS_MAX);
    const char **name = clarke_alloc_array(mem, count, sizeof *name);
    CLARKE_TRY(clarke_arena_status(mem));
    t->columns = 0;
    json_object_foreach(object, key, member)
    {
        name[t->columns++] = clarke_arena_copy_text(mem, key);
    }
    t->name = name;
    CLARKE_TRY(clarke_arena_status(mem));
    return table_check_names(lines, name, t->columns);
}

static clarke_status table_jsonl_row(const clarke_lines *lines, const clarke_table *t,
                                     const json_t *object, double *row)
{
    for (size_t j = 0; j < t->columns; j++) {
        const json_t *cell = json_object_get(object, t->name[j]);
        row[j] = NAN;
        if (json_is_number(cell))
            row[j] = json_number_value(cell);
        else if (cell && !json_is_null(cell) && table_is_known(t->name[j]))
            return clarke_fail(CLARKE_EINPUT, "%s:%zu: %s is not a number", lines->path,
                               lines->number, t->name[j]);
    }
    return CLARKE_OK;
}

static clarke_status table_jsonl_line(const clarke_lines *lines, char *line, size_t rows,
                                      clarke_arena *mem, clarke_table *t, double **value,
                                      size_t **number)
{
    json_t *object = NULL;
    CLARKE_TRY(table_object(lines, line, &object));
    clarke_status status = CLARKE_OK;
    if (!t->name && !t->header && json_is_string(json_object_get(object, "type"))) {
        t->header = line;
    } else {
        if (!t->name) {
            status = table_jsonl_names(lines, object, mem, t);
            if (status == CLARKE_OK) status = table_room(t, rows, lines->path, mem, value, number);
        }
        if (status == CLARKE_OK)
            status = table_jsonl_row(lines, t, object, *value + t->rows * t->columns);
        if (status == CLARKE_OK) (*number)[t->rows++] = lines->number;
    }
    json_decref(object);
    return status;
}

static clarke_status table_read_jsonl(clarke_lines *lines, clarke_arena *mem, clarke_table *t)
{
    double *value = NULL;
    size_t *number = NULL;
    const size_t rows = table_count_lines(lines);
    for (char *line = clarke_lines_next(lines); line; line = clarke_lines_next(lines))
        if (*line) CLARKE_TRY(table_jsonl_line(lines, line, rows, mem, t, &value, &number));
    if (t->name) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "'%s' has no rows", lines->path);
}

clarke_status clarke_table_read(const char *path, clarke_arena *mem, clarke_table *table)
{
    clarke_lines lines;
    const size_t length = strlen(path);
    const bool csv = length > 4 && strcmp(path + length - 4, ".csv") == 0;
    const bool jsonl = length > 6 && strcmp(path + length - 6, ".jsonl") == 0;
    *table = (clarke_table){0};
    if (length > 4 && strcmp(path + length - 4, ".npy") == 0)
        return clarke_table_read_npy(path, mem, table);
    if (!csv && !jsonl)
        return clarke_fail(CLARKE_EINPUT, "'%s' should end in .csv, .jsonl or .npy", path);
    CLARKE_TRY(clarke_lines_open(path, mem, &lines));
    return csv ? table_read_csv(&lines, mem, table) : table_read_jsonl(&lines, mem, table);
}
