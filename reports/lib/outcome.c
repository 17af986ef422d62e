#include "reports/lib/outcome.h"

clarke_outcome clarke_outcome_of(const clarke_result *result)
{
    switch (result->verdict) {
    case CLARKE_VERDICT_NONE: return CLARKE_OUTCOME_ERROR;
    case CLARKE_INCONCLUSIVE: return CLARKE_OUTCOME_SKIPPED;
    case CLARKE_NOT_APPLICABLE:
        if (!(result->expected & CLARKE_EXPECT_NOT_APPLICABLE)) return CLARKE_OUTCOME_SKIPPED;
        break;
    case CLARKE_SUPPORTED:
    case CLARKE_REFUTED: break;
    }
    return result->surprising ? CLARKE_OUTCOME_FAILED : CLARKE_OUTCOME_PASSED;
}
