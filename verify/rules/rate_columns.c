#include "verify/rules/rate_columns.h"

#include <math.h>

enum { COLUMNS_GOLDEN = 38 };

static double columns_value(const clarke_rate_bins *b, clarke_rate_column c, double k, double s)
{
    const double t = (k - b->k_first) / b->span;
    switch (c) {
    case CLARKE_COLUMN_ONE: return 1.0;
    case CLARKE_COLUMN_K: return t;
    case CLARKE_COLUMN_LOG_KAPPA: return log(k - b->k_first + s);
    case CLARKE_COLUMN_INV_KAPPA: return s / (k - b->k_first + s);
    case CLARKE_COLUMN_DRIFT: return log(k + 1.0) / (k - b->k_first + s);
    case CLARKE_COLUMN_LOG_LOG: return log(log(k + 2.0));
    case CLARKE_COLUMN_LOG_LOG_C: return log(log(k + 2.0) + s);
    case CLARKE_COLUMN_LOG_LOG_K0: return log(log(k + 1.0 + exp(s)));
    case CLARKE_COLUMN_EXP: return exp(s * (k - b->k_last) / b->span);
    case CLARKE_COLUMN_K_LOG_K: return (k + 1.0) * log(k + 1.0) / (b->k_last + 1.0);
    case CLARKE_COLUMN_K_SQUARED: return t * t;
    }
    return NAN;
}

void clarke_rate_fill(const clarke_rate_bins *b, clarke_rate_column c, double s, double *column)
{
    for (size_t i = 0; i < b->count; i++) {
        double sum = 0.0;
        for (size_t l = 0; l < b->within[i]; l++) sum += columns_value(b, c, b->k[i][l], s);
        column[i] = sum / (double)b->within[i];
    }
}

static double columns_golden(clarke_rate_objective *f, void *self, double low, double high,
                             double *best)
{
    const double ratio = 0.5 * (sqrt(5.0) - 1.0);
    double a = high - ratio * (high - low), b = low + ratio * (high - low);
    double fa = f(a, self), fb = f(b, self);
    for (size_t i = 0; i < COLUMNS_GOLDEN; i++) {
        if (fa < fb) {
            high = b, b = a, fb = fa;
            a = high - ratio * (high - low), fa = f(a, self);
        } else {
            low = a, a = b, fa = fb;
            b = low + ratio * (high - low), fb = f(b, self);
        }
    }
    *best = fa < fb ? a : b;
    return fa < fb ? fa : fb;
}

double clarke_rate_search(clarke_rate_objective *f, void *self, double low, double high,
                          double *best)
{
    const double step = (high - low) / (CLARKE_RATE_GRID - 1);
    double least = INFINITY, at = low;
    for (size_t i = 0; i < CLARKE_RATE_GRID; i++) {
        const double value = f(low + step * (double)i, self);
        if (value < least) least = value, at = low + step * (double)i;
    }
    if (least == INFINITY) return least;
    double x;
    const double inner = columns_golden(f, self, fmax(low, at - step), fmin(high, at + step), &x);
    *best = inner < least ? x : at;
    return fmin(inner, least);
}
