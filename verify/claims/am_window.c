/* (D_j) on the first half: j is the smallest with a_j > 0; then the window sum R_k = r_k + ... +
   r_{k+j-1} falls at every step of the second half, since R_k - R_{k+1} = F_k - F_{k+j} >= a
   Delta_{k+1}^2, although F itself may rise. */
#include "verify/lib/cells.h"

#include <math.h>
#include <stdio.h>

static const clarke_case window_proto = {.claim = "am_window"};

static clarke_status am_window_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_cells_plan_descent(plan, item, &window_proto, true);
}

/* A step of 2.2 on x^2/2 multiplies x by -6/5: there is no j with a_j > 0. */
static clarke_status am_window_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    clarke_case c =
        clarke_cell_descent_case("am_window", clarke_cell_find("alternating_steps"), item);
    c.role = CLARKE_ROLE_CONTROL;
    c.run.method = "gradient_descent:steps=2.2";
    c.variant = "growing_steps";
    c.broken = "sufficient_decrease";
    c.expected = CLARKE_EXPECT_NOT_APPLICABLE;
    CLARKE_TRY(clarke_plan_add(plan, &c));
    c.bypass = true;
    c.expected = CLARKE_EXPECT_REFUTED;
    return clarke_plan_add(plan, &c);
}

static clarke_status am_window_judge(const clarke_evidence *e, clarke_judgement *j)
{
    double order = 0.0, least = INFINITY, rises = 0.0, windows = 0.0;
    for (size_t r = 0; r < e->repetitions; r++) {
        const double own = clarke_output(e, r, 0, "order");
        order = own > 0.0 ? fmax(order, own) : INFINITY;
        for (size_t i = 1; own > 0.0 && i <= CLARKE_DESCENT_ORDERS; i++) {
            char key[32];
            snprintf(key, sizeof key, "first_a%zu_half1", i);
            if ((double)i == own) least = fmin(least, clarke_output(e, r, 0, key));
        }
        rises += clarke_output(e, r, 0, "rises1_half1") + clarke_output(e, r, 0, "rises1_half2");
        windows += clarke_output(e, r, 0, "rises8_half2");
    }
    const bool holds = order <= CLARKE_DESCENT_ORDERS;
    clarke_assume(j, "sufficient_decrease", "F_{k+j} + a Delta_{k+1}^2 <= F_k with a > 0, j <= 8",
                  holds ? CLARKE_HYPOTHESIS_MEASURED : CLARKE_HYPOTHESIS_FAILED,
                  holds ? "j = %g, a = %.4g on the first half"
                        : "no j up to 8 on the first half (j = %g, a = %.4g)",
                  order, least);
    clarke_note_real(j, "order", order);
    clarke_note_real(j, "a", least);
    clarke_note_real(j, "rises_of_f", rises);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    if (!holds && windows > 0.0)
        return clarke_judge(j, CLARKE_REFUTED,
                            "even windows of 8 steps rise, %.0f times in the second half", windows);
    return clarke_exact_judge_at(e, j, 0, CLARKE_DESCENT_FIRST_CHECK, "",
                                 "the fall of the window sum");
}

const clarke_claim_desc clarke_claim_am_window = {
    .title = "Window sums fall where values need not",
    .paper = "derived; non-monotone j-step sufficient decrease conditions for alternating "
             "minimisation",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "If F falls over every j steps by at least a times the square of the first one, "
                 "the sum of F over j successive iterates falls at every step.",
    .formula = "R_k - R_{k+1} = F(x^k) - F(x^{k+j}) >= a |x^{k+1} - x^k|^2, R_k = sum_{i<j} "
               "(F(x^{k+i}) - F*)",
    .not_claimed = "That F falls at every step. The order j is measured on the first half of the "
                   "run and judged on the second.",
    .falsifier =
        "In methods/gradient_descent.c, always take the first step of the cycle: no j is left"
        " on rising_steps; in methods/alternating_minimization.c, extrapolate by 8 beta "
        "instead of beta: none on extrapolated. Both are then not applicable where a "
        "judgement was expected.",
    .plan = am_window_plan,
    .controls = am_window_controls,
    .judge = am_window_judge,
};
