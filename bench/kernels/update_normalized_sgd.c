/* Normalized SGD: the norm of all of m is known before the first x moves, so there are three passes: m, the norm, x. */
#include "bench/lib/updates.h"
#include "parts/lib/norm.h"

static clarke_status update_normalized_sgd_set_up(clarke_kernel_run *run)
{
    return clarke_update_set_up(run, 8.0, 11.0);
}

static void update_normalized_sgd_body(clarke_kernel_run *run)
{
    const clarke_update_state *s = run->state;
    clarke_sgd_average(run->n, s->a.theta, s->g, s->m);
    clarke_normalized_sgd_move(run->n, &s->a, clarke_norm(run->n, s->m), s->g, s->m, s->x);
}

const clarke_kernel_desc clarke_kernel_update_normalized_sgd = {
    .title = "normalized SGD: m, its norm, then x",
    .unit = "coordinate",
    .bound = CLARKE_BOUND_MEMORY,
    .bytes_per_unit = 24.0,
    .count_size = 1000,
    .set_up = update_normalized_sgd_set_up,
    .body = update_normalized_sgd_body,
};
