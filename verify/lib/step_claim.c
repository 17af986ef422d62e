#include "verify/lib/step_claim.h"

#include "verify/exact.h"

#include <string.h>

static clarke_case step_claim_case(const clarke_step_claim *claim, const clarke_step_case *s,
                                   const clarke_plan_item *item)
{
    clarke_case c = {.claim = claim->claim,
                     .role = CLARKE_ROLE_CLAIM,
                     .expected = CLARKE_EXPECT_SUPPORTED,
                     .run = {.problem = s->problem,
                             .method = s->method,
                             .schedule = s->schedule ? s->schedule : "constant:1",
                             .sampling = "full",
                             .noise = "none",
                             .init = "box",
                             .iterations = 20},
                     .repetitions = 8,
                     .use = {{claim->measure, {0.0}}},
                     .uses = 1,
                     .weight = item->weight > 0.0 ? item->weight : 1.0};
    memcpy(c.use[0].arg, s->arg, sizeof s->arg);
    return c;
}

clarke_status clarke_step_claim_plan(clarke_plan *plan, const clarke_plan_item *item,
                                     const clarke_step_claim *claim)
{
    for (size_t i = 0; i < claim->rights; i++) {
        const clarke_case c = step_claim_case(claim, &claim->right[i], item);
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

clarke_status clarke_step_claim_controls(clarke_plan *plan, const clarke_plan_item *item,
                                         const clarke_step_claim *claim)
{
    for (size_t i = 0; i < claim->wrongs; i++) {
        clarke_case c = step_claim_case(claim, &claim->wrong[i], item);
        c.role = CLARKE_ROLE_CONTROL;
        c.broken = "the_step";
        c.bypass = true;
        c.variant = "wrong step";
        c.expected = CLARKE_EXPECT_REFUTED;
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

clarke_status clarke_step_claim_judge(const clarke_evidence *e, clarke_judgement *j,
                                      const clarke_step_claim *claim)
{
    double moved = 0.0;
    clarke_assume(j, "the_step", claim->assumed,
                  e->c->bypass ? CLARKE_HYPOTHESIS_FAILED : CLARKE_HYPOTHESIS_PROVED, "%s",
                  e->plan->text.method);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    for (size_t r = 0; r < e->repetitions; r++) moved += clarke_output(e, r, 0, "moved");
    CLARKE_TRY(clarke_exact_judge(e, j, 0, claim->what));
    if (moved > 0.0)
        return clarke_judge(j, CLARKE_REFUTED, "%.0f entries of other blocks moved", moved);
    return CLARKE_OK;
}
