#include "core/mixing.h"

#include "core/clones.h"

#include <assert.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Threads share the columns by so many. */
enum { MIXING_THREADS = 256, MIXING_SHARE = 1024 };

/* Fewer numbers than these are moved faster than a thread is started; are not in the near caches; do not
   stay in any cache until they are read. */
enum { MIXING_SMALL = 1 << 18, MIXING_FAR = 1 << 16, MIXING_LARGE = 1 << 22 };

/* Columns are taken in blocks, so that what several agents hear is in a near cache when the next one
   hears it; sums over all agents in wider ones, because the hardware follows a few long streams best.
   Entries of different columns never meet: the bits do not depend on the block. */
enum { MIXING_WIDTH = 256, MIXING_SUM_WIDTH = 16384, MIXING_LINE = 64 / sizeof(double) };

/* The most terms of one pass. */
enum { MIXING_TERMS = 8 };

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
    case 5: mixing_pass(n, 5, more, w, x, y); break;
    case 6: mixing_pass(n, 6, more, w, x, y); break;
    case 7: mixing_pass(n, 7, more, w, x, y); break;
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

/* Agent i's share of asking for the block of columns from `first` on, one line of every row after the
   other: of many short streams the hardware would follow each too far. */
static inline void mixing_fetch(size_t n, const clarke_mixing_rows *rows, size_t i, size_t first)
{
    const size_t lines = MIXING_WIDTH / MIXING_LINE, count = rows->count;
    for (size_t l = i * lines / count; l < (i + 1) * lines / count; l++)
        for (size_t r = 0; r < count; r++)
            __builtin_prefetch(rows->x + r * n + first + l * MIXING_LINE, 0, 1);
}

/* The columns begin .. end - 1. While a block is mixed, the next one is fetched. */
CLARKE_CLONES static void mixing_sparse(const clarke_network *w, size_t n,
                                        const clarke_mixing_rows *rows, size_t begin, size_t end,
                                        double *y)
{
    const bool large = rows->count * n >= MIXING_LARGE, far = rows->count * n >= MIXING_FAR;
    double piece[MIXING_WIDTH + MIXING_LINE];
    for (size_t first = begin, next; first < end; first = next) {
        next = end - first > MIXING_WIDTH ? first + MIXING_WIDTH : end;
        for (size_t i = 0; i < rows->count; i++) {
            double *row = y + i * n;
            const size_t from = large && first > begin ? mixing_edge(row, first, end) : first;
            const size_t to = large ? mixing_edge(row, next, end) : next;
            if (far && n - next >= MIXING_WIDTH) mixing_fetch(n, rows, i, next);
            mixing_agent(w, n, rows, i, from, to, large ? piece : row + from);
            if (large) mixing_put(true, to - from, piece, row + from);
        }
    }
}

void clarke_mix_rows(const clarke_network *w, size_t n, const clarke_mixing_rows *rows, double *y)
{
    mixing_sparse(w, n, rows, 0, n, y);
    mixing_written();
}

/* ---- W = J ---- */

static size_t mixing_width(size_t first, size_t end)
{
    return end - first < MIXING_SUM_WIDTH ? end - first : MIXING_SUM_WIDTH;
}

/* The weights are 1, and a product by 1 is exact. */
CLARKE_CLONES static void mixing_sum(size_t count, size_t n, size_t width, const double *x,
                                     bool more, double *restrict sum)
{
    static const double one[MIXING_TERMS] = {1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0};
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
    for (size_t first = 0; first < width; first += MIXING_SUM_WIDTH)
        mixing_sum(count, n, mixing_width(first, width), x + first, more, sum + first);
}

CLARKE_CLONES static void mixing_divide(size_t n, double by, double *x)
{
    for (size_t c = 0; c < n; c++) x[c] /= by;
}

void clarke_mix_mean(size_t count, size_t n, const double *x, double *mean)
{
    for (size_t first = 0; first < n; first += MIXING_SUM_WIDTH) {
        const size_t width = mixing_width(first, n);
        mixing_sum(count, n, width, x + first, false, mean + first);
        mixing_divide(width, (double)count, mean + first);
    }
}

/* All rows of y are the mean: agents times less work. */
static void mixing_mean(const clarke_network *w, size_t n, size_t begin, size_t end,
                        const double *x, double *y)
{
    const clarke_mixing_rows rows = {0, w->agents, x, NULL, NULL};
    const bool large = w->agents * n >= MIXING_LARGE, far = w->agents * n >= MIXING_FAR;
    double mean[MIXING_WIDTH + MIXING_LINE];
    for (size_t first = begin, next; first < end; first = next) {
        next = end - first > MIXING_WIDTH ? first + MIXING_WIDTH : end;
        const size_t last = end - next < MIXING_LINE ? end : next + MIXING_LINE;
        mixing_sum(w->agents, n, last - first, x + first, false, mean);
        mixing_divide(last - first, (double)w->agents, mean);
        for (size_t i = 0; i < w->agents; i++) {
            double *row = y + i * n;
            const size_t from = large && first > begin ? mixing_edge(row, first, end) : first;
            const size_t to = large ? mixing_edge(row, next, end) : next;
            if (far && n - next >= MIXING_WIDTH) mixing_fetch(n, &rows, i, next);
            mixing_put(large, to - from, mean + (from - first), row + from);
        }
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
    const size_t blocks = (n + MIXING_SHARE - 1) / MIXING_SHARE;
    if (w->agents * n < MIXING_SMALL) threads = 1;
    if (threads > MIXING_THREADS) threads = MIXING_THREADS;
    if (threads > blocks) threads = blocks;
    if (threads <= 1) {
        clarke_mix(w, n, x, y);
        return;
    }
    size_t started = 0;
    for (size_t i = 0; i < threads; i++) {
        const size_t first = i * blocks / threads * MIXING_SHARE;
        const size_t end = (i + 1) * blocks / threads * MIXING_SHARE;
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
