#include "engine/run.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifdef CLARKE_ALLOC_GUARD
size_t clarke_alloc_guard_count(void);
#endif

/* ---- the plan ---- */

static void run_defaults(clarke_run_spec *text)
{
    if (!text->schedule) text->schedule = "power:0.5,0.7,10";
    if (!text->momentum) text->momentum = "single:1";
    if (!text->sampling) text->sampling = "replacement:1";
    if (!text->noise) text->noise = "none";
    if (!text->init) text->init = "start";
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
            return clarke_fail(CLARKE_EINPUT, "schedule '%s': eta_%zu = %g is not a positive number",
                               plan->text.schedule, k, eta[k]);
        if (plan->method_desc->uses_momentum && !(theta[k] > 0.0 && theta[k] <= 1.0))
            return clarke_fail(CLARKE_EINPUT, "momentum '%s': theta_%zu = %g is outside (0, 1]",
                               plan->text.momentum, k, theta[k]);
    }
    plan->clock = (clarke_clock){steps, plan->epoch, clarke_schedule_theory_of(&plan->schedule),
                                 clarke_schedule_theory_of(&plan->momentum), eta, theta, t};
    return CLARKE_OK;
}

/* Makes the problem once, to learn its sizes and to find what is wrong with its parameters. */
static clarke_status run_sizes(clarke_run_plan *plan, clarke_arena *scratch)
{
    clarke_problem *problem;
    clarke_oracle oracle;
    CLARKE_TRY(clarke_problem_make(&plan->problem, scratch, &problem));
    CLARKE_TRY(clarke_oracle_init(&oracle, problem, plan->sampling, plan->noise,
                                  (clarke_stream){{0, 0}}, scratch));
    plan->n = problem->n;
    plan->terms = oracle.terms;
    plan->epoch = oracle.epoch;
    return CLARKE_OK;
}

uint64_t clarke_run_spec_hash(const clarke_run_spec *text)
{
    uint64_t h = clarke_hash_mix(1, text->iterations);
    const char *const part[] = {text->problem,  text->method, text->schedule, text->momentum,
                                text->sampling, text->noise,  text->init};
    for (size_t i = 0; i < sizeof part / sizeof part[0]; i++) h = clarke_hash_text(h, part[i]);
    return h;
}

clarke_status clarke_run_spec_canonical(clarke_run_spec *text, clarke_arena *mem)
{
    clarke_spec problem, method;
    run_defaults(text);
    CLARKE_TRY(clarke_spec_parse(text->problem, mem, &problem));
    CLARKE_TRY(clarke_spec_parse(text->method, mem, &method));
    text->problem = clarke_spec_text(&problem, mem);
    text->method = clarke_spec_text(&method, mem);
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
    return clarke_noise_parse(plan->text.noise, &plan->noise);
}

clarke_status clarke_run_spec_check(const clarke_run_spec *spec, clarke_arena *mem)
{
    clarke_run_plan plan = {.text = *spec};
    CLARKE_TRY(run_texts(mem, &plan));
    return run_sizes(&plan, mem);
}

clarke_status clarke_run_plan_make(const clarke_run_spec *spec, clarke_arena *mem,
                                   clarke_run_plan *plan)
{
    *plan = (clarke_run_plan){.text = *spec};
    CLARKE_TRY(run_texts(mem, plan));
    clarke_arena *scratch = clarke_arena_new(0);
    if (!scratch) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    const clarke_status status = run_sizes(plan, scratch);
    clarke_arena_free(scratch);
    CLARKE_TRY(status);
    char what[64];
    snprintf(what, sizeof what, "a run of %zu iterations", spec->iterations);
    CLARKE_TRY(run_check_memory(clarke_run_bytes(plan), what));
    CLARKE_TRY(run_clock(plan, mem));
    plan->hash = clarke_run_spec_hash(&plan->text);
    return CLARKE_OK;
}

double clarke_run_bytes(const clarke_run_plan *plan)
{
    /* Three tables over the steps; about twelve vectors of the problem's size. */
    return 24.0 * ((double)plan->text.iterations + 1.0) + 96.0 * (double)plan->n +
           8.0 * (double)plan->terms;
}

