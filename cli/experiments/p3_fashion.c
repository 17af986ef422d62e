/* The experiment of dlADMM's paper (Wang, Yu, Chen, Zhao, arXiv 1905.13611, section 5) on
   Fashion-MNIST: a network 784-1000-1000-10, all samples at once, in single precision. dlADMM in two
   settings: the paper's (nu = 1e-6, rho from 1e-6 upward, the authors' start), in which no hypothesis
   of its theorems holds, and one with rho > 2 H. Beside it gradient descent, Adagrad, Adadelta and Adam
   with the paper's step sizes on the same network, and ADMM with inverses. The paper's step size 1e-6
   of gradient descent is for the sum over its 60,000 samples: 0.06 for the mean. */
#include "cli/lib/experiment.h"

#include "engine/run.h"
#include "methods/lib/admm_inverse.h"
#include "problems/lib/mlp.h"

#include <string.h>

typedef struct {
    double samples, iterations, tests; /* 0: by the scale */
    clarke_list widths;
    double nu, rho;
    const char *data;
} fashion;

enum {
    FASHION_SPLIT = 3,
    FASHION_BASELINES = 4,
    FASHION_CURVES = FASHION_SPLIT + FASHION_BASELINES
};

typedef struct {
    clarke_experiment *e;
    size_t samples, iterations, every, done;
    const char *widths, *folder;
    clarke_problem *net; /* relu_mlp, for accuracies and baselines */
    clarke_dataset test;
    clarke_series *series[FASHION_CURVES];
} fashion_work;

static const char *const p3_fashion_name[FASHION_CURVES] = {"dlADMM, paper",
                                                            "dlADMM, rho > 2 H",
                                                            "ADMM with inverses",
                                                            "gradient descent",
                                                            "Adagrad",
                                                            "Adadelta",
                                                            "Adam"};

/* W_1, b_1, W_2, ... of x among those of the network without splitting. */
static void p3_fashion_weights(const clarke_dladmm *d, const double *x, double *w)
{
    for (size_t l = 0; l < d->layers; l++) {
        const size_t rows = d->width[l + 1], size = rows * d->width[l];
        memcpy(w, x + d->at[l][CLARKE_DLADMM_W], size * sizeof *w);
        memcpy(w + size, x + d->at[l][CLARKE_DLADMM_B], rows * sizeof *w);
        w += size + rows;
    }
}

static clarke_status p3_fashion_row(fashion_work *f, clarke_series *s, size_t k, double seconds,
                                    double objective, double residual, const double *w)
{
    const double row[] = {(double)k,
                          seconds,
                          objective,
                          residual,
                          f->net->desc->value(f->net, w),
                          clarke_mlp_accuracy(f->net, NULL, w),
                          clarke_mlp_accuracy(f->net, &f->test, w)};
    return clarke_series_add(s, row);
}

static clarke_status p3_fashion_open(fashion_work *f, size_t curve, const char *id)
{
    CLARKE_TRY(clarke_work_begin(f->e, p3_fashion_name[curve]));
    return clarke_series_open(f->e, id, "k,seconds,objective,residual,loss,train,test",
                              &f->series[curve]);
}

static clarke_status p3_fashion_progress(fashion_work *f)
{
    f->done++;
    return clarke_experiment_step(f->e, (double)f->done, (double)(FASHION_CURVES * f->iterations));
}

/* ---- the two methods on the split network ---- */

typedef struct {
    const clarke_dladmm_engine *engine;
    clarke_dladmm_net *net;
    clarke_dladmm_opts opts;
    clarke_dladmm_schedule schedule;
    const clarke_admm_engine *inverse;
    clarke_admm_net *admm;
} fashion_split;

static clarke_status p3_fashion_sweep(fashion_split *s, const clarke_dladmm *d, size_t k)
{
    clarke_inner inner = {0};
    if (s->engine) {
        if (k > 0) clarke_dladmm_schedule_next(&s->schedule, &s->opts, k, NAN);
        if (k % CLARKE_DLADMM_REFRESH == 0) s->engine->refresh(s->net);
        for (size_t phase = 0; phase < clarke_dladmm_phases(d->layers); phase++) {
            const clarke_dladmm_phase p = clarke_dladmm_phase_at(d->layers, phase);
            s->engine->step(s->net, &p, &s->schedule.now, &inner);
        }
        return CLARKE_OK;
    }
    for (size_t l = 0; l < d->layers; l++) {
        const bool last = l + 1 == d->layers;
        CLARKE_TRY(s->inverse->step(s->admm, CLARKE_DLADMM_W, l, &inner));
        CLARKE_TRY(s->inverse->step(s->admm, CLARKE_DLADMM_B, l, &inner));
        CLARKE_TRY(s->inverse->step(s->admm, last ? CLARKE_DLADMM_Z : CLARKE_DLADMM_A, l, &inner));
        CLARKE_TRY(s->inverse->step(s->admm, last ? CLARKE_DLADMM_A : CLARKE_DLADMM_Z, l, &inner));
    }
    return CLARKE_OK;
}

