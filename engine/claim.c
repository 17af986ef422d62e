#include "engine/json.h"
#include "engine/plan.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- texts ---- */

const char *clarke_verdict_text(clarke_verdict verdict)
{
    static const char *const text[] = {"none", "supported", "refuted", "inconclusive",
                                       "not-applicable"};
    return text[verdict];
}

const char *clarke_role_text(clarke_role role)
{
    static const char *const text[] = {"claim", "control", "reading"};
    return text[role];
}

const char *clarke_provenance_text(clarke_provenance provenance)
{
    static const char *const text[] = {"read", "second-hand", "recalled", "derived"};
    return text[provenance];
}

const char *clarke_hypothesis_text(clarke_hypothesis_state state)
{
    static const char *const text[] = {"proved", "measured", "assumed", "failed"};
    return text[state];
}

/* ---- plans ---- */

void clarke_plan_open(clarke_plan *plan, clarke_arena *mem, double alpha)
{
    *plan = (clarke_plan){.mem = mem, .alpha = alpha};
}

clarke_arena *clarke_plan_arena(clarke_plan *plan)
{
    return plan->mem;
}

void clarke_plan_error(clarke_plan *plan, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (plan->errors++ == 0) plan->first_error = clarke_arena_copy_text(plan->mem, text);
}

/* What makes a case: not how it is measured, so that a better measure keeps the id. */
static uint64_t plan_hash(const clarke_case *c)
{
    uint64_t h = clarke_run_spec_hash(&c->run);
    h = clarke_hash_text(h, c->claim);
    h = clarke_hash_text(h, clarke_role_text(c->role));
    h = clarke_hash_text(h, c->broken ? c->broken : "");
    h = clarke_hash_text(h, c->variant ? c->variant : "");
    h = clarke_hash_mix(h, c->bypass);
    h = clarke_hash_mix(h, c->repetitions);
    for (size_t i = 0; i < CLARKE_CASE_ARGS; i++) {
        char number[32];
        snprintf(number, sizeof number, "%.17g", c->arg[i]);
        h = clarke_hash_text(h, number);
    }
    return h;
}

static clarke_status plan_grow(clarke_plan *plan)
{
    if (plan->count < plan->capacity) return CLARKE_OK;
    const size_t capacity = plan->capacity ? 2 * plan->capacity : 64;
    clarke_case *grown = clarke_alloc_array(plan->mem, capacity, sizeof *grown);
    CLARKE_TRY(clarke_arena_status(plan->mem));
    if (plan->count > 0) memcpy(grown, plan->c, plan->count * sizeof *grown);
    plan->c = grown;
    plan->capacity = capacity;
    return CLARKE_OK;
}

/* What cannot be run is found when planning: a suite is refused before its first step, not half-way.
   Problems on real data are only looked up, since making them reads the data. */
static clarke_status plan_run(clarke_plan *plan, clarke_run_spec *run)
{
    clarke_spec problem;
    const void *desc;
    CLARKE_TRY(clarke_run_spec_canonical(run, plan->mem));
    CLARKE_TRY(clarke_spec_parse(run->problem, plan->mem, &problem));
    CLARKE_TRY(clarke_registry_find(&clarke_problems, problem.id, &desc));
    if (((const clarke_problem_desc *)desc)->traits & CLARKE_TRAIT_DATA) return CLARKE_OK;
    clarke_run_plan sizes;
    return clarke_run_plan_sizes(run, plan->mem, &sizes);
}

/* A case that makes its own runs names what it likes of them. */
static clarke_status plan_own_run(clarke_plan *plan, clarke_run_spec *run)
{
    const char **const text[] = {&run->problem,  &run->method, &run->schedule, &run->momentum,
                                 &run->sampling, &run->noise,  &run->init,     &run->network};
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++)
        *text[i] = clarke_arena_copy_text(plan->mem, *text[i] ? *text[i] : "none");
    return clarke_arena_status(plan->mem);
}

static bool plan_same_uses(const clarke_case *a, const clarke_case *b)
{
    if (a->uses != b->uses) return false;
    for (size_t i = 0; i < a->uses; i++)
        if (strcmp(a->use[i].id, b->use[i].id) != 0 ||
            memcmp(a->use[i].arg, b->use[i].arg, sizeof a->use[i].arg) != 0)
            return false;
    return true;
}