/* ---- starts ---- */

static clarke_status init_file(const char *path, const clarke_problem *p, double *x)
{
    FILE *file = fopen(path, "r");
    if (!file) return clarke_fail(CLARKE_EINPUT, "cannot read the start '%s'", path);
    size_t count = 0;
    char word[64];
    clarke_status status = CLARKE_OK;
    while (status == CLARKE_OK && fscanf(file, " %63[^, \t\r\n]%*[, \t\r\n]", word) == 1) {
        double value;
        status = clarke_parse_real(word, path, &value);
        if (status == CLARKE_OK && count < p->n) x[count] = value;
        count++;
    }
    fclose(file);
    CLARKE_TRY(status);
    if (count == p->n) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "the start '%s' holds %zu numbers; %s has %zu variables",
                       path, count, p->spec, p->n);
}

/* The values in turn, again from the first one where there are fewer than variables. */
static clarke_status init_point(const char *text, const clarke_problem *p, double *x)
{
    char copy[256], *save = NULL;
    size_t count = 0;
    snprintf(copy, sizeof copy, "%s", text);
    for (char *piece = strtok_r(copy, ",", &save); piece && count < p->n;
         piece = strtok_r(NULL, ",", &save))
        CLARKE_TRY(clarke_parse_real(piece, "init: point", &x[count++]));
    if (count == 0) return clarke_fail(CLARKE_EINPUT, "init 'point:' names no value");
    for (size_t j = count; j < p->n; j++) x[j] = x[j - count];
    return CLARKE_OK;
}

/* Uniform in the box; a start nearer to S than a twentieth of the box is drawn again. */
static void init_box(const clarke_problem *p, const clarke_stream *s, double *x)
{
    enum { TRIES = 64 };
    const double width = p->box_high - p->box_low;
    for (uint64_t try = 0; try < TRIES; try++) {
        for (size_t j = 0; j < p->n; j++)
            x[j] = p->box_low + width * clarke_stream_uniform(s, try, j);
        if (!p->desc->stationary_distance) return;
        if (p->desc->stationary_distance(p, x, NULL, NULL) >= 0.05 * 0.5 * width) return;
    }
}

static clarke_status init_start(const char *text, const clarke_problem *p,
                                const clarke_stream *s, double *x)
{
    double a, b;
    char number[64];
    const char *colon = strchr(text, ':');
    memcpy(x, p->start, p->n * sizeof *x);
    if (strcmp(text, "start") == 0) return CLARKE_OK;
    if (strcmp(text, "box") == 0) return init_box(p, s, x), CLARKE_OK;
    if (strcmp(text, "zeros") == 0) return memset(x, 0, p->n * sizeof *x), CLARKE_OK;
    if (strncmp(text, "file:", 5) == 0) return init_file(text + 5, p, x);
    if (strncmp(text, "point:", 6) == 0) return init_point(text + 6, p, x);
    if (strncmp(text, "gaussian:", 9) == 0) {
        CLARKE_TRY(clarke_parse_real(colon + 1, "init: gaussian", &a));
        for (size_t j = 0; j < p->n; j++) x[j] = a * clarke_stream_gaussian(s, 0, j);
        return CLARKE_OK;
    }
    if (strncmp(text, "uniform:", 8) == 0 && strchr(colon, ',')) {
        snprintf(number, sizeof number, "%.*s", (int)(strchr(colon, ',') - colon - 1), colon + 1);
        CLARKE_TRY(clarke_parse_real(number, "init: uniform", &a));
        CLARKE_TRY(clarke_parse_real(strchr(colon, ',') + 1, "init: uniform", &b));
        for (size_t j = 0; j < p->n; j++) x[j] = a + (b - a) * clarke_stream_uniform(s, 0, j);
        return CLARKE_OK;
    }
    return clarke_fail(CLARKE_EINPUT,
                       "init '%s' is not one of start, box, zeros, point:V1,V2,..., "
                       "gaussian:S, uniform:LO,HI, file:PATH",
                       text);
}

