/* f_k = f + unit * w_k, the mean over k of the w_k being 0: each term of f is replaced by `copies`
   terms that differ by an added function whose slope in coordinate j is a whole number times
   `unit`. Whole numbers cancel exactly, so the mean over all terms is that of f to the last bit. */
#pragma once

#include "problems/lib/pullback.h"

typedef struct {
    size_t copies;
    double unit;
    /* The slope of w_k in coordinate j at x_j; 0 in the mean over k = 0, ..., copies - 1. */
    double (*weight)(size_t copies, size_t k, size_t j, double t);
    bool agents; /* copy k holds the terms k * inner terms, ...; otherwise copies stand together */
    double deviation; /* the largest |unit w_k| */
} clarke_tilt;

/* Everything else is the inner problem's. */
clarke_status clarke_tilted_make(clarke_problem *p, const clarke_wrapping *w,
                                 const clarke_tilt *tilt, clarke_arena *mem);
/* What the wrapper gave. */
const clarke_tilt *clarke_tilted_data(const clarke_problem *p);
