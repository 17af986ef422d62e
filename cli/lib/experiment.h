/* Experiments: what a paper shows on larger problems, without a verdict. One file
   cli/experiments/<id>.c is one experiment and defines `clarke_experiment_<id>`; the table is
   generated from the folder. `clarke experiment ID --scale small|full --out DIR --seed S
   --threads T` runs it and writes report.md, manifest.json, a CSV file for each series and an SVG
   for each figure into DIR. Every figure stands with its command, its time and its memory, which
   clarke_work_begin and clarke_work_end take.

   A whole one:

       static clarke_status decay_run(clarke_experiment *e, const void *params)
       {
           const decay *o = params;
           const size_t steps = e->scale == CLARKE_SCALE_SMALL ? 100 : 10000;
           clarke_series *s;
           CLARKE_TRY(clarke_work_begin(e, "halving"));
           CLARKE_TRY(clarke_series_open(e, "halving", "k,value", &s));
           double x = 1.0;
           for (size_t k = 0; k < steps; k++, x *= o->factor) {
               CLARKE_TRY(clarke_series_add(s, (const double[]){(double)k, x}));
               CLARKE_TRY(clarke_experiment_step(e, (double)k, (double)steps));
           }
           clarke_work_end(e);
           const clarke_curve curve = {"x_k", s, "k", "value"};
           const clarke_panel panel = {.x = "k", .y = "x_k", .log_y = true, .curves = 1,
                                       .curve = &curve};
           clarke_experiment_heading(e, "Result");
           clarke_experiment_say(e, "After %zu steps x is %.3g.", steps, x);
           clarke_experiment_table(e, "steps|x");
           clarke_experiment_row(e, "%zu|%.3g", steps, x);
           return clarke_experiment_chart(e, &(clarke_chart){"decay", "x_k against k.", 1, &panel});
       }

       static const clarke_param decay_params[] = {...};
       const clarke_experiment_desc clarke_experiment_decay = {
           .title = "A geometric sequence",
           .paper = "folklore",
           .shows = "that x_k falls by a constant factor",
           .params = decay_params,
           .params_size = sizeof(decay),
           .estimate = {{.seconds = 1, .bytes = 1e6}, {.seconds = 2, .bytes = 2e6}},
           .run = decay_run,
       }; */
#pragma once

#include "cli/lib/cli.h"
#include "cli/lib/suite.h"

typedef enum { CLARKE_SCALE_SMALL, CLARKE_SCALE_FULL } clarke_scale;
enum { CLARKE_SCALES = CLARKE_SCALE_FULL + 1 };

typedef struct clarke_experiment clarke_experiment;
typedef struct clarke_series clarke_series;

/* On two cores of a common machine, measured once; generous rather than exact. */
typedef struct {
    double seconds, bytes;
} clarke_experiment_estimate;

typedef struct {
    const char *title;     /* one line */
    const char *paper;     /* "Zhang, Xiao, Liu, arXiv 2403.11565" */
    const char *shows;     /* what its figures and tables show */
    const char *not_shown; /* what must not be read into it, or NULL */
    const clarke_param *params;
    size_t params_size;
    clarke_experiment_estimate estimate[CLARKE_SCALES]; /* with the default parameters */
    /* `params` is the filled struct of the table. What was written when it fails stays readable. */
    clarke_status (*run)(clarke_experiment *e, const void *params);
} clarke_experiment_desc;

/* A part of the work, with what it took. */
typedef struct {
    const char *name;
    double seconds, cpu_seconds, bytes; /* bytes: the largest resident set */
} clarke_work;

enum { CLARKE_WORKS_MAX = 256 };

struct clarke_experiment {
    const char *id, *spec; /* spec: with its settings */
    const clarke_experiment_desc *desc;
    clarke_scale scale;
    uint64_t seed;
    size_t threads; /* of BLAS, and for the experiment's own use */
    const char *folder;
    const atomic_bool *cancel;
    clarke_arena *mem; /* as long as the experiment */

    /* ---- private ---- */
    size_t works;
    clarke_work work[CLARKE_WORKS_MAX];
    bool working;
    double began, cpu_began;
    FILE *body; /* the report's middle part, in memory */
    char *text;
    size_t length;
    bool in_table;
    clarke_series *first_series;
    clarke_cli_meter meter;
};

/* ---- work and progress ---- */

/* One part at a time. Its time and its largest memory are printed in the report, and beside every
   figure whose series were opened while it lasted. The name lives as long as the experiment. */
clarke_status clarke_work_begin(clarke_experiment *e, const char *name);
void clarke_work_end(clarke_experiment *e);
/* Tells the progress of the whole experiment; CLARKE_EINTERRUPTED once the user wants it ended. */
clarke_status clarke_experiment_step(clarke_experiment *e, double done, double total);
/* Seconds since some fixed time, for experiments that measure time themselves. */
double clarke_experiment_now(void);

/* ---- series: tables of numbers, DIR/<name>.csv ---- */

/* `columns` is "k,loss,accuracy". Each row is in the file as soon as it is added, with 17 digits. */
clarke_status clarke_series_open(clarke_experiment *e, const char *name, const char *columns,
                                 clarke_series **series);
/* row[columns] */
clarke_status clarke_series_add(clarke_series *s, const double *row);
size_t clarke_series_rows(const clarke_series *s);
/* NAN where there is no such row or column. */
double clarke_series_at(const clarke_series *s, size_t row, const char *column);

/* ---- the report ---- */

/* Markdown; the texts are the experiment's own. */
void clarke_experiment_heading(clarke_experiment *e, const char *text);
void clarke_experiment_say(clarke_experiment *e, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A table: its heads, then its rows, cells separated by '|'. Whatever else is said ends it. */
void clarke_experiment_table(clarke_experiment *e, const char *heads);
void clarke_experiment_row(clarke_experiment *e, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

typedef struct {
    const char *title;
    const clarke_series *series;
    const char *x, *y; /* columns */
} clarke_curve;

typedef struct {
    const char *title; /* or NULL */
    const char *x, *y; /* labels of the axes */
    bool log_x, log_y;
    size_t curves;
    const clarke_curve *curve; /* [curves]: at most 8, which differ in colour and dashes */
} clarke_panel;

/* Panels side by side, one legend for all: the first panel's titles name the curves of each. */
typedef struct {
    const char *name;    /* DIR/figures/<name>.svg */
    const char *caption; /* Markdown */
    size_t panels;
    const clarke_panel *panel; /* [panels] */
} clarke_chart;

/* A figure and its caption in the report. Where gnuplot is missing the report says so. */
clarke_status clarke_experiment_chart(clarke_experiment *e, const clarke_chart *chart);

/* ---- for the command ---- */

clarke_status clarke_experiment_open(clarke_experiment *e);
/* Writes report.md whatever the experiment's status, and returns the first failure. */
clarke_status clarke_experiment_close(clarke_experiment *e, clarke_status status);
/* Seconds and the largest memory of the parts that a chart's series belong to. */
void clarke_chart_work(const clarke_experiment *e, const clarke_chart *chart, double *seconds,
                       double *bytes);
const char *clarke_scale_text(clarke_scale scale);
/* "clarke experiment ID --scale small --seed 1", as it may be typed again. */
const char *clarke_experiment_command(const clarke_experiment *e);
