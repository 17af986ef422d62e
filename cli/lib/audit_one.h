/* One fault, tried and judged. */
#pragma once

#include "cli/lib/audit.h"
#include "engine/results.h"

/* Probes first: a method whose traces are all the same need not be judged. Of a mutant one catch is
   enough, and so it is that a run ends as none did before. `folder` is for what is made. */
clarke_status clarke_audit_one(const clarke_audit *a, clarke_fault *f, const char *folder);
/* Refuted, and supported without the fault; of a variant by settings: refuted. */
bool clarke_audit_is_catch(const clarke_audit *a, const clarke_fault *f, const clarke_result *r);
