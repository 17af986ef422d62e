/* How fast the trace converges: of the distance if it is there, else of the residual, the values,
   or the steps. */
#include "verify/lib/trace_claims.h"

#include <math.h>

static clarke_status rate_judge(const clarke_foreign *t, clarke_judgement *j)
{
    static const clarke_foreign_quantity order[] = {CLARKE_FOREIGN_DISTANCE,
                                                    CLARKE_FOREIGN_RESIDUAL, CLARKE_FOREIGN_VALUE,
                                                    CLARKE_FOREIGN_STEP};
    clarke_foreign_series s = {0};
    clarke_rate rate;
    for (size_t i = 0; i < sizeof order / sizeof order[0] && s.count == 0; i++) {
        CLARKE_TRY(clarke_foreign_get(t, order[i], &s));
        if (s.count == 0) continue;
        const double limit = order[i] == CLARKE_FOREIGN_VALUE ? NAN : 0.0;
        CLARKE_TRY(clarke_trace_rate(t, &s, limit, s.column, j, &rate));
    }
    clarke_assume(j, "quantity", "the trace tells distance, residual, value or step",
                  s.count > 0 ? CLARKE_HYPOTHESIS_MEASURED : CLARKE_HYPOTHESIS_FAILED, "%s",
                  s.count > 0 ? s.column : "none of the columns is there");
    if (s.count == 0)
        return clarke_judge(j, CLARKE_NOT_APPLICABLE,
                            "%s has none of the columns distance_clarke, residual_clarke, f, dx",
                            t->name);
    if (rate.regime == CLARKE_RATE_NONE)
        return clarke_judge(j, CLARKE_REFUTED, "%s does not converge: %s", s.column, rate.reason);
    if (rate.regime == CLARKE_RATE_UNDECIDED)
        return clarke_judge(j, CLARKE_INCONCLUSIVE, "%s: %s", s.column, rate.reason);
    return clarke_judge(j, CLARKE_SUPPORTED, "%s: %s, read from k = %.0f to %.0f; %s", s.column,
                        clarke_trace_rate_text(&rate, t->mem), rate.window_first, rate.window_last,
                        rate.reason);
}

const clarke_claim_desc clarke_claim_trace_rate = {
    .title = "A rate of convergence, on a trace",
    .paper = "none: the regime of one sequence, by the calibrated rule",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement =
        "The trace converges, in one of the regimes finite, superlinear, linear, sublinear "
        "or slower.",
    .formula = "v_k -> 0",
    .not_claimed = "That the regime is the method's on this problem for ever: a transient longer "
                   "than the trace is taken for the rate.",
    .falsifier = "A quantity that settles above 0; gradient descent with a step above 2 / L shows "
                 "it.",
    .plan = clarke_trace_plan,
    .judge = clarke_trace_judge,
    .judge_trace = rate_judge,
};
