/* The z-step of a hidden layer of dlADMM: the prox of relu. Reads M and a, writes z. */
#include "bench/lib/nets.h"

static clarke_status dladmm_z_set_up(clarke_kernel_run *run)
{
    return clarke_dladmm_flat(run, "squared", "z1", 3.0);
}

const clarke_kernel_desc clarke_kernel_dladmm_z = {
    .title = "z-step of dladmm, relu",
    .unit = "entry of z",
    .bound = CLARKE_BOUND_MEMORY,
    .bytes_per_unit = 384.0,
    .memory_bytes = 60e6,
    .count_size = 64,
    .set_up = dladmm_z_set_up,
    .body = clarke_steps_update,
    .tear_down = clarke_steps_tear_down,
};
