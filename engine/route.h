/* Whose is a setting? --set name=value reaches the problem, the method, or the network. */
#pragma once

#include "core/param.h"

typedef struct {
    const char *kind;          /* "problem": the prefix that names it */
    clarke_spec *spec;         /* NULL: there is none here */
    const clarke_param *table; /* its parameters */
} clarke_route;

/* Adds name=value to the spec whose table has the name. An ambiguous name needs "problem.name" or
   its like; an unknown one is an error that suggests the nearest of all names. */
clarke_status clarke_route_setting(const clarke_route *route, size_t routes, const char *setting,
                                   clarke_arena *mem);
