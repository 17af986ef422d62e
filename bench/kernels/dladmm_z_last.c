/* The z-step of the last layer of dlADMM with squared loss: reads y, M and u, writes z. */
#include "bench/lib/nets.h"

static clarke_status dladmm_z_last_set_up(clarke_kernel_run *run)
{
    return clarke_dladmm_flat(run, "squared", "z2", 4.0);
}

const clarke_kernel_desc clarke_kernel_dladmm_z_last = {
    .title = "z_L-step of dladmm, squared loss",
    .unit = "entry of z",
    .bound = CLARKE_BOUND_MEMORY,
    .bytes_per_unit = 512.0,
    .memory_bytes = 60e6,
    .count_size = 64,
    .set_up = dladmm_z_last_set_up,
    .body = clarke_steps_update,
    .tear_down = clarke_steps_tear_down,
};
