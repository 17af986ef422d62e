/* What the files of core/split*.c share. */
#pragma once

#include "core/split.h"

#include "core/sum.h"

struct clarke_split_work {
    const clarke_split *split;
    double *a, *b, *c; /* [widest][n] */
    double *step;      /* [largest block] */
};

/* z[out][n] = W_i V_{i-1} + b_i 1^T. */
void clarke_split_product(const clarke_split *s, const double *x, size_t i, double *z);
/* t[out][n] = V_i - K_i - sigma_i(z), where z is W_i V_{i-1} in two-splitting and U_i in three;
   z may be t. */
void clarke_split_fit(const clarke_split *s, const double *x, size_t i, const double *z, double *t);
