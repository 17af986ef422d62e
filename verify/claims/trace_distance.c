/* The distance of a trace's iterate to the stationary set that we know goes to 0. */
#include "verify/lib/trace_claims.h"

static clarke_status distance_judge(const clarke_foreign *t, clarke_judgement *j)
{
    clarke_foreign_series s;
    CLARKE_TRY(clarke_trace_need(t, CLARKE_FOREIGN_DISTANCE, j, &s));
    if (s.count == 0) return CLARKE_OK;
    return clarke_trace_vanishes(t, &s, "the distance to the stationary set", j);
}

const clarke_claim_desc clarke_claim_trace_distance = {
    .title = "Convergence to the stationary set, on a trace",
    .paper = "folklore: what every method is meant to reach",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "dist(x_k, stationary set) goes to 0.",
    .formula = "dist(x_k, \\{x : 0 \\in \\partial f(x)\\}) -> 0",
    .not_claimed = "That the iterate converges; anything about other starts or seeds.",
    .falsifier = "A distance that settles above 0; a constant step on |x| shows it.",
    .plan = clarke_trace_plan,
    .judge = clarke_trace_judge,
    .judge_trace = distance_judge,
};
