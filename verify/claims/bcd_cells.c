/* Cells whose iterates are known in closed form.

   "output": while nothing but V_N and U_N has acted on the output layer the errors e_V = V_N - Y and
   e_U = U_N - Y obey a 2 x 2 map, entry by entry: e_V' = (gamma e_U + alpha e_V)/(1 + gamma + alpha),
   e_U' = (gamma e_V' + rho e_U)/(gamma + rho) as long as W_N V_{N-1} = U_N. From a start by the forward
   pass that holds in the first sweep on any network, so that the second sweep's squared error over the
   first's is exactly (e_2/e_1)^2 with e_1 = (gamma + alpha)/(1 + gamma + alpha),
   u_1 = (gamma e_1 + rho)/(gamma + rho), e_2 = (gamma u_1 + alpha e_1)/(1 + gamma + alpha): 0.5625 for
   gamma = rho = alpha = 1 and 0.755244 for alpha = 5, whatever the depth.

   "alive", "dead": relu_chain_cell on either side of the kink is an affine map of its numbers. It is iterated
   here in long double, and the run must follow it; the fall of L per sweep tends to the squared modulus
   of the map's largest eigenvalue, 0.878024409 for w = 1, gamma = 1.3, alpha = 0.6, alive.

   Rounding: an entry of a sweep's result is formed by at most inner + 16 operations on parts no larger
   than `size`, and the map does not expand (its eigenvalues are below 1 in modulus, its powers below
   8): 2^-53 8 k (inner + 16) size after k sweeps. */
#include "verify/lib/bcd_claims.h"

#include <math.h>
#include <string.h>

static const clarke_bcd_exact cells = {
    .claim = "bcd_cells", .measure = "bcd_path", .what = "the path"};

static const struct {
    const char *variant;
    clarke_bcd_pair pair;
    size_t sweeps;
} cells_case[] = {
    {"output", {"split_three:weight=sum,widths=6,5,4", "bcd_three:alpha=1", "start"}, 2},
    {"output", {"split_three:weight=sum,widths=6,5,4,bias=yes", "bcd_three:alpha=5", "start"}, 2},
    {"output", {"split_three:weight=sum,widths=3,rho=2", "bcd_three:alpha=0.25", "start"}, 2},
    {"alive", {"relu_chain_cell", "bcd_three:alpha=0.6", "start"}, 200},
    {"dead", {"relu_chain_cell", "bcd_three:alpha=0.6", "point:-5,0,-3,1,0,0"}, 200},
    {"hinge", {"margin_cell", "bcd_three:alpha=0.6", "start"}, 2000},
};

