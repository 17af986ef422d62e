/* Small tools of the problem files: signs, powers, intervals, norms. */
#pragma once

#include "core/problem.h"

#include <float.h>

/* The table row of the dimension. */
#define CLARKE_SIZE_PARAM(type, fallback)                                                          \
    {                                                                                              \
        "n", CLARKE_PARAM_COUNT, offsetof(type, n), fallback, 1.0, 0x1p53, NULL, "dimension"       \
    }

/* sign(0) = 0, the default selection of automatic differentiation. */
static inline double clarke_scalar_sign(double t)
{
    return (double)(t > 0.0) - (double)(t < 0.0);
}

static inline double clarke_scalar_clip(double t, double low, double high)
{
    return t < low ? low : t > high ? high : t;
}

/* t^p for t >= 0: products where p is a small whole number, which it mostly is. */
static inline double clarke_scalar_power(double t, double p)
{
    if (p == 1.0) return t;
    if (p == 2.0) return t * t;
    if (p == 3.0) return t * t * t;
    if (p == 4.0) return (t * t) * (t * t);
    if (p == 0.0) return 1.0;
    if (p == 1.5) return t * sqrt(t);
    if (p == 0.5) return sqrt(t);
    return pow(t, p);
}

/* f - f* = kappa d^p; mu is the second derivative 2 kappa where p = 2. */
static inline clarke_growth clarke_growth_make(double p, double kappa)
{
    return (clarke_growth){p, kappa, p == 2.0 ? 2.0 * kappa : NAN};
}

/* The slower of two growths: the larger p, then the smaller kappa. NAN is no growth at all. */
static inline clarke_growth clarke_growth_slower(clarke_growth a, clarke_growth b)
{
    if (isnan(b.p)) return a;
    if (isnan(a.p) || b.p > a.p || (b.p == a.p && b.kappa < a.kappa)) return b;
    return a;
}

/* The growth of a sum of functions of different coordinates: that of the slower one, but with the
   same p > 2 both together are slower than each. The least of a u^{p/2} + b (1 - u)^{p/2} over u in
   [0, 1] is (a^{-q} + b^{-q})^{-1/q}, q = 2/(p - 2); for p <= 2 it is concave in u, and the smaller
   of a and b. */
static inline clarke_growth clarke_growth_join(clarke_growth a, clarke_growth b)
{
    clarke_growth g = clarke_growth_slower(a, b);
    if (a.p != b.p || !(a.p > 2.0)) return g;
    const double q = 2.0 / (a.p - 2.0);
    g.kappa *= pow(pow(g.kappa / a.kappa, q) + pow(g.kappa / b.kappa, q), -1.0 / q);
    return g;
}

/* Euclidean norm; scaled only where the plain sum would overflow or underflow. */
static inline double clarke_scalar_norm(size_t n, const double *v)
{
    double sum = 0.0, largest = 0.0, scaled = 0.0;
    for (size_t i = 0; i < n; i++) sum += v[i] * v[i];
    if (sum >= 0x1p-900 && sum <= 0x1p900) return sqrt(sum);
    for (size_t i = 0; i < n; i++) largest = fmax(largest, fabs(v[i]));
    if (!(largest > 0.0) || isinf(largest) || isnan(sum)) return isnan(sum) ? sum : largest;
    for (size_t i = 0; i < n; i++) scaled += (v[i] / largest) * (v[i] / largest);
    return largest * sqrt(scaled);
}

/* argmin over u >= 0 of u^p + (u - distance)^2 / (2 step): the prox of |.|^p, p >= 1. */
double clarke_scalar_power_prox(double p, double step, double distance);

/* Wells |.|^p around the two points -1 and 1: the nearest of {-1, 0, 1}. */
static inline double clarke_scalar_well(double t)
{
    return fabs(t) < 0.5 ? 0.0 : copysign(1.0, t);
}
