/* The z-step of the last layer of dlADMM with softmax: damped Newton steps, a column at a time, from
   the same point in every call. */
#include "bench/lib/nets.h"

static clarke_status dladmm_newton_set_up(clarke_kernel_run *run)
{
    CLARKE_TRY(clarke_dladmm_flat(run, "softmax_cross_entropy", "z2", 4.0));
    return clarke_steps_put_back(run);
}

const clarke_kernel_desc clarke_kernel_dladmm_newton = {
    .title = "z_L-step of dladmm, softmax of 16 classes",
    .unit = "entry of z",
    .bound = CLARKE_BOUND_NONE,
    .size = {16, 1000, 20000},
    .count_size = 16,
    .set_up = dladmm_newton_set_up,
    .body = clarke_steps_update,
    .tear_down = clarke_steps_tear_down,
};
