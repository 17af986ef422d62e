#include "cli/lib/audit_one.h"

#include "cli/lib/audit_probes.h"
#include "cli/lib/audit_run.h"
#include "cli/lib/process.h"
#include "engine/results.h"

#include <stdlib.h>
#include <string.h>

static clarke_status audit_one_compile(const clarke_audit *a, clarke_fault *f, const char *folder,
                                       const char **object)
{
    const char *source = clarke_arena_printf(f->mem, "%s/fault.c", folder);
    int status;
    *object = clarke_arena_printf(f->mem, "%s/fault.so", folder);
    const char *const argv[] = {"cc",
                                "-std=c17",
                                "-O1",
                                "-fPIC",
                                "-shared",
                                "-w",
                                "-ffp-contract=off",
                                "-D_XOPEN_SOURCE=700",
                                clarke_arena_printf(f->mem, "-I%s", a->root),
                                "-o",
                                *object,
                                source,
                                NULL};
    CLARKE_TRY(clarke_arena_status(f->mem));
    FILE *out = fopen(source, "w");
    if (!out) return clarke_fail(CLARKE_EIO, "cannot write %s", source);
    fputs(f->text, out);
    if (fclose(out) != 0) return clarke_fail(CLARKE_EIO, "cannot write %s", source);
    CLARKE_TRY(clarke_process_exit(argv, f->mem, &status));
    if (status == 0) return CLARKE_OK;
    f->outcome = CLARKE_FAULT_VOID;
    f->detail = "it does not compile";
    *object = NULL;
    return CLARKE_OK;
}

