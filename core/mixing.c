#include "core/mixing.h"

#include <assert.h>
#include <stdint.h>

/* Columns are taken in blocks, so that a block of y stays in the first-level cache (8 KB) while the
   rows of x pass through it. Entries of different columns never meet: the bits do not depend on
   the block. */
enum { MIXING_BLOCK = 1024 };

static void mixing_first(size_t n, double weight, const double *restrict x, double *restrict y)
{
    for (size_t c = 0; c < n; c++) y[c] = weight * x[c];
}

static void mixing_more(size_t n, double weight, const double *restrict x, double *restrict y)
{
    for (size_t c = 0; c < n; c++) y[c] += weight * x[c];
}

static void mixing_sparse(const clarke_network *w, size_t n, size_t first, size_t width,
                          const double *x, double *y)
{
    const clarke_network_rows *heard = &w->heard;
    for (size_t i = 0; i < w->agents; i++) {
        double *to = y + i * n + first;
        const size_t begin = heard->begin[i], end = heard->begin[i + 1];
        for (size_t k = begin; k < end; k++) {
            const double *from = x + heard->column[k] * n + first;
            if (k == begin)
                mixing_first(width, heard->weight[k], from, to);
            else
                mixing_more(width, heard->weight[k], from, to);
        }
        for (size_t c = 0; begin == end && c < width; c++) to[c] = 0.0;
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
