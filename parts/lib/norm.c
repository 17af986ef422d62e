#include "parts/lib/norm.h"

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

double clarke_norm(size_t n, const double *m)
{
    double sum = 0.0;
    if (n == 1) return fabs(m[0]);
    for (size_t j = 0; j < n; j++) sum += m[j] * m[j];
    /* Inside these bounds no square that matters has over- or underflowed: one that did underflow
       is below 1e-307, less than 1e-27 of the sum. */
    if (sum > 1e-280 && sum < 1e300) return sqrt(sum);
    return norm_scaled(n, m);
}
