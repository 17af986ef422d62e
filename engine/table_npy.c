/* Reads .npy, versions 1 to 3: a structured array of named numbers, or a plain one of one or two
   axes, whose columns are then called c0, c1, ... It is hostile input: the header's text is parsed
   by what it may hold and nothing else, and the file must have exactly the length it declares. */
#include "engine/table.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { NPY_HEADER_MAX = 1 << 22, NPY_CELLS_MAX = 1 << 26, NPY_COLUMNS_MAX = 100000 };

/* The number types that are read: the machine's byte order is checked for. */
typedef struct {
    char kind;   /* 'f' or 'i' */
    size_t size; /* bytes */
} npy_type;

typedef struct {
    const char *path;
    FILE *file;
    char *at; /* in the header's text */
    size_t rows, columns;
    bool fortran, shaped, typed, ordered;
    npy_type *type; /* [columns] of a structured array; one for a plain one */
    const char **name;
    bool structured;
} npy_reader;

static clarke_status npy_fail(const npy_reader *r, const char *what)
{
    return clarke_fail(CLARKE_EINPUT, "%s: %s", r->path, what);
}

static void npy_skip(npy_reader *r)
{
    r->at += strspn(r->at, " \n");
}

/* Takes `text` if it comes next. */
static bool npy_take(npy_reader *r, const char *text)
{
    npy_skip(r);
    const size_t length = strlen(text);
    if (strncmp(r->at, text, length) != 0) return false;
    r->at += length;
    return true;
}

/* A text in single or double quotes, without escapes; its end is cut by a NUL. */
static char *npy_quoted(npy_reader *r)
{
    npy_skip(r);
    const char quote = *r->at;
    if (quote != '\'' && quote != '"') return NULL;
    char *begin = r->at + 1, *end = strchr(begin, quote);
    if (!end || memchr(begin, '\\', (size_t)(end - begin))) return NULL;
    *end = '\0';
    r->at = end + 1;
    return begin;
}

static clarke_status npy_number_type(const npy_reader *r, const char *text, npy_type *type)
{
    const uint16_t one = 1;
    const char order = *(const unsigned char *)&one == 1 ? '<' : '>';
    static const char *const known[] = {"f8", "f4", "i8", "i4"};
    for (size_t i = 0; text && text[0] == order && i < sizeof known / sizeof known[0]; i++)
        if (strcmp(text + 1, known[i]) == 0) {
            *type = (npy_type){known[i][0], (size_t)(known[i][1] - '0')};
            return CLARKE_OK;
        }
    return clarke_fail(CLARKE_EINPUT,
                       "%s: the type '%.16s' is not read; write float64, float32, int64 or int32 "
                       "of this machine",
                       r->path, text ? text : "");
}

static clarke_status npy_structure(npy_reader *r, clarke_arena *mem)
{
    size_t bound = 1;
    for (const char *c = r->at; *c; c++) bound += *c == '(';
    if (bound > NPY_COLUMNS_MAX) return npy_fail(r, "it has too many columns");
    r->type = clarke_alloc_array(mem, bound, sizeof *r->type);
    r->name = clarke_alloc_array(mem, bound, sizeof *r->name);
    CLARKE_TRY(clarke_arena_status(mem));
    r->structured = true;
    while (!npy_take(r, "]")) {
        const bool opened = npy_take(r, "(");
        const char *name = opened ? npy_quoted(r) : NULL;
        if (!name || !*name || !npy_take(r, ","))
            return npy_fail(r, "the header does not name its columns");
        CLARKE_TRY(npy_number_type(r, npy_quoted(r), &r->type[r->columns]));
        npy_take(r, ",");
        if (!npy_take(r, ")")) return npy_fail(r, "a column is not a plain number");
        r->name[r->columns++] = name;
        npy_take(r, ",");
    }
    return r->columns > 0 ? CLARKE_OK : npy_fail(r, "the array has no columns");
}

static clarke_status npy_descr(npy_reader *r, clarke_arena *mem)
{
    r->typed = true;
    if (npy_take(r, "[")) return npy_structure(r, mem);
    r->type = clarke_alloc(mem, sizeof *r->type);
    CLARKE_TRY(clarke_arena_status(mem));
    return npy_number_type(r, npy_quoted(r), r->type);
}

