/* A suite: which claims on which problems, budgets, weights of alpha. A YAML file:

     name: quick
     about: what CI runs at every push
     alpha: 0.05        # of the whole suite
     steps: 0.25        # factor on every claim's own number of iterations
     claims:
       - claim: th1_a
         weight: 1
         problems: [absquad, "kink_well:p=2"]
         methods: [heavy_ball, sign_sgd]
         noise: [none, "signs:1"]
         sampling: ["replacement:1"]
         schedules: ["power:0.2,0.75,25"]
         momentum: ["single:1"]
         networks: ["ring:d=8"]       # of the agents, for decentralised methods
         iterations: 20000
         controls: yes

   Every list left out is the claim's own choice; every combination is planned. */
#pragma once

#include "engine/plan.h"

typedef struct {
    const char *name, *about;
    double alpha;
    clarke_plan plan; /* closed */
} clarke_suite;

/* `name` is a path if it holds '/' or ends in .yaml or .yml, otherwise it is looked up as
   FOLDER/NAME.yaml for each of the `folders` (NULL-terminated). Errors name file, line, key. */
clarke_status clarke_suite_load(const char *name, const char *const *folders, clarke_arena *mem,
                                clarke_suite *suite);
/* The names found in the folders, sorted; *count of them. */
clarke_status clarke_suite_names(const char *const *folders, clarke_arena *mem,
                                 const char *const **names, size_t *count);
