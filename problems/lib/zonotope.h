/* The point of smallest norm of a zonotope {c + sum_k t_k g_k : -1 <= t_k <= 1}: the distance of 0
   from a subdifferential whose free signs are independent. Every answer carries a bracket. */
#pragma once

#include "core/minnorm.h"

/* Few variables: Wolfe's method on the support function. */
typedef struct {
    clarke_minnorm solver;
    size_t n, room, kinks;
    double *centre;    /* [n] */
    double *generator; /* [room][n] */
} clarke_zonotope;

clarke_status clarke_zonotope_init(clarke_zonotope *z, size_t n, size_t room, clarke_arena *mem);
/* Centre 0 and no generator. */
void clarke_zonotope_clear(clarke_zonotope *z);
/* A zeroed generator to fill in. */
double *clarke_zonotope_add(clarke_zonotope *z);
clarke_minnorm_result clarke_zonotope_shortest(clarke_zonotope *z);

/* Any number of variables: generator k has two entries, `left` at component at[k] and `right` at
   the next one; they are added with at[k] not falling, and only consecutive ones may share a
   component in which both are not 0. Box constrained least squares with a tridiagonal matrix,
   solved by block principal pivoting in O(n) an iteration: Portugal, Judice, Vicente, "A
   comparison of block pivoting and interior-point algorithms for linear least squares problems
   with nonnegative variables", Math. Comp. 63 (1994), with two bounds instead of one. */
typedef struct {
    size_t n, room, kinks;
    double *centre;       /* [n] */
    double *left, *right; /* [room] */
    size_t *at;           /* [room] */
    double *y;            /* [n] the answer */
    double *size;         /* [n] sum of the magnitudes that y_i is made of */
    double *weight;       /* [room] t_k */
    double *slope;        /* [room] g_k . y */
    double *pivot, *step; /* [room] */
    signed char *side;    /* [room] the bound that t_k is at; 0: none */
} clarke_chain;

typedef struct {
    double distance;  /* |y|, and 0 where that is not above the rounding of y */
    double low, high; /* low <= dist(0, zonotope) <= high, rounding included */
    size_t iterations;
    bool converged; /* the optimality conditions hold, up to rounding */
} clarke_chain_result;

clarke_status clarke_chain_init(clarke_chain *z, size_t n, size_t room, clarke_arena *mem);
void clarke_chain_clear(clarke_chain *z);
/* Left of `at` + 1 = n, `right` must be 0. */
void clarke_chain_add(clarke_chain *z, size_t at, double left, double right);
/* sign * (left, right) is added to the centre, or, with sign 0, becomes a generator. */
void clarke_chain_term(clarke_chain *z, size_t at, double left, double right, double sign);
clarke_chain_result clarke_chain_shortest(clarke_chain *z);
