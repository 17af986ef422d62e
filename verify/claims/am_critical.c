/* The limit is critical. Under decrease, relative error, boundedness and the Kurdyka-Lojasiewicz
   property the residual goes to 0; judged by rule 4 on dist(0, subdifferential) at x_k. It is
   refuted by an exact fixed point with a residual, which no further step can mend, and by a
   residual that does not go to 0.

   Controls. Coupling kinks: alternating minimisation stands still at points that are minimal in
   each block and not stationary, so the relative error fails (residual > 0 at a step of length 0).
   Powell's function without a proximal term: the decrease per squared step vanishes. The strided
   sequence x_2m = 1 + 2^-m, x_2m+1 = -1 - 2^-m of F = min((x-1)^2, (x+1)^2)/2: over strides of two
   steps decrease and relative error hold, with a = 3/2 and b = 1, and there are two limit points;
   over consecutive steps a_j falls to 0. The logistic loss of separated data: x_k ~ ln k, with no
   limit at all. */
#include "verify/lib/cells.h"

#include <math.h>
#include <string.h>

enum { CRITICAL_STRIDED_STEPS = 48, CRITICAL_RATES = 1, CRITICAL_BOUNDED = 2 };

static const clarke_case critical_proto = {
    .claim = "am_critical", .use = {{"rate_points", {0.0}}, {"boundedness", {0.0}}}, .uses = 2};

static clarke_status am_critical_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    for (size_t i = 0; i < clarke_cells_count; i++) {
        const clarke_cell *cell = &clarke_cells[i];
        /* The whole run: the residual has to be seen to go to 0. */
        clarke_case c = clarke_cell_case("am_critical", cell, item);
        c.use[0] = clarke_cell_descent_case("am_critical", cell, item).use[0];
        c.use[CRITICAL_RATES] = critical_proto.use[0];
        c.use[CRITICAL_BOUNDED] = critical_proto.use[1];
        c.uses = 3;
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

static clarke_status critical_control(clarke_plan *plan, const clarke_plan_item *item,
                                      const clarke_cell *cell, const char *broken, bool both)
{
    clarke_case c = clarke_cell_case("am_critical", cell, item);
    c.use[0] = (clarke_measure_use){"descent", {0.5}};
    c.use[CRITICAL_RATES] = critical_proto.use[0];
    c.use[CRITICAL_BOUNDED] = critical_proto.use[1];
    c.uses = 3;
    c.role = CLARKE_ROLE_CONTROL;
    c.broken = broken;
    c.expected = CLARKE_EXPECT_NOT_APPLICABLE;
    CLARKE_TRY(clarke_plan_add(plan, &c));
    c.bypass = true;
    c.expected = CLARKE_EXPECT_REFUTED;
    return both ? clarke_plan_add(plan, &c) : CLARKE_OK;
}

static clarke_status critical_strided(clarke_plan *plan, const clarke_plan_item *item)
{
    clarke_case c = {.claim = "am_critical",
                     .role = CLARKE_ROLE_CONTROL,
                     .expected = CLARKE_EXPECT_NOT_APPLICABLE,
                     .broken = "sufficient_decrease",
                     .run = {.problem = "min((x-1)^2, (x+1)^2)/2", .method = "strided"},
                     .variant = "strided",
                     .weight = item->weight > 0.0 ? item->weight : 1.0};
    CLARKE_TRY(clarke_plan_add(plan, &c));
    c.bypass = true;
    c.expected = CLARKE_EXPECT_REFUTED;
    return clarke_plan_add(plan, &c);
}

static clarke_status am_critical_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    static const clarke_cell_rate open = {CLARKE_RATE_UNDECIDED, NAN};
    const clarke_cell coupling = {"stall_coupling",
                                  "abs_coupling:n=4",
                                  "alternating_minimization",
                                  NULL,
                                  "point:1.75,1.5,0.5,0.25",
                                  64,
                                  open,
                                  open,
                                  0.5,
                                  NULL};
    const clarke_cell ridge = {"stall_ridge",
                               "bilin_abs_ridge",
                               "alternating_minimization",
                               NULL,
                               "point:1.75,0.75",
                               64,
                               open,
                               open,
                               0.5,
                               NULL};
    const clarke_cell powell = {
        "powell", "powell_cycle", "alternating_minimization", NULL, "start", 16, open, open, 0.5,
        NULL};
    const clarke_cell escape = {"escape",
                                "softplus_tail",
                                "gradient_descent:steps=1",
                                NULL,
                                "point:0",
                                4000,
                                open,
                                open,
                                0.5,
                                NULL};
    CLARKE_TRY(critical_control(plan, item, &coupling, "relative_error", true));
    CLARKE_TRY(critical_control(plan, item, &ridge, "relative_error", true));
    CLARKE_TRY(critical_control(plan, item, &powell, "sufficient_decrease", false));
    CLARKE_TRY(critical_control(plan, item, &escape, "bounded_iterates", true));
    return critical_strided(plan, item);
}

/* ---- the strided sequence ---- */

static double critical_strided_point(size_t k)
{
    const double s = 1.0 + ldexp(1.0, -(int)(k / 2));
    return k % 2 ? -s : s;
}

