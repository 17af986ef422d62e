#include "engine/trace.h"

#include "core/agents.h"
#include "engine/json.h"
#include "engine/table.h"

#include <math.h>
#include <string.h>

enum {
    TRACE_K,
    TRACE_T,
    TRACE_F,
    TRACE_DX,
    TRACE_GNORM,
    TRACE_ETA,
    TRACE_RESIDUAL_CLARKE,
    TRACE_RESIDUAL_FIELD,
    TRACE_RESIDUAL_GOLDSTEIN,
    TRACE_DISTANCE_CLARKE,
    TRACE_DISTANCE_FIELD,
    TRACE_CONSENSUS,
    TRACE_MOMENTUM
};

const char *const clarke_trace_name[CLARKE_TRACE_COLUMNS] = {"k",
                                                             "t",
                                                             "f",
                                                             "dx",
                                                             "gnorm",
                                                             "eta",
                                                             "residual_clarke",
                                                             "residual_field",
                                                             "residual_goldstein",
                                                             "distance_clarke",
                                                             "distance_field",
                                                             "consensus",
                                                             "momentum"};

struct clarke_trace {
    const clarke_run_plan *plan;
    clarke_problem *problem;
    clarke_table_writer *writer;
    size_t every, n, columns;
    size_t agents, dim;
    bool with_x;
    bool pending;                  /* row[] holds the state of row `k`, whose step is not done */
    double *row;                   /* [columns] */
    double *x;                     /* [n] x_k of the pending row */
    double *mean;                  /* [dim] scratch; NULL where there are no agents */
    size_t blocks;                 /* of an agent's columns: x, then the views it writes */
    const clarke_iter *it;         /* the run's */
    size_t view[CLARKE_VIEWS_MAX]; /* [blocks - 1] which views of `it` */
    size_t k;                      /* the state reached */
    size_t calls;                  /* of the oracle, before step k */
    const double *live;            /* [n] the run's iterate; NULL before row 0 */
    const double *momentum;        /* the run's, or NULL */
    size_t momentum_n;
};

bool clarke_trace_has_row(size_t every, size_t k)
{
    if (every > 0) return k % every == 0;
    if (k <= 1000) return true;
    /* Is k the rounded 10^(j/50) for some j? */
    const double j = round(50.0 * log10((double)k));
    return k == (size_t)round(pow(10.0, j / 50.0));
}

static double trace_norm(const double *x, size_t n)
{
    double sum = 0.0;
    for (size_t j = 0; j < n; j++) sum += x[j] * x[j];
    return sqrt(sum);
}

static double trace_step(const double *after, const double *before, size_t n)
{
    double sum = 0.0;
    for (size_t j = 0; j < n; j++) sum += (after[j] - before[j]) * (after[j] - before[j]);
    return sqrt(sum);
}

static bool trace_is_finite(const double *x, size_t n)
{
    for (size_t j = 0; j < n; j++)
        if (!isfinite(x[j])) return false;
    return true;
}

/* At x_k, or at the agents' mean. */
static void trace_state(clarke_trace *t, const double *x)
{
    const clarke_problem *p = t->problem;
    const clarke_problem_desc *desc = p->desc;
    double *row = t->row;
    if (desc->value) row[TRACE_F] = desc->value(p, x);
    if (desc->clarke_residual) {
        row[TRACE_RESIDUAL_CLARKE] = desc->clarke_residual(p, x);
        row[TRACE_RESIDUAL_FIELD] = row[TRACE_RESIDUAL_CLARKE];
    }
    if (desc->field_residual) row[TRACE_RESIDUAL_FIELD] = desc->field_residual(p, x);
    row[TRACE_RESIDUAL_GOLDSTEIN] = clarke_goldstein_residual(p, x, sqrt(row[TRACE_ETA])).high;
    if (desc->stationary_distance) {
        row[TRACE_DISTANCE_CLARKE] = desc->stationary_distance(p, x, NULL, NULL);
        row[TRACE_DISTANCE_FIELD] = row[TRACE_DISTANCE_CLARKE];
    }
    if (desc->field_distance) row[TRACE_DISTANCE_FIELD] = desc->field_distance(p, x, NULL);
}

/* ---- agents ---- */

/* |Z_perp|_F over the iterate and the views that are mixed like it; leaves the mean of x. */
static double trace_consensus(clarke_trace *t)
{
    double sum = 0.0;
    for (size_t v = 0; v < t->it->views; v++) {
        if (!(t->it->view[v].role & CLARKE_VIEW_MIXED)) continue;
        clarke_agents_mean(t->agents, t->dim, t->it->view[v].value, t->mean);
        sum += clarke_agents_spread(t->agents, t->dim, t->it->view[v].value, t->mean);
    }
    clarke_agents_mean(t->agents, t->dim, t->x, t->mean);
    return sqrt(clarke_agents_spread(t->agents, t->dim, t->x, t->mean) + sum);
}

