/* One run: method x problem x schedule x sampling x seed, with its measures. */
#pragma once

#include "core/measure.h"
#include "core/registry.h"

#include <stdatomic.h>

/* All text, in the grammar of the command line. NULL: the default. */
typedef struct {
    const char *problem, *method; /* ID[:name=value,...] */
    const char *schedule;         /* default: power:0.5,0.7,10 */
    const char *momentum;         /* default: single:1 */
    const char *sampling;         /* default: replacement:1 */
    const char *noise;            /* default: none */
    const char *init; /* start | box | zeros | point:v1,v2,... | gaussian:s | uniform:lo,hi
                                     | file:PATH; box: uniform in the problem's box, off its stationary set */
    size_t iterations;
    const char *network; /* ID[:name=value,...] or file:PATH; default: none */
} clarke_run_spec;

/* Called after every phase; also once before the first step with e == NULL (row 0). */
typedef struct {
    void *self;
    void (*observe)(void *self, const clarke_iter *it, const clarke_event *e);
} clarke_observer;

typedef struct {
    double *final_x, *start; /* [n], the rows of this process's agents */
    size_t n, steps;         /* steps done */
    bool finite;             /* every iterate was finite */
    bool step_failed;        /* a step could not be done */
    size_t nonfinite_k;      /* first k whose after is not finite */
    double largest;          /* sup |x_k|_inf seen at powers of two and at the end */
    const char *fault;       /* NULL, or what the checking oracle or the arena found */
    double *const *output;   /* [uses] each [desc->outputs] */
} clarke_run_result;

/* The parsed spec, shared by the repetitions of a run: read-only while they run. */
typedef struct {
    clarke_run_spec text; /* canonical, nothing NULL */
    clarke_spec problem, method;
    const clarke_method_desc *method_desc;
    const clarke_network *network; /* NULL: none */
    const clarke_mixer *mixer;     /* NULL: all agents in this process */
    clarke_schedule schedule, momentum;
    clarke_sampling sampling;
    clarke_noise noise;
    clarke_clock clock;
    size_t n;            /* of the iterate, agents x dim */
    size_t agents, dim;  /* 1, n where there is no network */
    size_t terms, epoch; /* of the first agent's sum */
    bool same_epoch;     /* every agent's epoch is as long */
    uint64_t hash;       /* of the canonical text */
} clarke_run_plan;

/* Fills the defaults and brings problem, method and network to their canonical text; a network
   that does not say how many agents it has gets the problem's. */
clarke_status clarke_run_spec_canonical(clarke_run_spec *spec, clarke_arena *mem);
/* Everything of a plan but the step sizes: whether the texts can be read, the names exist and the
   problem can be made, and what its sizes are. For those who plan. */
clarke_status clarke_run_plan_sizes(const clarke_run_spec *spec, clarke_arena *mem,
                                    clarke_run_plan *plan);
/* Of the canonical text. */
uint64_t clarke_run_spec_hash(const clarke_run_spec *spec);

/* Parses, checks and tabulates; everything in `mem`. Sizes that cannot fit in memory are refused
   with the number. */
clarke_status clarke_run_plan_make(const clarke_run_spec *spec, clarke_arena *mem,
                                   clarke_run_plan *plan);

/* Runs repetition `repetition` with the given measures. The result lives in `mem`. `cancel` may be
   NULL; when it becomes true the run ends with CLARKE_EINTERRUPTED. A run that becomes non-finite
   ends early with result->finite false and CLARKE_OK. */
clarke_status clarke_run_execute(const clarke_run_plan *plan, uint64_t seed, uint64_t repetition,
                                 const clarke_measure_use *use, size_t uses,
                                 const clarke_observer *observer, const atomic_bool *cancel,
                                 clarke_arena *mem, clarke_run_result *result);

/* A run taken apart, for those who time a part of it. `plan` and `mem` outlive it. Closing is for what
   an arena does not free. */
typedef struct clarke_run clarke_run;
clarke_status clarke_run_open(const clarke_run_plan *plan, uint64_t seed, clarke_arena *mem,
                              clarke_run **opened);
const clarke_iter *clarke_run_iter(const clarke_run *r);
/* Step k < plan->clock.steps as clarke_run_execute does it, whatever steps went before; CLARKE_EINPUT
   where the iterate is not finite afterwards. */
clarke_status clarke_run_iteration(clarke_run *r, size_t k);
/* The method's own part of a phase of the step that came last, and nothing else. */
clarke_status clarke_run_phase(clarke_run *r, size_t phase);
void clarke_run_close(clarke_run *r);

/* A method of that text as it describes itself: form, dsm and views, from an init over one agent in
   one variable. */
clarke_status clarke_method_forms(const char *method, clarke_arena *mem, const clarke_iter **it);

/* Bytes that one repetition and the tables need, estimated. */
double clarke_run_bytes(const clarke_run_plan *plan);
