/* Random streams: different (seed, problem, method, repetition, agent, purpose) give different keys;
   the noise of two repetitions, and of one at lag 1, is uncorrelated; the same gives the same bits.
   With fair independent signs a sum of K products of two of them (two repetitions, or lag 1) is a
   sum of K fair independent signs, so that |sum| <= sqrt(2 K ln(2 N / alpha)) for all N sums at once
   but with probability alpha (Hoeffding). Uniform and normal numbers and indices have their laws: the
   distribution of K independent numbers is within sqrt(ln(2 N / alpha) / (2 K)) of its law for N of
   them at once (Dvoretzky, Kiefer, Wolfowitz; Massart). Half of alpha for each of the two. */
#include "verify/lib/sgd_claims.h"

#include <gsl/gsl_cdf.h>

#include <math.h>
#include <string.h>

enum { STREAMS_RUNS = 6, STREAMS_STEPS = 20000 };

static clarke_status streams_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    const clarke_case c = {.claim = "th1_streams",
                           .role = CLARKE_ROLE_CLAIM,
                           .expected = CLARKE_EXPECT_SUPPORTED,
                           .run = {.problem = "quadratic_sum:a=0", .method = "sgd"},
                           .weight = item->weight > 0.0 ? item->weight : 1.0};
    return clarke_plan_add(plan, &c);
}

enum { STREAMS_KEYS = 16 };

static void streams_keys(uint64_t seed, clarke_stream key[STREAMS_KEYS])
{
    static const char *const purpose[] = {"sampling", "noise", "init", "data"};
    size_t i = 0;
    for (uint64_t r = 0; r < 4; r++)
        key[i++] = clarke_stream_make(seed, "absquad", "sgd", r, 0, "sampling");
    for (size_t p = 1; p < 4; p++)
        key[i++] = clarke_stream_make(seed, "absquad", "sgd", 0, 0, purpose[p]);
    for (uint64_t a = 1; a < 4; a++)
        key[i++] = clarke_stream_make(seed, "absquad", "sgd", 0, a, "sampling");
    key[i++] = clarke_stream_make(seed, "absquad", "lion", 0, 0, "sampling");
    key[i++] = clarke_stream_make(seed, "absquad", "sign_sgd", 0, 0, "sampling");
    key[i++] = clarke_stream_make(seed, "absquad:n=2", "sgd", 0, 0, "sampling");
    key[i++] = clarke_stream_make(seed, "absqua", "dsgd", 0, 0, "sampling");
    key[i++] = clarke_stream_make(seed + 1, "absquad", "sgd", 0, 0, "sampling");
    key[i++] = clarke_stream_make(seed + 2, "absquad", "sgd", 0, 0, "sampling");
}

/* ---- the laws ---- */

enum { STREAMS_QUANTILES = 64 };

static double streams_uniform(const clarke_stream *s, uint64_t k)
{
    return clarke_stream_uniform(s, k, 0);
}

static double streams_open(const clarke_stream *s, uint64_t k)
{
    return clarke_stream_open_uniform(s, k, 1);
}

static double streams_normal(const clarke_stream *s, uint64_t k)
{
    return gsl_cdf_ugaussian_P(clarke_stream_gaussian(s, k, 2));
}

/* Of as many indices as there are quantiles, the middle of each's interval. */
static double streams_index(const clarke_stream *s, uint64_t k)
{
    return ((double)clarke_stream_index(s, k, 3, STREAMS_QUANTILES) + 0.5) / STREAMS_QUANTILES;
}

static const struct {
    const char *name;
    double (*quantile)(const clarke_stream *s, uint64_t k);
} streams_laws[] = {{"uniform numbers", streams_uniform},
                    {"uniform numbers without 0", streams_open},
                    {"normal numbers", streams_normal},
                    {"indices", streams_index}};

enum { STREAMS_LAWS = sizeof streams_laws / sizeof streams_laws[0] };

