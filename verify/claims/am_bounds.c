/* What (D_j), the relative error and the Kurdyka-Lojasiewicz inequality give in each step, with the
   constants of the first half of a run (weakened by a quarter each) on its second half: the
   recursion for the values and the a-posteriori bound for the distance, each in the form with
   window sums and in the form with all steps of a window. Formulas and rounding:
   verify/lib/decrease.h. */
#include "verify/lib/cells.h"

#include <math.h>

static const clarke_case bounds_proto = {
    .claim = "am_bounds", .use = {{"boundedness", {0.0}}}, .uses = 1};

static clarke_status am_bounds_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    return clarke_cells_plan_descent(plan, item, &bounds_proto, true);
}

/* An exponent that is too small: c grows without bound, and at last the recursion fails. */
static clarke_status am_bounds_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    static const char *const cell[] = {"power_4", "quartic"};
    for (size_t i = 0; i < 2; i++) {
        clarke_case c = clarke_cell_descent_case("am_bounds", clarke_cell_find(cell[i]), item);
        c.use[0].arg[0] = 0.5;
        c.use[c.uses++] = bounds_proto.use[0];
        c.role = CLARKE_ROLE_CONTROL;
        c.arg[0] = 0.5;
        c.broken = "kl_exponent";
        c.expected = CLARKE_EXPECT_NOT_APPLICABLE;
        CLARKE_TRY(clarke_plan_add(plan, &c));
        c.bypass = true;
        c.expected = CLARKE_EXPECT_REFUTED;
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

static clarke_status am_bounds_judge(const clarke_evidence *e, clarke_judgement *j)
{
    static const char *const name[] = {"recursion_", "recursion_all_", "bound_", "bound_all_"};
    static const char *const what[] = {
        "the recursion of the window sums", "the recursion of the values",
        "the a-posteriori bound from window sums", "the a-posteriori bound from values"};
    clarke_cell_assume_descent(e, j, 0);
    clarke_cell_assume_bounded(e, j, 1);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    for (size_t i = 0; i < 4; i++) {
        const size_t first = CLARKE_DESCENT_FIRST_CHECK + (i + 1) * CLARKE_EXACT_COUNT;
        CLARKE_TRY(clarke_exact_judge_at(e, j, 0, first, name[i], what[i]));
        if (j->verdict != CLARKE_SUPPORTED) return CLARKE_OK;
    }
    return clarke_judge(
        j, CLARKE_SUPPORTED,
        "both recursions and both a-posteriori bounds held at all %zu checks of the "
        "second half, %zu of them resolved",
        j->checked, j->resolved);
}

const clarke_claim_desc clarke_claim_am_bounds = {
    .title = "Recursion and a-posteriori bound of descent under the Kurdyka-Lojasiewicz inequality",
    .paper = "derived; non-monotone j-step sufficient decrease conditions for alternating "
             "minimisation",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "With decrease a over j steps, relative error b and exponent theta with constant "
                 "c, R_{k+j}^{2 theta} is at most j^{(2 theta - 1)+} c^2 b^2/a times the fall of R "
                 "over j steps, and the distance to the limit at most the last step plus j b c/(a "
                 "(1 - theta)) R^{1-theta}.",
    .formula =
        "R_{k+j}^{2 theta} <= kappa (R_k - R_{k+j}),  |x^K - x*| <= Delta_K + (j b c / (a (1 "
        "- theta))) R_K^{1 - theta}",
    .not_claimed = "That the constants of the first half are those of all later steps: that is a "
                   "hypothesis, measured again. The distance to S is judged, which is at most that "
                   "to the limit.",
    .falsifier = "In verify/lib/decrease.c, drop b * b from the scale of the recursion with window "
                 "sums: refuted on relu_chain and quartic; scale the right side of the bound from "
                 "values by 1/100: refuted on 24 cells.",
    .plan = am_bounds_plan,
    .controls = am_bounds_controls,
    .judge = am_bounds_judge,
};
