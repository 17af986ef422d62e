/* Adadelta: the means of g^2 and d^2, and x, in one pass: reads four vectors, writes three. */
#include "bench/kernel.h"
#include "methods/lib/sgd_updates.h"

typedef struct {
    double *g, *s, *r, *x;
} update_adadelta;

static clarke_status update_adadelta_set_up(clarke_kernel_run *run)
{
    update_adadelta *s = run->state = clarke_alloc(run->mem, sizeof *s);
    CLARKE_TRY(clarke_arena_status(run->mem));
    s->g = clarke_kernel_vector(run->mem, run->n, 1);
    s->s = clarke_vec(run->mem, run->n);
    s->r = clarke_vec(run->mem, run->n);
    s->x = clarke_kernel_vector(run->mem, run->n, 4);
    run->elements = (double)run->n;
    run->bytes = 56.0 * run->elements;
    run->flops = 16.0 * run->elements;
    return CLARKE_OK;
}

static void update_adadelta_body(clarke_kernel_run *run)
{
    const update_adadelta *s = run->state;
    clarke_adadelta_update(run->n, 1e-9, 0.9, 1e-6, s->g, s->s, s->r, s->x);
}

const clarke_kernel_desc clarke_kernel_update_adadelta = {
    .title = "Adadelta: s, r and x",
    .unit = "coordinate",
    .bound = CLARKE_BOUND_MEMORY,
    .bytes_per_unit = 32.0,
    .count_size = 1000,
    .set_up = update_adadelta_set_up,
    .body = update_adadelta_body,
};
