/* Random centres a_1, ..., a_m in R^n with heights c_i >= 0, and v(x) = min_i |x - a_i|^2/2 + c_i.

   |x|^2/2 - v is a maximum of affine functions, so the subdifferential of v at x is x - conv{a_i :
   i active} and v is stationary iff x is in that hull. By Caratheodory's theorem x is then inside
   the simplex of some affinely independent active centres J, which are at equal height there: x is
   the one point of their affine hull with that property. So S is found by looking at all sets J of
   at most n + 1 centres. Members in which a decision is close (a barycentric coordinate within 1/64
   of 0, a difference of heights within 1/16, or nearly dependent centres) are drawn again, so that
   rounding decides nothing and the points of S are apart. Along the simplex v is at a maximum in
   the strict sense, across it at a minimum: 1 centre is a minimum, n + 1 are a maximum, and others
   a saddle. */
#pragma once

#include "core/minnorm.h"
#include "problems/lib/scalar.h"

enum { CLARKE_CENTRES_MOST = 8 };

/* The dimension is limited by the workspace of the nearest-point algorithm. */
#define CLARKE_CENTRES_PARAMS(type)                                                                \
    {"n", CLARKE_PARAM_COUNT, offsetof(type, n), "2", 1.0, 256.0, NULL, "dimension"},              \
        {"seed", CLARKE_PARAM_COUNT,    offsetof(type, seed), "1", 0.0, 0x1p53,                    \
         NULL,   "number of the member"},                                                          \
    {                                                                                              \
        "centres", CLARKE_PARAM_COUNT, offsetof(type, centres), "4", 2.0, CLARKE_CENTRES_MOST,     \
            NULL, "number of centres"                                                              \
    }

typedef struct {
    size_t n, count, points;
    double *centre;          /* [count][n] */
    double *height;          /* [count] */
    double *point;           /* [points][n] of S */
    size_t *corners;         /* [points] |J| */
    size_t *corner;          /* [points] a centre of J */
    double *inside;          /* [points] distance from the border of conv J if |J| = n + 1 */
    double largest, reach;   /* the largest |a_i|, and |a_i - a_j| */
    clarke_minnorm *minnorm; /* scratch from here on */
    double *shifted;         /* [count][n] */
    double *foot, *moved;    /* [n] */
} clarke_centres;

/* Heights are 0 unless `heights`. */
clarke_status clarke_centres_make(size_t n, size_t count, size_t seed, bool heights,
                                  clarke_arena *mem, clarke_centres **centres);
/* v(x), and the first centre with this value. */
double clarke_centres_value(const clarke_centres *c, const double *x, size_t *first);
/* dist(x, conv of the centres that are active somewhere in B(x, r)), with a lower bound of it; the
   nearest point of that hull is c->foot. */
clarke_minnorm_result clarke_centres_hull(const clarke_centres *c, const double *x, double r);
/* The point of B(x, delta) that is nearest to the foot of x on the hull of its active centres;
   valid until the next call. */
const double *clarke_centres_towards(const clarke_centres *c, const double *x, double delta);
/* The point of S that is nearest to x. */
size_t clarke_centres_nearest(const clarke_centres *c, const double *x, double *distance);
double clarke_centres_distance(const clarke_centres *c, const double *x, double *nearest,
                               clarke_point_kind *kind);
/* For proofs by machine. All centres that can be active at some point of box[n]: writes their
   numbers, returns how many. A height difference is affine in x, so its range over a box is exact
   up to rounding. Then an upper bound of the distance of the box's points from the listed
   points. */
size_t clarke_centres_active(const clarke_centres *c, const clarke_interval *box,
                             size_t active[CLARKE_CENTRES_MOST]);
double clarke_centres_upper(const clarke_centres *c, const clarke_interval *box);
/* A start in [low, high]^n off S. */
void clarke_centres_start(const clarke_centres *c, double low, double high, double *start);
