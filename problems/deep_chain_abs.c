/* |1 - w_1 ... w_n|. */
#include "problems/lib/deep.h"

static clarke_status deep_chain_abs_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    return clarke_deep_make(p, params, (clarke_deep_kind){.square = false, .relu = false}, mem);
}

const clarke_problem_desc clarke_problem_deep_chain_abs = {
    .title = "Deep linear chain, absolute loss",
    .formula = "|1 - w_1 ... w_n|",
    CLARKE_DEEP_CHAIN,
    .make = deep_chain_abs_make,
};
