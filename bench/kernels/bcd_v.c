/* The V-step of a hidden layer: Gram matrix of the next layer's W, Cholesky factor, right side, two
   triangular solves. Reads both U and the next W, writes V. */
#include "bench/lib/nets.h"

static clarke_status bcd_v_set_up(clarke_kernel_run *run)
{
    return clarke_bcd_square(run, "V1", 4.0);
}

const clarke_kernel_desc clarke_kernel_bcd_v = {
    .title = "V-step of bcd_three, n x n with n samples",
    .unit = "entry of V",
    .bound = CLARKE_BOUND_GEMM,
    .size = {100, 300, 1000},
    .count_size = 12,
    .set_up = bcd_v_set_up,
    .body = clarke_steps_update,
    .tear_down = clarke_steps_tear_down,
};
