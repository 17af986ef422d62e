/* A plan: the cases of a suite, with their ids and their share of the suite's alpha. */
#pragma once

#include "engine/claim.h"

struct clarke_plan {
    clarke_arena *mem;
    size_t count, capacity;
    clarke_case *c; /* [count], sorted by id once closed */
    double alpha;   /* of the suite */
    size_t errors;
    const char *first_error;
};

void clarke_plan_open(clarke_plan *plan, clarke_arena *mem, double alpha);
/* Sorts, shares alpha out by weight; CLARKE_EINPUT with the first planning error if there was one. */
clarke_status clarke_plan_close(clarke_plan *plan);
