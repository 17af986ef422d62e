#include "bench/timing.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <time.h>

static double timing_clock(clockid_t which)
{
    struct timespec t;
    clock_gettime(which, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

__attribute__((noinline)) void clarke_kernel_call(const clarke_kernel_desc *desc,
                                                  clarke_kernel_run *run)
{
    desc->body(run);
}

static clarke_status timing_begin(const clarke_kernel_desc *desc, const char *item, size_t n,
                                  clarke_kernel_run *run)
{
    *run = (clarke_kernel_run){.item = item, .n = n, .mem = clarke_arena_new(0)};
    if (!run->mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    clarke_status status = desc->set_up(run);
    if (status == CLARKE_OK) status = clarke_arena_status(run->mem);
    if (status != CLARKE_OK) clarke_arena_free(run->mem);
    return status;
}

static void timing_end(const clarke_kernel_desc *desc, clarke_kernel_run *run)
{
    if (desc->tear_down) desc->tear_down(run);
    clarke_arena_free(run->mem);
}

static void timing_calls(const clarke_kernel_desc *desc, clarke_kernel_run *run, size_t calls,
                         size_t extra)
{
    for (size_t i = 1; i <= calls; i++) {
        clarke_kernel_call(desc, run);
        if (extra > 0 && i % extra == 0) clarke_kernel_call(desc, run);
    }
}

/* Doubles the number of calls, `group` at first, until they last long enough; the first calls warm
   up. A slow-down needs whole groups of `extra` calls. */
static size_t timing_calibrate(const clarke_kernel_desc *desc, clarke_kernel_run *run,
                               double shortest, size_t group)
{
    size_t calls = group > 0 ? group : 1;
    for (clarke_kernel_call(desc, run);; calls *= 2) {
        const double begin = timing_clock(CLOCK_MONOTONIC);
        timing_calls(desc, run, calls, 0);
        if (timing_clock(CLOCK_MONOTONIC) - begin >= shortest) return calls;
    }
}

clarke_status clarke_time_kernel(const clarke_kernel_desc *desc, const char *item, size_t n,
                                 const clarke_timing_options *options, clarke_timing *timing)
{
    double wall[CLARKE_TIMING_MOST], cpu[CLARKE_TIMING_MOST];
    clarke_kernel_run run;
    CLARKE_TRY(timing_begin(desc, item, n, &run));
    const size_t most = options->repetitions < CLARKE_TIMING_MOST ? options->repetitions
                                                                  : CLARKE_TIMING_MOST;
    const size_t calls = timing_calibrate(desc, &run, options->shortest, options->extra);
    const double begin = timing_clock(CLOCK_MONOTONIC);
    size_t count = 0;
    for (double now = begin;
         count < most && (count < CLARKE_TIMING_LEAST || now - begin < options->longest); count++) {
        const double c = timing_clock(CLOCK_PROCESS_CPUTIME_ID),
                     before = timing_clock(CLOCK_MONOTONIC);
        timing_calls(desc, &run, calls, options->extra);
        cpu[count] = (timing_clock(CLOCK_PROCESS_CPUTIME_ID) - c) / (double)calls;
        now = timing_clock(CLOCK_MONOTONIC);
        wall[count] = (now - before) / (double)calls;
    }
    gsl_sort(wall, 1, count);
    gsl_sort(cpu, 1, count);
    *timing = (clarke_timing){.wall = gsl_stats_quantile_from_sorted_data(wall, 1, count, 0.5),
                              .cpu = gsl_stats_quantile_from_sorted_data(cpu, 1, count, 0.5),
                              .calls = calls,
                              .repetitions = count,
                              .elements = run.elements,
                              .bytes = run.bytes,
                              .flops = run.flops};
    timing->spread = (gsl_stats_quantile_from_sorted_data(wall, 1, count, 0.75) -
                      gsl_stats_quantile_from_sorted_data(wall, 1, count, 0.25)) /
                     timing->wall;
    timing_end(desc, &run);
    return CLARKE_OK;
}

clarke_status clarke_call_kernel(const clarke_kernel_desc *desc, const char *item, size_t n,
                                 size_t calls, size_t extra)
{
    clarke_kernel_run run;
    CLARKE_TRY(timing_begin(desc, item, n, &run));
    desc->body(&run); /* the loader resolves names at the first call */
    timing_calls(desc, &run, calls, extra);
    timing_end(desc, &run);
    return CLARKE_OK;
}

clarke_status clarke_turns_open(const clarke_kernel_desc *desc, const char *item, size_t n,
                                const clarke_timing_options *options, size_t group, size_t calls,
                                clarke_turns *t)
{
    *t = (clarke_turns){.calls = calls, .extra = options->extra};
    CLARKE_TRY(timing_begin(desc, item, n, &t->run));
    t->desc = desc;
    if (calls == 0)
        t->calls = timing_calibrate(desc, &t->run, options->shortest, group);
    else
        timing_calls(desc, &t->run, calls, 0);
    return CLARKE_OK;
}

double clarke_turns_take(clarke_turns *t)
{
    const double begin = timing_clock(CLOCK_PROCESS_CPUTIME_ID);
    timing_calls(t->desc, &t->run, t->calls, t->extra);
    return (timing_clock(CLOCK_PROCESS_CPUTIME_ID) - begin) / (double)t->calls;
}

void clarke_turns_close(clarke_turns *t)
{
    timing_end(t->desc, &t->run);
}
