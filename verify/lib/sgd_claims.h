/* What the claims on SGD-type methods (Xiao, Hu, Toh, arXiv 2307.10053) share. */
#pragma once

#include "engine/claim.h"

/* The value of a setting, or `fallback` where it is not set. */
const char *clarke_sgd_setting(const clarke_spec *spec, const char *name, const char *fallback);
double clarke_sgd_setting_real(const clarke_spec *spec, const char *name, double fallback);
bool clarke_sgd_setting_is(const clarke_spec *spec, const char *name, const char *value);

/* Hypothesis "new_momentum": x uses m_{k+1}. "regulariser_on_momentum": phi acts on the momentum. */
void clarke_sgd_assume_order(clarke_judgement *j, const clarke_spec *method);
void clarke_sgd_assume_average(clarke_judgement *j, const clarke_spec *method);
/* Hypothesis "conformance": the uses `direction` and `momentum` (both of the measure sgd_step; SIZE_MAX: none)
   found no departure. */
void clarke_sgd_assume_conformance(const clarke_evidence *e, clarke_judgement *j, size_t direction,
                                   size_t momentum);

/* The claim's number of iterations: the suite's, else `usual` times its factor, at least `least`. */
size_t clarke_sgd_iterations(const clarke_plan_item *item, size_t usual, size_t least);

/* A Student t interval of the mean of count >= 2 independent values, two-sided at `alpha`. Near
   normality of the values is assumed: they are means over many relaxation times. */
typedef struct {
    double mean, low, high;
} clarke_mean_interval;
clarke_mean_interval clarke_sgd_interval(const double *value, size_t count, double alpha);
