#include "verify/lib/dladmm_claims.h"

#include "core/dladmm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *problem, *method, *init;
    size_t iterations, repetitions;
} dladmm_row;

/* rho is 2.05 H or 5 H: both losses are convex, H = 1 and 1/2. */
static const dladmm_row dladmm_rows[] = {
    {"dladmm_net:rho=2.05", "dladmm", "start", 150, 1},
    {"dladmm_net:loss=softmax_cross_entropy,rho=1.05", "dladmm", "start", 150, 1},
    {"dladmm_net:rho=5,samples=60,nu=0.7", "dladmm", "gaussian:0.3", 80, 3},
    {"dladmm_net:loss=softmax_cross_entropy,rho=2.5,samples=60", "dladmm", "gaussian:0.3", 80, 3},
    {"dladmm_net:rho=2.05,samples=40,widths=8,7,6", "dladmm:backtrack=loop", "gaussian:0.3", 60, 2},
    {"dladmm_net:loss=softmax_cross_entropy,rho=1.05,samples=40,activation=leaky_relu,penalty=ridge",
     "dladmm:backtrack=loop", "gaussian:0.3", 60, 2},
    {"dladmm_net:rho=2.05,samples=40,penalty=l1,activation=linear", "dladmm", "gaussian:0.3", 60,
     2},
    {"dladmm_net:rho=2.05,samples=20,widths=6,5,inputs=7,activation=tanh", "dladmm", "gaussian:0.5",
     40, 2},
    {"dladmm_net:loss=softmax_cross_entropy,rho=1.05,samples=20,widths=6,5,inputs=7,activation=sigmoid",
     "dladmm:initial=1,factor=3", "gaussian:0.5", 40, 2},
    {"dladmm_net:rho=2.05,samples=40,penalty=ridge,lambda=0.1", "dladmm", "gaussian:0.3", 60, 1},
};

/* Logits in the thousands. */
static const char dladmm_large[] =
    "dladmm_net:loss=softmax_cross_entropy,rho=1.05,samples=20,widths=6,5,inputs=7";

static const char *const dladmm_any_rho[] = {
    "dladmm_net:rho=1,samples=100",
    "dladmm_net:rho=0.1,samples=100",
    "dladmm_net:rho=1e-6,samples=100",
    "dladmm_net:loss=softmax_cross_entropy,rho=0.5,samples=100",
    "dladmm_net:loss=softmax_cross_entropy,rho=0.05,samples=100",
    "dladmm_net:loss=softmax_cross_entropy,rho=0.005,samples=100"};

/* The number that the method's text, ID:key=value,..., gives to `key`, which ends in '='. */
static double dladmm_number(const char *method, const char *key, double fallback)
{
    for (const char *at = strstr(method, key); at; at = strstr(at + 1, key))
        if (at > method && (at[-1] == ':' || at[-1] == ',')) return strtod(at + strlen(key), NULL);
    return fallback;
}

clarke_case clarke_dladmm_case(const clarke_plan_item *item, const char *claim, const char *problem,
                               const char *method, const char *init, size_t iterations)
{
    const double factor = item->steps > 0.0 ? item->steps : 1.0;
    const size_t scaled = (size_t)((double)iterations * factor + 0.5);
    const size_t least = iterations < 36 ? iterations : 36;
    return (clarke_case){
        .claim = claim,
        .role = CLARKE_ROLE_CLAIM,
        .expected = CLARKE_EXPECT_SUPPORTED,
        .run = {.problem = problem,
                .method = method,
                .schedule = "constant:1",
                .sampling = "full",
                .noise = "none",
                .init = init,
                .iterations = item->iterations ? item->iterations
                              : scaled < least ? least
                                               : scaled},
        .repetitions = 1,
        .use = {{"dladmm_steps",
                 {dladmm_number(method, "initial=", 1e-3), dladmm_number(method, "factor=", 2.0)}}},
        .uses = 1,
        .weight = item->weight > 0.0 ? item->weight : 1.0,
    };
}