/* The largest distance from the uniform law at the quantiles. */
static double streams_distance(const clarke_stream *s, size_t law)
{
    size_t bin[STREAMS_QUANTILES] = {0}, below = 0;
    double distance = 0.0;
    for (uint64_t k = 0; k < STREAMS_STEPS; k++) {
        const double u = streams_laws[law].quantile(s, k);
        if (!(u >= 0.0 && u <= 1.0)) return 1.0;
        const size_t at = (size_t)(u * STREAMS_QUANTILES);
        bin[at < STREAMS_QUANTILES ? at : STREAMS_QUANTILES - 1]++;
    }
    for (size_t b = 0; b < STREAMS_QUANTILES; b++) {
        below += bin[b];
        distance = fmax(distance,
                        fabs((double)below / STREAMS_STEPS - (double)(b + 1) / STREAMS_QUANTILES));
    }
    return distance;
}

/* The verdict is left alone where every law holds. */
static clarke_status streams_judge_laws(const clarke_evidence *e, clarke_judgement *j)
{
    const clarke_stream s = clarke_stream_make(e->seed, "streams", "laws", 0, 0, "laws");
    const double bound = sqrt(0.5 * log(4.0 * STREAMS_LAWS / e->alpha) / STREAMS_STEPS);
    double worst = 0.0;
    for (size_t law = 0; law < STREAMS_LAWS; law++) {
        const double distance = streams_distance(&s, law);
        worst = fmax(worst, distance);
        if (!(distance <= bound))
            return clarke_judge(j, CLARKE_REFUTED,
                                "the distribution of the %s is %.3g away from its law, above %.3g",
                                streams_laws[law].name, distance, bound);
    }
    clarke_note_real(j, "largest_distance_from_a_law", worst);
    clarke_note_real(j, "distance_bound", bound);
    return CLARKE_OK;
}

/* ---- two runs ---- */

typedef struct {
    signed char *sign; /* [STREAMS_STEPS] of the noise */
    double x;          /* the last iterate */
    bool fair;         /* every noise was +1 or -1 beyond rounding */
} streams_noise;

/* f = x^2/2, noise of size 1 on a gradient below 8: g - x is within 2^-48 of +-1. */
static void streams_observe(void *self, const clarke_iter *it, const clarke_event *e)
{
    streams_noise *s = self;
    (void)it;
    if (!e) return;
    const double noise = e->oracle->g[0] - e->before[0];
    s->fair &= fabs(fabs(noise) - 1.0) <= 0x1p-48;
    s->sign[e->k] = noise > 0.0 ? 1 : -1;
    s->x = e->after[0];
}

static clarke_status streams_run(const clarke_run_plan *plan, uint64_t seed, uint64_t repetition,
                                 clarke_arena *mem, streams_noise *s)
{
    clarke_run_result result;
    const clarke_observer observer = {s, streams_observe};
    s->sign = clarke_alloc_array(mem, STREAMS_STEPS, 1);
    s->fair = true;
    CLARKE_TRY(clarke_arena_status(mem));
    return clarke_run_execute(plan, seed, repetition, NULL, 0, &observer, NULL, mem, &result);
}

static double streams_correlation(const signed char *a, const signed char *b, size_t count)
{
    long sum = 0;
    for (size_t k = 0; k < count; k++) sum += a[k] * b[k];
    return fabs((double)sum);
}

