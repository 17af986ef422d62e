/* Drives a method by hand, one step at a time, with an oracle that answers feed + A x: for golden
   vectors, unit tests of one step, and Jacobians of the step map. */
#pragma once

#include "core/method.h"

typedef struct {
    clarke_problem problem;
    clarke_oracle oracle;
    clarke_iter it;
    const clarke_method_desc *method;
    void *state;
    double *feed;          /* [n] */
    const double *hessian; /* A, [n][n] row-major; NULL: 0 */
} clarke_drive;

/* `method` in the grammar ID[:name=value,...]. x = 0, feed = 0, eta0 = `eta`. `d` must stay where
   it is. */
clarke_status clarke_drive_make(const char *method, size_t n, double eta, clarke_arena *mem,
                                clarke_drive *d);
/* What an arena does not free, such as a method's process; a drive that was not made is ended. */
void clarke_drive_end(clarke_drive *d);
/* One step with these sizes; the arena is sealed meanwhile. */
clarke_status clarke_drive_step(clarke_drive *d, double eta, double theta);
/* [n], or NULL for a method without it. */
const double *clarke_drive_momentum(const clarke_drive *d);
/* Brings a fresh drive to the state (x, m) by one step with theta = 1 that is fed m / weight, where
   weight is that of g in the first momentum (1, or 1 - beta2 for Lion). x is set afterwards. */
clarke_status clarke_drive_place(clarke_drive *d, const double *x, const double *m, double eta,
                                 double weight);
