/* One KL exponent explains both rates: values fall like k^(-1/(2 theta - 1)), distances like
   k^(-(1 - theta)/(2 theta - 1)); steps fall faster than distances by one power of k. */
#include "verify/lib/trace_claims.h"

#include <math.h>

/* A sublinear rate of the steps is one of the distances with p - 1. */
static void kl_of_steps(clarke_rate *r)
{
    r->exponent -= 1.0;
    r->exponent_interval.low = fmax(0.0, r->exponent_interval.low - 1.0);
    r->exponent_interval.high -= 1.0;
}

static clarke_status kl_judge(const clarke_foreign *t, clarke_judgement *j)
{
    clarke_foreign_series f, d;
    clarke_rate values, iterates;
    CLARKE_TRY(clarke_trace_need(t, CLARKE_FOREIGN_VALUE, j, &f));
    if (f.count == 0) return CLARKE_OK;
    CLARKE_TRY(clarke_foreign_get(t, CLARKE_FOREIGN_DISTANCE, &d));
    const bool steps = d.count == 0;
    if (steps) CLARKE_TRY(clarke_trace_need(t, CLARKE_FOREIGN_STEP, j, &d));
    if (d.count == 0) return CLARKE_OK;
    CLARKE_TRY(clarke_trace_rate(t, &f, NAN, "f", j, &values));
    CLARKE_TRY(clarke_trace_rate(t, &d, 0.0, d.column, j, &iterates));
    if (steps && iterates.regime == CLARKE_RATE_SUBLINEAR) kl_of_steps(&iterates);
    const clarke_rate_kl a = clarke_rate_kl_exponent(&values, true);
    const clarke_rate_kl b = clarke_rate_kl_exponent(&iterates, false);
    if (isnan(a.interval.low) || isnan(b.interval.low))
        return clarke_judge(j, CLARKE_INCONCLUSIVE,
                            "no KL exponent can be read: f is %s (%s), %s is %s (%s)",
                            clarke_rate_text(values.regime), values.reason, d.column,
                            clarke_rate_text(iterates.regime), iterates.reason);
    clarke_note_real(j, "theta_values_low", a.interval.low);
    clarke_note_real(j, "theta_values_high", a.interval.high);
    clarke_note_real(j, "theta_iterates_low", b.interval.low);
    clarke_note_real(j, "theta_iterates_high", b.interval.high);
    const double low = fmax(a.interval.low, b.interval.low);
    const double high = fmin(a.interval.high, b.interval.high);
    if (!(low <= high))
        return clarke_judge(j, CLARKE_REFUTED,
                            "no exponent explains both: theta in [%.4g, %.4g] from f, in [%.4g, "
                            "%.4g] from %s",
                            a.interval.low, a.interval.high, b.interval.low, b.interval.high,
                            d.column);
    return clarke_judge(
        j, CLARKE_SUPPORTED, "theta in [%.4g, %.4g] explains the rates of f (%s) and of %s (%s)",
        low, high, clarke_rate_text(values.regime), d.column, clarke_rate_text(iterates.regime));
}

const clarke_claim_desc clarke_claim_trace_kl = {
    .title = "One KL exponent for values and iterates, on a trace",
    .paper = "Attouch, Bolte, Math. Program. 116 (2009), theorem on rates",
    .provenance = CLARKE_PROVENANCE_RECALLED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "One exponent theta explains the rate of the values and that of the iterates.",
    .formula = "f_k - f* ~ k^{-1/(2 theta - 1)}, |x_k - x*| ~ k^{-(1 - theta)/(2 theta - 1)}",
    .not_claimed = "That theta is the exponent of f: the rates are upper bounds, so a run may be "
                   "faster than its exponent says. Two linear rates say theta <= 1/2 only.",
    .falsifier = "Intervals of theta that do not meet; values like k^-2 beside distances like "
                 "k^-2 show it.",
    .plan = clarke_trace_plan,
    .judge = clarke_trace_judge,
    .judge_trace = kl_judge,
};
