/* Cells whose sequences leave the range of doubles before a rate can be read, run by their maps in
   closed form in quadruple precision (113 bits, exponents to 4932 decimals; arithmetic of the
   compiler's runtime, roots by Newton's method), and handed to rule 4 as logarithms:

     power_1.5      w = 2/3, p = 3/2: x' + x'^(1/2) = x, x'^(1/2) = 2x/(1 + (1 + 4x)^(1/2)): order
                    2. Doubles end after 10 values, at 1e-277 of x.
     power_1.25     w = 4/5, p = 5/4: x' + x'^(1/4) = x: order 4; doubles end after 5.
     factor_0.5     lambda = 1/2: t' = t/(t^2 + 1/2). With s = 2^{-1/2} and t = s + e, e' = -s
                    e^2/(t^2 + 1/2), two of them a sweep: order 4. In doubles t - s is lost at
                    1e-16, after 3 sweeps; the recursion for e has no subtraction.
     stable_line    |xy|, alpha = 1, y = (1 - l) x, l^2 - 3 l + 1 = 0: x' = x - y = l x exactly,
                    linear with l = 0.381966011. Across the line errors grow by 1/l a step and
                    relative to x by 1/l^2: doubles leave it after 18 steps, 113 bits after 40.

   Order: the last ratio of successive ln v is within 1 % of what was derived (its correction is of
   the order 1/|ln v|, and |ln v| > 100 is required at the value before the last). */
#include "verify/lib/cells.h"

#include <float.h>
#include <math.h>
#include <string.h>

__extension__ typedef __float128 quad;

enum { SUPER_MOST = 48 };

/* Of x > 0: scaled by powers of two until a double holds it. */
static double super_log(quad x)
{
    const double ln2 = 0.69314718055994530942;
    double shift = 0.0;
    while (x < (quad)0x1p-900) x *= (quad)0x1p900, shift -= 900.0 * ln2;
    while (x > (quad)0x1p900) x *= (quad)0x1p-900, shift += 900.0 * ln2;
    return log((double)x) + shift;
}

/* Three steps of Newton's method from a double double the bits to 113. */
static quad super_sqrt(quad x)
{
    quad scale = 1;
    while (x > 0 && x < (quad)0x1p-900) x *= (quad)0x1p900, scale *= (quad)0x1p-450;
    if (!(x > 0)) return 0;
    quad r = (quad)sqrt((double)x);
    for (int i = 0; i < 3; i++) r = (r + x / r) / 2;
    return r * scale;
}

/* x' with x' + x'^(1/2) = x. */
static quad super_half(quad x)
{
    const quad root = 2 * x / (1 + super_sqrt(1 + 4 * x));
    return root * root;
}

/* x' = z^4 with z^4 + z = x: Newton from z = x, above the root of a convex rising function. */
static quad super_quarter(quad x)
{
    quad z = x;
    for (int i = 0; i < 60; i++) z -= (z * z * z * z + z - x) / (4 * z * z * z + 1);
    return z * z * z * z;
}

/* e' of half a sweep, s = 2^{-1/2}. */
static quad super_factor(quad e)
{
    const quad s = super_sqrt((quad)0.5), t = s + e;
    return -s * e * e / (t * t + (quad)0.5);
}

static const struct super_cell {
    const char *name, *problem;
    clarke_rate_regime regime;
    double number; /* the order, or q */
    size_t steps;
} super_cells[] = {
    {"power_1.5", "power_pair:p=1.5", CLARKE_RATE_SUPERLINEAR, 2.0, 14},
    {"power_1.25", "power_pair:p=1.25", CLARKE_RATE_SUPERLINEAR, 4.0, 7},
    {"factor_0.5", "rank1_factor:lambda=0.5", CLARKE_RATE_SUPERLINEAR, 4.0, 7},
    {"stable_line", "abs_product", CLARKE_RATE_LINEAR, 0.38196601125010515, 40},
};

/* ln of the distances, the first at k = 0; how many. */
static size_t super_run(const struct super_cell *cell, double out[SUPER_MOST])
{
    const quad five = super_sqrt((quad)5), l = (3 - five) / 2;
    quad x = 1, y = 1 - l;
    if (strcmp(cell->name, "factor_0.5") == 0) x = (quad)0.25;
    for (size_t k = 0; k < cell->steps; k++) {
        out[k] = super_log(x < 0 ? -x : x);
        if (strcmp(cell->name, "power_1.5") == 0) x = super_half(x);
        if (strcmp(cell->name, "power_1.25") == 0) x = super_quarter(x);
        if (strcmp(cell->name, "factor_0.5") == 0) x = super_factor(super_factor(x));
        if (strcmp(cell->name, "stable_line") == 0) {
            /* soft(x, y), then soft(y, x'), both positive */
            x = x - y;
            y = y - x;
        }
        if (x == 0) return k + 1;
    }
    return cell->steps;
}

