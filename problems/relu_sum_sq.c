/* f(x) = (sum_i relu(x_i) - 1)^2 / 2: ReLU neurons that share one data point, squared loss. The
   mathematics is in problems/lib/relu_sum.h. The kinks of a relu with F < 1 are concave: not weakly
   convex. */
#include "problems/lib/relu_sum.h"

static clarke_status relu_sum_sq_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    return clarke_relu_sum_make(p, params, true, mem);
}

static const clarke_param relu_sum_sq_params[] = {CLARKE_SIZE_PARAM(clarke_relu_sum, "2"), {0}};

static const clarke_certifiable relu_sum_sq_certifiable[] = {
    {"n=2", -4.0, 4.0, 2e-2, 8481, false}, {"n=3", -2.0, 2.0, 2e-1, 10229, false}, {0}};

const clarke_problem_desc clarke_problem_relu_sum_sq = {
    .title = "Sum of ReLUs, squared loss",
    .formula = "(sum_i relu(x_i) - 1)^2 / 2",
    CLARKE_RELU_SUM_ROWS,
    .certifiable = relu_sum_sq_certifiable,
    .traits = CLARKE_TRAIT_DEFINABLE,
    .params = relu_sum_sq_params,
    .make = relu_sum_sq_make,
};
