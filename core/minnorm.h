/* The point of smallest Euclidean norm in the convex hull of finitely many points: Wolfe, "Finding
   the nearest point in a polytope", Math. Program. 11 (1976). Meant for small problems (workspace
   n^2) and safe in degenerate ones; the answer comes with a bracket that does not rest on the
   algorithm. */
#pragma once

#include "core/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    size_t n, room;     /* room: the largest corral, n + 2 */
    size_t history;     /* iterations at most */
    int lwork;          /* of LAPACK */
    double *corral;     /* [room][n] its vertices */
    double *weight;     /* [room] */
    double *trial;      /* [room] weights of the affine minimiser */
    double *difference; /* [room][n] */
    double *right;      /* [room] */
    double *singular;   /* [room] */
    double *work;       /* [lwork] */
    int *iwork;
    double *x, *vertex; /* [n] */
    uint64_t *seen;     /* [history] hashes of corrals */
    size_t count;
} clarke_minnorm;

typedef struct {
    double distance;  /* |x| of the best point seen */
    double low, high; /* low <= dist(0, hull) <= high, rounding included */
    size_t iterations;
    bool converged; /* x satisfies the optimality condition, up to rounding */
} clarke_minnorm_result;

/* v[n] = a vertex with the smallest product x.v (or one that violates optimality as much). Returns
   a lower bound, rounding included, of the smallest product over all vertices. */
typedef double clarke_minnorm_oracle(const void *self, const double *x, double *v);

clarke_status clarke_minnorm_init(clarke_minnorm *w, size_t n, clarke_arena *mem);

/* The hull of p[m][n], row-major, m >= 1, any finite scale. x[n], or NULL, is the point. */
clarke_minnorm_result clarke_minnorm_points(clarke_minnorm *w, size_t m, const double *p,
                                            double *x);
/* The hull that an oracle describes; its entries should be of ordinary size. */
clarke_minnorm_result clarke_minnorm_hull(clarke_minnorm *w, clarke_minnorm_oracle *oracle,
                                          const void *self, double *x);
