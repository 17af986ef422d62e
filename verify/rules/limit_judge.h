/* What limit_judge.c gathers and limit_verdict.c turns into a verdict; private to the rule. */
#pragma once

#include "verify/rules/limit.h"

typedef struct {
    const clarke_evidence *e;
    const clarke_limit_options *o;
    const clarke_sgd_form *form;
    clarke_limit_law law;
    clarke_limit_null null;
    clarke_limit_data data;
    clarke_limit_gate gate;
    clarke_limit_support s;
    clarke_limit_refutation a, b, m;
    size_t cycle_run, cycle_period; /* period 0: none */
    double cycle_distance, largest;
    bool field;
} clarke_limit_findings;

/* Evidence, verdict and sentence. */
clarke_status clarke_limit_conclude(const clarke_limit_findings *g, clarke_judgement *j);
