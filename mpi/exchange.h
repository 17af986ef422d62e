/* What ranks tell each other: the rows their agents hear, and the rows that rank 0 gathers. */
#pragma once

#include "core/arena.h"
#include "core/mixing.h"

#include <mpi.h>

typedef struct {
    int here, ranks;
    size_t agents, dim;
    size_t first, count;       /* the agents of this rank */
    int *rows, *rows_first;    /* [ranks] how many agents each rank has, and from which on */
    MPI_Datatype row;          /* dim numbers */
    MPI_Comm graph;            /* who hears whom; MPI_COMM_NULL where W = J or before it is made */
    size_t sources, sinks;     /* ranks that are heard here, and ranks that hear */
    int *from_count, *from_at; /* [sources] rows received, and where they begin */
    int *to_count, *to_at;     /* [sinks] rows sent */
    size_t sent;               /* rows in all */
    size_t *sent_row;          /* [sent] which row of this rank */
    double *send, *receive;    /* [sent x dim], [received x dim] */
    size_t *place;             /* [agents] where agent j's row is received */
    bool made;
} clarke_exchange;

/* `here` and `ranks` are set. By all ranks. */
clarke_status clarke_exchange_make(clarke_exchange *e, const clarke_network *w, size_t dim,
                                   clarke_arena *mem);
void clarke_exchange_free(clarke_exchange *e);

/* By all ranks. x and y [count x n], n = dim. */
clarke_status clarke_exchange_mix(clarke_exchange *e, const clarke_network *w, size_t n,
                                  const double *x, double *y);
/* By all ranks: *flag becomes true if it is on any. */
clarke_status clarke_exchange_any(clarke_exchange *e, bool *flag);
/* By all ranks: rank 0's whole[agents x dim] becomes everybody's rows. */
clarke_status clarke_exchange_gather(clarke_exchange *e, const double *rows, double *whole);
/* Says why on stderr and ends all ranks with the status' exit status. */
_Noreturn void clarke_exchange_abort(const clarke_exchange *e, clarke_status status);
