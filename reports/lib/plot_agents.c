/* Few agents in one variable: where each of them is, against time, with the points that are
   stationary and those that are critical for the field of the parts only. Where the mean should
   follow the subgradient flow of f, and that flow is unique, it is drawn beside the mean. */
#include "reports/lib/gnuplot.h"
#include "reports/lib/trace_path.h"

#include "engine/run.h"

#include <string.h>

enum {
    AGENTS_ROWS = 1500,
    AGENTS_NODES = 241,
    AGENTS_MARKS = 24,
    AGENTS_MOST = 8,
    AGENTS_FLOW = 50 /* proximal steps between two rows */
};

#define AGENTS_WIDTH  440.0
#define AGENTS_HEIGHT 290.0

typedef struct {
    clarke_problem *problem;
    clarke_table table;
    size_t agents, t;
    size_t *column; /* [agents] */
    double low, high;
    bool flow; /* its flow is unique, and what the method follows */
} agents_panel;

/* Methods without momentum follow x' in -subdifferential of f(x), which has one solution from each
   start where f is weakly convex and the field no larger than the Clarke set. */
static bool agents_has_flow(const clarke_problem *p, const char *method, clarke_arena *mem)
{
    const clarke_iter *it;
    return p->desc->prox && !isnan(p->default_weak_convexity) &&
           !(p->traits & CLARKE_TRAIT_FIELD_LARGER) &&
           clarke_method_forms(method, mem, &it) == CLARKE_OK && it->dsm && !it->dsm->momentum;
}

static clarke_status agents_read(const clarke_results *results, const clarke_result *r,
                                 clarke_arena *mem, agents_panel *p)
{
    CLARKE_TRY(clarke_problem_from_text(r->problem, mem, &p->problem));
    if (p->problem->n != 1) return clarke_fail(CLARKE_EINPUT, "more than one variable");
    CLARKE_TRY(clarke_trace_table(results->folder, r->id, mem, &p->table));
    p->agents = clarke_trace_agents(&p->table, 1, mem, &p->column);
    CLARKE_TRY(clarke_arena_status(mem));
    p->t = clarke_table_find(&p->table, "t");
    if (p->agents < 2 || p->agents > AGENTS_MOST || p->table.rows < 3 || p->t == p->table.columns)
        return clarke_fail(CLARKE_EINPUT, "no trace of two to %d agents", (int)AGENTS_MOST);
    p->flow = agents_has_flow(p->problem, r->method, mem);
    return CLARKE_OK;
}

static bool agents_usable(const clarke_results *results, const clarke_result *r)
{
    char name[160];
    agents_panel p;
    snprintf(name, sizeof name, "traces/%s.csv", r->id);
    if (!r->network || !clarke_folder_has(results->folder, name)) return false;
    clarke_arena *mem = clarke_arena_new(0);
    if (!mem) return false;
    const bool usable = agents_read(results, r, mem, &p) == CLARKE_OK;
    clarke_arena_free(mem);
    return usable;
}

static double agents_mean(const agents_panel *p, size_t r)
{
    double mean = 0.0;
    for (size_t i = 0; i < p->agents; i++)
        mean += p->table.value[r * p->table.columns + p->column[i]] / (double)p->agents;
    return mean;
}

static double agents_time(const agents_panel *p, size_t r)
{
    return p->table.value[r * p->table.columns + p->t];
}

/* t, the agents, their mean; rows that are not finite, and t = 0, cannot be drawn. */
static void agents_data(agents_panel *p, FILE *script)
{
    const size_t stride = 1 + p->table.rows / AGENTS_ROWS;
    p->low = INFINITY, p->high = -INFINITY;
    fputs("$d << END\n", script);
    for (size_t r = 0; r < p->table.rows; r += stride) {
        const double *row = p->table.value + r * p->table.columns;
        const double mean = agents_mean(p, r);
        if (!(row[p->t] > 0.0) || !isfinite(mean)) continue;
        fprintf(script, "%.7g %.7g", row[p->t], mean);
        for (size_t i = 0; i < p->agents; i++) {
            const double x = row[p->column[i]];
            p->low = fmin(p->low, x), p->high = fmax(p->high, x);
            fprintf(script, " %.7g", x);
        }
        putc('\n', script);
    }
    fputs("END\n", script);
    if (!(p->low <= p->high)) p->low = p->high = 0.0;
    const double margin = 0.08 * (p->high - p->low) + 1e-3 * (fabs(p->low) + fabs(p->high)) + 1e-9;
    p->low -= margin, p->high += margin;
}

/* The flow by proximal steps, put on the mean again at T/256, T/64, T/16 and T/4. */
static void agents_flow(const agents_panel *p, FILE *script)
{
    const double end = agents_time(p, p->table.rows - 1);
    double x = NAN, again = end / 256.0, before = NAN;
    fputs("$flow << END\nNaN NaN\n", script);
    for (size_t r = 0; p->flow && r < p->table.rows; r++) {
        const double t = agents_time(p, r);
        if (!isfinite(t) || !isfinite(agents_mean(p, r))) break;
        for (size_t i = 0; isfinite(x) && i < AGENTS_FLOW; i++) {
            double next;
            p->problem->desc->prox(p->problem, (t - before) / AGENTS_FLOW, &x, &next);
            x = next;
        }
        before = t;
        if (t > 0.0 && isfinite(x)) fprintf(script, "%.7g %.7g\n", t, x);
        if (t < again) continue;
        x = agents_mean(p, r);
        while (again <= t) again *= 4.0;
        if (t > 0.0) fprintf(script, "\n%.7g %.7g\n", t, x);
    }
    fputs("END\n", script);
}

