/* What one mixing step costs against what it must cost: it reads X and writes W'X once, 16 bytes a
   number, and adds as many products as W has entries (as W = J has agents) for each column. The
   yardstick is a copy of X by memcpy, which moves the same bytes and does nothing else. */
#include "cli/lib/experiment.h"

#include "core/mixing.h"

#include <string.h>

typedef struct {
    double least; /* seconds that each measurement lasts */
    clarke_list agents, sizes;
} scaling;

static const char *const p0_scaling_network[] = {"ring", "torus", "complete"};
enum { SCALING_NETWORKS = 3 };

typedef void p0_scaling_task(const clarke_network *w, size_t n, const double *x, double *y);

static void p0_scaling_copy(const clarke_network *w, size_t n, const double *x, double *y)
{
    memcpy(y, x, w->agents * n * sizeof *x);
}

/* The shortest of at least five repetitions: what the machine can do, other work left aside. */
static double p0_scaling_time(p0_scaling_task *task, const clarke_network *w, size_t n,
                              const double *x, double *y, double least)
{
    double best = (double)INFINITY;
    const double begun = clarke_experiment_now();
    task(w, n, x, y);
    for (size_t i = 0; i < 5 || clarke_experiment_now() - begun < least; i++) {
        const double before = clarke_experiment_now();
        task(w, n, x, y);
        best = fmin(best, clarke_experiment_now() - before);
    }
    return best;
}

/* Torus: the two sides differ by a factor of at most four. */
static clarke_status p0_scaling_make(const char *id, size_t d, clarke_arena *mem,
                                     const clarke_network **w)
{
    size_t rows = 1;
    while (4 * rows * rows <= d) rows *= 2;
    const char *text = strcmp(id, "torus") == 0
                           ? clarke_arena_printf(mem, "torus:rows=%zu,columns=%zu", rows, d / rows)
                           : clarke_arena_printf(mem, "%s:d=%zu", id, d);
    CLARKE_TRY(clarke_arena_status(mem));
    return clarke_network_from_text(text, mem, w);
}

static clarke_status p0_scaling_one(clarke_experiment *e, const char *id, size_t d, size_t n,
                                    double least, clarke_series *s)
{
    clarke_arena *mem = clarke_arena_new(0);
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    const clarke_network *w = NULL;
    clarke_status status = p0_scaling_make(id, d, mem, &w);
    double *x = clarke_vec(mem, d * n), *y = clarke_vec(mem, d * n);
    if (status == CLARKE_OK) status = clarke_arena_status(mem);
    if (status == CLARKE_OK) {
        for (size_t i = 0; i < d * n; i++) x[i] = (double)(i % 97) / 97.0;
        const double copy = p0_scaling_time(p0_scaling_copy, w, n, x, y, least);
        const double mix = p0_scaling_time(clarke_mix, w, n, x, y, least);
        const double bytes = 16.0 * (double)d * (double)n;
        const double flops = w->averaging ? (double)d * (double)n
                                          : 2.0 * (double)w->terms * (double)n;
        status = clarke_series_add(s, (const double[]){(double)d, (double)n, mix, copy, bytes,
                                                       flops, bytes / mix / 1e9, flops / mix / 1e9,
                                                       mix / copy});
        clarke_experiment_row(e, "%s|%zu|%zu|%.3g|%.3g|%.3g|%.3g|%.1f|%.1f|%.2f", id, d, n,
                              1e3 * mix, 1e3 * copy, bytes / 1e6, flops / 1e6, bytes / mix / 1e9,
                              flops / mix / 1e9, mix / copy);
    }
    clarke_arena_free(mem);
    return status;
}

static clarke_status p0_scaling_network_run(clarke_experiment *e, size_t i, const scaling *o,
                                            clarke_series **s)
{
    const char *id = p0_scaling_network[i];
    const size_t cells = o->agents.count + o->sizes.count - 1, total = SCALING_NETWORKS * cells;
    const double most = strcmp(id, "complete") == 0 ? 2048.0 : 4096.0;
    CLARKE_TRY(clarke_work_begin(e, id));
    CLARKE_TRY(clarke_series_open(
        e, clarke_arena_printf(e->mem, "scaling_%s", id),
        "agents,n,mix_seconds,copy_seconds,bytes,flops,gb_per_s,gflop_per_s,over_copy", s));
    for (size_t c = 0; c < cells; c++) {
        const bool more = c >= o->agents.count;
        const double d = fmin(most, more ? o->agents.value[0] : o->agents.value[c]);
        const double n = more ? o->sizes.value[c - o->agents.count + 1] : o->sizes.value[0];
        CLARKE_TRY(p0_scaling_one(e, id, (size_t)d, (size_t)n, o->least, *s));
        CLARKE_TRY(clarke_experiment_step(e, (double)(i * cells + c + 1), (double)total));
    }
    clarke_work_end(e);
    return CLARKE_OK;
}

static clarke_status p0_scaling_run(clarke_experiment *e, const void *params)
{
    clarke_curve against_agents[SCALING_NETWORKS];
    clarke_experiment_heading(e, "One mixing step");
    clarke_experiment_table(e, "network|agents|n|ms|copy, ms|MB|Mflop|GB/s|Gflop/s|over a copy");
    for (size_t i = 0; i < SCALING_NETWORKS; i++) {
        clarke_series *s;
        CLARKE_TRY(p0_scaling_network_run(e, i, params, &s));
        against_agents[i] = (clarke_curve){p0_scaling_network[i], s, "bytes", "mix_seconds"};
    }
    const clarke_panel panel = {.x = "bytes that the step moves",
                                .y = "seconds",
                                .log_x = true,
                                .log_y = true,
                                .curves = SCALING_NETWORKS,
                                .curve = against_agents};
    return clarke_experiment_chart(
        e, &(clarke_chart){"scaling",
                           "Time of one mixing step against the bytes it moves: first more agents "
                           "with few variables each, then more variables for few agents.",
                           1, &panel});
}

static const clarke_param p0_scaling_params[] = {
    {"least", CLARKE_PARAM_REAL, offsetof(scaling, least), "0.2", 0.001, 60.0, NULL,
     "seconds that each measurement lasts at least"},
    {"agents", CLARKE_PARAM_LIST, offsetof(scaling, agents), "16,64,256,1024,4096", 4.0, 4096.0,
     NULL, "how many agents, with the first number of variables"},
    {"sizes", CLARKE_PARAM_LIST, offsetof(scaling, sizes), "1000,10000,100000,1000000", 1.0, 1e7,
     NULL, "how many variables, with the first number of agents"},
    {0}};

const clarke_experiment_desc clarke_experiment_p0_scaling = {
    .title = "What mixing costs, against agents and variables",
    .paper = "Zhang, Xiao, Liu, arXiv 2403.11565 (the mixing step of all its methods)",
    .shows = "the time of one mixing step for 16 to 4096 agents and 1e3 to 1e6 variables, beside "
             "the bytes and operations that it needs and the time of a plain copy",
    .not_shown = "a verdict on anything: times are the machine's",
    .params = p0_scaling_params,
    .params_size = sizeof(scaling),
    .estimate = {{.seconds = 15, .bytes = 3.5e8}, {.seconds = 15, .bytes = 3.5e8}},
    .run = p0_scaling_run,
};
