/* Tables of finite numbers, comma-separated, one row a line, with an optional header line: the
   first line is one when none of its fields is a number. Blank lines are skipped, spaces around a
   field too; quoting is not supported. */
#pragma once

#include "core/arena.h"

typedef struct {
    size_t rows, columns;
    const char *const *name; /* [columns] the header; NULL without one */
    double *value;           /* [rows][columns] row-major */
} clarke_csv;

/* A departure gets one sentence with path, line and column, and CLARKE_EINPUT; a missing file is
   CLARKE_EUNAVAILABLE. */
clarke_status clarke_csv_read(const char *path, clarke_arena *mem, clarke_csv *csv);
/* The column of that name, or columns where there is none. */
size_t clarke_csv_column(const clarke_csv *csv, const char *name);
