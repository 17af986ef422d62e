/* The gate of decision rule 2 for a plan given as texts, and the search for a plan that passes. */
#include "verify/rules/limit.h"

#include <math.h>

typedef struct {
    const clarke_limit_plan *plan;
    const clarke_sgd_form *form;
    clarke_schedule theta;
    clarke_sampling sampling;
    clarke_noise noise;
    clarke_limit_null null;
    size_t epoch;
    clarke_limit_law law;
} gate_plan;

static clarke_status gate_open(const clarke_limit_plan *plan, clarke_arena *mem, gate_plan *g)
{
    const clarke_problem *p = plan->problem;
    clarke_oracle oracle;
    *g = (gate_plan){.plan = plan};
    CLARKE_TRY(clarke_limit_form_of(plan->method, mem, &g->form));
    CLARKE_TRY(
        clarke_schedule_parse(plan->momentum ? plan->momentum : "single:1", true, mem, &g->theta));
    CLARKE_TRY(
        clarke_sampling_parse(plan->sampling ? plan->sampling : "replacement:1", &g->sampling));
    CLARKE_TRY(clarke_noise_parse(plan->noise ? plan->noise : "none", &g->noise));
    CLARKE_TRY(clarke_oracle_init(&oracle, p, g->sampling, g->noise, (clarke_stream){{0, 0}}, mem));
    g->epoch = oracle.epoch;
    double *point = clarke_vec(mem, 2 * p->n);
    CLARKE_TRY(clarke_arena_status(mem));
    g->null = clarke_limit_null_level(p, plan->quantity, plan->field, point);
    g->law = (clarke_limit_law){.quantity = plan->quantity,
                                .map = clarke_limit_map_of(g->form),
                                .memoryless = g->form->memoryless,
                                .growth = clarke_limit_growth(p->plan_growth),
                                .scale = fmax(1.0, 0.5 * (p->box_high - p->box_low))};
    return CLARKE_OK;
}

static void gate_try(gate_plan *g, const clarke_schedule *eta, size_t steps,
                     clarke_limit_gate *gate)
{
    const clarke_problem *p = g->plan->problem;
    const clarke_limit_setting setting = {
        .sigma = clarke_limit_deviation(p, g->sampling, &g->noise),
        .gradient = isfinite(p->gradient_bound) ? p->gradient_bound : g->null.slope,
        .n = p->n,
        .null_level = g->null.mean,
        .separation = g->plan->separation,
    };
    clarke_limit_times_plan(eta, &g->theta, steps, g->epoch, g->form, &g->law.times);
    clarke_limit_gate_of(&g->law, &setting, eta, gate);
}

clarke_status clarke_limit_gate_plan(const clarke_limit_plan *plan, clarke_arena *mem,
                                     clarke_limit_gate *gate)
{
    gate_plan g;
    clarke_schedule eta;
    CLARKE_TRY(gate_open(plan, mem, &g));
    CLARKE_TRY(clarke_schedule_parse(plan->schedule, false, mem, &eta));
    gate_try(&g, &eta, plan->iterations, gate);
    return CLARKE_OK;
}

/* ---- the search ---- */

/* The first step may not throw a start of the box farther than the box is wide: half its width over
   the largest slope seen there, at most 0.2 (0.5 where the curvature is small); and theta <= 1. */
static double gate_first_step(const gate_plan *g)
{
    const clarke_problem *p = g->plan->problem;
    const bool slow = g->law.growth.p == 2.0 && g->law.growth.mu < 0.25;
    const double safe = 0.5 * (p->box_high - p->box_low) / fmax(g->null.slope, 1e-300);
    const bool single = g->theta.kind == CLARKE_SCHEDULE_SINGLE && !g->form->memoryless;
    return fmin(fmin(slow ? 0.5 : 0.2, safe), single ? 1.0 / g->theta.c : 1.0);
}

