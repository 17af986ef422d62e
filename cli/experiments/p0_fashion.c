/* A ReLU network on Fashion-MNIST whose samples are spread over agents on a network, each agent with
   few of the labels: the four methods of Zhang, Xiao, Liu side by side. What is followed is the
   agents' mean model: its loss over all training samples, and how often it is right on the test
   set; beside them |X_perp|_F, what the agents' models differ by. */
#include "cli/lib/experiment.h"

#include "core/agents.h"
#include "engine/run.h"
#include "problems/lib/mlp.h"

#include <string.h>

typedef struct {
    size_t agents, hidden, batch;
    int split;
    double concentration;
    const char *network, *data;
} fashion;

typedef struct {
    size_t samples, tested;   /* 0: all */
    size_t iterations, every; /* a row every so many, which divide the iterations */
} fashion_size;

/* Full: all samples, and 20 passes over them with the default batch. */
static const fashion_size fashion_sizes[CLARKE_SCALES] = {{10000, 2000, 1200, 40},
                                                          {0, 0, 4700, 100}};

/* The steps were chosen by hand, without a search: the same for the three that move by gradients; a sign has no
   size, so its steps are smaller and its momentum forgets as fast by a larger tau. */
static const struct {
    const char *method, *schedule, *momentum;
} fashion_methods[] = {{"dsgd", "power:1.6,0.6,100", "single:1"},
                       {"dsgd_t", "power:1.6,0.6,100", "single:1"},
                       {"dsgd_m", "power:1.6,0.6,100", "single:1"},
                       {"dsign_sgd", "power:0.016,0.6,100", "single:100"}};
enum { FASHION_METHODS = sizeof fashion_methods / sizeof fashion_methods[0] };

/* Watches one run. */
typedef struct {
    clarke_experiment *e;
    clarke_problem *problem; /* its own instance */
    const clarke_dataset *test;
    clarke_series *series;
    size_t method, iterations, every;
    double *mean;         /* [n] */
    clarke_status status; /* of a row, which the run cannot return */
    atomic_bool stop;
} fashion_watch;

static const char *p0_fashion_problem(const clarke_experiment *e, const fashion *o)
{
    static const char *const split[] = {"even", "label", "dirichlet"};
    return clarke_arena_printf(e->mem,
                               "relu_mlp:agents=%zu,concentration=%.17g,data=%s,precision=single,"
                               "samples=%zu,seed=%zu,split=%s,widths=%zu",
                               o->agents, o->concentration, o->data,
                               fashion_sizes[e->scale].samples, (size_t)e->seed, split[o->split],
                               o->hidden);
}

static clarke_status p0_fashion_row(fashion_watch *w, const clarke_iter *it, size_t k, double t)
{
    const double steps = (double)w->iterations, all = steps * FASHION_METHODS;
    clarke_agents_mean(it->agents, it->dim, it->x, w->mean);
    /* All agents start at one point, which the mean misses by its rounding. */
    const double spread = clarke_agents_spread(it->agents, it->dim, it->x, w->mean);
    const double consensus = k > 0 ? sqrt(spread) : 0.0;
    const double loss = w->problem->desc->value(w->problem, w->mean);
    const double right = clarke_mlp_accuracy(w->problem, w->test, w->mean);
    /* Before the first step there is no step size yet. */
    const double offset = k > 0 ? consensus / it->eta : (double)NAN;
    CLARKE_TRY(clarke_series_add(w->series,
                                 (const double[]){(double)k, t, loss, right, consensus, offset}));
    return clarke_experiment_step(w->e, (double)w->method * steps + (double)k, all);
}

static void p0_fashion_observe(void *self, const clarke_iter *it, const clarke_event *e)
{
    fashion_watch *w = self;
    if (e && !e->last_phase) return;
    const size_t k = e ? e->k + 1 : 0;
    if (k % w->every != 0) return;
    if (w->status == CLARKE_OK) w->status = p0_fashion_row(w, it, k, e ? e->t : 0.0);
    if (w->status != CLARKE_OK) atomic_store(&w->stop, true);
}

static clarke_status p0_fashion_execute(clarke_experiment *e, const clarke_run_spec *spec,
                                        fashion_watch *w, clarke_arena *mem)
{
    clarke_run_plan plan;
    clarke_run_result result;
    CLARKE_TRY(clarke_run_plan_make(spec, mem, &plan));
    const clarke_mixer mixer = clarke_mixer_threads(plan.network, &e->threads);
    plan.mixer = &mixer;
    CLARKE_TRY(clarke_problem_make(&plan.problem, mem, &w->problem));
    w->mean = clarke_vec(mem, plan.dim);
    CLARKE_TRY(clarke_arena_status(mem));
    const clarke_observer observer = {w, p0_fashion_observe};
    const clarke_status status =
        clarke_run_execute(&plan, e->seed, 0, NULL, 0, &observer, &w->stop, mem, &result);
    if (w->status != CLARKE_OK) return w->status;
    return status;
}

