/* The V-step of the last layer with squared loss, entry by entry: reads y, U and V, writes V. */
#include "bench/lib/nets.h"

static clarke_status bcd_last_set_up(clarke_kernel_run *run)
{
    return clarke_bcd_flat(run, 16, "squared", "V2", 4.0);
}

const clarke_kernel_desc clarke_kernel_bcd_last = {
    .title = "V_N-step of bcd_three, squared loss, 16 outputs",
    .unit = "entry of V",
    .bound = CLARKE_BOUND_MEMORY,
    .bytes_per_unit = 384.0,
    .memory_bytes = 60e6,
    .count_size = 64,
    .set_up = bcd_last_set_up,
    .body = clarke_steps_update,
    .tear_down = clarke_steps_tear_down,
};
