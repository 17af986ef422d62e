#include "engine/json.h"
#include "engine/table.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef enum { TABLE_CSV, TABLE_JSONL, TABLE_NPY } table_format;

struct clarke_table_writer {
    const char *path;
    FILE *file;
    table_format format;
    size_t columns, rows;
    const char *const *name;
    size_t *order; /* [columns] of the keys in a JSON object, sorted */
    char *line;    /* one row as text */
    size_t room;
    long shape; /* where the .npy header has the number of rows */
};

enum { TABLE_NUMBER = 26, TABLE_SHAPE = 20 };

static clarke_status table_ending(const char *path, table_format *format)
{
    static const char *const ending[] = {".csv", ".jsonl", ".npy"};
    const size_t length = strlen(path);
    for (size_t i = 0; i < 3; i++) {
        const size_t n = strlen(ending[i]);
        if (length > n && strcmp(path + length - n, ending[i]) == 0) {
            *format = (table_format)i;
            return CLARKE_OK;
        }
    }
    return clarke_fail(CLARKE_EINPUT, "'%s' should end in .csv, .jsonl or .npy", path);
}

static void table_put(clarke_table_writer *w, const char *text, size_t length)
{
    /* The stream remembers its failure. */
    (void)!fwrite(text, 1, length, w->file);
}

/* ---- one row ---- */

static size_t table_number(char *to, double value, const char *undefined)
{
    if (!isfinite(value)) return (size_t)snprintf(to, TABLE_NUMBER, "%s", undefined);
    /* A JSON reader takes -0 for a whole number, which has no sign. */
    const bool negative_zero = value == 0.0 && signbit(value);
    return (size_t)snprintf(to, TABLE_NUMBER, negative_zero ? "%.1f" : "%.17g", value);
}

static size_t table_csv(const clarke_table_writer *w, const double *value)
{
    size_t n = 0;
    for (size_t j = 0; j < w->columns; j++) {
        if (j > 0) w->line[n++] = ',';
        n += table_number(w->line + n, value[j], "");
    }
    return n;
}

static size_t table_jsonl(const clarke_table_writer *w, const double *value)
{
    size_t n = 0;
    for (size_t i = 0; i < w->columns; i++) {
        const size_t j = w->order[i];
        n += (size_t)snprintf(w->line + n, w->room - n, "%c\"%s\":", i ? ',' : '{', w->name[j]);
        n += table_number(w->line + n, value[j], "null");
    }
    w->line[n++] = '}';
    return n;
}

void clarke_table_row(clarke_table_writer *w, const double *value)
{
    w->rows++;
    if (w->format == TABLE_NPY) {
        (void)!fwrite(value, sizeof *value, w->columns, w->file);
        return;
    }
    size_t n = w->format == TABLE_CSV ? table_csv(w, value) : table_jsonl(w, value);
    w->line[n++] = '\n';
    table_put(w, w->line, n);
    /* Whole rows are in the file, should the program be killed. */
    fflush(w->file);
}

/* ---- headers ---- */

static void table_csv_header(clarke_table_writer *w)
{
    for (size_t j = 0; j < w->columns; j++) fprintf(w->file, "%s%s", j ? "," : "", w->name[j]);
    fputc('\n', w->file);
}

static clarke_status table_jsonl_header(clarke_table_writer *w, const json_t *header)
{
    char *text = json_dumps(header, CLARKE_JSON_FLAGS);
    if (!text) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    fprintf(w->file, "%s\n", text);
    free(text);
    return CLARKE_OK;
}

/* Version 2.0 of the format: a 4-byte length, since many columns have long headers. The number of
   rows is put in at the close. */
