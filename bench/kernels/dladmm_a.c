/* The a-step of dlADMM: W^T E, then one product that finds the step and brings M up to date. Reads
   W, a and z of two layers and M, writes a and M. */
#include "bench/lib/nets.h"

static clarke_status dladmm_a_set_up(clarke_kernel_run *run)
{
    return clarke_dladmm_square(run, "a1", 7.0);
}

const clarke_kernel_desc clarke_kernel_dladmm_a = {
    .title = "a-step of dladmm, n x n with n samples",
    .unit = "entry of a",
    .bound = CLARKE_BOUND_GEMM,
    .size = {100, 300, 1000},
    .count_size = 12,
    .set_up = dladmm_a_set_up,
    .body = clarke_steps_update,
    .tear_down = clarke_steps_tear_down,
};
