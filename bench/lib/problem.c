#include "bench/lib/problem.h"

#include <string.h>

clarke_status clarke_problem_set_up(clarke_kernel_run *run, const char *spec)
{
    clarke_problem_state *s = run->state = clarke_alloc(run->mem, sizeof *s);
    const char *text = strchr(spec, ':') ? spec
                                         : clarke_arena_printf(run->mem, "%s:n=%zu", spec, run->n);
    CLARKE_TRY(clarke_arena_status(run->mem));
    CLARKE_TRY(clarke_problem_from_text(text, run->mem, &s->p));
    s->x = clarke_kernel_vector(run->mem, s->p->n, 1);
    s->g = clarke_vec(run->mem, s->p->n);
    CLARKE_TRY(clarke_arena_status(run->mem));
    for (size_t j = 0; j < s->p->n; j++)
        s->x[j] = s->p->start[j] + 0.01 * (s->p->box_high - s->p->box_low) * s->x[j];
    run->elements = (double)s->p->n;
    return CLARKE_OK;
}
