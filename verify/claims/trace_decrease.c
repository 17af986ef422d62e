/* Sufficient decrease along a trace of other software (Attouch, Bolte, Svaiter, 2013, condition H1).
   The constant is the best one of the first half, halved, and judged on the second half. */
#include "verify/lib/trace_claims.h"

#include <math.h>

static clarke_status decrease_judge(const clarke_foreign *t, clarke_judgement *j)
{
    clarke_foreign_series f, step;
    CLARKE_TRY(clarke_trace_need(t, CLARKE_FOREIGN_VALUE, j, &f));
    if (f.count == 0) return CLARKE_OK;
    CLARKE_TRY(clarke_trace_need(t, CLARKE_FOREIGN_STEP, j, &step));
    if (step.count == 0 || !clarke_trace_need_steps(t, j)) return CLARKE_OK;
    const double accuracy = clarke_trace_accuracy(&f);
    const clarke_trace_decrease d = clarke_trace_window(&f, &step, 1, accuracy);
    j->checked = d.windows;
    j->resolved = d.resolved;
    j->smallest_detectable = 8.0 * accuracy;
    clarke_note_real(j, "a_first_half", d.constant);
    clarke_note_real(j, "a_second_half", d.second);
    clarke_note_count(j, "rises", d.rises);
    if (d.rises > 0)
        return clarke_judge(
            j, CLARKE_REFUTED,
            "f rises in %zu of %zu steps, first from k = %.17g (%s:%zu), at most by "
            "%.3g; rounding explains %.2g",
            d.rises, d.windows, t->k[d.first_rise], t->name, t->table.line[d.first_rise],
            d.largest_rise, 8.0 * accuracy);
    if (d.resolved < 30 || isnan(d.constant) || isnan(d.second))
        return clarke_judge(j, CLARKE_INCONCLUSIVE,
                            "f never rises, but only %zu of %zu steps are above rounding; 30 are "
                            "needed, in both halves of the trace",
                            d.resolved, d.windows);
    if (d.second < 0.5 * d.constant)
        return clarke_judge(j, CLARKE_INCONCLUSIVE,
                            "the constant is not stable: a = %.4g over the first half, %.4g over "
                            "the second",
                            d.constant, d.second);
    return clarke_judge(j, CLARKE_SUPPORTED,
                        "f(x_k) - f(x_{k+1}) >= a |x_{k+1} - x_k|^2 with a = %.6g over all %zu "
                        "resolved steps",
                        fmin(d.constant, d.second), d.resolved);
}

const clarke_claim_desc clarke_claim_trace_decrease = {
    .title = "Sufficient decrease, on a trace",
    .paper = "Attouch, Bolte, Svaiter, Math. Program. 137 (2013), condition H1",
    .provenance = CLARKE_PROVENANCE_RECALLED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "There is a > 0 with f(x_k) - f(x_{k+1}) >= a |x_{k+1} - x_k|^2 at every step.",
    .formula = "f(x_k) - f(x_{k+1}) >= a |x_{k+1} - x_k|^2",
    .not_claimed = "Anything about other runs: the constant is this trace's. A method that is not "
                   "a descent method need not have one.",
    .falsifier = "One step along which f rises by more than the rounding of the written numbers; "
                 "a step size above 2 / L on a quadratic shows it.",
    .plan = clarke_trace_plan,
    .judge = clarke_trace_judge,
    .judge_trace = decrease_judge,
};
