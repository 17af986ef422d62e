#include "verify/lib/trace_claims.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

clarke_status clarke_trace_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    (void)item;
    clarke_plan_error(plan, "the claims trace_* judge traces of other software: clarke check");
    return CLARKE_OK;
}

clarke_status clarke_trace_judge(const clarke_evidence *e, clarke_judgement *j)
{
    (void)e;
    return clarke_judge(j, CLARKE_NOT_APPLICABLE, "it needs a trace of other software");
}

clarke_status clarke_trace_need(const clarke_foreign *t, clarke_foreign_quantity what,
                                clarke_judgement *j, clarke_foreign_series *s)
{
    static const char *const text[CLARKE_FOREIGN_QUANTITIES] = {
        "the trace tells f(x_k)", "the trace tells |x_{k+1} - x_k|",
        "the trace tells dist(0, subdifferential)", "the trace tells the distance to S",
        "the trace tells how far the agents are apart"};
    CLARKE_TRY(clarke_foreign_get(t, what, s));
    if (s->count > 0) {
        clarke_assume(j, s->column, text[what], CLARKE_HYPOTHESIS_MEASURED, "%zu values, %s",
                      s->count, s->computed ? "computed from the iterate" : "read");
        return CLARKE_OK;
    }
    clarke_assume(j, s->column, text[what], CLARKE_HYPOTHESIS_FAILED, "there is no column %s",
                  s->column);
    return clarke_judge(j, CLARKE_NOT_APPLICABLE,
                        "%s has no column %s, and nothing to compute it from", t->name, s->column);
}

bool clarke_trace_need_steps(const clarke_foreign *t, clarke_judgement *j)
{
    clarke_assume(j, "consecutive", "the rows are consecutive iterations",
                  t->steps ? CLARKE_HYPOTHESIS_MEASURED : CLARKE_HYPOTHESIS_FAILED,
                  t->steps ? "k grows by 1" : "k has gaps");
    if (!t->steps)
        clarke_judge(j, CLARKE_NOT_APPLICABLE,
                     "k has gaps in %s, and the claim speaks of consecutive iterations", t->name);
    return t->steps;
}

/* ---- how exactly the numbers are written ---- */

/* All values are multiples of 10^-decimals, up to the rounding of a double. */
static bool trace_has_decimals(const clarke_foreign_series *s, int decimals)
{
    const double unit = pow(10.0, decimals);
    for (size_t i = 0; i < s->count; i++) {
        const double scaled = s->value[i] * unit;
        if (!(fabs(scaled - rint(scaled)) <= 4.0 * DBL_EPSILON * fabs(scaled))) return false;
    }
    return true;
}

static bool trace_has_digits(const clarke_foreign_series *s, int digits)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->value[i] == 0.0) continue;
        const double size = floor(log10(fabs(s->value[i])));
        const double scaled = s->value[i] / pow(10.0, size - digits + 1.0);
        if (!(fabs(scaled - rint(scaled)) <= 8.0 * DBL_EPSILON * fabs(scaled))) return false;
    }
    return true;
}

/* 24 bits of mantissa. */
static bool trace_is_single(const clarke_foreign_series *s)
{
    for (size_t i = 0; i < s->count; i++) {
        int exponent;
        const double mantissa = ldexp(frexp(s->value[i], &exponent), 24);
        if (mantissa != rint(mantissa)) return false;
    }
    return true;
}

double clarke_trace_accuracy(const clarke_foreign_series *s)
{
    enum { WRITTEN = 12 };
    double largest = 0.0;
    for (size_t i = 0; i < s->count; i++) largest = fmax(largest, fabs(s->value[i]));
    double accuracy = DBL_EPSILON * largest;
    if (s->computed) return accuracy;
    if (trace_is_single(s)) accuracy = ldexp(largest, -23);
    for (int d = 1; d <= WRITTEN; d++)
        if (trace_has_decimals(s, d)) {
            accuracy = fmax(accuracy, 0.5 * pow(10.0, -d));
            break;
        }
    for (int d = 2; d <= WRITTEN; d++)
        if (trace_has_digits(s, d)) {
            accuracy = fmax(accuracy, 0.5 * pow(10.0, 1.0 - d) * largest);
            break;
        }
    return accuracy;
}

double clarke_trace_scale(const clarke_foreign *t)
{
    double scale = 0.0, length = 0.0;
    clarke_foreign_series step;
    for (size_t i = 0; i < t->rows; i++)
        for (size_t j = 0; j < t->agents * t->n; j++)
            scale = fmax(scale, fabs(t->table.value[i * t->table.columns + t->x_column[j]]));
    if (scale > 0.0 || clarke_foreign_get(t, CLARKE_FOREIGN_STEP, &step) != CLARKE_OK) return scale;
    for (size_t i = 0; i < step.count; i++) length += step.value[i];
    return length;
}

/* ---- rates ---- */

