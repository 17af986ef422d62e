/* Step sizes, with their theory. KIND:ARGS or KIND:name=value,...:
     constant:c            c
     power:c,a,k0          c / (k + k0)^a
     inverse-log:c,k0      c / log(k + k0)
     epoch:KIND:ARGS       KIND, held constant within each epoch
     file:PATH             one number a line; no tail, so it claims nothing about limits
     single:tau            (momentum only) theta_k = tau * eta_k
     scaled:beta           (momentum only) theta_k = (1 - beta) min(1, eta_k / eta_0): the official
                           code's form (GeneralSGD) */
#pragma once

#include "core/arena.h"
#include "core/param.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum { CLARKE_UNKNOWN = -1, CLARKE_NO = 0, CLARKE_YES = 1 } clarke_tri;

typedef enum {
    CLARKE_SCHEDULE_CONSTANT,
    CLARKE_SCHEDULE_POWER,
    CLARKE_SCHEDULE_INVERSE_LOG,
    CLARKE_SCHEDULE_FILE,
    CLARKE_SCHEDULE_SINGLE,
    CLARKE_SCHEDULE_SCALED
} clarke_schedule_kind;

typedef struct {
    clarke_schedule_kind kind;
    bool per_epoch;
    double c, a, k0;
    size_t count;        /* of `value`, CLARKE_SCHEDULE_FILE */
    const double *value; /* [count] */
    const char *text;    /* canonical */
} clarke_schedule;

typedef struct {
    clarke_tri sum_infinite;   /* sum of steps diverges */
    clarke_tri vanishes;       /* steps go to 0 */
    clarke_tri beats_log;      /* steps are o(1/log k) */
    clarke_tri epoch_constant; /* constant within an epoch */
    double exponent;           /* a of c k^-a; 0 for constant and inverse-log; NAN unknown */
} clarke_schedule_theory;

clarke_status clarke_schedule_parse(const char *text, bool momentum, clarke_arena *mem,
                                    clarke_schedule *schedule);
clarke_schedule_theory clarke_schedule_theory_of(const clarke_schedule *schedule);

/* The value at step k; `epoch` is the number of steps of an epoch (1 where there is none). For
   single and scaled, `eta` is eta_k and `eta0` is eta_0; otherwise they are not read. */
double clarke_schedule_at(const clarke_schedule *schedule, size_t k, size_t epoch, double eta,
                          double eta0);
