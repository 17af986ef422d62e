/* What the other software says of its iterate is what we compute from it. */
#include "verify/lib/trace_claims.h"

#include <math.h>
#include <string.h>

/* Single precision: a sum, one part after the other, of at most 60 parts rounds 59 times, a part of four
   operations (a difference, a square, a weight, a kink) 4 times, the written number once: 64 roundings of
   2^-24 relative to the sum of the parts' sizes, for which max(1, |f|) stands. In double precision the
   same count gives less, and the largest difference is printed. */
static const double truth_slack = 64.0 * 0x1p-24;

typedef struct {
    double worst; /* in units of the slack */
    size_t row, compared;
    const char *column;
} truth_gap;

static clarke_status truth_compare(const clarke_foreign *t, clarke_foreign_quantity what,
                                   truth_gap *gap)
{
    clarke_foreign_series ours, theirs;
    CLARKE_TRY(clarke_foreign_get(t, what, &ours));
    if (!ours.computed || clarke_table_find(&t->table, ours.column) == t->table.columns)
        return CLARKE_OK;
    CLARKE_TRY(clarke_foreign_column(t, ours.column, &theirs));
    const double written = clarke_trace_accuracy(&theirs);
    for (size_t i = 0; i < theirs.count && i < ours.count; i++) {
        const double apart = fabs(theirs.value[i] - ours.value[i]);
        const double slack = truth_slack * fmax(1.0, fabs(ours.value[i])) + written;
        gap->compared++;
        if (!(apart / slack > gap->worst)) continue;
        gap->worst = apart / slack;
        gap->row = i;
        gap->column = ours.column;
    }
    return CLARKE_OK;
}

static clarke_status truth_judge(const clarke_foreign *t, clarke_judgement *j)
{
    truth_gap gap = {0};
    const bool known = t->problem != NULL;
    clarke_assume(j, "problem", "the problem is one of ours",
                  known ? CLARKE_HYPOTHESIS_MEASURED : CLARKE_HYPOTHESIS_FAILED, "%s",
                  known ? t->problem_text : "--problem was not given");
    if (!known) return clarke_judge(j, CLARKE_NOT_APPLICABLE, "the trace names no problem of ours");
    CLARKE_TRY(truth_compare(t, CLARKE_FOREIGN_VALUE, &gap));
    CLARKE_TRY(truth_compare(t, CLARKE_FOREIGN_RESIDUAL, &gap));
    CLARKE_TRY(truth_compare(t, CLARKE_FOREIGN_DISTANCE, &gap));
    j->checked = j->resolved = gap.compared;
    clarke_note_real(j, "worst_in_units_of_slack", gap.worst);
    if (gap.compared == 0)
        return clarke_judge(j, CLARKE_NOT_APPLICABLE,
                            "%s has none of the columns f, residual_clarke, distance_clarke beside "
                            "the iterate",
                            t->name);
    if (gap.worst > 1.0)
        return clarke_judge(j, CLARKE_REFUTED,
                            "%s of %s:%zu (k = %.17g) is not that of its iterate on %s: the "
                            "difference is %.3g times what rounding explains",
                            gap.column, t->name, t->table.line[gap.row], t->k[gap.row],
                            t->problem_text, gap.worst);
    return clarke_judge(j, CLARKE_SUPPORTED,
                        "%zu numbers are what we compute from the iterate, up to %.2g of what "
                        "rounding explains",
                        gap.compared, gap.worst);
}

const clarke_claim_desc clarke_claim_trace_truth = {
    .title = "A trace says the truth about its iterate",
    .paper = "none: the numbers of the trace against our own of the same point",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement =
        "f, dist(0, subdifferential) and the distance to the stationary set are, in each row, "
        "those of the iterate beside them.",
    .formula = "f_k = f(x_k)",
    .not_claimed = "That the steps are those of some method.",
    .falsifier =
        "One number off by more than single precision; an objective without its factor 1/2 "
        "shows it.",
    .plan = clarke_trace_plan,
    .judge = clarke_trace_judge,
    .judge_trace = truth_judge,
};
