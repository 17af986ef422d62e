/* f(x) = |sum_i relu(x_i) - 1|: ReLU neurons that share one data point, absolute loss. The
   mathematics is in problems/lib/relu_sum.h. The kinks of a relu with F < 1 are concave: not weakly
   convex. */
#include "problems/lib/relu_sum.h"

static clarke_status relu_sum_abs_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    return clarke_relu_sum_make(p, params, false, mem);
}

static const clarke_param relu_sum_abs_params[] = {CLARKE_SIZE_PARAM(clarke_relu_sum, "2"), {0}};

static const clarke_certifiable relu_sum_abs_certifiable[] = {
    {"n=2", -4.0, 4.0, 2e-2, 8481, false}, {"n=3", -2.0, 2.0, 2e-1, 10229, false}, {0}};

const clarke_problem_desc clarke_problem_relu_sum_abs = {
    .title = "Sum of ReLUs, absolute loss",
    .formula = "|sum_i relu(x_i) - 1|",
    CLARKE_RELU_SUM_ROWS,
    .certifiable = relu_sum_abs_certifiable,
    .traits = CLARKE_TRAIT_DEFINABLE | CLARKE_TRAIT_POLYHEDRAL,
    .params = relu_sum_abs_params,
    .make = relu_sum_abs_make,
};
