#include "reports/lib/gnuplot.h"
#include "reports/lib/trace_path.h"

#include <stdlib.h>
#include <string.h>

enum {
    PATH_POINTS = 1500,
    PATH_GRID = 81,    /* nodes of the level sets' grid, each way */
    PATH_SEARCH = 121, /* nodes of the stationary set's grid, each way */
    PATH_LEVELS = 10,
    PATH_MARKS = 4096,
    PATH_KINDS = CLARKE_POINT_FLAT + 1
};

#define PATH_WIDTH  430.0
#define PATH_HEIGHT 440.0

/* What is drawn in one panel: the square [low, high]^2, or as much of it as the path needs. */
typedef struct {
    clarke_arena *mem;
    clarke_problem *problem;
    clarke_path path;
    double low[2], side;
    size_t marks;
    double (*mark)[2];
    clarke_point_kind *kind;
} path_panel;

static const char *const path_mark[PATH_KINDS] = {
    [CLARKE_POINT_UNKNOWN] = "pt 7 lc rgb '#555555'",
    [CLARKE_POINT_GLOBAL_MINIMUM] = "pt 7 lc rgb '#009E73'",
    [CLARKE_POINT_LOCAL_MINIMUM] = "pt 5 lc rgb '#009E73'",
    [CLARKE_POINT_LOCAL_MAXIMUM] = "pt 9 lc rgb '#CC79A7'",
    [CLARKE_POINT_SADDLE] = "pt 13 lc rgb '#E69F00'",
    [CLARKE_POINT_MONOTONE] = "pt 11 lc rgb '#56B4E9'",
    [CLARKE_POINT_FLAT] = "pt 7 lc rgb '#B8B800'",
};

/* A start of a trace is a fraction of it; the folder is asked first, since it costs least. */
static bool path_usable(const clarke_results *results, const clarke_result *r)
{
    char name[160];
    clarke_problem *problem;
    snprintf(name, sizeof name, "traces/%s.csv", r->id);
    if (!clarke_folder_has(results->folder, name)) return false;
    clarke_arena *mem = clarke_arena_new(0);
    if (!mem) return false;
    clarke_path path;
    const bool usable = clarke_problem_from_text(r->problem, mem, &problem) == CLARKE_OK &&
                        problem->n == 2 && problem->desc->value &&
                        clarke_path_read(results->folder, r->id, PATH_POINTS, mem, &path) ==
                            CLARKE_OK;
    clarke_arena_free(mem);
    return usable;
}

/* The box of the starts and the path together; the path alone where it runs far away. */
static void path_window(path_panel *p)
{
    double low[2], high[2], box_side = p->problem->box_high - p->problem->box_low, side = 0.0;
    for (size_t j = 0; j < 2; j++) {
        low[j] = high[j] = p->path.x[j];
        for (size_t i = 1; i < p->path.count; i++) {
            low[j] = fmin(low[j], p->path.x[2 * i + j]);
            high[j] = fmax(high[j], p->path.x[2 * i + j]);
        }
        for (size_t i = 0; i < p->path.agents * p->path.count; i++) {
            low[j] = fmin(low[j], p->path.agent[2 * i + j]);
            high[j] = fmax(high[j], p->path.agent[2 * i + j]);
        }
        side = fmax(side, high[j] - low[j]);
    }
    const bool boxed = box_side > 0.0 && isfinite(box_side) && side <= 3.0 * box_side;
    side = 0.0;
    for (size_t j = 0; j < 2; j++) {
        if (boxed) low[j] = fmin(low[j], p->problem->box_low);
        if (boxed) high[j] = fmax(high[j], p->problem->box_high);
        side = fmax(side, high[j] - low[j]);
    }
    /* A path that stands still still needs a window. */
    if (!(side > 0.0)) side = fmax(1.0, fabs(low[0]) + fabs(low[1])) * 1e-6;
    p->side = 1.06 * side;
    for (size_t j = 0; j < 2; j++) p->low[j] = 0.5 * (low[j] + high[j]) - 0.5 * p->side;
}

static void path_node(const path_panel *p, size_t nodes, size_t i, size_t j, double x[2])
{
    const double h = p->side / (double)(nodes - 1);
    x[0] = p->low[0] + h * (double)i;
    x[1] = p->low[1] + h * (double)j;
}

/* Stationary points: the nearest ones of all grid nodes that are within a cell's diagonal, one a
   quarter cell. A curve becomes a row of dots, a flat region a field of them. */
