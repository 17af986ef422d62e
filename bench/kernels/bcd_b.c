/* The b-step: sums over the samples of the V before and of U, and a product of W with a vector. A
   number of b costs a row of each. */
#include "bench/lib/nets.h"

static clarke_status bcd_b_set_up(clarke_kernel_run *run)
{
    return clarke_bcd_square(run, "b2", 3.0 * (double)run->n + 2.0);
}

const clarke_kernel_desc clarke_kernel_bcd_b = {
    .title = "b-step of bcd_three, n x n with n samples",
    .unit = "entry of b",
    .bound = CLARKE_BOUND_NONE,
    .size = {100, 300, 1000},
    .count_size = 12,
    .set_up = bcd_b_set_up,
    .body = clarke_steps_update,
    .tear_down = clarke_steps_tear_down,
};