static clarke_status table_npy_header(clarke_table_writer *w)
{
    const uint16_t one = 1;
    const char order = *(const unsigned char *)&one == 1 ? '<' : '>';
    size_t length = 12 + strlen("{'descr': [], 'fortran_order': False, 'shape': (,), }\n") +
                    TABLE_SHAPE;
    for (size_t j = 0; j < w->columns; j++) length += strlen("('', '<f8'), ") + strlen(w->name[j]);
    /* numpy wants the data at a multiple of 64. */
    const size_t padding = (64 - length % 64) % 64;
    const uint32_t rest = (uint32_t)(length + padding - 12);
    const unsigned char begin[12] = {0x93,
                                     'N',
                                     'U',
                                     'M',
                                     'P',
                                     'Y',
                                     2,
                                     0,
                                     (unsigned char)(rest & 255u),
                                     (unsigned char)(rest >> 8 & 255u),
                                     (unsigned char)(rest >> 16 & 255u),
                                     (unsigned char)(rest >> 24)};
    (void)!fwrite(begin, 1, sizeof begin, w->file);
    fputs("{'descr': [", w->file);
    for (size_t j = 0; j < w->columns; j++) fprintf(w->file, "('%s', '%cf8'), ", w->name[j], order);
    fputs("], 'fortran_order': False, 'shape': (", w->file);
    w->shape = ftell(w->file);
    if (w->shape < 0)
        return clarke_fail(CLARKE_EINPUT, "'%s' cannot be a .npy file: it is not a regular file",
                           w->path);
    fprintf(w->file, "%*zu,), }%*s\n", TABLE_SHAPE, (size_t)0, (int)padding, "");
    return CLARKE_OK;
}

/* ---- begin and end ---- */

static clarke_status table_header(clarke_table_writer *w, const json_t *header)
{
    switch (w->format) {
    case TABLE_CSV: table_csv_header(w); return CLARKE_OK;
    case TABLE_JSONL: return header ? table_jsonl_header(w, header) : CLARKE_OK;
    case TABLE_NPY: return table_npy_header(w);
    }
    return clarke_fail(CLARKE_EINTERNAL, "no such table format");
}

typedef struct {
    const char *name;
    size_t column;
} table_key;

static int table_compare(const void *a, const void *b)
{
    return strcmp(((const table_key *)a)->name, ((const table_key *)b)->name);
}

static clarke_status table_sort(const char *const *name, size_t columns, clarke_arena *mem,
                                size_t *order)
{
    table_key *key = clarke_alloc_array(mem, columns, sizeof *key);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t j = 0; j < columns; j++) key[j] = (table_key){name[j], j};
    qsort(key, columns, sizeof *key, table_compare);
    for (size_t j = 0; j < columns; j++) order[j] = key[j].column;
    return CLARKE_OK;
}

clarke_status clarke_table_create(const char *path, const char *const *name, size_t columns,
                                  const json_t *header, clarke_arena *mem,
                                  clarke_table_writer **writer)
{
    table_format format = TABLE_CSV;
    CLARKE_TRY(table_ending(path, &format));
    clarke_table_writer *w = clarke_alloc(mem, sizeof *w);
    size_t room = 4;
    for (size_t j = 0; j < columns; j++) room += TABLE_NUMBER + 4 + strlen(name[j]);
    char *line = clarke_alloc(mem, room);
    size_t *order = clarke_alloc_array(mem, columns, sizeof *order);
    CLARKE_TRY(clarke_arena_status(mem));
    *w = (clarke_table_writer){.path = path,
                               .format = format,
                               .columns = columns,
                               .name = name,
                               .order = order,
                               .line = line,
                               .room = room};
    CLARKE_TRY(table_sort(name, columns, mem, order));
    w->file = fopen(path, "w");
    if (!w->file) return clarke_fail(CLARKE_EINPUT, "cannot write '%s': %s", path, strerror(errno));
    const clarke_status status = table_header(w, header);
    if (status != CLARKE_OK) fclose(w->file);
    *writer = w;
    return status;
}

clarke_status clarke_table_close(clarke_table_writer *w)
{
    errno = 0;
    bool failed = ferror(w->file) != 0;
    if (!failed && w->format == TABLE_NPY)
        failed = fseek(w->file, w->shape, SEEK_SET) != 0 ||
                 fprintf(w->file, "%*zu", TABLE_SHAPE, w->rows) < 0;
    failed |= fflush(w->file) != 0;
    int error = errno;
    if (fclose(w->file) != 0) {
        failed = true;
        if (!error) error = errno;
    }
    if (!failed) return CLARKE_OK;
    return clarke_fail(CLARKE_EIO, "writing '%s' failed: %s", w->path,
                       error ? strerror(error) : "an earlier write failed");
}
