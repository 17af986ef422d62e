/* What the limit claims about SGD-type methods share: how their cases are planned (schedule and
   length computed from the problem's growth, never typed), their measures, controls, judgement. */
#pragma once

#include "verify/lib/p1_hypotheses.h"
#include "verify/rules/limit.h"

typedef struct {
    const char *claim;
    clarke_p1_timescale timescale; /* of the claim; a memoryless method needs none */
    clarke_limit_quantity quantity;
    bool generic_start;
    bool clarke;          /* the Clarke set, not the critical set of the parts' field */
    const char *momentum; /* planned unless the suite gives one; NULL: single:1 */
    /* NULL, or a measure of eight block maxima that is judged instead of the distance, by votes
       (verify/rules/decay.h), with the words for it. */
    const char *decay_measure, *decay_what;
} clarke_p1_limit;

/* One case for a suite's combination. A combination that no admitted plan exists for is a planning
   error, with what would do. */
clarke_status clarke_p1_limit_plan(clarke_plan *plan, const clarke_plan_item *item,
                                   const clarke_p1_limit *limit);

/* A negative control: which hypothesis is broken, and where the runs go then. Left out are momentum
   single:1, sampling full, noise none, init box. */
typedef struct {
    const char *name, *broken;
    const char *problem, *method, *schedule, *momentum, *sampling, *noise, *init;
    size_t iterations;
    clarke_limit_control control;
    double target[3]; /* CONTROL_POINT: count, then up to two values of the wrong limit per
                          coordinate; count 0: half the start */
    double level;     /* CONTROL_LEVEL */
    bool gate_only;   /* only the hypothesis can be shown to fail, not the conclusion */
} clarke_p1_control;

/* Both records of each control: gated (not-applicable, naming the hypothesis) and bypassed
   (refuted). `controls` ends with {0}. */
clarke_status clarke_p1_limit_controls(clarke_plan *plan, const clarke_plan_item *item,
                                       const clarke_p1_limit *limit,
                                       const clarke_p1_control *controls);
/* A case that breaks a hypothesis that is sufficient but not needed there: judged with the gate
   bypassed, expected supported. */
clarke_status clarke_p1_limit_reading(clarke_plan *plan, const clarke_plan_item *item,
                                      const clarke_p1_limit *limit,
                                      const clarke_p1_control *readings);

clarke_status clarke_p1_limit_judge(const clarke_evidence *e, clarke_judgement *j,
                                    const clarke_p1_limit *limit);