/* ---- one run ---- */

typedef struct {
    const clarke_run_plan *plan;
    clarke_problem *problem;
    clarke_oracle oracle;
    clarke_iter it;
    void *state;
    double *before, *view_before[CLARKE_VIEWS_MAX];
    bool views_needed;
    clarke_measure *measure;
    size_t uses;
    const clarke_observer *observer;
} run;

static clarke_status run_method(run *r, clarke_arena *mem)
{
    const clarke_run_plan *plan = r->plan;
    const clarke_method_desc *desc = plan->method_desc;
    void *params = clarke_alloc(mem, desc->params_size);
    r->state = clarke_alloc(mem, desc->state_size);
    r->it.x = clarke_vec(mem, plan->n);
    r->before = clarke_vec(mem, plan->n);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(clarke_params_apply(desc->params, plan->method.id, &plan->method, mem, params));
    r->it.n = plan->n;
    r->it.layout = r->problem->layout;
    r->it.oracle = &r->oracle;
    r->it.mem = mem;
    r->it.eta0 = plan->clock.eta[0];
    r->it.theta0 = plan->clock.theta[0];
    r->it.phases = desc->phases;
    r->it.phase = desc->phase;
    CLARKE_TRY(desc->init(&r->it, params, r->state));
    return clarke_arena_status(mem);
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
    m->noise_bound = clarke_oracle_noise_bound(&r->oracle);
    m->scale = fmax(1.0, 0.5 * (own->box_high - own->box_low));
    m->n = r->plan->n;
    m->repetition = repetition;
    m->start = start;
    m->mem = mem;
    m->state = clarke_alloc(mem, m->desc->state_size);
    CLARKE_TRY(clarke_arena_status(mem));
    if ((m->desc->needs & CLARKE_NEEDS_TRUTH) && !own->desc->stationary_distance)
        return clarke_fail(CLARKE_EINPUT, "the measure %s needs a known stationary set; %s has none",
                           use->id, own->spec);
    if ((m->desc->needs & CLARKE_NEEDS_SGD_FORM) && !r->it.form)
        return clarke_fail(CLARKE_EINPUT, "the measure %s needs an SGD-type method; %s is none",
                           use->id, r->plan->text.method);
    r->views_needed |= (m->desc->needs & CLARKE_NEEDS_VIEWS_BEFORE) != 0;
    return m->desc->begin(m);
}

static clarke_status run_begin(run *r, uint64_t seed, uint64_t repetition,
                               const clarke_measure_use *use, double *start, clarke_arena *mem)
{
    const clarke_run_plan *plan = r->plan;
    const clarke_stream init = clarke_stream_make(seed, plan->text.problem, plan->text.method,
                                                  repetition, 0, "init");
    CLARKE_TRY(clarke_problem_make(&plan->problem, mem, &r->problem));
    CLARKE_TRY(clarke_oracle_init(&r->oracle, r->problem, plan->sampling, plan->noise,
                                  clarke_stream_make(seed, plan->text.problem, plan->text.method,
                                                     repetition, 0, "sampling"),
                                  mem));
    CLARKE_TRY(run_method(r, mem));
    CLARKE_TRY(init_start(plan->text.init, r->problem, &init, r->it.x));
    memcpy(start, r->it.x, plan->n * sizeof *start);
    for (size_t i = 0; i < r->uses; i++)
        CLARKE_TRY(run_measure(r, &use[i], start, repetition, mem, &r->measure[i]));
    for (size_t i = 0; r->views_needed && i < r->it.views; i++)
        r->view_before[i] = clarke_vec(mem, r->it.view[i].n);
    return clarke_arena_status(mem);
}

