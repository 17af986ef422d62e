/* A loss: it compares outputs z with targets y, sample by sample: parts/losses/. Samples are the
   columns of z[size][count] and y[size][count], column-major. NaN goes through every function. */
#pragma once

#include "core/interval.h"
#include "core/real.h"

/* A convex phi: R -> R of the margin. */
typedef struct {
    double (*value)(double m);
    clarke_interval (*subdifferential)(double m);
    double (*change)(double m, double d); /* phi(m) - phi(m + d), formed from d */
} clarke_margin;

typedef struct clarke_loss_desc {
    const char *title, *formula, *source;
    bool probabilities;          /* the targets are probability vectors (one-hot labels) */
    const clarke_margin *margin; /* phi, where the loss is phi(y.z); the targets are vectors of
                                    signs. Otherwise NULL */
    /* The sum over the samples, accumulated in double. */
    double (*value)(size_t size, size_t count, const clarke_real *z, const clarke_real *y);
    /* g = scale * gradient of that sum in z; g[size][count] may be z. */
    void (*gradient)(size_t size, size_t count, clarke_real scale, const clarke_real *z,
                     const clarke_real *y, clarke_real *g);
    /* loss(z) - loss(z + d) of one sample, formed from d, so that it keeps its digits when d is small
       against z. */
    double (*change)(size_t size, const clarke_real *z, const clarke_real *d, const clarke_real *y);
    /* Of one sample with |y|_2 <= target: a Lipschitz constant of z -> loss on |z - y|_2 <= radius,
       and one of its gradient (INFINITY with a kink), both in the 2-norm. */
    double (*lipschitz)(double target, double radius);
    double (*smoothness)(double target);
} clarke_loss_desc;
