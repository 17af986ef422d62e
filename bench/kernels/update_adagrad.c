/* Adagrad: the sum of squares, then x, in one pass: reads three vectors, writes two. */
#include "bench/kernel.h"
#include "methods/lib/sgd_updates.h"

typedef struct {
    double *g, *s, *x;
} update_adagrad;

static clarke_status update_adagrad_set_up(clarke_kernel_run *run)
{
    update_adagrad *s = run->state = clarke_alloc(run->mem, sizeof *s);
    CLARKE_TRY(clarke_arena_status(run->mem));
    s->g = clarke_kernel_vector(run->mem, run->n, 1);
    s->s = clarke_vec(run->mem, run->n);
    s->x = clarke_kernel_vector(run->mem, run->n, 3);
    run->elements = (double)run->n;
    run->bytes = 40.0 * run->elements;
    run->flops = 7.0 * run->elements;
    return CLARKE_OK;
}

static void update_adagrad_body(clarke_kernel_run *run)
{
    const update_adagrad *s = run->state;
    clarke_adagrad_update(run->n, 1e-9, 1e-10, s->g, s->s, s->x);
}

const clarke_kernel_desc clarke_kernel_update_adagrad = {
    .title = "Adagrad: s and x",
    .unit = "coordinate",
    .bound = CLARKE_BOUND_MEMORY,
    .bytes_per_unit = 24.0,
    .count_size = 1000,
    .set_up = update_adagrad_set_up,
    .body = update_adagrad_body,
};
