/* The instances of the registered problems that the contract tests run over, and their sample
   points. A case is a number, so that it can be a parameter of a test in another process. */
#pragma once

#include "core/registry.h"
#include "core/stream.h"

enum { PROBLEM_POINTS = 160, PROBLEM_LARGEST_N = 10 };

typedef struct {
    clarke_arena *mem;
    const clarke_problem *p;
    const char *label; /* the spec */
    /* [PROBLEM_POINTS] half random, half on the lattice of quarters or in S. */
    double (*x)[PROBLEM_LARGEST_N];
} problem_case;

/* How often each capability was put to a test that could fail. */
typedef struct {
    size_t value, subgradient, term_subgradient, clarke_residual, field_residual,
        stationary_distance, field_distance, slope_range, goldstein_residual, hull_distance, prox,
        lipschitz, weak_convexity, growth;
} problem_counts;

size_t problem_case_count(void);
/* Fails the test that calls it where the instance cannot be made. */
problem_case problem_case_open(size_t number);
void problem_case_close(problem_case *c);

/* Uniform in [0, 1), a pure function of (a, b). */
double problem_draw(size_t a, size_t b);
/* u[n] uniform on the unit sphere (up to the law, which does not matter here). */
void problem_direction(size_t n, size_t a, size_t b, double *u);
double problem_norm(size_t n, const double *v);
double problem_gap(size_t n, const double *a, const double *b);
/* The norm of the shortest point of the hull of gradients, as automatic differentiation returns
   them, at `count` points of the ball B(x, r), half of them on its surface. Then, until the norm is
   at most `enough`, of more points, where they lower it: a search, whose failure can only make a
   test fail. */
double problem_sampled_hull(const clarke_problem *p, const double *x, double r, size_t count,
                            double enough);
/* Fails the calling test where `exact` is not the Clarke residual at x. */
void problem_check_residual(const char *label, const clarke_problem *p, const double *x,
                            double exact);
/* A bound of the local slope of the gradient entries away from kinks, crude: from values 1e-4
   apart. */
double problem_steepness(const clarke_problem *p, const double *x);