clarke_status clarke_plan_add(clarke_plan *plan, const clarke_case *proto)
{
    CLARKE_TRY(plan_grow(plan));
    clarke_case *c = &plan->c[plan->count];
    *c = *proto;
    if (c->repetitions > 0)
        CLARKE_TRY(plan_run(plan, &c->run));
    else
        CLARKE_TRY(plan_own_run(plan, &c->run));
    if (c->variant) c->variant = clarke_arena_copy_text(plan->mem, c->variant);
    c->hash = plan_hash(c);
    c->id = clarke_arena_printf(plan->mem, "%s-%010" PRIx64, c->claim, c->hash >> 24);
    CLARKE_TRY(clarke_arena_status(plan->mem));
    for (size_t i = 0; i < plan->count; i++) {
        if (strcmp(plan->c[i].id, c->id) != 0) continue;
        if (plan_same_uses(&plan->c[i], c)) return CLARKE_OK;
        return clarke_fail(CLARKE_EINTERNAL,
                           "%s: two cases differ in their measures only; give them variants",
                           c->id);
    }
    plan->count++;
    return CLARKE_OK;
}

static int plan_compare(const void *a, const void *b)
{
    return strcmp(((const clarke_case *)a)->id, ((const clarke_case *)b)->id);
}

clarke_status clarke_plan_close(clarke_plan *plan)
{
    double weights = 0.0;
    if (plan->errors > 0)
        return clarke_fail(CLARKE_EINPUT, "%zu planning error%s; the first: %s", plan->errors,
                           plan->errors == 1 ? "" : "s", plan->first_error);
    qsort(plan->c, plan->count, sizeof *plan->c, plan_compare);
    for (size_t i = 0; i < plan->count; i++) weights += plan->c[i].weight;
    for (size_t i = 0; i < plan->count; i++)
        plan->c[i].alpha = plan->alpha * plan->c[i].weight / weights;
    return CLARKE_OK;
}

/* ---- judgements ---- */

/* A note that cannot be stored leaves the record without it, and the arena failed: the judge's
   status then says so. */
static void note_check(clarke_judgement *j, clarke_status status)
{
    if (status != CLARKE_OK) clarke_arena_fail_at(j->mem, 1), clarke_alloc(j->mem, 1);
}

void clarke_note_real(clarke_judgement *j, const char *name, double value)
{
    note_check(j, clarke_json_set_real(j->evidence, name, value));
}

void clarke_note_count(clarke_judgement *j, const char *name, size_t value)
{
    note_check(j, clarke_json_set_count(j->evidence, name, value));
}

void clarke_note_text(clarke_judgement *j, const char *name, const char *value)
{
    note_check(j, clarke_json_set_text(j->evidence, name, value));
}

void clarke_note_reals(clarke_judgement *j, const char *name, const double *value, size_t count)
{
    note_check(j, clarke_json_set_reals(j->evidence, name, value, count));
}

clarke_status clarke_judge(clarke_judgement *j, clarke_verdict verdict, const char *format, ...)
{
    char text[900];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    j->verdict = verdict;
    j->sentence = clarke_arena_copy_text(j->mem, text);
    return clarke_arena_status(j->mem);
}

void clarke_assume(clarke_judgement *j, const char *id, const char *text,
                   clarke_hypothesis_state state, const char *format, ...)
{
    char how[512];
    va_list args;
    assert(j->hypotheses < CLARKE_HYPOTHESES_MAX);
    va_start(args, format);
    vsnprintf(how, sizeof how, format, args);
    va_end(args);
    j->hypothesis[j->hypotheses++] =
        (clarke_hypothesis){id, text, state, clarke_arena_copy_text(j->mem, how)};
}

bool clarke_gate_closed(const clarke_evidence *e, clarke_judgement *j)
{
    const clarke_hypothesis *first = NULL;
    size_t failed = 0;
    for (size_t i = 0; i < j->hypotheses; i++) {
        if (j->hypothesis[i].state != CLARKE_HYPOTHESIS_FAILED) continue;
        if (!first) first = &j->hypothesis[i];
        failed++;
    }
    if (!first || e->c->bypass || e->ungated) return false;
    clarke_judge(j, CLARKE_NOT_APPLICABLE, "hypothesis '%s' fails: %s%s", first->id, first->how,
                 failed > 1 ? " (and others, listed)" : "");
    return true;
}

const double *clarke_outputs(const clarke_evidence *e, size_t r, size_t use)
{
    return e->run[r].output[e->use_map[use]];
}

double clarke_output(const clarke_evidence *e, size_t r, size_t use, const char *name)
{
    const clarke_measure_desc *desc = clarke_registry_get(&clarke_measures, e->c->use[use].id);
    for (size_t i = 0; i < desc->outputs; i++)
        if (strcmp(desc->output[i], name) == 0) return clarke_outputs(e, r, use)[i];
    return NAN;
}
