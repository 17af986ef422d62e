/* The b-step of dlADMM in the last layer: the mean of E over the samples, then M brought up to date.
   Reads z, u and M, writes M: a number of b costs a row of each. */
#include "bench/lib/nets.h"

static clarke_status dladmm_b_set_up(clarke_kernel_run *run)
{
    return clarke_dladmm_flat(run, "squared", "b2", 4.0 * (double)run->n);
}

const clarke_kernel_desc clarke_kernel_dladmm_b = {
    .title = "b-step of dladmm, 16 rows, n samples",
    .unit = "entry of b",
    .bound = CLARKE_BOUND_MEMORY,
    .bytes_per_unit = 384.0,
    .memory_bytes = 60e6,
    .count_size = 64,
    .set_up = dladmm_b_set_up,
    .body = clarke_steps_update,
    .tear_down = clarke_steps_tear_down,
};
