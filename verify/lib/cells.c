#include "verify/lib/cells.h"

#include <stdio.h>
#include <string.h>

#define FINITE                                                                                     \
    {                                                                                              \
        CLARKE_RATE_FINITE, NAN                                                                    \
    }
#define SUPERLINEAR                                                                                \
    {                                                                                              \
        CLARKE_RATE_SUPERLINEAR, NAN                                                               \
    }
#define LINEAR(q)                                                                                  \
    {                                                                                              \
        CLARKE_RATE_LINEAR, q                                                                      \
    }
#define SUBLINEAR(p)                                                                               \
    {                                                                                              \
        CLARKE_RATE_SUBLINEAR, p                                                                   \
    }
#define SUBPOLYNOMIAL                                                                              \
    {                                                                                              \
        CLARKE_RATE_SUBPOLYNOMIAL, NAN                                                             \
    }
#define NOT_SAID                                                                                   \
    {                                                                                              \
        CLARKE_RATE_UNDECIDED, NAN                                                                 \
    }
#define EXACT    "alternating_minimization"
#define PROXIMAL "alternating_minimization:alpha=1"

/* The block that does not vanish is what stays of |x|^2 + |y|^2. */
static double cell_product_factor(size_t n, const double *x)
{
    double square = 0.0;
    for (size_t j = 0; j < n; j++) square += x[j] * x[j];
    return 1.0 / (square + 1.0);
}

/* A proximal step on |1 - prod x|^2/2 with weight 8 multiplies 1 - prod x by 8/(P^2 + 8), P the product
   of the others: 8 x^2/(1 + 8 x^2) at the limit, where P = 1/x. Its logarithm is concave in ln |x|, whose
   sum is 0: the product of three is at most (8/9)^3. */
static double cell_chain_factor(size_t n, const double *x)
{
    double factor = 1.0;
    for (size_t j = 0; j < n; j++) factor *= 8.0 * x[j] * x[j] / (1.0 + 8.0 * x[j] * x[j]);
    return factor;
}

/* The maps and their rates are derived at the heads of the problems' files. One sweep is one step:
     power_pair     w = 1/p: values p/(p-2), distances 1/(p-2); p = 2: x' = x/(1 + 2w)
     rank1_factor   per sweep (1 - 2 lambda/sigma)^2, lambda^-2; sigma_2/sigma_1 squared across
     coupled        c^2
     mcp_pair, scad_pair, l0_pair
                    1/(1 + mu) where x is beyond the threshold
     rank2_factor   the largest of (1 - lambda/sigma_t - lambda/sigma_u)^2 over t, u <= 2 and
                    (sigma_3/sigma_2)^2; lambda = sigma_2: tau^2 ~ lambda/(4k)
     max_power      the proximal point method of |y|^p: p/(p-2), 1/(p-2)
     monomial       start on the curve to 0 along which no entry ends, 10^6 sweeps back from 10^-6 (1, 1,
                    1) by the inverse map in 45 digits: x ~ 1/k
     relu_chain     rho(M)^2 = 0.878024409 in the values, M the sweep's matrix where u1 > 0
     hinge_chain    v = 1, u = (1 + w)/2, w = u: 1/2
     square_product start on the stable curve of 0 (its series from 0, followed back by the inverse
                    map in 50 digits)
     quartic        gradient descent: x (2 k s)^(1/2) -> 1; its proximal point method the same
     steps 1/2, 11/5 on x^2/2: factors 1/2 and -6/5, -3/5 over two steps
     steps -1, 3 on x^4/4: x + x^3, then x - 3 x^3
     step 4 on x^2/32: 3/4; c = 2^{3/2} is above 1 there, so that a/c is no a/c^2
     prox of x^2/2 with step 1: 1/2
     extrapolated   the largest root of ((1 + alpha) z^2 - alpha (1 + beta) z + alpha beta)^2 = c^2
     z^3 square_product off the curve: alpha/(|y_oo|^2 + alpha) */
