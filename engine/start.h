/* Where a run begins: start | box | zeros | point:v1,v2,... | gaussian:s | uniform:lo,hi | file:PATH,
   a file of numbers, or a folder of BLOCK.npy as `run --save` writes it. */
#pragma once

#include "core/problem.h"
#include "core/stream.h"

/* x[n] = the start that `text` describes. `box` is uniform in the problem's box, off its stationary
   set. CLARKE_EINPUT for a text or a file that cannot be read. */
/* The row of one agent among several. `point` and a file that holds a number for each variable of
   each agent go on from one agent to the next. */
clarke_status clarke_start_agent(const char *text, const clarke_problem *p,
                                 const clarke_stream *stream, size_t agent, size_t agents,
                                 double *x);
clarke_status clarke_start(const char *text, const clarke_problem *p, const clarke_stream *stream,
                           double *x);
