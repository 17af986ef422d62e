/* What the theory of descent methods with the Kurdyka-Lojasiewicz property speaks of, from a
   sequence F_k = F(x_k), Delta_k = |x_k - x_{k-1}|, g_k = dist(0, dF(x_k)), r_k = F_k - F*, e_k =
   dist(x_k, S). Non-monotone with order j:
     (D_j)   F_{k+j} + a Delta_{k+1}^2 <= F_k           (DS_j)  with a sum_{i<=j} Delta_{k+i}^2
     (E)     g_k <= b Delta_k                           (E_j)   g_k <= b sum_{i<j} Delta_{k-i}
   and c g_k >= r_k^theta. The constants are measured on the first half of the sequence; on the
   second half they are hypotheses that are measured again, and, weakened by CLARKE_DESCENT_SLACK,
   what the conclusions are judged by. The slack is no tolerance: the conclusions follow from any constants
   that hold, and those that are tested on the second half are the ones that the conclusions are judged
   with, so that every factor >= 1 is right. A larger one would lose sharpness (1.25^5 in the recursion), a
   smaller one runs whose constants settle late. The conclusions:
     window     F_{k+j} <= F_k: R_k = r_k + ... + r_{k+j-1} falls
     recursion  A: R_{k+j}^{2 theta} <= K (R_k - R_{k+j}), K = j^{(2 theta - 1)_+} c^2 b^2 / a
                B: r_k^{2 theta} <= K (r_{k-j} - r_k),     K = c^2 b^2 j / a
     bound      A: e_k <= Delta_k + (j b c / (a (1 - theta))) R_k^{1-theta}
                B: e_k <= sqrt(j r_{k-j}/a) + (j b c / (a (1 - theta))) r_k^{1-theta}
   A has the constants of (D_j), (E), B those of (DS_j), (E_j). The gradient form
     (G_j)   F_{k+j} + a g_k^2 <= F_k
   gives without (E), for theta <= 1/2 and r <= 1, r_{k+j} <= (1 - a/c^2) r_k, c that of theta =
     1/2: linear     judged with the smallest j that has a > 0.

   Rounding. Differences of F are those of r while the level F* is the same, and r is a sum of at
   most n + 4 squares and products of differences of entries, each entry off by one rounding: r is
   off by at most u C (r + |x| sqrt r + u |x|^2), u = 2^-53, C = 16 (n + 4); without value_gap by u
   C (|f| + 1). Steps below 2^10 u |x| are
   rounding and are not judged; a residual below 2^10 u (1 + |x|) at a step of length 0 is 0. */
#pragma once

#include "core/problem.h"
#include "verify/exact.h"

#define CLARKE_DESCENT_SLACK 1.25

enum { CLARKE_DESCENT_ORDERS = 8 };

typedef struct {
    double level, gap; /* F = level + gap; the level is F* where it is known */
    double step;       /* Delta, NAN in the first row */
    double residual;   /* NAN where not known */
    double distance;   /* NAN where not known */
    double size;       /* |x|_inf */
    bool exact;        /* the gap is that of value_gap; else a rounded value */
} clarke_descent_row;

/* Of one half: a in (DS_j) and (D_j), b in (E_j) (b[0] is that of (E)), and how often F_{k+j} >
   F_k beyond rounding, out of how many windows. */
typedef struct {
    double all[CLARKE_DESCENT_ORDERS], first[CLARKE_DESCENT_ORDERS], b[CLARKE_DESCENT_ORDERS];
    double gradient[CLARKE_DESCENT_ORDERS]; /* a in (G_j) */
    size_t rises[CLARKE_DESCENT_ORDERS], windows[CLARKE_DESCENT_ORDERS];
    double c, c_half; /* for theta, and for 1/2 */
} clarke_descent_half;

enum {
    CLARKE_DESCENT_WINDOW,
    CLARKE_DESCENT_RECURSION_A,
    CLARKE_DESCENT_RECURSION_B,
    CLARKE_DESCENT_BOUND_A,
    CLARKE_DESCENT_BOUND_B,
    CLARKE_DESCENT_LINEAR,
    CLARKE_DESCENT_CHECKS
};

/* Where the checks begin among the outputs of the measure descent. */
enum { CLARKE_DESCENT_FIRST_CHECK = 10 + 2 * (2 + 5 * CLARKE_DESCENT_ORDERS) };

typedef struct {
    size_t n, count, middle; /* rows so far; the row that begins the second half */
    double theta;            /* NAN: unknown; judged where it is in (0, 1) */
    /* The smallest j with a_j > 0 of the first half, in (D_j), (DS_j), (G_j); 0: none up to 8. */
    size_t order_a, order_b, order_g;
    size_t levels;  /* how often the level changed */
    double stalled; /* the largest residual at a step of length 0 */
    clarke_descent_half half[2];
    clarke_exact check[CLARKE_DESCENT_CHECKS];
    clarke_descent_row row[2 * CLARKE_DESCENT_ORDERS + 1]; /* the newest ones, in a ring */
} clarke_descent;

/* `steps` is how many rows will follow the first one. theta is to be set before rows are added, if
   it is known. */
void clarke_descent_begin(clarke_descent *d, size_t n, size_t steps);
void clarke_descent_add(clarke_descent *d, const clarke_descent_row *row);

/* The row of a point: value_gap where the problem has it, with the level of the nearest point of S;
   else the value, at level 0. `last` is the row before, or NULL; x and before [n]; nearest is
   scratch [n]. */
clarke_descent_row clarke_descent_row_of(const clarke_problem *p, const double *x,
                                         const double *before, const clarke_descent_row *last,
                                         double *nearest);
/* The rounding of the head comment. */
double clarke_descent_rounding(size_t n, const clarke_descent_row *row);
/* 1 - 1/p with the growth f - f* ~ d^p at the stationary point nearest to x; NAN where not known,
   1 where f is smaller than every power. */
double clarke_descent_theta(const clarke_problem *p, const double *x);
