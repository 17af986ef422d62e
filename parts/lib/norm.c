#include "parts/lib/norm.h"

#include "core/clones.h"
#include "core/lanes.h"

#include <math.h>

/* The terms are scaled by a power of two near the largest, so nothing over- or underflows that
   matters, and scaling is exact. */
static double norm_scaled(size_t n, const double *m)
{
    double largest = 0.0, sum = 0.0;
    int exponent;
    for (size_t j = 0; j < n; j++) {
        if (isinf(m[j])) return INFINITY;
        if (!(fabs(m[j]) <= largest)) largest = fabs(m[j]);
    }
    if (largest == 0.0 || isnan(largest)) return largest;
    frexp(largest, &exponent);
    for (size_t j = 0; j < n; j++) {
        const double scaled = ldexp(m[j], -exponent);
        sum += scaled * scaled;
    }
    return ldexp(sqrt(sum), exponent);
}

CLARKE_CLONES static double norm_squares(size_t n, const double *m)
{
    double lane[CLARKE_LANES] = {0.0};
    size_t j = 0;
    for (; j + CLARKE_LANES <= n; j += CLARKE_LANES)
        for (size_t i = 0; i < CLARKE_LANES; i++) lane[i] += m[j + i] * m[j + i];
    double sum = clarke_lanes_sum(lane);
    for (; j < n; j++) sum += m[j] * m[j];
    return sum;
}

double clarke_norm(size_t n, const double *m)
{
    if (n == 1) return fabs(m[0]);
    const double sum = norm_squares(n, m);
    /* Inside these bounds no square that matters has over- or underflowed: one that did underflow
       is below 1e-307, less than 1e-27 of the sum. */
    if (sum > 1e-280 && sum < 1e300) return sqrt(sum);
    return norm_scaled(n, m);
}
