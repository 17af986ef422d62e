/* The W-step of dlADMM: E a^T, then one product that finds the step and brings M up to date. Reads W,
   a, z and M, writes W and M. */
#include "bench/lib/nets.h"

static clarke_status dladmm_w_set_up(clarke_kernel_run *run)
{
    return clarke_dladmm_square(run, "W2", 6.0);
}

const clarke_kernel_desc clarke_kernel_dladmm_w = {
    .title = "W-step of dladmm, n x n with n samples",
    .unit = "entry of W",
    .bound = CLARKE_BOUND_GEMM,
    .size = {100, 300, 1000},
    .count_size = 12,
    .set_up = dladmm_w_set_up,
    .body = clarke_steps_update,
    .tear_down = clarke_steps_tear_down,
};
