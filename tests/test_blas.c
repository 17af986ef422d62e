#include "core/real.h"
#include "core/stream.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* GSL's reference CBLAS exports the same names: linked first, it would serve every call. */
Test(blas, is_openblas)
{
    cr_expect(strstr(clarke_blas_library(), "openblas"), "library: cblas_dgemm is in '%s'",
              clarke_blas_library());
    cr_expect(strstr(clarke_blas_config(), "OpenBLAS"), "library: '%s'", clarke_blas_config());
    cr_expect_gt(strlen(clarke_blas_core()), 0, "library: no name of the kernels");
}

Test(blas, threads)
{
    clarke_blas_set_threads(1);
    cr_expect_eq(clarke_blas_threads(), 1, "threads: %d", clarke_blas_threads());
}

/* Whole numbers up to 8: all products and sums are below 2^53, hence exact in any order. */
static double *whole_numbers(size_t count, const char *purpose)
{
    double *a = malloc((count + 1) * sizeof *a);
    const clarke_stream s = clarke_stream_make(1, "blas", "", 0, 0, purpose);
    cr_assert(a, "memory");
    for (size_t i = 0; i < count; i++) a[i] = (double)clarke_stream_index(&s, 0, i, 17) - 8.0;
    return a;
}

static void check_gemm(size_t m, size_t n, size_t k, bool ta, bool tb)
{
    const size_t lda = (ta ? k : m) + 1, ldb = (tb ? n : k) + 2, ldc = m + 3;
    double *a = whole_numbers(lda * (ta ? m : k), "a"), *b = whole_numbers(ldb * (tb ? k : n), "b");
    double *c = whole_numbers(ldc * n, "c"), *before = whole_numbers(ldc * n, "c");
    clarke_gemm(ta, tb, m, n, k, 3.0, a, lda, b, ldb, -2.0, c, ldc);
    for (size_t j = 0; j < n; j++)
        for (size_t i = 0; i < ldc; i++) {
            double sum = 0.0;
            for (size_t l = 0; i < m && l < k; l++)
                sum += (ta ? a[i * lda + l] : a[l * lda + i]) *
                       (tb ? b[l * ldb + j] : b[j * ldb + l]);
            const double old = before[j * ldc + i], right = i < m ? 3.0 * sum - 2.0 * old : old;
            cr_expect_eq(c[j * ldc + i], right, "gemm %zu %zu %zu %d%d: (%zu,%zu) is %g, not %g", m,
                         n, k, ta, tb, i, j, c[j * ldc + i], right);
        }
    free(a), free(b), free(c), free(before);
}

Test(blas, gemm)
{
    static const size_t size[] = {0, 1, 2, 3, 7, 8, 9, 33};
    enum { SIZES = sizeof size / sizeof *size };
    for (size_t i = 0; i < SIZES * SIZES * SIZES * 4; i++)
        check_gemm(size[i / 4 % SIZES], size[i / 4 / SIZES % SIZES], size[i / 4 / SIZES / SIZES],
                   i % 2, i / 2 % 2);
}

/* beta = 0 does not read C. */
Test(blas, gemm_overwrites)
{
    const double a = 2.0, b = 3.0;
    double c = NAN;
    clarke_gemm(false, false, 1, 1, 1, 1.0, &a, 1, &b, 1, 0.0, &c, 1);
    cr_expect_eq(c, 6.0, "gemm: %g", c);
}

Test(blas, gemv_and_axpy)
{
    for (size_t m = 1; m < 12; m++)
        for (size_t n = 1; n < 12; n++)
            for (size_t t = 0; t < 2; t++) {
                const size_t rows = t ? n : m, columns = t ? m : n;
                double *a = whole_numbers(m * n, "a"), *x = whole_numbers(columns, "x");
                double *y = whole_numbers(rows, "y"), *old = whole_numbers(rows, "y");
                clarke_gemv(t == 1, m, n, 2.0, a, m, x, -1.0, y);
                for (size_t i = 0; i < rows; i++) {
                    double right = -old[i];
                    for (size_t j = 0; j < columns; j++)
                        right += 2.0 * (t ? a[i * m + j] : a[j * m + i]) * x[j];
                    cr_expect_eq(y[i], right, "gemv %zu %zu %zu: %g, not %g", m, n, t, y[i], right);
                }
                clarke_axpy(rows, -3.0, old, y);
                for (size_t i = 0; i < rows; i++) {
                    y[i] += 3.0 * old[i] + old[i];
                    for (size_t j = 0; j < columns; j++)
                        y[i] -= 2.0 * (t ? a[i * m + j] : a[j * m + i]) * x[j];
                    cr_expect_eq(y[i], 0.0, "axpy %zu %zu %zu: off by %g", m, n, t, y[i]);
                }
                free(a), free(x), free(y), free(old);
            }
}

Test(blas, counts_operations)
{
    double a[30] = {0}, b[30] = {0}, c[30] = {0};
    const double start = clarke_blas_operations();
    clarke_gemm(false, false, 2, 3, 5, 1.0, a, 2, b, 5, 0.0, c, 2);
    clarke_gemv(false, 2, 3, 1.0, a, 2, b, 0.0, c);
    clarke_axpy(7, 1.0, a, b);
    const double operations = clarke_blas_operations() - start;
    cr_expect_eq(operations, 2.0 * (2 * 3 * 5 + 2 * 3 + 7), "operations: %g", operations);
}
