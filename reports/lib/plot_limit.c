#include "reports/lib/gnuplot.h"

enum { LIMIT_BLOCKS = 8 };

#define LIMIT_WIDTH  440.0
#define LIMIT_HEIGHT 270.0

/* Positive entries at positive times; the others cannot stand on a logarithmic axis. */
static size_t limit_read(const clarke_result *r, double t[LIMIT_BLOCKS],
                         double median[LIMIT_BLOCKS], double law[LIMIT_BLOCKS])
{
    double at[LIMIT_BLOCKS], m[LIMIT_BLOCKS], rho[LIMIT_BLOCKS];
    size_t count = 0;
    if (clarke_result_reals(r, "block_t", LIMIT_BLOCKS, at) != LIMIT_BLOCKS ||
        clarke_result_reals(r, "block_median", LIMIT_BLOCKS, m) != LIMIT_BLOCKS)
        return 0;
    const size_t laws = clarke_result_reals(r, "block_law", LIMIT_BLOCKS, rho);
    for (size_t i = 0; i < LIMIT_BLOCKS; i++) {
        if (!(at[i] > 0.0 && m[i] > 0.0 && isfinite(at[i]) && isfinite(m[i]))) continue;
        t[count] = at[i], median[count] = m[i];
        law[count++] = laws == LIMIT_BLOCKS && rho[i] > 0.0 && isfinite(rho[i]) ? rho[i] : NAN;
    }
    return count;
}

static bool limit_usable(const clarke_results *results, const clarke_result *r)
{
    double t[LIMIT_BLOCKS], median[LIMIT_BLOCKS], law[LIMIT_BLOCKS];
    (void)results;
    return limit_read(r, t, median, law) >= 3;
}

/* The law is compared by its slope, so it is moved onto the medians: factor exp(mean log ratio). */
static double limit_shift(const double *median, const double *law, size_t count)
{
    double sum = 0.0;
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(law[i])) continue;
        sum += log(median[i] / law[i]);
        used++;
    }
    return used ? exp(sum / (double)used) : NAN;
}

static void limit_range(double value, double *low, double *high)
{
    if (!(value > 0.0) || !isfinite(value)) return;
    if (value < *low) *low = value;
    if (value > *high) *high = value;
}

static void limit_panel(FILE *script, const clarke_result *r)
{
    double t[LIMIT_BLOCKS], median[LIMIT_BLOCKS], law[LIMIT_BLOCKS];
    const size_t count = limit_read(r, t, median, law);
    const double shift = limit_shift(median, law, count);
    const double null_level = clarke_result_real(r, "null_level");
    const double level = clarke_result_real(r, "level");
    double low = median[0], high = median[0];
    clarke_plot_title(script, r);
    fputs("$d << END\n", script);
    for (size_t i = 0; i < count; i++) {
        limit_range(median[i], &low, &high);
        limit_range(law[i] * shift, &low, &high);
        if (isfinite(law[i] * shift))
            fprintf(script, "%.9g %.9g %.9g\n", t[i], median[i], law[i] * shift);
        else
            fprintf(script, "%.9g %.9g NaN\n", t[i], median[i]);
    }
    limit_range(null_level, &low, &high);
    limit_range(level, &low, &high);
    fputs("END\n", script);
    clarke_plot_log_axis(script, 'x', 0.85 * t[0], 1.18 * t[count - 1]);
    clarke_plot_log_axis(script, 'y', low / 1.6, 1.6 * high);
    fputs("set xlabel 't = sum of the step sizes' offset 0,0.4\n"
          "set ylabel 'distance to S (units of x)' offset 0.5,0\nplot ",
          script);
    if (null_level > 0.0 && isfinite(null_level))
        fprintf(script, "%.9g with lines lw 1.2 dt 3 lc rgb '#555555', ", null_level);
    if (level > 0.0 && isfinite(level))
        fprintf(script, "%.9g with lines lw 1.2 dt 4 lc rgb '#D55E00', ", level);
    fputs("$d using 1:3 with lines lw 1.6 dt 2 lc rgb '#009E73', "
          "$d using 1:2 with linespoints lw 1.8 pt 7 ps 0.55 lc rgb '#0072B2'\n",
          script);
}

static clarke_status limit_draw(const clarke_results *results, const clarke_result *const *panel,
                                size_t count, FILE *script)
{
    const size_t columns = count > 1 ? 2 : 1, rows = (count + columns - 1) / columns;
    (void)results;
    clarke_plot_begin(script, columns, rows, columns > 1 ? LIMIT_WIDTH : 1.5 * LIMIT_WIDTH,
                      LIMIT_HEIGHT);
    for (size_t i = 0; i < count; i++) {
        clarke_plot_panel(script, columns, rows, i, LIMIT_HEIGHT);
        limit_panel(script, panel[i]);
    }
    clarke_plot_legend(
        script, rows, LIMIT_HEIGHT,
        "NaN with linespoints lw 1.8 pt 7 ps 0.55 lc rgb '#0072B2' title 'median over the seeds', "
        "NaN with lines lw 1.6 dt 2 lc rgb '#009E73' title 'reference law (its slope)', "
        "NaN with lines lw 1.2 dt 4 lc rgb '#D55E00' title 'level asked for', "
        "NaN with lines lw 1.2 dt 3 lc rgb '#555555' title 'null level'");
    return CLARKE_OK;
}

const clarke_plot clarke_plot_limit = {
    .ending = "blocks",
    .caption =
        "Largest distance to the stationary set S in each of eight blocks of time: median over "
        "the seeds. The reference law is moved onto the medians, since its slope is what is "
        "compared. The null level is the mean distance of uniform points of the box. Both axes "
        "are logarithmic; a block at exactly 0 cannot be drawn.",
    .most = 6,
    .usable = limit_usable,
    .draw = limit_draw,
};
