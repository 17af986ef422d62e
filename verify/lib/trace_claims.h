/* What the claims about traces of other software share. They judge by clarke check alone: as cases
   of a suite they are refused. */
#pragma once

#include "engine/claim.h"
#include "engine/foreign.h"
#include "verify/rules/rate.h"

/* The members `plan` and `judge` of such a claim. */
clarke_status clarke_trace_plan(clarke_plan *plan, const clarke_plan_item *item);
clarke_status clarke_trace_judge(const clarke_evidence *e, clarke_judgement *j);

/* Reads the quantity and adds the hypothesis that the trace tells it; a trace that does not gets the
   verdict not-applicable, and *series->count is 0. */
clarke_status clarke_trace_need(const clarke_foreign *t, clarke_foreign_quantity what,
                                clarke_judgement *j, clarke_foreign_series *series);
/* The same for the rows being consecutive iterations; false and the verdict if they are not. */
bool clarke_trace_need_steps(const clarke_foreign *t, clarke_judgement *j);

/* The absolute error of the numbers as they are written: of doubles, of single precision, of few
   decimals or few significant digits, whichever all of them have. */
double clarke_trace_accuracy(const clarke_foreign_series *s);

/* The size of the iterate: of its coordinates where they are told, otherwise how far it went, which
   is no more than twice the size of its largest point. */
double clarke_trace_scale(const clarke_foreign *t);

/* The rate of a series, noted as <prefix>_regime, <prefix>_rate, ... `limit` NAN: unknown; with
   a limit the accuracy is that of differences of the iterate. */
clarke_status clarke_trace_rate(const clarke_foreign *t, const clarke_foreign_series *s,
                                double limit, const char *prefix, clarke_judgement *j,
                                clarke_rate *rate);
/* "linear, q = 0.9 in [0.89, 0.91]" */
const char *clarke_trace_rate_text(const clarke_rate *rate, clarke_arena *mem);
/* A quantity >= 0 that is claimed to vanish, by its rate. */
clarke_status clarke_trace_vanishes(const clarke_foreign *t, const clarke_foreign_series *s,
                                    const char *what, clarke_judgement *j);

/* f(x_k) - f(x_{k+j}) against the sum of the j squared steps. */
typedef struct {
    size_t windows, resolved; /* resolved: half the constant times the steps exceeds rounding */
    double constant;          /* the best one of the first half; NAN: none was seen */
    double second;            /* the best one of the second half */
    size_t rises, first_rise; /* windows over which f rises by more than rounding; the row */
    double largest_rise;
} clarke_trace_decrease;
clarke_trace_decrease clarke_trace_window(const clarke_foreign_series *f,
                                          const clarke_foreign_series *step, size_t j,
                                          double accuracy);
