/* Mixing on a 4 x 4 torus, n variables each: at the least X is read and W X written once. */
#include "bench/lib/mix.h"

static clarke_status mix_torus_set_up(clarke_kernel_run *run)
{
    return clarke_mix_set_up(run, "torus:rows=4");
}

static void mix_torus_body(clarke_kernel_run *run)
{
    clarke_mix_body(run);
}

const clarke_kernel_desc clarke_kernel_mix_torus = {
    .title = "mixing on a 4 x 4 torus",
    .unit = "agent coordinate",
    .bound = CLARKE_BOUND_MEMORY,
    .bytes_per_unit = 256.0, /* 16 agents, X and W X */
    .count_size = 64,
    .set_up = mix_torus_set_up,
    .body = mix_torus_body,
};
