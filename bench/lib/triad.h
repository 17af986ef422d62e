/* The loop of the reference kernel, in a file of its own so that no caller can be optimised with
   it. */
#pragma once

#include <stddef.h>

/* a = b + s c, each [n]; a overlaps nothing. */
void clarke_triad(size_t n, double s, const double *b, const double *c, double *restrict a);
