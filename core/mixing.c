#include "core/mixing.h"

#include "core/clones.h"
#include "core/columns.h"

#include <assert.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { MIXING_THREADS = 256 };

/* Fewer numbers than these are moved faster than a thread is started; are not in the near caches; do not
   stay in any cache until they are read. */
enum { MIXING_SMALL = 1 << 18, MIXING_FAR = 1 << 16, MIXING_LARGE = 1 << 22 };

/* Columns are taken in blocks, so that what several agents hear is in the nearest caches when the next
   one hears it. Entries of different columns never meet: the bits do not depend on the block. */
enum { MIXING_WIDTH = 512, MIXING_LINE = 64 / sizeof(double) };

/* The most terms of one pass. */
enum { MIXING_TERMS = 5 };

/* y = sum of w[k] x[k], or with `more` y + that sum: each product is rounded, then added, in the order
   of k. */
static inline __attribute__((always_inline)) void mixing_pass(size_t n, size_t terms, bool more,
                                                              const double *w,
                                                              const double *const *x,
                                                              double *restrict y)
{
    for (size_t c = 0; c < n; c++) {
        double sum = more ? y[c] + w[0] * x[0][c] : w[0] * x[0][c];
        for (size_t k = 1; k < terms; k++) sum += w[k] * x[k][c];
        y[c] = sum;
    }
}

static inline __attribute__((always_inline)) void mixing_terms(size_t n, size_t terms, bool more,
                                                               const double *w,
                                                               const double *const *x,
                                                               double *restrict y)
{
    switch (terms) {
    case 1: mixing_pass(n, 1, more, w, x, y); break;
    case 2: mixing_pass(n, 2, more, w, x, y); break;
    case 3: mixing_pass(n, 3, more, w, x, y); break;
    case 4: mixing_pass(n, 4, more, w, x, y); break;
    default: mixing_pass(n, MIXING_TERMS, more, w, x, y);
    }
}

/* Where a step is large, what is written does not pass through the cache, which would read it first. */
static void mixing_put(bool large, size_t n, const double *from, double *to)
{
#ifdef __SSE2__
    size_t c = 0;
    if (large) {
        if (n > 0 && (uintptr_t)to % sizeof(__m128d) != 0) to[0] = from[0], c = 1;
        for (; c + 2 <= n; c += 2) _mm_stream_pd(to + c, _mm_loadu_pd(from + c));
        n -= c, from += c, to += c;
    }
#else
    (void)large;
#endif
    memcpy(to, from, n * sizeof *to);
}

/* What is written past the cache is there for all threads from here on. */
static void mixing_written(void)
{
#ifdef __SSE2__
    _mm_sfence();
#endif
}

static inline const double *mixing_row(const clarke_mixing_rows *rows, size_t n, size_t j)
{
    if (j - rows->first < rows->count) return rows->x + (j - rows->first) * n;
    return rows->received + rows->place[j] * n;
}

/* The columns from .. to - 1 of the agent of row i. */
static inline __attribute__((always_inline)) void mixing_agent(const clarke_network *w, size_t n,
                                                               const clarke_mixing_rows *rows,
                                                               size_t i, size_t from, size_t to,
                                                               double *restrict y)
{
    const size_t begin = w->heard.begin[rows->first + i];
    const size_t terms = w->heard.begin[rows->first + i + 1] - begin;
    const size_t *column = w->heard.column + begin;
    const double *weight = w->heard.weight + begin, *x[MIXING_TERMS];
    for (size_t k = 0, count; k < terms; k += count) {
        count = terms - k < MIXING_TERMS ? terms - k : MIXING_TERMS;
        for (size_t t = 0; t < count; t++) x[t] = mixing_row(rows, n, column[k + t]) + from;
        if (k == 0)
            mixing_terms(to - from, count, false, weight, x, y);
        else
            mixing_terms(to - from, count, true, weight + k, x, y);
    }
    if (terms == 0) memset(y, 0, (to - from) * sizeof *y);
}

/* The first column from c on, or `end`, where a line of memory begins in this row: what is written past
   the cache goes line by line. */
static size_t mixing_edge(const double *row, size_t c, size_t end)
{
    const size_t beyond = (uintptr_t)(row + c) / sizeof *row % MIXING_LINE;
    c += beyond > 0 ? MIXING_LINE - beyond : 0;
    return c < end ? c : end;
}

/* The columns begin .. end - 1. While a block is mixed, the next one is fetched: the rows are too many,
   and their pieces too short, for the hardware to see what comes. */
