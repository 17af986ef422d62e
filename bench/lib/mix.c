#include "bench/lib/mix.h"

#include "core/mixing.h"

typedef struct {
    const clarke_network *w;
    double *x, *y;
} mix;

clarke_status clarke_mix_set_up(clarke_kernel_run *run, const char *network)
{
    mix *s = run->state = clarke_alloc(run->mem, sizeof *s);
    CLARKE_TRY(clarke_arena_status(run->mem));
    CLARKE_TRY(clarke_network_from_text(network, run->mem, &s->w));
    const size_t size = s->w->agents * run->n;
    s->x = clarke_kernel_vector(run->mem, size, 1);
    s->y = clarke_vec(run->mem, size);
    run->elements = (double)size;
    run->bytes = 16.0 * run->elements;
    /* W = J: one sum and one division for all agents. */
    run->flops = s->w->averaging ? (double)(s->w->agents + 1) * (double)run->n
                                 : (double)(2 * s->w->terms - s->w->agents) * (double)run->n;
    return CLARKE_OK;
}

void clarke_mix_body(clarke_kernel_run *run)
{
    const mix *s = run->state;
    clarke_mix(s->w, run->n, s->x, s->y);
}
