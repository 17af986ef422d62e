/* dist(0, subdifferential) of a three-splitting, a product over the entries. */
#include "bench/lib/problem.h"

static clarke_status truth_split_set_up(clarke_kernel_run *run)
{
    const size_t n = run->n;
    return clarke_problem_set_up(
        run, clarke_arena_printf(
                 run->mem, "split_three:widths=%zu,%zu,inputs=%zu,outputs=%zu,samples=%zu,bias=yes",
                 n, n, n, n, n));
}

static void truth_split_body(clarke_kernel_run *run)
{
    const clarke_problem_state *s = run->state;
    run->sink += s->p->desc->clarke_residual(s->p, s->x);
}

const clarke_kernel_desc clarke_kernel_truth_split = {
    .title = "residual of split_three, n x n with n samples",
    .unit = "coordinate",
    .bound = CLARKE_BOUND_NONE,
    .size = {20, 100, 300},
    .count_size = 8,
    .set_up = truth_split_set_up,
    .body = truth_split_body,
};
