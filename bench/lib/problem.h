/* What the kernels of the problems' oracles share. */
#pragma once

#include "bench/kernel.h"
#include "core/problem.h"

typedef struct {
    clarke_problem *p;
    double *x, *g; /* [n] a point off the stationary set, a subgradient */
    size_t *term;  /* [batch] */
    size_t batch;
} clarke_problem_state;

/* The problem `spec` with run->n variables, or as it is where it has settings of its own. */
clarke_status clarke_problem_set_up(clarke_kernel_run *run, const char *spec);
