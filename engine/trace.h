/* The trace of one run: an observer that writes rows. Row k is the state before step k, and K steps
   give the rows 0 to K. Columns:
     k, t                iteration; sum of the steps before it
     f                   f(x_k)
     dx, gnorm           |x_{k+1} - x_k| and |g_k| of step k; undefined in the last row
     eta                 step size of step k
     residual_clarke     dist(0, Clarke subdifferential at x_k)
     residual_field      the same for the field of the parts
     residual_goldstein  upper end of the bracket of dist(0, Goldstein subdifferential) of radius
                         sqrt(eta_k), which shrinks more slowly than the steps
     distance_clarke     dist(x_k, stationary set)
     distance_field      distance to the critical set of the field
     consensus           |Z_perp|_F over the iterate and what is mixed like it; undefined where there
                         is one agent
     momentum            |m_k| of the view "momentum"
     a0.x0, ...          agents: the iterate, momentum (a0.m0, ...), tracker (a0.v0, ..., of the step)
                         of each; f, residuals and distances are those of the agents' mean
     x0, x1, ...         where n <= 64 or asked for; W1[0], ... where there are blocks
   What the problem does not know is undefined. */
#pragma once

#include "engine/run.h"

enum { CLARKE_TRACE_COLUMNS = 13, CLARKE_TRACE_SMALL = 64 };

/* The columns before those of the iterate. */
extern const char *const clarke_trace_name[CLARKE_TRACE_COLUMNS];

typedef struct {
    const char *path; /* .csv, .jsonl or .npy */
    size_t every;     /* 0: every iteration up to 1,000, then 50 a decade; the last always */
    bool whole;       /* the iterate, whatever its size */
} clarke_trace_options;

typedef struct clarke_trace clarke_trace;

/* The trace lives in `mem`, and so does its own instance of the problem. */
clarke_status clarke_trace_begin(const clarke_trace_options *options, const clarke_run_plan *plan,
                                 uint64_t seed, uint64_t repetition, clarke_arena *mem,
                                 clarke_trace **trace);
/* The same with the default rows and columns. */
clarke_status clarke_trace_open(const char *path, const clarke_run_plan *plan, uint64_t seed,
                                uint64_t repetition, clarke_arena *mem, clarke_trace **trace);
/* A clarke_observer's function; `trace` is a clarke_trace. */
void clarke_trace_observe(void *trace, const clarke_iter *it, const clarke_event *e);
/* Writes the state that was reached, and closes; NULL is fine. Call it before the run's arena is
   freed, also when the run failed or was interrupted. */
clarke_status clarke_trace_close(clarke_trace *trace);

/* Whether row k is written, by `every`; the last one always is. */
bool clarke_trace_has_row(size_t every, size_t k);
