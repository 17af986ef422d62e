#include "cli/lib/card.h"
#include "cli/lib/child.h"
#include "cli/lib/save.h"

#include "core/agents.h"
#include "core/blas.h"
#include "engine/trace.h"
#include "mpi/ranks.h"

#include <math.h>
#include <string.h>

/* What the run looks like from outside; the pointers stay valid as long as the run's arena. */
typedef struct {
    clarke_trace *trace; /* or NULL */
    const double *x;
    size_t k, views;
    clarke_view view[CLARKE_VIEWS_MAX];
} watch;

static void run_observe(void *self, const clarke_iter *it, const clarke_event *e)
{
    watch *w = self;
    if (!e) {
        w->x = it->x;
        w->views = it->views;
        memcpy(w->view, it->view, sizeof w->view);
    }
    if (e && e->last_phase) w->k = e->k + 1;
    if (w->trace) clarke_trace_observe(w->trace, it, e);
}

/* ---- the request ---- */

static clarke_status run_spec(const clarke_cli *cli, clarke_run_spec *text)
{
    clarke_spec method, problem, network;
    const char *over = clarke_cli_value(cli, "network");
    if (over) CLARKE_TRY(clarke_network_spec(over, cli->mem, &network));
    CLARKE_TRY(clarke_spec_parse(cli->operand[0], cli->mem, &method));
    CLARKE_TRY(clarke_spec_parse(cli->operand[1], cli->mem, &problem));
    const void *desc;
    CLARKE_TRY(clarke_registry_find(&clarke_methods, method.id, &desc));
    CLARKE_TRY(clarke_cli_route(cli, &problem, &method, over ? &network : NULL));
    *text = (clarke_run_spec){.problem = clarke_spec_text(&problem, cli->mem),
                              .method = clarke_spec_text(&method, cli->mem),
                              .schedule = clarke_cli_value(cli, "schedule"),
                              .momentum = clarke_cli_value(cli, "momentum"),
                              .sampling = clarke_cli_value(cli, "sampling"),
                              .noise = clarke_cli_value(cli, "noise"),
                              .init = clarke_cli_value(cli, "init"),
                              .network = over ? clarke_spec_text(&network, cli->mem) : NULL};
    CLARKE_TRY(clarke_arena_status(cli->mem));
    return clarke_cli_count(cli, "iterations", 10000, &text->iterations);
}

static clarke_status run_trace(const clarke_cli *cli, const clarke_run_plan *plan,
                               clarke_trace **trace)
{
    clarke_trace_options options = {.path = clarke_cli_value(cli, "trace"),
                                    .whole = clarke_cli_has(cli, "trace-x")};
    *trace = NULL;
    CLARKE_TRY(clarke_cli_count(cli, "trace-every", 0, &options.every));
    if (clarke_cli_has(cli, "trace-every") && options.every == 0)
        return clarke_fail(CLARKE_EINPUT, "--trace-every: 0 is no distance between rows");
    if (!options.path) {
        if (options.whole || options.every)
            return clarke_fail(CLARKE_EUSAGE, "--trace-every and --trace-x need --trace FILE");
        return CLARKE_OK;
    }
    size_t repetition;
    CLARKE_TRY(clarke_cli_count(cli, "repetition", 0, &repetition));
    return clarke_trace_begin(&options, plan, cli->seed, repetition, cli->mem, trace);
}

/* ---- the end state ---- */

static double run_distance(const double *x, const double *y, size_t n)
{
    double sum = 0.0;
    for (size_t j = 0; j < n; j++) sum += (x[j] - y[j]) * (x[j] - y[j]);
    return sqrt(sum);
}

static void run_landmarks(clarke_card *card, const clarke_problem *p, const double *x)
{
    for (size_t i = 0; i < p->landmarks; i++) {
        const clarke_landmark *l = &p->landmark[i];
        clarke_card_point(card, l->name, l->x, p->n);
        clarke_card_real(card, clarke_arena_printf(card->mem, "distance to %s", l->name),
                         run_distance(x, l->x, p->n));
    }
}

static void run_views(clarke_card *card, const watch *w)
{
    for (size_t i = 0; i < w->views; i++) {
        double sum = 0.0;
        for (size_t j = 0; j < w->view[i].n; j++) sum += w->view[i].value[j] * w->view[i].value[j];
        const char *key = clarke_arena_printf(card->mem, "norm of %s", w->view[i].name);
        clarke_card_real(card, key, sqrt(sum));
    }
}

static void run_request(clarke_card *card, const clarke_run_plan *plan, uint64_t seed)
{
    const clarke_run_spec *text = &plan->text;
    clarke_card_add(card, "method", text->method);
    clarke_card_add(card, "problem", text->problem);
    if (plan->network) clarke_card_add(card, "network", text->network);
    clarke_card_add(card, "schedule", text->schedule);
    if (plan->method_desc->uses_momentum) clarke_card_add(card, "momentum", text->momentum);
    clarke_card_add(card, "sampling", text->sampling);
    clarke_card_add(card, "noise", text->noise);
    clarke_card_add(card, "init", text->init);
    clarke_card_count(card, "seed", (size_t)seed);
}