CLARKE_CLONES static void mixing_sparse(const clarke_network *w, size_t n,
                                        const clarke_mixing_rows *rows, size_t begin, size_t end,
                                        double *y)
{
    const bool large = rows->count * n >= MIXING_LARGE, far = rows->count * n >= MIXING_FAR;
    const size_t width = MIXING_WIDTH;
    double piece[MIXING_WIDTH + MIXING_LINE];
    for (size_t first = begin; first < end; first += width)
        for (size_t i = 0; i < rows->count; i++) {
            double *row = y + i * n;
            const size_t from = first > begin ? mixing_edge(row, first, end) : begin;
            const size_t to = end - first > width ? mixing_edge(row, first + width, end) : end;
            if (far && n - first > 2 * width) clarke_fetch(width, rows->x + i * n + first + width);
            mixing_agent(w, n, rows, i, from, to, large ? piece : row + from);
            if (large) mixing_put(true, to - from, piece, row + from);
        }
}

void clarke_mix_rows(const clarke_network *w, size_t n, const clarke_mixing_rows *rows, double *y)
{
    mixing_sparse(w, n, rows, 0, n, y);
    mixing_written();
}

/* ---- W = J ---- */

/* The weights are 1, and a product by 1 is exact. */
CLARKE_CLONES static void mixing_sum(size_t count, size_t n, size_t width, const double *x,
                                     bool more, double *restrict sum)
{
    static const double one[MIXING_TERMS] = {1.0, 1.0, 1.0, 1.0, 1.0};
    const double *row[MIXING_TERMS];
    for (size_t j = 0, terms; j < count; j += terms) {
        terms = count - j < MIXING_TERMS ? count - j : MIXING_TERMS;
        for (size_t t = 0; t < terms; t++) row[t] = x + (j + t) * n;
        if (j == 0 && !more)
            mixing_terms(width, terms, false, one, row, sum);
        else
            mixing_terms(width, terms, true, one, row, sum);
    }
}

void clarke_mix_sum(size_t count, size_t n, size_t width, const double *x, bool more, double *sum)
{
    for (size_t first = 0; first < width; first += CLARKE_COLUMNS)
        mixing_sum(count, n, clarke_columns(first, width), x + first, more, sum + first);
}

CLARKE_CLONES static void mixing_divide(size_t n, double by, double *x)
{
    for (size_t c = 0; c < n; c++) x[c] /= by;
}

void clarke_mix_mean(size_t count, size_t n, const double *x, double *mean)
{
    for (size_t first = 0; first < n; first += CLARKE_COLUMNS) {
        const size_t width = clarke_columns(first, n);
        for (size_t i = 0; i < count; i++) clarke_columns_ahead(x + i * n, first, n);
        mixing_sum(count, n, width, x + first, false, mean + first);
        mixing_divide(width, (double)count, mean + first);
    }
}

/* All rows of y are the mean: agents times less work. */
static void mixing_mean(const clarke_network *w, size_t n, size_t begin, size_t end,
                        const double *x, double *y)
{
    const bool large = w->agents * n >= MIXING_LARGE;
    double mean[CLARKE_COLUMNS];
    for (size_t first = begin; first < end; first += CLARKE_COLUMNS) {
        const size_t width = clarke_columns(first, end);
        for (size_t i = 0; i < w->agents; i++) clarke_columns_ahead(x + i * n, first, n);
        mixing_sum(w->agents, n, width, x + first, false, mean);
        mixing_divide(width, (double)w->agents, mean);
        for (size_t i = 0; i < w->agents; i++) mixing_put(large, width, mean, y + i * n + first);
    }
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
    if (p->w->averaging)
        mixing_mean(p->w, p->n, p->first, p->end, p->x, p->y);
    else
        mixing_sparse(p->w, p->n, &rows, p->first, p->end, p->y);
    mixing_written();
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
    const size_t blocks = (n + CLARKE_COLUMNS - 1) / CLARKE_COLUMNS;
    if (w->agents * n < MIXING_SMALL) threads = 1;
    if (threads > MIXING_THREADS) threads = MIXING_THREADS;
    if (threads > blocks) threads = blocks;
    if (threads <= 1) {
        clarke_mix(w, n, x, y);
        return;
    }
    size_t started = 0;
    for (size_t i = 0; i < threads; i++) {
        const size_t first = i * blocks / threads * CLARKE_COLUMNS;
        const size_t end = (i + 1) * blocks / threads * CLARKE_COLUMNS;
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
