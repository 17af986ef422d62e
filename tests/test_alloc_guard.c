/* No method allocates while it steps. A sealed arena refuses, in every build; in builds with
   CLARKE_ALLOC_GUARD malloc itself is watched, and a run whose step calls it fails. */
#include "core/alloc_guard.h"
#include "engine/run.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>
#include <threads.h>

Test(alloc_guard, a_sealed_arena_refuses)
{
    clarke_arena *mem = clarke_arena_new(0);
    cr_assert(clarke_alloc(mem, 8), "open: refused");
    clarke_arena_seal(mem, true);
    cr_expect_null(clarke_alloc(mem, 8), "sealed: served");
    clarke_arena_seal(mem, false);
    cr_expect(clarke_arena_failed(mem), "sealed: the failure is forgotten");
    clarke_arena_free(mem);
}

#ifdef CLARKE_ALLOC_GUARD

/* The optimiser may not remove a block that escapes. */
static void *volatile escape;

static size_t count_of(void (*allocate)(void))
{
    clarke_alloc_guard_count();
    clarke_alloc_guard(true);
    allocate();
    clarke_alloc_guard(false);
    return clarke_alloc_guard_count();
}

static void by_malloc(void)
{
    free(escape = malloc(10));
}

static void by_calloc(void)
{
    free(escape = calloc(2, 10));
}

static void by_realloc(void)
{
    free(escape = realloc(NULL, 10));
}

static void by_posix_memalign(void)
{
    void *block = NULL;
    cr_assert_eq(posix_memalign(&block, 64, 10), 0, "posix_memalign: failed");
    cr_assert_eq((size_t)block % 64, 0, "posix_memalign: not aligned");
    free(escape = block);
}

static void by_aligned_alloc(void)
{
    free(escape = aligned_alloc(64, 64));
}

static void by_strdup(void)
{
    free(escape = strdup("text"));
}

static void by_nobody(void)
{
    escape = NULL;
}

Test(alloc_guard, every_way_is_counted)
{
    static const struct {
        const char *label;
        void (*allocate)(void);
        size_t count;
    } way[] = {{"malloc", by_malloc, 1},
               {"calloc", by_calloc, 1},
               {"realloc", by_realloc, 1},
               {"posix_memalign", by_posix_memalign, 1},
               {"aligned_alloc", by_aligned_alloc, 1},
               {"strdup", by_strdup, 1},
               {"nothing", by_nobody, 0}};
    for (size_t i = 0; i < sizeof way / sizeof way[0]; i++)
        cr_expect_eq(count_of(way[i].allocate), way[i].count, "%s: not counted once", way[i].label);
}

Test(alloc_guard, what_is_allowed_is_not_counted)
{
    clarke_alloc_guard_count();
    by_malloc();
    cr_expect_eq(clarke_alloc_guard_count(), 0, "allowed: counted");
    void *block = NULL;
    cr_expect_neq(posix_memalign(&block, 3, 8), 0, "posix_memalign: alignment 3 is accepted");
}

static int allocate_in_thread(void *unused)
{
    (void)unused;
    by_malloc();
    return (int)clarke_alloc_guard_count();
}

Test(alloc_guard, threads_are_apart)
{
    thrd_t thread;
    int counted = -1;
    clarke_alloc_guard_count();
    cr_assert_eq(thrd_create(&thread, allocate_in_thread, NULL), thrd_success, "thread: none");
    clarke_alloc_guard(true);
    cr_assert_eq(thrd_join(thread, &counted), thrd_success, "thread: not joined");
    clarke_alloc_guard(false);
    cr_expect_eq(counted, 0, "thread: counted %d by the flag of another", counted);
}

/* ---- a method that allocates in its fifth step ---- */

static const clarke_method_desc *inner;

static clarke_status leaky_step(clarke_iter *it, void *state, size_t phase)
{
    if (it->k == 4) by_malloc();
    return inner->step(it, state, phase);
}

static clarke_status run_with(clarke_status (*step)(clarke_iter *, void *, size_t),
                              clarke_run_result *result, clarke_arena *mem)
{
    clarke_run_plan plan;
    clarke_run_spec spec = {
        .problem = clarke_problems.entry[0].id, .method = "sgd", .iterations = 10};
    cr_assert_eq(clarke_run_plan_make(&spec, mem, &plan), CLARKE_OK, "plan: %s", clarke_message());
    inner = plan.method_desc;
    clarke_method_desc desc = *inner;
    if (step) desc.step = step;
    plan.method_desc = &desc;
    return clarke_run_execute(&plan, 1, 0, NULL, 0, NULL, NULL, mem, result);
}

Test(alloc_guard, a_step_that_allocates_fails_its_run)
{
    clarke_run_result result;
    clarke_arena *mem = clarke_arena_new(0);
    cr_expect_eq(run_with(NULL, &result, mem), CLARKE_OK, "as it is: %s", clarke_message());
    cr_expect_eq(run_with(leaky_step, &result, mem), CLARKE_EINTERNAL, "malloc in a step: passed");
    cr_expect(strstr(clarke_message(), "malloc"), "malloc in a step: '%s'", clarke_message());
    cr_expect_eq(run_with(NULL, &result, mem), CLARKE_OK, "the run after it: %s", clarke_message());
    clarke_arena_free(mem);
}

#endif
