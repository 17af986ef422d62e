/* The rates of descent methods by the exponent at the limit, judged one-sidedly by rule 4: theta =
   0 ends, theta in (0, 1/2] is linear, theta in (1/2, 1) has values O(k^{-1/(2 theta - 1)}) and
   iterates O(k^{-(1-theta)/(2 theta - 1)}). Faster is no violation. */
#include "verify/lib/cells.h"

#include <math.h>

static const clarke_case rates_proto = {
    .claim = "am_rates", .use = {{"rate_points", {0.0}}, {"boundedness", {0.0}}}, .uses = 2};

enum { RATES_DESCENT = 2 };

static clarke_status am_rates_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    for (size_t i = 0; i < clarke_cells_count; i++) {
        const clarke_cell *cell = &clarke_cells[i];
        clarke_case c = clarke_cell_case("am_rates", cell, item);
        c.use[0] = rates_proto.use[0];
        c.use[1] = rates_proto.use[1];
        c.use[2] = clarke_cell_descent_case("am_rates", cell, item).use[0];
        c.uses = 3;
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

/* No exponent below 1; theta = 3/4 is pretended. exp(-c/x^2): gradient descent has x^2 log k -> c,
   slower than every rate that any theta gives. The spiral trench, where no inequality holds at all: f ~
   1/k, with steps that turn around the circle like ln k. */
static clarke_status am_rates_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    static const clarke_cell flat[] = {{"flat",
                                        "flat_exp:c=1",
                                        "gradient_descent:steps=0.25",
                                        NULL,
                                        "point:1",
                                        20000,
                                        {CLARKE_RATE_UNDECIDED, NAN},
                                        {CLARKE_RATE_SUBPOLYNOMIAL, NAN},
                                        0.75,
                                        NULL},
                                       {"spiral",
                                        "mexican_hat:c=1",
                                        "gradient_descent:steps=0.0625",
                                        NULL,
                                        "point:-0.5,0.5",
                                        100000,
                                        {CLARKE_RATE_UNDECIDED, NAN},
                                        {CLARKE_RATE_UNDECIDED, NAN},
                                        0.75,
                                        NULL}};
    for (size_t i = 0; i < sizeof flat / sizeof flat[0]; i++) {
        clarke_case c = clarke_cell_case("am_rates", &flat[i], item);
        c.use[0] = rates_proto.use[0];
        c.use[1] = rates_proto.use[1];
        c.use[2] = (clarke_measure_use){"descent", {0.75}};
        c.uses = 3;
        c.role = CLARKE_ROLE_CONTROL;
        c.broken = "kl_exponent";
        c.expected = CLARKE_EXPECT_NOT_APPLICABLE;
        CLARKE_TRY(clarke_plan_add(plan, &c));
        c.bypass = true;
        c.expected = CLARKE_EXPECT_REFUTED;
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

static const char *rates_bound_text(clarke_cell_rate bound, clarke_arena *mem)
{
    if (bound.regime != CLARKE_RATE_SUBLINEAR) return clarke_rate_text(bound.regime);
    return clarke_arena_printf(mem, "O(k^-%.6g)", bound.number);
}

static clarke_status am_rates_judge(const clarke_evidence *e, clarke_judgement *j)
{
    static const clarke_cell_column column[] = {CLARKE_CELL_VALUES, CLARKE_CELL_DISTANCES};
    static const char *const name[] = {"values", "distances"};
    const double theta = clarke_output(e, 0, RATES_DESCENT, "theta");
    clarke_rate rate[2];
    clarke_cell_rate bound[2];
    int worst = 1;
    size_t at = 0;
    clarke_cell_assume_descent(e, j, RATES_DESCENT);
    clarke_cell_assume_bounded(e, j, 1);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    for (size_t i = 0; i < 2; i++) {
        bound[i] = clarke_cell_bound(theta, column[i]);
        CLARKE_TRY(clarke_cell_estimate(e, 0, 0, column[i], &rate[i]));
        clarke_cell_note(j, name[i], &rate[i]);
        const int found = clarke_cell_against(&rate[i], bound[i]);
        j->checked++;
        j->resolved += found != 0;
        if (found < worst) worst = found, at = i;
    }
    if (worst < 0)
        return clarke_judge(j, CLARKE_REFUTED, "the %s are %s, slower than %s for theta = %.4g",
                            name[at], clarke_cell_text(&rate[at], j->mem),
                            rates_bound_text(bound[at], j->mem), theta);
    if (worst == 0)
        return clarke_judge(j, CLARKE_INCONCLUSIVE, "the %s are %s; more iterations decide",
                            name[at], clarke_cell_text(&rate[at], j->mem));
    return clarke_judge(j, CLARKE_SUPPORTED,
                        "theta = %.4g: values %s (said: %s), distances %s (said: %s)", theta,
                        clarke_cell_text(&rate[0], j->mem), rates_bound_text(bound[0], j->mem),
                        clarke_cell_text(&rate[1], j->mem), rates_bound_text(bound[1], j->mem));
}

const clarke_claim_desc clarke_claim_am_rates = {
    .title = "Rates by the Kurdyka-Lojasiewicz exponent",
    .paper = "derived; local convergence rates of alternating minimisation for theta in [0, 1)",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "With sufficient decrease over j steps, relative error and exponent theta at the "
                 "limit, the iterates end for theta = 0, are R-linear for theta in (0, 1/2], and "
                 "are O(k^{-(1-theta)/(2 theta - 1)}) for theta in (1/2, 1), the values O(k^{-1/(2 "
                 "theta - 1)}).",
    .formula = "r_k = O(q^{k/j}) or O(k^{-1/(2 theta - 1)}), |x^k - x*| = O(q^{k/2j}) or "
               "O(k^{-(1-theta)/(2 theta - 1)})",
    .not_claimed = "Lower bounds: faster is no violation. The distance to S is judged, which is at "
                   "most that to the limit.",
    .falsifier = "In methods/alternating_minimization.c, let the centre's weight grow with k "
                 "(alpha (1 + k)): coupled and factor_2 become sublinear and are refuted, or lose "
                 "the relative error.",
    .plan = am_rates_plan,
    .controls = am_rates_controls,
    .judge = am_rates_judge,
};