static clarke_status gate_schedule(gate_plan *g, double a, clarke_arena *mem,
                                   clarke_schedule *schedule, const char **text)
{
    const double eta0 = gate_first_step(g);
    double k0 = 5.0 / eta0;
    if (a == 1.0) {
        /* T = eta_0 k0 ln(1 + K/k0): eta_0 k0 = 10 / lambda lets the transient pass early. */
        g->law.times.single = g->theta.kind == CLARKE_SCHEDULE_SINGLE && !g->form->memoryless;
        g->law.times.tau = g->theta.c;
        const double rate = g->law.growth.p == 2.0 ? clarke_limit_decay(&g->law) : 1.0;
        k0 = 10.0 / (rate * eta0);
    }
    k0 = ceil(fmax(k0, 10.0));
    const char *held = g->sampling.kind == CLARKE_SAMPLING_RESHUFFLE ? "epoch:" : "";
    *text = clarke_arena_printf(mem, "%spower:%.3g,%g,%g", held, eta0 * pow(k0, a), a, k0);
    CLARKE_TRY(clarke_arena_status(mem));
    return clarke_schedule_parse(*text, false, mem, schedule);
}

/* Three relaxation times before the first block (p = 2): the gate asks for one, but then the first
   blocks hold few of them and the slopes scatter. */
static bool gate_is_easy(const clarke_limit_gate *gate)
{
    return gate->admitted && !(gate->transient < 3.0);
}

static bool gate_better(const clarke_limit_gate *a, const clarke_limit_gate *b)
{
    if (a->admitted != b->admitted) return a->admitted;
    if (gate_is_easy(a) != gate_is_easy(b)) return gate_is_easy(a);
    return a->predicted < b->predicted;
}

/* Steps first: the least number with a predicted last block below half of what is allowed. With few
   steps the blocks hold few relaxation times and the slopes scatter, so 16,384 is the least. */
static clarke_status gate_search(gate_plan *g, size_t most, clarke_arena *mem,
                                 clarke_limit_proposal *best)
{
    enum { STEPS = 3, SHAPES = 3, LEAST = 16384 };
    const size_t least = most < LEAST ? most : LEAST;
    const size_t steps[STEPS] = {most / 16 > least ? most / 16 : least,
                                 most / 4 > least ? most / 4 : least, most};
    const double shape[SHAPES] = {1.0, 0.75, 0.6};
    for (size_t i = 0; i < STEPS; i++) {
        for (size_t s = 0; s < SHAPES; s++) {
            clarke_schedule schedule;
            clarke_limit_proposal now = *best;
            /* Steep schedules do not suit slow transients: t grows like log k. */
            if (shape[s] == 1.0 && g->law.growth.p > 2.0) continue;
            CLARKE_TRY(gate_schedule(g, shape[s], mem, &schedule, &now.schedule));
            now.iterations = steps[i];
            gate_try(g, &schedule, steps[i], &now.gate);
            if (!best->schedule || gate_better(&now.gate, &best->gate)) *best = now;
        }
        if (gate_is_easy(&best->gate) && best->gate.predicted <= 0.5 * best->gate.level)
            return CLARKE_OK;
    }
    return CLARKE_OK;
}

clarke_status clarke_limit_recommend(const clarke_limit_plan *plan, size_t most, clarke_arena *mem,
                                     clarke_limit_proposal *proposal)
{
    gate_plan g;
    CLARKE_TRY(gate_open(plan, mem, &g));
    const char *noise = plan->noise ? plan->noise : "none";
    const double wished = g.noise.scale;
    *proposal = (clarke_limit_proposal){.noise = noise, .null_level = g.null.mean};
    for (double part = 1.0; part >= 1.0 / 16.0; part *= 0.5) {
        clarke_limit_proposal now = {.noise = noise, .null_level = g.null.mean};
        if (part < 1.0 && g.noise.kind != CLARKE_NOISE_SIGNS) break;
        g.noise.scale = part * wished;
        if (part < 1.0) now.noise = clarke_arena_printf(mem, "signs:%g", g.noise.scale);
        CLARKE_TRY(gate_search(&g, most ? most : 262144, mem, &now));
        if (!proposal->schedule || now.gate.admitted) *proposal = now;
        if (now.gate.admitted) break;
    }
    return CLARKE_OK;
}
