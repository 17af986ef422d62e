/* Two sequences that rise at some steps, with the numbers that were derived for them.

   E1: F = x^2/2, factors 1/2 and -6/5 in turn. Window minima of (F_k - F_{k+j}) / sum Delta^2:
       -1/22, 4/65, 0.034685, 4/65 for j = 1, 2, 3, 4; the factor over two steps is 9/25 in F.
   E2: F = x^4/4, x + x^3 and x - 3 x^3 in turn from 3/10, 40,000 steps: F rises at the 20,000 steps
       of the first kind; a_1 = -1.14, a_2 = 0.1207, b_2 = 0.2499 (cut after
       four digits: its supremum is 1/4);
       with theta = 3/4, c = 4^{-3/4} the recursion's bound is never exceeded, and the distance is
       at most 0.241 of its bound; slopes -1.9965 and -0.4991 of ln F and ln |x| against ln k over k
       = 10^4 to 4 10^4 (theory: -2, -1/2). */
#include "verify/lib/cells.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static clarke_status am_golden_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    static const char *const cell[] = {"alternating_steps", "rising_steps"};
    for (size_t i = 0; i < 2; i++) {
        clarke_case c = clarke_cell_case("am_golden", clarke_cell_find(cell[i]), item);
        c.use[0] = (clarke_measure_use){"descent", {i == 0 ? 0.5 : 0.75}};
        c.use[1] = (clarke_measure_use){"rate_points", {0.0}};
        c.uses = 2;
        if (i == 0) c.run.iterations = 40;
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

/* The steps of E2 in the wrong order of sizes. */
static clarke_status am_golden_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    clarke_case c = clarke_cell_case("am_golden", clarke_cell_find("rising_steps"), item);
    c.use[0] = (clarke_measure_use){"descent", {0.75}};
    c.use[1] = (clarke_measure_use){"rate_points", {0.0}};
    c.uses = 2;
    c.run.method = "gradient_descent:steps=-1,2.9";
    c.role = CLARKE_ROLE_CONTROL;
    c.broken = "steps";
    c.bypass = true;
    c.expected = CLARKE_EXPECT_REFUTED;
    return clarke_plan_add(plan, &c);
}

/* One number against what is printed: the digits given, so half a unit of the last one. */
typedef struct {
    const char *name;
    double measured, printed, unit;
} golden_number;

static double golden_least(const clarke_evidence *e, const char *name)
{
    char key[32];
    snprintf(key, sizeof key, "%s_half1", name);
    const double first = clarke_output(e, 0, 0, key);
    snprintf(key, sizeof key, "%s_half2", name);
    return fmin(first, clarke_output(e, 0, 0, key));
}

static double golden_sum(const clarke_evidence *e, const char *name)
{
    char key[32];
    snprintf(key, sizeof key, "%s_half1", name);
    const double first = clarke_output(e, 0, 0, key);
    snprintf(key, sizeof key, "%s_half2", name);
    return first + clarke_output(e, 0, 0, key);
}

/* ln of column i at the checkpoint nearest to k, and its k. */
static double golden_at(const clarke_evidence *e, size_t column, double k, double *found)
{
    enum { POINTS = 512 };
    const double *out = clarke_outputs(e, 0, 1);
    size_t best = 0;
    for (size_t i = 0; i < POINTS && !isnan(out[i]); i++)
        if (fabs(out[i] - k) < fabs(out[best] - k)) best = i;
    *found = out[best];
    return log(out[column * POINTS + best]);
}

/* Over an even number of steps, so that both ends are of the same kind. */
static double golden_slope(const clarke_evidence *e, size_t column)
{
    double low, high;
    const double first = golden_at(e, column, 1e4, &low), last = golden_at(e, column, 4e4, &high);
    return (last - first) / (log(high) - log(low));
}

