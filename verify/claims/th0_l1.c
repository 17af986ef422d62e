/* The mean identity, at every step. */
#include "verify/exact.h"
#include "verify/lib/p0_step.h"

/* The control's columns sum to 1, its rows do not: the first step breaks the identity. */
static const clarke_p0_step th0_l1 = {
    .claim = "th0_l1",
    .use = {{"agents_mean", {0.0}}, {"agents_mean", {1.0}}},
    .uses = 2,
    .broken = "row_sums",
    .variant = "rows do not sum to 1",
    .method = "dsgd",
    .network = "matrix:w=0.5,0.25,0.5,0.75",
};

static clarke_status th0_l1_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p0_step_plan(plan, item, &th0_l1);
}

static clarke_status th0_l1_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p0_step_controls(plan, item, &th0_l1);
}

static clarke_status th0_l1_judge(const clarke_evidence *e, clarke_judgement *j)
{
    const clarke_iter *it;
    CLARKE_TRY(clarke_method_forms(e->plan->text.method, e->mem, &it));
    clarke_p0_row_sums(j, e->plan->network);
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
