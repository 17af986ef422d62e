/* f(x) = (1/m) sum_i |(a_i.x)^2 - b_i| in 2 or 3 variables, a_i and the roots of b_i whole numbers:
   robust phase retrieval with few measurements.

   All terms are convex plus smooth: f is regular and 2 l/m-weakly convex, l the largest
   eigenvalue of sum a_i a_i', and the terms' subdifferentials add up with equality, to a
   zonotope. So S can be found in whole numbers. Where b_i = 0 a term is smooth; the other a_i have
   to be in general position: any n of them are independent. Let K be the kinks that are active
   at x.
   - |K| < n: x = X/D and the multipliers solve N x + sum_K mu_i a_i = 0, a_i.x = +-root b_i, N =
     sum of s_j a_j a_j' over the other terms with the signs s_j that they have at x; x is
     stationary iff |mu_i| <= root b_i. All K, signs and s are tried. N is regular on the space
     {a_i.h = 0, i in K}, else the solutions are a line: it must not meet the cell of s.
   - |K| >= n: x is the intersection of n kinks; 0 is in the zonotope iff it is on the inner side of
     all facets, whose normals are those to n - 1 generators.
   A member in which a decision is on an edge (a multiplier at its bound, 0 on a facet, a line of
   solutions that may meet its cell) is refused; so all strict inequalities are strict.

   Kinds: f is smooth on {a_i.x = +-root b_i, i in K}, with the Hessian (2/m) N there, and grows
   linearly across it, as the multipliers are inside their bounds. So x is a minimum, of growth 1
   (|K| >= n; by the distance of 0 from the nearest facet) or 2, or a saddle, or, where K is empty, a
   maximum if N is negative definite; the KL exponent is 0 or 1/2.

   Outside |x|^2 <= 2 sum b_i / (smallest eigenvalue of sum a a'), g.x > 0 for all subgradients g. */
#pragma once

#include "problems/lib/scalar.h"
#include "problems/lib/zonotope.h"

#include <stdint.h>

enum {
    CLARKE_PHASE_DIMENSION = 3,
    CLARKE_PHASE_TERMS = 8,
    CLARKE_PHASE_POINTS = 96,
    CLARKE_PHASE_ENTRY = 3, /* the largest |entry| of an a_i */
    CLARKE_PHASE_ROOT = 18  /* the largest root of a b_i */
};

/* With the numbers above, by Hadamard: a row of N has a norm of at most 8 * 3 * 3 sqrt 3 < 125, with
   two entries of a_i below 126; a row (a_i, 0) at most 3 sqrt 3, with a root below 19. A minor of
   the largest system is less than 126^3 * 19^2 < 2^30. */

typedef struct {
    double x[CLARKE_PHASE_DIMENSION]; /* rounded once */
    clarke_point_kind kind;
    clarke_growth growth;
} clarke_phase_point;

typedef struct {
    size_t n, m, points;
    int64_t a[CLARKE_PHASE_TERMS][CLARKE_PHASE_DIMENSION], root[CLARKE_PHASE_TERMS];
    clarke_phase_point point[CLARKE_PHASE_POINTS];
    double smallest, largest; /* eigenvalues of sum a a' */
    double minimum;
    clarke_zonotope zonotope; /* scratch */
} clarke_phase;

/* The eigenvalues, the points of S and the minimum from n, m, a, root. False: a decision is on an
   edge, or there are too many points. */
bool clarke_phase_solve(clarke_phase *f);
/* Ascending eigenvalues of a symmetric matrix[n][n], which is overwritten; n <= 3. */
void clarke_phase_eigenvalues(size_t n, double *matrix, double *value);

/* After clarke_problem_size and clarke_phase_solve: p->data = f, the scratch, the constants. */
clarke_status clarke_phase_make(clarke_problem *p, clarke_phase *f, clarke_arena *mem);

double clarke_phase_value(const clarke_problem *p, const double *x);
void clarke_phase_subgradient(const clarke_problem *p, const double *x, double *g);
void clarke_phase_term_subgradient(const clarke_problem *p, const double *x, const size_t *term,
                                   size_t count, double *g);
double clarke_phase_clarke_residual(const clarke_problem *p, const double *x);
double clarke_phase_stationary_distance(const clarke_problem *p, const double *x, double *nearest,
                                        clarke_point_kind *kind);
double clarke_phase_hull_distance(const clarke_problem *p, const double *z, double r);
double clarke_phase_lipschitz(const clarke_problem *p, double radius);
double clarke_phase_weak_convexity(const clarke_problem *p, double radius);
clarke_growth clarke_phase_growth(const clarke_problem *p, const double *x);
void clarke_phase_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                          clarke_enclosure *out);
double clarke_phase_distance_upper(const clarke_problem *p, const clarke_interval *box, bool field);

#define CLARKE_PHASE_ORACLES                                                                       \
    .value = clarke_phase_value, .subgradient = clarke_phase_subgradient,                          \
    .term_subgradient = clarke_phase_term_subgradient,                                             \
    .clarke_residual = clarke_phase_clarke_residual,                                               \
    .stationary_distance = clarke_phase_stationary_distance,                                       \
    .goldstein_residual = clarke_goldstein_bracket, .hull_distance = clarke_phase_hull_distance,   \
    .lipschitz = clarke_phase_lipschitz, .weak_convexity = clarke_phase_weak_convexity,            \
    .growth = clarke_phase_growth, .enclose = clarke_phase_enclose,                                \
    .distance_upper = clarke_phase_distance_upper
