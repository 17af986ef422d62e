/* sign SGD, fused: m and x in one pass: reads g, m, x, writes m, x. */
#include "bench/lib/updates.h"

static clarke_status update_sign_sgd_set_up(clarke_kernel_run *run)
{
    return clarke_update_set_up(run, 5.0, 8.0);
}

static void update_sign_sgd_body(clarke_kernel_run *run)
{
    const clarke_update_state *s = run->state;
    clarke_sign_sgd_update(run->n, &s->a, s->g, s->m, s->x);
}

const clarke_kernel_desc clarke_kernel_update_sign_sgd = {
    .title = "sign SGD, fused: m and x in one pass",
    .unit = "coordinate",
    .bound = CLARKE_BOUND_MEMORY,
    .bytes_per_unit = 24.0,
    .count_size = 1000,
    .set_up = update_sign_sgd_set_up,
    .body = update_sign_sgd_body,
};
