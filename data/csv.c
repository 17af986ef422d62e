#include "data/csv.h"

#include "core/param.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A table larger than this is a mistake, not an input. */
enum { CSV_BYTES_MAX = 1 << 30 };

typedef struct {
    const char *path;
    char *at;    /* the rest of the text */
    size_t line; /* number of the line last taken */
} csv_reader;

static clarke_status csv_load(const char *path, clarke_arena *mem, char **text, size_t *size)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return clarke_fail(errno == ENOENT || errno == ENOTDIR ? CLARKE_EUNAVAILABLE : CLARKE_EIO,
                           "%s: %s", path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return clarke_fail(CLARKE_EINPUT, "%s: a CSV file is expected, not a folder or device",
                           path);
    if (info.st_size > CSV_BYTES_MAX)
        return clarke_fail(CLARKE_EINPUT, "%s: has %.0f bytes, at most %d are read", path,
                           (double)info.st_size, CSV_BYTES_MAX);
    *size = (size_t)info.st_size;
    *text = clarke_alloc(mem, *size + 1);
    CLARKE_TRY(clarke_arena_status(mem));
    FILE *file = fopen(path, "rb");
    if (!file) return clarke_fail(CLARKE_EIO, "%s: %s", path, strerror(errno));
    const size_t got = fread(*text, 1, *size, file);
    fclose(file);
    if (got != *size)
        return clarke_fail(CLARKE_EIO, "%s: only %zu of %zu bytes could be read", path, got, *size);
    return CLARKE_OK;
}

/* The next line that is not blank, ended by NUL, or NULL. */
static char *csv_line(csv_reader *r)
{
    while (*r->at) {
        char *line = r->at;
        char *end = strchr(line, '\n');
        r->at = end ? end + 1 : line + strlen(line);
        if (end) *end = '\0';
        r->line++;
        if (line[strspn(line, " \t\r")]) return line;
    }
    return NULL;
}

static size_t csv_count(const char *line)
{
    size_t count = 1;
    for (; *line; line++) count += *line == ',';
    return count;
}

/* Takes the field at *rest off the line, trimmed. */
static char *csv_field(char **rest)
{
    char *field = *rest + strspn(*rest, " \t");
    char *comma = strchr(field, ',');
    char *end = comma ? comma : field + strlen(field);
    *rest = comma ? comma + 1 : end;
    while (end > field && strchr(" \t\r", end[-1])) end--;
    *end = '\0';
    return field;
}

/* A header has no number in it. */
static bool csv_is_header(char *line, size_t columns)
{
    for (size_t j = 0; j < columns; j++) {
        double value;
        if (clarke_parse_real(csv_field(&line), "", &value) == CLARKE_OK) return false;
    }
    return true;
}

static clarke_status csv_header(const char *line, clarke_arena *mem, clarke_csv *csv)
{
    char *probe = clarke_arena_copy_text(mem, line), *copy = clarke_arena_copy_text(mem, line);
    const char **name = clarke_alloc_array(mem, csv->columns, sizeof *name);
    CLARKE_TRY(clarke_arena_status(mem));
    if (!csv_is_header(probe, csv->columns)) return CLARKE_OK;
    for (size_t j = 0; j < csv->columns; j++) name[j] = csv_field(&copy);
    csv->name = name;
    return CLARKE_OK;
}

static clarke_status csv_row(const csv_reader *r, char *line, size_t columns, double *value)
{
    char what[512];
    const size_t found = csv_count(line);
    if (found != columns)
        return clarke_fail(CLARKE_EINPUT, "%s:%zu: %zu columns, but the first line has %zu",
                           r->path, r->line, found, columns);
    for (size_t j = 0; j < columns; j++) {
        snprintf(what, sizeof what, "%s:%zu: column %zu", r->path, r->line, j + 1);
        CLARKE_TRY(clarke_parse_real(csv_field(&line), what, &value[j]));
    }
    return CLARKE_OK;
}

clarke_status clarke_csv_read(const char *path, clarke_arena *mem, clarke_csv *csv)
{
    char *text = NULL;
    size_t size = 0, lines = 1;
    *csv = (clarke_csv){0};
    CLARKE_TRY(csv_load(path, mem, &text, &size));
    if (strlen(text) != size)
        return clarke_fail(CLARKE_EINPUT, "%s: byte %zu is zero: not a text file", path,
                           strlen(text) + 1);
    for (const char *c = text; *c; c++) lines += *c == '\n';
    csv_reader r = {path, text, 0};
    char *line = csv_line(&r);
    if (!line) return clarke_fail(CLARKE_EINPUT, "%s: there is no line in it", path);
    csv->columns = csv_count(line);
    CLARKE_TRY(csv_header(line, mem, csv));
    if (csv->name) line = csv_line(&r);
    /* A row of m columns has at least m bytes (its last line may lack one), so that one wide line
       among many short ones cannot make the table larger than the file. */
    const size_t rows = size / csv->columns + 1 < lines ? size / csv->columns + 1 : lines;
    csv->value = clarke_alloc_array(mem, rows * csv->columns, sizeof *csv->value);
    CLARKE_TRY(clarke_arena_status(mem));
    for (; line; line = csv_line(&r), csv->rows++)
        CLARKE_TRY(csv_row(&r, line, csv->columns, csv->value + csv->rows * csv->columns));
    if (csv->rows == 0) return clarke_fail(CLARKE_EINPUT, "%s: there is no row in it", path);
    return CLARKE_OK;
}

size_t clarke_csv_column(const clarke_csv *csv, const char *name)
{
    size_t j = 0;
    while (j < csv->columns && !(csv->name && strcmp(csv->name[j], name) == 0)) j++;
    return j;
}
