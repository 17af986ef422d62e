#include "reports/lib/gnuplot.h"

enum { LYAPUNOV_POINTS = 4096 };

#define LYAPUNOV_WIDTH  440.0
#define LYAPUNOV_HEIGHT 250.0

static bool lyapunov_usable(const clarke_results *results, const clarke_result *r)
{
    const size_t count = json_array_size(json_object_get(r->evidence, "psi_k"));
    (void)results;
    return count >= 2 && count == json_array_size(json_object_get(r->evidence, "psi"));
}

static double lyapunov_at(const clarke_result *r, const char *name, size_t i)
{
    const json_t *item = json_array_get(json_object_get(r->evidence, name), i);
    return json_is_number(item) ? json_number_value(item) : NAN;
}

/* psi_k against k + 1, so that k = 0 stands on the logarithmic axis; psi on a logarithmic axis too
   where it is positive and falls by more than a factor of 100. */
static void lyapunov_panel(FILE *script, const clarke_result *r)
{
    const size_t all = json_array_size(json_object_get(r->evidence, "psi_k"));
    double low = INFINITY, high = -INFINITY, first = INFINITY, last = 1.0;
    clarke_plot_title(script, r);
    fputs("$d << END\n", script);
    for (size_t i = 0; i < all && i < LYAPUNOV_POINTS; i++) {
        const double k = lyapunov_at(r, "psi_k", i) + 1.0, psi = lyapunov_at(r, "psi", i);
        if (!(k >= 1.0) || !isfinite(k) || !isfinite(psi)) continue;
        low = fmin(low, psi), high = fmax(high, psi);
        first = fmin(first, k), last = fmax(last, k);
        fprintf(script, "%.9g %.9g\n", k, psi);
    }
    if (!(low <= high)) {
        fputs("1 0\n", script);
        low = high = 0.0, first = 1.0;
    }
    fputs("END\n", script);
    clarke_plot_log_axis(script, 'x', first, fmax(last, 2.0 * first));
    if (low > 0.0 && high > 100.0 * low) {
        clarke_plot_log_axis(script, 'y', low / 1.4, 1.4 * high);
    } else {
        const double pad = fmax(0.06 * (high - low), 1e-6 * (1.0 + fabs(high)));
        fprintf(script, "unset logscale y\nset ytics autofreq\nset yrange [%.6g:%.6g]\n", low - pad,
                high + pad);
    }
    fputs("set xlabel 'k + 1 (iterations)' offset 0,0.4\n"
          "set ylabel 'psi (units of f)' offset 0.5,0\n"
          "plot $d using 1:2 with linespoints lw 1.6 pt 7 ps 0.35 lc rgb '#0072B2'\n",
          script);
}

static clarke_status lyapunov_draw(const clarke_results *results, const clarke_result *const *panel,
                                   size_t count, FILE *script)
{
    const size_t columns = count > 1 ? 2 : 1, rows = (count + columns - 1) / columns;
    (void)results;
    clarke_plot_begin(script, columns, rows, columns > 1 ? LYAPUNOV_WIDTH : 1.5 * LYAPUNOV_WIDTH,
                      LYAPUNOV_HEIGHT);
    for (size_t i = 0; i < count; i++) {
        clarke_plot_panel(script, columns, rows, i, LYAPUNOV_HEIGHT);
        lyapunov_panel(script, panel[i]);
    }
    clarke_plot_legend(script, rows, LYAPUNOV_HEIGHT,
                       "NaN with linespoints lw 1.6 pt 7 ps 0.35 lc rgb '#0072B2' "
                       "title 'Lyapunov function psi of the first seed'");
    return CLARKE_OK;
}

const clarke_plot clarke_plot_lyapunov = {
    .ending = "psi",
    .caption = "The Lyapunov function of the claim along the run of the first seed.",
    .most = 6,
    .usable = lyapunov_usable,
    .draw = lyapunov_draw,
};
