/* What the claims on each step of a decentralised method share (th0_l1, th0_l2, th0_l3): one case per
   problem, method and network, judged exactly, and a control whose W or tracker breaks one
   hypothesis at the first step. */
#pragma once

#include "verify/lib/p0_limit.h"

typedef struct {
    const char *claim;
    clarke_measure_use use[3];
    size_t uses;
    const char *broken, *variant; /* the control: the hypothesis, and what it is called */
    const char *method, *network;
} clarke_p0_step;

clarke_status clarke_p0_step_plan(clarke_plan *plan, const clarke_plan_item *item,
                                  const clarke_p0_step *step);
/* Both records: gated (not-applicable) and bypassed (refuted). */
clarke_status clarke_p0_step_controls(clarke_plan *plan, const clarke_plan_item *item,
                                      const clarke_p0_step *step);
/* Adds the hypothesis W e = e. */
void clarke_p0_row_sums(clarke_judgement *j, const clarke_network *w);