/* F = (|x| - 1)^2/2 at these points, which are all beyond 1. */
static clarke_status critical_strided_judge(const clarke_evidence *e, clarke_judgement *j)
{
    clarke_descent d;
    double last = INFINITY, decrease = INFINITY, error = 0.0;
    clarke_descent_begin(&d, 1, CRITICAL_STRIDED_STEPS);
    d.theta = 0.5;
    for (size_t k = 0; k <= CRITICAL_STRIDED_STEPS; k++) {
        const double x = critical_strided_point(k), off = fabs(x) - 1.0;
        const double step = k > 0 ? fabs(x - critical_strided_point(k - 1)) : NAN;
        const clarke_descent_row row = {.gap = 0.5 * off * off,
                                        .step = step,
                                        .residual = off,
                                        .distance = off,
                                        .size = fabs(x),
                                        .exact = true};
        clarke_descent_add(&d, &row);
        last = k > 0 ? step : last;
        if (k < 2) continue;
        const double old = critical_strided_point(k - 2), before = fabs(old) - 1.0;
        const double stride = x - old;
        decrease = fmin(decrease, 0.5 * (before * before - off * off) / (stride * stride));
        error = fmax(error, off / fabs(stride));
    }
    clarke_note_real(j, "strided_a", decrease);
    clarke_note_real(j, "strided_b", error);
    clarke_note_real(j, "consecutive_a2_first_half", d.half[0].all[1]);
    clarke_note_real(j, "consecutive_a2_second_half", d.half[1].all[1]);
    const bool kept = d.order_b > 0 && d.half[1].all[d.order_b - 1] >=
                                           d.half[0].all[d.order_b - 1] / CLARKE_DESCENT_SLACK;
    clarke_assume(j, "sufficient_decrease", "F_{k+j} + a sum Delta_{k+i}^2 <= F_k with a > 0",
                  kept ? CLARKE_HYPOTHESIS_MEASURED : CLARKE_HYPOTHESIS_FAILED,
                  "over strides a = %.6g, b = %.6g; over consecutive steps a_2 = %.3g on the first "
                  "half and %.3g on the second",
                  decrease, error, d.half[0].all[1], d.half[1].all[1]);
    j->checked = j->resolved = CRITICAL_STRIDED_STEPS;
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    /* Every step is longer than 2, as derived. */
    if (last >= 2.0)
        return clarke_judge(j, CLARKE_REFUTED,
                            "two limit points, 1 and -1: the last of %d steps has length %.17g",
                            CRITICAL_STRIDED_STEPS, last);
    return clarke_judge(j, CLARKE_SUPPORTED, "the steps vanish");
}

/* ---- runs ---- */

static clarke_status am_critical_judge(const clarke_evidence *e, clarke_judgement *j)
{
    clarke_rate rate;
    if (e->repetitions == 0) return critical_strided_judge(e, j);
    clarke_cell_assume_bounded(e, j, CRITICAL_BOUNDED);
    /* The others speak of what holds near a limit point; unbounded iterates need not have one. */
    if (j->hypothesis[0].state == CLARKE_HYPOTHESIS_MEASURED) clarke_cell_assume_descent(e, j, 0);
    const double stalled = clarke_output(e, 0, 0, "stalled");
    const double residual = clarke_output(e, 0, 0, "residual");
    clarke_note_real(j, "residual", residual);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    j->checked = j->resolved = 1;
    if (stalled > 0.0)
        return clarke_judge(j, CLARKE_REFUTED,
                            "the iterate stands still where dist(0, subdifferential) = %.6g",
                            residual);
    const double growth = clarke_cell_growth(e, 0, CRITICAL_BOUNDED);
    if (growth >= 0.95)
        return clarke_judge(j, CLARKE_REFUTED,
                            "there is no limit: doubling the time raises the supremum by %.3g of "
                            "what the doubling before did, so it grows like ln k or faster",
                            growth);
    CLARKE_TRY(clarke_cell_estimate(e, 0, CRITICAL_RATES, CLARKE_CELL_RESIDUALS, &rate));
    clarke_cell_note(j, "residuals", &rate);
    if (rate.regime == CLARKE_RATE_NONE)
        return clarke_judge(j, CLARKE_REFUTED, "the residual does not go to 0: %s", rate.reason);
    /* So few positive values that the rule says nothing, and then exact zeros. */
    if (rate.regime == CLARKE_RATE_UNDECIDED && residual > 0.0)
        return clarke_judge(j, CLARKE_INCONCLUSIVE, "the residual is undecided: %s", rate.reason);
    return clarke_judge(j, CLARKE_SUPPORTED, "the residual goes to 0 (%s); at the end it is %.3g",
                        clarke_cell_text(&rate, j->mem), residual);
}

const clarke_claim_desc clarke_claim_am_critical = {
    .title = "Limits of descent methods are critical",
    .paper = "derived; non-monotone j-step sufficient decrease conditions for alternating "
             "minimisation",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "With sufficient decrease over j steps, relative error, bounded iterates and the "
                 "Kurdyka-Lojasiewicz property the iterates converge to a critical point.",
    .formula = "sum |x^{k+1} - x^k| < infinity, dist(0, dF(x^k)) -> 0",
    .not_claimed = "Anything where a kink couples two blocks: there alternating minimisation may "
                   "stand still elsewhere, and the relative error fails. Global minimality.",
    .falsifier =
        "In methods/alternating_minimization.c, skip the last block (return in its phase): 19"
        " cells lose the relative error, and stand still where there is a residual.",
    .plan = am_critical_plan,
    .controls = am_critical_controls,
    .judge = am_critical_judge,
};
