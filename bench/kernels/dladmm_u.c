/* The dual step of dlADMM: reads z, M and u, writes u. */
#include "bench/lib/nets.h"

static clarke_status dladmm_u_set_up(clarke_kernel_run *run)
{
    return clarke_dladmm_flat(run, "squared", "u", 4.0);
}

const clarke_kernel_desc clarke_kernel_dladmm_u = {
    .title = "u-step of dladmm",
    .unit = "entry of u",
    .bound = CLARKE_BOUND_MEMORY,
    .bytes_per_unit = 384.0,
    .memory_bytes = 60e6,
    .count_size = 64,
    .set_up = dladmm_u_set_up,
    .body = clarke_steps_update,
    .tear_down = clarke_steps_tear_down,
};
