/* |X - mean|_F over 16 agents: the mean, which reads X, then the departures, which read it again. */
#include "bench/kernel.h"
#include "core/agents.h"

enum { CONSENSUS_AGENTS = 16 };

typedef struct {
    double *x, *mean;
} consensus;

static clarke_status consensus_set_up(clarke_kernel_run *run)
{
    consensus *s = run->state = clarke_alloc(run->mem, sizeof *s);
    CLARKE_TRY(clarke_arena_status(run->mem));
    s->x = clarke_kernel_vector(run->mem, CONSENSUS_AGENTS * run->n, 1);
    s->mean = clarke_vec(run->mem, run->n);
    run->elements = (double)(CONSENSUS_AGENTS * run->n);
    run->bytes = 16.0 * run->elements;
    run->flops = 4.0 * run->elements;
    return CLARKE_OK;
}

static void consensus_body(clarke_kernel_run *run)
{
    const consensus *s = run->state;
    clarke_agents_mean(CONSENSUS_AGENTS, run->n, s->x, s->mean);
    run->sink += sqrt(clarke_agents_spread(CONSENSUS_AGENTS, run->n, s->x, s->mean));
}

const clarke_kernel_desc clarke_kernel_consensus = {
    .title = "consensus error of 16 agents",
    .unit = "agent coordinate",
    .bound = CLARKE_BOUND_MEMORY,
    .bytes_per_unit = 136.0, /* 16 agents and the mean */
    .count_size = 64,
    .set_up = consensus_set_up,
    .body = consensus_body,
};