static clarke_status npy_shape(npy_reader *r, size_t *axes, size_t axis[2])
{
    r->shaped = true;
    if (!npy_take(r, "(")) return npy_fail(r, "the header has no shape");
    while (!npy_take(r, ")")) {
        char *end;
        npy_skip(r);
        errno = 0;
        if (*r->at < '0' || *r->at > '9' || *axes == 2)
            return npy_fail(r, "the array should have one or two axes");
        const unsigned long long value = strtoull(r->at, &end, 10);
        if (errno != 0 || value > (unsigned long long)1 << 53)
            return npy_fail(r, "the shape is out of range");
        axis[(*axes)++] = (size_t)value;
        r->at = end;
        npy_take(r, ",");
    }
    return *axes > 0 ? CLARKE_OK : npy_fail(r, "the array should have one or two axes");
}

/* {'descr': ..., 'fortran_order': False, 'shape': (...), } */
static clarke_status npy_header(npy_reader *r, clarke_arena *mem)
{
    size_t axes = 0, axis[2] = {0, 1};
    if (!npy_take(r, "{")) return npy_fail(r, "the header is not that of a .npy file");
    while (!npy_take(r, "}")) {
        const char *key = npy_quoted(r);
        if (!key || !npy_take(r, ":")) return npy_fail(r, "the header cannot be read");
        if (strcmp(key, "descr") == 0 && !r->typed) {
            CLARKE_TRY(npy_descr(r, mem));
        } else if (strcmp(key, "fortran_order") == 0 && !r->ordered) {
            r->ordered = true;
            r->fortran = npy_take(r, "True");
            if (!r->fortran && !npy_take(r, "False"))
                return npy_fail(r, "the header cannot be read");
        } else if (strcmp(key, "shape") == 0 && !r->shaped) {
            CLARKE_TRY(npy_shape(r, &axes, axis));
        } else {
            return npy_fail(r, "the header cannot be read");
        }
        npy_take(r, ",");
    }
    if (!r->typed || !r->shaped || !r->ordered) return npy_fail(r, "the header is not complete");
    if (r->structured && axes != 1) return npy_fail(r, "a structured array should have one axis");
    r->rows = axis[0];
    if (!r->structured) r->columns = axis[1];
    if (r->columns == 0 || r->columns > NPY_COLUMNS_MAX)
        return npy_fail(r, "the number of columns is out of range");
    return CLARKE_OK;
}

static clarke_status npy_begin(npy_reader *r, clarke_arena *mem)
{
    unsigned char begin[12];
    if (fread(begin, 1, 10, r->file) != 10 || memcmp(begin, "\x93NUMPY", 6) != 0)
        return npy_fail(r, "it does not begin like a .npy file");
    if (begin[6] < 1 || begin[6] > 3) return npy_fail(r, "the version of the format is not known");
    size_t length = (size_t)begin[8] | (size_t)begin[9] << 8;
    if (begin[6] > 1) {
        if (fread(begin + 10, 1, 2, r->file) != 2) return npy_fail(r, "the file is cut");
        length |= (size_t)begin[10] << 16 | (size_t)begin[11] << 24;
    }
    if (length > NPY_HEADER_MAX) return npy_fail(r, "the header is too long");
    r->at = clarke_alloc(mem, length + 1);
    CLARKE_TRY(clarke_arena_status(mem));
    if (fread(r->at, 1, length, r->file) != length) return npy_fail(r, "the header is cut");
    if (memchr(r->at, '\0', length)) return npy_fail(r, "the header has a NUL byte");
    return npy_header(r, mem);
}

