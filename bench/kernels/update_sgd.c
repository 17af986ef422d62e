/* SGD: x = keep x - eta g: reads g and x, writes x. */
#include "bench/lib/updates.h"

static clarke_status update_sgd_set_up(clarke_kernel_run *run)
{
    return clarke_update_set_up(run, 3.0, 3.0);
}

static void update_sgd_body(clarke_kernel_run *run)
{
    const clarke_update_state *s = run->state;
    clarke_sgd_update(run->n, &s->a, s->g, s->x);
}

const clarke_kernel_desc clarke_kernel_update_sgd = {
    .title = "SGD: x = keep x - eta g",
    .unit = "coordinate",
    .bound = CLARKE_BOUND_MEMORY,
    .bytes_per_unit = 16.0,
    .count_size = 1000,
    .set_up = update_sgd_set_up,
    .body = update_sgd_body,
};
