/* A point of rest that is not critical: how the objective rises and falls from it, along one block and
   along two at once. */
#include "reports/lib/gnuplot.h"

enum { REST_POINTS = 4096 };

#define REST_WIDTH  440.0
#define REST_HEIGHT 260.0

static const char *const rest_series[] = {"rest_first_rise", "rest_second_rise", "rest_joint_rise"};

static bool rest_usable(const clarke_results *results, const clarke_result *r)
{
    const size_t count = json_array_size(json_object_get(r->evidence, "rest_t"));
    (void)results;
    for (size_t s = 0; s < 3; s++)
        if (json_array_size(json_object_get(r->evidence, rest_series[s])) != count) return false;
    return count >= 2;
}

static double rest_at(const clarke_result *r, const char *name, size_t i)
{
    const json_t *item = json_array_get(json_object_get(r->evidence, name), i);
    return json_is_number(item) ? json_number_value(item) : NAN;
}

static void rest_panel(FILE *script, const clarke_result *r)
{
    const size_t all = json_array_size(json_object_get(r->evidence, "rest_t"));
    clarke_plot_title(script, r);
    fputs("$d << END\n0 0 0 0\n", script);
    for (size_t i = 0; i < all && i < REST_POINTS; i++) {
        const double t = rest_at(r, "rest_t", i), first = rest_at(r, rest_series[0], i);
        const double second = rest_at(r, rest_series[1], i), joint = rest_at(r, rest_series[2], i);
        if (!isfinite(t) || !isfinite(first) || !isfinite(second) || !isfinite(joint)) continue;
        fprintf(script, "%.9g %.9g %.9g %.9g\n", t, first, second, joint);
    }
    fputs("END\n"
          "unset logscale\nset xtics autofreq\nset ytics autofreq\nset autoscale\n"
          "set xlabel 't, along the shortest subgradient' offset 0,0.4\n"
          "set ylabel 'L - L at rest' offset 0.5,0\n"
          "plot $d using 1:2 with lines lw 1.6 dt 2 lc rgb '#0072B2',"
          " $d using 1:3 with lines lw 1.6 dt 4 lc rgb '#009E73',"
          " $d using 1:4 with lines lw 2 lc rgb '#D55E00'\n",
          script);
}

static clarke_status rest_draw(const clarke_results *results, const clarke_result *const *panel,
                               size_t count, FILE *script)
{
    const size_t columns = count > 1 ? 2 : 1, rows = (count + columns - 1) / columns;
    (void)results;
    clarke_plot_begin(script, columns, rows, columns > 1 ? REST_WIDTH : 1.5 * REST_WIDTH,
                      REST_HEIGHT);
    for (size_t i = 0; i < count; i++) {
        clarke_plot_panel(script, columns, rows, i, REST_HEIGHT);
        rest_panel(script, panel[i]);
    }
    clarke_plot_legend(script, rows, REST_HEIGHT,
                       "NaN with lines lw 1.6 dt 2 lc rgb '#0072B2' title 'W_2 alone', "
                       "NaN with lines lw 1.6 dt 4 lc rgb '#009E73' title 'V_1 alone', "
                       "NaN with lines lw 2 lc rgb '#D55E00' title 'both'");
    return CLARKE_OK;
}

const clarke_plot clarke_plot_rest = {
    .ending = "rest",
    .caption = "The objective from the point of rest: no block alone lowers it, two at once do.",
    .most = 2,
    .usable = rest_usable,
    .draw = rest_draw,
};
