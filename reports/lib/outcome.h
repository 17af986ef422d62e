/* What a test harness is told of a case. */
#pragma once

#include "engine/results.h"

typedef enum {
    CLARKE_OUTCOME_PASSED,
    CLARKE_OUTCOME_FAILED, /* a surprise */
    CLARKE_OUTCOME_ERROR,  /* no verdict was reached */
    CLARKE_OUTCOME_SKIPPED
} clarke_outcome;

/* Inconclusive is skipped, expected or not, and never passed; not-applicable only where a judgement
   was expected, for that is what a control's first record is to be. */
clarke_outcome clarke_outcome_of(const clarke_result *result);
