/* q^k + c r^k: a linear rate that begins with a faster part. In t = (k - k_first) / span,
   ln v = a - lambda t + ln(1 + c exp(-mu t)), by Gauss-Newton from several starts, the step halved
   until it descends; a and lambda are refitted at every trial of (c, mu). */
#include "verify/rules/rate_fit.h"

#include <math.h>

enum { SUM_STEPS = 25, SUM_HALVINGS = 8 };

typedef struct {
    double c, mu, lambda, sse;
    double residual[CLARKE_RATE_BINS];
} sum_state;

static double sum_t(const clarke_rate_bins *b, size_t i, size_t l)
{
    return (b->k[i][l] - b->k_first) / b->span;
}

/* Columns 1, t; and with `all` the derivatives by c and mu. */
static void sum_columns(const clarke_rate_bins *b, const sum_state *s, clarke_rate_squares *q)
{
    for (size_t i = 0; i < b->count; i++) {
        double t1 = 0.0, dc = 0.0, dmu = 0.0;
        for (size_t l = 0; l < b->within[i]; l++) {
            const double t = sum_t(b, i, l), e = exp(-s->mu * t), g = e / (1.0 + s->c * e);
            t1 += t, dc += g, dmu -= s->c * t * g;
        }
        const double n = (double)b->within[i];
        q->column[0][i] = 1.0;
        q->column[1][i] = t1 / n;
        q->column[2][i] = dc / n;
        q->column[3][i] = dmu / n;
    }
}

/* a and lambda for given c and mu; leaves the residual. */
static bool sum_project(const clarke_rate_bins *b, sum_state *s)
{
    double target[CLARKE_RATE_BINS], t_mean[CLARKE_RATE_BINS];
    clarke_rate_squares q = {.columns = 2};
    for (size_t i = 0; i < b->count; i++) {
        double t1 = 0.0, part = 0.0;
        for (size_t l = 0; l < b->within[i]; l++) {
            const double t = sum_t(b, i, l);
            t1 += t, part += log1p(s->c * exp(-s->mu * t));
        }
        q.column[0][i] = 1.0;
        q.column[1][i] = t_mean[i] = t1 / (double)b->within[i];
        target[i] = b->y[i] - part / (double)b->within[i];
    }
    clarke_rate_least_squares(b, target, &q);
    if (!q.full_rank) return false;
    s->lambda = -q.coef[1];
    s->sse = q.sse;
    for (size_t i = 0; i < b->count; i++)
        s->residual[i] = target[i] - q.coef[0] - q.coef[1] * t_mean[i];
    return true;
}

static bool sum_allowed(const sum_state *s)
{
    return s->c > -0.98 && s->c < 1e6 && s->mu > 0.5 && s->mu < 1e5;
}

static void sum_descend(const clarke_rate_bins *b, sum_state *s)
{
    for (size_t step = 0; step < SUM_STEPS; step++) {
        clarke_rate_squares q = {.columns = 4};
        sum_columns(b, s, &q);
        clarke_rate_least_squares(b, s->residual, &q);
        if (!q.full_rank) return;
        double size = 1.0;
        bool better = false;
        for (size_t i = 0; i < SUM_HALVINGS && !better; i++, size *= 0.5) {
            sum_state next = {.c = s->c + size * q.coef[2], .mu = s->mu + size * q.coef[3]};
            if (!sum_allowed(&next) || !sum_project(b, &next) || !(next.sse < s->sse)) continue;
            better = next.sse < s->sse * (1.0 - 1e-9);
            *s = next;
            if (!better) return;
        }
        if (!better) return;
    }
}

clarke_rate_fit clarke_rate_fit_sum(const clarke_rate_bins *b)
{
    static const double start_c[] = {-0.5, 1.0, 10.0}, start_mu[] = {2.0, 8.0, 30.0, 120.0, 500.0};
    clarke_rate_fit fit = {.model = CLARKE_RATE_LT, .sse = INFINITY, .score = INFINITY};
    sum_state best = {.sse = INFINITY};
    if (b->count < 10) return fit;
    for (size_t i = 0; i < sizeof start_c / sizeof start_c[0]; i++)
        for (size_t j = 0; j < sizeof start_mu / sizeof start_mu[0]; j++) {
            sum_state s = {.c = start_c[i], .mu = start_mu[j]};
            if (!sum_project(b, &s)) continue;
            sum_descend(b, &s);
            if (s.sse < best.sse) best = s;
        }
    if (!(best.sse < INFINITY) || !(best.lambda >= 8.0) || fabs(log1p(best.c)) < 0.02) return fit;
    clarke_rate_squares q = {.columns = 4};
    sum_columns(b, &best, &q);
    clarke_rate_least_squares(b, best.residual, &q);
    /* c or mu cannot be seen: then there is no second part. */
    if (!q.full_rank) return fit;
    fit.theta = best.lambda / b->span;
    fit.se = clarke_rate_walk_error(b, &q, 1, 0.0) / b->span;
    fit.extra = best.c;
    fit.shift = best.mu / b->span;
    fit.valid = true;
    clarke_rate_score(b, best.sse, &fit);
    return fit;
}
