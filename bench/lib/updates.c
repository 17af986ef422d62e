#include "bench/lib/updates.h"

clarke_status clarke_update_set_up(clarke_kernel_run *run, double words, double flops)
{
    clarke_update_state *s = run->state = clarke_alloc(run->mem, sizeof *s);
    CLARKE_TRY(clarke_arena_status(run->mem));
    s->g = clarke_kernel_vector(run->mem, run->n, 1);
    s->m = clarke_kernel_vector(run->mem, run->n, 2);
    s->x = clarke_kernel_vector(run->mem, run->n, 3);
    s->a = (clarke_sgd_numbers){
        .eta = 1e-9, .keep = 1.0, .alpha = 0.25, .theta = 0.1, .beta1 = 0.9, .beta2 = 0.99};
    run->elements = (double)run->n;
    run->bytes = 8.0 * words * run->elements;
    run->flops = flops * run->elements;
    return CLARKE_OK;
}