const clarke_cell clarke_cells[] = {
    {"abs_finite", "l1_norm:n=3", "proximal_point", "constant:0.25", NULL, 64, FINITE, FINITE, 0.0,
     NULL},
    {"chain_abs", "deep_chain_abs:n=2", EXACT, NULL, NULL, 40, FINITE, FINITE, 0.0, NULL},
    {"chain_square", "deep_chain_sq:n=3", EXACT, NULL, NULL, 40, FINITE, FINITE, 0.5, NULL},
    {"phase", "absquad:n=2", "proximal_point", "constant:0.125", NULL, 64, FINITE, FINITE, 0.0,
     NULL},
    {"power_1", "power_pair:n=4,p=1,w=0.25", EXACT, NULL, NULL, 64, FINITE, FINITE, 0.5, NULL},
    {"root", "root_pair", EXACT, NULL, NULL, 64, FINITE, FINITE, 0.5, NULL},
    {"product_abs", "abs_product", PROXIMAL, NULL, "point:1.75,-1.25", 64, FINITE, FINITE, 0.0,
     NULL},
    {"power_1.5", "power_pair:p=1.5", EXACT, NULL, "point:1", 40, SUPERLINEAR, SUPERLINEAR, 0.5,
     NULL},
    {"power_2", "power_pair:p=2,w=0.25", EXACT, NULL, NULL, 400, LINEAR(4.0 / 9.0),
     LINEAR(2.0 / 3.0), 0.5, NULL},
    {"coupled", "coupled_quadratic:n=6,c=0.9,0.5,-0.25+block_rotate", EXACT, NULL, NULL, 200,
     LINEAR(0.6561), LINEAR(0.81), 0.5, NULL},
    {"factor_0.25", "rank1_factor", EXACT, NULL, "point:1,1.5", 100, LINEAR(0.0625), LINEAR(0.25),
     0.5, NULL},
    {"factor_0.875", "rank1_factor:lambda=0.875", EXACT, NULL, "point:1,1.5", 400,
     LINEAR(0.31640625), LINEAR(0.5625), 0.5, NULL},
    {"factor_2", "rank1_factor:lambda=2", EXACT, NULL, NULL, 200, LINEAR(0.0625), LINEAR(0.25), 0.5,
     NULL},
    {"factor_rank", "rank1_factor:n=4,sigma=2,1.5,lambda=0.5+block_rotate", EXACT, NULL,
     "point:1,0.5,0.75,1.5", 300, LINEAR(0.31640625), LINEAR(0.5625), 0.5, NULL},
    {"relu_chain", "relu_chain", "alternating_minimization:alpha=0.6,0,0,0.6,0.6", NULL,
     "point:0.5", 1500, LINEAR(0.878024409), LINEAR(0.937029566), 0.5, NULL},
    {"hinge_chain", "hinge_chain", EXACT, NULL, "start", 200, LINEAR(0.25), LINEAR(0.5), 0.5, NULL},
    {"concave_penalty", "mcp_pair", EXACT, NULL, "uniform:1.25,3", 300, LINEAR(4.0 / 9.0),
     LINEAR(2.0 / 3.0), 0.5, NULL},
    {"scad", "scad_pair", EXACT, NULL, "uniform:2,4", 300, LINEAR(4.0 / 9.0), LINEAR(2.0 / 3.0),
     0.5, NULL},
    {"nonzeros", "l0_pair:n=4", EXACT, NULL, "uniform:2,4", 300, LINEAR(4.0 / 9.0),
     LINEAR(2.0 / 3.0), 0.5, NULL},
    {"two_means", "two_means", EXACT, NULL, NULL, 64, FINITE, FINITE, 0.5, NULL},
    {"chain_prox", "deep_chain_sq:n=3", "alternating_minimization:alpha=8", NULL,
     "point:1.25,0.5,0.75", 1000, LINEAR(0.494), LINEAR(0.703), 0.5, cell_chain_factor},
    {"product_3", "monomial", PROXIMAL, NULL, "start", 64, FINITE, FINITE, 0.0, NULL},
    {"factor_two", "rank2_factor:n=12,sigma=2,1.25,0.75", EXACT, NULL, NULL, 200, LINEAR(0.1296),
     LINEAR(0.36), 0.5, NULL},
    {"two_bowls", "min_two_quad", "proximal_point", "constant:1", NULL, 200, LINEAR(0.25),
     LINEAR(0.5), 0.5, NULL},
    {"alternating_steps", "quadratic", "gradient_descent:steps=0.5,2.2", NULL, "point:1", 300,
     LINEAR(0.6), LINEAR(0.774596669241483), 0.5, NULL},
    {"shallow", "quadratic:n=1,d=0.0625", "gradient_descent:steps=4", NULL, "point:1", 200,
     LINEAR(0.5625), LINEAR(0.75), 0.5, NULL},
    {"power_3", "power_pair:p=3", EXACT, NULL, "point:1", 20000, SUBLINEAR(3.0), SUBLINEAR(1.0),
     2.0 / 3.0, NULL},
    {"power_4", "power_pair:n=4,p=4+block_rotate", EXACT, NULL, "point:1", 20000, SUBLINEAR(2.0),
     SUBLINEAR(0.5), 0.75, NULL},
    {"power_6", "power_pair:p=6", EXACT, NULL, "point:1", 20000, SUBLINEAR(1.5), SUBLINEAR(0.25),
     5.0 / 6.0, NULL},
    {"curve_and_line", "power_pair:p=4,w=0.5", EXACT, NULL, "point:1", 20000, SUBLINEAR(2.0),
     SUBLINEAR(0.5), 0.75, NULL},
    {"factor_1", "rank1_factor:lambda=1", EXACT, NULL, "point:1,1.5", 20000, SUBLINEAR(2.0),
     SUBLINEAR(0.5), 0.75, NULL},
    {"stable_curve", "square_product", PROXIMAL, NULL, "point:3.024734240746366,1.4544906289440425",
     20000, SUBLINEAR(2.0), SUBLINEAR(0.5), 0.75, NULL},
    {"product_3_curve", "monomial", PROXIMAL, NULL,
     "point:0.5609789314331527479,0.4761633558809600900,0.4130142594549642187", 20000,
     SUBLINEAR(3.0), SUBLINEAR(1.0), 2.0 / 3.0, NULL},
    {"factor_two_1", "rank2_factor:n=8,sigma=2,0.5", EXACT, NULL, "point:1,0,0,1,1.5,0,0,1.5",
     20000, SUBLINEAR(2.0), SUBLINEAR(0.5), 0.75, NULL},
    {"ridge", "max_power", "proximal_point", "constant:0.25", "point:1", 20000, SUBLINEAR(3.0),
     SUBLINEAR(1.0), 2.0 / 3.0, NULL},
    {"quartic", "quartic", "gradient_descent:steps=0.125", NULL, "point:1", 20000, SUBLINEAR(2.0),
     SUBLINEAR(0.5), 0.75, NULL},
    {"quartic_prox", "l1_norm:n=1+direct:with=quartic", "proximal_point", "constant:0.25",
     "point:1", 20000, SUBLINEAR(2.0), SUBLINEAR(0.5), 0.75, NULL},
    {"rising_steps", "quartic", "gradient_descent:steps=-1,3", NULL, "point:0.3", 40000,
     SUBLINEAR(2.0), SUBLINEAR(0.5), 0.75, NULL},
    {"sum", "power_pair:p=4+direct:with=coupled_quadratic,with.c=0.5", EXACT, NULL, "point:1",
     20000, SUBLINEAR(2.0), SUBLINEAR(0.5), 0.75, NULL},
    {"product_square", "square_product:n=6+block_rotate", PROXIMAL, NULL,
     "point:0.05,-0.05,0.05,0.35,0.2,-0.3", 1000, LINEAR(0.64), LINEAR(0.8), 0.5,
     cell_product_factor},
    {"extrapolated", "coupled_quadratic:n=4,c=0.9,-0.75",
     "alternating_minimization:alpha=1,beta=0.5", NULL, NULL, 400, LINEAR(0.806548622),
     LINEAR(0.898080520857), 0.5, NULL},
    {"palm", "power_pair:p=4", "palm", NULL, "point:1", 20000, SUBLINEAR(2.0), SUBLINEAR(0.5), 0.75,
     NULL},
    {"prox_gradient", "power_pair:p=3", "proximal_gradient", "constant:0.5", "point:1", 20000,
     SUBLINEAR(3.0), SUBLINEAR(1.0), 2.0 / 3.0, NULL},
};
const size_t clarke_cells_count = sizeof clarke_cells / sizeof clarke_cells[0];

