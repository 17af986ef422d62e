#include "mpi/ranks.h"

#include "mpi/exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A rank that failed waits for the others to come to the same point before it ends them. */
enum { RANKS_PATIENCE_MS = 3000 };

typedef struct {
    clarke_observer inner;
    void *self;
    bool (*due)(void *self, size_t k);
    clarke_iter it; /* this rank's; its arrays live as long as the run's arena */
    bool begun;
    size_t last; /* the last step of the plan */
    /* Rank 0: what `inner` sees. */
    clarke_iter whole;
    double *x, *g, *view[CLARKE_VIEWS_MAX]; /* [agents x dim] */
    clarke_oracle_record *record;           /* [agents] */
    const clarke_oracle_record **agent;     /* [agents] */
} ranks_watch;

struct clarke_ranks {
    clarke_exchange exchange;
    clarke_mixer mixer;
    bool shared;
    double *answers; /* [count x dim] this rank's, for the gathering */
    ranks_watch watch;
    clarke_status status; /* of an observer, which cannot return it */
    bool told;            /* all ranks have the same failure, and rank 0 says it */
};

const char *clarke_ranks_library(char buffer[128])
{
    char text[MPI_MAX_LIBRARY_VERSION_STRING];
    int length = 0;
    if (MPI_Get_library_version(text, &length) != MPI_SUCCESS) return "MPI";
    text[strcspn(text, ",\n")] = '\0';
    snprintf(buffer, 128, "%.120s", text);
    return buffer;
}

/* The launchers' marks: Open MPI; MPICH, Intel MPI and srun; PMIx. */
static bool ranks_launched(void)
{
    return getenv("OMPI_COMM_WORLD_SIZE") || getenv("PMI_SIZE") || getenv("PMIX_RANK");
}

clarke_status clarke_ranks_begin(clarke_arena *mem, clarke_ranks **ranks)
{
    *ranks = NULL;
    if (!ranks_launched()) return CLARKE_OK;
    clarke_ranks *r = clarke_alloc(mem, sizeof *r);
    CLARKE_TRY(clarke_arena_status(mem));
    if (MPI_Init(NULL, NULL) != MPI_SUCCESS)
        return clarke_fail(CLARKE_EUNAVAILABLE, "MPI could not be started");
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_rank(MPI_COMM_WORLD, &r->exchange.here);
    MPI_Comm_size(MPI_COMM_WORLD, &r->exchange.ranks);
    *ranks = r;
    return CLARKE_OK;
}

bool clarke_ranks_first(const clarke_ranks *ranks)
{
    return !ranks || ranks->exchange.here == 0;
}

/* ---- agreeing ---- */

/* The lowest rank that failed, or the number of ranks. One that failed waits only so long for the
   others, then it ends all of them. */
static int ranks_lowest(const clarke_ranks *r, clarke_status status)
{
    const struct timespec pause = {0, 1000000};
    const int mine = status == CLARKE_OK ? r->exchange.ranks : r->exchange.here;
    int lowest = mine, done = 0;
    MPI_Request request;
    MPI_Iallreduce(&mine, &lowest, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD, &request);
    for (int waited = 0; status != CLARKE_OK && !done; waited++) {
        MPI_Test(&request, &done, MPI_STATUS_IGNORE);
        if (!done && waited >= RANKS_PATIENCE_MS) clarke_exchange_abort(&r->exchange, status);
        nanosleep(&pause, NULL);
    }
    MPI_Wait(&request, MPI_STATUS_IGNORE);
    return lowest;
}

clarke_status clarke_ranks_agree(clarke_ranks *r, clarke_status status)
{
    if (!r) return status;
    struct {
        int status;
        char message[1024];
    } told = {.status = (int)status};
    if (status != CLARKE_OK) snprintf(told.message, sizeof told.message, "%s", clarke_message());
    const int lowest = ranks_lowest(r, status);
    if (lowest == r->exchange.ranks) return CLARKE_OK;
    MPI_Bcast(&told, (int)sizeof told, MPI_BYTE, lowest, MPI_COMM_WORLD);
    r->told = true;
    return clarke_fail((clarke_status)told.status, "%s", told.message);
}

/* ---- mixing ---- */

static clarke_status ranks_apply(const clarke_mixer *m, size_t n, const double *x, double *y)
{
    clarke_ranks *r = m->self;
    return clarke_exchange_mix(&r->exchange, m->network, n, x, y);
}

static clarke_status ranks_any(const clarke_mixer *m, bool *flag)
{
    clarke_ranks *r = m->self;
    CLARKE_TRY(clarke_exchange_any(&r->exchange, flag));
    if (r->status == CLARKE_OK) return CLARKE_OK;
    return clarke_fail(r->status, "the ranks' states could not be gathered");
}

