/* The Euclidean norm that regularisers and methods share. */
#pragma once

#include <stddef.h>

/* |m|_2 with relative error at most (n/2 + 2) eps/2, whatever the size of the entries; infinite if
   one entry is; otherwise NaN if one is. */
double clarke_norm(size_t n, const double *m);
