#include "mpi/exchange.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef CLARKE_ALLOC_GUARD
#include "core/alloc_guard.h"
#endif

/* Columns of one message of the running sum where W = J: while one rank adds, the one before it is
   at the next block. */
enum { EXCHANGE_CHAIN = 1 << 14 };

/* MPI allocates whenever it likes: within a step that is not the method's doing. */
static void exchange_may_allocate(bool may)
{
#ifdef CLARKE_ALLOC_GUARD
    clarke_alloc_guard(!may);
#else
    (void)may;
#endif
}

static clarke_status exchange_check(int code, const char *what)
{
    char text[MPI_MAX_ERROR_STRING];
    int length = 0;
    if (code == MPI_SUCCESS) return CLARKE_OK;
    MPI_Error_string(code, text, &length);
    return clarke_fail(CLARKE_EIO, "MPI failed in %s: %.*s", what, length, text);
}

_Noreturn void clarke_exchange_abort(const clarke_exchange *e, clarke_status status)
{
    fprintf(stderr, "clarke: rank %d: %s\n", e->here, clarke_message());
    fflush(stderr);
    MPI_Abort(MPI_COMM_WORLD, clarke_status_exit(status));
    _Exit(clarke_status_exit(status));
}

/* ---- who has what ---- */

static size_t exchange_begin(const clarke_exchange *e, int rank)
{
    return (size_t)rank * e->agents / (size_t)e->ranks;
}

static int exchange_owner(const clarke_exchange *e, size_t agent)
{
    int rank = (int)(agent * (size_t)e->ranks / e->agents);
    while (exchange_begin(e, rank + 1) <= agent) rank++;
    while (exchange_begin(e, rank) > agent) rank--;
    return rank;
}

static clarke_status exchange_rows(clarke_exchange *e, clarke_arena *mem)
{
    e->first = exchange_begin(e, e->here);
    e->count = exchange_begin(e, e->here + 1) - e->first;
    e->rows = clarke_alloc_array(mem, (size_t)e->ranks, sizeof *e->rows);
    e->rows_first = clarke_alloc_array(mem, (size_t)e->ranks, sizeof *e->rows_first);
    CLARKE_TRY(clarke_arena_status(mem));
    for (int r = 0; r < e->ranks; r++) {
        e->rows_first[r] = (int)exchange_begin(e, r);
        e->rows[r] = (int)(exchange_begin(e, r + 1) - exchange_begin(e, r));
    }
    return CLARKE_OK;
}

/* needed[r][j]: rank r has an agent that hears agent j, which is not r's own. */
static void exchange_needed(const clarke_exchange *e, const clarke_network *w, int rank,
                            bool *needed)
{
    const size_t first = exchange_begin(e, rank), end = exchange_begin(e, rank + 1);
    memset(needed, 0, e->agents * sizeof *needed);
    for (size_t k = w->heard.begin[first]; k < w->heard.begin[end]; k++) {
        const size_t j = w->heard.column[k];
        needed[j] = j < first || j >= end;
    }
}

/* The rows that come: by rank, and within a rank by agent. */
static void exchange_sources(clarke_exchange *e, const bool *needed, int *source)
{
    int at = 0;
    for (size_t j = 0; j < e->agents; j++) {
        if (!needed[j]) continue;
        const int owner = exchange_owner(e, j);
        if (e->sources == 0 || source[e->sources - 1] != owner) {
            source[e->sources] = owner;
            e->from_count[e->sources] = 0;
            e->from_at[e->sources++] = at;
        }
        e->from_count[e->sources - 1]++;
        e->place[j] = (size_t)at++;
    }
}

/* The rows that go to `rank`. */
static void exchange_sink(clarke_exchange *e, int rank, const bool *needed, int *sink)
{
    int count = 0;
    for (size_t i = 0; i < e->count; i++) {
        if (!needed[e->first + i]) continue;
        e->sent_row[e->sent + (size_t)count++] = i;
    }
    if (count == 0) return;
    sink[e->sinks] = rank;
    e->to_at[e->sinks] = (int)e->sent;
    e->to_count[e->sinks++] = count;
    e->sent += (size_t)count;
}

/* How many rows go from here in all. */
static size_t exchange_sent(const clarke_exchange *e, const clarke_network *w, bool *needed)
{
    size_t sent = 0;
    for (int r = 0; r < e->ranks; r++) {
        if (r == e->here) continue;
        exchange_needed(e, w, r, needed);
        for (size_t i = 0; i < e->count; i++) sent += needed[e->first + i];
    }
    return sent;
}

static clarke_status exchange_graph(clarke_exchange *e, const clarke_network *w, clarke_arena *mem)
{
    const size_t ranks = (size_t)e->ranks;
    bool *needed = clarke_alloc_array(mem, e->agents, sizeof *needed);
    int *source = clarke_alloc_array(mem, ranks, sizeof *source);
    int *sink = clarke_alloc_array(mem, ranks, sizeof *sink);
    e->from_count = clarke_alloc_array(mem, ranks, sizeof *e->from_count);
    e->from_at = clarke_alloc_array(mem, ranks, sizeof *e->from_at);
    e->to_count = clarke_alloc_array(mem, ranks, sizeof *e->to_count);
    e->to_at = clarke_alloc_array(mem, ranks, sizeof *e->to_at);
    e->place = clarke_alloc_array(mem, e->agents, sizeof *e->place);
    CLARKE_TRY(clarke_arena_status(mem));
    e->sent_row = clarke_alloc_array(mem, exchange_sent(e, w, needed), sizeof *e->sent_row);
    CLARKE_TRY(clarke_arena_status(mem));
    exchange_needed(e, w, e->here, needed);
    exchange_sources(e, needed, source);
    for (int r = 0; r < e->ranks; r++) {
        if (r == e->here) continue;
        exchange_needed(e, w, r, needed);
        exchange_sink(e, r, needed, sink);
    }
    size_t received = 0;
    for (size_t i = 0; i < e->sources; i++) received += (size_t)e->from_count[i];
    e->send = clarke_vec(mem, e->sent * e->dim);
    e->receive = clarke_vec(mem, received * e->dim);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(exchange_check(MPI_Dist_graph_create_adjacent(
                                  MPI_COMM_WORLD, (int)e->sources, source, e->from_count,
                                  (int)e->sinks, sink, e->to_count, MPI_INFO_NULL, 0, &e->graph),
                              "MPI_Dist_graph_create_adjacent"));
    MPI_Comm_set_errhandler(e->graph, MPI_ERRORS_RETURN);
    return CLARKE_OK;
}

