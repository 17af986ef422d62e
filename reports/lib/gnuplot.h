/* gnuplot as a child process: a script in, an SVG out. Every text of a record goes through
   clarke_plot_text, so that no script can be smuggled in. */
#pragma once

#include "engine/results.h"

/* Runs gnuplot on `script` (rewound here) and stores what it writes as <folder>/<name>.
   CLARKE_EUNAVAILABLE where there is no gnuplot; CLARKE_EIO if it fails or takes over a minute. */
clarke_status clarke_gnuplot_run(FILE *script, const char *folder, const char *name);

/* A single-quoted gnuplot string of at most `limit` characters; what is no letter, digit or plain
   punctuation becomes '?'. */
void clarke_plot_text(FILE *script, const char *text, size_t limit);
/* The two-line title of a case's panel. */
void clarke_plot_title(FILE *script, const clarke_result *result);
/* Terminal and fonts for `rows` x `columns` panels of the given size below a legend's strip, and
   `set multiplot`; then one clarke_plot_panel for each, and clarke_plot_legend last. */
void clarke_plot_begin(FILE *script, size_t columns, size_t rows, double width, double height);
void clarke_plot_panel(FILE *script, size_t columns, size_t rows, size_t index, double height);
/* `entries` are the plot elements after "plot", for example "NaN with lines title 'a'". */
void clarke_plot_legend(FILE *script, size_t rows, double height, const char *entries);
/* Ticks of a logarithmic axis ('x' or 'y') and its range: decades, or 1, 2, 5 on short ranges. */
void clarke_plot_log_axis(FILE *script, char axis, double low, double high);

/* One kind of figure: small multiples of cases of one claim. */
typedef struct {
    const char *ending;  /* of the file name: "blocks" */
    const char *caption; /* plain text */
    size_t most;         /* panels */
    bool (*usable)(const clarke_results *results, const clarke_result *result);
    clarke_status (*draw)(const clarke_results *results, const clarke_result *const *panel,
                          size_t count, FILE *script);
} clarke_plot;

extern const clarke_plot clarke_plot_limit, clarke_plot_lyapunov, clarke_plot_path,
    clarke_plot_rest, clarke_plot_agents, clarke_plot_consensus, clarke_plot_descent;
