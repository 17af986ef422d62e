/* On problems whose iterations are maps in closed form the measured regime is the one that was
   derived, and the derived rate or exponent is in the interval: of the values f(x_k) - f* and of
   the distances to S. The maps: verify/lib/cells.c and the heads of the problems' files. */
#include "verify/lib/cells.h"

#include <math.h>
#include <string.h>

static clarke_status kl_cells_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    const clarke_case proto = {.claim = "kl_cells", .use = {{"rate_points", {0.0}}}, .uses = 1};
    if (item->problem) {
        clarke_plan_error(plan, "kl_cells has its own problems; it takes none from a suite");
        return CLARKE_OK;
    }
    return clarke_cells_plan(plan, item, &proto);
}

/* Cells with a number that is not theirs, and with a regime that is not theirs. */
static clarke_status kl_cells_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    static const struct {
        const char *cell;
        double regime, number;
    } wrong[] = {{"power_4", CLARKE_RATE_SUBLINEAR, 1.9},
                 {"factor_0.875", CLARKE_RATE_LINEAR, 0.33},
                 {"quartic", CLARKE_RATE_LINEAR, NAN},
                 {"phase", CLARKE_RATE_LINEAR, NAN}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        clarke_case c = clarke_cell_case("kl_cells", clarke_cell_find(wrong[i].cell), item);
        c.role = CLARKE_ROLE_CONTROL;
        c.broken = "derived_rate";
        c.bypass = true;
        c.expected = CLARKE_EXPECT_REFUTED;
        c.use[0] = (clarke_measure_use){"rate_points", {0.0}};
        c.uses = 1;
        c.arg[0] = wrong[i].regime;
        c.arg[1] = isnan(wrong[i].number) ? 0.0 : wrong[i].number;
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

/* x_k^{-1/p'} = c k + a ln k + b + O(ln k / k) for these maps: the rule fits the first three terms,
   and the last one changes the local exponent at k by a term of the order p (ln k / k)^2, taken at
   the middle of the window in ln k, over which the rule's bins are even. */
static double kl_cells_room(const clarke_rate *rate)
{
    const double k = sqrt(fmax(rate->window_first, 1.0) * rate->window_last), slope = log(k) / k;
    return rate->exponent * slope * slope;
}

/* -1: excluded by more than three half widths; 0: undecided or at the edge; 1: inside. */
static int kl_cells_compare(const clarke_rate *rate, clarke_cell_rate truth)
{
    if (rate->regime == CLARKE_RATE_UNDECIDED) return 0;
    if (rate->regime != truth.regime) return -1;
    const bool linear = truth.regime == CLARKE_RATE_LINEAR;
    if ((!linear && truth.regime != CLARKE_RATE_SUBLINEAR) || isnan(truth.number)) return 1;
    const double room = linear ? 0.0 : kl_cells_room(rate);
    clarke_interval at = linear ? rate->rate_interval : rate->exponent_interval;
    at.low -= room, at.high += room;
    if (at.low <= truth.number && truth.number <= at.high) return 1;
    const double centre = linear ? rate->rate : rate->exponent;
    const double half = truth.number > centre ? at.high - centre : centre - at.low;
    return fabs(truth.number - centre) > 3.0 * half ? -1 : 0;
}

static const char *kl_cells_truth(clarke_cell_rate truth, clarke_arena *mem)
{
    if (isnan(truth.number)) return clarke_rate_text(truth.regime);
    return clarke_arena_printf(mem, "%s, %s = %.9g", clarke_rate_text(truth.regime),
                               truth.regime == CLARKE_RATE_LINEAR ? "q" : "p", truth.number);
}

static clarke_status kl_cells_judge(const clarke_evidence *e, clarke_judgement *j)
{
    const clarke_cell *cell = clarke_cell_find(e->c->variant);
    clarke_cell_rate truth[2] = {cell->values, cell->distances};
    clarke_rate rate[2];
    int worst = 1;
    size_t at = 0;
    if (cell->factor) {
        truth[1].number = cell->factor(e->run[0].n, e->run[0].final_x);
        truth[0].number = truth[1].number * truth[1].number;
    }
    if (e->c->bypass)
        truth[0] = (clarke_cell_rate){(clarke_rate_regime)e->c->arg[0],
                                      e->c->arg[1] != 0.0 ? e->c->arg[1] : NAN};
    const clarke_hypothesis_state state = e->c->bypass ? CLARKE_HYPOTHESIS_FAILED
                                                       : CLARKE_HYPOTHESIS_PROVED;
    clarke_assume(j, "derived_rate", "the rate is that of the map in closed form", state, "%s: %s",
                  cell->name, kl_cells_truth(truth[0], j->mem));
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    for (size_t i = 0; i < 2; i++) {
        CLARKE_TRY(clarke_cell_estimate(
            e, 0, 0, i == 0 ? CLARKE_CELL_VALUES : CLARKE_CELL_DISTANCES, &rate[i]));
        clarke_cell_note(j, i == 0 ? "values" : "distances", &rate[i]);
        const int found = kl_cells_compare(&rate[i], truth[i]);
        j->checked++;
        j->resolved += found != 0;
        if (found < worst) worst = found, at = i;
    }
    const char *what = at == 0 ? "values" : "distances";
    const char *seen = clarke_cell_text(&rate[at], j->mem);
    const char *said = kl_cells_truth(truth[at], j->mem);
    if (worst < 0)
        return clarke_judge(j, CLARKE_REFUTED, "the %s are %s, derived was %s", what, seen, said);
    if (worst == 0)
        return clarke_judge(j, CLARKE_INCONCLUSIVE,
                            "the %s are %s, derived was %s; more "
                            "iterations decide",
                            what, seen, said);
    return clarke_judge(j, CLARKE_SUPPORTED, "values %s (derived: %s), distances %s",
                        clarke_cell_text(&rate[0], j->mem), kl_cells_truth(truth[0], j->mem),
                        clarke_cell_text(&rate[1], j->mem));
}

const clarke_claim_desc clarke_claim_kl_cells = {
    .title = "Rates of maps in closed form",
    .paper = "derived; cells for the rates of alternating minimisation under the "
             "Kurdyka-Lojasiewicz property",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "On each cell the values and the distances to the stationary set go to 0 in the "
                 "derived regime, with the derived rate or exponent.",
    .formula = "f(x_k) - f* ~ q^k or k^-p, with q or p derived for each cell",
    .not_claimed = "Rates of other starts where the table names one.",
    .falsifier =
        "In methods/alternating_minimization.c, give the minimiser s->last instead of it->x "
        "for the other blocks: refuted on rank1_factor, hinge_chain and eight others; in "
        "methods/proximal_gradient.c, give the prox the step 0: refuted on power_pair:p=3.",
    .plan = kl_cells_plan,
    .controls = kl_cells_controls,
    .judge = kl_cells_judge,
};
