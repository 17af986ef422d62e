/* Adam: means of g and of its square, then x, in one pass: reads four vectors, writes three. */
#include "bench/kernel.h"
#include "methods/lib/sgd_updates.h"

typedef struct {
    double *g, *m, *v, *x;
} update_adam;

static clarke_status update_adam_set_up(clarke_kernel_run *run)
{
    update_adam *s = run->state = clarke_alloc(run->mem, sizeof *s);
    CLARKE_TRY(clarke_arena_status(run->mem));
    s->g = clarke_kernel_vector(run->mem, run->n, 1);
    s->m = clarke_kernel_vector(run->mem, run->n, 2);
    s->v = clarke_vec(run->mem, run->n);
    s->x = clarke_kernel_vector(run->mem, run->n, 4);
    run->elements = (double)run->n;
    run->bytes = 56.0 * run->elements;
    run->flops = 13.0 * run->elements;
    return CLARKE_OK;
}

static void update_adam_body(clarke_kernel_run *run)
{
    const update_adam *s = run->state;
    const clarke_adam_numbers a = {1e-9, 0.9, 0.999, 1e-8, 1.0, 1.0};
    clarke_adam_update(run->n, &a, s->g, s->m, s->v, s->x);
}

const clarke_kernel_desc clarke_kernel_update_adam = {
    .title = "Adam: m, v and x",
    .unit = "coordinate",
    .bound = CLARKE_BOUND_MEMORY,
    .bytes_per_unit = 32.0,
    .count_size = 1000,
    .set_up = update_adam_set_up,
    .body = update_adam_body,
};
