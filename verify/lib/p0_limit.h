/* What the claims on decentralised methods (Zhang, Xiao, Liu, arXiv 2403.11565) share: hypotheses,
   how cases are planned, controls, judgement. The full text was not at hand: the hypotheses are
   recalled and derived; see docs/theory.md. */
#pragma once

#include "verify/lib/p1_hypotheses.h"
#include "verify/rules/limit.h"

/* The numbers of the measure agents_maxima. */
enum {
    CLARKE_AGENTS_CLARKE,
    CLARKE_AGENTS_FIELD,
    CLARKE_AGENTS_MOMENTUM,
    CLARKE_AGENTS_POINT,
    CLARKE_AGENTS_MEAN_CLARKE,
    CLARKE_AGENTS_MEAN_FIELD,
    CLARKE_AGENTS_CONSENSUS,
    CLARKE_AGENTS_OFFSET,
    CLARKE_AGENTS_VALUE,
    CLARKE_AGENTS_MEAN_START
};

/* Positions of the measures in every case of a limit claim. */
enum { CLARKE_P0_BOUNDED, CLARKE_P0_STEP, CLARKE_P0_SECOND, CLARKE_P0_BLOCKS, CLARKE_P0_TARGET };

/* Adds the items that the plan alone decides, on W, the tracker, the momentum, the steps, the noise,
   then, if none of them fails, those measured on the runs: conformance (the uses STEP and SECOND)
   and boundedness, where `runs`. */
clarke_status clarke_p0_hypotheses(const clarke_evidence *e, clarke_judgement *j, bool runs,
                                   bool constant_steps);
/* W alone: rows, columns, lambda < 1. */
void clarke_p0_network(clarke_judgement *j, const clarke_network *w);
/* Fills uses BOUNDED, STEP, SECOND of a case. */
void clarke_p0_uses(clarke_case *c);

typedef struct {
    const char *claim;
    const char *method; /* the only one it is about, variants included; NULL: all */
    bool momentum;      /* m_k -> 0 instead of the distance */
    /* NULL: the limit rule on the worst agent's distance to the field's critical set. Otherwise the
       number `decay` of agents_maxima is judged by votes, with these words for it. */
    const char *decay_what;
    int decay;
    double window; /* > 0: the measure flow_tracking with windows of that length instead */
} clarke_p0_limit;

/* One case for a suite's combination of problem, method, network. */
clarke_status clarke_p0_limit_plan(clarke_plan *plan, const clarke_plan_item *item,
                                   const clarke_p0_limit *limit);

/* A negative control: which hypothesis is broken, and where the runs go then. Left out are momentum
   single:1, sampling full, noise none, init box. */
typedef struct {
    const char *name, *broken;
    const char *problem, *method, *network, *schedule, *momentum, *sampling, *noise, *init;
    size_t iterations;
    clarke_limit_control control;
    int target_kind;  /* CLARKE_AGENTS_POINT or _MEAN_START */
    double target[3]; /* CONTROL_POINT: count and values of the point, or the factor of the start */
    double level;     /* CONTROL_LEVEL */
    bool gate_only;   /* only the hypothesis can be shown to fail, not the conclusion */
    clarke_role role;
    unsigned wanted; /* verdicts of the bypassed record; 0: refuted */
    bool clarke;     /* the distance to the Clarke set instead */
} clarke_p0_control;

/* Both records of each control: gated (not-applicable, naming the hypothesis) and bypassed. Rows
   without a broken hypothesis give one record, not bypassed, of their role and expectation. */
clarke_status clarke_p0_limit_controls(clarke_plan *plan, const clarke_plan_item *item,
                                       const clarke_p0_limit *limit,
                                       const clarke_p0_control *controls);
clarke_status clarke_p0_limit_judge(const clarke_evidence *e, clarke_judgement *j,
                                    const clarke_p0_limit *limit);
