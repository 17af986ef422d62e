/* a = b + s c, the bandwidth that everything else is measured against (McCalpin's STREAM counts 24
   bytes an element; so do we, without the line that a write may read first). */
#include "bench/lib/triad.h"
#include "bench/kernel.h"

typedef struct {
    double *a, *b, *c;
} triad;

static clarke_status triad_set_up(clarke_kernel_run *run)
{
    triad *s = run->state = clarke_alloc(run->mem, sizeof *s);
    CLARKE_TRY(clarke_arena_status(run->mem));
    s->a = clarke_vec(run->mem, run->n);
    s->b = clarke_kernel_vector(run->mem, run->n, 1);
    s->c = clarke_kernel_vector(run->mem, run->n, 2);
    run->elements = (double)run->n;
    run->bytes = 24.0 * run->elements;
    run->flops = 2.0 * run->elements;
    return CLARKE_OK;
}

static void triad_body(clarke_kernel_run *run)
{
    const triad *s = run->state;
    clarke_triad(run->n, 3.0, s->b, s->c, s->a);
}

const clarke_kernel_desc clarke_kernel_triad = {
    .title = "a = b + s c: the reference of bandwidth",
    .unit = "element",
    .bound = CLARKE_BOUND_MEMORY,
    .bytes_per_unit = 24.0,
    .count_size = 1000,
    .set_up = triad_set_up,
    .body = triad_body,
};
