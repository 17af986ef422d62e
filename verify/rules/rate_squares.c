#include "verify/rules/rate_fit.h"

#include <math.h>
#include <string.h>

static double squares_dot(size_t n, const double *a, const double *b)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
    return sum;
}

/* Solves R x = z for the upper triangle that the elimination left. */
static void squares_back(size_t c, double r[][CLARKE_RATE_COLUMNS], const double *z, double *x)
{
    for (size_t j = c; j-- > 0;) {
        double sum = z[j];
        for (size_t l = j + 1; l < c; l++) sum -= r[j][l] * x[l];
        x[j] = sum / r[j][j];
    }
}

void clarke_rate_least_squares(const clarke_rate_bins *bins, const double *target,
                               clarke_rate_squares *q)
{
    enum { C = CLARKE_RATE_COLUMNS };
    const size_t m = bins->count, c = q->columns;
    double y[CLARKE_RATE_BINS], r[C][C] = {{0}}, z[C] = {0}, scale[C] = {0};
    q->full_rank = true;
    for (size_t i = 0; i < m; i++) {
        const double root = sqrt(bins->weight[i]);
        y[i] = root * target[i];
        for (size_t j = 0; j < c; j++) q->column[j][i] *= root;
    }
    for (size_t j = 0; j < c; j++) {
        double *a = q->column[j];
        scale[j] = sqrt(squares_dot(m, a, a));
        if (!(scale[j] > 0.0) || !isfinite(scale[j])) q->full_rank = false;
        for (size_t i = 0; i < m; i++) a[i] /= scale[j];
        for (size_t l = 0; l < j; l++) {
            r[l][j] = squares_dot(m, q->column[l], a);
            for (size_t i = 0; i < m; i++) a[i] -= r[l][j] * q->column[l][i];
        }
        r[j][j] = sqrt(squares_dot(m, a, a));
        if (!(r[j][j] > 1e-14)) q->full_rank = false;
        for (size_t i = 0; i < m; i++) a[i] /= r[j][j];
        z[j] = squares_dot(m, a, y);
        for (size_t i = 0; i < m; i++) y[i] -= z[j] * a[i];
    }
    q->count = m;
    q->sse = squares_dot(m, y, y);
    if (!q->full_rank) return;
    squares_back(c, r, z, q->coef);
    for (size_t j = 0; j < c; j++) q->coef[j] /= scale[j];
    memcpy(q->residual, y, m * sizeof *y);
    for (size_t l = 0; l < c; l++) {
        double unit[C] = {0}, column[C] = {0};
        unit[l] = 1.0;
        squares_back(c, r, unit, column);
        for (size_t j = 0; j < c; j++) q->map[j][l] = column[j] / scale[j];
    }
}

double clarke_rate_squares_error(const clarke_rate_bins *bins, const clarke_rate_squares *q,
                                 size_t column)
{
    const double freedom = fmax(1.0, (double)bins->count - (double)q->columns);
    const double variance = (q->sse + bins->total * 1e-26) / freedom;
    return sqrt(variance * squares_dot(q->columns, q->map[column], q->map[column]));
}
