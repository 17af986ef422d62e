#include "engine/run.h"

#include "core/clones.h"
#include "engine/start.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

/* There where malloc is watched: in development builds, and where plugins run. */
__attribute__((weak)) size_t clarke_alloc_guard_count(void);

struct clarke_run {
    const clarke_run_plan *plan;
    clarke_problem *problem;
    clarke_mixer mixer;                  /* all agents here; the plan may have another */
    size_t first;                        /* the first agent of this process */
    clarke_oracle *oracle;               /* [it.agents] */
    const clarke_oracle_record **record; /* [it.agents] */
    clarke_block block;                  /* the layout's, where there are agents */
    clarke_iter it;
    void *state;
    bool begun; /* init was called, so end must be */
    double *before, *view_before[CLARKE_VIEWS_MAX];
    bool views_needed;
    clarke_measure *measure;
    size_t uses;
    const clarke_observer *observer;
};
typedef struct clarke_run run;

static clarke_status run_method(run *r, clarke_arena *mem)
{
    const clarke_run_plan *plan = r->plan;
    const clarke_method_desc *desc = plan->method_desc;
    void *params = clarke_alloc(mem, desc->params_size);
    r->state = clarke_alloc(mem, desc->state_size);
    r->it.x = clarke_vec(mem, r->it.n);
    r->before = clarke_vec(mem, r->it.n);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(clarke_params_apply(desc->params, plan->method.id, &plan->method, mem, params));
    r->it.spec = &plan->method;
    r->it.oracle = r->oracle;
    r->it.mem = mem;
    r->it.eta0 = plan->clock.eta[0];
    r->it.theta0 = plan->clock.theta[0];
    r->it.phases = desc->phases;
    r->it.phase = desc->phase;
    r->begun = true;
    CLARKE_TRY(desc->init(&r->it, params, r->state));
    return clarke_arena_status(mem);
}

/* Whose rows this process holds. */
static void run_agents(run *r)
{
    const clarke_run_plan *plan = r->plan;
    clarke_iter *it = &r->it;
    it->agents = 1, it->dim = plan->dim;
    it->layout = r->problem->layout;
    if (plan->network) {
        r->mixer = clarke_mixer_here(plan->network);
        it->mix = plan->mixer ? plan->mixer : &r->mixer;
        r->first = it->mix->first, it->agents = it->mix->count;
        r->block = (clarke_block){"x", 0, it->dim, it->agents};
        it->layout = (clarke_layout){1, &r->block};
    }
    it->n = it->agents * it->dim;
}

static clarke_status run_oracles(run *r, uint64_t seed, uint64_t repetition, clarke_arena *mem)
{
    const clarke_run_plan *plan = r->plan;
    r->oracle = clarke_alloc_array(mem, r->it.agents, sizeof *r->oracle);
    r->record = clarke_alloc_array(mem, r->it.agents, sizeof *r->record);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 0; i < r->it.agents; i++) {
        const size_t agent = r->first + i;
        clarke_share share;
        CLARKE_TRY(clarke_share_make(r->problem, plan->agents, agent, mem, &share));
        CLARKE_TRY(
            clarke_oracle_init_share(&r->oracle[i], r->problem, &share, plan->sampling, plan->noise,
                                     clarke_stream_make(seed, plan->text.problem, plan->text.method,
                                                        repetition, agent, "sampling"),
                                     mem));
        r->record[i] = &r->oracle[i].record;
    }
    return CLARKE_OK;
}

/* Every agent's row, from a stream of its own. */
static clarke_status run_start(run *r, uint64_t seed, uint64_t repetition, clarke_arena *mem)
{
    const clarke_run_plan *plan = r->plan;
    for (size_t i = 0; i < r->it.agents; i++) {
        const size_t agent = r->first + i;
        const clarke_stream init = clarke_stream_make(seed, plan->text.problem, plan->text.method,
                                                      repetition, agent, "init");
        CLARKE_TRY(clarke_start_agent(plan->text.init, r->problem, &init, agent, plan->agents,
                                      r->it.x + i * r->it.dim));
    }
    return clarke_arena_status(mem);
}

