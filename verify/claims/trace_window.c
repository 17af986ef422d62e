/* The order of non-monotonicity: the smallest j for which f falls over every j steps by a multiple
   of the squared steps in between. */
#include "verify/lib/trace_claims.h"

#include <math.h>

enum { WINDOW_MOST = 20 };

static clarke_status window_judge(const clarke_foreign *t, clarke_judgement *j)
{
    clarke_foreign_series f, step;
    double a[WINDOW_MOST];
    size_t order = 0;
    CLARKE_TRY(clarke_trace_need(t, CLARKE_FOREIGN_VALUE, j, &f));
    if (f.count == 0) return CLARKE_OK;
    CLARKE_TRY(clarke_trace_need(t, CLARKE_FOREIGN_STEP, j, &step));
    if (step.count == 0 || !clarke_trace_need_steps(t, j)) return CLARKE_OK;
    const double accuracy = clarke_trace_accuracy(&f);
    clarke_trace_decrease found = {0};
    for (size_t i = 1; i <= WINDOW_MOST; i++) {
        const clarke_trace_decrease d = clarke_trace_window(&f, &step, i, accuracy);
        a[i - 1] = d.rises > 0 ? -d.largest_rise : fmin(d.constant, d.second);
        if (order > 0 || d.rises > 0 || isnan(d.constant) || isnan(d.second)) continue;
        order = i;
        found = d;
    }
    j->checked = f.count;
    j->resolved = found.resolved;
    j->smallest_detectable = 8.0 * accuracy;
    clarke_note_reals(j, "a_or_minus_largest_rise", a, WINDOW_MOST);
    clarke_note_count(j, "order", order);
    if (f.count < 2 * WINDOW_MOST + 30)
        return clarke_judge(j, CLARKE_INCONCLUSIVE, "%zu values are too few; %d would do", f.count,
                            2 * WINDOW_MOST + 30);
    if (order == 0 && a[WINDOW_MOST - 1] < 0.0)
        return clarke_judge(j, CLARKE_REFUTED,
                            "f rises over windows of every length up to %d, over %d steps by %.3g",
                            WINDOW_MOST, WINDOW_MOST, -a[WINDOW_MOST - 1]);
    if (order == 0 || found.resolved < 30 || found.second < 0.5 * found.constant)
        return clarke_judge(j, CLARKE_INCONCLUSIVE,
                            "no window length has a constant that both halves of the trace share");
    return clarke_judge(j, CLARKE_SUPPORTED,
                        "j* = %zu: f(x_k) - f(x_{k+j}) >= a (sum of the j squared steps) with a = "
                        "%.6g in all %zu windows",
                        order, fmin(found.constant, found.second), found.windows);
}

const clarke_claim_desc clarke_claim_trace_window = {
    .title = "Sufficient decrease over windows, on a trace",
    .paper = "derived, for non-monotone descent over j steps",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "There are j <= 20 and a > 0 such that f falls over every j steps by at least a "
                 "times the sum of the squared steps.",
    .formula = "f(x_k) - f(x_{k+j}) >= a sum_{i=1..j} |x_{k+i} - x_{k+i-1}|^2",
    .not_claimed = "That f falls at every step; that j is the same for other runs.",
    .falsifier = "For every j a window over which f rises; an f that grows shows it.",
    .plan = clarke_trace_plan,
    .judge = clarke_trace_judge,
    .judge_trace = window_judge,
};
