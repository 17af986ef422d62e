/* A loss: it compares outputs z with targets y, sample by sample: parts/losses/. Samples are the
   columns of z[size][count] and y[size][count], column-major. NaN goes through every function. */
#pragma once

#include "core/real.h"

typedef struct clarke_loss_desc {
    const char *title, *formula, *source;
    bool probabilities; /* the targets are probability vectors (one-hot labels) */
    /* The sum over the samples, accumulated in double. */
    double (*value)(size_t size, size_t count, const clarke_real *z, const clarke_real *y);
    /* g = scale * gradient of that sum in z; g[size][count] may be z. */
    void (*gradient)(size_t size, size_t count, clarke_real scale, const clarke_real *z,
                     const clarke_real *y, clarke_real *g);
    /* Of one sample: a Lipschitz constant of z -> loss on |z - y|_2 <= radius, and one of its
       gradient, both in the 2-norm. */
    double (*lipschitz)(double radius);
    double (*smoothness)(void);
} clarke_loss_desc;
