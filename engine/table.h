/* Tables of numbers in files: named columns, one row a line. By the name's ending: .csv; .jsonl, a
   header object and then one object a row; .npy, a structured array. Numbers have 17 digits; a
   number that is not finite is an empty cell or null. */
#pragma once

#include "core/arena.h"

#include <jansson.h>

typedef struct clarke_table_writer clarke_table_writer;

/* The names are not copied. `header` is borrowed; only .jsonl writes it. */
clarke_status clarke_table_create(const char *path, const char *const *name, size_t columns,
                                  const json_t *header, clarke_arena *mem,
                                  clarke_table_writer **writer);
/* A failed write shows at close. */
void clarke_table_row(clarke_table_writer *writer, const double *value);
clarke_status clarke_table_close(clarke_table_writer *writer);

typedef struct {
    size_t rows, columns;
    const char *const *name; /* [columns] */
    const double *value;     /* [rows][columns]; NAN where a cell is empty or null */
    const size_t *line;      /* [rows] of the file */
    const char *header;      /* the header object's text; NULL where there is none */
} clarke_table;

/* Reads .csv, .jsonl or .npy. Text in a column that is not one of a trace is ignored with its
   column; in one of a trace it is an error with its line. Of a .npy file `line` is the row. */
clarke_status clarke_table_read(const char *path, clarke_arena *mem, clarke_table *table);
/* What clarke_table_read does with a .npy file. */
clarke_status clarke_table_read_npy(const char *path, clarke_arena *mem, clarke_table *table);
/* The column's position, or table->columns. */
size_t clarke_table_find(const clarke_table *table, const char *name);
