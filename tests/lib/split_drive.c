#include "tests/lib/split_drive.h"

#include <criterion/criterion.h>
#include <string.h>

split_drive split_drive_open(const char *method, const char *problem, uint64_t seed,
                             double deviation)
{
    split_drive d = {.c = split_case_open(problem, seed, deviation)};
    clarke_arena *mem = d.c.mem;
    clarke_spec spec;
    cr_assert_eq(clarke_spec_parse(method, mem, &spec), CLARKE_OK);
    d.desc = clarke_registry_get(&clarke_methods, spec.id);
    cr_assert(d.desc, "%s", method);
    void *params = clarke_alloc(mem, d.desc->params_size);
    d.state = clarke_alloc(mem, d.desc->state_size);
    d.oracle.problem = d.c.p;
    d.it = (clarke_iter){.n = d.c.p->n,
                         .layout = d.c.p->layout,
                         .x = d.c.x,
                         .mem = mem,
                         .phases = d.desc->phases,
                         .phase = d.desc->phase};
    cr_assert_eq(clarke_params_apply(d.desc->params, spec.id, &spec, mem, params), CLARKE_OK,
                 "%s: %s", method, clarke_message());
    clarke_oracle *oracle = clarke_alloc(mem, sizeof *oracle);
    *oracle = d.oracle;
    d.it.oracle = oracle;
    cr_assert_eq(d.desc->init(&d.it, params, d.state), CLARKE_OK, "%s on %s: %s", method, problem,
                 clarke_message());
    return d;
}

void split_drive_phase(split_drive *d, size_t phase)
{
    d->it.inner = (clarke_inner){0};
    clarke_arena_seal(d->c.mem, true);
    cr_assert_eq(d->desc->step(&d->it, d->state, phase), CLARKE_OK, "%s", clarke_message());
    clarke_arena_seal(d->c.mem, false);
    cr_assert_not(clarke_arena_failed(d->c.mem), "memory was asked for in a step");
}

clarke_split_drop split_drive_drop(split_drive *d, size_t phase)
{
    const size_t block = d->it.phase[phase].block;
    memcpy(d->c.y, d->c.x, d->c.p->n * sizeof *d->c.y);
    split_drive_phase(d, phase);
    return clarke_split_change(d->c.w, d->c.x, clarke_split_block(d->c.s, d->c.y, block), block);
}