const char *clarke_trace_rate_text(const clarke_rate *r, clarke_arena *mem)
{
    const char *text = clarke_rate_text(r->regime);
    if (r->regime == CLARKE_RATE_LINEAR)
        text = clarke_arena_printf(mem, "linear, q = %.6g in [%.6g, %.6g]", r->rate,
                                   r->rate_interval.low, r->rate_interval.high);
    if (r->regime == CLARKE_RATE_SUBLINEAR)
        text = clarke_arena_printf(mem, "sublinear, k^-p with p = %.4g in [%.4g, %.4g]",
                                   r->exponent, r->exponent_interval.low,
                                   r->exponent_interval.high);
    return text ? text : "";
}

clarke_status clarke_trace_rate(const clarke_foreign *t, const clarke_foreign_series *s,
                                double limit, const char *prefix, clarke_judgement *j,
                                clarke_rate *rate)
{
    const clarke_rate_input in = {.count = s->count,
                                  .k = t->k,
                                  .value = s->value,
                                  .limit = limit,
                                  .accuracy = isnan(limit) ? clarke_trace_accuracy(s)
                                                           : DBL_EPSILON * clarke_trace_scale(t)};
    CLARKE_TRY(clarke_rate_estimate(&in, t->mem, rate));
    const struct {
        const char *name;
        double value;
    } number[] = {{"rate", rate->rate},
                  {"rate_low", rate->rate_interval.low},
                  {"rate_high", rate->rate_interval.high},
                  {"exponent", rate->exponent},
                  {"exponent_low", rate->exponent_interval.low},
                  {"exponent_high", rate->exponent_interval.high},
                  {"limit", rate->limit},
                  {"last", s->value[s->count - 1]}};
    const char *name = clarke_arena_printf(t->mem, "%s_regime", prefix);
    CLARKE_TRY(clarke_arena_status(t->mem));
    clarke_note_text(j, name, clarke_rate_text(rate->regime));
    for (size_t i = 0; i < sizeof number / sizeof number[0]; i++) {
        name = clarke_arena_printf(t->mem, "%s_%s", prefix, number[i].name);
        CLARKE_TRY(clarke_arena_status(t->mem));
        if (isfinite(number[i].value)) clarke_note_real(j, name, number[i].value);
    }
    j->checked = s->count;
    j->resolved = rate->points;
    return CLARKE_OK;
}

clarke_status clarke_trace_vanishes(const clarke_foreign *t, const clarke_foreign_series *s,
                                    const char *what, clarke_judgement *j)
{
    clarke_rate rate;
    CLARKE_TRY(clarke_trace_rate(t, s, 0.0, s->column, j, &rate));
    const double last = s->value[s->count - 1];
    if (rate.regime == CLARKE_RATE_NONE)
        return clarke_judge(j, CLARKE_REFUTED, "%s does not go to 0: it ends at %.3g, and %s", what,
                            last, rate.reason);
    if (rate.regime == CLARKE_RATE_UNDECIDED)
        return clarke_judge(j, CLARKE_INCONCLUSIVE, "%s ends at %.3g; %s", what, last, rate.reason);
    return clarke_judge(j, CLARKE_SUPPORTED, "%s goes to 0 (%s) and ends at %.3g", what,
                        clarke_trace_rate_text(&rate, t->mem), last);
}

/* ---- decrease ---- */

static double trace_squares(const clarke_foreign_series *step, size_t i, size_t j)
{
    double sum = 0.0;
    for (size_t l = 0; l < j; l++) sum += step->value[i + l] * step->value[i + l];
    return sum;
}

clarke_trace_decrease clarke_trace_window(const clarke_foreign_series *f,
                                          const clarke_foreign_series *step, size_t j,
                                          double accuracy)
{
    /* A sum of at most 64 parts >= 0, added in pairs as numpy and torch do, is 6 additions deep; with one
       rounding of the part itself and one of the written number that is 8 roundings of u = eps/2
       relative to f, at both ends of a difference 16 u = 8 eps. A fall of twice that is known to a
       factor 2. */
    const double rounding = 8.0 * accuracy;
    const size_t rows = f->count < step->count + 1 ? f->count : step->count + 1;
    clarke_trace_decrease d = {.constant = NAN, .second = NAN};
    for (size_t i = 0; i + j < rows; i++) {
        const double fall = f->value[i] - f->value[i + j];
        d.windows++;
        d.resolved += fall > 2.0 * rounding && trace_squares(step, i, j) > 0.0;
        if (!(-fall > rounding)) continue;
        if (d.rises++ == 0) d.first_rise = i;
        d.largest_rise = fmax(d.largest_rise, -fall);
    }
    /* Halves of what is resolved: a trace goes on at rounding after it has converged. */
    size_t seen = 0;
    for (size_t i = 0; i + j < rows; i++) {
        const double fall = f->value[i] - f->value[i + j], squares = trace_squares(step, i, j);
        if (!(fall > 2.0 * rounding && squares > 0.0)) continue;
        double *half = 2 * seen++ < d.resolved ? &d.constant : &d.second;
        *half = fmin(isnan(*half) ? INFINITY : *half, fall / squares);
    }
    return d;
}
