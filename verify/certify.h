/* Machine proofs of declared stationary sets. The statement: for every x of the cube [low, high]^n
   with dist(x, S) > delta, 0 is not in the Clarke subdifferential of f at x (or not in the field of
   the parts). With growth outside the cube and residual 0 on S that is the declared set, to the
   resolution delta.

   The prover cuts the cube in halves until every box is either within delta of S, or has a
   direction d with d.v > 0 for all v of an interval enclosure of the subdifferentials over the box.
   It writes these boxes with their directions down: the certificate. The checker believes none of
   it: it walks the boxes once, sees that they fill the cube, and evaluates each separation again,
   by other code and without any search. Both use interval arithmetic (core/interval.h) and the
   problem's two formulas, enclose and distance_upper; that those contain what they should is tested
   by sampling. S is what distance_upper measures from: points in closed form are enclosed, points
   that a problem computes (random members, roots) are the numbers that it lists.

   The format is JSON lines: a header, which also says why nothing outside the cube is stationary
   (by hand: that is not checked); one line for every box, in the order of a depth-first walk, with
   its path in the tree of halvings ('0' lower half, '1' upper half; the k-th cut is through
   coordinate k mod n), the box itself, and "direction" or "inside": true; a last line with the
   number of boxes and a digest of all lines before it. */
#pragma once

#include "core/problem.h"

#include <stdio.h>

enum { CLARKE_CERTIFY_DEPTH = 250, CLARKE_CERTIFY_VERSION = 1 };

typedef struct {
    double low, high, delta; /* finite, low < high, delta > 0 */
    bool field;
    /* Controls, NULL otherwise: [n] a declared point that is taken out of S, with what of S is
       within delta of it, and [n] one that is put in its place. There is no certificate then. */
    const double *without, *instead;
} clarke_certify_task;

/* A box that is finished. direction[n] is NULL where the box is within delta of S. */
typedef struct {
    const char *path;
    const clarke_interval *box; /* [n] */
    const double *direction;
} clarke_certify_leaf;

typedef clarke_status clarke_certify_sink(void *self, const clarke_certify_leaf *leaf);

enum { CLARKE_CERTIFY_UNRESOLVED = 64 };

typedef struct {
    size_t boxes;      /* examined, with those that were cut */
    size_t leaves;     /* finished */
    size_t inside;     /* of these, within delta of S */
    size_t unresolved; /* neither, and too small to be cut; the proof failed if there are any */
    /* The middles of the first ones. */
    double where[CLARKE_CERTIFY_UNRESOLVED][CLARKE_ENCLOSURE_DIMENSION];
    double width;  /* of the widest side of the first one */
    bool complete; /* false: given up after too many unresolved boxes */
} clarke_certify_result;

/* CLARKE_EINPUT where the problem has no enclosure, or the task is not one. */
clarke_status clarke_certify(const clarke_problem *p, const clarke_certify_task *task,
                             clarke_certify_sink *sink, void *self, clarke_arena *mem,
                             clarke_certify_result *result);

/* ---- certificates ---- */

typedef struct {
    FILE *file;
    size_t n, leaves;
    uint64_t digest;
} clarke_certificate;

/* The header, the lines (a sink), the last line. */
clarke_status clarke_certificate_begin(clarke_certificate *c, FILE *file, const clarke_problem *p,
                                       const clarke_certify_task *task);
clarke_status clarke_certificate_leaf(void *self, const clarke_certify_leaf *leaf);
clarke_status clarke_certificate_end(clarke_certificate *c);

typedef struct {
    bool accepted;
    char reason[256]; /* why not, with the line */
    char problem[160];
    size_t n, leaves, inside;
    double low, high, delta;
    bool field;
} clarke_certificate_summary;

/* Reads a certificate from where the stream stands to its end. A certificate that proves nothing is
   CLARKE_OK and not accepted; only a stream that cannot be read, or memory, is a failure. `digest`
   false: the digest is not compared, so that the other checks can be tested. */
clarke_status clarke_certificate_check(FILE *file, bool digest,
                                       clarke_certificate_summary *summary);
