/* Every decentralised method's step is the step of Zhang, Xiao, Liu (arXiv 2403.11565), recomputed
   at every iteration from the oracles' records by the measure agents_step, which shares no code with
   the methods and the mixing. What the method says of itself is compared with what was asked. */
#include "verify/exact.h"
#include "verify/lib/p0_limit.h"
#include "verify/lib/sgd_claims.h"

#include <string.h>

/* Doubly stochastic and not symmetric, so that W and its transpose differ. */
#define CONFORMANCE_SHIFT "matrix:w=0.5,0.5,0,0,0.5,0.5,0.5,0,0.5"

static const char *const conformance_methods[] = {
    "dsgd",
    "dsgd:form=adapt",
    "dsgd_t",
    "dsgd_t:form=adapt",
    "dsgd_m",
    "dsgd_m:form=adapt,order=new",
    "dsgd_m:phi=l2",
    "dsgd_m:phi=huber_norm,threshold=0.5",
    "dsgd_m:phi=huber_coordinate",
    "dsign_sgd",
    "dsign_sgd:order=new",
};

static clarke_status conformance_add(clarke_plan *plan, const clarke_plan_item *item,
                                     const char *method)
{
    const bool tracker = strncmp(method, "dsgd_t", 6) == 0;
    clarke_case c = {
        .claim = "th0_conformance",
        .role = CLARKE_ROLE_CLAIM,
        .expected = CLARKE_EXPECT_SUPPORTED,
        .run = {.problem = item->problem ? item->problem : "quadratic_agents:a=-1,0,4,n=2",
                .method = method,
                .network = item->network ? item->network : CONFORMANCE_SHIFT,
                .schedule = item->schedule,
                .momentum = item->momentum,
                .sampling = item->sampling,
                .noise = item->noise ? item->noise : "signs:1",
                .init = "box",
                .iterations = clarke_sgd_iterations(item, 2000, 500)},
        .repetitions = 2,
        .use = {{"agents_step", {0.0}}, {"agents_step", {tracker ? 2.0 : 1.0}}},
        .uses = 2,
        .weight = item->weight,
    };
    return clarke_plan_add(plan, &c);
}

static clarke_status conformance_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    if (item->method) return conformance_add(plan, item, item->method);
    for (size_t i = 0; i < sizeof conformance_methods / sizeof *conformance_methods; i++)
        CLARKE_TRY(conformance_add(plan, item, conformance_methods[i]));
    return CLARKE_OK;
}

/* phi by the method's name and parameter, written a second time on purpose. */
static const char *conformance_phi(const clarke_spec *method)
{
    if (strcmp(method->id, "dsign_sgd") == 0) return "l1";
    if (strcmp(method->id, "dsgd_m") == 0) return clarke_sgd_setting(method, "phi", "half_square");
    if (strcmp(method->id, "dsgd") == 0 || strcmp(method->id, "dsgd_t") == 0) return "half_square";
    return NULL;
}

/* The first fact of the declared form that is not what was asked for, or NULL. */
static const char *conformance_departure(const clarke_evidence *e, const char *phi)
{
    const clarke_spec *m = &e->plan->method;
    const bool momentum = strcmp(m->id, "dsgd_m") == 0 || strcmp(m->id, "dsign_sgd") == 0;
    const struct {
        const char *name;
        bool asked;
    } fact[] = {
        {"momentum", momentum},
        {"tracker", strcmp(m->id, "dsgd_t") == 0},
        {"adapt_first", clarke_sgd_setting_is(m, "form", "adapt")},
        {"old_momentum", momentum && !clarke_sgd_setting_is(m, "order", "new")},
        {"tracker_unmixed", clarke_sgd_setting_is(m, "mix_tracker", "no")},
        {"tracker_from_zero", clarke_sgd_setting_is(m, "first", "zeros")},
        {"momentum_unmixed", clarke_sgd_setting_is(m, "mix_momentum", "no")},
    };
    const double index = clarke_output(e, 0, 0, "phi");
    if (!(index >= 0.0 && index < (double)clarke_regularizers.count) ||
        strcmp(clarke_regularizers.entry[(size_t)index].id, phi) != 0)
        return "phi";
    if (strncmp(phi, "huber", 5) == 0 &&
        !(clarke_output(e, 0, 0, "threshold") == clarke_sgd_setting_real(m, "threshold", 1.0)))
        return "threshold";
    for (size_t i = 0; i < sizeof fact / sizeof fact[0]; i++)
        if (clarke_output(e, 0, 0, fact[i].name) != (double)fact[i].asked) return fact[i].name;
    return NULL;
}

static clarke_status conformance_judge(const clarke_evidence *e, clarke_judgement *j)
{
    const clarke_spec *method = &e->plan->method;
    const char *phi = conformance_phi(method);
    clarke_assume(j, "known_method", "the paper's form is known for this method",
                  phi ? CLARKE_HYPOTHESIS_PROVED : CLARKE_HYPOTHESIS_FAILED, "%s: %s", method->id,
                  phi ? phi : "not in the table");
    if (clarke_gate_closed(e, j) || !phi) return CLARKE_OK;
    const char *departure = conformance_departure(e, phi);
    if (departure)
        return clarke_judge(j, CLARKE_REFUTED, "%s does not take its parameter %s as it was asked",
                            method->id, departure);
    CLARKE_TRY(clarke_exact_judge(e, j, 0, "every agent's step is the paper's: it"));
    if (j->verdict != CLARKE_SUPPORTED || strcmp(method->id, "dsgd") == 0) return CLARKE_OK;
    return clarke_exact_judge(e, j, 1, "every agent's step, and the formula of the second block,");
}

const clarke_claim_desc clarke_claim_th0_conformance = {
    .title = "The decentralised step is the paper's step",
    .paper = "Zhang, Xiao, Liu, arXiv 2403.11565",
    .provenance = CLARKE_PROVENANCE_RECALLED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement = "At every step each agent combines what it hears and moves along its own answer, "
                 "its tracker, or an element of d phi at its momentum; trackers and momenta are "
                 "mixed by the same W.",
    .formula = "Z_{k+1} = Z_k W - eta_k H_k",
    .not_claimed = "Anything about limits. That the text places the mixing and the momentum so was "
                   "not seen for every method; the variants are parameters.",
    .falsifier = "In methods/dsgd_t.c, keep the answer of the step before the last: every case of "
                 "dsgd_t is refuted at step 2. In core/mixing.c, apply W instead of its transpose: "
                 "every case without a network of its own is refuted at step 0.",
    .plan = conformance_plan,
    .judge = conformance_judge,
};
