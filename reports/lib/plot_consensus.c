/* What the agents differ by, against the step size: |Z_perp| falls with the step, and their ratio,
   the offset, stays bounded. */
#include "reports/lib/gnuplot.h"
#include "reports/lib/trace_path.h"

#include <string.h>

enum { CONSENSUS_ROWS = 1500, CONSENSUS_LEAST = 10 };

#define CONSENSUS_WIDTH  440.0
#define CONSENSUS_HEIGHT 270.0

typedef struct {
    clarke_table table;
    size_t eta, consensus, drawn;
    double low[2], high[2]; /* of the step, and of what is drawn over it */
} consensus_panel;

/* Row r in (eta, consensus); row 0 is the start, to which no step led. False where a logarithmic
   axis cannot show it. */
static bool consensus_at(const consensus_panel *p, size_t r, double at[2])
{
    const double *row = p->table.value + r * p->table.columns;
    at[0] = row[p->eta], at[1] = row[p->consensus];
    return r > 0 && at[0] > 0.0 && at[1] > 0.0 && isfinite(at[0]) && isfinite(at[1]);
}

static clarke_status consensus_read(const clarke_results *results, const clarke_result *r,
                                    clarke_arena *mem, consensus_panel *p)
{
    double at[2];
    *p = (consensus_panel){.low = {INFINITY, INFINITY}, .high = {-INFINITY, -INFINITY}};
    CLARKE_TRY(clarke_trace_table(results->folder, r->id, mem, &p->table));
    p->eta = clarke_table_find(&p->table, "eta");
    p->consensus = clarke_table_find(&p->table, "consensus");
    if (p->eta == p->table.columns || p->consensus == p->table.columns)
        return clarke_fail(CLARKE_EINPUT, "no columns eta and consensus");
    for (size_t i = 0; i < p->table.rows; i++) {
        if (!consensus_at(p, i, at)) continue;
        p->drawn++;
        p->low[0] = fmin(p->low[0], at[0]), p->high[0] = fmax(p->high[0], at[0]);
        p->low[1] = fmin(p->low[1], fmin(at[1], at[1] / at[0]));
        p->high[1] = fmax(p->high[1], fmax(at[1], at[1] / at[0]));
    }
    /* Against a constant step there is no curve. */
    if (p->drawn < CONSENSUS_LEAST || !(p->high[0] > 2.0 * p->low[0]))
        return clarke_fail(CLARKE_EINPUT, "too few steps of different size");
    return CLARKE_OK;
}

static bool consensus_usable(const clarke_results *results, const clarke_result *r)
{
    char name[160];
    consensus_panel p;
    snprintf(name, sizeof name, "traces/%s.csv", r->id);
    if (!r->network || !clarke_folder_has(results->folder, name)) return false;
    clarke_arena *mem = clarke_arena_new(0);
    if (!mem) return false;
    const bool usable = consensus_read(results, r, mem, &p) == CLARKE_OK;
    clarke_arena_free(mem);
    return usable;
}

static void consensus_plot(const consensus_panel *p, FILE *script)
{
    const size_t stride = 1 + p->table.rows / CONSENSUS_ROWS;
    double at[2];
    fputs("$d << END\n", script);
    for (size_t r = 0; r < p->table.rows; r += stride)
        if (consensus_at(p, r, at))
            fprintf(script, "%.7g %.7g %.7g\n", at[0], at[1], at[1] / at[0]);
    fputs("END\n", script);
    clarke_plot_log_axis(script, 'x', p->low[0] / 1.1, 1.1 * p->high[0]);
    clarke_plot_log_axis(script, 'y', p->low[1] / 1.6, 1.6 * p->high[1]);
    fputs("set xlabel 'step size eta_k' noenhanced offset 0,0.4\n"
          "set ylabel 'consensus error' offset 0.5,0\n"
          "plot $d using 1:2 with lines lw 1.4 lc rgb '#0072B2', "
          "$d using 1:3 with lines lw 1.4 dt 2 lc rgb '#D55E00'\n",
          script);
}

static clarke_status consensus_draw(const clarke_results *results,
                                    const clarke_result *const *panel, size_t count, FILE *script)
{
    const size_t columns = count > 1 ? 2 : 1, rows = (count + columns - 1) / columns;
    clarke_plot_begin(script, columns, rows, columns > 1 ? CONSENSUS_WIDTH : 1.5 * CONSENSUS_WIDTH,
                      CONSENSUS_HEIGHT);
    for (size_t i = 0; i < count; i++) {
        consensus_panel p;
        clarke_arena *mem = clarke_arena_new(0);
        if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
        const clarke_status status = consensus_read(results, panel[i], mem, &p);
        if (status == CLARKE_OK) {
            clarke_plot_panel(script, columns, rows, i, CONSENSUS_HEIGHT);
            clarke_plot_title(script, panel[i]);
            consensus_plot(&p, script);
        }
        clarke_arena_free(mem);
        CLARKE_TRY(status);
    }
    clarke_plot_legend(script, rows, CONSENSUS_HEIGHT,
                       "NaN with lines lw 1.4 lc rgb '#0072B2' title 'consensus error', "
                       "NaN with lines lw 1.4 dt 2 lc rgb '#D55E00' title 'offset: consensus error "
                       "/ step size'");
    return CLARKE_OK;
}

const clarke_plot clarke_plot_consensus = {
    .ending = "consensus",
    .caption = "What the agents of the first seed differ by (all that is mixed), and its ratio to "
               "the step size, against the step size; time goes to the left. Both axes are "
               "logarithmic.",
    .most = 6,
    .usable = consensus_usable,
    .draw = consensus_draw,
};
