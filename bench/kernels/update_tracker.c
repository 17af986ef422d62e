/* The gradient tracker after its mixing: v = mixed + (g - old), old = g. Reads three vectors, writes
   two. */
#include "bench/kernel.h"
#include "methods/lib/dsm.h"

typedef struct {
    double *mixed, *g, *old, *v;
} update_tracker;

static clarke_status update_tracker_set_up(clarke_kernel_run *run)
{
    update_tracker *s = run->state = clarke_alloc(run->mem, sizeof *s);
    CLARKE_TRY(clarke_arena_status(run->mem));
    s->mixed = clarke_kernel_vector(run->mem, run->n, 1);
    s->g = clarke_kernel_vector(run->mem, run->n, 2);
    s->old = clarke_kernel_vector(run->mem, run->n, 3);
    s->v = clarke_vec(run->mem, run->n);
    run->elements = (double)run->n;
    run->bytes = 40.0 * run->elements;
    run->flops = 2.0 * run->elements;
    return CLARKE_OK;
}

static void update_tracker_body(clarke_kernel_run *run)
{
    const update_tracker *s = run->state;
    clarke_dsgd_t_track(run->n, s->mixed, s->g, s->old, s->v);
}

const clarke_kernel_desc clarke_kernel_update_tracker = {
    .title = "tracker of dsgd_t: v = mixed + (g - old), old = g",
    .unit = "coordinate",
    .bound = CLARKE_BOUND_MEMORY,
    .bytes_per_unit = 32.0,
    .count_size = 1000,
    .set_up = update_tracker_set_up,
    .body = update_tracker_body,
};
