/* From the listed edges to the rows of W. */
#include "core/network_rows.h"

#include <string.h>

/* Stable counting sort by row (or by column): two passes order by (i, j). */
static void rows_bucket(size_t d, size_t count, const clarke_network_term *from, bool by_column,
                        size_t *start, clarke_network_term *to)
{
    memset(start, 0, (d + 1) * sizeof *start);
    for (size_t k = 0; k < count; k++) start[(by_column ? from[k].j : from[k].i) + 1]++;
    for (size_t i = 0; i < d; i++) start[i + 1] += start[i];
    for (size_t k = 0; k < count; k++) to[start[by_column ? from[k].j : from[k].i]++] = from[k];
}

/* Sorted by (i, j), each pair once. */
static clarke_status rows_sort(clarke_network *w, clarke_arena *mem)
{
    clarke_network_list *list = w->list;
    size_t *start = clarke_alloc_array(mem, w->agents + 1, sizeof *start), kept = 0;
    clarke_network_term *other = clarke_alloc_array(mem, list->count + 1, sizeof *other);
    CLARKE_TRY(clarke_arena_status(mem));
    if (list->count == 0) return CLARKE_OK;
    rows_bucket(w->agents, list->count, list->term, true, start, other);
    rows_bucket(w->agents, list->count, other, false, start, list->term);
    for (size_t k = 0; k < list->count; k++) {
        const clarke_network_term t = list->term[k];
        if (kept == 0 || list->term[kept - 1].i != t.i || list->term[kept - 1].j != t.j)
            list->term[kept++] = t;
    }
    list->count = kept;
    return CLARKE_OK;
}

/* deg_i by what agent i hears; for undirected edges that is the number of its neighbours. */
static void rows_degrees(const clarke_network *w, size_t *degree, size_t *largest)
{
    *largest = 0;
    memset(degree, 0, w->agents * sizeof *degree);
    for (size_t k = 0; k < w->list->count; k++) degree[w->list->term[k].j]++;
    for (size_t i = 0; i < w->agents; i++)
        if (degree[i] > *largest) *largest = degree[i];
}

static double rows_weight(clarke_weights weights, size_t from, size_t to, size_t largest)
{
    const double most = (double)(from > to ? from : to);
    switch (weights) {
    case CLARKE_WEIGHTS_METROPOLIS: return 1.0 / (1.0 + most);
    case CLARKE_WEIGHTS_MAX_DEGREE: return 1.0 / (1.0 + (double)largest);
    case CLARKE_WEIGHTS_LAZY: return 1.0 / (2.0 * most);
    case CLARKE_WEIGHTS_UNIFORM: return 1.0 / (1.0 + (double)to);
    case CLARKE_WEIGHTS_BARE: return 1.0 / (double)to;
    }
    return NAN;
}

/* W_ii = 1 minus the others. Where all others are 1/(1 + deg_i), so is it, exactly; an agent that
   hears nobody keeps its own value. */
static double rows_own(const clarke_network *w, size_t degree, double sum, double least)
{
    if (degree == 0) return 1.0;
    if (w->weights == CLARKE_WEIGHTS_BARE) return 0.0;
    const double even = 1.0 / (1.0 + (double)degree);
    return least == even ? even : 1.0 - sum;
}

static clarke_status rows_weigh(clarke_network *w, clarke_arena *mem)
{
    clarke_network_list *list = w->list;
    const size_t d = w->agents, count = list->count;
    size_t *degree = clarke_alloc_array(mem, d, sizeof *degree), largest;
    double *sum = clarke_vec(mem, d), *least = clarke_vec(mem, d);
    clarke_network_term *all = clarke_alloc_array(mem, count + d, sizeof *all);
    CLARKE_TRY(clarke_arena_status(mem));
    if (list->arcs && w->weights != CLARKE_WEIGHTS_UNIFORM && w->weights != CLARKE_WEIGHTS_BARE)
        return clarke_fail(CLARKE_EINPUT,
                           "%s: directed edges have no such weights; take weights=uniform", w->id);
    rows_degrees(w, degree, &largest);
    for (size_t j = 0; j < d; j++) least[j] = INFINITY;
    for (size_t k = 0; k < count; k++) {
        const size_t i = list->term[k].i, j = list->term[k].j;
        all[k] =
            (clarke_network_term){i, j, rows_weight(w->weights, degree[i], degree[j], largest)};
        sum[j] += all[k].weight;
        least[j] = fmin(least[j], all[k].weight);
    }
    size_t total = count;
    for (size_t j = 0; j < d; j++) {
        const double own = rows_own(w, degree[j], sum[j], least[j]);
        if (own != 0.0) all[total++] = (clarke_network_term){j, j, own};
    }
    list->term = all, list->count = total;
    return CLARKE_OK;
}

static clarke_status rows_store(clarke_network *w, bool transposed, clarke_network_rows *rows,
                                clarke_arena *mem)
{
    const clarke_network_list *list = w->list;
    const size_t d = w->agents, count = list->count;
    size_t *begin = clarke_alloc_array(mem, d + 1, sizeof *begin);
    size_t *next = clarke_alloc_array(mem, d, sizeof *next);
    size_t *column = clarke_alloc_array(mem, count, sizeof *column);
    double *weight = clarke_vec(mem, count);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t k = 0; k < count; k++)
        begin[(transposed ? list->term[k].j : list->term[k].i) + 1]++;
    for (size_t i = 0; i < d; i++) begin[i + 1] += begin[i], next[i] = begin[i];
    for (size_t k = 0; k < count; k++) {
        const clarke_network_term t = list->term[k];
        const size_t at = next[transposed ? t.j : t.i]++;
        column[at] = transposed ? t.i : t.j;
        weight[at] = t.weight;
    }
    *rows = (clarke_network_rows){begin, column, weight};
    return CLARKE_OK;
}

clarke_status clarke_network_assemble(clarke_network *w, clarke_arena *mem)
{
    CLARKE_TRY(rows_sort(w, mem));
    if (!w->matrix) {
        CLARKE_TRY(rows_weigh(w, mem));
        CLARKE_TRY(rows_sort(w, mem));
    }
    w->terms = w->list->count;
    CLARKE_TRY(rows_store(w, false, &w->row, mem));
    CLARKE_TRY(rows_store(w, true, &w->heard, mem));
    const size_t *end = w->row.begin + w->agents;
    w->symmetric =
        memcmp(w->row.begin, w->heard.begin, (size_t)(end + 1 - w->row.begin) * sizeof *end) == 0;
    for (size_t k = 0; k < w->terms && w->symmetric; k++)
        w->symmetric = w->row.column[k] == w->heard.column[k] &&
                       w->row.weight[k] == w->heard.weight[k];
    if (w->symmetric) w->heard = w->row;
    return CLARKE_OK;
}
