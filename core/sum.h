/* Compensated summation (Neumaier, ZAMM 54, 1974): with u = 2^-53, n terms t_i give the sum with an
   error below u |sum| + 2 n^2 u^2 sum |t_i|. */
#pragma once

#include <math.h>

typedef struct {
    double sum, rest;
} clarke_sum;

static inline void clarke_sum_add(clarke_sum *s, double term)
{
    const double sum = s->sum + term;
    /* An infinite sum leaves no remainder to keep. */
    if (isfinite(sum))
        s->rest += fabs(s->sum) >= fabs(term) ? (s->sum - sum) + term : (term - sum) + s->sum;
    s->sum = sum;
}

static inline double clarke_sum_of(const clarke_sum *s)
{
    return s->sum + s->rest;
}
