/* What an iteration of dlADMM costs against the width of square layers and against the number of
   samples, beside ADMM with inverses: operations, counted where they are done, and seconds, with
   exponents from least squares in logarithms and their 95 % intervals (Student). The paper's own
   tables of seconds are fitted in the same way, for their slopes and not for their seconds. */
#include "cli/lib/experiment.h"

#include "core/blas.h"
#include "engine/run.h"

#include <gsl/gsl_cdf.h>

typedef struct {
    clarke_list widths, samples;
    double fixed_samples, fixed_width, repetitions;
} scaling;

enum { SCALING_MOST = 16 };

typedef struct {
    double low, mid, high;
} scaling_slope;

static scaling_slope p3_scaling_slope(size_t n, const double *x, const double *y)
{
    double mx = 0.0, my = 0.0, xx = 0.0, xy = 0.0, rest = 0.0;
    for (size_t i = 0; i < n; i++) mx += log(x[i]) / (double)n, my += log(y[i]) / (double)n;
    for (size_t i = 0; i < n; i++) {
        xx += (log(x[i]) - mx) * (log(x[i]) - mx);
        xy += (log(x[i]) - mx) * (log(y[i]) - my);
    }
    const double slope = xy / xx;
    for (size_t i = 0; i < n; i++) {
        const double r = log(y[i]) - my - slope * (log(x[i]) - mx);
        rest += r * r;
    }
    const double half = n > 2 ? gsl_cdf_tdist_Pinv(0.975, (double)n - 2.0) *
                                    sqrt(rest / ((double)n - 2.0) / xx)
                              : (double)INFINITY;
    return (scaling_slope){slope - half, slope, slope + half};
}

/* Seconds and operations of the iterations from the second on. */
typedef struct {
    double began, operations, seconds, best, count;
} scaling_watch;

static void p3_scaling_observe(void *self, const clarke_iter *it, const clarke_event *e)
{
    scaling_watch *w = self;
    (void)it;
    if (!e || !e->last_phase) return;
    const double now = clarke_experiment_now(), operations = clarke_blas_operations();
    if (e->k > 0) {
        w->best = fmin(w->best, now - w->began);
        w->count = operations - w->operations;
    }
    w->operations = clarke_blas_operations();
    w->began = clarke_experiment_now();
}

static clarke_status p3_scaling_one(clarke_experiment *e, const char *method, size_t n,
                                    size_t samples, size_t repetitions, clarke_series *s)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_run_plan plan;
    clarke_run_result result;
    scaling_watch watch = {.best = (double)INFINITY};
    const clarke_observer observer = {&watch, p3_scaling_observe};
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    const char *problem = clarke_arena_printf(
        mem, "dladmm_net:rho=5,samples=%zu,inputs=%zu,widths=%zu,%zu,outputs=10,scale=0", samples,
        n, n, n);
    clarke_status status = clarke_arena_status(mem);
    const clarke_run_spec spec = {.problem = problem,
                                  .method = method,
                                  .schedule = "constant:1",
                                  .sampling = "full",
                                  .iterations = repetitions + 1};
    if (status == CLARKE_OK) status = clarke_run_plan_make(&spec, mem, &plan);
    if (status == CLARKE_OK)
        status = clarke_run_execute(&plan, e->seed, 0, NULL, 0, &observer, e->cancel, mem, &result);
    clarke_arena_free(mem);
    if (status != CLARKE_OK) return status;
    clarke_experiment_row(e, "%s|%zu|%zu|%.4g|%.4g|%.3g", method, n, samples, watch.count,
                          watch.best, watch.count / watch.best / 1e9);
    return clarke_series_add(s,
                             (const double[]){(double)n, (double)samples, watch.count, watch.best});
}

static void p3_scaling_fit(clarke_experiment *e, const char *what, const clarke_series *s,
                           const char *column)
{
    double x[SCALING_MOST], count[SCALING_MOST], seconds[SCALING_MOST];
    const size_t rows = clarke_series_rows(s), used = rows < 4 ? rows : 4;
    for (size_t i = 0; i < used; i++) {
        const size_t row = rows - used + i;
        x[i] = clarke_series_at(s, row, column);
        count[i] = clarke_series_at(s, row, "operations");
        seconds[i] = clarke_series_at(s, row, "seconds");
    }
    const scaling_slope a = p3_scaling_slope(used, x, count),
                        b = p3_scaling_slope(used, x, seconds);
    clarke_experiment_row(e, "%s|%.3f|%.3f to %.3f|%.2f|%.2f to %.2f", what, a.mid, a.low, a.high,
                          b.mid, b.low, b.high);
}

/* Seconds an iteration, table 2 (200 to 1000 units) and table 3 (11,000 or 12,000 to 55,000 or 60,000
   samples, in fifths) of the paper. */
static const struct {
    const char *what;
    double seconds[5];
} p3_scaling_printed[] = {
    {"table 2, MNIST, rho = 1e-6, against units", {1.9025, 2.7750, 3.6615, 4.5709, 5.7988}},
    {"table 2, MNIST, rho = 1e-2, against units", {2.7912, 5.1383, 7.8249, 10.0300, 13.4485}},
    {"table 2, Fashion-MNIST, rho = 1e-6, against units", {2.0069, 2.8694, 4.0506, 5.1438, 6.7406}},
    {"table 2, Fashion-MNIST, rho = 1e-2, against units",
     {2.9577, 5.4173, 8.2518, 10.0945, 14.3465}},
    {"table 3, MNIST, rho = 1e-6, against samples", {1.0670, 2.0682, 3.3089, 4.6546, 5.7709}},
    {"table 3, MNIST, rho = 1e-2, against samples", {2.5154, 4.9638, 7.6606, 10.4580, 13.4021}},
};

