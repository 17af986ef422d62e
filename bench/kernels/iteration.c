/* One iteration of every method, as a run makes it, on the first problem of the list that the method
   takes: n numbers, or a network whose blocks have about n. Square ones have two hidden layers, all
   widths and the number of samples w: six squares. In tall ones all widths are 8: an exact W- or
   V-step of a two-splitting costs the fourth power of the width.
   250 and 2500 numbers are 24 and 240 kB, a million 96 MB: about twelve vectors. Flops are those of
   matrix products and of what counts its own. */
#include "bench/lib/steps.h"

typedef enum { ITERATION_PLAIN, ITERATION_SQUARE, ITERATION_TALL } iteration_shape;

typedef struct {
    const char *problem;
    iteration_shape shape;
    const char *more;
} iteration_choice;

static const iteration_choice iteration_problem[] = {
    {"absquad", ITERATION_PLAIN, ""},
    {"square_product", ITERATION_PLAIN, ""},
    {"split_three", ITERATION_SQUARE, ",bias=yes"},
    {"split_two", ITERATION_TALL, ",activation=tanh"},
    {"dladmm_net", ITERATION_SQUARE, ""}};
enum {
    ITERATION_PROBLEMS = sizeof iteration_problem / sizeof iteration_problem[0],
    ITERATION_AGENTS = 16
};

static const char *iteration_spec(const clarke_kernel_run *run, const iteration_choice *c, size_t n)
{
    const size_t square = n > 24 ? (size_t)sqrt((double)n / 6.0) : 2;
    const size_t width = c->shape == ITERATION_TALL ? 8 : square;
    const size_t samples = c->shape == ITERATION_TALL ? n / 24 + 1 : square;
    if (c->shape == ITERATION_PLAIN)
        return clarke_arena_printf(run->mem, "%s:n=%zu%s", c->problem, n, c->more);
    return clarke_arena_printf(run->mem, "%s:widths=%zu,%zu,inputs=%zu,outputs=%zu,samples=%zu%s",
                               c->problem, width, width, width, width, samples, c->more);
}

static clarke_status iteration_open(clarke_kernel_run *run, const iteration_choice *choice)
{
    const clarke_method_desc *method = clarke_registry_get(&clarke_methods, run->item);
    const size_t n = method->decentralised ? run->n / ITERATION_AGENTS : run->n;
    const clarke_run_spec spec = {.method = run->item,
                                  .problem = iteration_spec(run, choice, n),
                                  .network = method->decentralised ? "ring:d=16" : "none"};
    CLARKE_TRY(clarke_arena_status(run->mem));
    return clarke_steps_set_up(run, &spec);
}

/* Tried on a small one, in memory of its own. */
static bool iteration_takes(const clarke_kernel_run *run, const iteration_choice *choice)
{
    clarke_kernel_run trial = {.item = run->item, .n = 64, .mem = clarke_arena_new(0)};
    if (!trial.mem) return false;
    const bool takes = iteration_open(&trial, choice) == CLARKE_OK;
    if (takes) clarke_steps_tear_down(&trial);
    clarke_arena_free(trial.mem);
    return takes;
}

static clarke_status iteration_set_up(clarke_kernel_run *run)
{
    for (size_t i = 0; i < ITERATION_PROBLEMS; i++)
        if (iteration_takes(run, &iteration_problem[i]))
            return iteration_open(run, &iteration_problem[i]);
    return clarke_fail(CLARKE_EINPUT, "iteration: no problem of the list is one for %s", run->item);
}

const clarke_kernel_desc clarke_kernel_iteration = {
    .title = "one iteration of a method, as a run makes it",
    .unit = "coordinate",
    .bound = CLARKE_BOUND_NONE,
    .each = &clarke_methods,
    .size = {250, 2500, 1000000},
    .count_size = 64,
    .set_up = iteration_set_up,
    .body = clarke_steps_iterate,
    .tear_down = clarke_steps_tear_down,
};
