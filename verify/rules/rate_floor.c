/* A constant and something that vanishes: c + A phi, phi a power or an exponential with one parameter
   that is searched, against all models whose limit is 0. */
#include "verify/rules/rate_fit.h"

#include <math.h>

typedef struct {
    const clarke_rate_bins *bins;
    double v[CLARKE_RATE_BINS]; /* exp(y - y_last) */
    double power;               /* of the shape (kappa / s)^-power; 0: an exponential */
    double sse;
} floor_task;

static double floor_shape(const floor_task *m, size_t i, double x)
{
    const clarke_rate_bins *b = m->bins;
    double sum = 0.0;
    for (size_t l = 0; l < b->within[i]; l++) {
        const double t = b->k[i][l] - b->k_first;
        sum += m->power > 0.0 ? pow(t / exp(x) + 1.0, -m->power) : exp(-exp(x) * t / b->span);
    }
    return sum / (double)b->within[i];
}

/* Relative least squares for c + A phi, judged in logarithms; the constant alone if A < 0. */
static double floor_try(double x, void *self)
{
    floor_task *m = self;
    const clarke_rate_bins *b = m->bins;
    double phi[CLARKE_RATE_BINS], cc = 0.0, cp = 0.0, pp = 0.0, cy = 0.0, py = 0.0, sse = 0.0;
    for (size_t i = 0; i < b->count; i++) {
        const double w = b->weight[i], one = 1.0 / m->v[i];
        phi[i] = floor_shape(m, i, x);
        const double p = phi[i] * one;
        cc += w * one * one, cp += w * one * p, pp += w * p * p;
        cy += w * one, py += w * p;
    }
    const double det = cc * pp - cp * cp;
    if (!(det > 1e-12 * cc * pp)) return INFINITY;
    const double c = (cy * pp - py * cp) / det, a = (py * cc - cy * cp) / det;
    if (!(c >= 0.3 && a >= 0.0)) return INFINITY;
    for (size_t i = 0; i < b->count; i++) {
        const double r = b->y[i] - b->y[b->count - 1] - log(c + a * phi[i]);
        sse += b->weight[i] * r * r;
    }
    return sse;
}

/* 24 points, then five zooms. */
static void floor_search(floor_task *m, double low, double high)
{
    enum { POINTS = 24, ZOOMS = 5, INNER = 12 };
    double step = (high - low) / (POINTS - 1), at = low, least = INFINITY;
    for (size_t i = 0; i < POINTS; i++) {
        const double sse = floor_try(low + step * (double)i, m);
        if (sse < least) least = sse, at = low + step * (double)i;
    }
    for (size_t zoom = 0; zoom < ZOOMS && least < INFINITY; zoom++) {
        const double centre = at;
        step /= 6.0;
        for (int i = -INNER / 2; i <= INNER / 2; i++) {
            const double sse = floor_try(centre + step * i, m);
            if (sse < least) least = sse, at = centre + step * i;
        }
    }
    m->sse = fmin(m->sse, least);
}

static double floor_flat(const clarke_rate_bins *b)
{
    double mean = 0.0, sse = 0.0;
    for (size_t i = 0; i < b->count; i++) mean += b->weight[i] * b->y[i];
    mean /= b->total;
    for (size_t i = 0; i < b->count; i++) sse += b->weight[i] * (b->y[i] - mean) * (b->y[i] - mean);
    return sse;
}

clarke_rate_fit clarke_rate_fit_constant(const clarke_rate_bins *b)
{
    static const double power[] = {0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 3.0, 5.0};
    clarke_rate_fit fit = {.model = CLARKE_RATE_N, .valid = true};
    floor_task m = {.bins = b, .sse = floor_flat(b)};
    for (size_t i = 0; i < b->count; i++) {
        m.v[i] = exp(b->y[i] - b->y[b->count - 1]);
        /* Beyond this range the constant could not be seen in any bin but the last ones. */
        if (!(m.v[i] > 1e-150 && m.v[i] < 1e150)) {
            clarke_rate_score(b, m.sse, &fit);
            return fit;
        }
    }
    for (size_t i = 0; i < sizeof power / sizeof power[0]; i++) {
        m.power = power[i];
        floor_search(&m, log(0.3), log(300.0 * b->span));
    }
    m.power = 0.0;
    floor_search(&m, log(0.5), log(1500.0));
    clarke_rate_score(b, m.sse, &fit);
    return fit;
}
