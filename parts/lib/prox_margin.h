/* The minimiser of weight phi(y.v) + c/2 |v - b|^2 in v is b + t y, where t >= 0 minimises
   weight phi(m + t s) + c s/2 t^2 with m = y.b, s = |y|^2. It is unique. */
#pragma once

#include "core/method.h"

#include <math.h>
#include <string.h>

typedef enum {
    CLARKE_PROX_MARGIN_NONE, /* no closed form here */
    CLARKE_PROX_HINGE,
    CLARKE_PROX_SQUARED_HINGE,
    CLARKE_PROX_LOGISTIC
} clarke_prox_margin_kind;

static inline clarke_prox_margin_kind clarke_prox_margin_of(const char *loss)
{
    if (strcmp(loss, "hinge") == 0) return CLARKE_PROX_HINGE;
    if (strcmp(loss, "squared_hinge") == 0) return CLARKE_PROX_SQUARED_HINGE;
    return strcmp(loss, "logistic") == 0 ? CLARKE_PROX_LOGISTIC : CLARKE_PROX_MARGIN_NONE;
}

/* t = weight/c as long as the margin stays below 1, otherwise what brings it to 1, or nothing. */
static inline double clarke_prox_hinge(double weight, double c, double m, double s)
{
    if (isnan(m)) return m;
    if (m >= 1.0 || s == 0.0) return 0.0;
    return fmin(weight / c, (1.0 - m) / s);
}

/* weight (1 - m - t s) = c t where the margin is below 1. */
static inline double clarke_prox_squared_hinge(double weight, double c, double m, double s)
{
    return m >= 1.0 ? 0.0 : weight * (1.0 - m) / (weight * s + c);
}

/* The root of c t - weight/(1 + exp(m + t s)), which rises, in [0, weight/c]. Newton's step is taken
   only if it stays inside the bracket and at least halves the step before the last, as in Brent's
   safeguard; otherwise the bracket is halved. */
static inline double clarke_prox_logistic(double weight, double c, double m, double s,
                                          clarke_inner *inner)
{
    enum { MOST = 200 };
    double low = 0.0, high = weight / c, t = 0.5 * high, last = high, step = high;
    if (isnan(m)) return m;
    for (size_t i = 0; i < MOST; i++) {
        const double e = exp(-fabs(m + t * s)), fall = (m + t * s > 0.0 ? e : 1.0) / (1.0 + e);
        const double f = c * t - weight * fall;
        const double slope = c + weight * s * e / ((1.0 + e) * (1.0 + e));
        inner->iterations++;
        if (f < 0.0)
            low = t;
        else
            high = t;
        double next = t - f / slope;
        if (!(next >= low && next <= high) || fabs(2.0 * f) > fabs(last * slope))
            next = 0.5 * (low + high);
        last = step, step = next - t;
        /* f is c t and weight fall, each rounded a few times. */
        if (next == t || fabs(f) <= 0x1p-52 * (c * t + weight * fall)) return t;
        t = next;
    }
    inner->missed++;
    return t;
}

static inline double clarke_prox_margin(clarke_prox_margin_kind kind, double weight, double c,
                                        double m, double s, clarke_inner *inner)
{
    switch (kind) {
    case CLARKE_PROX_HINGE: return clarke_prox_hinge(weight, c, m, s);
    case CLARKE_PROX_SQUARED_HINGE: return clarke_prox_squared_hinge(weight, c, m, s);
    case CLARKE_PROX_LOGISTIC: return clarke_prox_logistic(weight, c, m, s, inner);
    case CLARKE_PROX_MARGIN_NONE: break;
    }
    return NAN;
}
