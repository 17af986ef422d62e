/* The agents of a trace agree in the limit. */
#include "verify/lib/trace_claims.h"

static clarke_status consensus_judge(const clarke_foreign *t, clarke_judgement *j)
{
    clarke_foreign_series s;
    CLARKE_TRY(clarke_trace_need(t, CLARKE_FOREIGN_CONSENSUS, j, &s));
    if (s.count == 0) return CLARKE_OK;
    return clarke_trace_vanishes(t, &s, "the distance of the agents to their mean", j);
}

const clarke_claim_desc clarke_claim_trace_consensus = {
    .title = "Consensus, on a trace",
    .paper = "folklore: what every decentralised method is meant to reach",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "The agents' distance to their mean goes to 0.",
    .formula = "|X_k - J X_k| -> 0",
    .not_claimed = "That the mean converges. With constant step sizes the agents stay apart, and "
                   "refuted is then the right verdict.",
    .falsifier = "A distance that settles above 0; a network in two parts shows it.",
    .plan = clarke_trace_plan,
    .judge = clarke_trace_judge,
    .judge_trace = consensus_judge,
};