static void path_marks(path_panel *p)
{
    const double h = p->side / (double)(PATH_SEARCH - 1);
    if (!p->problem->desc->stationary_distance) return;
    for (size_t j = 0; j < PATH_SEARCH; j++) {
        for (size_t i = 0; i < PATH_SEARCH && p->marks < PATH_MARKS; i++) {
            double x[2], near[2] = {NAN, NAN};
            clarke_point_kind kind = CLARKE_POINT_UNKNOWN;
            path_node(p, PATH_SEARCH, i, j, x);
            const double d = p->problem->desc->stationary_distance(p->problem, x, near, &kind);
            if (!(d <= 0.75 * h) || !isfinite(near[0]) || !isfinite(near[1])) continue;
            bool seen = false;
            for (size_t k = 0; k < p->marks && !seen; k++)
                seen = fabs(p->mark[k][0] - near[0]) < 0.25 * h &&
                       fabs(p->mark[k][1] - near[1]) < 0.25 * h;
            if (seen) continue;
            memcpy(p->mark[p->marks], near, sizeof near);
            p->kind[p->marks++] = kind;
        }
    }
}

static int path_compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The level sets: quantiles of the values on the grid, closer together near the bottom. */
static void path_levels(const path_panel *p, FILE *script)
{
    static const size_t nodes = PATH_GRID;
    double *value = clarke_vec(p->mem, nodes * nodes), *sorted = clarke_vec(p->mem, nodes * nodes);
    size_t count = 0;
    if (!value || !sorted) return;
    fputs("$grid << END\n", script);
    for (size_t j = 0; j < nodes; j++) {
        for (size_t i = 0; i < nodes; i++) {
            double x[2];
            path_node(p, nodes, i, j, x);
            const double f = p->problem->desc->value(p->problem, x);
            if (isfinite(f)) sorted[count++] = f;
            fprintf(script, isfinite(f) ? "%.7g " : "NaN ", f);
        }
        putc('\n', script);
    }
    fputs("END\n", script);
    qsort(sorted, count, sizeof *sorted, path_compare);
    const double h = p->side / (double)(nodes - 1);
    fputs("set contour base\nunset surface\nset cntrparam levels discrete ", script);
    double last = NAN;
    for (size_t i = 0; i < PATH_LEVELS && count > 0; i++) {
        const double q = pow(((double)i + 1.0) / (PATH_LEVELS + 1.0), 1.5);
        const double level = sorted[(size_t)(q * (double)(count - 1))];
        if (level > last || i == 0) fprintf(script, "%s%.9g", i ? ", " : "", level);
        if (level > last || i == 0) last = level;
    }
    fprintf(
        script,
        "%s\nset table $level\nsplot $grid using (%.9g + %.9g * $1):(%.9g + %.9g * $2):3 matrix "
        "with lines\nunset table\nunset contour\nset surface\n",
        count ? "" : "0", p->low[0], h, p->low[1], h);
}

/* The agents' paths, one data block each. */
static void path_agents(const path_panel *p, FILE *script)
{
    for (size_t i = 0; i < p->path.agents; i++) {
        fprintf(script, "$agent%zu << END\n", i);
        for (size_t k = 0; k < p->path.count; k++) {
            const double *x = p->path.agent + 2 * (i * p->path.count + k);
            fprintf(script, "%.6g %.6g\n", x[0], x[1]);
        }
        fputs("END\n", script);
    }
}

static void path_data(const path_panel *p, FILE *script)
{
    path_agents(p, script);
    fputs("$path << END\n", script);
    for (size_t i = 0; i < p->path.count; i++)
        fprintf(script, "%.6g %.6g\n", p->path.x[2 * i], p->path.x[2 * i + 1]);
    fputs("END\n$set << END\n", script);
    for (size_t i = 0; i < p->marks; i++)
        fprintf(script, "%.6g %.6g %d\n", p->mark[i][0], p->mark[i][1], (int)p->kind[i]);
    fputs("END\n", script);
}