/* W and b of the state, where the measurements are made. */
static void p3_fashion_store(const fashion_split *s, const clarke_dladmm *d, double *x)
{
    for (size_t l = 0; l < d->layers; l++)
        for (size_t kind = CLARKE_DLADMM_W; kind <= CLARKE_DLADMM_B; kind++) {
            const clarke_dladmm_phase p = {kind, l, true};
            if (s->engine)
                s->engine->store(s->net, &p, x);
            else
                s->inverse->store(s->admm, kind, l, x);
        }
}

static clarke_status p3_fashion_iterate(fashion_work *f, fashion_split *s, size_t curve,
                                        clarke_problem *p)
{
    double *w = clarke_vec(f->e->mem, f->net->n), seconds = 0.0, residual;
    CLARKE_TRY(clarke_arena_status(f->e->mem));
    for (size_t k = 0; k < f->iterations; k++) {
        const double before = clarke_experiment_now();
        CLARKE_TRY(p3_fashion_sweep(s, p->dladmm, k));
        seconds += clarke_experiment_now() - before;
        if ((k + 1) % f->every == 0 || k == 0) {
            const double objective = s->engine ? s->engine->objective(s->net, &residual)
                                               : s->inverse->objective(s->admm, &residual);
            p3_fashion_store(s, p->dladmm, p->start);
            p3_fashion_weights(p->dladmm, p->start, w);
            CLARKE_TRY(p3_fashion_row(f, f->series[curve], k + 1, seconds, objective, residual, w));
        }
        CLARKE_TRY(p3_fashion_progress(f));
    }
    return CLARKE_OK;
}

static clarke_status p3_fashion_dladmm(fashion_work *f, size_t curve, const char *id,
                                       const char *settings, double growth)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_problem *p;
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    const char *spec = clarke_arena_printf(
        mem, "dladmm_net:data=%s,samples=%zu,widths=%s,loss=softmax_cross_entropy,%s", f->folder,
        f->samples, f->widths, settings);
    clarke_status status = clarke_arena_status(mem);
    if (status == CLARKE_OK) status = p3_fashion_open(f, curve, id);
    if (status == CLARKE_OK) status = clarke_problem_from_text(spec, mem, &p);
    if (status == CLARKE_OK) {
        const bool grows = growth > 1.0;
        fashion_split s = {.opts = {.initial = grows ? 1.0 : 1e-3,
                                    .factor = 2.0,
                                    .rho_factor = growth,
                                    .rho_max = INFINITY,
                                    .rho_every = grows ? f->iterations / 2 : 0,
                                    .initial_factor = 1.0}};
        clarke_dladmm_schedule_begin(&s.schedule, p->dladmm, &s.opts);
        if (curve < 2) {
            s.engine = &clarke_dladmm_engine_real_single;
            s.net = s.engine->make(p->dladmm, &s.opts, mem);
        } else {
            s.inverse = &clarke_admm_inverse_real_single;
            s.admm = s.inverse->make(p->dladmm, 1e-3, mem);
        }
        status = clarke_arena_status(mem);
        if (status == CLARKE_OK && s.engine) s.engine->load(s.net, p->start);
        if (status == CLARKE_OK && s.inverse) s.inverse->load(s.admm, p->start);
        if (status == CLARKE_OK) status = p3_fashion_iterate(f, &s, curve, p);
    }
    clarke_work_end(f->e);
    clarke_arena_free(mem);
    return status;
}

/* ---- the baselines ---- */

typedef struct {
    fashion_work *f;
    clarke_series *series;
    double seconds, before;
    clarke_status status;
} fashion_watch;

static void p3_fashion_observe(void *self, const clarke_iter *it, const clarke_event *e)
{
    fashion_watch *w = self;
    fashion_work *f = w->f;
    const double now = clarke_experiment_now();
    if (e) w->seconds += now - w->before;
    if (e && w->status == CLARKE_OK && ((e->k + 1) % f->every == 0 || e->k == 0))
        w->status = p3_fashion_row(f, w->series, e->k + 1, w->seconds, NAN, NAN, it->x);
    if (e && w->status == CLARKE_OK) w->status = p3_fashion_progress(f);
    w->before = clarke_experiment_now();
}

