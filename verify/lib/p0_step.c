#include "verify/lib/p0_step.h"

#include "verify/lib/sgd_claims.h"

#include <string.h>

static clarke_status p0_step_add(clarke_plan *plan, const clarke_plan_item *item, clarke_case *c,
                                 const clarke_p0_step *step)
{
    c->claim = step->claim;
    c->repetitions = 2;
    c->weight = item->weight;
    memcpy(c->use, step->use, sizeof step->use);
    c->uses = step->uses;
    return clarke_plan_add(plan, c);
}

clarke_status clarke_p0_step_plan(clarke_plan *plan, const clarke_plan_item *item,
                                  const clarke_p0_step *step)
{
    if (!item->problem || !item->method || !item->network)
        return clarke_fail(CLARKE_EINPUT, "the claim %s needs problems, methods and networks",
                           step->claim);
    clarke_case c = {.role = CLARKE_ROLE_CLAIM,
                     .expected = CLARKE_EXPECT_SUPPORTED,
                     .run = {.problem = item->problem,
                             .method = item->method,
                             .network = item->network,
                             .schedule = item->schedule,
                             .momentum = item->momentum,
                             .sampling = item->sampling,
                             .noise = item->noise ? item->noise : "signs:1",
                             .init = "box",
                             .iterations = clarke_sgd_iterations(item, 2000, 500)}};
    return p0_step_add(plan, item, &c, step);
}

clarke_status clarke_p0_step_controls(clarke_plan *plan, const clarke_plan_item *item,
                                      const clarke_p0_step *step)
{
    clarke_case c = {.role = CLARKE_ROLE_CONTROL,
                     .broken = step->broken,
                     .expected = CLARKE_EXPECT_NOT_APPLICABLE,
                     .variant = step->variant,
                     .run = {.problem = "quadratic_agents:a=0,3",
                             .method = step->method,
                             .network = step->network,
                             .init = "box",
                             .iterations = 500}};
    CLARKE_TRY(p0_step_add(plan, item, &c, step));
    c.broken = NULL;
    c.bypass = true;
    c.expected = CLARKE_EXPECT_REFUTED;
    return p0_step_add(plan, item, &c, step);
}

void clarke_p0_row_sums(clarke_judgement *j, const clarke_network *w)
{
    clarke_assume(j, "row_sums", "W e = e",
                  w->row_stochastic ? CLARKE_HYPOTHESIS_PROVED : CLARKE_HYPOTHESIS_FAILED,
                  "%s: the rows sum to 1 within %.2g", w->spec, w->row_error);
}
