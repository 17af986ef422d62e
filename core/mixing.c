#include "core/mixing.h"

#include "core/clones.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

/* Columns are taken in blocks, so that a block of y stays in the first-level cache (8 KB) while the
   rows of x pass through it. Entries of different columns never meet: the bits do not depend on
   the block. */
enum { MIXING_BLOCK = 1024 };

/* y = w x, for one agent's share of it; likewise for two or three agents in one pass over y, whose
   products are rounded and added one after the other, as if there were a pass each. */
CLARKE_CLONES static void mixing_first(size_t n, double weight, const double *restrict x,
                                       double *restrict y)
{
    for (size_t c = 0; c < n; c++) y[c] = weight * x[c];
}

CLARKE_CLONES static void mixing_first_three(size_t n, const double *w, const double *restrict x0,
                                             const double *restrict x1, const double *restrict x2,
                                             double *restrict y)
{
    const double w0 = w[0], w1 = w[1], w2 = w[2];
    for (size_t c = 0; c < n; c++) y[c] = w0 * x0[c] + w1 * x1[c] + w2 * x2[c];
}

CLARKE_CLONES static void mixing_more(size_t n, double weight, const double *restrict x,
                                      double *restrict y)
{
    for (size_t c = 0; c < n; c++) y[c] += weight * x[c];
}

CLARKE_CLONES static void mixing_more_two(size_t n, const double *w, const double *restrict x0,
                                          const double *restrict x1, double *restrict y)
{
    const double w0 = w[0], w1 = w[1];
    for (size_t c = 0; c < n; c++) y[c] = y[c] + w0 * x0[c] + w1 * x1[c];
}

/* One agent's row: x and y begin at the block's first column, n is the distance of rows. */
static void mixing_row(size_t terms, const size_t *column, const double *weight, size_t n,
                       size_t width, const double *x, double *y)
{
    size_t k = terms >= 3 ? 3 : terms > 0 ? 1 : 0;
    if (k == 3)
        mixing_first_three(width, weight, x + column[0] * n, x + column[1] * n, x + column[2] * n,
                           y);
    else if (k == 1)
        mixing_first(width, weight[0], x + column[0] * n, y);
    else
        memset(y, 0, width * sizeof *y);
    for (; k + 2 <= terms; k += 2)
        mixing_more_two(width, weight + k, x + column[k] * n, x + column[k + 1] * n, y);
    for (; k < terms; k++) mixing_more(width, weight[k], x + column[k] * n, y);
}

static void mixing_sparse(const clarke_network *w, size_t n, size_t first, size_t width,
                          const double *x, double *y)
{
    const clarke_network_rows *heard = &w->heard;
    for (size_t i = 0; i < w->agents; i++) {
        const size_t begin = heard->begin[i];
        mixing_row(heard->begin[i + 1] - begin, heard->column + begin, heard->weight + begin, n,
                   width, x + first, y + i * n + first);
    }
}

/* All rows of y are the mean: agents times less work. */
static void mixing_mean(const clarke_network *w, size_t n, size_t first, size_t width,
                        const double *x, double *y)
{
    double *mean = y + first;
    mixing_first(width, 1.0, x + first, mean);
    for (size_t j = 1; j < w->agents; j++) mixing_more(width, 1.0, x + j * n + first, mean);
    for (size_t c = 0; c < width; c++) mean[c] /= (double)w->agents;
    for (size_t i = 1; i < w->agents; i++) mixing_first(width, 1.0, mean, y + i * n + first);
}

void clarke_mix(const clarke_network *w, size_t n, const double *x, double *y)
{
    const uintptr_t from = (uintptr_t)x, to = (uintptr_t)y, size = w->agents * n * sizeof *x;
    assert(from + size <= to || to + size <= from);
    for (size_t first = 0; first < n; first += MIXING_BLOCK) {
        const size_t width = n - first < MIXING_BLOCK ? n - first : MIXING_BLOCK;
        if (w->averaging)
            mixing_mean(w, n, first, width, x, y);
        else
            mixing_sparse(w, n, first, width, x, y);
    }
}

static clarke_status mixing_here(const clarke_mixer *m, size_t n, const double *x, double *y)
{
    clarke_mix(m->network, n, x, y);
    return CLARKE_OK;
}

clarke_mixer clarke_mixer_here(const clarke_network *w)
{
    return (clarke_mixer){w, 0, w->agents, NULL, mixing_here};
}
