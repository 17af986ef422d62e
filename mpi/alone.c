/* A build without MPI. */
#include "mpi/ranks.h"

#include <stdlib.h>

const char *clarke_ranks_library(char buffer[128])
{
    (void)buffer;
    return NULL;
}

clarke_status clarke_ranks_begin(clarke_arena *mem, clarke_ranks **ranks)
{
    static const char *const size[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"};
    (void)mem;
    *ranks = NULL;
    for (size_t i = 0; i < sizeof size / sizeof size[0]; i++) {
        const char *text = getenv(size[i]);
        if (text && strtol(text, NULL, 10) > 1)
            return clarke_fail(CLARKE_EUNAVAILABLE,
                               "this build has no MPI, so one run cannot have %s processes", text);
    }
    return CLARKE_OK;
}

bool clarke_ranks_first(const clarke_ranks *ranks)
{
    (void)ranks;
    return true;
}

clarke_status clarke_ranks_agree(clarke_ranks *ranks, clarke_status status)
{
    (void)ranks;
    return status;
}

clarke_status clarke_ranks_share(clarke_ranks *ranks, clarke_run_plan *plan, clarke_arena *mem)
{
    (void)ranks, (void)plan, (void)mem;
    return CLARKE_OK;
}

clarke_status clarke_ranks_observer(clarke_ranks *ranks, const clarke_run_plan *plan,
                                    const clarke_ranks_watch *watch, clarke_arena *mem,
                                    clarke_observer *observer)
{
    (void)ranks, (void)plan, (void)mem;
    *observer = watch->inner;
    return CLARKE_OK;
}

clarke_status clarke_ranks_last(clarke_ranks *ranks)
{
    (void)ranks;
    return CLARKE_OK;
}

clarke_status clarke_ranks_end(clarke_ranks *ranks, clarke_status status)
{
    (void)ranks;
    return status;
}
