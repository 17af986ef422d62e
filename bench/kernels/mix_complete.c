/* Mixing on the complete graph of 16 agents, W = J, n variables each: at the least X is read and W X written once. */
#include "bench/lib/mix.h"

static clarke_status mix_complete_set_up(clarke_kernel_run *run)
{
    return clarke_mix_set_up(run, "complete:d=16");
}

static void mix_complete_body(clarke_kernel_run *run)
{
    clarke_mix_body(run);
}

const clarke_kernel_desc clarke_kernel_mix_complete = {
    .title = "mixing on the complete graph of 16 agents, W = J",
    .unit = "agent coordinate",
    .bound = CLARKE_BOUND_MEMORY,
    .bytes_per_unit = 256.0, /* 16 agents, X and W X */
    .count_size = 64,
    .set_up = mix_complete_set_up,
    .body = mix_complete_body,
};