static void p3_scaling_paper(clarke_experiment *e)
{
    static const double x[] = {1.0, 2.0, 3.0, 4.0, 5.0};
    clarke_experiment_heading(e, "The paper's tables");
    clarke_experiment_table(e, "table|exponent of seconds|95 % interval");
    for (size_t i = 0; i < sizeof p3_scaling_printed / sizeof *p3_scaling_printed; i++) {
        const scaling_slope s = p3_scaling_slope(5, x, p3_scaling_printed[i].seconds);
        clarke_experiment_row(e, "%s|%.2f|%.2f to %.2f", p3_scaling_printed[i].what, s.mid, s.low,
                              s.high);
    }
    clarke_experiment_say(e, "With 784 inputs and a GPU the seconds grow less than linearly in the "
                             "width: they do not show an exponent of 2.");
}

static clarke_status p3_scaling_run(clarke_experiment *e, const void *params)
{
    static const char *const method[] = {"dladmm", "admm_inverse"};
    const scaling *o = params;
    const size_t repetitions = (size_t)o->repetitions;
    const double total = (double)(2 * o->widths.count + o->samples.count);
    clarke_series *series[3];
    double done = 0.0;
    clarke_experiment_heading(e, "One iteration");
    clarke_experiment_table(e, "method|width|samples|operations|seconds|Gflop/s");
    for (size_t i = 0; i < 3; i++) {
        const bool widths = i < 2;
        const clarke_list *list = widths ? &o->widths : &o->samples;
        const char *name = i == 0 ? "dladmm_width" : i == 1 ? "inverse_width" : "dladmm_samples";
        CLARKE_TRY(clarke_work_begin(e, name));
        CLARKE_TRY(clarke_series_open(e, name, "width,samples,operations,seconds", &series[i]));
        for (size_t k = 0; k < list->count; k++) {
            CLARKE_TRY(p3_scaling_one(
                e, method[i % 2], (size_t)(widths ? list->value[k] : o->fixed_width),
                (size_t)(widths ? o->fixed_samples : list->value[k]), repetitions, series[i]));
            CLARKE_TRY(clarke_experiment_step(e, ++done, total));
        }
        clarke_work_end(e);
    }
    clarke_experiment_heading(e, "Exponents over the four largest sizes");
    clarke_experiment_table(e, "what|operations|95 % interval|seconds|95 % interval");
    p3_scaling_fit(e, "dlADMM against width", series[0], "width");
    p3_scaling_fit(e, "ADMM with inverses against width", series[1], "width");
    p3_scaling_fit(e, "dlADMM against samples", series[2], "samples");
    p3_scaling_paper(e);
    const clarke_curve operations[] = {{"dlADMM", series[0], "width", "operations"},
                                       {"ADMM with inverses", series[1], "width", "operations"}};
    const clarke_curve seconds[] = {{"dlADMM", series[0], "width", "seconds"},
                                    {"ADMM with inverses", series[1], "width", "seconds"}};
    const clarke_panel panel[] = {{.x = "width",
                                   .y = "operations an iteration",
                                   .log_x = true,
                                   .log_y = true,
                                   .curves = 2,
                                   .curve = operations},
                                  {.x = "width",
                                   .y = "seconds an iteration",
                                   .log_x = true,
                                   .log_y = true,
                                   .curves = 2,
                                   .curve = seconds}};
    return clarke_experiment_chart(
        e, &(clarke_chart){"scaling", "Cost of one iteration against the width.", 2, panel});
}

static const clarke_param p3_scaling_params[] = {
    {"widths", CLARKE_PARAM_LIST, offsetof(scaling, widths), "128,256,512,1024,2048", 2.0, 8192.0,
     NULL, "of inputs and both hidden layers; at most 16"},
    {"fixed_samples", CLARKE_PARAM_REAL, offsetof(scaling, fixed_samples), "128", 1.0, 1e6, NULL,
     "samples while the width grows"},
    {"samples", CLARKE_PARAM_LIST, offsetof(scaling, samples), "500,1000,2000,4000", 1.0, 1e6, NULL,
     "samples, with the fixed width; at most 16"},
    {"fixed_width", CLARKE_PARAM_REAL, offsetof(scaling, fixed_width), "256", 2.0, 8192.0, NULL,
     "width while the samples grow"},
    {"repetitions", CLARKE_PARAM_REAL, offsetof(scaling, repetitions), "5", 1.0, 15.0, NULL,
     "iterations timed, of which the shortest counts"},
    {0}};

const clarke_experiment_desc clarke_experiment_p3_scaling = {
    .title = "What an iteration of dlADMM costs, against width and samples",
    .paper = "Wang, Yu, Chen, Zhao, arXiv 1905.13611, tables 2 and 3",
    .shows =
        "counted operations and seconds of an iteration, dlADMM and ADMM with inverses, with their "
        "exponents and intervals",
    .not_shown =
        "a verdict: times are the machine's; the count is judged by the claim dladmm_flops",
    .params = p3_scaling_params,
    .params_size = sizeof(scaling),
    .estimate = {{.seconds = 40, .bytes = 1.2e9}, {.seconds = 40, .bytes = 1.2e9}},
    .run = p3_scaling_run,
};