static clarke_status run_card(clarke_cli *cli, const clarke_run_plan *plan, const watch *w,
                              const clarke_run_result *result, clarke_card *card)
{
    clarke_problem *p;
    CLARKE_TRY(clarke_problem_make(&plan->problem, cli->mem, &p));
    double *nearest = clarke_vec(cli->mem, p->n);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    *card = (clarke_card){
        .id = plan->text.method, .kind = "run", .title = p->desc->title, .mem = cli->mem};
    run_request(card, plan, cli->seed);
    clarke_card_count(card, "iterations", plan->clock.steps);
    clarke_card_count(card, "steps done", w->k);
    clarke_card_real(card, "sum of steps", plan->clock.t[w->k]);
    if (!result->finite) {
        clarke_card_addf(card, "end", "the iterate became non-finite in step %zu",
                         result->nonfinite_k);
        return CLARKE_OK;
    }
    const double *x = w->x;
    if (plan->network) {
        double *mean = clarke_vec(cli->mem, p->n);
        CLARKE_TRY(clarke_arena_status(cli->mem));
        clarke_agents_mean(plan->agents, p->n, w->x, mean);
        clarke_card_real(card, "consensus error",
                         sqrt(clarke_agents_spread(plan->agents, p->n, w->x, mean)));
        x = mean;
    }
    clarke_card_point(card, plan->network ? "x, the agents' mean" : "x", x, p->n);
    clarke_card_real(card, "f(x)", p->desc->value(p, x));
    if (p->desc->clarke_residual)
        clarke_card_real(card, "residual, Clarke", p->desc->clarke_residual(p, x));
    clarke_card_distance(card, p, x, nearest);
    run_landmarks(card, p, x);
    run_views(card, w);
    return CLARKE_OK;
}

static clarke_status run_print(clarke_cli *cli, const clarke_card *card)
{
    FILE *out;
    size_t format;
    CLARKE_TRY(clarke_cli_format(cli, "text|json", &format));
    CLARKE_TRY(clarke_cli_open(cli, &out));
    const clarke_status status =
        clarke_card_print(cli, card, format ? CLARKE_CARD_JSON : CLARKE_CARD_TEXT, out);
    const clarke_status closed = clarke_cli_close(cli, out);
    return status != CLARKE_OK ? status : closed;
}

/* ---- the command ---- */

static clarke_status run_finish(clarke_cli *cli, const clarke_run_plan *plan, const watch *w,
                                const clarke_run_result *result)
{
    clarke_card card;
    const char *folder = clarke_cli_value(cli, "save");
    if (folder) CLARKE_TRY(clarke_save_state(folder, plan, w->x, w->view, w->views, cli->mem));
    CLARKE_TRY(run_card(cli, plan, w, result, &card));
    return run_print(cli, &card);
}

/* Row k of the trace, so that all ranks know when the first one needs their rows. */
typedef struct {
    bool traced;
    size_t every;
} rows;

static bool run_row_due(void *self, size_t k)
{
    const rows *r = self;
    return r->traced && clarke_trace_has_row(r->every, k);
}

/* What is wrong with the request shows here, before any rank waits for another. */
static clarke_status run_prepare(clarke_cli *cli, const clarke_ranks *ranks, clarke_run_plan *plan,
                                 rows *due, watch *w)
{
    clarke_run_spec text;
    size_t format;
    CLARKE_TRY(clarke_cli_format(cli, "text|json", &format));
    if (clarke_child_needed(cli)) CLARKE_TRY(clarke_child_begin(cli));
    CLARKE_TRY(run_spec(cli, &text));
    CLARKE_TRY(clarke_run_plan_make(&text, cli->mem, plan));
    due->traced = clarke_cli_has(cli, "trace");
    CLARKE_TRY(clarke_cli_count(cli, "trace-every", 0, &due->every));
    if (!clarke_ranks_first(ranks)) return CLARKE_OK;
    if (clarke_cli_has(cli, "save"))
        CLARKE_TRY(clarke_cli_make_folder(clarke_cli_value(cli, "save")));
    return run_trace(cli, plan, &w->trace);
}

static clarke_status run_execute(clarke_cli *cli, clarke_ranks *ranks, clarke_run_plan *plan,
                                 rows *due, watch *w, clarke_run_result *result)
{
    clarke_observer observer;
    size_t repetition;
    CLARKE_TRY(clarke_cli_count(cli, "repetition", 0, &repetition));
    const clarke_ranks_watch watched = {{w, run_observe}, due, run_row_due};
    CLARKE_TRY(clarke_ranks_agree(ranks, clarke_ranks_share(ranks, plan, cli->mem)));
    CLARKE_TRY(clarke_ranks_observer(ranks, plan, &watched, cli->mem, &observer));
    const clarke_status status =
        clarke_ranks_agree(ranks, clarke_run_execute(plan, cli->seed, repetition, NULL, 0,
                                                     &observer, cli->cancel, cli->mem, result));
    if (status != CLARKE_OK && status != CLARKE_EINTERRUPTED) return status;
    char message[1024];
    snprintf(message, sizeof message, "%s", clarke_message());
    CLARKE_TRY(clarke_ranks_last(ranks));
    return status == CLARKE_OK ? status : clarke_fail(status, "%s", message);
}

