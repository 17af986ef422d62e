/* What figures take from traces/<id>.csv of a results folder (hostile input). */
#pragma once

#include "engine/results.h"
#include "engine/table.h"

/* The whole trace. CLARKE_EINPUT for what is none, or is too large to be a suite's. */
clarke_status clarke_trace_table(const char *folder, const char *id, clarke_arena *mem,
                                 clarke_table *table);
/* How many agents the columns a0.x0, a0.x1, ... of the table speak of, with the place of each; 0
   where there are none or some are missing. column[agents][dim] lives in `mem`. */
size_t clarke_trace_agents(const clarke_table *table, size_t dim, clarke_arena *mem,
                           size_t **column);

/* A path in the plane, of one point or of several agents. */
typedef struct {
    size_t count, agents; /* agents: 0 where there is one point */
    double *x;            /* [count][2]; the mean of the agents */
    double *agent;        /* [agents][count][2] */
} clarke_path;

/* At most `most` points, the first and the last among them. CLARKE_EINPUT for what is no trace with
   at least two finite rows of the columns x0 and x1, or of agents' ones; a row that is not finite
   ends the path. */
clarke_status clarke_path_read(const char *folder, const char *id, size_t most, clarke_arena *mem,
                               clarke_path *path);
