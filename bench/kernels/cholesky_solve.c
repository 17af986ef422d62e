/* A Cholesky factor and the two triangular solves with n right sides, as in the W- and V-steps of block
   coordinate descent: n^3/3 and 2 n^3 operations. */
#include "bench/kernel.h"
#include "core/real.h"

#include <lapacke.h>
#include <string.h>

typedef struct {
    double *a, *factor, *right, *b;
} cholesky_solve;

static clarke_status cholesky_solve_set_up(clarke_kernel_run *run)
{
    const size_t n = run->n;
    cholesky_solve *s = run->state = clarke_alloc(run->mem, sizeof *s);
    CLARKE_TRY(clarke_arena_status(run->mem));
    s->a = clarke_kernel_vector(run->mem, n * n, 1);
    s->factor = clarke_vec(run->mem, n * n);
    s->right = clarke_kernel_vector(run->mem, n * n, 2);
    s->b = clarke_vec(run->mem, n * n);
    CLARKE_TRY(clarke_arena_status(run->mem));
    /* Entries are below 1, so by Gershgorin's circles it is positive definite. */
    for (size_t k = 0; k < n; k++) s->a[k * n + k] = (double)(2 * n);
    run->elements = (double)n * (double)n;
    run->bytes = 32.0 * run->elements;
    run->flops = 7.0 / 3.0 * run->elements * (double)n;
    return CLARKE_OK;
}

static void cholesky_solve_body(clarke_kernel_run *run)
{
    const cholesky_solve *s = run->state;
    const size_t n = run->n;
    memcpy(s->factor, s->a, n * n * sizeof *s->a);
    memcpy(s->b, s->right, n * n * sizeof *s->b);
    if (LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'L', (lapack_int)n, s->factor, (lapack_int)n) != 0)
        run->sink = NAN;
    clarke_trsm(false, false, n, n, s->factor, n, s->b, n);
    clarke_trsm(false, true, n, n, s->factor, n, s->b, n);
}

const clarke_kernel_desc clarke_kernel_cholesky_solve = {
    .title = "Cholesky factor and n right sides",
    .unit = "entry of the right side",
    .bound = CLARKE_BOUND_GEMM,
    .size = {100, 300, 1000},
    .count_size = 12,
    .set_up = cholesky_solve_set_up,
    .body = cholesky_solve_body,
};
