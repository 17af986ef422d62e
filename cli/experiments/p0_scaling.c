/* What an iteration of DSGD costs against what it must cost. Mixing reads X and writes W'X once, 16
   bytes a number, and adds as many products as W has entries (as W = J has agents) for each column.
   The whole iteration also reads X and writes G, and then reads W'X and G and writes X: 56 bytes.
   The yardstick is a copy of X by memcpy, which moves 16 bytes a number and does nothing else. */
#include "cli/lib/experiment.h"

#include "engine/run.h"

#include <string.h>
#include <time.h>

typedef struct {
    double least; /* seconds that each measurement lasts */
    clarke_list agents, sizes;
} scaling;

/* One cell of the table. */
typedef struct {
    const char *id, *spec;   /* of the network */
    const clarke_network *w; /* without entries where W = J: only its mixing is measured then */
    size_t d, n, threads;
    double least, mix, copy, iteration;
} scaling_cell;

static const char *const p0_scaling_network[] = {"ring", "torus", "complete"};
enum {
    SCALING_NETWORKS = 3,
    SCALING_COMPLETE = 2048, /* agents of the largest complete network that a run takes */
    SCALING_SMALL = 5000000, /* numbers of the largest iterate at the small scale */
    SCALING_ITERATIONS = 12
};

static void p0_scaling_copy(const scaling_cell *c, const double *x, double *y)
{
    memcpy(y, x, c->d * c->n * sizeof *x);
}

static void p0_scaling_mix(const scaling_cell *c, const double *x, double *y)
{
    clarke_mix_threads(c->w, c->n, x, y, c->threads);
}

