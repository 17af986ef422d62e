/* Decision rule 4: how fast a sequence goes to its limit, with a calibrated interval. Pure functions
   over arrays; docs/rate-rule.md states the procedure and how often it is wrong. One-sided use is
   the caller's: a theorem's rate is an upper bound, so only what is slower contradicts it. */
#pragma once

#include "core/arena.h"
#include "core/interval.h"

#include <stddef.h>

typedef enum {
    CLARKE_RATE_UNDECIDED,
    CLARKE_RATE_FINITE,        /* the limit is reached */
    CLARKE_RATE_SUPERLINEAR,   /* v_{k+1} / v_k -> 0 */
    CLARKE_RATE_LINEAR,        /* v_k ~ q^k, up to oscillation or a power of k */
    CLARKE_RATE_SUBLINEAR,     /* v_k ~ (k + k_0)^-p, up to a power of ln k */
    CLARKE_RATE_SUBPOLYNOMIAL, /* v_k ~ (ln k)^-b */
    CLARKE_RATE_NONE           /* v_k does not go to 0 */
} clarke_rate_regime;
enum { CLARKE_RATE_REGIMES = CLARKE_RATE_NONE + 1 };

const char *clarke_rate_text(clarke_rate_regime regime);

typedef struct {
    size_t count;
    const double *k; /* [count], increasing, gaps allowed; NULL: 0, 1, 2, ... */
    /* [count] f_k, or with `logarithms` ln |f_k - limit| (-INFINITY where they are equal), for
       sequences that leave the range of doubles; then the limit is known to be `limit`. */
    const double *value;
    bool logarithms;
    double limit; /* NAN: unknown */
    /* Absolute error of one f_k - limit: 0 where nothing is subtracted (distances, residuals), NAN
       for that of a double near the limit, eps |limit|. */
    double accuracy;
} clarke_rate_input;

enum { CLARKE_RATE_REASON = 320 };

/* What does not apply is NAN. */
typedef struct {
    clarke_rate_regime regime;
    double rate; /* q per unit of k, where linear */
    clarke_interval rate_interval;
    double exponent; /* p, where sublinear */
    clarke_interval exponent_interval;
    double window_first, window_last; /* the k's that the rate was read from */
    double limit, limit_error;
    size_t points; /* that were above rounding */
    /* Decades between the last point used and the level where rounding shows. */
    double decades_above_rounding;
    char reason[CLARKE_RATE_REASON]; /* one sentence: why this regime and this window */
} clarke_rate;

/* CLARKE_EINPUT where k does not increase; everything else is a regime. `mem` gets the copies. */
clarke_status clarke_rate_estimate(const clarke_rate_input *in, clarke_arena *mem,
                                   clarke_rate *rate);

/* The KL exponent that explains the rate of a method with sufficient decrease and relative error:
   from values theta = (p+1)/(2p), from iterates or distances (1+p)/(1+2p); a linear rate says
   theta <= 1/2, a finite sequence 0. The estimate is NAN where the rate says nothing. */
typedef struct {
    double theta;
    clarke_interval interval;
} clarke_rate_kl;
clarke_rate_kl clarke_rate_kl_exponent(const clarke_rate *rate, bool values);
