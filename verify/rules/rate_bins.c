/* Windows in bins. The mean of ln v over a bin is unbiased under multiplicative noise and under
   oscillation, which shift the constant only; a running maximum would grow with the length. */
#include "verify/rules/rate_fit.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

enum { BINS_GEOMETRIC = 31, BINS_UNIFORM = 19, BINS_TRIPLES = 4200 };

/* Sums of one bin's points, about its first one. */
typedef struct {
    size_t n;
    double k0, y0, k, y, kk, ky, yy;
} bins_sums;

static void bins_add(bins_sums *s, double k, double y)
{
    if (s->n == 0) *s = (bins_sums){.k0 = k, .y0 = y};
    const double dk = k - s->k0, dy = y - s->y0;
    s->n++;
    s->k += dk;
    s->y += dy;
    s->kk += dk * dk;
    s->ky += dk * dy;
    s->yy += dy * dy;
}

/* Squared residuals about the bin's straight line. */
static double bins_residual(const bins_sums *s)
{
    const double n = (double)s->n;
    const double kk = s->kk - s->k * s->k / n, ky = s->ky - s->k * s->y / n;
    const double yy = s->yy - s->y * s->y / n;
    return fmax(0.0, kk > 0.0 ? yy - ky * ky / kk : yy);
}

/* Interpolation errors of neighbours, by the better of a chord in k and one in ln k. */
static bool bins_smooth(const clarke_rate_sequence *s, size_t first, size_t last)
{
    double error[BINS_TRIPLES];
    const size_t begin = first + (last - first) / 8 + 1;
    if (last <= begin) return false;
    const size_t stride = (last - begin) / BINS_TRIPLES + 1;
    size_t n = 0;
    for (size_t i = begin; i < last && n < BINS_TRIPLES; i += stride) {
        const double *k = s->k + i, *y = s->log + i;
        if (!isfinite(y[-1]) || !isfinite(y[0]) || !isfinite(y[1])) continue;
        const double a = (k[0] - k[-1]) / (k[1] - k[-1]);
        const double b = log((k[0] + 1.0) / (k[-1] + 1.0)) / log((k[1] + 1.0) / (k[-1] + 1.0));
        error[n++] =
            fmin(fabs(y[0] - y[-1] - a * (y[1] - y[-1])), fabs(y[0] - y[-1] - b * (y[1] - y[-1])));
    }
    if (n == 0) return false;
    gsl_sort(error, 1, n);
    return gsl_stats_quantile_from_sorted_data(error, 1, n, 0.9) < 4e-3;
}

/* The first index whose k is above the next edge after k[from]. */
static size_t bins_end(const clarke_rate_sequence *s, const clarke_rate_bins *b, size_t from)
{
    const double ratio = (b->k_last + 1.0) / (b->k_first + 1.0);
    const double k = s->k[from];
    const double step = pow(ratio, 1.0 / (BINS_GEOMETRIC - 1));
    const double g = floor(log((k + 1.0) / (b->k_first + 1.0)) / log(step) + 1e-9) + 1.0;
    const double u = floor((k - b->k_first) / b->span * (BINS_UNIFORM - 1) + 1e-9) + 1.0;
    const double edge = fmin((b->k_first + 1.0) * pow(step, g) - 1.0,
                             b->k_first + b->span * u / (BINS_UNIFORM - 1));
    size_t i = from + 1;
    while (i <= b->last && (s->k[i] < edge || edge >= b->k_last)) i++;
    return i;
}

static void bins_represent(const clarke_rate_sequence *s, clarke_rate_bins *b, size_t from,
                           size_t end, const bins_sums *sums)
{
    const size_t j = b->count, n = end - from;
    if (b->smooth) {
        const size_t i = j == 0 ? from : from + n / 2;
        if (!isfinite(s->log[i])) return;
        b->y[j] = s->log[i];
        b->k[j][0] = s->k[i];
        b->within[j] = b->points[j] = 1;
        b->weight[j] = 1.0;
    } else {
        if (sums->n == 0) return;
        b->y[j] = sums->y0 + sums->y / (double)sums->n;
        b->points[j] = sums->n;
        b->weight[j] = fmin((double)sums->n, 400.0);
        b->within[j] = n < CLARKE_RATE_WITHIN ? n : CLARKE_RATE_WITHIN;
        for (size_t l = 0; l < b->within[j]; l++)
            b->k[j][l] = s->k[from + (2 * l + 1) * n / (2 * b->within[j])];
    }
    b->total += b->weight[j];
    b->count++;
}

void clarke_rate_bin(const clarke_rate_sequence *s, size_t first, size_t last, clarke_rate_bins *b)
{
    double squared = 0.0, freedom = 0.0;
    *b = (clarke_rate_bins){.first = first,
                            .last = last,
                            .k_first = s->k[first],
                            .k_last = s->k[last],
                            .span = s->k[last] - s->k[first],
                            .smooth = bins_smooth(s, first, last)};
    for (size_t from = first; from <= last;) {
        const size_t end = bins_end(s, b, from);
        bins_sums sums = {0};
        for (size_t i = from; i < end; i++)
            if (isfinite(s->log[i])) bins_add(&sums, s->k[i], s->log[i]);
        if (b->count < CLARKE_RATE_BINS) bins_represent(s, b, from, end, &sums);
        if (sums.n >= 4) {
            squared += bins_residual(&sums);
            freedom += (double)(sums.n - 2);
        }
        from = end;
    }
    b->noise = b->smooth ? 0.0 : freedom > 0.0 ? sqrt(squared / freedom) : -1.0;
}
