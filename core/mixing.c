#include "core/mixing.h"

#include "core/clones.h"

#include <assert.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>

/* Columns are taken in blocks, so that the rows that several agents hear are still in a near cache
   when the next one hears them. Entries of different columns never meet: the bits do not depend on
   the block. */
enum { MIXING_BLOCK = 1024, MIXING_THREADS = 256 };

/* Fewer numbers than these are moved faster than a thread is started. */
enum { MIXING_SMALL = 1 << 18 };

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

static const double *mixing_row(const clarke_mixing_rows *rows, size_t n, size_t j)
{
    if (j - rows->first < rows->count) return rows->x + (j - rows->first) * n;
    return rows->received + rows->place[j] * n;
}

/* Agent i's columns first .. first + width - 1. */
static void mixing_agent(const clarke_network *w, size_t n, const clarke_mixing_rows *rows,
                         size_t i, size_t first, size_t width, double *y)
{
    const size_t begin = w->heard.begin[i], terms = w->heard.begin[i + 1] - begin;
    const size_t *column = w->heard.column + begin;
    const double *weight = w->heard.weight + begin;
    size_t k = terms >= 3 ? 3 : terms > 0 ? 1 : 0;
    if (k == 3)
        mixing_first_three(width, weight, mixing_row(rows, n, column[0]) + first,
                           mixing_row(rows, n, column[1]) + first,
                           mixing_row(rows, n, column[2]) + first, y);
    else if (k == 1)
        mixing_first(width, weight[0], mixing_row(rows, n, column[0]) + first, y);
    else
        memset(y, 0, width * sizeof *y);
    for (; k + 2 <= terms; k += 2)
        mixing_more_two(width, weight + k, mixing_row(rows, n, column[k]) + first,
                        mixing_row(rows, n, column[k + 1]) + first, y);
    for (; k < terms; k++) mixing_more(width, weight[k], mixing_row(rows, n, column[k]) + first, y);
}

static void mixing_sparse(const clarke_network *w, size_t n, const clarke_mixing_rows *rows,
                          size_t first, size_t width, double *y)
{
    for (size_t i = 0; i < rows->count; i++)
        mixing_agent(w, n, rows, rows->first + i, first, width, y + i * n + first);
}

void clarke_mix_rows(const clarke_network *w, size_t n, const clarke_mixing_rows *rows, double *y)
{
    for (size_t first = 0; first < n; first += MIXING_BLOCK)
        mixing_sparse(w, n, rows, first, n - first < MIXING_BLOCK ? n - first : MIXING_BLOCK, y);
}

/* ---- W = J ---- */

/* The weights are 1, and a product by 1 is exact. */
static void mixing_sum(size_t count, size_t n, size_t width, const double *x, bool more,
                       double *sum)
{
    static const double one[2] = {1.0, 1.0};
    size_t j = 0;
    if (!more && count > 0) mixing_first(width, 1.0, x + n * j++, sum);
    for (; j + 2 <= count; j += 2) mixing_more_two(width, one, x + j * n, x + (j + 1) * n, sum);
    for (; j < count; j++) mixing_more(width, 1.0, x + j * n, sum);
}

void clarke_mix_sum(size_t count, size_t n, size_t width, const double *x, bool more, double *sum)
{
    for (size_t first = 0; first < width; first += MIXING_BLOCK)
        mixing_sum(count, n, width - first < MIXING_BLOCK ? width - first : MIXING_BLOCK, x + first,
                   more, sum + first);
}

/* All rows of y are the mean: agents times less work. */
static void mixing_mean(const clarke_network *w, size_t n, size_t first, size_t width,
                        const double *x, double *y)
{
    double *mean = y + first;
    mixing_sum(w->agents, n, width, x + first, false, mean);
    for (size_t c = 0; c < width; c++) mean[c] /= (double)w->agents;
    for (size_t i = 1; i < w->agents; i++) memcpy(mean + i * n, mean, width * sizeof *mean);
}

/* ---- all agents here ---- */

/* The columns first .. end - 1. */
typedef struct {
    const clarke_network *w;
    size_t n, first, end;
    const double *x;
    double *y;
} mixing_part;

static void *mixing_columns(void *self)
{
    const mixing_part *p = self;
    const clarke_mixing_rows rows = {0, p->w->agents, p->x, NULL, NULL};
    for (size_t first = p->first; first < p->end; first += MIXING_BLOCK) {
        const size_t width = p->end - first < MIXING_BLOCK ? p->end - first : MIXING_BLOCK;
        if (p->w->averaging)
            mixing_mean(p->w, p->n, first, width, p->x, p->y);
        else
            mixing_sparse(p->w, p->n, &rows, first, width, p->y);
    }
    return NULL;
}

void clarke_mix(const clarke_network *w, size_t n, const double *x, double *y)
{
    const uintptr_t from = (uintptr_t)x, to = (uintptr_t)y, size = w->agents * n * sizeof *x;
    assert(from + size <= to || to + size <= from);
    mixing_part all = {w, n, 0, n, x, y};
    mixing_columns(&all);
}

void clarke_mix_threads(const clarke_network *w, size_t n, const double *x, double *y,
                        size_t threads)
{
    pthread_t thread[MIXING_THREADS];
    mixing_part part[MIXING_THREADS];
    const size_t blocks = (n + MIXING_BLOCK - 1) / MIXING_BLOCK;
    if (w->agents * n < MIXING_SMALL) threads = 1;
    if (threads > MIXING_THREADS) threads = MIXING_THREADS;
    if (threads > blocks) threads = blocks;
    if (threads <= 1) {
        clarke_mix(w, n, x, y);
        return;
    }
    size_t started = 0;
    for (size_t i = 0; i < threads; i++) {
        const size_t first = i * blocks / threads * MIXING_BLOCK;
        const size_t end = (i + 1) * blocks / threads * MIXING_BLOCK;
        part[i] = (mixing_part){w, n, first, end < n ? end : n, x, y};
    }
    while (started + 1 < threads &&
           pthread_create(&thread[started], NULL, mixing_columns, &part[started + 1]) == 0)
        started++;
    mixing_columns(&part[0]);
    /* What no thread could be started for is done here. */
    for (size_t i = started + 1; i < threads; i++) mixing_columns(&part[i]);
    for (size_t i = 0; i < started; i++) pthread_join(thread[i], NULL);
}

static clarke_status mixing_here(const clarke_mixer *m, size_t n, const double *x, double *y)
{
    clarke_mix(m->network, n, x, y);
    return CLARKE_OK;
}

clarke_mixer clarke_mixer_here(const clarke_network *w)
{
    return (clarke_mixer){w, 0, w->agents, NULL, mixing_here, NULL};
}

static clarke_status mixing_by_threads(const clarke_mixer *m, size_t n, const double *x, double *y)
{
    clarke_mix_threads(m->network, n, x, y, *(const size_t *)m->self);
    return CLARKE_OK;
}

clarke_mixer clarke_mixer_threads(const clarke_network *w, size_t *threads)
{
    return (clarke_mixer){w, 0, w->agents, threads, mixing_by_threads, NULL};
}