static void path_plot(const path_panel *p, FILE *script, bool present[PATH_KINDS])
{
    const double *first = p->path.x, *last = p->path.x + 2 * (p->path.count - 1);
    bool here[PATH_KINDS] = {false};
    for (size_t i = 0; i < p->marks; i++) here[p->kind[i]] = present[p->kind[i]] = true;
    fprintf(script,
            "set size square\nset xrange [%.9g:%.9g]\nset yrange [%.9g:%.9g]\n"
            "set xlabel 'x0' offset 0,0.4\nset ylabel 'x1' offset 0.5,0\n"
            "plot $level using 1:2 with lines lw 0.8 lc rgb '#B9C6D2'",
            p->low[0], p->low[0] + p->side, p->low[1], p->low[1] + p->side);
    for (size_t kind = 0; kind < PATH_KINDS; kind++)
        if (here[kind])
            fprintf(script, ", $set using 1:($3 == %zu ? $2 : NaN) with points %s ps %s", kind,
                    path_mark[kind], p->marks > 60 ? "0.35" : "1.1");
    for (size_t i = 0; i < p->path.agents; i++)
        fprintf(script, ", $agent%zu using 1:2 with lines lw 0.7 lc rgb '#0072B2'", i);
    fprintf(script,
            ", $path using 1:2 with lines lw 1.1 lc rgb '#D55E00'"
            ", '+' using (%.9g):(%.9g) every ::::0 with points pt 6 ps 1.1 lw 1.6 lc rgb '#D55E00'"
            ", '+' using (%.9g):(%.9g) every ::::0 with points pt 2 ps 1.1 lw 2 lc rgb '#000000'\n",
            first[0], first[1], last[0], last[1]);
}

static clarke_status path_one(const clarke_results *results, const clarke_result *r,
                              clarke_arena *mem, FILE *script, bool present[PATH_KINDS])
{
    path_panel p = {.mem = mem};
    CLARKE_TRY(clarke_problem_from_text(r->problem, mem, &p.problem));
    CLARKE_TRY(clarke_path_read(results->folder, r->id, PATH_POINTS, mem, &p.path));
    p.mark = clarke_alloc_array(mem, PATH_MARKS, sizeof *p.mark);
    p.kind = clarke_alloc_array(mem, PATH_MARKS, sizeof *p.kind);
    CLARKE_TRY(clarke_arena_status(mem));
    path_window(&p);
    path_marks(&p);
    clarke_plot_title(script, r);
    path_data(&p, script);
    path_levels(&p, script);
    path_plot(&p, script, present);
    return clarke_arena_status(mem);
}

static void path_legend(FILE *script, size_t rows, const bool present[PATH_KINDS])
{
    char entries[1024];
    size_t used =
        (size_t)snprintf(entries, sizeof entries,
                         "NaN with points pt 6 ps 1.1 lw 1.6 lc rgb '#D55E00' title 'start', "
                         "NaN with lines lw 1.1 lc rgb '#D55E00' title 'path', "
                         "NaN with points pt 2 ps 1.1 lw 2 lc rgb '#000000' title 'end'");
    for (clarke_point_kind kind = 0; kind <= CLARKE_POINT_FLAT; kind++)
        if (present[kind] && used < sizeof entries)
            used += (size_t)snprintf(entries + used, sizeof entries - used,
                                     ", NaN with points %s ps 1 title '%s'", path_mark[kind],
                                     clarke_point_text(kind));
    clarke_plot_legend(script, rows, PATH_HEIGHT, entries);
}

static clarke_status path_draw(const clarke_results *results, const clarke_result *const *panel,
                               size_t count, FILE *script)
{
    const size_t columns = count > 1 ? 2 : 1, rows = (count + columns - 1) / columns;
    bool present[PATH_KINDS] = {false};
    clarke_plot_begin(script, columns, rows, columns > 1 ? PATH_WIDTH : 1.5 * PATH_WIDTH,
                      PATH_HEIGHT);
    for (size_t i = 0; i < count; i++) {
        clarke_arena *mem = clarke_arena_new(0);
        if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
        clarke_plot_panel(script, columns, rows, i, PATH_HEIGHT);
        const clarke_status status = path_one(results, panel[i], mem, script, present);
        clarke_arena_free(mem);
        CLARKE_TRY(status);
    }
    path_legend(script, rows, present);
    return CLARKE_OK;
}

const clarke_plot clarke_plot_path = {
    .ending = "path",
    .caption =
        "The iterates of the first seed over level sets of f, with the declared stationary set; "
        "a cross marks the last iterate. Where there are agents, the thin lines are theirs, and "
        "the path is their mean's.",
    .most = 4,
    .usable = path_usable,
    .draw = path_draw,
};
