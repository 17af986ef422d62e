/* C = A B of square matrices, in double precision on one thread: the rate that everything bound by
   matrix products is measured against. */
#include "bench/kernel.h"
#include "core/real.h"

typedef struct {
    double *a, *b, *c;
} gemm;

static clarke_status gemm_set_up(clarke_kernel_run *run)
{
    const size_t n = run->n;
    gemm *s = run->state = clarke_alloc(run->mem, sizeof *s);
    CLARKE_TRY(clarke_arena_status(run->mem));
    s->a = clarke_kernel_vector(run->mem, n * n, 1);
    s->b = clarke_kernel_vector(run->mem, n * n, 2);
    s->c = clarke_vec(run->mem, n * n);
    run->elements = (double)n * (double)n;
    run->bytes = 24.0 * run->elements;
    run->flops = 2.0 * run->elements * (double)n;
    return CLARKE_OK;
}

static void gemm_body(clarke_kernel_run *run)
{
    const gemm *s = run->state;
    const size_t n = run->n;
    clarke_gemm(false, false, n, n, n, 1.0, s->a, n, s->b, n, 0.0, s->c, n);
}

const clarke_kernel_desc clarke_kernel_gemm = {
    .title = "C = A B: the reference of matrix products",
    .unit = "entry of C",
    .bound = CLARKE_BOUND_GEMM,
    .size = {100, 300, 1000},
    .count_size = 32,
    .set_up = gemm_set_up,
    .body = gemm_body,
};
