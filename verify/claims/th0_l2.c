/* The recursion of the consensus error, at every step. */
#include "verify/exact.h"
#include "verify/lib/p0_step.h"

#include <math.h>

/* W = I keeps all of Z_perp: with the lambda = 0 of the complete graph in mind the claim would fail,
   but with lambda = 1 of W itself the inequality is true and says nothing. What breaks it is a W whose
   columns do not sum to 1: agents that agree are torn apart. */
static const clarke_p0_step th0_l2 = {
    .claim = "th0_l2",
    .use = {{"agents_consensus", {0.0}}, {"agents_consensus", {1.0}}, {"agents_consensus", {2.0}}},
    .uses = 3,
    .broken = "column_sums",
    .variant = "columns do not sum to 1",
    .method = "dsgd",
    .network = "matrix:w=0.5,0.5,0.25,0.75",
};

static clarke_status th0_l2_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p0_step_plan(plan, item, &th0_l2);
}

static clarke_status th0_l2_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_p0_step_controls(plan, item, &th0_l2);
}

static clarke_status th0_l2_judge(const clarke_evidence *e, clarke_judgement *j)
{
    const clarke_network *w = e->plan->network;
    const clarke_iter *it;
    double tightness = 0.0;
    CLARKE_TRY(clarke_method_forms(e->plan->text.method, e->mem, &it));
    clarke_assume(j, "column_sums", "e'W = e'",
                  w->column_stochastic ? CLARKE_HYPOTHESIS_PROVED : CLARKE_HYPOTHESIS_FAILED,
                  "%s: the columns sum to 1 within %.2g", w->spec, w->column_error);
    /* A Ritz value is a lower bound: it could blame a step for the number. */
    const bool number = w->lambda_source != CLARKE_LAMBDA_LANCZOS;
    clarke_assume(j, "lambda_known", "lambda is known with its error",
                  number ? CLARKE_HYPOTHESIS_MEASURED : CLARKE_HYPOTHESIS_FAILED,
                  "lambda = %.17g within %.2g (%s)", w->lambda, w->lambda_error,
                  clarke_lambda_source_text(w->lambda_source));
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    for (size_t r = 0; r < e->repetitions; r++)
        tightness = fmax(tightness, clarke_output(e, r, 0, "tightness"));
    clarke_note_real(j, "tightness", tightness);
    CLARKE_TRY(clarke_exact_judge(e, j, 0, "|X_perp| <= lambda |X_perp| + eta |V_perp|"));
    if (j->verdict != CLARKE_SUPPORTED || (!it->dsm->momentum && !it->dsm->tracker))
        return CLARKE_OK;
    return clarke_exact_judge(e, j, it->dsm->tracker ? 2 : 1,
                              "the recursion of X_perp and that of the second block");
}

const clarke_claim_desc clarke_claim_th0_l2 = {
    .title = "The consensus error contracts by lambda at every step",
    .paper = "derived from the form of Zhang, Xiao, Liu, arXiv 2403.11565",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement = "What the agents differ by shrinks by the factor lambda = |W - J|_2 and grows by "
                 "no more than what their steps differ by, at every step and in every block.",
    .formula = "|Z_perp(k+1)|_F <= lambda |Z_perp(k)|_F + eta_k |U_perp(k)|_F",
    .not_claimed = "That the bound is attained.",
    .falsifier =
        "In methods/lib/dsm.c, skip the mixing of the momentum: its recursion fails at the "
        "first steps.",
    .plan = th0_l2_plan,
    .controls = th0_l2_controls,
    .judge = th0_l2_judge,
};
