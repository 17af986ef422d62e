#include "bench/lib/steps.h"

#include "core/blas.h"

#include <string.h>

enum { STEPS = 1000 };

static clarke_status steps_flops(clarke_kernel_run *run, void (*body)(clarke_kernel_run *))
{
    const double before = clarke_blas_operations();
    body(run);
    run->flops = clarke_blas_operations() - before;
    return isfinite(run->sink)
               ? CLARKE_OK
               : clarke_fail(CLARKE_EINTERNAL, "a kernel's method failed: %s", clarke_message());
}

static clarke_status steps_open(clarke_kernel_run *run, const clarke_run_spec *spec)
{
    clarke_steps *s = run->state = clarke_alloc(run->mem, sizeof *s);
    clarke_run_spec whole = *spec;
    CLARKE_TRY(clarke_arena_status(run->mem));
    whole.iterations = STEPS;
    if (!whole.schedule) whole.schedule = "constant:1e-6";
    CLARKE_TRY(clarke_run_plan_make(&whole, run->mem, &s->plan));
    CLARKE_TRY(clarke_run_open(&s->plan, 1, run->mem, &s->run));
    return clarke_run_iteration(s->run, 0);
}

clarke_status clarke_steps_set_up(clarke_kernel_run *run, const clarke_run_spec *spec)
{
    CLARKE_TRY(steps_open(run, spec));
    const clarke_steps *s = run->state;
    run->elements = (double)s->plan.n;
    run->bytes = 16.0 * run->elements;
    return steps_flops(run, clarke_steps_iterate);
}

/* Step 0 is for beginnings only: after the last comes step 1. */
void clarke_steps_iterate(clarke_kernel_run *run)
{
    clarke_steps *s = run->state;
    s->k = s->k + 1 < STEPS ? s->k + 1 : 1;
    if (clarke_run_iteration(s->run, s->k) != CLARKE_OK) run->sink = NAN;
}

clarke_status clarke_steps_phase(clarke_kernel_run *run, const char *method, const char *problem,
                                 const char *phase, double words)
{
    const clarke_run_spec spec = {.method = method, .problem = problem};
    CLARKE_TRY(clarke_arena_status(run->mem));
    CLARKE_TRY(steps_open(run, &spec));
    clarke_steps *s = run->state;
    const clarke_iter *it = clarke_run_iter(s->run);
    while (s->phase < it->phases && strcmp(it->phase[s->phase].name, phase) != 0) s->phase++;
    if (s->phase == it->phases)
        return clarke_fail(CLARKE_EINTERNAL, "%s on %s has no update '%s'", method, problem, phase);
    const clarke_block *block = &it->layout.block[it->phase[s->phase].block];
    s->block = it->x + block->offset;
    s->size = block->rows * block->cols;
    run->elements = (double)s->size;
    run->bytes = 8.0 * words * run->elements;
    return steps_flops(run, clarke_steps_update);
}

clarke_status clarke_steps_put_back(clarke_kernel_run *run)
{
    clarke_steps *s = run->state;
    double *kept = clarke_vec(run->mem, s->size);
    CLARKE_TRY(clarke_arena_status(run->mem));
    memcpy(kept, s->block, s->size * sizeof *kept);
    s->kept = kept;
    return CLARKE_OK;
}

void clarke_steps_update(clarke_kernel_run *run)
{
    clarke_steps *s = run->state;
    if (s->kept) memcpy(s->block, s->kept, s->size * sizeof *s->kept);
    if (clarke_run_phase(s->run, s->phase) != CLARKE_OK) run->sink = NAN;
}

void clarke_steps_tear_down(clarke_kernel_run *run)
{
    const clarke_steps *s = run->state;
    clarke_run_close(s->run);
}
