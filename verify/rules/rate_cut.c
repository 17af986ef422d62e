#include "verify/rules/rate_cut.h"

#include <float.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

bool clarke_rate_plateau(size_t n, const double *f, clarke_arena *mem, double *limit, double *error)
{
    double largest = 0.0;
    size_t length = 1;
    for (size_t i = 0; i < n; i++) largest = fmax(largest, fabs(f[i]));
    const double unit = DBL_EPSILON * largest;
    while (length < n && fabs(f[n - 1 - length] - f[n - 1]) <= 6.0 * unit) length++;
    if (length < 5 || (double)length < 0.02 * (double)n) return false;
    double *sorted = clarke_vec(mem, length);
    if (!sorted) return false;
    memcpy(sorted, f + n - length, length * sizeof *sorted);
    gsl_sort(sorted, 1, length);
    *limit = gsl_stats_median_from_sorted_data(sorted, 1, length);
    *error = 6.0 * unit;
    if (length == n) return true;
    /* Slow decay: the steps fell below a unit long before the values did. */
    const size_t i = n - length - 1;
    return !(fabs(f[i] - *limit) <= 50.0 * unit && i > 2 * length &&
             fabs(f[i - length] - *limit) < 200.0 * unit);
}

/* Would the next value have been at the floor anyway, if the sequence had gone on speeding up? */
static bool cut_underflows(const clarke_rate_sequence *s, size_t j, double log_floor)
{
    if (j == 0) return false;
    const double dk = s->k[j] - s->k[j - 1], next = s->k[j + 1] - s->k[j];
    const double slope = (s->log[j] - s->log[j - 1]) / dk;
    double speedup = 1.0;
    if (!(slope < 0.0)) return false;
    if (j >= 2 && isfinite(s->log[j - 2])) {
        const double before = (s->log[j - 1] - s->log[j - 2]) / (s->k[j - 1] - s->k[j - 2]);
        /* Beyond order 4 the last fall is itself enough; noise would make any number of this. */
        if (before < 0.0) speedup = fmin(fmax(1.0, slope / before), 4.0);
    }
    if (next > 1.01 * dk) speedup *= 1.5;
    return s->log[j] + 1.3 * speedup * slope * next < log_floor;
}

/* Trailing zeros: finite only where rounding or underflow cannot have made them. */
static clarke_rate_cut cut_zeros(clarke_rate_sequence *s, bool logarithms, size_t *zeros)
{
    const bool exact = s->log_accuracy == -INFINITY;
    const double floor = s->log_accuracy + log(8.0);
    const double underflow = logarithms ? -INFINITY : -743.0;
    double largest = -INFINITY;
    size_t above = s->count;
    while (above > 0 && !(s->log[above - 1] > floor)) above--;
    *zeros = s->count - above;
    if (above == 0) return CLARKE_RATE_CUT_FINITE;
    if (*zeros == 0) return CLARKE_RATE_CUT_GO_ON;
    const size_t j = above - 1;
    for (size_t i = 0; i <= j; i++) largest = fmax(largest, s->log[i]);
    const double low = exact ? (logarithms ? -INFINITY : log(1e-290)) : s->log_accuracy + log(4e3);
    if (s->log[j] > low && (logarithms || s->log[j] > largest + log(1e-30)) &&
        !cut_underflows(s, j, exact ? underflow : floor)) {
        if (*zeros >= 3 || (*zeros == 2 && s->log[j] > largest + log(1e-3)))
            return CLARKE_RATE_CUT_FINITE;
        return CLARKE_RATE_CUT_FEW_ZEROS;
    }
    s->count = above;
    return CLARKE_RATE_CUT_GO_ON;
}

static double cut_mean(const clarke_rate_sequence *s, size_t from, size_t to)
{
    double sum = 0.0, n = 0.0;
    for (size_t i = from; i < to; i++)
        if (isfinite(s->log[i])) sum += s->log[i], n += 1.0;
    return sum / n;
}

/* A plateau that the data themselves show, far below the start. */
static void cut_plateau(clarke_rate_sequence *s)
{
    const size_t n = s->count, w = n / 10 > 5 ? n / 10 : 5;
    double largest = -INFINITY, tail = -INFINITY;
    if (n <= w) return;
    for (size_t i = 0; i < n; i++) largest = fmax(largest, s->log[i]);
    for (size_t i = n - w; i < n; i++) tail = fmax(tail, s->log[i]);
    if (!(tail < largest + log(1e-9))) return;
    size_t begin = n;
    while (begin > 0 && s->log[begin - 1] <= tail + log(4.0)) begin--;
    const size_t length = n - begin;
    if (length < (w > 8 ? w : 8)) return;
    const double first = cut_mean(s, begin, begin + length / 2);
    const double second = cut_mean(s, begin + length / 2, n);
    if (!(fabs(first - second) < 0.35)) return;
    size_t keep = n;
    while (keep > 0 && !(s->log[keep - 1] > tail + log(100.0))) keep--;
    s->count = keep;
    s->log_accuracy = fmax(s->log_accuracy, tail - log(8.0));
}

/* Norms are roots of sums of squares, which underflow at 1e-308: below 1e-154 they become a lattice
   and then 0, while the iterate goes on. Three values there before the zeros are enough to tell. */
static void cut_squares(clarke_rate_sequence *s)
{
    size_t above = s->count;
    while (above > 0 && s->log[above - 1] <= log(1e-150) && s->log[above - 1] >= log(1e-163))
        above--;
    if (s->count - above >= 3) s->count = above;
}

clarke_rate_cut clarke_rate_cut_sequence(clarke_rate_sequence *s, bool logarithms, size_t *zeros)
{
    const clarke_rate_cut cut = cut_zeros(s, logarithms, zeros);
    if (cut != CLARKE_RATE_CUT_GO_ON) return cut;
    if (*zeros > 0 && !logarithms) cut_squares(s);
    /* Subnormal numbers are a lattice. */
    const double denormal = logarithms ? -INFINITY : log(1e-300);
    while (s->count > 0 && !(s->log[s->count - 1] > denormal)) s->count--;
    const double above = s->log_accuracy + log(s->limit_estimated ? 2000.0 : 300.0);
    while (s->count > 0 && !(s->log[s->count - 1] > above)) s->count--;
    cut_plateau(s);
    return s->count < 5 ? CLARKE_RATE_CUT_SHORT : CLARKE_RATE_CUT_GO_ON;
}
