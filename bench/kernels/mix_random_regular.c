/* Mixing on a sparse graph without structure: every agent reads its own row and four others. */
#include "bench/lib/mix.h"

static clarke_status mix_random_regular_set_up(clarke_kernel_run *run)
{
    return clarke_mix_set_up(run, "random_regular:d=64,degree=4");
}

static void mix_random_regular_body(clarke_kernel_run *run)
{
    clarke_mix_body(run);
}

const clarke_kernel_desc clarke_kernel_mix_random_regular = {
    .title = "mixing on a random graph of 64 agents, four neighbours each",
    .unit = "agent coordinate",
    .bound = CLARKE_BOUND_MEMORY,
    .bytes_per_unit = 1024.0, /* 64 agents, X and W X */
    .count_size = 64,
    .set_up = mix_random_regular_set_up,
    .body = mix_random_regular_body,
};
