/* Where a sequence ends for the estimator: exact zeros, underflow, the level of rounding. */
#pragma once

#include "verify/rules/rate_fit.h"

typedef enum {
    CLARKE_RATE_CUT_GO_ON,
    CLARKE_RATE_CUT_FINITE,
    CLARKE_RATE_CUT_FEW_ZEROS, /* it may be finite, but too few zeros follow */
    CLARKE_RATE_CUT_SHORT      /* fewer than five points are above rounding */
} clarke_rate_cut;

/* Shortens s->count to what is above rounding; `zeros` is how many values at the limit end it. */
clarke_rate_cut clarke_rate_cut_sequence(clarke_rate_sequence *s, bool logarithms, size_t *zeros);

/* The plateau at rounding level that a sequence with unknown limit may end in: true with the limit
   (the plateau's median) and the error of that. */
bool clarke_rate_plateau(size_t n, const double *f, clarke_arena *mem, double *limit,
                         double *error);
