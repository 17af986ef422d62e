/* The relative error condition along a trace (Attouch, Bolte, Svaiter, 2013, condition H2): the
   constant of the first half, doubled, is judged on the second. */
#include "verify/lib/trace_claims.h"

#include <float.h>
#include <math.h>

typedef struct {
    double first, second; /* the largest ratio of either half */
    size_t ratios, stalls, first_stall;
} error_ratios;

/* A step is a difference of iterates that are rounded, to `unit` each. One below 1,000 units says
   nothing to a thousandth; one that is rounded to 0 may have been up to a unit long. */
static error_ratios error_scan(const clarke_foreign_series *residual,
                               const clarke_foreign_series *step, double unit)
{
    error_ratios r = {0};
    const size_t rows = residual->count < step->count + 1 ? residual->count : step->count + 1;
    size_t seen = 0;
    for (size_t i = 0; i + 1 < rows; i++)
        r.ratios += residual->value[i + 1] > 0.0 && step->value[i] > 1e3 * unit;
    for (size_t i = 0; i + 1 < rows; i++) {
        if (!(residual->value[i + 1] > 0.0 && step->value[i] > 1e3 * unit)) continue;
        double *half = 2 * seen++ < r.ratios ? &r.first : &r.second;
        *half = fmax(*half, residual->value[i + 1] / step->value[i]);
    }
    for (size_t i = 0; i + 1 < rows; i++) {
        const double most = r.first > 0.0 ? 4.0 * r.first * unit : 0.0;
        if (step->value[i] > 0.0 || !(residual->value[i + 1] > most)) continue;
        if (r.stalls++ == 0) r.first_stall = i;
    }
    return r;
}

static clarke_status error_judge(const clarke_foreign *t, clarke_judgement *j)
{
    clarke_foreign_series residual, step;
    CLARKE_TRY(clarke_trace_need(t, CLARKE_FOREIGN_RESIDUAL, j, &residual));
    if (residual.count == 0) return CLARKE_OK;
    CLARKE_TRY(clarke_trace_need(t, CLARKE_FOREIGN_STEP, j, &step));
    if (step.count == 0 || !clarke_trace_need_steps(t, j)) return CLARKE_OK;
    const error_ratios r = error_scan(&residual, &step, DBL_EPSILON * clarke_trace_scale(t));
    j->checked = residual.count;
    j->resolved = r.ratios;
    clarke_note_real(j, "b_first_half", r.first);
    clarke_note_real(j, "b_second_half", r.second);
    clarke_note_count(j, "stalls", r.stalls);
    if (r.stalls > 0)
        return clarke_judge(j, CLARKE_REFUTED,
                            "at k = %.17g (%s:%zu) the iterate stays although dist(0, "
                            "subdifferential) is %.3g",
                            t->k[r.first_stall], t->name, t->table.line[r.first_stall],
                            residual.value[r.first_stall + 1]);
    if (r.ratios < 30 || r.second == 0.0)
        return clarke_judge(j, CLARKE_INCONCLUSIVE,
                            "%zu steps with a residual are too few; 30 are "
                            "needed, in both halves of the trace",
                            r.ratios);
    if (r.second > 2.0 * r.first)
        return clarke_judge(
            j, CLARKE_INCONCLUSIVE,
            "the constant grows: b = %.4g over the first half, %.4g over the second", r.first,
            r.second);
    return clarke_judge(j, CLARKE_SUPPORTED,
                        "dist(0, subdifferential at x_{k+1}) <= b |x_{k+1} - x_k| with b = %.6g in "
                        "all %zu steps",
                        fmax(r.first, r.second), r.ratios);
}

const clarke_claim_desc clarke_claim_trace_relative_error = {
    .title = "Relative error, on a trace",
    .paper = "Attouch, Bolte, Svaiter, Math. Program. 137 (2013), condition H2",
    .provenance = CLARKE_PROVENANCE_RECALLED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "There is b with dist(0, subdifferential at x_{k+1}) <= b |x_{k+1} - x_k|.",
    .formula = "dist(0, \\partial f(x_{k+1})) <= b |x_{k+1} - x_k|",
    .not_claimed = "Anything about other runs: the constant is this trace's.",
    .falsifier =
        "A step that does not move while the residual is positive; a coordinatewise minimum "
        "of a nonsmooth coupling shows it.",
    .plan = clarke_trace_plan,
    .judge = clarke_trace_judge,
    .judge_trace = error_judge,
};
