/* The U-step of a hidden layer: one product, then the prox of relu. Reads W, the V before, V and U,
   writes U. */
#include "bench/lib/nets.h"

static clarke_status bcd_u_set_up(clarke_kernel_run *run)
{
    return clarke_bcd_square(run, "U2", 5.0);
}

const clarke_kernel_desc clarke_kernel_bcd_u = {
    .title = "U-step of bcd_three, n x n with n samples",
    .unit = "entry of U",
    .bound = CLARKE_BOUND_GEMM,
    .size = {100, 300, 1000},
    .count_size = 12,
    .set_up = bcd_u_set_up,
    .body = clarke_steps_update,
    .tear_down = clarke_steps_tear_down,
};