const clarke_cell *clarke_cell_find(const char *name)
{
    for (size_t i = 0; name && i < clarke_cells_count; i++)
        if (strcmp(clarke_cells[i].name, name) == 0) return &clarke_cells[i];
    return NULL;
}

clarke_case clarke_cell_case(const char *claim, const clarke_cell *cell,
                             const clarke_plan_item *item)
{
    return (clarke_case){.claim = claim,
                         .role = CLARKE_ROLE_CLAIM,
                         .expected = CLARKE_EXPECT_SUPPORTED,
                         .run = {.problem = cell->problem,
                                 .method = cell->method,
                                 .schedule = cell->schedule ? cell->schedule : "constant:1",
                                 .sampling = "full",
                                 .noise = "none",
                                 .init = cell->init ? cell->init : "box",
                                 .iterations = cell->iterations},
                         .repetitions = 1,
                         .variant = cell->name,
                         .weight = item->weight > 0.0 ? item->weight : 1.0};
}

clarke_case clarke_cell_descent_case(const char *claim, const clarke_cell *cell,
                                     const clarke_plan_item *item)
{
    clarke_case c = clarke_cell_case(claim, cell, item);
    c.use[0] = (clarke_measure_use){"descent", {cell->theta == 0.0 ? -1.0 : cell->theta}};
    c.uses = 1;
    if (cell->distances.regime != CLARKE_RATE_LINEAR) return c;
    /* exp(-25) = 1e-11 */
    const double rate = cell->distances.number;
    const bool named = cell->init && strncmp(cell->init, "point:", 6) == 0;
    c.run.iterations = (size_t)ceil(-25.0 / log(rate));
    /* Elsewhere the rate is another one, and near the saddles of a product the constants take long to
       settle. */
    if (cell->factor) return c;
    c.repetitions = 8;
    if (named && !strstr(cell->method, "gradient_descent")) c.run.init = "box";
    return c;
}

