/* SGD clipped by the norm: three passes, as for the normalized one. */
#include "bench/lib/updates.h"
#include "parts/lib/norm.h"

static clarke_status update_clipped_norm_set_up(clarke_kernel_run *run)
{
    return clarke_update_set_up(run, 8.0, 10.0);
}

static void update_clipped_norm_body(clarke_kernel_run *run)
{
    const clarke_update_state *s = run->state;
    clarke_sgd_average(run->n, s->a.theta, s->g, s->m);
    const double norm = clarke_norm(run->n, s->m);
    clarke_clipped_sgd_scaled_move(run->n, &s->a, norm > 1.0 ? 1.0 / norm : 1.0, s->g, s->m, s->x);
}

const clarke_kernel_desc clarke_kernel_update_clipped_norm = {
    .title = "SGD clipped by the norm: m, its norm, then x",
    .unit = "coordinate",
    .bound = CLARKE_BOUND_MEMORY,
    .bytes_per_unit = 24.0,
    .count_size = 1000,
    .set_up = update_clipped_norm_set_up,
    .body = update_clipped_norm_body,
};
