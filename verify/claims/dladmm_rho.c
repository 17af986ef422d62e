/* dlADMM multiplies rho when its schedule says so, and at no other time. The paper keeps rho; its
   authors' code does not. What other claims take from the method's views is recomputed here. */
#include "verify/lib/dladmm_claims.h"
#include "verify/lib/sgd_claims.h"

#include <math.h>

/* A small network with a small rho, whose cost rises now and then. */
#define SCHEDULE_NET "dladmm_net:rho=0.001,nu=0.001,samples=30,widths=6,5,inputs=4"

enum { SCHEDULE_STEPS = 40, SCHEDULE_SETTINGS = 7 };

/* The measure's numbers, in its order, as the method's text sets them. */
static clarke_status dladmm_rho_settings(const char *method, clarke_arena *mem, double *arg)
{
    static const struct {
        const char *name;
        double fallback;
    } row[SCHEDULE_SETTINGS] = {{"rho_every", 0.0}, {"rho_rises", 0.0},      {"rho_factor", 10.0},
                                {"rho_max", 1e100}, {"initial_factor", 1.0}, {"nu", 0.0},
                                {"initial", 1e-3}};
    clarke_spec spec;
    CLARKE_TRY(clarke_spec_parse(method, mem, &spec));
    for (size_t i = 0; i < SCHEDULE_SETTINGS; i++)
        arg[i] = clarke_sgd_setting_real(&spec, row[i].name, row[i].fallback);
    arg[5] = clarke_sgd_setting_is(&spec, "nu", "rho");
    return CLARKE_OK;
}

static clarke_status dladmm_rho_case(clarke_plan *plan, const clarke_plan_item *item,
                                     const char *method, clarke_case *c)
{
    *c = clarke_dladmm_case(item, "dladmm_rho", item->problem ? item->problem : SCHEDULE_NET,
                            method, "start", SCHEDULE_STEPS);
    c->use[0] = (clarke_measure_use){.id = "dladmm_rho_law"};
    return dladmm_rho_settings(method, clarke_plan_arena(plan), c->use[0].arg);
}

static clarke_status dladmm_rho_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    static const char *const method[] = {
        "dladmm", "dladmm:rho_every=7,rho_factor=2,initial_factor=5,nu=rho",
        "dladmm:rho_rises=1,rho_factor=1.25",
        "dladmm:rho_rises=3,rho_every=11,rho_factor=10,rho_max=2,initial_factor=10,initial=1,nu=rho"};
    clarke_case c;
    for (size_t i = 0; i < sizeof method / sizeof *method; i++) {
        CLARKE_TRY(dladmm_rho_case(plan, item, item->method ? item->method : method[i], &c));
        CLARKE_TRY(clarke_plan_add(plan, &c));
        if (item->method) break;
    }
    return CLARKE_OK;
}

/* Another period than the method's. */
static clarke_status dladmm_rho_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    clarke_case c;
    CLARKE_TRY(dladmm_rho_case(plan, item, "dladmm:rho_every=7,rho_factor=2", &c));
    c.use[0].arg[0] = 8.0;
    c.arg[0] = 8.0;
    c.role = CLARKE_ROLE_CONTROL;
    c.broken = "own_schedule";
    c.expected = CLARKE_EXPECT_NOT_APPLICABLE;
    CLARKE_TRY(clarke_plan_add(plan, &c));
    c.bypass = true;
    c.expected = CLARKE_EXPECT_REFUTED;
    return clarke_plan_add(plan, &c);
}

static clarke_status dladmm_rho_judge(const clarke_evidence *e, clarke_judgement *j)
{
    const double *asked = e->c->use[0].arg;
    double own[SCHEDULE_SETTINGS], grown = 0.0;
    bool same = true;
    CLARKE_TRY(dladmm_rho_settings(e->plan->text.method, e->mem, own));
    for (size_t i = 0; i < SCHEDULE_SETTINGS; i++) same = same && own[i] == asked[i];
    clarke_assume(j, "own_schedule", "the schedule is the one that the method was asked for",
                  same ? CLARKE_HYPOTHESIS_PROVED : CLARKE_HYPOTHESIS_FAILED,
                  "%s; every %g iterations, after %g rises", e->plan->text.method, asked[0],
                  asked[1]);
    for (size_t r = 0; r < e->repetitions; r++) grown += clarke_output(e, r, 0, "grown");
    clarke_note_real(j, "times_multiplied", grown);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    return clarke_exact_judge(e, j, 0, "'rho, nu and initial are those of the schedule'");
}

const clarke_claim_desc clarke_claim_dladmm_rho = {
    .title = "rho grows when its schedule says so",
    .paper = CLARKE_DLADMM_PAPER " and its authors' code",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement = "rho, nu where it is rho, and the number from which theta and tau begin are "
                 "multiplied by their factors before every rho_every-th iteration, and when the "
                 "network's cost has risen rho_rises times running; otherwise they stay.",
    .formula = "\\rho_{k} = \\min(f \\rho_{k-1}, \\rho_{max}) if rho_every divides k, or after "
               "rho_rises rises; else \\rho_k = \\rho_{k-1}",
    .correction = "The paper keeps rho; the authors' code multiplies it.",
    .not_claimed = "That a growing rho converges: the theory needs one that stays.",
    .falsifier = "In methods/lib/dladmm_schedule.c, let rho grow where k is no multiple of "
                 "rho_every: refuted at k = 1.",
    .plan = dladmm_rho_plan,
    .controls = dladmm_rho_controls,
    .judge = dladmm_rho_judge,
};
