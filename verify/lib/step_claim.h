/* What the claims on single steps of descent methods share (am_step, am_prox_linear): short runs from
   random starts, each step judged exactly by a measure that also counts what moved and should not. */
#pragma once

#include "engine/claim.h"

typedef struct {
    const char *problem, *method, *schedule; /* schedule NULL: constant:1 */
    double arg[8];                           /* of the measure */
} clarke_step_case;

typedef struct {
    const char *claim, *measure;
    const char *assumed; /* the hypothesis that a control breaks */
    const char *what;    /* for the sentence: "optimality of the step" */
    size_t rights, wrongs;
    const clarke_step_case *right; /* [rights] */
    const clarke_step_case *wrong; /* [wrongs] controls: the measure is told of another step */
} clarke_step_claim;

clarke_status clarke_step_claim_plan(clarke_plan *plan, const clarke_plan_item *item,
                                     const clarke_step_claim *claim);
clarke_status clarke_step_claim_controls(clarke_plan *plan, const clarke_plan_item *item,
                                         const clarke_step_claim *claim);
clarke_status clarke_step_claim_judge(const clarke_evidence *e, clarke_judgement *j,
                                      const clarke_step_claim *claim);
