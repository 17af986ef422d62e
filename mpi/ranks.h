/* Agents on several processes, by MPI. Each rank holds consecutive agents, rank r of R those from
   r d/R on; all ranks read the same request and know the whole network, and rank 0 alone writes.
   The trajectory has the bits of one process: a row's terms are added in ascending order of agents,
   and random numbers depend on the agent, not on who holds it. Without MPI at build time
   mpi/alone.c stands in: there is one process, and starting several is an error. */
#pragma once

#include "engine/run.h"

typedef struct clarke_ranks clarke_ranks;

/* "Open MPI 4.1.4", or NULL where the build has no MPI. `buffer` holds it. */
const char *clarke_ranks_library(char buffer[128]);

/* *ranks is NULL unless an MPI launcher started this process. CLARKE_EUNAVAILABLE if it started
   several and the build has no MPI. */
clarke_status clarke_ranks_begin(clarke_arena *mem, clarke_ranks **ranks);
/* Rank 0, or the only process. */
bool clarke_ranks_first(const clarke_ranks *ranks);
/* By all ranks: the status of the lowest rank that failed, with its sentence, on all of them. A
   rank that failed while others still work ends them all, after a few seconds. */
clarke_status clarke_ranks_agree(clarke_ranks *ranks, clarke_status status);
/* By all ranks, and once: plan->mixer becomes theirs. More ranks than agents are refused. */
clarke_status clarke_ranks_share(clarke_ranks *ranks, clarke_run_plan *plan, clarke_arena *mem);

/* Rank 0's `inner` sees the rows of all agents, and only the states for which due(k) holds, their
   steps, and the last state. due is the same on all ranks. */
typedef struct {
    clarke_observer inner;
    void *self;
    bool (*due)(void *self, size_t k);
} clarke_ranks_watch;

clarke_status clarke_ranks_observer(clarke_ranks *ranks, const clarke_run_plan *plan,
                                    const clarke_ranks_watch *watch, clarke_arena *mem,
                                    clarke_observer *observer);
/* By all ranks, after the run: what `inner` was shown becomes the last state. */
clarke_status clarke_ranks_last(clarke_ranks *ranks);

/* By all ranks; NULL is fine. Returns `status`; but what the ranks agreed on is rank 0's to return,
   since a launcher that sees another rank fail first kills rank 0 before it has said why. */
clarke_status clarke_ranks_end(clarke_ranks *ranks, clarke_status status);
