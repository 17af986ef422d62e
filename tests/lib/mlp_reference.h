/* The network of problems/lib/mlp.h once more, by plain loops in long double, with a running bound
   of the rounding errors of the library's computation. */
#pragma once

#include "problems/lib/mlp.h"

typedef struct {
    long double value, value_bound;
    long double *gradient, *bound; /* [n] */
    bool clear;                    /* every hidden |z| exceeds its error bound */
    unsigned long pattern;         /* a hash of the signs of the hidden z */
} mlp_reference;

/* Of the mean over the listed samples (NULL: the first `count`) at x; `unit` is the unit roundoff
   of the precision under test. Release with mlp_reference_free. */
mlp_reference mlp_reference_make(const clarke_mlp *mlp, const long double *x, const size_t *term,
                                 size_t count, long double unit);
void mlp_reference_free(mlp_reference *r);
