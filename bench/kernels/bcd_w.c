/* The W-step of block coordinate descent: Gram matrix, Cholesky factor, right side, two
   triangular solves. Reads W, U and V, writes W. */
#include "bench/lib/nets.h"

static clarke_status bcd_w_set_up(clarke_kernel_run *run)
{
    return clarke_bcd_square(run, "W2", 4.0);
}

const clarke_kernel_desc clarke_kernel_bcd_w = {
    .title = "W-step of bcd_three, n x n with n samples",
    .unit = "entry of W",
    .bound = CLARKE_BOUND_GEMM,
    .size = {100, 300, 1000},
    .count_size = 12,
    .set_up = bcd_w_set_up,
    .body = clarke_steps_update,
    .tear_down = clarke_steps_tear_down,
};
