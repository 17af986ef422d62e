/* A power of k and a second one. */
#include "verify/rules/rate_columns.h"

#include <math.h>

typedef struct {
    const clarke_rate_bins *bins;
    double d; /* the second exponent is p + d */
    clarke_rate_fit fit;
} second_pair;

/* ln v = a - p ln kappa + c kappa^-d, to first order in the second power. */
static double second_power(double log_s, void *self)
{
    second_pair *t = self;
    const clarke_rate_bins *b = t->bins;
    clarke_rate_squares q = {.columns = 3};
    t->fit = (clarke_rate_fit){
        .model = CLARKE_RATE_PG, .shift = exp(log_s), .sse = INFINITY, .score = INFINITY};
    clarke_rate_fill(b, CLARKE_COLUMN_ONE, t->fit.shift, q.column[0]);
    clarke_rate_fill(b, CLARKE_COLUMN_LOG_KAPPA, t->fit.shift, q.column[1]);
    for (size_t i = 0; i < b->count; i++) q.column[2][i] = exp(-t->d * q.column[1][i]);
    clarke_rate_least_squares(b, b->y, &q);
    const double p = -q.coef[1];
    if (!q.full_rank || !(p >= CLARKE_RATE_LOWEST && p <= CLARKE_RATE_HIGHEST)) return INFINITY;
    t->fit.theta = p;
    t->fit.extra = t->d;
    t->fit.se = clarke_rate_squares_error(b, &q, 1);
    t->fit.valid = true;
    clarke_rate_score(b, q.sse, &t->fit);
    return t->fit.sse;
}

clarke_rate_fit clarke_rate_fit_second(const clarke_rate_bins *b)
{
    static const double d[] = {0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0};
    clarke_rate_fit best = {.sse = INFINITY, .score = INFINITY};
    for (size_t i = 0; i < sizeof d / sizeof d[0]; i++) {
        second_pair t = {.bins = b, .d = d[i]};
        double at = NAN;
        if (clarke_rate_search(second_power, &t, log(0.3), log(300.0 * b->span), &at) == INFINITY)
            continue;
        second_power(at, &t);
        if (t.fit.sse < best.sse) best = t.fit;
    }
    return best;
}
