/* Development builds with CLARKE_ALLOC_GUARD: malloc during a step is caught. The functions are in
   the program and in the tests, not in the library, because they replace malloc. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Forbids allocation to this thread, or allows it again; it starts allowed. */
void clarke_alloc_guard(bool forbidden);
/* The allocations of this thread while they were forbidden, since the last time it asked. */
size_t clarke_alloc_guard_count(void);
