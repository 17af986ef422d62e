/* The Kurdyka-Lojasiewicz exponent from both sides. From the inequality: ln dist(0, df) against ln
   (f - f*) has the slope theta on its lower envelope, read by rule 4 as a linear rate in -ln (f -
   f*); over the path, and over the path with points around it. Points drawn around the limit are
   above the envelope, as the directions in which f is slowest are rarely drawn, so their slope is
   at most theta: judged on one side. From the rate: values k^-p say theta = (p+1)/(2p), distances
   (1+p)/(1+2p), a linear rate theta <= 1/2. Both contain the exponent that was proved, and each
   other; where the rate is faster than theta asks for, it says less. */
#include "verify/lib/cells.h"

#include <math.h>
#include <string.h>

enum { KL_BINS = 512, KL_RATES = 0, KL_ENVELOPE = 1 };

static const clarke_case kl_proto = {
    .claim = "kl_exponent", .use = {{"rate_points", {0.0}}, {"kl_envelope", {0.0}}}, .uses = 2};

static clarke_status kl_exponent_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    for (size_t i = 0; i < clarke_cells_count; i++) {
        const clarke_cell *cell = &clarke_cells[i];
        /* Finite, and slow only where x = 0 exactly, which no draw meets. */
        if (cell->distances.regime == CLARKE_RATE_FINITE && cell->theta == 0.5 &&
            strstr(cell->problem, "_pair"))
            continue;
        clarke_case c = clarke_cell_case("kl_exponent", cell, item);
        memcpy(c.use, kl_proto.use, sizeof c.use);
        c.uses = kl_proto.uses;
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

/* Wrong exponents; and exp(-c/x^2), which has none below 1. */
static clarke_status kl_exponent_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    static const struct {
        const char *cell;
        double theta;
    } wrong[] = {{"power_6", 0.8}, {"power_6", 0.87}, {"coupled", 0.45}, {"factor_1", 0.5}};
    static const clarke_cell flat = {"flat",
                                     "flat_exp:c=1",
                                     "gradient_descent:steps=0.25",
                                     NULL,
                                     "point:1",
                                     20000,
                                     {CLARKE_RATE_UNDECIDED, NAN},
                                     {CLARKE_RATE_SUBPOLYNOMIAL, NAN},
                                     0.75,
                                     NULL};
    for (size_t i = 0; i <= sizeof wrong / sizeof wrong[0]; i++) {
        const bool last = i == sizeof wrong / sizeof wrong[0];
        const clarke_cell *cell = last ? &flat : clarke_cell_find(wrong[i].cell);
        clarke_case c = clarke_cell_case("kl_exponent", cell, item);
        for (size_t u = 0; u < kl_proto.uses; u++) c.use[u] = kl_proto.use[u];
        c.uses = kl_proto.uses;
        c.role = CLARKE_ROLE_CONTROL;
        c.broken = "proved_exponent";
        c.bypass = true;
        c.arg[0] = last ? 0.75 : wrong[i].theta;
        c.expected = CLARKE_EXPECT_REFUTED;
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

typedef struct {
    double theta;
    clarke_interval interval; /* NAN: nothing is known */
    clarke_rate rate;
} kl_slope;

/* Bins come with falling gaps. A residual that does not go to 0 says theta = 0. */
static clarke_status kl_exponent_slope(const clarke_evidence *e, size_t column, kl_slope *s)
{
    const double *gap = clarke_outputs(e, 0, KL_ENVELOPE) + 2 * column * KL_BINS;
    const double *residual = gap + KL_BINS;
    double *at = clarke_vec(e->mem, KL_BINS), *value = clarke_vec(e->mem, KL_BINS);
    size_t count = 0;
    CLARKE_TRY(clarke_arena_status(e->mem));
    for (size_t i = 0; i < KL_BINS; i++) {
        if (isnan(gap[i])) continue;
        at[count] = -log(gap[i]);
        value[count++] = log(residual[i]);
    }
    const clarke_rate_input in = {
        .count = count, .k = at, .value = value, .logarithms = true, .limit = 0.0, .accuracy = 0.0};
    *s = (kl_slope){.theta = NAN, .interval = {NAN, NAN}};
    CLARKE_TRY(clarke_rate_estimate(&in, e->mem, &s->rate));
    if (s->rate.regime == CLARKE_RATE_NONE) {
        s->theta = 0.0;
        s->interval = clarke_interval_point(0.0);
    } else if (s->rate.regime == CLARKE_RATE_LINEAR) {
        s->theta = -log(s->rate.rate);
        s->interval =
            (clarke_interval){-log(s->rate.rate_interval.high), -log(s->rate.rate_interval.low)};
    }
    return CLARKE_OK;
}

/* -1: excluded by three half widths; 0: nothing is known, or just beside; 1: inside, or, where only
   a slope that is too large contradicts, below. `loose`: the residual of the lowest of a few drawn
   points is above the envelope by a factor that need not be the same in all bins; what it changes
   the slope by if it is 2, ln 2 over the range of ln gap, is allowed. */
static int kl_exponent_compare(const kl_slope *s, double theta, bool one_sided, bool loose)
{
    if (isnan(s->interval.low)) return 0;
    if (one_sided && s->theta <= theta) return 1;
    if (s->rate.regime == CLARKE_RATE_NONE) return theta == 0.0 ? 1 : -1;
    const double range = s->rate.window_last - s->rate.window_first;
    const double half = 0.5 * (s->interval.high - s->interval.low) +
                        (loose ? log(2.0) / range : 0.0);
    const double off = fabs(theta - s->theta);
    return off <= half ? 1 : off > 3.0 * half ? -1 : 0;
}

static const char *kl_exponent_text(const kl_slope *s, clarke_arena *mem)
{
    if (isnan(s->interval.low)) return clarke_rate_text(s->rate.regime);
    return clarke_arena_printf(mem, "[%.4f, %.4f]", s->interval.low, s->interval.high);
}

/* From the rate: 1 where it agrees with theta, -1 where it contradicts, 0 where it says nothing. A
   rate that is faster says a smaller exponent, which is no contradiction. */
static int kl_exponent_from_rate(const clarke_rate *rate, bool values, double theta)
{
    if (rate->regime == CLARKE_RATE_UNDECIDED) return 0;
    if (rate->regime != CLARKE_RATE_SUBLINEAR)
        return clarke_cell_against(rate, clarke_cell_bound(theta, CLARKE_CELL_VALUES));
    const clarke_rate_kl kl = clarke_rate_kl_exponent(rate, values);
    if (theta <= kl.interval.high && theta >= kl.interval.low) return 1;
    /* The map's terms that rule 4 does not fit, as in kl_cells: (ln k / k)^2 at the middle. */
    const double k = sqrt(fmax(rate->window_first, 1.0) * rate->window_last);
    const double half = 0.5 * (kl.interval.high - kl.interval.low) + (log(k) / k) * (log(k) / k);
    return kl.theta - theta > 3.0 * half ? -1 : theta - kl.theta > 3.0 * half ? 0 : 1;
}

/* The two sides against each other, with no proved exponent between them: the slope on the path and
   the theta of a sublinear rate lie within three half widths of both; a linear rate says at most 1/2. 0
   where one of them says nothing. */
static int kl_exponent_agree(const kl_slope *path, const clarke_rate *rate, bool values)
{
    if (path->rate.regime != CLARKE_RATE_LINEAR) return 0;
    const double own = 0.5 * (path->interval.high - path->interval.low);
    if (rate->regime == CLARKE_RATE_LINEAR) return path->theta <= 0.5 + 3.0 * own ? 1 : -1;
    if (rate->regime != CLARKE_RATE_SUBLINEAR) return 0;
    const clarke_rate_kl kl = clarke_rate_kl_exponent(rate, values);
    const double k = sqrt(fmax(rate->window_first, 1.0) * rate->window_last);
    const double half = own + 0.5 * (kl.interval.high - kl.interval.low) +
                        (log(k) / k) * (log(k) / k);
    return fabs(kl.theta - path->theta) <= 3.0 * half ? 1 : -1;
}

typedef struct {
    kl_slope path, around, limit;
    clarke_rate values, distances;
} kl_seen;

static clarke_status kl_exponent_look(const clarke_evidence *e, clarke_judgement *j, kl_seen *s)
{
    CLARKE_TRY(kl_exponent_slope(e, 0, &s->path));
    CLARKE_TRY(kl_exponent_slope(e, 1, &s->around));
    CLARKE_TRY(kl_exponent_slope(e, 2, &s->limit));
    CLARKE_TRY(clarke_cell_estimate(e, 0, KL_RATES, CLARKE_CELL_VALUES, &s->values));
    CLARKE_TRY(clarke_cell_estimate(e, 0, KL_RATES, CLARKE_CELL_DISTANCES, &s->distances));
    clarke_note_text(j, "path_reason", s->path.rate.reason);
    clarke_note_text(j, "around_reason", s->around.rate.reason);
    clarke_note_text(j, "limit_reason", s->limit.rate.reason);
    clarke_cell_note(j, "values", &s->values);
    clarke_cell_note(j, "distances", &s->distances);
    return CLARKE_OK;
}

static clarke_status kl_exponent_judge(const clarke_evidence *e, clarke_judgement *j)
{
    const clarke_cell *cell = clarke_cell_find(e->c->variant);
    const double theta = e->c->bypass ? e->c->arg[0] : cell->theta;
    kl_seen s;
    clarke_assume(j, "proved_exponent", "the exponent at the limit was proved",
                  e->c->bypass ? CLARKE_HYPOTHESIS_FAILED : CLARKE_HYPOTHESIS_PROVED,
                  "theta = %.4g on %s", theta, e->c->variant);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    CLARKE_TRY(kl_exponent_look(e, j, &s));
    /* A rate that is faster than theta asks for does not run where f is slowest. */
    const bool fast = s.values.regime < clarke_cell_bound(theta, CLARKE_CELL_VALUES).regime;
    const int found[] = {kl_exponent_compare(&s.path, theta, fast, false),
                         kl_exponent_compare(&s.around, theta, fast, true),
                         kl_exponent_compare(&s.limit, theta, true, true),
                         kl_exponent_from_rate(&s.values, true, theta),
                         kl_exponent_from_rate(&s.distances, false, theta),
                         kl_exponent_agree(&s.path, &s.values, true),
                         kl_exponent_agree(&s.path, &s.distances, false)};
    static const char *const side[] = {"the path",
                                       "the envelope",
                                       "the residual at the limit",
                                       "the rate of the values",
                                       "the rate of the distances",
                                       "the path, with the rate of the values,",
                                       "the path, with the rate of the distances,"};
    const char *seen = clarke_arena_printf(
        j->mem,
        "theta = %.4g: from the residual %s on the path, %s around it, %s around the limit; from "
        "values %s, from distances %s",
        theta, kl_exponent_text(&s.path, j->mem), kl_exponent_text(&s.around, j->mem),
        kl_exponent_text(&s.limit, j->mem), clarke_cell_text(&s.values, j->mem),
        clarke_cell_text(&s.distances, j->mem));
    CLARKE_TRY(clarke_arena_status(j->mem));
    for (size_t i = 0; i < sizeof found / sizeof found[0]; i++) {
        j->checked++;
        j->resolved += found[i] != 0;
        if (found[i] < 0)
            return clarke_judge(j, CLARKE_REFUTED, "%s contradicts %s", side[i], seen);
    }
    /* One number from the inequality and one from the rate. */
    if (!(found[0] > 0 || found[1] > 0 || found[2] > 0) || !(found[3] > 0 || found[4] > 0))
        return clarke_judge(j, CLARKE_INCONCLUSIVE, "undecided: %s", seen);
    return clarke_judge(j, CLARKE_SUPPORTED, "%s", seen);
}

const clarke_claim_desc clarke_claim_kl_exponent = {
    .title = "The Kurdyka-Lojasiewicz exponent from both sides",
    .paper = "derived; rates of descent methods by the exponent, in both directions",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "The slope of the residual's lower envelope against the value gap, and the "
                 "exponent that explains the rates, both agree with the proved one.",
    .formula = "c dist(0, df(x)) >= (f(x) - f*)^theta;  values k^-p: theta = (p+1)/(2p)",
    .not_claimed = "That the sampled envelope is the lowest one: residuals in directions that were "
                   "not sampled may be smaller.",
    .falsifier =
        "In problems/power_pair.c, take |x|^p instead of |x|^(p-1) in power_pair_bend (the "
        "residual): refuted on the cells power_*; in methods/alternating_minimization.c, skip"
        " the last block: refuted on 15 cells.",
    .plan = kl_exponent_plan,
    .controls = kl_exponent_controls,
    .judge = kl_exponent_judge,
};
