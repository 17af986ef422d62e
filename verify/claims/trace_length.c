/* The trajectory's length: whether the steps' rate is summable. */
#include "verify/lib/trace_claims.h"

#include <math.h>

static clarke_status length_judge(const clarke_foreign *t, clarke_judgement *j)
{
    clarke_foreign_series step;
    clarke_rate rate;
    double sum = 0.0;
    CLARKE_TRY(clarke_trace_need(t, CLARKE_FOREIGN_STEP, j, &step));
    if (step.count == 0) return CLARKE_OK;
    CLARKE_TRY(clarke_trace_rate(t, &step, 0.0, "dx", j, &rate));
    for (size_t i = 0; i < step.count; i++) sum += step.value[i];
    clarke_note_real(j, "length_so_far", sum);
    const char *text = clarke_trace_rate_text(&rate, t->mem);
    const clarke_interval p = rate.exponent_interval;
    const bool power = rate.regime == CLARKE_RATE_SUBLINEAR;
    if (rate.regime == CLARKE_RATE_UNDECIDED || (power && clarke_interval_has(p, 1.0)))
        return clarke_judge(j, CLARKE_INCONCLUSIVE,
                            "whether the steps are summable is open (%s; %s); the rows so far add "
                            "up to %.4g",
                            text, rate.reason, sum);
    if (rate.regime == CLARKE_RATE_NONE || rate.regime == CLARKE_RATE_SUBPOLYNOMIAL ||
        (power && p.high < 1.0))
        return clarke_judge(j, CLARKE_REFUTED,
                            "steps that go on like this (%s) have an infinite sum", text);
    return clarke_judge(j, CLARKE_SUPPORTED,
                        "the steps are summable at their rate (%s); the rows so far add up to %.6g",
                        text, sum);
}

const clarke_claim_desc clarke_claim_trace_length = {
    .title = "Finite length, on a trace",
    .paper = "Attouch, Bolte, Svaiter, Math. Program. 137 (2013)",
    .provenance = CLARKE_PROVENANCE_RECALLED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "The sum of |x_{k+1} - x_k| is finite.",
    .formula = "\\sum_k |x_{k+1} - x_k| < \\infty",
    .not_claimed =
        "The tail of a sum cannot be seen: the verdict extrapolates the steps' rate, with "
        "the error of its 95 % interval.",
    .falsifier = "Steps that fall like 1/k or slower; step sizes 1/k on a function with a constant "
                 "gradient show it.",
    .plan = clarke_trace_plan,
    .judge = clarke_trace_judge,
    .judge_trace = length_judge,
};
