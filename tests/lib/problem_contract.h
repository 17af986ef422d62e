/* The contract of a problem, checked on any instance: its oracles against each other, against
   differences, and against sampled gradients. */
#pragma once

#include "tests/lib/problem_cases.h"

enum {
    CONTRACT_RANDOM = 24,
    CONTRACT_LATTICE = 16,
    CONTRACT_NEAREST = 24,
    CONTRACT_POINTS = CONTRACT_RANDOM + CONTRACT_LATTICE + CONTRACT_NEAREST
};

typedef struct {
    const clarke_problem *p;
    const char *label;
    bool rounded; /* what is on the lattice is on a kink only up to rounding */
    /* First random points, then points on the lattice of quarters, then points of S. */
    double x[CONTRACT_POINTS][PROBLEM_LARGEST_N];
} contract_case;

/* Points in [-4, 4]^n. `back`, or NULL, maps those of the lattice to where they are wanted. */
void contract_points(contract_case *c, void (*back)(const void *self, const double *y, double *x),
                     const void *self);
/* Fails the test that calls it. */
void contract_check(const contract_case *c);