static double npy_number(const unsigned char *bytes, npy_type type)
{
    if (type.kind == 'f' && type.size == 4) {
        /* A float32 is a double after its bits are taken apart: single precision is core/real.h's. */
        uint32_t bits;
        memcpy(&bits, bytes, 4);
        const int exponent = (int)(bits >> 23 & 255u);
        const double fraction = (double)(bits & 0x7fffffu);
        const double sign = bits >> 31 ? -1.0 : 1.0;
        if (exponent == 255) return fraction > 0.0 ? NAN : sign * INFINITY;
        if (exponent == 0) return sign * ldexp(fraction, -149);
        return sign * ldexp(fraction + 8388608.0, exponent - 150);
    }
    if (type.kind == 'f') {
        double value;
        memcpy(&value, bytes, 8);
        return value;
    }
    int32_t small;
    int64_t large;
    if (type.size == 4) return memcpy(&small, bytes, 4), (double)small;
    return memcpy(&large, bytes, 8), (double)large;
}

static clarke_status npy_length(const npy_reader *r, size_t item)
{
    struct stat status;
    const long begin = ftell(r->file);
    if (begin < 0 || fstat(fileno(r->file), &status) != 0 || !S_ISREG(status.st_mode))
        return npy_fail(r, "it is not a regular file");
    const uint64_t left = (uint64_t)status.st_size - (uint64_t)begin;
    if (left != (uint64_t)r->rows * item)
        return clarke_fail(CLARKE_EINPUT, "%s: %llu bytes of numbers where the shape asks for %llu",
                           r->path, (unsigned long long)left, (unsigned long long)r->rows * item);
    return CLARKE_OK;
}

static clarke_status npy_rows(npy_reader *r, clarke_arena *mem, clarke_table *t)
{
    size_t item = 0;
    assert(r->columns > 0);
    if (r->rows > NPY_CELLS_MAX / r->columns)
        return clarke_fail(CLARKE_EINPUT, "%s: %zu rows of %zu numbers; %d numbers are the most",
                           r->path, r->rows, r->columns, NPY_CELLS_MAX);
    for (size_t j = 0; j < r->columns; j++) item += r->type[r->structured ? j : 0].size;
    CLARKE_TRY(npy_length(r, item));
    unsigned char *bytes = clarke_alloc(mem, item);
    double *value = clarke_vec(mem, r->rows * r->columns);
    size_t *line = clarke_alloc_array(mem, r->rows, sizeof *line);
    CLARKE_TRY(clarke_arena_status(mem));
    /* In Fortran's order one number at a time: its row runs fastest. */
    const size_t outer = r->fortran ? r->columns : r->rows;
    const size_t inner = r->fortran ? r->rows : r->columns;
    for (size_t i = 0; i < outer; i++)
        for (size_t j = 0; j < inner; j++) {
            const npy_type type = r->type[r->structured ? j : 0];
            if (fread(bytes, 1, type.size, r->file) != type.size)
                return npy_fail(r, "the numbers are cut");
            value[r->fortran ? j * r->columns + i : i * r->columns + j] = npy_number(bytes, type);
        }
    for (size_t i = 0; i < r->rows; i++) line[i] = i + 1;
    t->value = value;
    t->line = line;
    return CLARKE_OK;
}

static clarke_status npy_table(npy_reader *r, clarke_arena *mem, clarke_table *t)
{
    CLARKE_TRY(npy_begin(r, mem));
    if (r->structured && r->fortran) return npy_fail(r, "a structured array in Fortran's order");
    if (!r->structured) r->name = clarke_alloc_array(mem, r->columns, sizeof *r->name);
    for (size_t j = 0; !r->structured && r->name && j < r->columns; j++)
        r->name[j] = clarke_arena_printf(mem, "c%zu", j);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t j = 0; r->columns < 1000 && j < r->columns; j++)
        for (size_t i = 0; i < j; i++)
            if (strcmp(r->name[i], r->name[j]) == 0)
                return clarke_fail(CLARKE_EINPUT, "%s: two columns are called '%.40s'", r->path,
                                   r->name[j]);
    t->name = r->name;
    t->columns = r->columns;
    t->rows = r->rows;
    return npy_rows(r, mem, t);
}

clarke_status clarke_table_read_npy(const char *path, clarke_arena *mem, clarke_table *table)
{
    npy_reader r = {.path = path, .file = fopen(path, "rb")};
    *table = (clarke_table){0};
    if (!r.file) return clarke_fail(CLARKE_EINPUT, "cannot read '%s': %s", path, strerror(errno));
    const clarke_status status = npy_table(&r, mem, table);
    fclose(r.file);
    return status;
}
