/* The Euclidean norm that methods and measures share: fixed order of sums. */
#include "parts/lib/norm.h"
#include "bench/kernel.h"

static clarke_status norm_set_up(clarke_kernel_run *run)
{
    run->state = clarke_kernel_vector(run->mem, run->n, 1);
    run->elements = (double)run->n;
    run->bytes = 8.0 * run->elements;
    run->flops = 2.0 * run->elements;
    return CLARKE_OK;
}

static void norm_body(clarke_kernel_run *run)
{
    run->sink += clarke_norm(run->n, run->state);
}

const clarke_kernel_desc clarke_kernel_norm = {
    .title = "Euclidean norm",
    .unit = "coordinate",
    .bound = CLARKE_BOUND_MEMORY,
    .bytes_per_unit = 8.0,
    .count_size = 1000,
    .set_up = norm_set_up,
    .body = norm_body,
};
