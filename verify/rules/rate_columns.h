/* What the models of rates are fitted with: columns, and the search over one parameter. */
#pragma once

#include "verify/rules/rate_fit.h"

enum { CLARKE_RATE_GRID = 41 };
/* Of a power: the least exponent and the largest. */
#define CLARKE_RATE_LOWEST  0.12
#define CLARKE_RATE_HIGHEST 8.0

typedef enum {
    CLARKE_COLUMN_ONE,
    CLARKE_COLUMN_K,
    CLARKE_COLUMN_LOG_KAPPA,  /* ln(k - k_first + s) */
    CLARKE_COLUMN_INV_KAPPA,  /* 1 / (k - k_first + s): of the shift */
    CLARKE_COLUMN_DRIFT,      /* ln(k+1) / (k - k_first + s) */
    CLARKE_COLUMN_LOG_LOG,    /* ln ln(k+2) */
    CLARKE_COLUMN_LOG_LOG_C,  /* ln(ln(k+2) + s) */
    CLARKE_COLUMN_LOG_LOG_K0, /* ln ln(k + 1 + e^s) */
    CLARKE_COLUMN_EXP,        /* exp(s (k - k_last) / span) */
    CLARKE_COLUMN_K_LOG_K,
    CLARKE_COLUMN_K_SQUARED
} clarke_rate_column;

/* column[bins]: the mean over the points of each bin. `s` is the column's own parameter. */
void clarke_rate_fill(const clarke_rate_bins *b, clarke_rate_column c, double s, double *column);

typedef double clarke_rate_objective(double x, void *self);
/* The least value over [low, high], and where: by a grid, then by golden section. */
double clarke_rate_search(clarke_rate_objective *f, void *self, double low, double high,
                          double *best);