clarke_status clarke_dladmm_plan(clarke_plan *plan, const clarke_plan_item *item, const char *claim)
{
    for (size_t i = 0; i < sizeof dladmm_rows / sizeof *dladmm_rows; i++) {
        const dladmm_row *row = &dladmm_rows[i];
        if (i > 0 && item->problem) break;
        clarke_case c = clarke_dladmm_case(item, claim,
                                           item->problem ? item->problem : row->problem,
                                           item->method ? item->method : row->method,
                                           item->problem ? "start" : row->init, row->iterations);
        c.repetitions = row->repetitions;
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

clarke_status clarke_dladmm_plan_any_rho(clarke_plan *plan, const clarke_plan_item *item,
                                         const char *claim)
{
    const size_t count = item->problem ? 0 : sizeof dladmm_any_rho / sizeof *dladmm_any_rho;
    for (size_t i = 0; i < count; i++) {
        clarke_case c = clarke_dladmm_case(item, claim, dladmm_any_rho[i],
                                           item->method ? item->method : "dladmm", "start", 100);
        /* In all suites alike: where rho is small the first steps are below rounding. */
        if (!item->iterations) c.run.iterations = 100;
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return clarke_dladmm_plan(plan, item, claim);
}

clarke_status clarke_dladmm_plan_large(clarke_plan *plan, const clarke_plan_item *item,
                                       const char *claim)
{
    if (item->problem) return CLARKE_OK;
    const clarke_case c = clarke_dladmm_case(
        item, claim, dladmm_large, item->method ? item->method : "dladmm", "gaussian:1000", 40);
    return clarke_plan_add(plan, &c);
}

clarke_status clarke_dladmm_plan_moving(clarke_plan *plan, const clarke_plan_item *item,
                                        const char *claim)
{
    if (item->problem || item->method) return CLARKE_OK;
    const clarke_case c = clarke_dladmm_case(
        item, claim, "dladmm_net:rho=0.01,samples=60",
        "dladmm:factor=3,initial_factor=5,nu=rho,rho_every=7,rho_factor=2", "start", 60);
    return clarke_plan_add(plan, &c);
}

clarke_status clarke_dladmm_control_dual(clarke_plan *plan, const clarke_plan_item *item,
                                         const char *claim)
{
    return clarke_dladmm_control(
        plan, item, claim, "dladmm_net:loss=softmax_cross_entropy,rho=20,dual=zero,samples=60",
        "dladmm", "dual_start", true);
}

clarke_status clarke_dladmm_control(clarke_plan *plan, const clarke_plan_item *item,
                                    const char *claim, const char *problem, const char *method,
                                    const char *broken, bool all)
{
    clarke_case c = clarke_dladmm_case(item, claim, problem, method, "start", 60);
    c.role = CLARKE_ROLE_CONTROL;
    c.broken = broken;
    c.use[0].arg[2] = all;
    c.expected = CLARKE_EXPECT_NOT_APPLICABLE;
    CLARKE_TRY(clarke_plan_add(plan, &c));
    c.bypass = true;
    c.expected = CLARKE_EXPECT_REFUTED;
    return clarke_plan_add(plan, &c);
}

double clarke_dladmm_record(const clarke_evidence *e, size_t r, size_t record)
{
    return clarke_outputs(e, r, 0)[CLARKE_DLADMM_CHECK_COUNT * CLARKE_EXACT_COUNT + record];
}

static clarke_hypothesis_state dladmm_state(bool holds)
{
    return holds ? CLARKE_HYPOTHESIS_PROVED : CLARKE_HYPOTHESIS_FAILED;
}

static bool dladmm_is(const clarke_evidence *e, const char *name, const char *value)
{
    const clarke_spec *m = &e->plan->method;
    for (size_t i = 0; i < m->count; i++)
        if (strcmp(m->setting[i].name, name) == 0) return strcmp(m->setting[i].value, value) == 0;
    return false;
}

static void dladmm_assume_rho(const clarke_evidence *e, clarke_judgement *j, unsigned needs)
{
    const clarke_dladmm *d = e->problem->dladmm;
    const double rho = d->rho, H = d->smoothness, sharp = 0.5 * (sqrt(17.0) - 1.0);
    const char *loss = d->loss->probabilities ? "cross-entropy of the softmax" : "squared error";
    if (needs & CLARKE_DLADMM_RHO)
        clarke_assume(j, "rho_large", "rho > 2 H", dladmm_state(rho > 2.0 * H),
                      "rho = %g, 2 H = %g (%s, summed over the samples)", rho, 2.0 * H, loss);
    if (needs & CLARKE_DLADMM_RHO_SHARP)
        clarke_assume(j, "rho_sharp", "rho > H (sqrt(17) - 1)/2", dladmm_state(rho > sharp * H),
                      "rho = %g, the bound is %g (%s)", rho, sharp * H, loss);
    if (needs & CLARKE_DLADMM_RHO_H)
        clarke_assume(j, "rho_H", "rho >= H", dladmm_state(rho >= H), "rho = %g, H = %g (%s)", rho,
                      H, loss);
    if (needs & CLARKE_DLADMM_RHO_FIXED)
        clarke_assume(
            j, "rho_constant", "rho and nu are the same in every iteration",
            dladmm_state(clarke_dladmm_record(e, 0, CLARKE_DLADMM_REC_RHO_CHANGES) == 0.0),
            "they changed in %g iterations",
            clarke_dladmm_record(e, 0, CLARKE_DLADMM_REC_RHO_CHANGES));
}

static void dladmm_assume_algorithm(const clarke_evidence *e, clarke_judgement *j)
{
    const double phases = clarke_dladmm_record(e, 0, CLARKE_DLADMM_REC_PHASES);
    const double all = 8.0 * (double)e->problem->dladmm->layers - 1.0;
    clarke_assume(j, "algorithm_1", "an iteration makes the 8 L - 1 updates of algorithm 1",
                  dladmm_state(phases == all), "%g of %g", phases, all);
}

void clarke_dladmm_assume(const clarke_evidence *e, clarke_judgement *j, unsigned needs)
{
    const bool forced = e->c->use[0].arg[2] != 0.0;
    const bool late = clarke_dladmm_record(e, 0, CLARKE_DLADMM_REC_FIRST) != 0.0;
    dladmm_assume_rho(e, j, needs);
    if (needs & CLARKE_DLADMM_EXACT_Z)
        clarke_assume(j, "exact_last", "z_L is the exact minimiser",
                      dladmm_state(!dladmm_is(e, "last", "fista")), "%s", e->plan->text.method);
    if (needs & CLARKE_DLADMM_DUAL)
        clarke_assume(j, "dual_start", "judged from k = 0 only if u_0 = -grad R(z_L^0)",
                      dladmm_state(!(forced && late)), "judged from k = %d", forced ? 0 : late);
    if (needs & CLARKE_DLADMM_EXACT_B)
        clarke_assume(j, "exact_b", "the b-step is the one for N samples",
                      dladmm_state(!dladmm_is(e, "b_step", "printed")), "%s", e->plan->text.method);
    if (needs & CLARKE_DLADMM_NEWEST)
        clarke_assume(j, "newest_base", "forward steps start from the newest W and a",
                      dladmm_state(!dladmm_is(e, "algorithm4", "printed") &&
                                   !dladmm_is(e, "algorithm5", "printed")),
                      "%s", e->plan->text.method);
    if (needs & CLARKE_DLADMM_GLOBAL_Z)
        clarke_assume(j, "global_hidden", "hidden z are solved for over all pieces",
                      dladmm_state(!dladmm_is(e, "hidden", "local")), "%s", e->plan->text.method);
    if (needs & CLARKE_DLADMM_ALGORITHM_1) dladmm_assume_algorithm(e, j);
}

static void dladmm_note(const clarke_evidence *e, clarke_judgement *j)
{
    static const struct {
        size_t record;
        const char *name;
    } row[] = {{CLARKE_DLADMM_REC_START_L, "L_start"},
               {CLARKE_DLADMM_REC_ONE_L, "L_after_one"},
               {CLARKE_DLADMM_REC_END_L, "L_end"},
               {CLARKE_DLADMM_REC_RISES, "iterations_in_which_L_rose"},
               {CLARKE_DLADMM_REC_FIRST_RISE, "first_of_them"},
               {CLARKE_DLADMM_REC_RESIDUAL, "residual_end"},
               {CLARKE_DLADMM_REC_SUP_HALF, "norm_sup_at_half"},
               {CLARKE_DLADMM_REC_SUP, "norm_sup"},
               {CLARKE_DLADMM_REC_FLIPS, "hidden_sign_flips_in_last_third"},
               {CLARKE_DLADMM_REC_TRIALS, "trials_per_iteration"}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        clarke_note_real(j, row[i].name, clarke_dladmm_record(e, 0, row[i].record));
}

clarke_status clarke_dladmm_judge(const clarke_evidence *e, clarke_judgement *j,
                                  const clarke_dladmm_inequality *i)
{
    clarke_dladmm_assume(e, j, i->needs);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    dladmm_note(e, j);
    return clarke_exact_judge_at(e, j, 0, i->check * CLARKE_EXACT_COUNT, "", i->what);
}