static const clarke_audit_case *audit_one_case(const clarke_audit *a, const char *id)
{
    size_t low = 0, high = a->cases;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(id, a->base[middle].id);
        if (order == 0) return &a->base[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

bool clarke_audit_is_catch(const clarke_audit *a, const clarke_fault *f, const clarke_result *r)
{
    if (f && f->suite) return r->role == CLARKE_ROLE_CLAIM && r->verdict == CLARKE_REFUTED;
    const clarke_audit_case *base = audit_one_case(a, r->id);
    return base && base->role == CLARKE_ROLE_CLAIM && base->verdict == CLARKE_SUPPORTED &&
           r->verdict == CLARKE_REFUTED;
}

size_t clarke_fault_step(const clarke_fault_catch *c)
{
    const char *at = c->sentence ? strstr(c->sentence, "at step ") : NULL;
    return at ? strtoul(at + strlen("at step "), NULL, 10) : SIZE_MAX;
}

static void audit_one_catch(const clarke_fault *f, const clarke_result *r, const char *sentence,
                            clarke_fault_catch *list, size_t *count)
{
    const clarke_fault_catch c = {clarke_arena_copy_text(f->mem, r->claim),
                                  clarke_arena_copy_text(f->mem, r->id),
                                  clarke_arena_copy_text(f->mem, sentence ? sentence : "")};
    size_t at = 0;
    while (at < *count && strcmp(list[at].claim, r->claim) != 0) at++;
    if (at == CLARKE_FAULT_CATCHES_MAX) return;
    if (at == *count || clarke_fault_step(&c) < clarke_fault_step(&list[at])) list[at] = c;
    *count += at == *count;
}

/* A claim that is supported without the fault, and of which a hypothesis fails with it, such as that
   the steps conform, objects by standing back: that is counted apart. */
static void audit_one_stand_back(const clarke_audit *a, clarke_fault *f, const clarke_result *r)
{
    const clarke_audit_case *base = audit_one_case(a, r->id);
    if (!base || base->role != CLARKE_ROLE_CLAIM || base->verdict != CLARKE_SUPPORTED ||
        r->verdict != CLARKE_NOT_APPLICABLE)
        return;
    const char *open = clarke_result_text(r, "ungated");
    if (open && strcmp(open, clarke_verdict_text(CLARKE_REFUTED)) == 0)
        audit_one_catch(f, r, clarke_result_text(r, "ungated_sentence"), f->opened, &f->opens);
    for (size_t i = 0; i < f->backs; i++)
        if (strcmp(f->stood_back[i], r->claim) == 0) return;
    if (f->backs < CLARKE_FAULT_CATCHES_MAX)
        f->stood_back[f->backs++] = clarke_arena_copy_text(f->mem, r->claim);
}

/* What the folder's records say of the fault. */
static clarke_status audit_one_judge(const clarke_audit *a, clarke_fault *f, const char *folder)
{
    clarke_results *results;
    if (clarke_results_load(folder, &results) != CLARKE_OK) {
        f->detail = clarke_arena_copy_text(f->mem, clarke_message());
        return clarke_arena_status(f->mem);
    }
    for (size_t i = 0; i < results->count; i++) {
        const clarke_result *r = &results->result[i];
        f->judged += r->role == CLARKE_ROLE_CLAIM && r->verdict == CLARKE_SUPPORTED;
        audit_one_stand_back(a, f, r);
        if (!clarke_audit_is_catch(a, f, r)) continue;
        audit_one_catch(f, r, r->sentence, f->caught, &f->catches);
        const bool finite = !strstr(r->sentence, "finite");
        if (finite)
            f->outcome = CLARKE_FAULT_CAUGHT;
        else if (f->outcome != CLARKE_FAULT_CAUGHT)
            f->outcome = CLARKE_FAULT_NONFINITE;
    }
    clarke_results_free(results);
    return clarke_arena_status(f->mem);
}

bool clarke_audit_judges(const clarke_audit *a, const char *method)
{
    for (size_t i = 0; i < a->cases; i++)
        if (strcmp(a->base[i].method, method) == 0) return true;
    return false;
}

static void audit_one_stopped(clarke_fault *f, const char *what, int status)
{
    if (f->outcome == CLARKE_FAULT_SURVIVED) f->outcome = CLARKE_FAULT_STOPPED;
    f->detail = clarke_audit_hangs(status)
                    ? clarke_arena_printf(f->mem, "%s did not end in time", what)
                    : clarke_arena_printf(f->mem, "%s ended with status %d", what, status);
}

static clarke_status audit_one_suite(const clarke_audit *a, clarke_fault *f, const char *object,
                                     const char *method, const char *folder)
{
    int status;
    const clarke_audit_job job = {.object = object,
                                  .suite = a->suite,
                                  .method = method,
                                  .folder = folder,
                                  .first = f->kind == CLARKE_FAULT_MUTANT,
                                  .ungated = f->kind == CLARKE_FAULT_NAMED,
                                  .seed = a->seed};
    CLARKE_TRY(clarke_audit_verify(a, &job, f->mem, &status));
    if (status <= 2) return audit_one_judge(a, f, folder);
    audit_one_stopped(f, "the suite", status);
    return clarke_arena_status(f->mem);
}

/* Settings on which no claim is supported say nothing: void. */
static clarke_status audit_one_settings(const clarke_audit *a, clarke_fault *f, const char *folder)
{
    int status;
    const clarke_audit_job job = {.suite = f->suite,
                                  .folder = clarke_arena_printf(f->mem, "%s/results", folder),
                                  .seed = a->seed};
    CLARKE_TRY(clarke_arena_status(f->mem));
    f->outcome = CLARKE_FAULT_SURVIVED;
    CLARKE_TRY(clarke_audit_verify(a, &job, f->mem, &status));
    if (status > 2) {
        audit_one_stopped(f, "the suite", status);
        return clarke_arena_status(f->mem);
    }
    CLARKE_TRY(audit_one_judge(a, f, job.folder));
    if (f->outcome == CLARKE_FAULT_SURVIVED && f->judged == 0) f->outcome = CLARKE_FAULT_VOID;
    return clarke_arena_status(f->mem);
}

/* A method's own file is used by no other method. */
static bool audit_one_reaches(const clarke_fault *f, const char *method)
{
    const char *own = "methods/";
    if (strncmp(f->path, own, strlen(own)) != 0 || strchr(f->path + strlen(own), '/')) return true;
    const char *name = f->path + strlen(own);
    const size_t length = strlen(method);
    return strncmp(name, method, length) == 0 && name[length] == '.';
}

/* What follows from a probe that behaves otherwise: the suite judges its method. */
static clarke_status audit_one_follow(const clarke_audit *a, clarke_fault *f, const char *object,
                                      const char *folder, const clarke_audit_trial *t, bool *judged)
{
    const char *method = a->probe[t->probe].method;
    const bool judges = clarke_audit_judges(a, method);
    if (f->outcome == CLARKE_FAULT_EQUIVALENT) f->outcome = CLARKE_FAULT_SURVIVED;
    if (!f->method) f->method = method;
    if (t->status != 0) audit_one_stopped(f, "a run", t->status);
    *judged |= judges;
    if (clarke_audit_hangs(t->status) || !judges ||
        (f->kind == CLARKE_FAULT_MUTANT && t->status != 0))
        return clarke_arena_status(f->mem);
    return audit_one_suite(a, f, object, method, clarke_arena_printf(f->mem, "%s/results", folder));
}

/* The probes, each of them or up to the first that behaves otherwise; *left is whether to go on with
   those that are still wanted. */
static clarke_status audit_one_round(const clarke_audit *a, clarke_fault *f, const char *object,
                                     const char *folder, bool *wanted, bool *judged, bool *left)
{
    const bool mutant = f->kind == CLARKE_FAULT_MUTANT;
    size_t count;
    clarke_audit_trial *trial = clarke_alloc_array(f->mem, a->probes + 1, sizeof *trial);
    CLARKE_TRY(clarke_arena_status(f->mem));
    CLARKE_TRY(clarke_audit_probes_try(a, object, folder, wanted, mutant, f->mem, trial, &count));
    *left = false;
    for (size_t k = 0; k < count; k++) {
        if (!trial[k].differs || !wanted[trial[k].probe]) continue;
        const char *method = a->probe[trial[k].probe].method;
        CLARKE_TRY(audit_one_follow(a, f, object, folder, &trial[k], judged));
        if (clarke_audit_hangs(trial[k].status)) return CLARKE_OK;
        /* The method is judged: its other probes say no more, nor do those that were passed over. */
        for (size_t i = 0; i < a->probes; i++)
            wanted[i] = wanted[i] && i > trial[k].probe && strcmp(a->probe[i].method, method) != 0;
        *left = mutant && f->outcome == CLARKE_FAULT_SURVIVED;
    }
    return CLARKE_OK;
}

clarke_status clarke_audit_one(const clarke_audit *a, clarke_fault *f, const char *folder)
{
    const char *object;
    bool judged = false, left = false;
    if (!f->text) return CLARKE_OK;
    if (f->suite) return audit_one_settings(a, f, folder);
    CLARKE_TRY(audit_one_compile(a, f, folder, &object));
    if (!object) return CLARKE_OK;
    f->outcome = CLARKE_FAULT_EQUIVALENT;
    bool *wanted = clarke_alloc_array(f->mem, a->probes + 1, sizeof *wanted);
    CLARKE_TRY(clarke_arena_status(f->mem));
    for (size_t i = 0; i < a->probes; i++)
        left |= wanted[i] = audit_one_reaches(f, a->probe[i].method);
    while (left) CLARKE_TRY(audit_one_round(a, f, object, folder, wanted, &judged, &left));
    if (f->outcome == CLARKE_FAULT_SURVIVED && !judged)
        f->detail = "no claim of the suite judges the method";
    return clarke_arena_status(f->mem);
}
