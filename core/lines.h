/* A text file that somebody else wrote: read whole, cut into lines, and into CSV fields. Every
   error names the file and the line. */
#pragma once

#include "core/arena.h"

typedef struct {
    const char *path;
    char *next; /* what is left */
    char *end;
    size_t number; /* of the line returned last, from 1 */
} clarke_lines;

/* At most 2^29 bytes; NUL bytes are refused. The text lives in `mem`. */
clarke_status clarke_lines_open(const char *path, clarke_arena *mem, clarke_lines *lines);

/* The next line without its end (\n or \r\n), cut in place; NULL after the last. */
char *clarke_lines_next(clarke_lines *lines);

/* How many lines are left. */
size_t clarke_lines_count(const clarke_lines *lines);

/* The number of fields that a CSV line has at most: its commas and one. */
size_t clarke_csv_bound(const char *line);
/* Cuts the line into fields in place. Quoted fields may hold commas and doubled quotes, but no line
   end. *count tells how many there are; only field[room] are kept. */
clarke_status clarke_csv_cut(const clarke_lines *lines, char *line, size_t room, char **field,
                             size_t *count);
