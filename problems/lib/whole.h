/* Linear systems of whole numbers, solved exactly: fraction-free Gauss-Jordan elimination (Bareiss,
   Math. Comp. 22, 1968), whose entries are minors of the matrix. The caller sees to it that no
   minor exceeds 2^30 (Hadamard's bound), so that products of two of them fit into 64 bits. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CLARKE_WHOLE_MOST = 6 };

/* rows[count][unknowns + 1], the last column is the right-hand side. After clarke_whole_solve, for
   i < rank: d u[pivot[i]] = row[i][unknowns] - sum of row[i][j] u[j] over the free unknowns j. */
typedef struct {
    size_t count, unknowns, rank;
    int64_t row[CLARKE_WHOLE_MOST][CLARKE_WHOLE_MOST + 1];
    size_t pivot[CLARKE_WHOLE_MOST];
    int64_t d;       /* > 0 */
    bool consistent; /* there is a solution */
} clarke_whole;

void clarke_whole_solve(clarke_whole *w);
/* The solution u[unknowns]/d with all free unknowns 0; then the null vector of the first free
   unknown, in the same units. There must be a solution, and a free unknown. */
void clarke_whole_solution(const clarke_whole *w, int64_t *u);
void clarke_whole_kernel(const clarke_whole *w, int64_t *u);

/* Sets v[n] orthogonal to the n - 1 vectors a[k][n], k < n - 1: the cofactors; 0 where they are
   dependent. n <= 4. */
void clarke_whole_normal(size_t n, const int64_t *const *a, int64_t *v);