static clarke_status run_measure_fits(const run *r, const clarke_measure *m, const char *id)
{
    const unsigned needs = m->desc->needs;
    if ((needs & CLARKE_NEEDS_TRUTH) && !m->problem->desc->stationary_distance)
        return clarke_fail(CLARKE_EINPUT,
                           "the measure %s needs a known stationary set; %s has none", id,
                           m->problem->spec);
    if ((needs & CLARKE_NEEDS_SGD_FORM) && !r->it.form)
        return clarke_fail(CLARKE_EINPUT, "the measure %s needs an SGD-type method; %s is none", id,
                           r->plan->text.method);
    if ((needs & CLARKE_NEEDS_AGENTS) && !r->it.dsm)
        return clarke_fail(CLARKE_EINPUT, "the measure %s needs a decentralised method; %s is none",
                           id, r->plan->text.method);
    if (r->plan->network && !(needs & (CLARKE_NEEDS_AGENTS | CLARKE_TAKES_AGENTS)))
        return clarke_fail(CLARKE_EINPUT, "the measure %s looks at one point, not at %zu agents",
                           id, r->plan->agents);
    return CLARKE_OK;
}

static clarke_status run_measure(run *r, const clarke_measure_use *use, const double *start,
                                 uint64_t repetition, clarke_arena *mem, clarke_measure *m)
{
    const void *desc;
    clarke_problem *own;
    CLARKE_TRY(clarke_registry_find(&clarke_measures, use->id, &desc));
    CLARKE_TRY(clarke_problem_make(&r->plan->problem, mem, &own));
    m->desc = desc;
    m->arg = use->arg;
    m->problem = own;
    m->clock = &r->plan->clock;
    m->form = r->it.form;
    m->dsm = r->it.dsm;
    m->network = r->plan->network;
    m->noise_bound = clarke_oracle_noise_bound(&r->oracle[0]);
    m->scale = fmax(1.0, 0.5 * (own->box_high - own->box_low));
    m->n = r->plan->n;
    m->agents = r->plan->agents;
    m->dim = r->plan->dim;
    m->repetition = repetition;
    m->start = start;
    m->mem = mem;
    m->state = clarke_alloc(mem, m->desc->state_size);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(run_measure_fits(r, m, use->id));
    r->views_needed |= (m->desc->needs & CLARKE_NEEDS_VIEWS_BEFORE) != 0;
    return m->desc->begin(m);
}

static clarke_status run_begin(run *r, uint64_t seed, uint64_t repetition,
                               const clarke_measure_use *use, double *start, clarke_arena *mem)
{
    CLARKE_TRY(clarke_problem_make(&r->plan->problem, mem, &r->problem));
    run_agents(r);
    CLARKE_TRY(run_oracles(r, seed, repetition, mem));
    CLARKE_TRY(run_method(r, mem));
    CLARKE_TRY(run_start(r, seed, repetition, mem));
    memcpy(start, r->it.x, r->it.n * sizeof *start);
    for (size_t i = 0; i < r->uses; i++)
        CLARKE_TRY(run_measure(r, &use[i], start, repetition, mem, &r->measure[i]));
    for (size_t i = 0; r->views_needed && i < r->it.views; i++)
        r->view_before[i] = clarke_vec(mem, r->it.view[i].n);
    return clarke_arena_status(mem);
}

CLARKE_CLONES static bool run_is_finite(const double *x, size_t n)
{
    int beyond = 0;
    for (size_t j = 0; j < n; j++) beyond |= !(fabs(x[j]) <= DBL_MAX);
    return !beyond;
}

static double run_largest(const double *x, size_t n)
{
    double largest = 0.0;
    for (size_t j = 0; j < n; j++) largest = fmax(largest, fabs(x[j]));
    return largest;
}

