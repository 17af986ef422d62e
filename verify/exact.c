#include "verify/exact.h"

#include <math.h>
#include <stdio.h>

void clarke_exact_begin(clarke_exact *e)
{
    *e = (clarke_exact){.worst = -INFINITY, .detectable = INFINITY};
}

void clarke_exact_add(clarke_exact *e, size_t k, double excess, double rounding, double size)
{
    e->checked++;
    /* Every comparison is written so that a NaN falls on the side of the violation. */
    const bool finite = isfinite(excess) && isfinite(rounding) && rounding > 0.0;
    const double ratio = finite ? excess / rounding : INFINITY;
    if (!(ratio <= 1.0) && e->violations++ == 0) e->first_violation = k;
    if (!(ratio <= e->worst)) e->worst = ratio;
    e->nonfinite |= !finite;
    if (!finite || !(size > rounding)) return;
    e->resolved++;
    if (rounding / size < e->detectable) e->detectable = rounding / size;
}

void clarke_exact_end(const clarke_exact *e, double out[CLARKE_EXACT_COUNT])
{
    out[0] = (double)e->checked;
    out[1] = (double)e->resolved;
    out[2] = (double)e->violations;
    out[3] = e->violations > 0 ? (double)e->first_violation : NAN;
    out[4] = e->worst;
    out[5] = e->detectable;
    out[6] = (double)(e->checked - e->resolved);
}

typedef struct {
    double checked, resolved, violations, first, worst, detectable;
    size_t run; /* the first with a violation */
    bool nonfinite;
} exact_total;

static exact_total exact_sum(const clarke_evidence *e, size_t use, size_t first)
{
    exact_total t = {.first = NAN, .worst = -INFINITY, .detectable = INFINITY};
    for (size_t r = 0; r < e->repetitions; r++) {
        const double *out = clarke_outputs(e, r, use) + first;
        if (out[2] > 0.0 && t.violations == 0.0) {
            t.first = out[3];
            t.run = r;
        }
        t.checked += out[0];
        t.resolved += out[1];
        t.violations += out[2];
        if (!(out[4] <= t.worst)) t.worst = out[4];
        if (out[5] < t.detectable) t.detectable = out[5];
        t.nonfinite |= !e->run[r].finite;
    }
    return t;
}

static void exact_note(clarke_judgement *j, const char *before, const char *name, double value)
{
    char key[64];
    snprintf(key, sizeof key, "%s%s", before, name);
    clarke_note_real(j, key, value);
}

clarke_status clarke_exact_judge(const clarke_evidence *e, clarke_judgement *j, size_t use,
                                 const char *what)
{
    char name[32] = "";
    if (use > 0) snprintf(name, sizeof name, "use%zu_", use);
    return clarke_exact_judge_at(e, j, use, 0, name, what);
}

clarke_status clarke_exact_judge_at(const clarke_evidence *e, clarke_judgement *j, size_t use,
                                    size_t first, const char *name, const char *what)
{
    if (e->repetitions == 0 || use >= e->c->uses)
        return clarke_fail(CLARKE_EINTERNAL, "%s: rule 1 has no run to judge", e->c->claim);
    const exact_total t = exact_sum(e, use, first);
    j->checked += (size_t)t.checked;
    j->resolved += (size_t)t.resolved;
    /* Of several inequalities of one case, the coarsest. */
    if (!(j->smallest_detectable >= t.detectable))
        j->smallest_detectable = isfinite(t.detectable) ? t.detectable : NAN;
    exact_note(j, name, "violations", t.violations);
    exact_note(j, name, "worst_excess_in_rounding_bounds", t.worst);
    for (size_t r = 0; r < e->repetitions; r++)
        if (e->run[r].fault)
            return clarke_judge(j, CLARKE_REFUTED, "run %zu: %s", r, e->run[r].fault);
    if (!(t.violations == 0.0))
        return clarke_judge(j, CLARKE_REFUTED,
                            "%s fails at step %.0f of run %zu (%.0f of %.0f checks fail; the worst "
                            "by %.3g times its rounding bound)%s",
                            what, t.first, t.run, t.violations, t.checked, t.worst,
                            t.nonfinite ? "; the iterate did not stay finite" : "");
    if (t.nonfinite)
        return clarke_judge(j, CLARKE_INCONCLUSIVE,
                            "%s held at %.0f checks, then the run overflowed; smaller steps decide",
                            what, t.checked);
    /* Rule 1: under max(30, 10 %) resolved checks say too little. */
    if (!(t.resolved >= fmax(30.0, 0.1 * t.checked)))
        return clarke_judge(j, CLARKE_INCONCLUSIVE,
                            "%s held, but only %.0f of %.0f checks exceed their rounding error; "
                            "larger steps or fewer iterations decide",
                            what, t.resolved, t.checked);
    return clarke_judge(j, CLARKE_SUPPORTED,
                        "%s held at all %.0f checks, %.0f of them resolved; the worst used %.3g of "
                        "its rounding bound",
                        what, t.checked, t.resolved, fmax(t.worst, 0.0));
}
