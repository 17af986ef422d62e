/* SGD clipped by coordinates: m, then x: two passes: m, then x. */
#include "bench/lib/updates.h"

static clarke_status update_clipped_coordinate_set_up(clarke_kernel_run *run)
{
    return clarke_update_set_up(run, 7.0, 8.0);
}

static void update_clipped_coordinate_body(clarke_kernel_run *run)
{
    const clarke_update_state *s = run->state;
    clarke_sgd_average(run->n, s->a.theta, s->g, s->m);
    clarke_clipped_sgd_each_move(run->n, &s->a, 0.5, s->g, s->m, s->x);
}

const clarke_kernel_desc clarke_kernel_update_clipped_coordinate = {
    .title = "SGD clipped by coordinates: m, then x",
    .unit = "coordinate",
    .bound = CLARKE_BOUND_MEMORY,
    .bytes_per_unit = 24.0,
    .count_size = 1000,
    .set_up = update_clipped_coordinate_set_up,
    .body = update_clipped_coordinate_body,
};
