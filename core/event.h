/* What a run tells its measures after each phase. */
#pragma once

#include "core/method.h"
#include "core/schedule.h"

/* The step sizes of a run, tabulated once and shared by its repetitions. t_k = sum of eta_j over
   j < k. Arrays have `steps` + 1 entries; the last eta and theta are those of step `steps`. */
typedef struct {
    size_t steps, epoch;
    clarke_schedule_theory eta_theory, theta_theory;
    const double *eta, *theta, *t;
} clarke_clock;

typedef struct {
    size_t k;     /* iteration */
    size_t phase; /* of the method's table */
    bool last_phase;
    const double *before, *after; /* [n] the iterate; before is valid in the touched block */
    double eta, theta;
    double t;                           /* t_{k+1} */
    clarke_inner inner;                 /* how the phase's subproblem was solved */
    const clarke_oracle_record *oracle; /* of the first agent */
    size_t agents;
    const clarke_oracle_record *const *agent; /* [agents] each agent's */
    size_t views;
    const clarke_view *view;          /* after */
    const double *const *view_before; /* before; NULL unless a measure needs it */
} clarke_event;
