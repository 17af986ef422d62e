/* The hypotheses of the SGD-type theorems (Xiao, Hu, Toh, arXiv 2307.10053), one checked item
   each. The full text was not at hand: the list is recalled and derived; see docs/theory.md. */
#pragma once

#include "engine/claim.h"

typedef enum {
    CLARKE_P1_SINGLE,   /* theta_k / eta_k -> tau in (0, infinity) */
    CLARKE_P1_TWO,      /* eta_k / theta_k -> 0, theta_k -> 0, sum theta_k = infinity */
    CLARKE_P1_NO_MEMORY /* no momentum */
} clarke_p1_timescale;

typedef struct {
    clarke_p1_timescale timescale;
    bool constant_steps; /* the theorem is about constant small steps */
    bool generic_start;  /* for almost every start and step scale */
    size_t bounded_use;  /* the case's use of the measure `boundedness`; SIZE_MAX: not checked */
    size_t step_use; /* of `sgd_step` for the direction, the momentum being the next; SIZE_MAX */
} clarke_p1_setting;

/* Adds the items that the plan alone decides, then, if none of them fails, those measured on the
   runs: a control is to name exactly the hypothesis that was broken. */
clarke_status clarke_p1_hypotheses(const clarke_evidence *e, clarke_judgement *j,
                                   const clarke_p1_setting *setting);
