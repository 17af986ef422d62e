/* Split networks in extended precision, entry by entry from the formulas: the reference for core/split*
   and the block updates. Shares no code with them but the descriptors' scalar functions. */
#pragma once

#include "core/problem.h"
#include "core/split.h"

/* The objective at x[n], with plain loops. */
long double split_reference_value(const clarke_split *s, const double *x);

typedef struct {
    clarke_arena *mem;
    clarke_problem *p;
    const clarke_split *s;
    clarke_split_work *w;
    double *x, *y; /* [n] */
} split_case;

/* Fails the test that calls it. x is the start moved by a normal deviation. */
split_case split_case_open(const char *spec, uint64_t seed, double deviation);
void split_case_close(split_case *c);
