/* Clarke residual and distance to the stationary set of relu_sum_abs, as measures ask for them. */
#include "bench/lib/problem.h"

static clarke_status truth_relu_sum_abs_set_up(clarke_kernel_run *run)
{
    return clarke_problem_set_up(run, "relu_sum_abs");
}

static void truth_relu_sum_abs_body(clarke_kernel_run *run)
{
    const clarke_problem_state *s = run->state;
    run->sink += s->p->desc->clarke_residual(s->p, s->x);
    run->sink += s->p->desc->stationary_distance(s->p, s->x, s->g, NULL);
}

const clarke_kernel_desc clarke_kernel_truth_relu_sum_abs = {
    .title = "residual and distance of relu_sum_abs",
    .unit = "coordinate",
    .bound = CLARKE_BOUND_NONE,
    .size = {1000, 100000},
    .count_size = 100,
    .set_up = truth_relu_sum_abs_set_up,
    .body = truth_relu_sum_abs_body,
};
