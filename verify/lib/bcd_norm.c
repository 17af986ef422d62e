#include "verify/lib/bcd.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

clarke_status clarke_bcd_norm_make(clarke_bcd_net *s, clarke_arena *mem)
{
    const size_t order = s->widest > s->net->samples ? s->widest : s->net->samples;
    s->room = 64 * order + 64;
    s->matrix = clarke_vec(mem, s->widest * order);
    s->singular = clarke_vec(mem, order);
    s->work = clarke_vec(mem, s->room);
    return clarke_arena_status(mem);
}

double clarke_bcd_norm(clarke_bcd_net *s, size_t rows, size_t cols, const double *a)
{
    double unused[1];
    for (size_t j = 0; j < rows * cols; j++)
        if (!isfinite(a[j])) return (double)INFINITY;
    memcpy(s->matrix, a, rows * cols * sizeof *a);
    const lapack_int info = LAPACKE_dgesvd_work(
        LAPACK_COL_MAJOR, 'N', 'N', (lapack_int)rows, (lapack_int)cols, s->matrix, (lapack_int)rows,
        s->singular, unused, 1, unused, 1, s->work, (lapack_int)s->room);
    return info == 0 ? s->singular[0] : (double)INFINITY;
}

/* LAPACK's singular values err by a modest multiple of the order times 2^-53: 1e-12 is above that
   for every order that is used here. */
double clarke_bcd_norm_above(clarke_bcd_net *s, size_t rows, size_t cols, const double *a)
{
    return clarke_bcd_norm(s, rows, cols, a) * (1.0 + 1e-12);
}
