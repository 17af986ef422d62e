/* A convex function phi on R^n (a momentum regulariser, a penalty): parts/regularizers/. */
#pragma once

#include "core/param.h"

typedef struct {
    double threshold; /* C of the Huber forms; not read by the others */
    double zero_sign; /* the selection of Sign(0), in [-1, 1] */
} clarke_regularizer_opts;

typedef struct clarke_regularizer_desc {
    const char *title, *formula, *source;
    bool radial;    /* the subdifferential at m is a multiple of m */
    bool separable; /* a sum over coordinates */
    double (*value)(const clarke_regularizer_opts *o, size_t n, const double *m);
    /* v[n] = the selection of the subdifferential at m that a method takes; v may be m. */
    void (*selection)(const clarke_regularizer_opts *o, size_t n, const double *m, double *v);
    /* dist(v, subdifferential at m), by formulas that share no code with the selection. */
    double (*residual)(const clarke_regularizer_opts *o, size_t n, const double *m,
                       const double *v);
} clarke_regularizer_desc;