static size_t golden_first(const clarke_evidence *e, golden_number *n)
{
    double k0, k2;
    n[0] = (golden_number){"a_1", golden_least(e, "a1"), -0.04545, 1e-5};
    n[1] = (golden_number){"a_2", golden_least(e, "a2"), 0.0615385, 1e-7};
    n[2] = (golden_number){"a_3", golden_least(e, "a3"), 0.034685, 1e-6};
    n[3] = (golden_number){"a_4", golden_least(e, "a4"), 0.0615385, 1e-7};
    const double step = golden_at(e, 1, 2.0, &k2) - golden_at(e, 1, 0.0, &k0);
    n[4] = (golden_number){"two_step_factor", exp(step), 0.36, 1e-14};
    return 5;
}

static size_t golden_second(const clarke_evidence *e, golden_number *n)
{
    const double a = golden_least(e, "a2");
    const double b = fmax(clarke_output(e, 0, 0, "b2_half1"), clarke_output(e, 0, 0, "b2_half2"));
    const double c = pow(4.0, -0.75), r = pow(0.25, 0.25); /* r_k^{1/4} = |x| 4^{-1/4} */
    double at;
    const double x = exp(golden_at(e, 2, 4e4, &at)), before = x; /* r_{k-2} ~ r_k at the end */
    const double bound = sqrt(2.0 * 0.25 * pow(before, 4.0) / a) + 2.0 * b * c / (a * 0.25) * r * x;
    n[0] = (golden_number){"a_1", golden_least(e, "a1"), -1.14, 1e-2};
    n[1] = (golden_number){"a_2", a, 0.1207, 1e-4};
    n[2] = (golden_number){"b_2", floor(b * 1e4) * 1e-4, 0.2499, 1e-4};
    n[3] = (golden_number){"rises", golden_sum(e, "rises1"), 20000.0, 1.0};
    n[4] = (golden_number){"distance_over_bound", x / bound, 0.241, 1e-3};
    n[5] = (golden_number){"slope_of_values", golden_slope(e, 1), -1.9965, 1e-4};
    n[6] = (golden_number){"slope_of_iterates", golden_slope(e, 2), -0.4991, 1e-4};
    return 7;
}

static clarke_status am_golden_judge(const clarke_evidence *e, clarke_judgement *j)
{
    golden_number n[8];
    const bool first = strcmp(e->c->variant, "alternating_steps") == 0;
    const size_t count = first ? golden_first(e, n) : golden_second(e, n);
    clarke_assume(j, "steps", "the steps are those of the sequence",
                  e->c->bypass ? CLARKE_HYPOTHESIS_FAILED : CLARKE_HYPOTHESIS_PROVED, "%s",
                  e->plan->text.method);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    for (size_t i = 0; i < count; i++) clarke_note_real(j, n[i].name, n[i].measured);
    j->checked = j->resolved = count;
    for (size_t i = 0; i < count; i++)
        if (!(fabs(n[i].measured - n[i].printed) <= 0.5 * n[i].unit))
            return clarke_judge(j, CLARKE_REFUTED, "%s is %.9g, derived was %.9g", n[i].name,
                                n[i].measured, n[i].printed);
    return clarke_judge(j, CLARKE_SUPPORTED, "all %zu numbers agree to the last digit", count);
}

const clarke_claim_desc clarke_claim_am_golden = {
    .title = "Two rising sequences to the last derived digit",
    .paper = "derived; test sequences of the non-monotone conditions",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement =
        "The constants of sufficient decrease and relative error, the rises and the slopes "
        "of two sequences are those that were derived.",
    .formula = "x^2/2 with factors 1/2, -6/5; x^4/4 with x + x^3, x - 3 x^3",
    .not_claimed = "More digits than are given.",
    .falsifier =
        "In verify/lib/decrease.c, divide by the last step instead of all of the window's: "
        "a_2 of the first becomes 0.889; in methods/gradient_descent.c, start the cycle at k "
        "+ 1, or take its first step always: refuted.",
    .plan = am_golden_plan,
    .controls = am_golden_controls,
    .judge = am_golden_judge,
};
