/* (1 - w_1 ... w_n)^2/2. */
#include "problems/lib/deep.h"

static clarke_status deep_chain_sq_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    return clarke_deep_make(p, params, (clarke_deep_kind){.square = true, .relu = false}, mem);
}

const clarke_problem_desc clarke_problem_deep_chain_sq = {
    .title = "Deep linear chain, squared loss",
    .formula = "(1 - w_1 ... w_n)^2/2",
    CLARKE_DEEP_CHAIN,
    .make = deep_chain_sq_make,
};
