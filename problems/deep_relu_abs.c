/* |1 - relu(w_n relu(... relu(w_1)))|. */
#include "problems/lib/deep.h"

static clarke_status deep_relu_abs_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    return clarke_deep_make(p, params, (clarke_deep_kind){.square = false, .relu = true}, mem);
}

const clarke_problem_desc clarke_problem_deep_relu_abs = {
    .title = "Deep relu chain, absolute loss",
    .formula = "|1 - relu(w_n relu(... relu(w_1)))|",
    CLARKE_DEEP_RELU,
    .make = deep_relu_abs_make,
};
