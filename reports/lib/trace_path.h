/* The path of a two-dimensional run, from traces/<id>.csv of a results folder (hostile input). */
#pragma once

#include "engine/results.h"

typedef struct {
    size_t count;
    double *x; /* [count][2] */
} clarke_path;

/* At most `most` points, the first and the last among them. CLARKE_EINPUT for what is no trace with
   at least two finite rows of the columns x0 and x1; a row that is not finite ends the path. */
clarke_status clarke_path_read(const char *folder, const char *id, size_t most, clarke_arena *mem,
                               clarke_path *path);
