/* f(x) = factor * g(A x) for an affine A that scales all distances by `stretch`: the shared part of
   the wrappers. By the chain rule for diffeomorphisms the Clarke subdifferential of f at x is
   factor * stretch * Q' times that of g at A x, with Q the orthogonal part of A, and S = A^{-1}
   S(g); so residuals and distances carry over exactly.

   In floating point A x is not exact, and the subdifferential jumps at kinks. A point whose image
   is within the rounding of A of a point of S counts as that point: then the nearest point that f
   reports has residual 0, as that of g has. Coordinate by coordinate that moves A x by no more than
   is unknown of it. Bounds over balls are taken over balls that are larger, or smaller, by twice
   that much. */
#pragma once

#include "problems/lib/scalar.h"

typedef struct {
    const clarke_problem *inner;
    const void *map;
    /* y = A x and x = A^{-1} y, without aliasing; NULL: A is the identity. */
    void (*forward)(const void *map, size_t n, const double *x, double *y);
    void (*backward)(const void *map, size_t n, const double *y, double *x);
    /* g = Q' g; NULL: Q = I, and coordinates map to coordinates. */
    void (*turn)(const void *map, size_t n, double *g);
    /* The image of an interval of coordinate j, rounded outwards; NULL: times `stretch`. */
    clarke_interval (*interval)(const void *map, size_t j, double low, double high);
    /* slack[j] bounds the rounding of y_j = (A x)_j and that of the x that A^{-1} makes of it;
       NULL: A is exact. */
    void (*slack)(const void *map, size_t n, const double *x, const double *y, double *slack);
    /* For proofs by machine: Q v[n] and Q' v[n], rounded outwards; NULL where Q = I. */
    void (*turn_forward)(const void *map, size_t n, clarke_interval *v);
    void (*turn_back)(const void *map, size_t n, clarke_interval *v);
    double factor, stretch;                /* > 0; a power of two if `stretch` is not 1 */
    double offset;                         /* |A 0| */
    double *y, *nearest, *allowed, *image; /* [n] scratch */
} clarke_pullback;

/* Sets p->data to a copy of `map`, all capabilities that the inner problem has, and all constants
   that change by `factor` and `stretch`; start and landmarks are mapped. The box is the
   caller's. */
clarke_status clarke_pullback_make(clarke_problem *p, const clarke_wrapping *w,
                                   const clarke_pullback *map, clarke_arena *mem);
/* The inner problem's mean over the listed terms, its answer where it has one term only. */
void clarke_pullback_terms(const clarke_problem *inner, const double *y, const size_t *term,
                           size_t count, double *g);