/* One sweep of the problem's own block minimisers from the same start, in doubles; its distance. */
static clarke_status super_sweep(const clarke_evidence *e, const struct super_cell *cell, double *d)
{
    const double l = 0.5 * (3.0 - sqrt(5.0)), s = sqrt(0.5);
    const bool line = strcmp(cell->name, "stable_line") == 0;
    const bool factor = strcmp(cell->name, "factor_0.5") == 0;
    double x[] = {1.0, line ? 1.0 - l : 1.0};
    clarke_problem *p;
    CLARKE_TRY(clarke_problem_from_text(cell->problem, e->mem, &p));
    if (factor) x[0] = x[1] = s + 0.25;
    for (size_t b = 0; b < 2; b++) {
        double y;
        p->desc->block_prox(p, b, line ? 1.0 : 0.0, x, &x[b], &y);
        x[b] = y;
    }
    *d = factor ? fabs(x[1] - s) : x[0];
    return CLARKE_OK;
}

static clarke_status kl_superlinear_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    for (size_t i = 0; i < sizeof super_cells / sizeof super_cells[0]; i++) {
        const clarke_case c = {
            .claim = "kl_superlinear",
            .role = CLARKE_ROLE_CLAIM,
            .expected = CLARKE_EXPECT_SUPPORTED,
            .run = {.problem = super_cells[i].problem, .method = "alternating_minimization"},
            .variant = super_cells[i].name,
            .arg = {super_cells[i].number},
            .weight = item->weight > 0.0 ? item->weight : 1.0};
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

static clarke_status kl_superlinear_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    static const double wrong[] = {1.9, 3.9, 2.0, 0.3825};
    for (size_t i = 0; i < sizeof super_cells / sizeof super_cells[0]; i++) {
        const clarke_case c = {
            .claim = "kl_superlinear",
            .role = CLARKE_ROLE_CONTROL,
            .broken = "derived_rate",
            .bypass = true,
            .expected = CLARKE_EXPECT_REFUTED,
            .run = {.problem = super_cells[i].problem, .method = "alternating_minimization"},
            .variant = super_cells[i].name,
            .arg = {wrong[i]},
            .weight = item->weight > 0.0 ? item->weight : 1.0};
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

static clarke_status kl_superlinear_judge(const clarke_evidence *e, clarke_judgement *j)
{
    const struct super_cell *cell = super_cells;
    double ln[SUPER_MOST];
    double swept;
    clarke_rate rate;
    while (strcmp(cell->name, e->c->variant) != 0) cell++;
    const size_t count = super_run(cell, ln);
    const double said = e->c->arg[0];
    clarke_assume(j, "derived_rate", "the rate is that of the map in closed form",
                  e->c->bypass ? CLARKE_HYPOTHESIS_FAILED : CLARKE_HYPOTHESIS_PROVED, "%s: %.10g",
                  cell->name, said);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    CLARKE_TRY(super_sweep(e, cell, &swept));
    /* The distance is at least 1e-4 of x, which doubles hold to 1e-16. */
    if (!(fabs(log(swept) - ln[1]) <= 1e-11))
        return clarke_judge(j, CLARKE_REFUTED,
                            "the problem's own sweep ends at distance %.17g, the map's at %.17g",
                            swept, exp(ln[1]));
    const clarke_rate_input in = {
        .count = count, .value = ln, .logarithms = true, .limit = 0.0, .accuracy = 0.0};
    CLARKE_TRY(clarke_rate_estimate(&in, e->mem, &rate));
    clarke_cell_note(j, "distances", &rate);
    clarke_note_reals(j, "ln_distance", ln, count);
    j->checked = 2;
    if (rate.regime == CLARKE_RATE_UNDECIDED)
        return clarke_judge(j, CLARKE_INCONCLUSIVE, "undecided: %s", rate.reason);
    j->resolved = 2;
    if (rate.regime != cell->regime)
        return clarke_judge(j, CLARKE_REFUTED, "%s, derived was %s", clarke_rate_text(rate.regime),
                            clarke_rate_text(cell->regime));
    if (cell->regime == CLARKE_RATE_LINEAR) {
        const bool inside = rate.rate_interval.low <= said && said <= rate.rate_interval.high;
        return clarke_judge(j, inside ? CLARKE_SUPPORTED : CLARKE_REFUTED, "%s; derived was %.10g",
                            clarke_cell_text(&rate, j->mem), said);
    }
    const double order = ln[count - 1] / ln[count - 2];
    clarke_note_real(j, "order", order);
    if (!(ln[count - 2] < -100.0))
        return clarke_judge(j, CLARKE_INCONCLUSIVE, "ln v is only %.3g", ln[count - 2]);
    return clarke_judge(j, fabs(order - said) <= 0.01 * said ? CLARKE_SUPPORTED : CLARKE_REFUTED,
                        "superlinear of order %.6g over %zu values down to e^%.4g; derived was %g",
                        order, count, ln[count - 1], said);
}

const clarke_claim_desc clarke_claim_kl_superlinear = {
    .title = "Rates that end below the reach of doubles",
    .paper = "derived; alternating minimisation where it is faster than the exponent asks for",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "In quadruple precision four cells have the derived regime and the derived order "
                 "or rate.",
    .formula = "x' + x'^{p-1} = x: order 1/(p-1);  t' = t/(t^2 + 1/2): order 4 a sweep",
    .not_claimed = "Anything about the implementation in doubles; kl_cells judges that.",
    .falsifier =
        "In super_half, take x instead of 2 * x: the order stays, but the problem's own sweep "
        "ends elsewhere, refuted; in super_factor, e instead of e * e: the same.",
    .plan = kl_superlinear_plan,
    .controls = kl_superlinear_controls,
    .judge = kl_superlinear_judge,
};
