/* Arrays with one agent a row are gone through in blocks of columns, so that what is read more than once
   stays in a near cache. The hardware fetches ahead inside a row's piece, but begins anew at each; so
   the front of the next one is asked for while this one is done. */
#pragma once

#include <stddef.h>

enum { CLARKE_COLUMNS = 1024, CLARKE_COLUMNS_AHEAD = 256 };

/* The width of the block from column `first` on, of n. */
static inline size_t clarke_columns(size_t first, size_t n)
{
    return n - first < CLARKE_COLUMNS ? n - first : CLARKE_COLUMNS;
}

/* Asks for n numbers, so that they are near when they are read. */
static inline void clarke_fetch(size_t n, const double *x)
{
    for (size_t c = 0; c < n; c += 8) __builtin_prefetch(x + c, 0, 2);
}

/* Asks for the front of what follows the block from `first` on, in a row of n. */
static inline void clarke_columns_ahead(const double *row, size_t first, size_t n)
{
    if (n - first < CLARKE_COLUMNS + CLARKE_COLUMNS_AHEAD) return;
    clarke_fetch(CLARKE_COLUMNS_AHEAD, row + first + CLARKE_COLUMNS);
}
