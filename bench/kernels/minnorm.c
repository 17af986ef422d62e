/* The point of smallest norm of the hull of 2 n points in n dimensions (Wolfe). */
#include "core/minnorm.h"
#include "bench/kernel.h"

typedef struct {
    clarke_minnorm w;
    double *p;
} minnorm;

static clarke_status minnorm_set_up(clarke_kernel_run *run)
{
    const size_t n = run->n;
    minnorm *s = run->state = clarke_alloc(run->mem, sizeof *s);
    CLARKE_TRY(clarke_arena_status(run->mem));
    s->p = clarke_kernel_vector(run->mem, 2 * n * n, 1);
    CLARKE_TRY(clarke_arena_status(run->mem));
    /* Shifted, so that 0 is outside the hull. */
    for (size_t i = 0; i < 2 * n; i++) s->p[i * n] += 2.0;
    run->elements = (double)(2 * n);
    return clarke_minnorm_init(&s->w, n, run->mem);
}

static void minnorm_body(clarke_kernel_run *run)
{
    minnorm *s = run->state;
    run->sink += clarke_minnorm_points(&s->w, 2 * run->n, s->p, NULL).distance;
}

const clarke_kernel_desc clarke_kernel_minnorm = {
    .title = "min-norm point of 2 n points in n dimensions",
    .unit = "point",
    .bound = CLARKE_BOUND_NONE,
    .size = {5, 20, 60},
    .count_size = 8,
    .set_up = minnorm_set_up,
    .body = minnorm_body,
};