/* What the phase is about to change. */
static void run_snapshot(run *r, size_t index)
{
    const clarke_iter *it = &r->it;
    size_t offset = 0, size = it->n;
    if (index != CLARKE_ALL_BLOCKS) {
        const clarke_block *block = &it->layout.block[index];
        offset = block->offset;
        size = block->rows * block->cols;
    }
    memcpy(r->before + offset, it->x + offset, size * sizeof *it->x);
}

/* The method's own part of a phase. */
static clarke_status run_update(run *r, size_t phase)
{
    clarke_iter *it = &r->it;
    it->inner = (clarke_inner){0};
    clarke_arena_seal(it->mem, true);
    const clarke_status status = r->plan->method_desc->step(it, r->state, phase);
    clarke_arena_seal(it->mem, false);
    return status;
}

/* One elementary update, then everybody is told. */
static clarke_status run_phase(run *r, size_t phase)
{
    clarke_iter *it = &r->it;
    run_snapshot(r, it->phase[phase].block);
    for (size_t i = 0; r->views_needed && i < it->views; i++)
        memcpy(r->view_before[i], it->view[i].value, it->view[i].n * sizeof(double));
    CLARKE_TRY(run_update(r, phase));
    const clarke_event e = {.k = it->k,
                            .phase = phase,
                            .last_phase = phase + 1 == it->phases,
                            .before = r->before,
                            .after = it->x,
                            .eta = it->eta,
                            .theta = it->theta,
                            .t = r->plan->clock.t[it->k + 1],
                            .inner = it->inner,
                            .oracle = r->record[0],
                            .agents = it->agents,
                            .agent = r->record,
                            .views = it->views,
                            .view = it->view,
                            .view_before = r->views_needed ? (const double *const *)r->view_before
                                                           : NULL};
    for (size_t i = 0; i < r->uses; i++) r->measure[i].desc->observe(&r->measure[i], &e);
    if (r->observer) r->observer->observe(r->observer->self, it, &e);
    return CLARKE_OK;
}

/* Whether a flag is set here, or in any process that holds agents of this run. */
static clarke_status run_any(const run *r, bool *flag)
{
    const clarke_mixer *mix = r->it.mix;
    return mix && mix->any ? mix->any(mix, flag) : CLARKE_OK;
}

static clarke_status run_cancelled(const run *r, const atomic_bool *cancel)
{
    bool cancelled = cancel && atomic_load(cancel);
    CLARKE_TRY(run_any(r, &cancelled));
    return cancelled ? clarke_fail(CLARKE_EINTERRUPTED, "interrupted") : CLARKE_OK;
}

/* Step k of the clock: all phases, and whether the iterate is finite afterwards. */
static clarke_status run_iteration(run *r, size_t k, bool *finite)
{
    const clarke_clock *clock = &r->plan->clock;
    clarke_iter *it = &r->it;
    it->k = k;
    it->eta = clock->eta[k];
    it->theta = clock->theta[k];
    for (size_t i = 0; i < it->agents; i++) r->oracle[i].k = k;
    for (size_t phase = 0; phase < it->phases; phase++) CLARKE_TRY(run_phase(r, phase));
    bool nonfinite = !run_is_finite(it->x, it->n);
    CLARKE_TRY(run_any(r, &nonfinite));
    *finite = !nonfinite;
    return CLARKE_OK;
}

static clarke_status run_loop(run *r, const atomic_bool *cancel, clarke_run_result *result)
{
    const clarke_clock *clock = &r->plan->clock;
    clarke_iter *it = &r->it;
    if (r->observer) r->observer->observe(r->observer->self, it, NULL);
    for (it->k = 0; it->k < clock->steps && result->finite; it->k++) {
        if (it->k % 1024 == 0) CLARKE_TRY(run_cancelled(r, cancel));
        const clarke_status status = run_iteration(r, it->k, &result->finite);
        result->step_failed = status != CLARKE_OK;
        CLARKE_TRY(status);
        if ((it->k & (it->k + 1)) == 0)
            result->largest = fmax(result->largest, run_largest(it->x, it->n));
        if (!result->finite) result->nonfinite_k = it->k;
    }
    result->steps = it->k;
    return CLARKE_OK;
}

