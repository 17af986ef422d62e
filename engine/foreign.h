/* A trace that other software wrote, as claims see it: columns over increasing k, and with a
   problem of ours also what can be computed from the iterate. Hostile input: k must increase, and
   a number that is missing or not finite is an error with its line, except that a column may be
   empty throughout (it is absent then) and in its last row (the step that was not done). */
#pragma once

#include "core/problem.h"
#include "engine/table.h"

typedef struct clarke_foreign {
    const char *path; /* as given */
    const char *name; /* its last component, for records */
    clarke_table table;
    size_t rows;
    const double *k;               /* [rows] increasing; 0, 1, ... where there is no column k */
    bool steps;                    /* k grows by one from row to row */
    const char *header;            /* of the trace, or NULL */
    const clarke_problem *problem; /* NULL: not known */
    const char *problem_text;      /* canonical; NULL: not known */
    size_t n;                      /* variables: columns x0, x1, ... of one agent */
    size_t agents;                 /* 1, or a0.x0, a0.x1, ..., a1.x0, ... */
    const size_t *x_column;        /* [agents][n] */
    clarke_arena *mem;
} clarke_foreign;

/* `problem` is text in the grammar of the command line, or NULL. */
clarke_status clarke_foreign_open(const char *path, const char *problem, clarke_arena *mem,
                                  clarke_foreign *t);

typedef enum {
    CLARKE_FOREIGN_VALUE,     /* f(x_k) */
    CLARKE_FOREIGN_STEP,      /* |x_{k+1} - x_k| */
    CLARKE_FOREIGN_RESIDUAL,  /* dist(0, Clarke subdifferential at x_k) */
    CLARKE_FOREIGN_DISTANCE,  /* dist(x_k, stationary set) */
    CLARKE_FOREIGN_CONSENSUS, /* root of the sum over agents of |x_a - mean|^2 */
    CLARKE_FOREIGN_QUANTITIES
} clarke_foreign_quantity;

typedef struct {
    size_t count; /* rows 0 .. count-1 have it; 0: the trace does not tell it */
    const double *value;
    bool computed;      /* by us from the iterate, rather than read */
    const char *column; /* that it is, or would be, read from */
} clarke_foreign_series;

/* With a problem ours comes first: the iterate's columns before the quantity's own. */
clarke_status clarke_foreign_get(const clarke_foreign *t, clarke_foreign_quantity what,
                                 clarke_foreign_series *series);
/* Any column by its name; CLARKE_EINPUT with suggestions if there is none. */
clarke_status clarke_foreign_column(const clarke_foreign *t, const char *name,
                                    clarke_foreign_series *series);
/* The mean over the agents of row i. */
void clarke_foreign_point(const clarke_foreign *t, size_t row, double *x);