static clarke_status run_all(clarke_cli *cli, clarke_ranks *ranks)
{
    clarke_run_plan plan;
    clarke_run_result result = {.finite = true};
    watch w = {0};
    rows due;
    CLARKE_TRY(clarke_ranks_agree(ranks, run_prepare(cli, ranks, &plan, &due, &w)));
    const clarke_status status = run_execute(cli, ranks, &plan, &due, &w, &result);
    const bool interrupted = status == CLARKE_EINTERRUPTED;
    char message[1024];
    snprintf(message, sizeof message, "%s", clarke_message());
    const clarke_status closed = clarke_trace_close(w.trace);
    if (status != CLARKE_OK && !interrupted) return clarke_fail(status, "%s", message);
    CLARKE_TRY(closed);
    if (w.x) CLARKE_TRY(run_finish(cli, &plan, &w, &result));
    return interrupted ? clarke_fail(status, "interrupted after %zu steps", w.k) : CLARKE_OK;
}

/* The last bits depend on how many threads share a product, so one is the default. */
static clarke_status run_threads(const clarke_cli *cli)
{
    enum { MOST = 1024 };
    size_t threads;
    CLARKE_TRY(clarke_cli_count(cli, "threads", 1, &threads));
    if (threads < 1 || threads > MOST)
        return clarke_fail(CLARKE_EINPUT, "--threads: %zu is not from 1 to %d", threads, MOST);
    if (clarke_cli_has(cli, "threads")) clarke_blas_set_threads((int)threads);
    return CLARKE_OK;
}

static clarke_status run_run(clarke_cli *cli)
{
    clarke_ranks *ranks;
    CLARKE_TRY(run_threads(cli));
    CLARKE_TRY(clarke_ranks_begin(cli->mem, &ranks));
    cli->silent = !clarke_ranks_first(ranks);
    return clarke_ranks_end(ranks, run_all(cli, ranks));
}

static const clarke_option run_options[] = {
    {"iterations", '\0', "K", "steps (default 10000)"},
    {"network", '\0', "NETWORK", "the agents' network, as ring:d=8,weights=lazy or file:W.csv"},
    {"schedule", '\0', "KIND:ARGS", "step sizes (default power:0.5,0.7,10)"},
    {"momentum", '\0', "KIND:ARGS", "theta (default single:1)"},
    {"sampling", '\0', "KIND:B", "replacement:B, reshuffle:B or full (default replacement:1)"},
    {"noise", '\0', "KIND:ARGS", "none, signs:S, gaussian:S, pareto:TAIL, bias:B (default none)"},
    {"init", '\0', "KIND:ARGS",
     "start, box, zeros, gaussian:S, uniform:LO,HI or file:PATH (or --save's DIR)"},
    {"repetition", '\0', "R", "draws as repetition R of a case does (default 0)"},
    {"plugin", '\0', "FILE.so", "methods, problems, networks of a shared object (repeatable)"},
    {"exec", '\0', "COMMAND", "makes `external` the method that this process answers"},
    {"trace", '\0', "FILE", "write a .csv, .jsonl or .npy trace"},
    {"trace-every", '\0', "N", "a row every N iterations"},
    {"trace-x", '\0', NULL, "the iterate's columns, however many"},
    {"threads", '\0', "T", "of BLAS (default 1; the last bits depend on it)"},
    {"save", '\0', "DIR", "write the final state, one .npy a block"},
    {0}};

const clarke_command_desc clarke_command_run = {
    .title = "one run of a method on a problem",
    .usage = "METHOD[:name=value,...] PROBLEM[:name=value,...]",
    .text = "Schedules are constant:C, power:C,A,K0 = C/(k+K0)^A, inverse-log:C,K0 = C/log(k+K0),\n"
            "epoch:KIND:ARGS and file:PATH; --momentum takes single:TAU and scaled:BETA too.\n"
            "Started by mpiexec, the ranks share the agents of --network (docs/mpi.md).\n"
            "Row k of a trace is the state before step k: every iteration up to 1000, then 50 a\n"
            "decade, and the last.\n",
    .options = run_options,
    .operands_min = 2,
    .operands_max = 2,
    .takes = CLARKE_TAKES_SEED | CLARKE_TAKES_FORMAT | CLARKE_TAKES_OUTPUT | CLARKE_TAKES_SET,
    .run = run_run,
};