clarke_status clarke_exchange_make(clarke_exchange *e, const clarke_network *w, size_t dim,
                                   clarke_arena *mem)
{
    e->agents = w->agents;
    e->dim = dim;
    e->graph = MPI_COMM_NULL;
    if (dim > INT_MAX)
        return clarke_fail(CLARKE_EINPUT, "MPI sends rows of at most %d numbers, not %zu", INT_MAX,
                           dim);
    CLARKE_TRY(
        exchange_check(MPI_Type_contiguous((int)dim, MPI_DOUBLE, &e->row), "MPI_Type_contiguous"));
    e->made = true;
    CLARKE_TRY(exchange_check(MPI_Type_commit(&e->row), "MPI_Type_commit"));
    CLARKE_TRY(exchange_rows(e, mem));
    if (!w->averaging) return exchange_graph(e, w, mem);
    e->receive = clarke_vec(mem, dim);
    return clarke_arena_status(mem);
}

void clarke_exchange_free(clarke_exchange *e)
{
    if (!e->made) return;
    MPI_Type_free(&e->row);
    if (e->graph != MPI_COMM_NULL) MPI_Comm_free(&e->graph);
}

/* ---- mixing ---- */

static clarke_status exchange_sparse(clarke_exchange *e, const clarke_network *w, size_t n,
                                     const double *x, double *y)
{
    for (size_t i = 0; i < e->sent; i++)
        memcpy(e->send + i * n, x + e->sent_row[i] * n, n * sizeof *x);
    CLARKE_TRY(
        exchange_check(MPI_Neighbor_alltoallv(e->send, e->to_count, e->to_at, e->row, e->receive,
                                              e->from_count, e->from_at, e->row, e->graph),
                       "MPI_Neighbor_alltoallv"));
    const clarke_mixing_rows rows = {e->first, e->count, x, e->receive, e->place};
    clarke_mix_rows(w, n, &rows, y);
    return CLARKE_OK;
}

/* One block of the sum of all rows: rank r adds its own to what rank r - 1 has. */
static clarke_status exchange_block(clarke_exchange *e, size_t n, size_t first, int width,
                                    const double *x)
{
    double *sum = e->receive + first;
    const bool more = e->here > 0;
    if (more)
        CLARKE_TRY(exchange_check(
            MPI_Recv(sum, width, MPI_DOUBLE, e->here - 1, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE),
            "MPI_Recv"));
    clarke_mix_sum(e->count, n, (size_t)width, x + first, more, sum);
    if (e->here + 1 == e->ranks) return CLARKE_OK;
    return exchange_check(MPI_Send(sum, width, MPI_DOUBLE, e->here + 1, 0, MPI_COMM_WORLD),
                          "MPI_Send");
}

/* W = J. The sum goes from rank to rank, so that it has one order; the last one divides. */
static clarke_status exchange_mean(clarke_exchange *e, size_t n, const double *x, double *y)
{
    for (size_t first = 0; first < n; first += EXCHANGE_CHAIN) {
        const size_t width = n - first < EXCHANGE_CHAIN ? n - first : EXCHANGE_CHAIN;
        CLARKE_TRY(exchange_block(e, n, first, (int)width, x));
    }
    if (e->here + 1 == e->ranks)
        for (size_t c = 0; c < n; c++) e->receive[c] /= (double)e->agents;
    CLARKE_TRY(exchange_check(MPI_Bcast(e->receive, 1, e->row, e->ranks - 1, MPI_COMM_WORLD),
                              "MPI_Bcast"));
    for (size_t i = 0; i < e->count; i++) memcpy(y + i * n, e->receive, n * sizeof *y);
    return CLARKE_OK;
}

clarke_status clarke_exchange_mix(clarke_exchange *e, const clarke_network *w, size_t n,
                                  const double *x, double *y)
{
    if (n != e->dim)
        return clarke_fail(CLARKE_EINTERNAL, "the ranks mix rows of %zu numbers, not of %zu",
                           e->dim, n);
    exchange_may_allocate(true);
    const clarke_status status = w->averaging ? exchange_mean(e, n, x, y)
                                              : exchange_sparse(e, w, n, x, y);
    exchange_may_allocate(false);
    return status;
}

clarke_status clarke_exchange_any(clarke_exchange *e, bool *flag)
{
    int mine = *flag, all = mine;
    (void)e;
    CLARKE_TRY(exchange_check(MPI_Allreduce(&mine, &all, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD),
                              "MPI_Allreduce"));
    *flag = all != 0;
    return CLARKE_OK;
}

clarke_status clarke_exchange_gather(clarke_exchange *e, const double *rows, double *whole)
{
    return exchange_check(MPI_Gatherv(rows, (int)e->count, e->row, whole, e->rows, e->rows_first,
                                      e->row, 0, MPI_COMM_WORLD),
                          "MPI_Gatherv");
}