static clarke_status p3_fashion_baseline(fashion_work *f, size_t curve, const char *method,
                                         const char *step)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_run_plan plan;
    clarke_run_result result;
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    const char *schedule = clarke_arena_printf(mem, "constant:%s", step);
    const clarke_run_spec spec = {.problem = f->net->spec,
                                  .method = method,
                                  .schedule = schedule,
                                  .sampling = "full",
                                  .iterations = f->iterations};
    clarke_status status = p3_fashion_open(f, curve,
                                           curve == 3   ? "gradient_descent"
                                           : curve == 4 ? "adagrad"
                                           : curve == 5 ? "adadelta"
                                                        : "adam");
    fashion_watch watch = {.f = f, .series = f->series[curve]};
    const clarke_observer observer = {&watch, p3_fashion_observe};
    if (status == CLARKE_OK) status = clarke_run_plan_make(&spec, mem, &plan);
    if (status == CLARKE_OK)
        status = clarke_run_execute(&plan, f->e->seed, 0, NULL, 0, &observer, f->e->cancel, mem,
                                    &result);
    if (status == CLARKE_OK) status = watch.status;
    clarke_work_end(f->e);
    clarke_arena_free(mem);
    return status;
}

/* ---- the report ---- */

static void p3_fashion_table(fashion_work *f)
{
    clarke_experiment *e = f->e;
    clarke_experiment_heading(e, "After the last iteration");
    clarke_experiment_table(e, "method|objective R(z_L)|residual|mean loss|train|test|s/iteration");
    for (size_t i = 0; i < FASHION_CURVES; i++) {
        const clarke_series *s = f->series[i];
        const size_t last = clarke_series_rows(s) - 1;
        const char *own = i < FASHION_SPLIT
                              ? clarke_arena_printf(e->mem, "%.4g|%.4g",
                                                    clarke_series_at(s, last, "objective"),
                                                    clarke_series_at(s, last, "residual"))
                              : "none|none";
        clarke_experiment_row(e, "%s|%s|%.4g|%.4f|%.4f|%.3g", p3_fashion_name[i], own ? own : "",
                              clarke_series_at(s, last, "loss"), clarke_series_at(s, last, "train"),
                              clarke_series_at(s, last, "test"),
                              clarke_series_at(s, last, "seconds") /
                                  clarke_series_at(s, last, "k"));
    }
    clarke_experiment_say(
        e, "Objective and residual are those of the split problem; the mean loss and "
           "the accuracies are of a pass through the network with W and b alone.");
}

static clarke_status p3_fashion_charts(fashion_work *f)
{
    clarke_curve objective[FASHION_SPLIT], residual[FASHION_SPLIT], train[FASHION_CURVES],
        test[FASHION_CURVES];
    for (size_t i = 0; i < FASHION_CURVES; i++) {
        const char *name = p3_fashion_name[i];
        train[i] = (clarke_curve){name, f->series[i], "k", "train"};
        test[i] = (clarke_curve){name, f->series[i], "k", "test"};
        if (i >= FASHION_SPLIT) continue;
        objective[i] = (clarke_curve){name, f->series[i], "k", "objective"};
        residual[i] = (clarke_curve){name, f->series[i], "k", "residual"};
    }
    const clarke_panel split[] = {
        {.x = "k", .y = "R(z_L)", .log_y = true, .curves = FASHION_SPLIT, .curve = objective},
        {.x = "k", .y = "|r|", .log_y = true, .curves = FASHION_SPLIT, .curve = residual}};
    const clarke_panel accuracy[] = {
        {.x = "k", .y = "accuracy, training", .curves = FASHION_CURVES, .curve = train},
        {.x = "k", .y = "accuracy, test", .curves = FASHION_CURVES, .curve = test}};
    CLARKE_TRY(clarke_experiment_chart(
        f->e,
        &(clarke_chart){"objective", "Objective and residual of the split problem.", 2, split}));
    return clarke_experiment_chart(
        f->e, &(clarke_chart){"accuracy", "Accuracy of the network with the current W and b.", 2,
                              accuracy});
}