static clarke_status p0_fashion_method(clarke_experiment *e, const fashion *o, size_t i,
                                       const clarke_dataset *test, clarke_series **series)
{
    const fashion_size *size = &fashion_sizes[e->scale];
    const clarke_run_spec spec = {
        .problem = p0_fashion_problem(e, o),
        .method = fashion_methods[i].method,
        .schedule = fashion_methods[i].schedule,
        .momentum = fashion_methods[i].momentum,
        .sampling = clarke_arena_printf(e->mem, "reshuffle:%zu", o->batch),
        .network = o->network,
        .iterations = size->iterations};
    fashion_watch w = {
        .e = e, .test = test, .method = i, .iterations = size->iterations, .every = size->every};
    CLARKE_TRY(clarke_arena_status(e->mem));
    CLARKE_TRY(clarke_work_begin(e, spec.method));
    CLARKE_TRY(clarke_series_open(e, spec.method, "k,t,loss,accuracy,consensus,offset", &w.series));
    *series = w.series;
    clarke_arena *mem = clarke_arena_new(0);
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    const clarke_status status = p0_fashion_execute(e, &spec, &w, mem);
    clarke_arena_free(mem);
    clarke_work_end(e);
    return status;
}

static void p0_fashion_table(clarke_experiment *e, clarke_series *const *series)
{
    clarke_experiment_table(e, "method|steps|momentum|loss|right on the test set|consensus error|"
                               "consensus error / step");
    for (size_t i = 0; i < FASHION_METHODS; i++) {
        const size_t last = clarke_series_rows(series[i]) - 1;
        clarke_experiment_row(e, "%s|%s|%s|%.4f|%.2f %%|%.3g|%.3g", fashion_methods[i].method,
                              fashion_methods[i].schedule, fashion_methods[i].momentum,
                              clarke_series_at(series[i], last, "loss"),
                              100.0 * clarke_series_at(series[i], last, "accuracy"),
                              clarke_series_at(series[i], last, "consensus"),
                              clarke_series_at(series[i], last, "offset"));
    }
}

static clarke_status p0_fashion_figure(clarke_experiment *e, clarke_series *const *series)
{
    static const char *const column[] = {"loss", "accuracy", "consensus", "offset"};
    static const char *const label[] = {"loss of the mean model", "right on the test set",
                                        "|X_perp|_F", "|X_perp|_F / eta_k"};
    clarke_curve curve[4][FASHION_METHODS];
    clarke_panel panel[4];
    for (size_t p = 0; p < 4; p++) {
        for (size_t i = 0; i < FASHION_METHODS; i++)
            curve[p][i] = (clarke_curve){fashion_methods[i].method, series[i], "k", column[p]};
        panel[p] = (clarke_panel){.x = "iterations k",
                                  .y = label[p],
                                  .log_y = p != 1,
                                  .curves = FASHION_METHODS,
                                  .curve = curve[p]};
    }
    return clarke_experiment_chart(
        e,
        &(clarke_chart){"methods",
                        "Loss over all training samples and accuracy on the test set of the "
                        "agents' mean model; the consensus error, and its ratio to the step size, "
                        "which theory says stays bounded.",
                        4, panel});
}

static clarke_status p0_fashion_run(clarke_experiment *e, const void *params)
{
    const fashion *o = params;
    const fashion_size *size = &fashion_sizes[e->scale];
    clarke_series *series[FASHION_METHODS];
    clarke_dataset test;
    CLARKE_TRY(clarke_dataset_idx(o->data, "t10k", size->tested, e->mem, &test));
    for (size_t i = 0; i < FASHION_METHODS; i++)
        CLARKE_TRY(p0_fashion_method(e, o, i, &test, &series[i]));
    clarke_experiment_heading(e, "The four methods");
    clarke_experiment_say(e,
                          "Problem: `%s`, network `%s`, sampling `reshuffle:%zu`, %zu iterations.",
                          p0_fashion_problem(e, o), o->network, o->batch, size->iterations);
    p0_fashion_table(e, series);
    return p0_fashion_figure(e, series);
}

static const clarke_param fashion_params[] = {
    {"agents", CLARKE_PARAM_COUNT, offsetof(fashion, agents), "8", 1.0, 1024.0, NULL,
     "how many agents share the samples"},
    {"network", CLARKE_PARAM_TEXT, offsetof(fashion, network), "ring", 0.0, 0.0, NULL,
     "a network of that many agents, without settings"},
    {"split", CLARKE_PARAM_CHOICE, offsetof(fashion, split), "label", 0.0, 0.0,
     "even|label|dirichlet", "who holds which samples"},
    {"concentration", CLARKE_PARAM_REAL, offsetof(fashion, concentration), "0.5", 1e-3, 1e6, NULL,
     "of the Dirichlet law"},
    {"hidden", CLARKE_PARAM_COUNT, offsetof(fashion, hidden), "128", 1.0, 65536.0, NULL,
     "units of the hidden layer"},
    {"batch", CLARKE_PARAM_COUNT, offsetof(fashion, batch), "32", 1.0, 65536.0, NULL,
     "samples that each agent draws for a step"},
    {"data", CLARKE_PARAM_TEXT, offsetof(fashion, data), CLARKE_FASHION_MNIST, 0.0, 0.0, NULL,
     "the folder of IDX files"},
    {0}};

const clarke_experiment_desc clarke_experiment_p0_fashion = {
    .title = "Four decentralised methods on Fashion-MNIST, split by label",
    .paper = "Zhang, Xiao, Liu, arXiv 2403.11565",
    .shows = "loss and accuracy of the mean model and the consensus error of DSGD, DSGD-T, DSGD-M "
             "and DSignSGD, for a network with one hidden layer whose samples are spread over 8 "
             "agents on a ring, each with one or two of the ten labels",
    .not_shown = "the paper's own numbers, whose networks, data and steps are others; nor which "
                 "method is best, for the steps were not searched",
    .params = fashion_params,
    .params_size = sizeof(fashion),
    .estimate = {{.seconds = 60, .bytes = 3e8}, {.seconds = 230, .bytes = 1.1e9}},
    .run = p0_fashion_run,
};
