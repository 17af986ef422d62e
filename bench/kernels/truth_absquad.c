/* Clarke residual and distance to the stationary set of absquad, as measures ask for them. */
#include "bench/lib/problem.h"

static clarke_status truth_absquad_set_up(clarke_kernel_run *run)
{
    return clarke_problem_set_up(run, "absquad");
}

static void truth_absquad_body(clarke_kernel_run *run)
{
    const clarke_problem_state *s = run->state;
    run->sink += s->p->desc->clarke_residual(s->p, s->x);
    run->sink += s->p->desc->stationary_distance(s->p, s->x, s->g, NULL);
}

const clarke_kernel_desc clarke_kernel_truth_absquad = {
    .title = "residual and distance of absquad",
    .unit = "coordinate",
    .bound = CLARKE_BOUND_NONE,
    .size = {1000, 1000000},
    .count_size = 100,
    .set_up = truth_absquad_set_up,
    .body = truth_absquad_body,
};