/* What a run did that no run may do, or NULL. */
static const char *run_fault(const run *r, clarke_arena *mem)
{
    if (clarke_alloc_guard_count && clarke_alloc_guard_count() > 0)
        return "malloc was called during a step";
    if (clarke_arena_failed(mem)) return "memory was requested during a step";
    for (size_t i = 0; i < r->it.agents; i++)
        if (r->oracle[i].fault) return r->oracle[i].fault;
    return NULL;
}

static clarke_status run_end(run *r, clarke_arena *mem, clarke_run_result *result)
{
    result->fault = run_fault(r, mem);
    if (result->fault)
        return clarke_fail(CLARKE_EINTERNAL, "%s on %s: %s", r->plan->text.method,
                           r->plan->text.problem, result->fault);
    double **output = clarke_alloc_array(mem, r->uses + 1, sizeof *output);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 0; i < r->uses; i++) {
        output[i] = clarke_vec(mem, r->measure[i].desc->outputs);
        CLARKE_TRY(clarke_arena_status(mem));
        r->measure[i].desc->end(&r->measure[i], output[i]);
    }
    memcpy(result->final_x, r->it.x, r->it.n * sizeof(double));
    result->largest = fmax(result->largest, run_largest(r->it.x, r->it.n));
    result->output = output;
    return CLARKE_OK;
}

clarke_status clarke_run_execute(const clarke_run_plan *plan, uint64_t seed, uint64_t repetition,
                                 const clarke_measure_use *use, size_t uses,
                                 const clarke_observer *observer, const atomic_bool *cancel,
                                 clarke_arena *mem, clarke_run_result *result)
{
    run r = {.plan = plan, .uses = uses, .observer = observer};
    const size_t agents = plan->mixer ? plan->mixer->count : plan->agents, n = agents * plan->dim;
    *result = (clarke_run_result){.n = n, .finite = true};
    result->final_x = clarke_vec(mem, n);
    result->start = clarke_vec(mem, n);
    r.measure = clarke_alloc_array(mem, uses, sizeof *r.measure);
    CLARKE_TRY(clarke_arena_status(mem));
    clarke_status status = run_begin(&r, seed, repetition, use, result->start, mem);
    if (status == CLARKE_OK) status = run_loop(&r, cancel, result);
    clarke_run_close(&r);
    return status == CLARKE_OK ? run_end(&r, mem, result) : status;
}

/* ---- a run taken apart ---- */

clarke_status clarke_run_open(const clarke_run_plan *plan, uint64_t seed, clarke_arena *mem,
                              clarke_run **opened)
{
    const size_t agents = plan->mixer ? plan->mixer->count : plan->agents;
    double *start = clarke_vec(mem, agents * plan->dim);
    run *r = clarke_alloc(mem, sizeof *r);
    CLARKE_TRY(clarke_arena_status(mem));
    r->plan = plan;
    const clarke_status status = run_begin(r, seed, 0, NULL, start, mem);
    if (status != CLARKE_OK) {
        clarke_run_close(r);
        return status;
    }
    *opened = r;
    return CLARKE_OK;
}

const clarke_iter *clarke_run_iter(const clarke_run *r)
{
    return &r->it;
}

clarke_status clarke_run_iteration(clarke_run *r, size_t k)
{
    bool finite;
    assert(k < r->plan->clock.steps);
    CLARKE_TRY(run_iteration(r, k, &finite));
    return finite ? CLARKE_OK
                  : clarke_fail(CLARKE_EINPUT, "%s on %s is not finite after step %zu",
                                r->plan->text.method, r->plan->text.problem, k);
}

clarke_status clarke_run_phase(clarke_run *r, size_t phase)
{
    assert(phase < r->it.phases);
    return run_update(r, phase);
}

void clarke_run_close(clarke_run *r)
{
    if (r->begun && r->plan->method_desc->end) r->plan->method_desc->end(&r->it, r->state);
    r->begun = false;
}