static bool run_is_finite(const double *x, size_t n)
{
    /* x - x is 0 for finite x and NaN otherwise. */
    double sum = 0.0;
    for (size_t j = 0; j < n; j++) sum += x[j] - x[j];
    return sum == 0.0;
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

/* One elementary update, then everybody is told. */
static clarke_status run_phase(run *r, size_t phase)
{
    clarke_iter *it = &r->it;
    run_snapshot(r, it->phase[phase].block);
    for (size_t i = 0; r->views_needed && i < it->views; i++)
        memcpy(r->view_before[i], it->view[i].value, it->view[i].n * sizeof(double));
    clarke_arena_seal(it->mem, true);
    const clarke_status status = r->plan->method_desc->step(it, r->state, phase);
    clarke_arena_seal(it->mem, false);
    CLARKE_TRY(status);
    const clarke_event e = {
        .k = it->k, .phase = phase, .last_phase = phase + 1 == it->phases,
        .before = r->before, .after = it->x, .eta = it->eta, .theta = it->theta,
        .t = r->plan->clock.t[it->k + 1], .oracle = &r->oracle.record, .views = it->views,
        .view = it->view,
        .view_before = r->views_needed ? (const double *const *)r->view_before : NULL};
    for (size_t i = 0; i < r->uses; i++) r->measure[i].desc->observe(&r->measure[i], &e);
    if (r->observer) r->observer->observe(r->observer->self, it, &e);
    return CLARKE_OK;
}

static clarke_status run_loop(run *r, const atomic_bool *cancel, clarke_run_result *result)
{
    const clarke_clock *clock = &r->plan->clock;
    clarke_iter *it = &r->it;
    if (r->observer) r->observer->observe(r->observer->self, it, NULL);
    for (it->k = 0; it->k < clock->steps && result->finite; it->k++) {
        if (cancel && it->k % 1024 == 0 && atomic_load(cancel))
            return clarke_fail(CLARKE_EINTERRUPTED, "interrupted");
        it->eta = clock->eta[it->k];
        it->theta = clock->theta[it->k];
        r->oracle.k = it->k;
        for (size_t phase = 0; phase < it->phases; phase++) CLARKE_TRY(run_phase(r, phase));
        if ((it->k & (it->k + 1)) == 0)
            result->largest = fmax(result->largest, run_largest(it->x, it->n));
        if (!run_is_finite(it->x, it->n)) {
            result->finite = false;
            result->nonfinite_k = it->k;
        }
    }
    result->steps = it->k;
    return CLARKE_OK;
}

static clarke_status run_end(run *r, clarke_arena *mem, clarke_run_result *result)
{
    double **output = clarke_alloc_array(mem, r->uses + 1, sizeof *output);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 0; i < r->uses; i++) {
        output[i] = clarke_vec(mem, r->measure[i].desc->outputs);
        CLARKE_TRY(clarke_arena_status(mem));
        r->measure[i].desc->end(&r->measure[i], output[i]);
    }
    memcpy(result->final_x, r->it.x, r->it.n * sizeof(double));
    result->largest = fmax(result->largest, run_largest(r->it.x, r->it.n));
    result->fault = r->oracle.fault;
    result->output = output;
    if (clarke_arena_failed(mem)) result->fault = "memory was requested during a step";
#ifdef CLARKE_ALLOC_GUARD
    if (clarke_alloc_guard_count() > 0) result->fault = "malloc was called during a step";
#endif
    if (result->fault)
        return clarke_fail(CLARKE_EINTERNAL, "%s on %s: %s", r->plan->text.method,
                           r->plan->text.problem, result->fault);
    return CLARKE_OK;
}

clarke_status clarke_run_execute(const clarke_run_plan *plan, uint64_t seed, uint64_t repetition,
                                 const clarke_measure_use *use, size_t uses,
                                 const clarke_observer *observer, const atomic_bool *cancel,
                                 clarke_arena *mem, clarke_run_result *result)
{
    run r = {.plan = plan, .uses = uses, .observer = observer};
    *result = (clarke_run_result){.n = plan->n, .finite = true};
    result->final_x = clarke_vec(mem, plan->n);
    result->start = clarke_vec(mem, plan->n);
    r.measure = clarke_alloc_array(mem, uses, sizeof *r.measure);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(run_begin(&r, seed, repetition, use, result->start, mem));
    CLARKE_TRY(run_loop(&r, cancel, result));
    return run_end(&r, mem, result);
}
