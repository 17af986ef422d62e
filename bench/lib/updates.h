/* What the kernels of the SGD-type updates share: the vectors and the numbers of a step. */
#pragma once

#include "bench/kernel.h"
#include "methods/lib/sgd_updates.h"

typedef struct {
    double *g, *m, *x;
    clarke_sgd_numbers a;
} clarke_update_state;

/* `words` numbers are read or written for each coordinate, `flops` operations done. The step is so
   small that x stays of its size however often it is called. */
clarke_status clarke_update_set_up(clarke_kernel_run *run, double words, double flops);