static void cell_uses(clarke_case *c, const clarke_case *proto)
{
    for (size_t i = 0; i < proto->uses; i++) c->use[c->uses++] = proto->use[i];
}

clarke_status clarke_cells_plan_descent(clarke_plan *plan, const clarke_plan_item *item,
                                        const clarke_case *proto, bool slow)
{
    for (size_t i = 0; i < clarke_cells_count; i++) {
        const clarke_cell *cell = &clarke_cells[i];
        const clarke_rate_regime regime = cell->values.regime;
        if (slow && regime != CLARKE_RATE_LINEAR && regime != CLARKE_RATE_SUBLINEAR) continue;
        clarke_case c = clarke_cell_descent_case(proto->claim, cell, item);
        cell_uses(&c, proto);
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

clarke_status clarke_cells_plan(clarke_plan *plan, const clarke_plan_item *item,
                                const clarke_case *proto)
{
    for (size_t i = 0; i < clarke_cells_count; i++) {
        clarke_case c = clarke_cell_case(proto->claim, &clarke_cells[i], item);
        cell_uses(&c, proto);
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

/* ---- sequences ---- */

enum { CELL_POINTS = 512 };

/* A distance from a point whose entries are rounded is off by u |x|. Towards 0 nothing is
   subtracted, and |x| is the distance itself. */
static double cell_accuracy(const clarke_evidence *e, size_t r, size_t use,
                            clarke_cell_column column)
{
    double size = 0.0;
    if (column == CLARKE_CELL_VALUES) return clarke_output(e, r, use, "rounding");
    for (size_t j = 0; j < e->run[r].n; j++) size = fmax(size, fabs(e->run[r].final_x[j]));
    return 2.0 * (double)e->run[r].n * 0x1p-53 * size;
}

clarke_status clarke_cell_estimate(const clarke_evidence *e, size_t r, size_t use,
                                   clarke_cell_column column, clarke_rate *rate)
{
    const double *out = clarke_outputs(e, r, use);
    const double *k = out, *value = out + (size_t)column * CELL_POINTS;
    size_t count = 0;
    while (count < CELL_POINTS && !isnan(k[count]) && !isnan(value[count])) count++;
    const clarke_rate_input in = {.count = count,
                                  .k = k,
                                  .value = value,
                                  .limit = 0.0,
                                  .accuracy = cell_accuracy(e, r, use, column)};
    return clarke_rate_estimate(&in, e->mem, rate);
}

const char *clarke_cell_text(const clarke_rate *rate, clarke_arena *mem)
{
    if (rate->regime == CLARKE_RATE_LINEAR)
        return clarke_arena_printf(mem, "linear, q in [%.6g, %.6g]", rate->rate_interval.low,
                                   rate->rate_interval.high);
    if (rate->regime == CLARKE_RATE_SUBLINEAR)
        return clarke_arena_printf(mem, "sublinear, p in [%.6g, %.6g]", rate->exponent_interval.low,
                                   rate->exponent_interval.high);
    return clarke_rate_text(rate->regime);
}

void clarke_cell_note(clarke_judgement *j, const char *name, const clarke_rate *rate)
{
    char key[64];
    clarke_note_text(j, name, clarke_cell_text(rate, j->mem));
    snprintf(key, sizeof key, "%s_reason", name);
    clarke_note_text(j, key, rate->reason);
}

/* ---- what the theory says ---- */

clarke_cell_rate clarke_cell_bound(double theta, clarke_cell_column column)
{
    if (theta == 0.0) return (clarke_cell_rate){CLARKE_RATE_FINITE, NAN};
    if (theta <= 0.5) return (clarke_cell_rate){CLARKE_RATE_LINEAR, NAN};
    if (!(theta < 1.0)) return (clarke_cell_rate){CLARKE_RATE_UNDECIDED, NAN};
    const double slow = 2.0 * theta - 1.0;
    return (clarke_cell_rate){CLARKE_RATE_SUBLINEAR,
                              (column == CLARKE_CELL_VALUES ? 1.0 : 1.0 - theta) / slow};
}

int clarke_cell_against(const clarke_rate *rate, clarke_cell_rate bound)
{
    /* Regimes from fast to slow, in their order. */
    if (rate->regime == CLARKE_RATE_UNDECIDED) return 0;
    if (rate->regime < bound.regime) return 1;
    if (rate->regime > bound.regime) return -1;
    if (bound.regime != CLARKE_RATE_SUBLINEAR) return 1;
    const clarke_interval p = rate->exponent_interval;
    if (p.high >= bound.number) return 1;
    /* Three half widths: the interval is one of 95 %. */
    return rate->exponent + 3.0 * (p.high - rate->exponent) < bound.number ? -1 : 0;
}

double clarke_cell_growth(const clarke_evidence *e, size_t r, size_t use)
{
    const double quarter = clarke_output(e, r, use, "sup_quarter");
    const double half = clarke_output(e, r, use, "sup_half");
    const double all = clarke_output(e, r, use, "sup");
    if (!isfinite(all)) return INFINITY;
    /* Rounding of a supremum that stands still. */
    if (!(all - half > 0x1p-40 * all)) return 0.0;
    return (all - half) / (half - quarter);
}

void clarke_cell_assume_bounded(const clarke_evidence *e, clarke_judgement *j, size_t use)
{
    double worst = 0.0;
    for (size_t r = 0; r < e->repetitions; r++) worst = fmax(worst, clarke_cell_growth(e, r, use));
    clarke_assume(j, "bounded_iterates", "the iterates are bounded",
                  worst <= 0.9 ? CLARKE_HYPOTHESIS_MEASURED : CLARKE_HYPOTHESIS_FAILED,
                  "doubling the time raised the supremum by %.3g of what the doubling before did",
                  worst);
}

static clarke_hypothesis_state cell_state(bool holds)
{
    return holds ? CLARKE_HYPOTHESIS_MEASURED : CLARKE_HYPOTHESIS_FAILED;
}

/* The output `name`, its number `order` and the half. */
static double cell_constant(const clarke_evidence *e, size_t r, size_t use, const char *name,
                            size_t order, int half)
{
    char key[64];
    if (order > 0)
        snprintf(key, sizeof key, "%s%zu_half%d", name, order, half);
    else
        snprintf(key, sizeof key, "%s_half%d", name, half);
    return clarke_output(e, r, use, key);
}

/* A constant of the first half that the second half breaks by more than the slack is none. What has
   no resolved step in the second half (the sequence has ended) breaks nothing. */
static bool cell_kept(double first, double second, bool smallest)
{
    if (smallest) return !(second < first / CLARKE_DESCENT_SLACK);
    return !(second > first * CLARKE_DESCENT_SLACK);
}

void clarke_cell_assume_descent(const clarke_evidence *e, clarke_judgement *j, size_t use)
{
    double order = 1.0, decrease = INFINITY, error = 0.0, theta = NAN, asked = 0.0, stalled = 0.0;
    bool kept_a = true, kept_b = true, kept_c = true;
    for (size_t r = 0; r < e->repetitions; r++) {
        const double found = clarke_output(e, r, use, "order");
        const size_t own = found > 0.0 ? (size_t)found : 1;
        const double a = cell_constant(e, r, use, "first_a", own, 1);
        const double b = cell_constant(e, r, use, "b", 1, 1),
                     c = cell_constant(e, r, use, "c", 0, 1);
        order = found > 0.0 ? fmax(order, found) : INFINITY;
        decrease = fmin(decrease, a);
        error = !(b <= error) ? b : error;
        theta = clarke_output(e, r, use, "theta");
        asked = fmax(asked, clarke_output(e, r, use, "theta_end"));
        stalled = fmax(stalled, clarke_output(e, r, use, "stalled"));
        kept_a = kept_a && cell_kept(a, cell_constant(e, r, use, "first_a", own, 2), true);
        kept_b = kept_b && cell_kept(b, cell_constant(e, r, use, "b", 1, 2), false);
        kept_c = kept_c && cell_kept(c, cell_constant(e, r, use, "c", 0, 2), false);
    }
    clarke_assume(j, "sufficient_decrease", "F_{k+j} + a Delta_{k+1}^2 <= F_k with a > 0",
                  cell_state(order <= CLARKE_DESCENT_ORDERS && decrease > 0.0 && kept_a),
                  "j = %g, a = %.4g on the first half%s", order, decrease,
                  kept_a ? "" : ", and not on the second");
    clarke_assume(j, "relative_error", "dist(0, dF(x_k)) <= b Delta_k",
                  cell_state(isfinite(error) && kept_b && stalled == 0.0),
                  stalled > 0.0 ? "b = %.4g%s; at a step of length 0 the residual was %.4g"
                                : "b = %.4g on the first half%s",
                  error, kept_b ? "" : ", and not on the second", stalled);
    clarke_assume(j, "kl_exponent", "c dist(0, dF) >= (F - F*)^theta near the limit, theta < 1",
                  /* A larger exponent than the growth asks for is one too. */
                  theta < 1.0 && asked <= theta + 1e-12 && kept_c ? CLARKE_HYPOTHESIS_PROVED
                                                                  : CLARKE_HYPOTHESIS_FAILED,
                  "theta = %.4g; the growth at the limit asks for %.4g%s", theta, asked,
                  kept_c ? "" : "; c of the first half does not hold on the second");
    clarke_note_real(j, "order", order);
    clarke_note_real(j, "a", decrease);
    clarke_note_real(j, "b", error);
    clarke_note_real(j, "theta", theta);
}
