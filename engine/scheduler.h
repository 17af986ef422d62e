/* The scheduler: executes a plan. Cases with the same runs share them; work is spread over threads
   by groups of runs, so that no sum depends on their number. */
#pragma once

#include "engine/plan.h"

/* Numbers of an iterate, all agents together, that a report draws. */
enum { CLARKE_TRACE_AGENTS = 8 };

typedef struct {
    uint64_t seed;
    size_t jobs;         /* threads; 0: one per core */
    const char *suite;   /* name, for the replay command */
    const char *journal; /* path: each finished record is appended; NULL: none */
    const char *traces;  /* folder for traces of two-dimensional cases, and of few agents with few
                           variables; NULL: none */
    bool trace_all;      /* of every case with runs */
    double timeout;      /* seconds for all the work; INFINITY: none */
    bool resume;         /* take the journal's records as done */
    bool
        until_refuted; /* begin with the cheapest runs, and none more after a surprising refutation */
    bool ungated; /* a claim whose hypothesis fails is judged a second time as if it held, and the
                     evidence says what came of it: "ungated", "ungated_sentence" */
    bool foreign; /* methods that are not ours: one whose step cannot be done has failed */
    const atomic_bool *cancel; /* NULL or a flag that ends the work */
    void (*progress)(void *self, double done, double total, const char *what);
    void *progress_self;
    /* NULL, or told before cases that share their runs are judged, and when that is over: a failure
       ends the work. */
    clarke_status (*begin)(void *self, const clarke_case *const *c, size_t count);
    clarke_status (*end)(void *self);
    void *watch_self;
    /* NULL, or told what a look at a case took, in seconds of CPU: its part of the runs it shares with
       others, and judging it. Never in a record. */
    void (*spent)(void *self, const clarke_case *c, double running, double judging);
    void *spent_self;
} clarke_scheduler_options;

/* Judges the cases with selected[i] (NULL: all). *records is a JSON array of what is finished,
   sorted by id, also when interrupted (CLARKE_EINTERRUPTED). The caller owns the reference. */
clarke_status clarke_schedule_cases(const clarke_plan *plan, const bool *selected,
                                    const clarke_scheduler_options *options, json_t **records);

/* Estimated steps of one case, both looks not counted: for --dry-run and the progress. */
double clarke_case_cost(const clarke_case *c);

/* Equal for cases that share their runs. */
uint64_t clarke_case_runs(const clarke_case *c);

/* The measures of cases that share their runs, each once, in `mem`. */
clarke_status clarke_case_uses(const clarke_case *const *c, size_t count, clarke_arena *mem,
                               clarke_measure_use **use, size_t *uses);

/* The record of one judged case (docs/schemas/verdict.schema.json). */
json_t *clarke_record_make(const clarke_case *c, const clarke_judgement *j, uint64_t seed,
                           size_t look, const char *suite);
/* Exactly one line, keys sorted, %.17g; the caller frees it. NULL when out of memory. */
char *clarke_record_line(const json_t *record);
/* Whether a verdict is what the case expects; reads `expected`: for reports and exit status. */
bool clarke_is_surprising(const clarke_case *c, const clarke_judgement *j);
