/* What a plan will cost: a few iterations of each of its kinds of runs are made and timed, and the
   rest is multiplication. */
#pragma once

#include "engine/plan.h"

/* Seconds of one run: once, for each iteration, and at each doubling of the length, where measures
   look at checkpoints. None is below 0. */
typedef struct {
    double fixed, iteration, doubling;
} clarke_run_cost;

/* The one whose runs of length m, 2m and 4m take the three times; without checkpoints doubling is 0
   and the longest two decide. */
clarke_run_cost clarke_run_cost_fit(size_t m, const double time[3], bool checkpoints);
/* Seconds of a run of that length. */
double clarke_run_cost_at(const clarke_run_cost *cost, double iterations);

typedef struct {
    size_t cases, kinds; /* selected; kinds of runs that were tried */
    size_t silent;       /* cases that compute everything themselves and do not say how much */
    double seconds;      /* of CPU, for all but the silent ones */
    double longest;      /* for the cases that share the most expensive runs: one core's work */
} clarke_estimate;

/* First looks only, and without judging, by `jobs` threads. selected: NULL, or [plan->count]. */
clarke_status clarke_estimate_plan(const clarke_plan *plan, const bool *selected, uint64_t seed,
                                   size_t jobs, const atomic_bool *cancel, clarke_estimate *e);