static clarke_status cells_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    for (size_t i = 0; i < sizeof cells_case / sizeof *cells_case; i++) {
        clarke_case c = clarke_bcd_case(item, cells.claim, cells_case[i].pair, 60);
        c.run.iterations = cells_case[i].sweeps;
        c.variant = cells_case[i].variant;
        c.repetitions = 1;
        CLARKE_TRY(clarke_bcd_uses(plan, &c, &cells, -1.0));
        if (strcmp(c.variant, "output") == 0) {
            /* The first sweep alone, beside the second. */
            c.run.iterations = 1;
            CLARKE_TRY(clarke_plan_add(plan, &c));
        }
        c.run.iterations = cells_case[i].sweeps;
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

/* Departure and its bound, or NAN. */
static clarke_status cells_say(clarke_judgement *j, double worst, size_t checked, const char *what)
{
    j->checked = j->resolved = checked;
    clarke_note_real(j, "worst_departure_in_rounding_bounds", worst);
    if (!(worst <= 1.0))
        return clarke_judge(j, CLARKE_REFUTED, "%s departs by %.3g times its rounding bound", what,
                            worst);
    return clarke_judge(j, CLARKE_SUPPORTED,
                        "%s agrees at %zu numbers; the worst used %.3g of its rounding bound", what,
                        checked, worst);
}

/* V_N - Y after one or two sweeps is e_k times V_N - Y of the start, entry by entry. */
static clarke_status cells_judge_output(const clarke_evidence *e, clarke_judgement *j)
{
    const clarke_split *net = e->problem->split;
    const clarke_split_layer *l = &net->layer[net->depth];
    const double *v = clarke_split_block(net, e->run[0].final_x, l->v);
    const double *start = clarke_split_block(net, e->run[0].start, l->v);
    const long double alpha = clarke_bcd_asked_alpha(&e->plan->method), g = l->gamma, r = l->rho;
    const long double c = (long double)net->weight + g + alpha;
    const long double e1 = (g + alpha) / c, u1 = (g * e1 + r) / (g + r);
    const long double e2 = (g * u1 + alpha * e1) / c;
    const long double want = e->plan->text.iterations == 1 ? e1 : e2;
    const size_t count = clarke_split_size(net, l->v);
    double worst = 0.0;
    for (size_t i = 0; i < count; i++) {
        const long double error = (long double)start[i] - (long double)net->y[i];
        const long double size = fabsl((long double)start[i]) + fabsl((long double)net->y[i]) +
                                 1.0L;
        const long double departure = (long double)v[i] - (long double)net->y[i] - want * error;
        const long double bound = 0x1p-53L * 16.0L * (long double)(l->in + 16) * size;
        worst = fmax(worst, (double)(fabsl(departure) / bound));
    }
    clarke_note_real(j, "factor_of_the_error", (double)want);
    clarke_note_real(j, "ratio_of_squared_errors", (double)(e2 / e1 * (e2 / e1)));
    return cells_say(j, worst, count, "V_N - Y, against the 2 x 2 map,");
}

/* One sweep of relu_chain_cell on one side of the kink; x holds W1, V1, U1, W2, V2, U2. */
static void cells_sweep(const clarke_split *net, long double alpha, bool alive, long double x[6])
{
    const long double w = net->weight, g = net->layer[1].gamma, y = net->y[0];
    x[4] = (w * y + g * x[5] + alpha * x[4]) / (w + g + alpha);
    x[5] = 0.5L * (x[4] + x[1]);
    x[1] = 0.5L * ((alive ? x[2] : 0.0L) + x[5]);
    x[2] = ((alive ? g * x[1] : 0.0L) + g * x[0] + alpha * x[2]) /
           ((alive ? 2.0L : 1.0L) * g + alpha);
    x[0] = (g * x[2] + alpha * x[0]) / (g + alpha);
}

static clarke_status cells_judge_relu(const clarke_evidence *e, clarke_judgement *j, bool alive)
{
    const clarke_split *net = e->problem->split;
    const long double alpha = clarke_bcd_asked_alpha(&e->plan->method);
    const size_t sweeps = e->plan->text.iterations;
    long double x[6], size = 1.0L;
    double worst = 0.0;
    for (size_t i = 0; i < 6; i++) {
        x[i] = e->run[0].start[i];
        size = fmaxl(size, fabsl(x[i]));
    }
    for (size_t k = 0; k < sweeps; k++) cells_sweep(net, alpha, alive, x);
    for (size_t i = 0; i < 6; i++) {
        const long double departure = (long double)e->run[0].final_x[i] - x[i];
        const long double bound = 0x1p-53L * 8.0L * (long double)sweeps * 17.0L * size;
        worst = fmax(worst, (double)(fabsl(departure) / bound));
    }
    /* Falls to come after marks that are 2 sweeps apart. */
    const double *gap = clarke_outputs(e, 0, 0) + CLARKE_BCD_MARK_GAP;
    clarke_note_real(j, "fall_per_sweep", sqrt(gap[41] / gap[40]));
    clarke_note_real(
        j, "distance_to_stationary",
        e->problem->desc->stationary_distance(e->problem, e->run[0].final_x, NULL, NULL));
    return cells_say(j, worst, 6, "the iterate, against the affine map,");
}

/* On the ray V = U = W >= 1 everything is stationary: the end must be on it. The cell is at its end
   when its residual is no more than correct updates leave, and at distance at most 8 times that
   (the springs are at least 1/8 as stiff as the moves are long). */
static clarke_status cells_judge_hinge(const clarke_evidence *e, clarke_judgement *j)
{
    const double noise = clarke_output(e, 0, 0, "last_noise");
    const double dist = clarke_output(e, 0, 0, "last_dist");
    const double d =
        e->problem->desc->stationary_distance(e->problem, e->run[0].final_x, NULL, NULL);
    clarke_note_real(j, "distance_to_stationary", d);
    clarke_note_real(j, "last_dist", dist);
    return cells_say(j, fmax(dist, d) / (8.0 * noise), 1,
                     "the end, against the ray V = U = W >= 1,");
}

static clarke_status cells_judge(const clarke_evidence *e, clarke_judgement *j)
{
    clarke_bcd_assume(e, j, true);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    if (strcmp(e->c->variant, "output") == 0) return cells_judge_output(e, j);
    if (strcmp(e->c->variant, "hinge") == 0) return cells_judge_hinge(e, j);
    return cells_judge_relu(e, j, strcmp(e->c->variant, "alive") == 0);
}

/* The first sweep's factor with another alpha is not the run's. */
static clarke_status cells_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    clarke_case c =
        clarke_bcd_case(item, cells.claim,
                        (clarke_bcd_pair){"split_three:weight=sum,widths=6,5,4",
                                          "bcd_three:alpha=1,precision=single", "start"},
                        60);
    c.run.iterations = 2;
    c.variant = "output";
    c.repetitions = 1;
    c.role = CLARKE_ROLE_CONTROL;
    c.broken = "double_precision";
    c.expected = CLARKE_EXPECT_NOT_APPLICABLE;
    CLARKE_TRY(clarke_bcd_uses(plan, &c, &cells, -1.0));
    CLARKE_TRY(clarke_plan_add(plan, &c));
    c.bypass = true;
    c.expected = CLARKE_EXPECT_REFUTED;
    return clarke_plan_add(plan, &c);
}

const clarke_claim_desc clarke_claim_bcd_cells = {
    .title = "Cells of split networks whose iterates are known in closed form",
    .paper = "derived, for " CLARKE_BCD_PAPER,
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement =
        "The first two sweeps of the output layer are a 2 x 2 map, so that the squared error "
        "falls to exactly 0.5625 of itself from the first sweep to the second with all "
        "coefficients 1, on every network; one ReLU between springs follows an affine map "
        "on each side of its kink; a hinge at the end of two springs ends on its ray.",
    .formula = "\\|V_N^2 - Y\\|^2 / \\|V_N^1 - Y\\|^2 = (e_2/e_1)^2",
    .not_claimed =
        "Anything about the hidden layers: the fast fall of the output layer's error says "
        "nothing about them.",
    .falsifier =
        "In methods/lib/bcd_inputs_real.c, let U_N take the old V_N: V_N's second factor is another.",
    .plan = cells_plan,
    .controls = cells_controls,
    .judge = cells_judge,
};
