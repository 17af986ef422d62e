/* A case of decision rule 2 on real runs, as the tests of the rule judge it. */
#pragma once

#include "verify/rules/limit.h"

typedef struct {
    clarke_run_spec run;
    clarke_limit_quantity quantity;
    clarke_limit_control control;
    double target[8]; /* args of block_maxima for CONTROL_POINT */
    double level;
    uint64_t seed;
    unsigned skip;
    bool clarke; /* the Clarke set, not the field's */
} limit_case;

typedef struct {
    clarke_verdict verdict;
    double growth, tail, slope, resolution, null_level, predicted;
    size_t votes, control_votes;
    char form; /* of a refutation in finite time */
    char sentence[900];
} limit_outcome;

/* alpha of a case of a suite with 150, and of each of its two looks. */
#define LIMIT_ALPHA (0.05 / 300.0)

/* One look: plan, 24 runs, judgement. Fails the test that calls it where it cannot be made. */
limit_outcome limit_judge(const limit_case *l, size_t look, double alpha);
/* Plans the case; false if nothing is admitted. Texts live in `mem`. */
bool limit_plan_case(limit_case *l, size_t most, clarke_arena *mem,
                     clarke_limit_proposal *proposal);

/* A number of the environment; CLARKE_LIMIT_TABLE, 0 where no table is asked for. */
size_t limit_table_number(const char *name, size_t fallback);
size_t limit_table_steps(void);
