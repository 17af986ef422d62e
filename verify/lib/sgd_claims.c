#include "verify/lib/sgd_claims.h"

#include <gsl/gsl_cdf.h>

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *clarke_sgd_setting(const clarke_spec *spec, const char *name, const char *fallback)
{
    for (size_t i = 0; i < spec->count; i++)
        if (strcmp(spec->setting[i].name, name) == 0) return spec->setting[i].value;
    return fallback;
}

double clarke_sgd_setting_real(const clarke_spec *spec, const char *name, double fallback)
{
    const char *text = clarke_sgd_setting(spec, name, NULL);
    return text ? strtod(text, NULL) : fallback;
}

bool clarke_sgd_setting_is(const clarke_spec *spec, const char *name, const char *value)
{
    return strcmp(clarke_sgd_setting(spec, name, ""), value) == 0;
}

void clarke_sgd_assume_order(clarke_judgement *j, const clarke_spec *method)
{
    const bool old = clarke_sgd_setting_is(method, "order", "old");
    clarke_assume(j, "new_momentum", "x uses the new momentum m_{k+1}",
                  old ? CLARKE_HYPOTHESIS_FAILED : CLARKE_HYPOTHESIS_PROVED, "%s",
                  old ? "the method was asked for order=old" : "order=new");
}

void clarke_sgd_assume_average(clarke_judgement *j, const clarke_spec *method)
{
    const bool sample = clarke_sgd_setting_is(method, "apply", "sample");
    clarke_assume(j, "regulariser_on_momentum", "d phi acts on the momentum, not on the sample",
                  sample ? CLARKE_HYPOTHESIS_FAILED : CLARKE_HYPOTHESIS_PROVED, "%s",
                  sample ? "the method was asked for apply=sample" : "by the method's parameters");
}

void clarke_sgd_assume_conformance(const clarke_evidence *e, clarke_judgement *j, size_t direction,
                                   size_t momentum)
{
    const size_t use[] = {direction, momentum};
    double violations = 0.0, checked = 0.0, first = NAN;
    for (size_t i = 0; i < 2; i++) {
        for (size_t r = 0; use[i] != SIZE_MAX && r < e->repetitions; r++) {
            const double *out = clarke_outputs(e, r, use[i]);
            if (out[2] > 0.0 && violations == 0.0) first = out[3];
            checked += out[0];
            violations += out[2];
        }
    }
    const bool fine = violations == 0.0 && checked > 0.0;
    const char *text = "the step is the paper's step";
    if (fine)
        clarke_assume(j, "conformance", text, CLARKE_HYPOTHESIS_MEASURED,
                      "%.0f checks, no departure", checked);
    else
        clarke_assume(j, "conformance", text, CLARKE_HYPOTHESIS_FAILED,
                      "%.0f of %.0f checks fail, the first at step %.0f", violations, checked,
                      first);
}

size_t clarke_sgd_iterations(const clarke_plan_item *item, size_t usual, size_t least)
{
    if (item->iterations > 0) return item->iterations;
    const double factor = item->steps > 0.0 ? item->steps : 1.0;
    return (size_t)fmax((double)least, floor((double)usual * factor));
}

clarke_mean_interval clarke_sgd_interval(const double *value, size_t count, double alpha)
{
    long double sum = 0.0L, squares = 0.0L;
    assert(count >= 2);
    for (size_t i = 0; i < count; i++) sum += value[i];
    const long double mean = sum / (long double)count;
    for (size_t i = 0; i < count; i++)
        squares += ((long double)value[i] - mean) * ((long double)value[i] - mean);
    const double deviation = sqrt((double)squares / (double)(count - 1) / (double)count);
    const double t = gsl_cdf_tdist_Qinv(0.5 * alpha, (double)(count - 1));
    return (clarke_mean_interval){(double)mean, (double)mean - t * deviation,
                                  (double)mean + t * deviation};
}
