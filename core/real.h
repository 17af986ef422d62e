/* The working precision of a source that is compiled twice: clarke_real is double, or float with
   CLARKE_SINGLE, and CLARKE_REAL(name) gives each external symbol its own name. Measures, claims
   and everything judged are double always, so such a source takes and returns double arrays and
   converts at its boundary. Matrices are column-major. */
#pragma once

#include "core/blas.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef CLARKE_SINGLE
typedef float clarke_real;
#define CLARKE_REAL(name)          name##_single
#define CLARKE_REAL_FUNCTION(name) name##f
#define CLARKE_REAL_BLAS(name)     cblas_s##name
#else
typedef double clarke_real;
#define CLARKE_REAL(name)          name
#define CLARKE_REAL_FUNCTION(name) name
#define CLARKE_REAL_BLAS(name)     cblas_d##name
#endif

static inline clarke_real clarke_real_exp(clarke_real t)
{
    return CLARKE_REAL_FUNCTION(exp)(t);
}

static inline clarke_real clarke_real_log(clarke_real t)
{
    return CLARKE_REAL_FUNCTION(log)(t);
}

static inline clarke_real clarke_real_tanh(clarke_real t)
{
    return CLARKE_REAL_FUNCTION(tanh)(t);
}

static inline clarke_real clarke_real_cosh(clarke_real t)
{
    return CLARKE_REAL_FUNCTION(cosh)(t);
}

/* x in the working precision: x itself in double, otherwise rounded into buffer[n]. */
static inline const clarke_real *clarke_real_in(size_t n, const double *x, clarke_real *buffer)
{
#ifdef CLARKE_SINGLE
    for (size_t i = 0; i < n; i++) buffer[i] = (clarke_real)x[i];
    return buffer;
#else
    (void)n, (void)buffer;
    return x;
#endif
}

/* Where to compute a result that belongs in g[n]: g itself in double, otherwise buffer, which
   clarke_real_store then widens into g. */
static inline clarke_real *clarke_real_out(double *g, clarke_real *buffer)
{
#ifdef CLARKE_SINGLE
    (void)g;
    return buffer;
#else
    (void)buffer;
    return g;
#endif
}

static inline void clarke_real_store(size_t n, const clarke_real *result, double *g)
{
#ifdef CLARKE_SINGLE
    for (size_t i = 0; i < n; i++) g[i] = (double)result[i];
#else
    (void)n, (void)result, (void)g;
#endif
}

static inline int clarke_blas_int(size_t count)
{
    assert(count <= INT_MAX);
    return (int)count;
}

static inline enum CBLAS_TRANSPOSE clarke_blas_side(bool transpose)
{
    return transpose ? CblasTrans : CblasNoTrans;
}

/* C[m][n] = alpha op(A) op(B) + beta C with op(A) of size m x k and op(B) of size k x n; lda, ldb,
   ldc are the distances between columns. With beta = 0, C is not read. C overlaps nothing. */
static inline void clarke_gemm(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k,
                               clarke_real alpha, const clarke_real *a, size_t lda,
                               const clarke_real *b, size_t ldb, clarke_real beta, clarke_real *c,
                               size_t ldc)
{
    if (m == 0 || n == 0) return;
    CLARKE_REAL_BLAS(gemm)
    (CblasColMajor, clarke_blas_side(transpose_a), clarke_blas_side(transpose_b),
     clarke_blas_int(m), clarke_blas_int(n), clarke_blas_int(k), alpha, a, clarke_blas_int(lda), b,
     clarke_blas_int(ldb), beta, c, clarke_blas_int(ldc));
    clarke_blas_count(2.0 * (double)m * (double)n * (double)k);
}

/* The lower triangle of C[n][n] = alpha A A^T + beta C, A[n][k]; of alpha A^T A + beta C, A[k][n], if
   `transpose`. */
static inline void clarke_syrk(bool transpose, size_t n, size_t k, clarke_real alpha,
                               const clarke_real *a, size_t lda, clarke_real beta, clarke_real *c,
                               size_t ldc)
{
    if (n == 0) return;
    CLARKE_REAL_BLAS(syrk)
    (CblasColMajor, CblasLower, clarke_blas_side(transpose), clarke_blas_int(n), clarke_blas_int(k),
     alpha, a, clarke_blas_int(lda), beta, c, clarke_blas_int(ldc));
    clarke_blas_count((double)n * ((double)n + 1.0) * (double)k);
}

/* B[m][n] := op(L)^{-1} B, or B op(L)^{-1} if `right`, with the lower triangle L. */
static inline void clarke_trsm(bool right, bool transpose, size_t m, size_t n, const clarke_real *l,
                               size_t ldl, clarke_real *b, size_t ldb)
{
    if (m == 0 || n == 0) return;
    CLARKE_REAL_BLAS(trsm)
    (CblasColMajor, right ? CblasRight : CblasLeft, CblasLower, clarke_blas_side(transpose),
     CblasNonUnit, clarke_blas_int(m), clarke_blas_int(n), 1, l, clarke_blas_int(ldl), b,
     clarke_blas_int(ldb));
    clarke_blas_count((double)m * (double)n * (double)(right ? n : m));
}

/* A[m][n] += alpha x y^T. */
static inline void clarke_ger(size_t m, size_t n, clarke_real alpha, const clarke_real *x,
                              const clarke_real *y, clarke_real *a, size_t lda)
{
    if (m == 0 || n == 0) return;
    CLARKE_REAL_BLAS(ger)
    (CblasColMajor, clarke_blas_int(m), clarke_blas_int(n), alpha, x, 1, y, 1, a,
     clarke_blas_int(lda));
    clarke_blas_count(2.0 * (double)m * (double)n);
}

/* y = alpha op(A) x + beta y; A is m x n before op. */
static inline void clarke_gemv(bool transpose, size_t m, size_t n, clarke_real alpha,
                               const clarke_real *a, size_t lda, const clarke_real *x,
                               clarke_real beta, clarke_real *y)
{
    if (m == 0 || n == 0) return;
    CLARKE_REAL_BLAS(gemv)
    (CblasColMajor, clarke_blas_side(transpose), clarke_blas_int(m), clarke_blas_int(n), alpha, a,
     clarke_blas_int(lda), x, 1, beta, y, 1);
    clarke_blas_count(2.0 * (double)m * (double)n);
}

/* y[n] += alpha x[n]. */
static inline void clarke_axpy(size_t n, clarke_real alpha, const clarke_real *x, clarke_real *y)
{
    CLARKE_REAL_BLAS(axpy)(clarke_blas_int(n), alpha, x, 1, y, 1);
    clarke_blas_count(2.0 * (double)n);
}