/* Block b of every agent's columns. */
static void trace_put(clarke_trace *t, size_t b, const double *z)
{
    for (size_t i = 0; i < t->agents; i++)
        memcpy(t->row + CLARKE_TRACE_COLUMNS + (i * t->blocks + b) * t->dim, z + i * t->dim,
               t->dim * sizeof *z);
}

/* The views that are a state stand beside the iterate; what a step used is known after it. */
static void trace_views(clarke_trace *t, bool of_step)
{
    for (size_t b = 1; t->with_x && b < t->blocks; b++) {
        const clarke_view *view = &t->it->view[t->view[b - 1]];
        if (((view->role & CLARKE_VIEW_OF_STEP) != 0) == of_step) trace_put(t, b, view->value);
    }
}

static void trace_begin_row(clarke_trace *t)
{
    const clarke_clock *clock = &t->plan->clock;
    for (size_t j = 0; j < t->columns; j++) t->row[j] = NAN;
    memcpy(t->x, t->live, t->n * sizeof *t->x);
    t->row[TRACE_K] = (double)t->k;
    t->row[TRACE_T] = clock->t[t->k];
    t->row[TRACE_ETA] = clock->eta[t->k];
    if (t->momentum) t->row[TRACE_MOMENTUM] = trace_norm(t->momentum, t->momentum_n);
    const bool finite = trace_is_finite(t->x, t->n);
    if (t->mean) t->row[TRACE_CONSENSUS] = trace_consensus(t);
    if (finite) trace_state(t, t->mean ? t->mean : t->x);
    if (t->with_x) trace_put(t, 0, t->x);
    trace_views(t, false);
    t->pending = true;
}

static void trace_end_row(clarke_trace *t)
{
    clarke_table_row(t->writer, t->row);
    t->pending = false;
}

/* |G|_F over all agents. */
static double trace_answers(const clarke_trace *t, const clarke_event *e)
{
    double norm = trace_norm(e->oracle->g, t->dim);
    for (size_t i = 1; i < e->agents; i++) norm = hypot(norm, trace_norm(e->agent[i]->g, t->dim));
    return norm;
}

void clarke_trace_observe(void *trace, const clarke_iter *it, const clarke_event *e)
{
    clarke_trace *t = trace;
    if (e && !e->last_phase) return;
    t->k = e ? e->k + 1 : 0;
    if (!e) {
        t->it = it;
        t->live = it->x;
        for (size_t i = 0; i < it->views; i++) {
            if (strcmp(it->view[i].name, "momentum") != 0) continue;
            t->momentum = it->view[i].value;
            t->momentum_n = it->view[i].n;
        }
    }
    if (t->pending) {
        t->row[TRACE_DX] = trace_step(t->live, t->x, t->n);
        if (e->oracle && e->oracle->calls > t->calls) t->row[TRACE_GNORM] = trace_answers(t, e);
        trace_views(t, true);
        trace_end_row(t);
    }
    if (e && e->oracle) t->calls = e->oracle->calls;
    if (clarke_trace_has_row(t->every, t->k) || t->k == t->plan->clock.steps) trace_begin_row(t);
}

/* ---- begin and end ---- */

/* The letter of a view's columns; '\0': it has none. */
static char trace_letter(const char *view)
{
    if (strcmp(view, "momentum") == 0) return 'm';
    return strcmp(view, "tracker") == 0 ? 'v' : '\0';
}

/* Which views of the method have columns. */
static clarke_status trace_agents(clarke_trace *t, clarke_arena *mem)
{
    CLARKE_TRY(clarke_method_forms(t->plan->text.method, mem, &t->it));
    t->mean = clarke_vec(mem, t->dim);
    for (size_t v = 0; v < t->it->views; v++)
        if (t->it->view[v].role && trace_letter(t->it->view[v].name)) t->view[t->blocks++ - 1] = v;
    return clarke_arena_status(mem);
}

/* a0.x0, ..., a0.m0, ..., a1.x0, ... */
static clarke_status trace_agent_names(const clarke_trace *t, clarke_arena *mem, const char **name)
{
    size_t at = CLARKE_TRACE_COLUMNS;
    for (size_t i = 0; i < t->agents; i++)
        for (size_t b = 0; b < t->blocks; b++) {
            const char letter = b == 0 ? 'x' : trace_letter(t->it->view[t->view[b - 1]].name);
            for (size_t j = 0; j < t->dim; j++)
                name[at++] = clarke_arena_printf(mem, "a%zu.%c%zu", i, letter, j);
        }
    return clarke_arena_status(mem);
}

