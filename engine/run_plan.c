/* What a run needs before it begins: texts, sizes, step sizes. */
#include "engine/run.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void run_defaults(clarke_run_spec *text)
{
    if (!text->schedule) text->schedule = "power:0.5,0.7,10";
    if (!text->momentum) text->momentum = "single:1";
    if (!text->sampling) text->sampling = "replacement:1";
    if (!text->noise) text->noise = "none";
    if (!text->init) text->init = "start";
    if (!text->network) text->network = "none";
}

static double run_memory_limit(void)
{
    const double pages = (double)sysconf(_SC_PHYS_PAGES), size = (double)sysconf(_SC_PAGESIZE);
    return 0.75 * pages * size;
}

static clarke_status run_check_memory(double bytes, const char *what)
{
    if (bytes <= run_memory_limit()) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "%s would need %.3g GB of memory; this machine has %.3g GB",
                       what, bytes / 1e9, run_memory_limit() / 0.75 / 1e9);
}

static clarke_status run_clock(clarke_run_plan *plan, clarke_arena *mem)
{
    const size_t steps = plan->text.iterations;
    double *eta = clarke_vec(mem, steps + 1), *theta = clarke_vec(mem, steps + 1);
    double *t = clarke_vec(mem, steps + 1);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t k = 0; k <= steps; k++) {
        eta[k] = clarke_schedule_at(&plan->schedule, k, plan->epoch, NAN, NAN);
        theta[k] = clarke_schedule_at(&plan->momentum, k, plan->epoch, eta[k], eta[0]);
        if (k > 0) t[k] = t[k - 1] + eta[k - 1];
        if (!(eta[k] > 0.0 && isfinite(eta[k])))
            return clarke_fail(CLARKE_EINPUT,
                               "schedule '%s': eta_%zu = %g is not a positive number",
                               plan->text.schedule, k, eta[k]);
        if (plan->method_desc->uses_momentum && !(theta[k] > 0.0 && theta[k] <= 1.0))
            return clarke_fail(CLARKE_EINPUT, "momentum '%s': theta_%zu = %g is outside (0, 1]",
                               plan->text.momentum, k, theta[k]);
    }
    plan->clock = (clarke_clock){steps,
                                 plan->epoch,
                                 clarke_schedule_theory_of(&plan->schedule),
                                 clarke_schedule_theory_of(&plan->momentum),
                                 eta,
                                 theta,
                                 t};
    return CLARKE_OK;
}

/* Makes the problem once, to learn its sizes and to find what is wrong with its parameters. */
static clarke_status run_sizes(clarke_run_plan *plan, clarke_arena *scratch)
{
    clarke_problem *problem;
    clarke_oracle oracle;
    CLARKE_TRY(clarke_problem_make(&plan->problem, scratch, &problem));
    plan->dim = problem->n;
    plan->n = plan->agents * plan->dim;
    plan->same_epoch = true;
    for (size_t i = 0; i < plan->agents; i++) {
        clarke_share share;
        CLARKE_TRY(clarke_share_make(problem, plan->agents, i, scratch, &share));
        /* Shares differ in their number of terms only. */
        if (i > 0 && share.count == oracle.share.count) continue;
        CLARKE_TRY(clarke_oracle_init_share(&oracle, problem, &share, plan->sampling, plan->noise,
                                            (clarke_stream){{0, 0}}, scratch));
        if (i == 0) plan->terms = oracle.terms;
        plan->same_epoch &= i == 0 || oracle.epoch == plan->epoch;
        if (i == 0 || oracle.epoch > plan->epoch) plan->epoch = oracle.epoch;
    }
    return CLARKE_OK;
}

static bool run_has_network(const clarke_run_spec *text)
{
    return text->network && strcmp(text->network, "none") != 0;
}

/* A network that does not say how many agents it has gets the problem's number, if there is one. */
static clarke_status run_network_text(clarke_run_spec *text, const clarke_spec *problem,
                                      clarke_arena *mem)
{
    const void *found;
    clarke_spec network;
    if (!run_has_network(text)) {
        text->network = "none";
        return CLARKE_OK;
    }
    CLARKE_TRY(clarke_network_spec(text->network, mem, &network));
    CLARKE_TRY(clarke_registry_find(&clarke_networks, network.id, &found));
    const clarke_network_desc *desc = found;
    bool given = !clarke_param_find(desc->params, "d") || strcmp(network.id, "file") == 0;
    for (size_t i = 0; i < network.count; i++) given |= strcmp(network.setting[i].name, "d") == 0;
    if (!given) {
        clarke_problem *p;
        clarke_arena *scratch = clarke_arena_new(0);
        if (!scratch) return clarke_fail(CLARKE_ENOMEM, "out of memory");
        const clarke_status status = clarke_problem_make(problem, scratch, &p);
        const size_t agents = status == CLARKE_OK ? clarke_share_agents(p) : 0;
        clarke_arena_free(scratch);
        CLARKE_TRY(status);
        if (agents > 0)
            CLARKE_TRY(
                clarke_spec_set(&network, "d", clarke_arena_printf(mem, "%zu", agents), mem));
    }
    text->network = clarke_spec_text(&network, mem);
    return clarke_arena_status(mem);
}

