/* What the measures of block coordinate descent on split networks (core/split.h) share: how the
   objective's terms change when one block moves, and the subdifferential of each subproblem. All of
   it in long double, by formulas that share no code with the problems, the proxes or the methods. */
#pragma once

#include "core/problem.h"
#include "core/split.h"

typedef enum {
    CLARKE_BCD_LINEAR,
    CLARKE_BCD_RELU,
    CLARKE_BCD_LEAKY,
    CLARKE_BCD_ABS,
    CLARKE_BCD_HARD_TANH,
    CLARKE_BCD_SIGMOID,
    CLARKE_BCD_TANH
} clarke_bcd_sigma;

typedef enum {
    CLARKE_BCD_SQUARED, /* half the squared distance */
    CLARKE_BCD_HINGE,
    CLARKE_BCD_SQUARED_HINGE, /* half the square of the hinge */
    CLARKE_BCD_LOGISTIC,
    CLARKE_BCD_SOFTMAX
} clarke_bcd_loss;

/* A matrix with, entry by entry, a bound of the magnitude of what it is a sum of: the rounding
   error of an entry is a small multiple of 2^-64 of that. Column-major. */
typedef struct {
    size_t rows, cols;
    long double *value, *size;
} clarke_bcd_matrix;

/* A split network as the measures read it, with scratch. */
typedef struct {
    const clarke_split *net;
    const clarke_bcd_sigma *sigma; /* [depth + 1] */
    clarke_bcd_loss loss;
    size_t widest;
    clarke_bcd_matrix error, before, change, gradient, move;
    size_t room;
    double *matrix, *singular, *work; /* for LAPACK */
} clarke_bcd_net;

/* CLARKE_EINPUT where the problem is no split network, or has an activation or a loss that is not
   known here. */
clarke_status clarke_bcd_make(const clarke_problem *p, clarke_arena *mem, clarke_bcd_net *s);

typedef struct {
    clarke_split_role role;
    size_t layer;
} clarke_bcd_block;

/* Its index in the layout; CLARKE_NO_BLOCK where there is none. */
size_t clarke_bcd_index(const clarke_split *net, clarke_bcd_block b);

/* ---- activations and losses ---- */

long double clarke_bcd_sigma_value(const clarke_bcd_net *s, size_t layer, long double t);
/* sigma(t + d) - sigma(t), formed without subtracting nearly equal numbers. */
long double clarke_bcd_sigma_change(const clarke_bcd_net *s, size_t layer, long double t,
                                    long double d);
/* The one-sided derivatives, left and right. */
void clarke_bcd_sigma_slopes(const clarke_bcd_net *s, size_t layer, long double t,
                             long double slope[2]);
bool clarke_bcd_sigma_smooth(const clarke_bcd_net *s, size_t layer);
/* The loss of one sample, and its change when z moves by d. */
long double clarke_bcd_loss_value(const clarke_bcd_net *s, const double *z, const double *y);
long double clarke_bcd_loss_change(const clarke_bcd_net *s, const double *z, const long double *d,
                                   const double *y);
/* y.z */
long double clarke_bcd_margin(const clarke_split *net, const double *z, const double *y);
/* The probabilities e^{z_i} / sum e^{z_j}. */
void clarke_bcd_softmax_share(const clarke_split *net, const double *z, long double *p);

/* |A|_2 up to rounding, and from above; A is a W_i or has the samples as columns. */
double clarke_bcd_norm_above(clarke_bcd_net *s, size_t rows, size_t cols, const double *a);
double clarke_bcd_norm(clarke_bcd_net *s, size_t rows, size_t cols, const double *a);
clarke_status clarke_bcd_norm_make(clarke_bcd_net *s, clarke_arena *mem);

/* ---- values and falls ---- */

/* A sum, the magnitude of its terms, and the rounding error that it was formed with at most. */
typedef struct {
    long double value, size, error;
} clarke_bcd_sum;

/* The objective at x. */
clarke_bcd_sum clarke_bcd_value(clarke_bcd_net *s, const double *x);

/* What the objective falls by when block b goes from what x holds to `after` (the block's entries),
   formed from the terms that change and from the move itself. */
typedef struct {
    clarke_bcd_sum fall;
    long double quadratic; /* half the move's product with the Hessian of the quadratic terms */
    long double moved;     /* |after - before|_2 */
} clarke_bcd_move;

clarke_bcd_move clarke_bcd_fall(clarke_bcd_net *s, const double *x, const double *after,
                                clarke_bcd_block b);
/* Whether the objective is quadratic in block b. */
bool clarke_bcd_is_quadratic(const clarke_bcd_net *s, clarke_bcd_block b);

/* ---- stationarity ---- */

/* How a subproblem was solved. */
typedef struct {
    const double *old; /* the block before its update; NULL: the subproblem has no proximal term */
    double alpha;      /* its proximal term is alpha/2 |. - old|^2 */
    /* NULL, or the whole iterate before the update, where a part of the subproblem is linearised:
       the loss of V_N, sigma's term of U_i, everything smooth of W_i and V_i. */
    const double *from;
} clarke_bcd_prox;

/* The distance of 0 from the subdifferential of the objective as a function of block b alone, plus
   the proximal term, at x. */
typedef struct {
    long double distance; /* |.|_2 */
    /* What a correct update in double precision may leave: in all, and the largest ratio of a part's
       distance to its bound (entry by entry where the update is). */
    long double bound, worst;
} clarke_bcd_residual;

clarke_bcd_residual clarke_bcd_stationarity(clarke_bcd_net *s, const double *x, clarke_bcd_block b,
                                            clarke_bcd_prox prox);

/* Of the entries of U_i: the subproblem's value at x against the smallest over the pieces of sigma. */
typedef struct {
    long double worst;     /* largest excess over its rounding bound */
    long double resolved;  /* largest distance of two local minima's values, over the bound */
    long double allowance; /* sum of the bounds: what a correct update may lose in value */
    size_t contested;      /* problems with two local minima */
} clarke_bcd_choice;

clarke_bcd_choice clarke_bcd_best_piece(clarke_bcd_net *s, const double *x, size_t layer,
                                        clarke_bcd_prox prox);

/* Of the rows of W_i or the columns of V_i in a two-splitting, where sigma has kinks and they have one
   number or two: the same, over all pieces; worst = -INFINITY elsewhere. */
clarke_bcd_choice clarke_bcd_least(clarke_bcd_net *s, const double *x, clarke_bcd_block b,
                                   clarke_bcd_prox prox);

/* By how much a correct update may miss the smallest value of its subproblem because it compares
   values, or a threshold, or projects onto a kink, in double precision; 0 where it does not. */
long double clarke_bcd_allowance(clarke_bcd_net *s, const double *x, clarke_bcd_block b,
                                 clarke_bcd_prox prox);
