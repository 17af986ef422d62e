/* The tracker's mean, at every step. */
#include "verify/exact.h"
#include "verify/lib/p0_limit.h"
#include "verify/lib/sgd_claims.h"

static clarke_status th0_l3_add(clarke_plan *plan, const clarke_plan_item *item,
                                const clarke_case *proto)
{
    clarke_case c = *proto;
    c.claim = "th0_l3";
    c.repetitions = 2;
    c.weight = item->weight;
    c.use[0] = (clarke_measure_use){"agents_mean", {2.0}};
    c.uses = 1;
    return clarke_plan_add(plan, &c);
}

static clarke_status th0_l3_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    if (!item->problem || !item->method || !item->network)
        return clarke_fail(CLARKE_EINPUT, "the claim th0_l3 needs problems, methods and networks");
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
    return th0_l3_add(plan, item, &c);
}

/* From V_0 = 0 the mean of the trackers is gbar_k - gbar_0 for ever. */
static clarke_status th0_l3_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    clarke_case c = {.role = CLARKE_ROLE_CONTROL,
                     .broken = "tracker_start",
                     .expected = CLARKE_EXPECT_NOT_APPLICABLE,
                     .variant = "tracker from zero",
                     .run = {.problem = "quadratic_agents:a=0,3",
                             .method = "dsgd_t:first=zeros",
                             .network = "matrix:w=0.75,0.25,0.25,0.75",
                             .init = "box",
                             .iterations = 500}};
    CLARKE_TRY(th0_l3_add(plan, item, &c));
    c.broken = NULL;
    c.bypass = true;
    c.expected = CLARKE_EXPECT_REFUTED;
    return th0_l3_add(plan, item, &c);
}

static clarke_status th0_l3_judge(const clarke_evidence *e, clarke_judgement *j)
{
    const clarke_network *w = e->plan->network;
    const clarke_iter *it;
    CLARKE_TRY(clarke_method_forms(e->plan->text.method, e->mem, &it));
    if (!it->dsm->tracker)
        return clarke_fail(CLARKE_EINPUT, "%s has no tracker", e->plan->text.method);
    clarke_assume(j, "row_sums", "W e = e",
                  w->row_stochastic ? CLARKE_HYPOTHESIS_PROVED : CLARKE_HYPOTHESIS_FAILED,
                  "%s: the rows sum to 1 within %.2g", w->spec, w->row_error);
    clarke_assume(j, "tracker_start", "V_0 = G_0",
                  it->dsm->tracker_from_zero ? CLARKE_HYPOTHESIS_FAILED : CLARKE_HYPOTHESIS_PROVED,
                  "%s", e->plan->text.method);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    return clarke_exact_judge(e, j, 0, "the mean of the trackers is the mean of the answers: it");
}

const clarke_claim_desc clarke_claim_th0_l3 = {
    .title = "The trackers' mean is the mean of the subgradients",
    .paper = "derived from the form of Zhang, Xiao, Liu, arXiv 2403.11565",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement =
        "From V_0 = G_0, and where W e = e, the mean of the trackers equals the mean of the "
        "agents' answers at every step.",
    .formula = "V_k e = G_k e",
    .not_claimed = "That each tracker is near that mean: with noise or kinks it is not.",
    .falsifier =
        "In methods/dsgd_t.c, subtract the answer of one step earlier (g_k - g_{k-2}): the "
        "identity fails at the third step, although the limit stays right.",
    .plan = th0_l3_plan,
    .controls = th0_l3_controls,
    .judge = th0_l3_judge,
};
