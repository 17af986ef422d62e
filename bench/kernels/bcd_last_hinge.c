/* The V-step of the last layer with the hinge loss: a prox of the margin for each sample. Reads y, U
   and V, writes V. */
#include "bench/lib/nets.h"

static clarke_status bcd_last_hinge_set_up(clarke_kernel_run *run)
{
    return clarke_bcd_flat(run, 16, "hinge", "V2", 4.0);
}

const clarke_kernel_desc clarke_kernel_bcd_last_hinge = {
    .title = "V_N-step of bcd_three, hinge loss, 16 outputs",
    .unit = "entry of V",
    .bound = CLARKE_BOUND_NONE,
    .bytes_per_unit = 384.0,
    .memory_bytes = 60e6,
    .count_size = 64,
    .set_up = bcd_last_hinge_set_up,
    .body = clarke_steps_update,
    .tear_down = clarke_steps_tear_down,
};