/* With one thread its CPU time, which other programs disturb least. */
static double p0_scaling_now(size_t threads)
{
    struct timespec now;
    if (threads > 1) return clarke_experiment_now();
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The shortest of at least five repetitions: what the machine can do, other work left aside. One
   repetition is so many calls that reading the clock is not seen. */
static double p0_scaling_time(void (*task)(const scaling_cell *c, const double *x, double *y),
                              const scaling_cell *c, const double *x, double *y)
{
    const double begun = p0_scaling_now(c->threads);
    double best = (double)INFINITY;
    size_t calls = 1;
    for (size_t i = 0; i < 5 || p0_scaling_now(c->threads) - begun < c->least; i++) {
        const double before = p0_scaling_now(c->threads);
        for (size_t k = 0; k < calls; k++) task(c, x, y);
        const double spent = p0_scaling_now(c->threads) - before;
        best = fmin(best, spent / (double)calls);
        if (spent < 1e-4) calls *= 2;
    }
    return best;
}

/* Torus: the two sides differ by a factor of at most four. */
static clarke_status p0_scaling_make(scaling_cell *c, clarke_arena *mem)
{
    size_t rows = 1;
    while (4 * rows * rows <= c->d) rows *= 2;
    c->spec = strcmp(c->id, "torus") == 0
                  ? clarke_arena_printf(mem, "torus:rows=%zu,columns=%zu", rows, c->d / rows)
                  : clarke_arena_printf(mem, "%s:d=%zu", c->id, c->d);
    if (strcmp(c->id, "complete") != 0 || c->d <= SCALING_COMPLETE)
        return clarke_network_from_text(c->spec, mem, &c->w);
    clarke_network *mean = clarke_alloc(mem, sizeof *mean);
    CLARKE_TRY(clarke_arena_status(mem));
    *mean = (clarke_network){.agents = c->d, .averaging = true};
    c->w = mean;
    return CLARKE_OK;
}

static clarke_status p0_scaling_kernels(scaling_cell *c)
{
    clarke_arena *mem = clarke_arena_new(0);
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    double *x = clarke_vec(mem, c->d * c->n), *y = clarke_vec(mem, c->d * c->n);
    const clarke_status status = clarke_arena_status(mem);
    if (status == CLARKE_OK) {
        for (size_t i = 0; i < c->d * c->n; i++) x[i] = (double)(i % 97) / 97.0;
        c->copy = p0_scaling_time(p0_scaling_copy, c, x, y);
        c->mix = p0_scaling_time(p0_scaling_mix, c, x, y);
    }
    clarke_arena_free(mem);
    return status;
}

/* ---- a whole iteration, as `clarke run` does it ---- */

typedef struct {
    double before, best;
    size_t threads;
} scaling_watch;

static void p0_scaling_observe(void *self, const clarke_iter *it, const clarke_event *e)
{
    scaling_watch *w = self;
    const double now = p0_scaling_now(w->threads);
    (void)it;
    if (e && e->k > 0) w->best = fmin(w->best, now - w->before);
    w->before = now;
}

static clarke_status p0_scaling_run_one(scaling_cell *c, uint64_t seed, const atomic_bool *cancel,
                                        clarke_arena *mem)
{
    clarke_run_plan plan;
    clarke_run_result result;
    scaling_watch watch = {.best = (double)INFINITY, .threads = c->threads};
    const clarke_run_spec spec = {.problem = clarke_arena_printf(mem, "l1_norm:n=%zu", c->n),
                                  .method = "dsgd",
                                  .sampling = "full",
                                  .network = c->spec,
                                  .iterations = SCALING_ITERATIONS};
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(clarke_run_plan_make(&spec, mem, &plan));
    const clarke_mixer mixer = clarke_mixer_threads(plan.network, &c->threads);
    plan.mixer = &mixer;
    const clarke_observer observer = {&watch, p0_scaling_observe};
    CLARKE_TRY(clarke_run_execute(&plan, seed, 0, NULL, 0, &observer, cancel, mem, &result));
    c->iteration = watch.best;
    return CLARKE_OK;
}

static clarke_status p0_scaling_iteration(scaling_cell *c, const clarke_experiment *e)
{
    c->iteration = (double)NAN;
    if (!c->w->heard.begin) return CLARKE_OK;
    if (e->scale == CLARKE_SCALE_SMALL && c->d * c->n > SCALING_SMALL) return CLARKE_OK;
    clarke_arena *mem = clarke_arena_new(0);
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    const clarke_status status = p0_scaling_run_one(c, e->seed, e->cancel, mem);
    clarke_arena_free(mem);
    return status;
}

/* ---- the table ---- */

static clarke_status p0_scaling_row(clarke_experiment *e, const scaling_cell *c, clarke_series *s)
{
    const double numbers = (double)c->d * (double)c->n, bytes = 16.0 * numbers;
    const double flops = c->w->averaging ? numbers : 2.0 * (double)c->w->terms * (double)c->n;
    /* The iteration against a copy of as many bytes. */
    const double over = c->iteration / (56.0 / 16.0 * c->copy);
    if (isnan(c->iteration))
        clarke_experiment_row(e, "%s|%zu|%zu|%.3g|%.3g|%.3g|%.3g|%.1f|%.1f|not run|", c->id, c->d,
                              c->n, bytes / 1e6, flops / 1e6, 1e3 * c->copy, 1e3 * c->mix,
                              bytes / c->mix / 1e9, c->mix / c->copy);
    else
        clarke_experiment_row(e, "%s|%zu|%zu|%.3g|%.3g|%.3g|%.3g|%.1f|%.1f|%.3g|%.1f", c->id, c->d,
                              c->n, bytes / 1e6, flops / 1e6, 1e3 * c->copy, 1e3 * c->mix,
                              bytes / c->mix / 1e9, c->mix / c->copy, 1e3 * c->iteration, over);
    return clarke_series_add(s, (const double[]){(double)c->d, (double)c->n, bytes, flops, c->copy,
                                                 c->mix, c->iteration});
}

static clarke_status p0_scaling_one(clarke_experiment *e, scaling_cell *c, clarke_series *s)
{
    clarke_arena *mem = clarke_arena_new(0);
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    clarke_status status = p0_scaling_make(c, mem);
    if (status == CLARKE_OK) status = p0_scaling_kernels(c);
    if (status == CLARKE_OK) status = p0_scaling_iteration(c, e);
    if (status == CLARKE_OK) status = p0_scaling_row(e, c, s);
    clarke_arena_free(mem);
    return status;
}

static clarke_status p0_scaling_network_run(clarke_experiment *e, size_t i, const scaling *o,
                                            clarke_series **s)
{
    const char *id = p0_scaling_network[i];
    const size_t cells = o->agents.count + o->sizes.count - 1, total = SCALING_NETWORKS * cells;
    CLARKE_TRY(clarke_work_begin(e, id));
    CLARKE_TRY(clarke_series_open(
        e, clarke_arena_printf(e->mem, "scaling_%s", id),
        "agents,n,mix_bytes,mix_flops,copy_seconds,mix_seconds,iteration_seconds", s));
    for (size_t c = 0; c < cells; c++) {
        const bool more = c >= o->agents.count;
        const double d = more ? o->agents.value[0] : o->agents.value[c];
        const double n = more ? o->sizes.value[c - o->agents.count + 1] : o->sizes.value[0];
        scaling_cell cell = {
            .id = id, .d = (size_t)d, .n = (size_t)n, .threads = e->threads, .least = o->least};
        CLARKE_TRY(p0_scaling_one(e, &cell, *s));
        CLARKE_TRY(clarke_experiment_step(e, (double)(i * cells + c + 1), (double)total));
    }
    clarke_work_end(e);
    return CLARKE_OK;
}

static clarke_status p0_scaling_run(clarke_experiment *e, const void *params)
{
    clarke_curve curve[2][SCALING_NETWORKS];
    clarke_panel panel[2];
    clarke_experiment_heading(e, "Time of mixing, and of an iteration of DSGD");
    clarke_experiment_say(e,
                          "MB and Mflop are what one mixing step needs. \"Over a copy\" is the "
                          "time over that of a copy of as many bytes: 16 a number for mixing, "
                          "56 for the iteration. Times are the shortest ones seen, %s.",
                          e->threads > 1 ? "of the clock" : "of the processor");
    clarke_experiment_table(e, "network|agents|n|MB|Mflop|copy, ms|mixing, ms|GB/s|over a copy|"
                               "iteration, ms|over a copy");
    for (size_t i = 0; i < SCALING_NETWORKS; i++) {
        clarke_series *s;
        CLARKE_TRY(p0_scaling_network_run(e, i, params, &s));
        curve[0][i] = (clarke_curve){p0_scaling_network[i], s, "mix_bytes", "mix_seconds"};
        curve[1][i] = (clarke_curve){p0_scaling_network[i], s, "mix_bytes", "iteration_seconds"};
    }
    for (size_t p = 0; p < 2; p++)
        panel[p] = (clarke_panel){.title = p ? "an iteration" : "mixing",
                                  .x = "bytes that mixing moves",
                                  .y = "seconds",
                                  .log_x = true,
                                  .log_y = true,
                                  .curves = SCALING_NETWORKS,
                                  .curve = curve[p]};
    return clarke_experiment_chart(
        e, &(clarke_chart){"scaling",
                           "Time against the bytes that mixing moves: first more agents with few "
                           "variables each, then more variables for few agents.",
                           2, panel});
}

static const clarke_param scaling_params[] = {
    {"least", CLARKE_PARAM_REAL, offsetof(scaling, least), "0.2", 0.001, 60.0, NULL,
     "seconds that each measurement lasts at least"},
    {"agents", CLARKE_PARAM_LIST, offsetof(scaling, agents), "16,64,256,1024,4096", 4.0, 4096.0,
     NULL, "how many agents, with the first number of variables"},
    {"sizes", CLARKE_PARAM_LIST, offsetof(scaling, sizes), "1000,10000,100000,1000000", 1.0, 1e7,
     NULL, "how many variables, with the first number of agents"},
    {0}};

const clarke_experiment_desc clarke_experiment_p0_scaling = {
    .title = "What mixing and an iteration cost, against agents and variables",
    .paper = "Zhang, Xiao, Liu, arXiv 2403.11565 (the mixing step of all its methods)",
    .shows = "the time of one mixing step, and of a whole iteration of DSGD on the l1 norm, for 16 "
             "to 4096 agents and 1e3 to 1e6 variables, beside the bytes and operations that it "
             "needs and the time of a plain copy",
    .not_shown = "a verdict on anything: times are the machine's. A run takes at most 2048 agents "
                 "on a complete network, and the small scale runs no iteration on 16 million "
                 "numbers",
    .params = scaling_params,
    .params_size = sizeof(scaling),
    .estimate = {{.seconds = 20, .bytes = 7e8}, {.seconds = 30, .bytes = 1.4e9}},
    .run = p0_scaling_run,
};
