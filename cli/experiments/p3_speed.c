/* Seconds of one iteration of dlADMM, without anything measured or stored in between: what
   bench/peers/dladmm.py compares with PyTorch. With OPENBLAS_CORETYPE unset for the peer, set the same
   here for a fair comparison of the two. */
#include "cli/lib/experiment.h"

#include "core/blas.h"
#include "methods/lib/dladmm.h"

#include <stdlib.h>

typedef struct {
    clarke_list widths;
    double samples, seconds, nu, rho, initial;
    int loss, precision;
    const char *data;
} speed;

static int p3_speed_order(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void p3_speed_iterate(const clarke_dladmm_engine *engine, clarke_dladmm_net *net,
                             const clarke_dladmm *d, const clarke_dladmm_opts *o, size_t k)
{
    const clarke_dladmm_now now = {d->rho, d->nu, o->initial};
    clarke_inner inner = {0};
    if (k % CLARKE_DLADMM_REFRESH == 0) engine->refresh(net);
    for (size_t i = 0; i < clarke_dladmm_phases(d->layers); i++) {
        const clarke_dladmm_phase p = clarke_dladmm_phase_at(d->layers, i);
        engine->step(net, &p, &now, &inner);
    }
}

/* At least five iterations and `seconds` seconds; the first is not counted. */
static clarke_status p3_speed_measure(clarke_experiment *e, const speed *o, clarke_problem *p)
{
    enum { MOST = 20000 };
    const clarke_dladmm_opts opts = {.initial = o->initial, .factor = 2.0};
    const clarke_dladmm_engine *engine = o->precision == 0 ? &clarke_dladmm_engine_real
                                                           : &clarke_dladmm_engine_real_single;
    clarke_dladmm_net *net = engine->make(p->dladmm, &opts, e->mem);
    double *seconds = clarke_vec(e->mem, MOST), total = 0.0;
    clarke_series *s;
    size_t count = 0;
    CLARKE_TRY(clarke_arena_status(e->mem));
    engine->load(net, p->start);
    p3_speed_iterate(engine, net, p->dladmm, &opts, 0);
    for (size_t k = 1; count < MOST && (count < 5 || total < o->seconds); k++, count++) {
        const double before = clarke_experiment_now();
        p3_speed_iterate(engine, net, p->dladmm, &opts, k);
        total += seconds[count] = clarke_experiment_now() - before;
        CLARKE_TRY(clarke_experiment_step(e, fmin(total, o->seconds), o->seconds));
    }
    qsort(seconds, count, sizeof *seconds, p3_speed_order);
    CLARKE_TRY(clarke_series_open(e, "speed", "threads,minimum,median,iterations", &s));
    clarke_experiment_table(e, "threads|kernels|minimum, s|median, s|iterations");
    clarke_experiment_row(e, "%zu|%s|%.4g|%.4g|%zu", e->threads, clarke_blas_core(), seconds[0],
                          seconds[count / 2], count);
    return clarke_series_add(
        s, (const double[]){(double)e->threads, seconds[0], seconds[count / 2], (double)count});
}

static clarke_status p3_speed_run(clarke_experiment *e, const void *params)
{
    const speed *o = params;
    const char *widths = "";
    clarke_problem *p;
    for (size_t i = 0; i < o->widths.count; i++)
        widths = clarke_arena_printf(e->mem, "%s%s%.0f", widths ? widths : "", i ? "," : "",
                                     o->widths.value[i]);
    const char *spec = clarke_arena_printf(
        e->mem, "dladmm_net:data=%s,samples=%.0f,widths=%s,loss=%s,nu=%.17g,rho=%.17g", o->data,
        o->samples, widths, o->loss ? "squared" : "softmax_cross_entropy", o->nu, o->rho);
    CLARKE_TRY(clarke_arena_status(e->mem));
    CLARKE_TRY(clarke_problem_from_text(spec, e->mem, &p));
    CLARKE_TRY(clarke_work_begin(e, "iterations"));
    CLARKE_TRY(p3_speed_measure(e, o, p));
    clarke_work_end(e);
    return CLARKE_OK;
}

static const clarke_param p3_speed_params[] = {
    {"widths", CLARKE_PARAM_LIST, offsetof(speed, widths), "16,16", 1.0, 1e6, NULL,
     "of the hidden layers"},
    {"samples", CLARKE_PARAM_REAL, offsetof(speed, samples), "200", 0.0, 1e7, NULL,
     "samples (0: all there are)"},
    {"seconds", CLARKE_PARAM_REAL, offsetof(speed, seconds), "1", 0.001, 1e5, NULL,
     "the measurement lasts at least, and at least five iterations"},
    {"nu", CLARKE_PARAM_REAL, offsetof(speed, nu), "0.0001", 1e-300, 1e100, NULL, "nu"},
    {"rho", CLARKE_PARAM_REAL, offsetof(speed, rho), "0.0001", 1e-300, 1e100, NULL, "rho"},
    {"initial", CLARKE_PARAM_REAL, offsetof(speed, initial), "1", 1e-300, 1e100, NULL,
     "theta and tau begin here"},
    {"loss", CLARKE_PARAM_CHOICE, offsetof(speed, loss), "softmax_cross_entropy", 0.0, 0.0,
     "softmax_cross_entropy|squared", "the loss"},
    {"precision", CLARKE_PARAM_CHOICE, offsetof(speed, precision), "double", 0.0, 0.0,
     "double|single", "of the computation"},
    {"data", CLARKE_PARAM_TEXT, offsetof(speed, data), "teacher", 0.0, 0.0, NULL,
     "teacher, a folder of IDX files, or FILE.csv"},
    {0}};

const clarke_experiment_desc clarke_experiment_p3_speed = {
    .title = "Seconds of one iteration of dlADMM",
    .paper = "Wang, Yu, Chen, Zhao, arXiv 1905.13611, algorithm 1",
    .shows = "the shortest and the median time of an iteration",
    .not_shown = "anything but time",
    .params = p3_speed_params,
    .params_size = sizeof(speed),
    .estimate = {{.seconds = 2, .bytes = 1e8}, {.seconds = 2, .bytes = 1e8}},
    .run = p3_speed_run,
};
