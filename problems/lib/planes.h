/* sum_k w_k |a_k.x - b_k| with whole numbers, and its stationary points, which are among the vertices of
   the arrangement of its planes; problems/random_planes.c says why. */
#pragma once

#include "core/problem.h"
#include "problems/lib/zonotope.h"

enum {
    CLARKE_PLANES_N = 4,
    CLARKE_PLANES_MOST = 8,
    CLARKE_PLANES_POINTS = 70 /* 8 over 4 */
};

typedef struct {
    double x[CLARKE_PLANES_N]; /* rounded once */
    clarke_point_kind kind;
    clarke_growth growth;
} clarke_planes_point;

typedef struct {
    size_t n, m, points;
    int64_t w[CLARKE_PLANES_MOST], a[CLARKE_PLANES_MOST][CLARKE_PLANES_N], b[CLARKE_PLANES_MOST];
    clarke_planes_point point[CLARKE_PLANES_POINTS];
    double deviation;         /* of the terms */
    double lipschitz;         /* the largest |gradient| */
    clarke_zonotope zonotope; /* scratch */
} clarke_planes;

/* Looks at every face next to every vertex: sets the points, the deviation and the Lipschitz constant;
   false where the member is not in general position, or a face that is no vertex is critical. */
bool clarke_planes_faces(clarke_planes *f);
