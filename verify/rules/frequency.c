#include "verify/rules/frequency.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

double clarke_frequency_tail(size_t n, size_t v)
{
    assert(n <= 1000);
    /* C(n, i) 2^-n for i = n, n-1, ...: the terms grow until i = n/2, so that each relative error
       of the sum is at most that of a term, 2 n roundings. */
    double term = ldexp(1.0, -(int)n), sum = 0.0;
    for (size_t i = n + 1; i-- > v;) {
        sum += term;
        term *= (double)i / (double)(n - i + 1);
    }
    return sum;
}

size_t clarke_frequency_votes(size_t n, double alpha)
{
    size_t v = n + 1;
    while (v > 0 && clarke_frequency_tail(n, v - 1) <= alpha) v--;
    return v;
}

double clarke_frequency_power(size_t n, size_t v, double p)
{
    if (v == 0) return 1.0;
    if (v > n) return 0.0;
    /* P(Bin(n, p) >= v) = P(Beta(v, n - v + 1) <= p). */
    return gsl_cdf_beta_P(p, (double)v, (double)(n - v + 1));
}

double clarke_frequency_lower(size_t n, size_t v, double alpha)
{
    assert(v <= n);
    return v == 0 ? 0.0 : gsl_cdf_beta_Pinv(alpha, (double)v, (double)(n - v + 1));
}

double clarke_frequency_upper(size_t n, size_t v, double alpha)
{
    assert(v <= n);
    return v == n ? 1.0 : gsl_cdf_beta_Qinv(alpha, (double)(v + 1), (double)(n - v));
}

clarke_interval clarke_frequency_interval(size_t n, size_t v, double alpha)
{
    return (clarke_interval){clarke_frequency_lower(n, v, 0.5 * alpha),
                             clarke_frequency_upper(n, v, 0.5 * alpha)};
}

size_t clarke_frequency_runs(double epsilon, double alpha)
{
    assert(epsilon > 0.0 && epsilon < 1.0 && alpha > 0.0 && alpha < 1.0);
    return (size_t)ceil(log(alpha) / log1p(-epsilon));
}

clarke_status clarke_frequency_judge(const clarke_evidence *e, clarke_judgement *j,
                                     const clarke_frequency *f)
{
    const double upper = clarke_frequency_upper(f->runs, f->failures, 0.5 * e->alpha);
    const double lower = clarke_frequency_lower(f->runs, f->failures, 0.5 * e->alpha);
    j->checked = j->resolved = f->runs;
    j->smallest_detectable = upper;
    clarke_note_count(j, "runs", f->runs);
    clarke_note_count(j, "failures", f->failures);
    clarke_note_real(j, "failure_lower", lower);
    clarke_note_real(j, "failure_upper", upper);
    clarke_note_real(j, "epsilon", f->epsilon);
    if (f->runs > 0 && upper <= f->epsilon)
        return clarke_judge(j, CLARKE_SUPPORTED,
                            "in %zu of %zu runs %s; with error <= %.2g it fails in at most %.3g of "
                            "all runs of this case",
                            f->runs - f->failures, f->runs, f->what, 0.5 * e->alpha, upper);
    if (f->refutable && lower > f->epsilon)
        return clarke_judge(j, CLARKE_REFUTED,
                            "only in %zu of %zu runs %s; with error <= %.2g it fails in more than "
                            "%.3g of all runs, above the %.3g that is allowed",
                            f->runs - f->failures, f->runs, f->what, 0.5 * e->alpha, lower,
                            f->epsilon);
    return clarke_judge(
        j, CLARKE_INCONCLUSIVE,
        "in %zu of %zu runs %s: a failure rate up to %.3g is not excluded; %zu runs "
        "without a failure would bound it by %.3g",
        f->runs - f->failures, f->runs, f->what, upper,
        clarke_frequency_runs(f->epsilon, 0.5 * e->alpha), f->epsilon);
}
