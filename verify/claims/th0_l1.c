/* The mean identity, at every step. */
#include "verify/exact.h"
#include "verify/lib/p0_limit.h"
#include "verify/lib/sgd_claims.h"

static clarke_status th0_l1_add(clarke_plan *plan, const clarke_plan_item *item,
                                const clarke_case *proto)
{
    clarke_case c = *proto;
    c.claim = "th0_l1";
    c.repetitions = 2;
    c.weight = item->weight;
    c.use[0] = (clarke_measure_use){"agents_mean", {0.0}};
    c.use[1] = (clarke_measure_use){"agents_mean", {1.0}};
    c.uses = 2;
    return clarke_plan_add(plan, &c);
}

static clarke_status th0_l1_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    if (!item->problem || !item->method || !item->network)
        return clarke_fail(CLARKE_EINPUT, "the claim th0_l1 needs problems, methods and networks");
    const clarke_case c = {.role = CLARKE_ROLE_CLAIM,
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
    return th0_l1_add(plan, item, &c);
}

/* The columns of this W sum to 1, the rows do not: the first step breaks the identity. */
static clarke_status th0_l1_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    clarke_case c = {.role = CLARKE_ROLE_CONTROL,
                     .broken = "row_sums",
                     .expected = CLARKE_EXPECT_NOT_APPLICABLE,
                     .variant = "rows do not sum to 1",
                     .run = {.problem = "quadratic_agents:a=0,3",
                             .method = "dsgd",
                             .network = "matrix:w=0.5,0.25,0.5,0.75",
                             .init = "box",
                             .iterations = 500}};
    CLARKE_TRY(th0_l1_add(plan, item, &c));
    c.broken = NULL;
    c.bypass = true;
    c.expected = CLARKE_EXPECT_REFUTED;
    return th0_l1_add(plan, item, &c);
}

static clarke_status th0_l1_judge(const clarke_evidence *e, clarke_judgement *j)
{
    const clarke_network *w = e->plan->network;
    const clarke_iter *it;
    CLARKE_TRY(clarke_method_forms(e->plan->text.method, e->mem, &it));
    clarke_assume(j, "row_sums", "W e = e",
                  w->row_stochastic ? CLARKE_HYPOTHESIS_PROVED : CLARKE_HYPOTHESIS_FAILED,
                  "%s: the rows sum to 1 within %.2g", w->spec, w->row_error);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    CLARKE_TRY(clarke_exact_judge(e, j, 0, "xbar_{k+1} = xbar_k - eta_k vbar_k"));
    if (j->verdict != CLARKE_SUPPORTED || !it->dsm->momentum) return CLARKE_OK;
    return clarke_exact_judge(e, j, 1, "xbar's identity and that of the momentum's mean");
}

const clarke_claim_desc clarke_claim_th0_l1 = {
    .title = "The mean of the agents does not feel the network",
    .paper = "derived from the form of Zhang, Xiao, Liu, arXiv 2403.11565",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement = "Where W e = e, the mean of the agents moves by the mean of their steps, exactly, "
                 "at every step and in every block.",
    .formula = "W e = e => zbar_{k+1} = zbar_k - eta_k ubar_k",
    .not_claimed = "Where the agents stand.",
    .falsifier =
        "In core/mixing.c, mix in place, agent after agent: the identity fails at the first "
        "step, although the limit stays right for two agents.",
    .plan = th0_l1_plan,
    .controls = th0_l1_controls,
    .judge = th0_l1_judge,
};