static clarke_status p3_fashion_prepare(fashion_work *f, const fashion *o)
{
    clarke_experiment *e = f->e;
    const bool small = e->scale == CLARKE_SCALE_SMALL;
    const char *widths = "";
    f->samples = o->samples > 0.0 ? (size_t)o->samples : small ? 500 : 60000;
    f->iterations = o->iterations > 0.0 ? (size_t)o->iterations : small ? 60 : 200;
    f->every = f->iterations < 20 ? 1 : f->iterations / 20;
    f->folder = o->data;
    for (size_t i = 0; i < o->widths.count; i++)
        widths = clarke_arena_printf(e->mem, "%s%s%.0f", widths ? widths : "", i ? "," : "",
                                     o->widths.value[i]);
    f->widths = widths;
    const char *spec =
        clarke_arena_printf(e->mem, "relu_mlp:data=%s,samples=%zu,widths=%s,precision=single",
                            o->data, f->samples, widths);
    CLARKE_TRY(clarke_arena_status(e->mem));
    CLARKE_TRY(clarke_problem_from_text(spec, e->mem, &f->net));
    return clarke_dataset_idx(o->data, "t10k",
                              o->tests > 0.0 ? (size_t)o->tests
                              : small        ? 2000
                                             : 10000,
                              e->mem, &f->test);
}

static clarke_status p3_fashion_run(clarke_experiment *e, const void *params)
{
    static const char *const method[] = {"gradient_descent:steps=0.06", "adagrad", "adadelta",
                                         "adam"};
    static const char *const step[] = {"0.06", "0.001", "0.1", "0.001"};
    const fashion *o = params;
    fashion_work f = {.e = e};
    CLARKE_TRY(p3_fashion_prepare(&f, o));
    clarke_experiment_say(e,
                          "%zu samples, widths %s, %zu iterations, all samples at once; rho of the "
                          "paper's setting grows tenfold halfway.",
                          f.samples, f.widths, f.iterations);
    CLARKE_TRY(p3_fashion_dladmm(&f, 0, "dladmm_paper",
                                 "nu=1e-6,rho=1e-6,start=labels,dual=zero,scale=0.1", 10.0));
    const char *second = clarke_arena_printf(e->mem, "nu=%.17g,rho=%.17g,scale=0", o->nu, o->rho);
    CLARKE_TRY(clarke_arena_status(e->mem));
    CLARKE_TRY(p3_fashion_dladmm(&f, 1, "dladmm_theory", second, 1.0));
    CLARKE_TRY(p3_fashion_dladmm(&f, 2, "admm_inverse", "nu=1,rho=1,scale=0,dual=zero", 1.0));
    for (size_t i = 0; i < FASHION_BASELINES; i++)
        CLARKE_TRY(p3_fashion_baseline(&f, FASHION_SPLIT + i, method[i], step[i]));
    p3_fashion_table(&f);
    return p3_fashion_charts(&f);
}

static const clarke_param p3_fashion_params[] = {
    {"samples", CLARKE_PARAM_REAL, offsetof(fashion, samples), "0", 0.0, 60000.0, NULL,
     "training samples (0: 500 at the small scale, all 60000 at the full one)"},
    {"iterations", CLARKE_PARAM_REAL, offsetof(fashion, iterations), "0", 0.0, 1e6, NULL,
     "of every method (0: 60 or 200)"},
    {"tests", CLARKE_PARAM_REAL, offsetof(fashion, tests), "0", 0.0, 10000.0, NULL,
     "test samples (0: 2000 or 10000)"},
    {"widths", CLARKE_PARAM_LIST, offsetof(fashion, widths), "1000,1000", 1.0, 1e6, NULL,
     "of the hidden layers"},
    {"nu", CLARKE_PARAM_REAL, offsetof(fashion, nu), "1", 1e-300, 1e100, NULL,
     "of the setting with rho > 2 H"},
    {"rho", CLARKE_PARAM_REAL, offsetof(fashion, rho), "1.05", 1.0000001, 1e100, NULL,
     "of that setting; 2 H = 1 for the summed cross-entropy"},
    {"data", CLARKE_PARAM_TEXT, offsetof(fashion, data), CLARKE_FASHION_MNIST, 0.0, 0.0, NULL,
     "a folder of IDX files"},
    {0}};

const clarke_experiment_desc clarke_experiment_p3_fashion = {
    .title = "dlADMM on Fashion-MNIST, beside five baselines",
    .paper = "Wang, Yu, Chen, Zhao, arXiv 1905.13611, figures 2 to 5",
    .shows =
        "objective, residual and accuracy over the iterations, in the paper's setting and in one "
        "that satisfies rho > 2 H",
    .not_shown =
        "the paper's accuracies on MNIST, and its solver of z_L: here it is exact. Nothing "
        "here is a claim of convergence",
    .params = p3_fashion_params,
    .params_size = sizeof(fashion),
    .estimate = {{.seconds = 90, .bytes = 0.4e9}, {.seconds = 9000, .bytes = 9e9}},
    .run = p3_fashion_run,
};
