/* The prox of the hidden layers, |v - relu(u)|^2 and a square in u: the U-step with one input, where
   the product is of rank one. Reads V and U, writes the product and U. */
#include "bench/lib/nets.h"

static clarke_status bcd_prox_set_up(clarke_kernel_run *run)
{
    return clarke_bcd_flat(run, 256, "squared", "U1", 4.0);
}

const clarke_kernel_desc clarke_kernel_bcd_prox = {
    .title = "U-step of bcd_three with one input, 256 wide: the prox of relu",
    .unit = "entry of U",
    .bound = CLARKE_BOUND_MEMORY,
    .bytes_per_unit = 6144.0,
    .memory_bytes = 60e6,
    .count_size = 8,
    .set_up = bcd_prox_set_up,
    .body = clarke_steps_update,
    .tear_down = clarke_steps_tear_down,
};