static clarke_status run_network(clarke_run_plan *plan, clarke_arena *mem)
{
    plan->agents = 1;
    if (!run_has_network(&plan->text)) {
        if (plan->method_desc->decentralised)
            return clarke_fail(CLARKE_EINPUT,
                               "%s needs a network of agents: --network, as ring:d=8",
                               plan->method.id);
        return CLARKE_OK;
    }
    if (!plan->method_desc->decentralised)
        return clarke_fail(CLARKE_EINPUT, "%s has one agent and takes no network (%s)",
                           plan->method.id, plan->text.network);
    CLARKE_TRY(clarke_network_from_text(plan->text.network, mem, &plan->network));
    plan->agents = plan->network->agents;
    return CLARKE_OK;
}

uint64_t clarke_run_spec_hash(const clarke_run_spec *text)
{
    uint64_t h = clarke_hash_mix(1, text->iterations);
    const char *const part[] = {text->problem,  text->method, text->schedule, text->momentum,
                                text->sampling, text->noise,  text->init};
    for (size_t i = 0; i < sizeof part / sizeof part[0]; i++) h = clarke_hash_text(h, part[i]);
    return run_has_network(text) ? clarke_hash_text(h, text->network) : h;
}

clarke_status clarke_run_spec_canonical(clarke_run_spec *text, clarke_arena *mem)
{
    clarke_spec problem, method;
    run_defaults(text);
    CLARKE_TRY(clarke_spec_parse(text->problem, mem, &problem));
    CLARKE_TRY(clarke_spec_parse(text->method, mem, &method));
    text->problem = clarke_spec_text(&problem, mem);
    text->method = clarke_spec_text(&method, mem);
    CLARKE_TRY(run_network_text(text, &problem, mem));
    const char **const copied[] = {&text->schedule, &text->momentum, &text->sampling, &text->noise,
                                   &text->init};
    for (size_t i = 0; i < sizeof copied / sizeof copied[0]; i++)
        *copied[i] = clarke_arena_copy_text(mem, *copied[i]);
    return clarke_arena_status(mem);
}

static clarke_status run_texts(clarke_arena *mem, clarke_run_plan *plan)
{
    const void *desc;
    CLARKE_TRY(clarke_run_spec_canonical(&plan->text, mem));
    CLARKE_TRY(clarke_spec_parse(plan->text.problem, mem, &plan->problem));
    CLARKE_TRY(clarke_spec_parse(plan->text.method, mem, &plan->method));
    CLARKE_TRY(clarke_registry_find(&clarke_methods, plan->method.id, &desc));
    plan->method_desc = desc;
    CLARKE_TRY(clarke_schedule_parse(plan->text.schedule, false, mem, &plan->schedule));
    CLARKE_TRY(clarke_schedule_parse(plan->text.momentum, true, mem, &plan->momentum));
    CLARKE_TRY(clarke_sampling_parse(plan->text.sampling, &plan->sampling));
    CLARKE_TRY(clarke_noise_parse(plan->text.noise, &plan->noise));
    return run_network(plan, mem);
}

clarke_status clarke_run_plan_sizes(const clarke_run_spec *spec, clarke_arena *mem,
                                    clarke_run_plan *plan)
{
    *plan = (clarke_run_plan){.text = *spec};
    CLARKE_TRY(run_texts(mem, plan));
    clarke_arena *scratch = clarke_arena_new(0);
    if (!scratch) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    const clarke_status status = run_sizes(plan, scratch);
    clarke_arena_free(scratch);
    return status;
}

clarke_status clarke_run_plan_make(const clarke_run_spec *spec, clarke_arena *mem,
                                   clarke_run_plan *plan)
{
    char what[64];
    CLARKE_TRY(clarke_run_plan_sizes(spec, mem, plan));
    snprintf(what, sizeof what, "a run of %zu iterations", spec->iterations);
    CLARKE_TRY(run_check_memory(clarke_run_bytes(plan), what));
    CLARKE_TRY(run_clock(plan, mem));
    plan->hash = clarke_run_spec_hash(&plan->text);
    return CLARKE_OK;
}

clarke_status clarke_method_forms(const char *method, clarke_arena *mem, const clarke_iter **forms)
{
    static const clarke_block block = {"x", 0, 1, 1};
    clarke_spec *spec = clarke_alloc(mem, sizeof *spec);
    const void *found;
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(clarke_spec_parse(method, mem, spec));
    CLARKE_TRY(clarke_registry_find(&clarke_methods, spec->id, &found));
    const clarke_method_desc *desc = found;
    clarke_iter *it = clarke_alloc(mem, sizeof *it);
    void *params = clarke_alloc(mem, desc->params_size);
    void *state = clarke_alloc(mem, desc->state_size);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(clarke_params_apply(desc->params, spec->id, spec, mem, params));
    *it = (clarke_iter){.n = 1,
                        .agents = 1,
                        .dim = 1,
                        .layout = {1, &block},
                        .mem = mem,
                        .spec = spec,
                        .phases = desc->phases,
                        .phase = desc->phase,
                        .x = clarke_vec(mem, 1)};
    CLARKE_TRY(clarke_arena_status(mem));
    const clarke_status status = desc->init(it, params, state);
    if (desc->end) desc->end(it, state);
    *forms = it;
    return status == CLARKE_OK ? clarke_arena_status(mem) : status;
}

double clarke_run_bytes(const clarke_run_plan *plan)
{
    /* Three tables over the steps; about twelve vectors of the problem's size. */
    const double terms = (double)plan->agents * (double)plan->terms;
    return 24.0 * ((double)plan->text.iterations + 1.0) + 96.0 * (double)plan->n + 8.0 * terms;
}
