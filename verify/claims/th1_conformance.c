/* Every SGD-type method's step is the step of Xiao, Hu, Toh (arXiv 2307.10053), recomputed at every
   iteration from the oracle's record by the measure sgd_step, which shares no code with the
   methods. What the method says of itself (the form) is compared with what was asked of it. */
#include "verify/exact.h"
#include "verify/lib/sgd_claims.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const conformance_methods[] = {
    "sgd",
    "sgd:weight_decay=0.1",
    "heavy_ball",
    "heavy_ball:alpha=0.5",
    "heavy_ball:weight_decay=0.1",
    "heavy_ball:first=gradient",
    "sign_sgd",
    "sign_sgd:alpha=0.5,weight_decay=0.1",
    "lion",
    "lion:weight_decay=0.1,alpha=0.5",
    "lion:schedule=constant",
    "normalized_sgd",
    "normalized_sgd:alpha=0.5,first=gradient",
    "clipped_sgd",
    "clipped_sgd:alpha=0.5,weight_decay=0.1",
    "clipped_sgd:kind=coordinate,threshold=0.5",
};

static bool conformance_is(const char *method, const char *id)
{
    const size_t length = strlen(id);
    return strncmp(method, id, length) == 0 && (method[length] == '\0' || method[length] == ':');
}

static clarke_status conformance_add(clarke_plan *plan, const clarke_plan_item *item,
                                     const char *method)
{
    clarke_case c = {
        .claim = "th1_conformance",
        .role = CLARKE_ROLE_CLAIM,
        .expected = CLARKE_EXPECT_SUPPORTED,
        .run = {.problem = item->problem ? item->problem : "quadratic_sum:a=1",
                .method = method,
                .schedule = item->schedule ? item->schedule : "power:0.5,0.7,10",
                .momentum = item->momentum,
                .sampling = item->sampling,
                .noise = item->noise ? item->noise : "signs:1",
                .init = "start",
                .iterations = clarke_sgd_iterations(item, 4000, 400)},
        .repetitions = 2,
        .use = {{"sgd_step", {0.0}}, {"sgd_step", {1.0}}},
        .uses = conformance_is(method, "sgd") ? 1 : 2, /* sgd has no momentum */
        .weight = item->weight > 0.0 ? item->weight : 1.0,
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

/* phi by the method's name: the table of the paper, written a second time on purpose. */
static const char *conformance_phi(const clarke_spec *method)
{
    static const char *const table[][2] = {{"sgd", "half_square"},   {"heavy_ball", "half_square"},
                                           {"sign_sgd", "l1"},       {"lion", "l1"},
                                           {"normalized_sgd", "l2"}, {"clipped_sgd", "huber_norm"}};
    if (clarke_sgd_setting_is(method, "kind", "coordinate")) return "huber_coordinate";
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strcmp(method->id, table[i][0]) == 0) return table[i][1];
    return NULL;
}

/* The first fact of the declared form that is not what was asked for, or NULL. */
static const char *conformance_departure(const clarke_evidence *e, const char *phi)
{
    const clarke_spec *m = &e->plan->method;
    const bool lion = strcmp(m->id, "lion") == 0, sgd = strcmp(m->id, "sgd") == 0;
    const bool clipped = strcmp(m->id, "clipped_sgd") == 0;
    const struct {
        const char *name;
        double asked;
    } fact[] = {
        {"alpha", clarke_sgd_setting_real(m, "alpha", 0.0)},
        {"weight_decay", clarke_sgd_setting_real(m, "weight_decay", 0.0)},
        {"threshold", clipped ? clarke_sgd_setting_real(m, "threshold", 1.0) : 0.0},
        {"beta1", lion ? clarke_sgd_setting_real(m, "beta1", 0.9) : 0.0},
        {"beta2", lion ? clarke_sgd_setting_real(m, "beta2", 0.99) : 0.0},
        {"interpolated", lion},
        {"beta_constant", clarke_sgd_setting_is(m, "schedule", "constant")},
        {"memoryless", sgd},
        {"old_momentum", clarke_sgd_setting_is(m, "order", "old")},
        {"first_gradient", clarke_sgd_setting_is(m, "first", "gradient")},
        {"per_sample", clarke_sgd_setting_is(m, "apply", "sample")},
    };
    const double index = clarke_output(e, 0, 0, "phi");
    if (!(index >= 0.0 && index < (double)clarke_regularizers.count) ||
        strcmp(clarke_regularizers.entry[(size_t)index].id, phi) != 0)
        return "phi";
    for (size_t i = 0; i < sizeof fact / sizeof fact[0]; i++)
        if (!(clarke_output(e, 0, 0, fact[i].name) == fact[i].asked)) return fact[i].name;
    return NULL;
}

static clarke_status conformance_judge(const clarke_evidence *e, clarke_judgement *j)
{
    const clarke_spec *method = &e->plan->method;
    const char *phi = conformance_phi(method);
    clarke_assume(j, "known_method", "the paper's regulariser is known for this method",
                  phi ? CLARKE_HYPOTHESIS_PROVED : CLARKE_HYPOTHESIS_FAILED, "%s: %s", method->id,
                  phi ? phi : "not in the table");
    clarke_sgd_assume_order(j, method);
    clarke_sgd_assume_average(j, method);
    if (clarke_gate_closed(e, j) || !phi) return CLARKE_OK;
    const char *departure = conformance_departure(e, phi);
    if (departure)
        return clarke_judge(j, CLARKE_REFUTED, "%s does not take its parameter %s as it was asked",
                            method->id, departure);
    CLARKE_TRY(clarke_exact_judge(e, j, 0, "the direction is in the paper's subdifferential: it"));
    if (j->verdict != CLARKE_SUPPORTED || e->c->uses < 2) return CLARKE_OK;
    return clarke_exact_judge(e, j, 1, "the step is the paper's, and the momentum's formula");
}

const clarke_claim_desc clarke_claim_th1_conformance = {
    .title = "The step is the paper's step",
    .paper = "Xiao, Hu, Toh, arXiv 2307.10053; Lion and m_1 = g_0 as in its official code",
    .provenance = CLARKE_PROVENANCE_RECALLED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement = "At every step the momentum is the weighted mean of the old one and the oracle's "
                 "answer, and the iterate moves along an element of the subdifferential of phi at "
                 "the new momentum, plus alpha times that answer.",
    .formula = "m_{k+1} = m_k - theta_k (m_k - g_k), x_{k+1} in x_k - eta_k (d phi(m_{k+1}) + "
               "alpha g_k)",
    .not_claimed = "Which element of the subdifferential is taken where there are several "
                   "(th1_golden checks that), and anything about limits.",
    .falsifier = "In methods/lion.c, exchange the two lines of the loop, so that the momentum is "
                 "updated first: every case of lion is refuted.",
    .plan = conformance_plan,
    .judge = conformance_judge,
};
