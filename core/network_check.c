/* What is checked about W, and whether lambda = |W - J|_2 is below 1.

   Let W >= 0 with all row and column sums 1. Then lambda^2 is the largest eigenvalue of W'W - J,
   that is, W'W's largest but for the eigenvector e. W'W is symmetric, >= 0, has row sums 1, and
   links columns i and j where some row has both; so by Perron and Frobenius its eigenvalue 1 is
   simple, and lambda < 1, exactly where those links connect all columns. That is where the
   bipartite graph with the rows on one side, the columns on the other, and an edge for each W_ij >
   0 is connected (W has no zero row). If it is not, lambda = 1. For connected W with a positive
   diagonal it is: the diagonal joins row i to column i. For symmetric W without one it is where the
   graph is connected and not bipartite. Derived; nothing is computed but the places of the entries,
   so rounding has no part in it. */
#include "core/network_rows.h"

#include <assert.h>
#include <float.h>
#include <stdint.h>

/* ---- sums and signs ---- */

/* Each weight and W_ii have one rounding of at most eps/2 (relative), the sums of at most d terms
   d - 1 more, and all partial sums are at most 1 but for that: less than d eps in all, for d > 1.
   W = (1) is exact. */
static double check_sums(size_t d, const clarke_network_rows *rows)
{
    double worst = 0.0;
    for (size_t i = 0; i < d; i++) {
        double sum = 0.0;
        for (size_t k = rows->begin[i]; k < rows->begin[i + 1]; k++) sum += rows->weight[k];
        worst = fmax(worst, fabs(sum - 1.0));
    }
    return worst;
}

static void check_entries(clarke_network *w)
{
    const size_t d = w->agents;
    size_t diagonal = 0;
    w->nonnegative = true;
    w->averaging = w->terms == d * d;
    for (size_t i = 0; i < d; i++) {
        for (size_t k = w->row.begin[i]; k < w->row.begin[i + 1]; k++) {
            if (!(w->row.weight[k] >= 0.0)) w->nonnegative = false;
            if (w->row.weight[k] != 1.0 / (double)d) w->averaging = false;
            if (w->row.column[k] == i && w->row.weight[k] > 0.0) diagonal++;
        }
    }
    w->positive_diagonal = diagonal == d;
}

/* ---- the graph ---- */

/* Neighbours of i in both directions, each once, i itself not: the two sorted lists are merged. */
static size_t check_neighbours(const clarke_network *w, size_t i, size_t *to)
{
    size_t count = 0, a = w->row.begin[i], b = w->heard.begin[i];
    const size_t a_end = w->row.begin[i + 1], b_end = w->heard.begin[i + 1];
    while (a < a_end || b < b_end) {
        const size_t x = a < a_end ? w->row.column[a] : SIZE_MAX;
        const size_t y = b < b_end ? w->heard.column[b] : SIZE_MAX;
        const size_t j = x < y ? x : y;
        a += x == j, b += y == j;
        if (j != i) to[count++] = j;
    }
    return count;
}

/* Breadth first from every agent not yet seen; neighbours get the other colour. */
static clarke_status check_graph(clarke_network *w, clarke_arena *mem)
{
    const size_t d = w->agents;
    size_t *queue = clarke_alloc_array(mem, d, sizeof *queue), parts = 0, ends = 0;
    size_t *near = clarke_alloc_array(mem, d, sizeof *near);
    unsigned char *colour = clarke_alloc_array(mem, d, 1); /* 0: not seen; 1 or 2 */
    CLARKE_TRY(clarke_arena_status(mem));
    w->bipartite = true, w->least_degree = SIZE_MAX, w->largest_degree = 0;
    for (size_t root = 0; root < d; root++) {
        size_t head = 0, tail = 0;
        if (colour[root]) continue;
        parts++;
        colour[root] = 1, queue[tail++] = root;
        while (head < tail) {
            const size_t i = queue[head++], count = check_neighbours(w, i, near);
            ends += count;
            if (count < w->least_degree) w->least_degree = count;
            if (count > w->largest_degree) w->largest_degree = count;
            for (size_t k = 0; k < count; k++) {
                if (colour[near[k]] == colour[i]) w->bipartite = false;
                if (colour[near[k]]) continue;
                colour[near[k]] = (unsigned char)(3 - colour[i]);
                queue[tail++] = near[k];
            }
        }
    }
    w->edges = ends / 2;
    w->connected = parts == 1;
    return CLARKE_OK;
}

/* Whether rows and columns of W hang together by its entries. */
static clarke_status check_double_cover(const clarke_network *w, clarke_arena *mem, bool *connected)
{
    const size_t d = w->agents;
    size_t *queue = clarke_alloc_array(mem, 2 * d, sizeof *queue), head = 0, tail = 0;
    bool *seen = clarke_alloc_array(mem, 2 * d, sizeof *seen); /* rows, then columns */
    CLARKE_TRY(clarke_arena_status(mem));
    seen[0] = true, queue[tail++] = 0;
    while (head < tail) {
        const size_t at = queue[head++];
        const bool row = at < d;
        const clarke_network_rows *list = row ? &w->row : &w->heard;
        const size_t i = row ? at : at - d;
        for (size_t k = list->begin[i]; k < list->begin[i + 1]; k++) {
            const size_t next = list->column[k] + (row ? d : 0);
            if (!seen[next]) seen[next] = true, queue[tail++] = next;
        }
    }
    *connected = tail == 2 * d;
    return CLARKE_OK;
}

/* ---- what follows ---- */

static void check_decide(clarke_network *w, bool covered)
{
    w->mixes = CLARKE_MIXES_NO;
    if (!w->row_stochastic || !w->column_stochastic) {
        w->reason = w->row_stochastic      ? "the column sums of W are not 1"
                    : w->column_stochastic ? "the row sums of W are not 1"
                                           : "neither the row nor the column sums of W are 1";
    } else if (!w->connected) {
        w->reason = "the graph is not connected: lambda is at least 1";
    } else if (!w->nonnegative) {
        w->mixes = CLARKE_MIXES_UNDECIDED;
        w->reason = "";
    } else if (!covered && w->symmetric) {
        w->reason = "the graph is bipartite and no agent keeps a share of its own: -1 is an "
                    "eigenvalue of W, lambda = 1";
    } else if (!covered) {
        w->reason = "W moves a vector that sums to 0 without shrinking it: lambda = 1";
    } else {
        w->mixes = CLARKE_MIXES_YES;
        w->reason = w->positive_diagonal
                        ? "connected, with a positive diagonal: lambda < 1"
                        : "W'W is irreducible (connected, and not split in two): lambda < 1";
    }
}

clarke_status clarke_network_check(clarke_network *w, clarke_arena *mem)
{
    bool covered;
    w->rounding = (double)w->agents * DBL_EPSILON;
    w->row_error = check_sums(w->agents, &w->row);
    w->column_error = check_sums(w->agents, &w->heard);
    w->row_stochastic = w->row_error <= w->rounding;
    w->column_stochastic = w->column_error <= w->rounding;
    check_entries(w);
    CLARKE_TRY(check_graph(w, mem));
    CLARKE_TRY(check_double_cover(w, mem, &covered));
    check_decide(w, covered);
    return CLARKE_OK;
}
