/* A polytope with interval data that contains a set of subgradients: a centre plus a sum of parts,
   each the convex hull of a few vertices. A part is one kink: its sign, or its choice of an active
   piece, is one unknown that multiplies a whole vector, so what is tied stays tied. Replacing the
   vector's entries by independent intervals would prove nothing near kinks at an angle. */
#pragma once

#include "core/interval.h"

enum {
    CLARKE_ENCLOSURE_DIMENSION = 4,
    CLARKE_ENCLOSURE_PARTS = 16,
    CLARKE_ENCLOSURE_VERTICES = 48
};

typedef struct {
    size_t n, parts, vertices;
    clarke_interval centre[CLARKE_ENCLOSURE_DIMENSION];
    size_t first[CLARKE_ENCLOSURE_PARTS + 1]; /* part k: vertices first[k] .. first[k+1] - 1 */
    clarke_interval vertex[CLARKE_ENCLOSURE_VERTICES][CLARKE_ENCLOSURE_DIMENSION];
} clarke_enclosure;

/* No parts, centre 0; n <= CLARKE_ENCLOSURE_DIMENSION. */
void clarke_enclosure_begin(clarke_enclosure *e, size_t n);
/* centre += v[n] */
void clarke_enclosure_add(clarke_enclosure *e, const clarke_interval *v);
/* Begins a part; it must get a vertex v[n], one for each call, before the next one begins. */
void clarke_enclosure_part(clarke_enclosure *e);
void clarke_enclosure_vertex(clarke_enclosure *e, const clarke_interval *v);
/* lambda v for all lambda in the interval: added to the centre where lambda is one number, else a
   part with the two ends as vertices. */
void clarke_enclosure_segment(clarke_enclosure *e, clarke_interval lambda,
                              const clarke_interval *v);

/* An upper bound of the largest distance between a point of box[n] and a point of near[n]. */
double clarke_box_distance(size_t n, const clarke_interval *box, const clarke_interval *near);
/* sqrt(sum of d[n]^2), rounded up; d >= 0. */
double clarke_norm_upper(size_t n, const double *d);
/* The middle of each side; finite for finite boxes. */
void clarke_box_middle(size_t n, const clarke_interval *box, double *x);
/* An enclosure of the norms of the points of box[n]. */
clarke_interval clarke_box_norm(size_t n, const clarke_interval *box);
