/* The kinds of things there are, for list and show. */
#pragma once

#include "cli/lib/cli.h"

typedef struct {
    const char *plural, *singular;
    const clarke_registry *registry; /* NULL: nothing of the kind is registered in the program */
    const char *(*title)(const void *desc);
    bool suites; /* found as files */
} clarke_kind;

/* Ends with {0}. */
extern const clarke_kind clarke_kinds[];
