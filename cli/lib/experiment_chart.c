/* An experiment's figures, by gnuplot. */
#include "cli/lib/experiment.h"

#include "reports/lib/gnuplot.h"

#include <string.h>
#include <unistd.h>

#define CHART_WIDTH  420.0
#define CHART_HEIGHT 300.0

enum { CHART_CURVES = 8 };

/* Colours that colour-blind readers tell apart (Okabe and Ito), and dashes for those on paper. */
static const char *const chart_style[CHART_CURVES] = {
    "lw 1.8 dt 1 lc rgb '#0072B2'", "lw 1.8 dt 2 lc rgb '#D55E00'", "lw 1.8 dt 4 lc rgb '#009E73'",
    "lw 1.8 dt 5 lc rgb '#CC79A7'", "lw 1.8 dt 3 lc rgb '#E69F00'", "lw 1.8 dt 1 lc rgb '#56B4E9'",
    "lw 1.8 dt 2 lc rgb '#000000'", "lw 1.8 dt 4 lc rgb '#999999'"};

/* What an axis cannot show breaks the line. */
static bool chart_shows(double value, bool log)
{
    return isfinite(value) && (!log || value > 0.0);
}

static void chart_range(double value, bool log, double *low, double *high)
{
    if (!chart_shows(value, log)) return;
    *low = fmin(*low, value);
    *high = fmax(*high, value);
}

static void chart_data(FILE *script, const clarke_panel *panel, size_t i, double range[4])
{
    const clarke_curve *curve = &panel->curve[i];
    const size_t rows = clarke_series_rows(curve->series);
    fprintf(script, "$c%zu << END\nNaN NaN\n", i);
    for (size_t r = 0; r < rows; r++) {
        const double x = clarke_series_at(curve->series, r, curve->x);
        const double y = clarke_series_at(curve->series, r, curve->y);
        const bool shown = chart_shows(x, panel->log_x) && chart_shows(y, panel->log_y);
        if (!shown) {
            fputs("NaN NaN\n", script);
            continue;
        }
        chart_range(x, panel->log_x, &range[0], &range[1]);
        chart_range(y, panel->log_y, &range[2], &range[3]);
        fprintf(script, "%.9g %.9g\n", x, y);
    }
    fputs("END\n", script);
}

static void chart_axis(FILE *script, char axis, bool log, double low, double high)
{
    if (!(low <= high)) low = high = 1.0;
    if (log) {
        clarke_plot_log_axis(script, axis, low / 1.15, 1.15 * high);
        return;
    }
    const double margin = high > low ? 0.03 * (high - low) : 1.0;
    fprintf(script, "unset logscale %c\nset %crange [%.9g:%.9g]\nset %ctics autofreq\n", axis, axis,
            low - margin, high + margin, axis);
}

static void chart_panel(FILE *script, const clarke_panel *panel)
{
    double range[4] = {(double)INFINITY, (double)-INFINITY, (double)INFINITY, (double)-INFINITY};
    for (size_t i = 0; i < panel->curves; i++) chart_data(script, panel, i, range);
    chart_axis(script, 'x', panel->log_x, range[0], range[1]);
    chart_axis(script, 'y', panel->log_y, range[2], range[3]);
    fputs("set title ", script);
    clarke_plot_text(script, panel->title ? panel->title : "", 60);
    fputs(" noenhanced\nset xlabel ", script);
    clarke_plot_text(script, panel->x, 60);
    fputs(" noenhanced offset 0,0.4\nset ylabel ", script);
    clarke_plot_text(script, panel->y, 60);
    fputs(" noenhanced offset 0.5,0\nplot ", script);
    for (size_t i = 0; i < panel->curves; i++)
        fprintf(script, "%s$c%zu using 1:2 with lines %s", i ? ", " : "", i,
                chart_style[i % CHART_CURVES]);
    fputc('\n', script);
}

static void chart_legend(FILE *script, const clarke_chart *chart, size_t rows)
{
    char *text = NULL;
    size_t length = 0;
    FILE *entries = open_memstream(&text, &length);
    if (!entries) return;
    for (size_t i = 0; i < chart->panel[0].curves; i++) {
        fprintf(entries, "%sNaN with lines %s title ", i ? ", " : "",
                chart_style[i % CHART_CURVES]);
        clarke_plot_text(entries, chart->panel[0].curve[i].title, 40);
    }
    if (fclose(entries) == 0) clarke_plot_legend(script, rows, CHART_HEIGHT, text);
    free(text);
}

static clarke_status chart_draw(const clarke_experiment *e, const clarke_chart *chart,
                                const char *file)
{
    FILE *script = tmpfile();
    if (!script) return clarke_fail(CLARKE_EIO, "a temporary file could not be made");
    const size_t columns = chart->panels < 3 ? chart->panels : chart->panels == 4 ? 2 : 3;
    const size_t rows = (chart->panels + columns - 1) / columns;
    clarke_plot_begin(script, columns, rows, CHART_WIDTH, CHART_HEIGHT);
    for (size_t i = 0; i < chart->panels; i++) {
        clarke_plot_panel(script, columns, rows, i, CHART_HEIGHT);
        chart_panel(script, &chart->panel[i]);
    }
    chart_legend(script, chart, rows);
    const clarke_status status = clarke_gnuplot_run(script, e->folder, file);
    fclose(script);
    return status;
}

clarke_status clarke_experiment_chart(clarke_experiment *e, const clarke_chart *chart)
{
    double seconds, bytes;
    const char *file = clarke_arena_printf(e->mem, "figures/%s.svg", chart->name);
    CLARKE_TRY(clarke_arena_status(e->mem));
    clarke_work_end(e);
    const clarke_status status = chart_draw(e, chart, file);
    if (status == CLARKE_ENOMEM || status == CLARKE_EINPUT) return status;
    clarke_chart_work(e, chart, &seconds, &bytes);
    if (status == CLARKE_OK) {
        clarke_experiment_say(e, "![%s](%s)", chart->name, file);
    } else {
        /* An old figure would show other numbers. */
        const char *path = clarke_arena_printf(e->mem, "%s/%s", e->folder, file);
        if (path) unlink(path);
        clarke_experiment_say(e, "(No figure: %s.)", clarke_message());
    }
    clarke_experiment_say(e, "%s", chart->caption);
    clarke_experiment_say(e, "Command: `%s`. Its runs took %.1f s and at most %.0f MB.",
                          clarke_experiment_command(e), seconds, bytes / 1e6);
    return clarke_arena_status(e->mem);
}