static clarke_status streams_judge_noise(const clarke_evidence *e, clarke_judgement *j,
                                         const streams_noise *s)
{
    const double sums = STREAMS_RUNS * (STREAMS_RUNS - 1) / 2 + STREAMS_RUNS;
    const double bound = sqrt(2.0 * STREAMS_STEPS * log(4.0 * sums / e->alpha));
    double worst = 0.0;
    for (size_t a = 0; a < STREAMS_RUNS; a++) {
        if (!s[a].fair)
            return clarke_judge(j, CLARKE_REFUTED, "the noise of run %zu is not +-1", a);
        worst = fmax(worst, streams_correlation(s[a].sign, s[a].sign + 1, STREAMS_STEPS - 1));
        for (size_t b = a + 1; b < STREAMS_RUNS; b++)
            worst = fmax(worst, streams_correlation(s[a].sign, s[b].sign, STREAMS_STEPS));
    }
    j->checked = j->resolved = (size_t)sums;
    j->smallest_detectable = bound / STREAMS_STEPS;
    clarke_note_real(j, "largest_correlation", worst / STREAMS_STEPS);
    clarke_note_real(j, "correlation_bound", bound / STREAMS_STEPS);
    if (!(worst <= bound))
        return clarke_judge(j, CLARKE_REFUTED,
                            "two runs' noise, or one's at lag 1, has correlation %.3g, above %.3g",
                            worst / STREAMS_STEPS, bound / STREAMS_STEPS);
    return clarke_judge(
        j, CLARKE_SUPPORTED,
        "keys differ, the same seed gives the same bits, and no correlation of %.0f "
        "exceeds %.3g (largest %.3g)",
        sums, bound / STREAMS_STEPS, worst / STREAMS_STEPS);
}

static clarke_status streams_judge(const clarke_evidence *e, clarke_judgement *j)
{
    const clarke_run_spec spec = {.problem = "quadratic_sum:a=0",
                                  .method = "sgd",
                                  .noise = "signs:1",
                                  .iterations = STREAMS_STEPS};
    clarke_run_plan plan;
    clarke_stream key[STREAMS_KEYS];
    streams_noise s[STREAMS_RUNS + 1];
    clarke_assume(j, "fair_signs", "the noise is +-1 with equal probability",
                  CLARKE_HYPOTHESIS_PROVED, "signs:1 in one dimension has the two terms +-1");
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    streams_keys(e->seed, key);
    for (size_t a = 0; a < STREAMS_KEYS; a++)
        for (size_t b = a + 1; b < STREAMS_KEYS; b++)
            if (memcmp(&key[a], &key[b], sizeof key[a]) == 0)
                return clarke_judge(j, CLARKE_REFUTED, "two different uses share one stream key");
    CLARKE_TRY(streams_judge_laws(e, j));
    if (j->verdict == CLARKE_REFUTED) return CLARKE_OK;
    CLARKE_TRY(clarke_run_plan_make(&spec, j->mem, &plan));
    for (size_t r = 0; r <= STREAMS_RUNS; r++)
        CLARKE_TRY(streams_run(&plan, e->seed, r % STREAMS_RUNS, j->mem, &s[r]));
    if (memcmp(s[0].sign, s[STREAMS_RUNS].sign, STREAMS_STEPS) != 0 ||
        memcmp(&s[0].x, &s[STREAMS_RUNS].x, sizeof s[0].x) != 0)
        return clarke_judge(j, CLARKE_REFUTED,
                            "the same seed and repetition did not give the same bits");
    return streams_judge_noise(e, j, s);
}

const clarke_claim_desc clarke_claim_th1_streams = {
    .title = "Runs are independent and repeatable",
    .paper = "derived",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement =
        "Runs that differ in seed, problem, method, repetition, agent or purpose use "
        "different random streams, the same run twice gives the same bits, and uniform and "
        "normal numbers and indices have their laws.",
    .formula = "|sum_k xi_k(a) xi_k(b)| <= sqrt(2 K ln(2 N / alpha))",
    .not_claimed = "The quality of the generator beyond these correlations and distances.",
    .falsifier =
        "In engine/run.c, pass 0 for the repetition to clarke_stream_make: two runs' noise "
        "is equal; or scale clarke_stream_uniform by 0x1p-54: only half of the interval is hit.",
    .plan = streams_plan,
    .judge = streams_judge,
};
