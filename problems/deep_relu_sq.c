/* (1 - relu(w_n relu(... relu(w_1))))^2/2. */
#include "problems/lib/deep.h"

static clarke_status deep_relu_sq_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    return clarke_deep_make(p, params, (clarke_deep_kind){.square = true, .relu = true}, mem);
}

const clarke_problem_desc clarke_problem_deep_relu_sq = {
    .title = "Deep relu chain, squared loss",
    .formula = "(1 - relu(w_n relu(... relu(w_1))))^2/2",
    CLARKE_DEEP_RELU,
    .make = deep_relu_sq_make,
};