clarke_status clarke_ranks_share(clarke_ranks *r, clarke_run_plan *plan, clarke_arena *mem)
{
    if (!r || (!plan->network && r->exchange.ranks == 1)) return CLARKE_OK;
    if ((size_t)r->exchange.ranks > plan->agents)
        return clarke_fail(CLARKE_EINPUT, "%d ranks are more than the %zu agent%s%s",
                           r->exchange.ranks, plan->agents, plan->agents == 1 ? "" : "s",
                           plan->network ? "" : " of a run without --network");
    CLARKE_TRY(clarke_exchange_make(&r->exchange, plan->network, plan->dim, mem));
    r->mixer = (clarke_mixer){.network = plan->network,
                              .first = r->exchange.first,
                              .count = r->exchange.count,
                              .self = r,
                              .apply = ranks_apply,
                              .any = ranks_any};
    r->shared = true;
    plan->mixer = &r->mixer;
    return CLARKE_OK;
}

/* ---- showing rank 0 the whole ---- */

/* The iterate and what is mixed like it. */
static clarke_status ranks_gather_state(clarke_ranks *r)
{
    ranks_watch *w = &r->watch;
    CLARKE_TRY(clarke_exchange_gather(&r->exchange, w->it.x, w->x));
    for (size_t v = 0; v < w->it.views; v++)
        if (w->it.view[v].role)
            CLARKE_TRY(clarke_exchange_gather(&r->exchange, w->it.view[v].value, w->view[v]));
    return CLARKE_OK;
}

static clarke_status ranks_gather_answers(clarke_ranks *r, const clarke_event *e)
{
    const size_t dim = r->exchange.dim;
    for (size_t i = 0; i < e->agents; i++)
        memcpy(r->answers + i * dim, e->agent[i]->g, dim * sizeof *r->answers);
    return clarke_exchange_gather(&r->exchange, r->answers, r->watch.g);
}

/* Rank 0's picture of the run, whose arrays are the gathered ones. */
static void ranks_whole(ranks_watch *w, const clarke_iter *it, size_t agents)
{
    w->whole = *it;
    w->whole.agents = agents;
    w->whole.n = agents * it->dim;
    w->whole.x = w->x;
    for (size_t v = 0; v < it->views; v++) {
        if (!it->view[v].role) continue;
        w->whole.view[v].value = w->view[v];
        w->whole.view[v].n = agents * it->dim;
    }
}

static void ranks_show(clarke_ranks *r, const clarke_event *e)
{
    ranks_watch *w = &r->watch;
    const size_t agents = r->exchange.agents;
    if (r->exchange.here != 0 || !w->inner.observe) return;
    ranks_whole(w, &w->it, agents);
    if (!e) {
        w->inner.observe(w->inner.self, &w->whole, NULL);
        return;
    }
    for (size_t i = 0; i < agents; i++) {
        w->record[i] = *e->oracle;
        w->record[i].x = NULL;
        w->record[i].g = w->g + i * r->exchange.dim;
    }
    clarke_event whole = *e;
    whole.before = NULL;
    whole.after = w->x;
    whole.oracle = &w->record[0];
    whole.agents = agents;
    whole.agent = w->agent;
    whole.view = w->whole.view;
    whole.view_before = NULL;
    w->inner.observe(w->inner.self, &w->whole, &whole);
}

static void ranks_observe(void *self, const clarke_iter *it, const clarke_event *e)
{
    clarke_ranks *r = self;
    ranks_watch *w = &r->watch;
    clarke_status status = CLARKE_OK;
    if (e && !e->last_phase) return;
    w->it = *it;
    w->begun = true;
    const bool due = !e || w->due(w->self, e->k) || w->due(w->self, e->k + 1) ||
                     e->k + 1 == w->last;
    if (due) status = ranks_gather_state(r);
    if (due && e && status == CLARKE_OK) status = ranks_gather_answers(r, e);
    if (status != CLARKE_OK && r->status == CLARKE_OK) r->status = status;
    if (r->status == CLARKE_OK) ranks_show(r, e);
}

clarke_status clarke_ranks_observer(clarke_ranks *r, const clarke_run_plan *plan,
                                    const clarke_ranks_watch *watch, clarke_arena *mem,
                                    clarke_observer *observer)
{
    *observer = watch->inner;
    if (!r || !r->shared) return CLARKE_OK;
    ranks_watch *w = &r->watch;
    const size_t agents = r->exchange.here == 0 ? plan->agents : 0, n = agents * plan->dim;
    w->inner = watch->inner;
    w->self = watch->self;
    w->due = watch->due;
    w->last = plan->clock.steps;
    r->answers = clarke_vec(mem, r->exchange.count * plan->dim);
    w->x = clarke_vec(mem, n);
    w->g = clarke_vec(mem, n);
    for (size_t v = 0; v < CLARKE_VIEWS_MAX; v++) w->view[v] = clarke_vec(mem, n);
    w->record = clarke_alloc_array(mem, agents, sizeof *w->record);
    w->agent = clarke_alloc_array(mem, agents, sizeof *w->agent);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 0; i < agents; i++) w->agent[i] = &w->record[i];
    *observer = (clarke_observer){r, ranks_observe};
    return CLARKE_OK;
}

clarke_status clarke_ranks_last(clarke_ranks *r)
{
    if (!r || !r->shared || !r->watch.begun) return CLARKE_OK;
    return ranks_gather_state(r);
}

clarke_status clarke_ranks_end(clarke_ranks *r, clarke_status status)
{
    if (!r) return status;
    clarke_exchange_free(&r->exchange);
    MPI_Finalize();
    return r->told && r->exchange.here != 0 ? CLARKE_OK : status;
}
