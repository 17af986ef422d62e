/* How a descent method comes to rest: the length of its steps and, where it is known, the shortest
   subgradient, against k. Where both axes are logarithmic a sublinear rate is a line. */
#include "reports/lib/gnuplot.h"
#include "reports/lib/trace_path.h"

#include <string.h>

enum { DESCENT_ROWS = 1500, DESCENT_LEAST = 8 };

#define DESCENT_WIDTH  440.0
#define DESCENT_HEIGHT 270.0

typedef struct {
    clarke_table table;
    size_t k, column[2]; /* the table's columns; as many as it has where one is missing */
    size_t drawn;
    double low, high, last;
} descent_panel;

static const char *const descent_name[] = {"dx", "residual_clarke"};

/* A logarithmic axis has no place for zero. */
static bool descent_at(const descent_panel *p, size_t r, size_t series, double *y)
{
    if (p->column[series] == p->table.columns) return false;
    *y = p->table.value[r * p->table.columns + p->column[series]];
    return *y > 0.0 && isfinite(*y);
}

static clarke_status descent_read(const clarke_results *results, const clarke_result *r,
                                  clarke_arena *mem, descent_panel *p)
{
    double y;
    *p = (descent_panel){.low = INFINITY, .high = -INFINITY};
    CLARKE_TRY(clarke_trace_table(results->folder, r->id, mem, &p->table));
    p->k = clarke_table_find(&p->table, "k");
    if (p->k == p->table.columns) return clarke_fail(CLARKE_EINPUT, "no column k");
    for (size_t s = 0; s < 2; s++) {
        p->column[s] = clarke_table_find(&p->table, descent_name[s]);
        for (size_t i = 0; i < p->table.rows; i++) {
            if (!descent_at(p, i, s, &y)) continue;
            p->drawn++;
            p->low = fmin(p->low, y), p->high = fmax(p->high, y);
            p->last = fmax(p->last, p->table.value[i * p->table.columns + p->k]);
        }
    }
    if (p->drawn < DESCENT_LEAST) return clarke_fail(CLARKE_EINPUT, "too few rows");
    return CLARKE_OK;
}

/* Steps of one size, nothing random, and one point: what the other figures do not show. */
static bool descent_usable(const clarke_results *results, const clarke_result *r)
{
    char name[160];
    descent_panel p;
    snprintf(name, sizeof name, "traces/%s.csv", r->id);
    if (r->network || !r->schedule || strncmp(r->schedule, "constant:", 9) != 0 ||
        (r->noise && strcmp(r->noise, "none") != 0) ||
        (r->sampling && strcmp(r->sampling, "full") != 0) ||
        !clarke_folder_has(results->folder, name))
        return false;
    clarke_arena *mem = clarke_arena_new(0);
    if (!mem) return false;
    const bool usable = descent_read(results, r, mem, &p) == CLARKE_OK;
    clarke_arena_free(mem);
    return usable;
}

static void descent_plot(const descent_panel *p, FILE *script)
{
    static const char *const drawn[] = {"with lines lw 1.4 lc rgb '#0072B2'",
                                        "with lines lw 1.4 dt 2 lc rgb '#D55E00'"};
    const size_t stride = 1 + p->table.rows / DESCENT_ROWS;
    double y;
    for (size_t s = 0; s < 2; s++) {
        fprintf(script, "$d%zu << END\n", s);
        for (size_t r = 0; r < p->table.rows; r += stride)
            if (descent_at(p, r, s, &y))
                fprintf(script, "%.7g %.7g\n", p->table.value[r * p->table.columns + p->k] + 1.0,
                        y);
        fputs("NaN NaN\nEND\n", script);
    }
    clarke_plot_log_axis(script, 'x', 1.0, 1.1 * (p->last + 1.0));
    clarke_plot_log_axis(script, 'y', p->low / 1.6, 1.6 * p->high);
    fputs("set xlabel 'k + 1' offset 0,0.4\nset ylabel 'length' offset 0.5,0\n", script);
    fprintf(script, "plot $d0 using 1:2 %s, $d1 using 1:2 %s\n", drawn[0], drawn[1]);
}

static clarke_status descent_draw(const clarke_results *results, const clarke_result *const *panel,
                                  size_t count, FILE *script)
{
    const size_t columns = count > 1 ? 2 : 1, rows = (count + columns - 1) / columns;
    clarke_plot_begin(script, columns, rows, columns > 1 ? DESCENT_WIDTH : 1.5 * DESCENT_WIDTH,
                      DESCENT_HEIGHT);
    for (size_t i = 0; i < count; i++) {
        descent_panel p;
        clarke_arena *mem = clarke_arena_new(0);
        if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
        const clarke_status status = descent_read(results, panel[i], mem, &p);
        if (status == CLARKE_OK) {
            clarke_plot_panel(script, columns, rows, i, DESCENT_HEIGHT);
            clarke_plot_title(script, panel[i]);
            descent_plot(&p, script);
        }
        clarke_arena_free(mem);
        CLARKE_TRY(status);
    }
    clarke_plot_legend(script, rows, DESCENT_HEIGHT,
                       "NaN with lines lw 1.4 lc rgb '#0072B2' title 'step |x_{k+1} - x_k|', "
                       "NaN with lines lw 1.4 dt 2 lc rgb '#D55E00' title 'shortest subgradient'");
    return CLARKE_OK;
}

const clarke_plot clarke_plot_descent = {
    .ending = "descent",
    .caption =
        "The length of the steps, and that of the shortest subgradient where it is known, of "
        "the first seed. Both axes are logarithmic; zeros are left out.",
    .most = 6,
    .usable = descent_usable,
    .draw = descent_draw,
};
