/* What of a finite sum one agent holds. With d agents f = (1/d) sum_i f_i, where f_i is `weight`
   times the mean of the agent's terms: weight = d count / terms, 1 where the shares are equal. */
#pragma once

#include "core/problem.h"

typedef struct {
    size_t count;       /* terms of the agent */
    const size_t *term; /* [count]; NULL: all terms of f */
    double weight;
} clarke_share;

/* Everything: the only agent's share. */
clarke_share clarke_share_whole(const clarke_problem *p);
/* The share of agent `agent` of `agents`. Where the problem's file splits its terms, that is the
   split and the number must be its own; else consecutive terms are shared evenly, and where there
   are more agents than terms agent i holds term i modulo the number of terms, which must divide
   the number of agents. An f of one term is every agent's. CLARKE_EINPUT where it cannot be. */
clarke_status clarke_share_make(const clarke_problem *p, size_t agents, size_t agent,
                                clarke_arena *mem, clarke_share *share);
/* The number of agents the problem asks for: that of its split, else of its terms; 0: any. */
size_t clarke_share_agents(const clarke_problem *p);
