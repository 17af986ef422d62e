/* f(w, v) = |v relu(w) - 1|: a network of two weights, absolute loss. The mathematics is in
   problems/lib/relu_vw.h. Alternating minimisation solves it in one step from w > 0 and is dead
   from w <= 0. The kink at w = 0 < v is concave: not weakly convex. */
#include "problems/lib/relu_vw.h"

static clarke_status relu_vw_abs_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    (void)params;
    return clarke_relu_vw_make(p, false, mem);
}

static const clarke_param relu_vw_abs_params[] = {{"n", CLARKE_PARAM_COUNT,
                                                   offsetof(clarke_relu_vw, n), "2", 2.0, 2.0, NULL,
                                                   "dimension, always 2"},
                                                  {0}};

static const clarke_certifiable relu_vw_abs_certifiable[] = {{"", -4.0, 4.0, 2e-2, 3865, false},
                                                             {0}};

const clarke_problem_desc clarke_problem_relu_vw_abs = {
    .title = "A network of two weights, absolute loss",
    .formula = "|v relu(w) - 1|, x = (w, v)",
    CLARKE_RELU_VW_ROWS,
    .certifiable = relu_vw_abs_certifiable,
    .params = relu_vw_abs_params,
    .make = relu_vw_abs_make,
};
