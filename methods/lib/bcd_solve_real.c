/* The solves of block coordinate descent. */
#include "core/clones.h"
#include "methods/lib/bcd_state.h"

#include <lapacke.h>

#ifdef CLARKE_SINGLE
#define BCD_LAPACK(name) LAPACKE_s##name
#else
#define BCD_LAPACK(name) LAPACKE_d##name
#endif

double CLARKE_REAL(clarke_bcd_prox_term)(const clarke_term *r, double centre, double tau, double t)
{
    const double level = r->weight / tau;
    switch (r->kind) {
    case CLARKE_TERM_NONE: return t;
    case CLARKE_TERM_RIDGE: return (tau * t + r->weight * centre) / (tau + r->weight);
    case CLARKE_TERM_L1: return t > level ? t - level : t < -level ? t + level : 0.0 * t;
    case CLARKE_TERM_BOX: break;
    }
    return t < r->low ? r->low : t > r->high ? r->high : t;
}

clarke_status CLARKE_REAL(clarke_bcd_cholesky)(size_t n, clarke_real *a, const char *block)
{
    const lapack_int info = BCD_LAPACK(potrf_work)(LAPACK_COL_MAJOR, 'L', (lapack_int)n, a,
                                                   (lapack_int)(n > 0 ? n : 1));
    clarke_blas_count((double)n * (double)n * (double)n / 3.0);
    if (info == 0) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT,
                       "the matrix of the %s-step is not positive definite in this precision: a "
                       "larger alpha or ridge is needed",
                       block);
}

double CLARKE_REAL(clarke_bcd_spectral)(clarke_bcd *b, size_t n, clarke_inner *inner)
{
    const lapack_int info = BCD_LAPACK(syev_work)(LAPACK_COL_MAJOR, 'N', 'L', (lapack_int)n,
                                                  b->gram, (lapack_int)n, b->spectrum, b->work,
                                                  (lapack_int)b->lwork);
    if (info != 0) inner->missed++;
    return (double)b->spectrum[n - 1];
}

void CLARKE_REAL(clarke_bcd_descend)(const clarke_bcd *b, const clarke_term *r, size_t n,
                                     size_t count, size_t apart, size_t step, clarke_real *x,
                                     clarke_inner *inner)
{
    enum { MOST = 5000 };
    const double u = sizeof(clarke_real) == sizeof(double) ? 0x1p-53 : 0x1p-24;
    for (size_t j = 0; j < count; j++) {
        clarke_real *at = x + j * apart;
        double moved = INFINITY, size = 0.0;
        for (size_t sweep = 0; sweep < MOST && moved > 4.0 * u * size; sweep++) {
            moved = size = 0.0;
            inner->iterations++;
            for (size_t k = 0; k < n; k++) {
                double slope = -(double)b->gradient[j * apart + k * step];
                for (size_t c = 0; c < n; c++)
                    slope += (double)b->gram[c < k ? c * n + k : k * n + c] * (double)at[c * step];
                const double pivot = (double)b->gram[k * n + k], old = (double)at[k * step];
                const double next =
                    CLARKE_REAL(clarke_bcd_prox_term)(r, 0.0, pivot, old - slope / pivot);
                moved = fmax(moved, fabs(next - old)), size = fmax(size, fabs(next));
                at[k * step] = (clarke_real)next;
            }
        }
        inner->missed += moved > 4.0 * u * size;
    }
}

/* z = w x^T: the product with one input. BLAS adds its products to 0, which makes 0 of -0. */
CLARKE_CLONES static void bcd_solve_outer(size_t out, size_t samples, const clarke_real *restrict w,
                                          const clarke_real *restrict x, clarke_real *restrict z)
{
    for (size_t j = 0; j < samples; j++, z += out)
        for (size_t r = 0; r < out; r++) z[r] = 0 + w[r] * x[j];
    clarke_blas_count(2.0 * (double)out * (double)samples);
}

void CLARKE_REAL(clarke_bcd_times)(clarke_bcd *b, size_t i, size_t first, size_t samples,
                                   clarke_real *z)
{
    const clarke_split_layer *l = &b->split->layer[i];
    const clarke_real *w = b->layer[i].w, *x = clarke_bcd_input(b, i) + first * l->in;
    if (l->in == 1)
        bcd_solve_outer(l->out, samples, w, x, z + first * l->out);
    else
        clarke_gemm(false, false, l->out, samples, l->in, 1, w, l->out, x, l->in, 0,
                    z + first * l->out, l->out);
}
