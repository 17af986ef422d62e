/* f(X, Y) = |diag(sigma) - X Y'|_F^2/2 + lambda (|X|_F^2 + |Y|_F^2)/2, sigma_1 > sigma_2 > ... > 0, X and
   Y with m rows and `rank` columns, n = 2 rank m: what rank1_factor and rank2_factor share.

   Norms: |grad| <= |z| (sigma_1 + |z|^2/2 + lambda); the Hessian of |X Y'|^2/2 is at least -|z|^2/2 and
   at most 2 |z|^2 in norm. */
#pragma once

#include "problems/lib/goldstein.h"
#include "problems/lib/scalar.h"

typedef struct {
    size_t n;
    clarke_list sigma;
    double lambda;
} clarke_low_rank_params;

typedef struct {
    size_t m;
    const double *sigma; /* [m] falling */
    double lambda, energy;
    double *nearest; /* [n] scratch */
} clarke_low_rank;

/* Refuses what does not fit, sets p's size, blocks x and y, data, constants; X and Y start at `start`.
   `minimum` and `plan_growth` are left to the caller. */
clarke_status clarke_low_rank_make(clarke_problem *p, const clarke_low_rank_params *q, size_t rank,
                                   double start, clarke_arena *mem);
const clarke_low_rank *clarke_low_rank_of(const clarke_problem *p);

/* tau_i = sqrt(sigma_i - lambda); 0 where there is none. */
double clarke_low_rank_size(const clarke_low_rank *d, size_t i);
/* plan_growth at global minima; elsewhere f also falls. */
clarke_growth clarke_low_rank_growth(const clarke_problem *p, const double *x);
double clarke_low_rank_hull(const clarke_problem *p, const double *z, double r);
double clarke_low_rank_lipschitz(const clarke_problem *p, double radius);
double clarke_low_rank_weak_convexity(const clarke_problem *p, double radius);