/* The points of the set that are the nearest ones of a node of the visited interval. */
static size_t agents_marks(const agents_panel *p, bool field, double mark[AGENTS_MARKS])
{
    const clarke_problem_desc *desc = p->problem->desc;
    const double h = (p->high - p->low) / (AGENTS_NODES - 1);
    size_t marks = 0;
    if (!desc->stationary_distance || (field && !desc->field_distance)) return 0;
    for (size_t i = 0; i < AGENTS_NODES && marks < AGENTS_MARKS; i++) {
        const double x = p->low + h * (double)i;
        double near = NAN;
        if (field)
            desc->field_distance(p->problem, &x, &near);
        else
            desc->stationary_distance(p->problem, &x, &near, NULL);
        if (!(near >= p->low && near <= p->high)) continue;
        bool seen = false;
        for (size_t m = 0; m < marks && !seen; m++) seen = fabs(mark[m] - near) < 0.5 * h;
        if (!seen) mark[marks++] = near;
    }
    return marks;
}

/* As far as a stationary point that is near what was visited. */
static void agents_widen(agents_panel *p)
{
    double mark[AGENTS_MARKS], low = p->low, high = p->high;
    agents_panel wide = *p;
    wide.low = low - 0.5 * (high - low), wide.high = high + 0.5 * (high - low);
    const size_t marks = agents_marks(&wide, false, mark);
    for (size_t m = 0; m < marks; m++) {
        p->low = fmin(p->low, mark[m] - 0.08 * (high - low));
        p->high = fmax(p->high, mark[m] + 0.08 * (high - low));
    }
}

static void agents_lines(FILE *script, const double *mark, size_t marks, const char *style)
{
    for (size_t m = 0; m < marks; m++) fprintf(script, "%.9g with lines %s, ", mark[m], style);
}

static void agents_plot(const agents_panel *p, FILE *script)
{
    double clarke[AGENTS_MARKS], field[AGENTS_MARKS];
    const size_t marks = agents_marks(p, false, clarke), more = agents_marks(p, true, field);
    const double first = agents_time(p, 1), last = agents_time(p, p->table.rows - 1);
    clarke_plot_log_axis(script, 'x', first > 0.0 ? first : 1e-3, fmax(last, 2e-3));
    fprintf(script,
            "set yrange [%.9g:%.9g]\nset xlabel 't = sum of the step sizes' offset 0,0.4\n"
            "set ylabel 'x' offset 0.5,0\nplot ",
            p->low, p->high);
    agents_lines(script, field, more, "lw 2.4 dt 3 lc rgb '#E69F00'");
    agents_lines(script, clarke, marks, "lw 1.2 dt 1 lc rgb '#009E73'");
    for (size_t i = 0; i < p->agents; i++)
        fprintf(script, "$d using 1:%zu with lines lw 1.1 lc rgb '#0072B2', ", i + 3);
    fputs("$d using 1:2 with lines lw 1.8 dt 2 lc rgb '#D55E00', "
          "$flow using 1:2 with lines lw 1.4 lc rgb '#000000'\n",
          script);
}

static clarke_status agents_draw(const clarke_results *results, const clarke_result *const *panel,
                                 size_t count, FILE *script)
{
    const size_t columns = count > 1 ? 2 : 1, rows = (count + columns - 1) / columns;
    clarke_plot_begin(script, columns, rows, columns > 1 ? AGENTS_WIDTH : 1.5 * AGENTS_WIDTH,
                      AGENTS_HEIGHT);
    for (size_t i = 0; i < count; i++) {
        agents_panel p;
        clarke_arena *mem = clarke_arena_new(0);
        if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
        const clarke_status status = agents_read(results, panel[i], mem, &p);
        if (status == CLARKE_OK) {
            clarke_plot_panel(script, columns, rows, i, AGENTS_HEIGHT);
            clarke_plot_title(script, panel[i]);
            agents_data(&p, script);
            agents_flow(&p, script);
            agents_widen(&p);
            agents_plot(&p, script);
        }
        clarke_arena_free(mem);
        CLARKE_TRY(status);
    }
    clarke_plot_legend(script, rows, AGENTS_HEIGHT,
                       "NaN with lines lw 1.1 lc rgb '#0072B2' title 'an agent', "
                       "NaN with lines lw 1.8 dt 2 lc rgb '#D55E00' title 'their mean', "
                       "NaN with lines lw 1.4 lc rgb '#000000' title 'the flow', "
                       "NaN with lines lw 1.2 dt 1 lc rgb '#009E73' title 'Clarke-stationary', "
                       "NaN with lines lw 2.4 dt 3 lc rgb '#E69F00' title 'critical, field'");
    return CLARKE_OK;
}

const clarke_plot clarke_plot_agents = {
    .ending = "agents",
    .caption =
        "Where the agents of the first seed are, against time, with their mean. Green lines "
        "are Clarke-stationary points; where dotted ones stand alone, a point is critical "
        "for the field of the agents' parts only. The flow of f, where it has one solution and "
        "the method should follow it, is put on the mean at four times.",
    .most = 6,
    .usable = agents_usable,
    .draw = agents_draw,
};