static clarke_status trace_names(const clarke_trace *t, clarke_arena *mem, const char **name)
{
    const clarke_layout *layout = &t->problem->layout;
    for (size_t j = 0; j < CLARKE_TRACE_COLUMNS; j++) name[j] = clarke_trace_name[j];
    if (t->mean && t->with_x) return trace_agent_names(t, mem, name);
    for (size_t b = 0; t->with_x && b < layout->count; b++) {
        const clarke_block *block = &layout->block[b];
        for (size_t j = 0; j < block->rows * block->cols; j++)
            name[CLARKE_TRACE_COLUMNS + block->offset + j] =
                layout->count > 1 ? clarke_arena_printf(mem, "%s[%zu]", block->name, j)
                                  : clarke_arena_printf(mem, "x%zu", j);
    }
    return clarke_arena_status(mem);
}

static clarke_status trace_header(const clarke_run_plan *plan, uint64_t seed, uint64_t repetition,
                                  json_t *header)
{
    const clarke_run_spec *text = &plan->text;
    const struct {
        const char *name, *value;
    } texts[] = {{"type", "run"},
                 {"problem", text->problem},
                 {"method", text->method},
                 {"schedule", text->schedule},
                 {"momentum_schedule", text->momentum},
                 {"sampling", text->sampling},
                 {"noise", text->noise},
                 {"init", text->init},
                 {"goldstein_radius", "sqrt(eta)"}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        CLARKE_TRY(clarke_json_set_text(header, texts[i].name, texts[i].value));
    if (plan->network) CLARKE_TRY(clarke_json_set_text(header, "network", text->network));
    CLARKE_TRY(clarke_json_set_count(header, "schema_version", 1));
    CLARKE_TRY(clarke_json_set_count(header, "n", plan->n));
    CLARKE_TRY(clarke_json_set_count(header, "iterations", text->iterations));
    CLARKE_TRY(clarke_json_set_count(header, "seed", (size_t)seed));
    return clarke_json_set_count(header, "repetition", (size_t)repetition);
}

static clarke_status trace_create(const clarke_trace_options *o, const clarke_run_plan *plan,
                                  uint64_t seed, uint64_t repetition, const char *const *name,
                                  clarke_trace *t, clarke_arena *mem)
{
    json_t *header = json_object();
    if (!header) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    clarke_status status = trace_header(plan, seed, repetition, header);
    if (status == CLARKE_OK)
        status = clarke_table_create(o->path, name, t->columns, header, mem, &t->writer);
    json_decref(header);
    return status;
}

clarke_status clarke_trace_begin(const clarke_trace_options *options, const clarke_run_plan *plan,
                                 uint64_t seed, uint64_t repetition, clarke_arena *mem,
                                 clarke_trace **trace)
{
    const size_t n = plan->n;
    clarke_trace *t = clarke_alloc(mem, sizeof *t);
    CLARKE_TRY(clarke_arena_status(mem));
    *t = (clarke_trace){.plan = plan,
                        .every = options->every,
                        .n = n,
                        .agents = plan->agents,
                        .dim = plan->dim,
                        .blocks = 1,
                        .with_x = options->whole || n <= CLARKE_TRACE_SMALL};
    if (plan->network) CLARKE_TRY(trace_agents(t, mem));
    t->columns = CLARKE_TRACE_COLUMNS + (t->with_x ? n * t->blocks : 0);
    t->row = clarke_vec(mem, t->columns);
    t->x = clarke_vec(mem, n);
    const char **name = clarke_alloc_array(mem, t->columns, sizeof *name);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(clarke_problem_make(&plan->problem, mem, &t->problem));
    CLARKE_TRY(trace_names(t, mem, name));
    CLARKE_TRY(trace_create(options, plan, seed, repetition, name, t, mem));
    *trace = t;
    return CLARKE_OK;
}

clarke_status clarke_trace_open(const char *path, const clarke_run_plan *plan, uint64_t seed,
                                uint64_t repetition, clarke_arena *mem, clarke_trace **trace)
{
    const clarke_trace_options options = {.path = path};
    return clarke_trace_begin(&options, plan, seed, repetition, mem, trace);
}

clarke_status clarke_trace_close(clarke_trace *t)
{
    if (!t) return CLARKE_OK;
    /* A run that ended early left a state that was not due. */
    if (t->live && !t->pending) trace_begin_row(t);
    if (t->pending) trace_end_row(t);
    return clarke_table_close(t->writer);
}
