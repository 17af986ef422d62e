/* The tracker's mean, at every step. */
#include "verify/exact.h"
#include "verify/lib/p0_step.h"

/* From V_0 = 0 the mean of the trackers is gbar_k - gbar_0 for ever. */
static const clarke_p0_step th0_l3 = {
    .claim = "th0_l3",
    .use = {{"agents_mean", {2.0}}},
    .uses = 1,
    .broken = "tracker_start",
    .variant = "tracker from zero",
    .method = "dsgd_t:first=zeros",
    .network = "matrix:w=0.75,0.25,0.25,0.75",
};

static clarke_status th0_l3_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p0_step_plan(plan, item, &th0_l3);
}

static clarke_status th0_l3_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p0_step_controls(plan, item, &th0_l3);
}

static clarke_status th0_l3_judge(const clarke_evidence *e, clarke_judgement *j)
{
    const clarke_iter *it;
    CLARKE_TRY(clarke_method_forms(e->plan->text.method, e->mem, &it));
    if (!it->dsm->tracker)
        return clarke_fail(CLARKE_EINPUT, "%s has no tracker", e->plan->text.method);
    clarke_p0_row_sums(j, e->plan->network);
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
