/* The networks that the updates of split methods are timed on. */
#pragma once

#include "bench/lib/steps.h"

/* The update called `phase` of bcd_three: two hidden layers, all widths and the number of samples
   run->n. */
clarke_status clarke_bcd_square(clarke_kernel_run *run, const char *phase, double words);
/* One hidden layer of `hidden` with one input, 16 outputs, and run->n samples: products cost next to
   nothing, so that what goes entry by entry is timed. */
clarke_status clarke_bcd_flat(clarke_kernel_run *run, size_t hidden, const char *loss,
                              const char *phase, double words);
/* The same of dladmm, with 16 in the hidden layer. */
clarke_status clarke_dladmm_square(clarke_kernel_run *run, const char *phase, double words);
clarke_status clarke_dladmm_flat(clarke_kernel_run *run, const char *loss, const char *phase,
                                 double words);
