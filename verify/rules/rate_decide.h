/* From windows to a regime. */
#pragma once

#include "verify/rules/rate_fit.h"

typedef struct {
    size_t count;               /* of windows, the largest first */
    clarke_rate_window *window; /* [count] */
} clarke_rate_windows;

typedef struct {
    clarke_rate_regime regime;
    size_t window; /* the winning one; 0 where the regime was not read from one */
    const char *why;
} clarke_rate_decision;

/* The test for a handful of values that speed up. */
bool clarke_rate_speeds_up(const clarke_rate_sequence *s);
clarke_rate_decision clarke_rate_decide(const clarke_rate_sequence *s,
                                        const clarke_rate_windows *w);

/* The interval of the winning window's exponent or lambda. */
typedef struct {
    double theta;
    clarke_interval interval;
} clarke_rate_estimated;
clarke_rate_estimated clarke_rate_interval(const clarke_rate_sequence *s,
                                           const clarke_rate_windows *w,
                                           const clarke_rate_decision *d);

/* The whole of it where the limit is unknown and not reached: fills the regime, the estimate, the
   window, the limit and its error, the reason. */
void clarke_rate_without_limit(size_t n, const double *k, const double *f, clarke_arena *mem,
                               clarke_rate *rate);
