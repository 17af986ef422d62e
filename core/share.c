#include "core/share.h"

clarke_share clarke_share_whole(const clarke_problem *p)
{
    return (clarke_share){p->terms, NULL, 1.0};
}

size_t clarke_share_agents(const clarke_problem *p)
{
    if (p->agents > 0) return p->agents;
    return p->terms > 1 ? p->terms : 0;
}

static clarke_status share_check(const clarke_problem *p, size_t agents)
{
    if (p->agents > 0 && p->agents != agents)
        return clarke_fail(CLARKE_EINPUT, "%s is split over %zu agents, the network has %zu",
                           p->spec, p->agents, agents);
    if (agents > p->terms && agents % p->terms != 0)
        return clarke_fail(CLARKE_EINPUT,
                           "%s is a sum of %zu terms, which %zu agents cannot share evenly",
                           p->spec, p->terms, agents);
    return CLARKE_OK;
}

static clarke_status share_list(clarke_share *share, size_t first, size_t count, clarke_arena *mem)
{
    size_t *term = clarke_alloc_array(mem, count + 1, sizeof *term);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 0; i < count; i++) term[i] = first + i;
    share->count = count, share->term = term;
    return CLARKE_OK;
}

clarke_status clarke_share_make(const clarke_problem *p, size_t agents, size_t agent,
                                clarke_arena *mem, clarke_share *share)
{
    *share = clarke_share_whole(p);
    CLARKE_TRY(share_check(p, agents));
    if (agents == 1 || p->terms == 1) return CLARKE_OK;
    if (p->agent_begin) {
        share->term = p->agent_term + p->agent_begin[agent];
        share->count = p->agent_begin[agent + 1] - p->agent_begin[agent];
    } else if (agents > p->terms) {
        CLARKE_TRY(share_list(share, agent % p->terms, 1, mem));
        return CLARKE_OK;
    } else {
        const size_t first = agent * p->terms / agents, end = (agent + 1) * p->terms / agents;
        CLARKE_TRY(share_list(share, first, end - first, mem));
    }
    share->weight = (double)(agents * share->count) / (double)p->terms;
    return CLARKE_OK;
}
