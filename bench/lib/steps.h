/* What the kernels share that call a method: one of its updates, or whole iterations. */
#pragma once

#include "bench/kernel.h"
#include "engine/run.h"

typedef struct {
    clarke_run_plan plan;
    clarke_run *run;
    size_t k, phase;
    double *block, *kept; /* [size] where the update writes, and what is put back before each */
    size_t size;
} clarke_steps;

/* The method after one iteration; flops are those that one more has counted (core/blas.h), bytes
   those of reading the iterate and writing it. */
clarke_status clarke_steps_set_up(clarke_kernel_run *run, const clarke_run_spec *spec);
/* One iteration as a run makes it: all updates, what they change copied before, a look whether all
   is finite. */
void clarke_steps_iterate(clarke_kernel_run *run);
/* The update called `phase` alone; `words` numbers are read or written for each of the block it
   changes. */
clarke_status clarke_steps_phase(clarke_kernel_run *run, const char *method, const char *problem,
                                 const char *phase, double words);
/* For an inner solver that would begin at its own answer: every call begins where the first did. */
clarke_status clarke_steps_put_back(clarke_kernel_run *run);
void clarke_steps_update(clarke_kernel_run *run);
void clarke_steps_tear_down(clarke_kernel_run *run);
