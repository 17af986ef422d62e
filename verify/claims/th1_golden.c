/* Golden vectors: dyadic data, so that every number below is exact in double and compared with ==.
   f = (x - 1)^2 / 2, x_0 = 4, eta = theta = 1/4, m_0 = 0; and single steps from a placed (x, m) = (0,
   m) with a fed g. All worked out by hand from the formulas of Xiao, Hu, Toh (arXiv 2307.10053);
   rows with `ulps` compare quotients that are not dyadic: |m|, m/|m| and the product with eta are
   three rounded operations on numbers below 1, at most 4 u in all. */
#include "verify/lib/drive.h"
#include "verify/lib/sgd_claims.h"

#include <math.h>
#include <string.h>

enum { GOLDEN_STEPS = 4 };

/* A run; steps from `steps` on are not compared. */
typedef struct {
    const char *method;
    size_t steps;
    double x[GOLDEN_STEPS], m[GOLDEN_STEPS]; /* after steps 1, 2, ... */
} golden_run;

static const golden_run golden_runs[] = {
    {"sgd", 4, {13.0 / 4, 43.0 / 16, 145.0 / 64, 499.0 / 256}, {NAN}},
    {"sgd:weight_decay=0.5", 2, {11.0 / 4, 63.0 / 32}, {NAN}},
    {"heavy_ball",
     4,
     {61.0 / 16, 895.0 / 256, 12709.0 / 4096, 175399.0 / 65536},
     {3.0 / 4, 81.0 / 64, 1611.0 / 1024, 27945.0 / 16384}},
    {"heavy_ball:alpha=0.5", 2, {55.0 / 16, 727.0 / 256}, {3.0 / 4, 75.0 / 64}},
    {"heavy_ball:first=gradient", 2, {13.0 / 4, 163.0 / 64}, {3.0, 45.0 / 16}},
    {"heavy_ball:weight_decay=0.5", 2, {53.0 / 16, 669.0 / 256}, {3.0 / 4, 73.0 / 64}},
    {"sign_sgd", 4, {15.0 / 4, 7.0 / 2, 13.0 / 4, 3.0}, {3.0 / 4, 5.0 / 4, 25.0 / 16, 111.0 / 64}},
    {"normalized_sgd",
     4,
     {15.0 / 4, 7.0 / 2, 13.0 / 4, 3.0},
     {3.0 / 4, 5.0 / 4, 25.0 / 16, 111.0 / 64}},
    {"clipped_sgd",
     4,
     {61.0 / 16, 57.0 / 16, 53.0 / 16, 49.0 / 16},
     {3.0 / 4, 81.0 / 64, 407.0 / 256, 1813.0 / 1024}},
    {"clipped_sgd:kind=coordinate",
     4,
     {61.0 / 16, 57.0 / 16, 53.0 / 16, 49.0 / 16},
     {3.0 / 4, 81.0 / 64, 407.0 / 256, 1813.0 / 1024}},
    {"lion:beta1=0.75,beta2=0.875", 2, {15.0 / 4, 7.0 / 2}, {3.0 / 8, 43.0 / 64}},
};

enum { GOLDEN_N = 2 };

/* One step from x = 0. `place` is m, NAN in `want` asks for a NaN; m is not compared where NAN. */
typedef struct {
    const char *method, *what;
    double eta, theta;
    double place[GOLDEN_N], g[GOLDEN_N], want[GOLDEN_N], m[GOLDEN_N];
    double ulps; /* in units of 2^-53; 0: == */
} golden_unit;

static const golden_unit golden_units[] = {
    {"lion:beta1=0.75,beta2=0.875",
     "beta1 interpolates the direction, beta2 the momentum",
     0.25,
     0.25,
     {1.0, 0.0},
     {-5.0, 0.0},
     {0.25, 0.0},
     {0.25, 0.0},
     0.0},
    {"lion:beta1=0.75,beta2=0.875",
     "the direction is formed before the momentum",
     0.25,
     0.25,
     {1.0, 0.0},
     {-2.5, 0.0},
     {-0.25, 0.0},
     {0.5625, 0.0},
     0.0},
    {"lion:beta1=0.75,beta2=0.875",
     "a dead coordinate stays",
     0.25,
     0.25,
     {0.0, 0.0},
     {1.0, 0.0},
     {-0.25, 0.0},
     {0.125, 0.0},
     0.0},
    {"lion:beta1=0.75,beta2=0.875",
     "NaN goes through",
     0.25,
     0.25,
     {0.0, 0.0},
     {NAN, 1.0},
     {NAN, -0.25},
     {NAN, NAN},
     0.0},
    {"sign_sgd",
     "phi acts also without memory (theta = 1)",
     0.25,
     1.0,
     {5.0, 5.0},
     {-3.0, 0.125},
     {0.25, -0.25},
     {-3.0, 0.125},
     0.0},
    {"sign_sgd",
     "a dead coordinate stays",
     0.25,
     0.25,
     {0.0, 0.0},
     {1.0, -0.0},
     {-0.25, 0.0},
     {0.25, 0.0},
     0.0},
    {"sign_sgd:zero_sign=1",
     "the selection of Sign(0) is taken",
     0.25,
     0.25,
     {0.0, 0.0},
     {1.0, 0.0},
     {-0.25, -0.25},
     {0.25, 0.0},
     0.0},
    {"sign_sgd",
     "NaN goes through",
     0.25,
     0.25,
     {0.0, 0.0},
     {NAN, 1.0},
     {NAN, -0.25},
     {NAN, NAN},
     0.0},
    {"heavy_ball",
     "NaN goes through",
     0.25,
     0.25,
     {0.0, 0.0},
     {NAN, 1.0},
     {NAN, -0.0625},
     {NAN, NAN},
     0.0},
    {"clipped_sgd",
     "clipping by the Euclidean norm",
     1.0,
     1.0,
     {0.0, 0.0},
     {3.0, 4.0},
     {-0.6, -0.8},
     {3.0, 4.0},
     4.0},
    {"clipped_sgd",
     "a large momentum does not overflow",
     1.0,
     1.0,
     {0.0, 0.0},
     {3e200, 4e200},
     {-0.6, -0.8},
     {NAN, NAN},
     4.0},
    {"clipped_sgd",
     "what is inside the ball stays",
     1.0,
     1.0,
     {0.0, 0.0},
     {0.1, 0.0},
     {-0.1, 0.0},
     {0.1, 0.0},
     0.0},
    {"clipped_sgd",
     "the momentum is clipped, not the sample",
     1.0,
     0.25,
     {0.0, 0.0},
     {2.0, 0.0},
     {-0.5, 0.0},
     {0.5, 0.0},
     0.0},
    {"clipped_sgd",
     "NaN goes through",
     1.0,
     0.5,
     {0.0, 0.0},
     {NAN, 1.0},
     {NAN, -0.5},
     {NAN, NAN},
     0.0},
    {"clipped_sgd:kind=coordinate,threshold=0.5",
     "clipping by coordinates",
     1.0,
     1.0,
     {0.0, 0.0},
     {3.0, -0.25},
     {-0.5, 0.25},
     {3.0, -0.25},
     0.0},
    {"clipped_sgd:kind=coordinate,threshold=0.5",
     "NaN goes through",
     1.0,
     1.0,
     {0.0, 0.0},
     {NAN, -4.0},
     {NAN, 0.5},
     {NAN, NAN},
     0.0},
    {"normalized_sgd",
     "the step has length eta",
     1.0,
     1.0,
     {0.0, 0.0},
     {3.0, 4.0},
     {-0.6, -0.8},
     {3.0, 4.0},
     4.0},
    {"normalized_sgd",
     "also for a tiny momentum",
     1.0,
     1.0,
     {0.0, 0.0},
     {3e-200, 4e-200},
     {-0.6, -0.8},
     {NAN, NAN},
     4.0},
    {"normalized_sgd",
     "also for a huge momentum",
     1.0,
     1.0,
     {0.0, 0.0},
     {3e200, 4e200},
     {-0.6, -0.8},
     {NAN, NAN},
     4.0},
    {"normalized_sgd",
     "no step at m = 0",
     1.0,
     1.0,
     {0.0, 0.0},
     {0.0, 0.0},
     {0.0, 0.0},
     {0.0, 0.0},
     0.0},
    {"normalized_sgd",
     "NaN goes through",
     1.0,
     1.0,
     {0.0, 0.0},
     {NAN, 1.0},
     {NAN, NAN},
     {NAN, NAN},
     0.0},
};

static clarke_status golden_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    static const char *const id[] = {"sgd",  "heavy_ball",     "sign_sgd",
                                     "lion", "normalized_sgd", "clipped_sgd"};
    for (size_t i = 0; i < sizeof id / sizeof *id; i++) {
        const clarke_case c = {.claim = "th1_golden",
                               .role = CLARKE_ROLE_CLAIM,
                               .expected = CLARKE_EXPECT_SUPPORTED,
                               .run = {.problem = "quadratic_sum:a=1", .method = id[i]},
                               .weight = item->weight > 0.0 ? item->weight : 1.0};
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

static bool golden_is(const char *method, const char *id)
{
    const size_t length = strcspn(method, ":");
    return length == strlen(id) && strncmp(method, id, length) == 0;
}

/* What was compared, and the first number that differs. */
typedef struct {
    size_t checked;
    const char *method, *what;
    size_t step;
    double got, want;
} golden_tally;

static void golden_compare(golden_tally *t, const char *method, const char *what, size_t step,
                           double got, double want, double ulps)
{
    const bool same = isnan(want) ? isnan(got) != 0 : fabs(got - want) <= ulps * 0x1p-53;
    t->checked++;
    if (same || t->method) return;
    t->method = method;
    t->what = what;
    t->step = step;
    t->got = got;
    t->want = want;
}

typedef struct {
    const golden_run *row;
    golden_tally *tally;
} golden_watch;

static void golden_observe(void *self, const clarke_iter *it, const clarke_event *e)
{
    const golden_watch *w = self;
    if (!e) {
        golden_compare(w->tally, w->row->method, "x", 0, it->x[0], 4.0, 0.0);
        return;
    }
    const double *m = clarke_event_view(e, "momentum");
    golden_compare(w->tally, w->row->method, "x", e->k + 1, e->after[0], w->row->x[e->k], 0.0);
    if (!isnan(w->row->m[0]))
        golden_compare(w->tally, w->row->method, "m", e->k + 1, m ? m[0] : NAN, w->row->m[e->k],
                       0.0);
}

static clarke_status golden_follow(const golden_run *row, uint64_t seed, clarke_arena *mem,
                                   golden_tally *tally)
{
    const clarke_run_spec spec = {.problem = "quadratic_sum:a=1",
                                  .method = row->method,
                                  .schedule = "constant:0.25",
                                  .momentum = "constant:0.25",
                                  .sampling = "full",
                                  .iterations = row->steps};
    golden_watch watch = {row, tally};
    const clarke_observer observer = {&watch, golden_observe};
    clarke_run_plan plan;
    clarke_run_result result;
    CLARKE_TRY(clarke_run_plan_make(&spec, mem, &plan));
    return clarke_run_execute(&plan, seed, 0, NULL, 0, &observer, NULL, mem, &result);
}

static clarke_status golden_step(const golden_unit *row, clarke_arena *mem, golden_tally *tally)
{
    static const double origin[GOLDEN_N] = {0.0};
    clarke_drive d;
    /* Lion's first momentum weighs g by 1 - beta2 = 1/8. */
    const double weight = golden_is(row->method, "lion") ? 0.125 : 1.0;
    CLARKE_TRY(clarke_drive_make(row->method, GOLDEN_N, row->eta, mem, &d));
    clarke_status status = clarke_drive_place(&d, origin, row->place, row->eta, weight);
    memcpy(d.feed, row->g, sizeof row->g);
    if (status == CLARKE_OK) status = clarke_drive_step(&d, row->eta, row->theta);
    clarke_drive_end(&d);
    CLARKE_TRY(status);
    const double *m = clarke_drive_momentum(&d);
    for (size_t j = 0; j < GOLDEN_N; j++) {
        golden_compare(tally, row->method, row->what, 1, d.it.x[j], row->want[j], row->ulps);
        if (!isnan(row->m[j]))
            golden_compare(tally, row->method, row->what, 1, m ? m[j] : NAN, row->m[j], 0.0);
    }
    return CLARKE_OK;
}

/* f = |x| from x_0 = 1 with theta = 1 and eta = 1/4: 3/4, 1/2, 1/4, 0, and there it stays. */
static clarke_status golden_kink(const char *method, clarke_arena *mem, golden_tally *tally)
{
    clarke_drive d;
    CLARKE_TRY(clarke_drive_make(method, 1, 0.25, mem, &d));
    clarke_status status = CLARKE_OK;
    d.it.x[0] = 1.0;
    for (size_t k = 0; k < 8 && status == CLARKE_OK; k++) {
        d.feed[0] = d.it.x[0] > 0.0 ? 1.0 : d.it.x[0] < 0.0 ? -1.0 : 0.0;
        status = clarke_drive_step(&d, 0.25, 1.0);
        golden_compare(tally, method, "f = |x|, stays at 0", k + 1, d.it.x[0],
                       k < 4 ? 0.75 - 0.25 * (double)k : 0.0, 0.0);
    }
    clarke_drive_end(&d);
    return status;
}

static clarke_status golden_judge(const clarke_evidence *e, clarke_judgement *j)
{
    const char *id = e->c->run.method;
    golden_tally tally = {0};
    clarke_assume(j, "exact_arithmetic", "the data are dyadic", CLARKE_HYPOTHESIS_PROVED,
                  "numerators below 2^18, denominators powers of two");
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    for (size_t i = 0; i < sizeof golden_runs / sizeof *golden_runs; i++)
        if (golden_is(golden_runs[i].method, id))
            CLARKE_TRY(golden_follow(&golden_runs[i], e->seed, j->mem, &tally));
    for (size_t i = 0; i < sizeof golden_units / sizeof *golden_units; i++)
        if (golden_is(golden_units[i].method, id))
            CLARKE_TRY(golden_step(&golden_units[i], j->mem, &tally));
    if (!golden_is("lion", id)) CLARKE_TRY(golden_kink(id, j->mem, &tally));
    j->checked = j->resolved = tally.checked;
    j->smallest_detectable = 0x1p-52;
    if (tally.method)
        return clarke_judge(j, CLARKE_REFUTED, "%s: %s after step %zu is %.17g, not %.17g",
                            tally.method, tally.what, tally.step, tally.got, tally.want);
    if (tally.checked < 8)
        return clarke_judge(j, CLARKE_INCONCLUSIVE, "there is no golden vector of '%s'", id);
    return clarke_judge(j, CLARKE_SUPPORTED, "all %zu golden numbers of %s agree", tally.checked,
                        id);
}

const clarke_claim_desc clarke_claim_th1_golden = {
    .title = "Golden vectors",
    .paper = "worked out by hand from Xiao, Hu, Toh, arXiv 2307.10053",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement = "On dyadic data the methods give the numbers that the formulas give by hand, bit "
                 "by bit.",
    .formula = "x_{k+1} = x_k - eta_k (v(m_{k+1}) + alpha g_k), m_{k+1} = m_k - theta_k (m_k - "
               "g_k)",
    .not_claimed = "Anything about limits.",
    .falsifier = "In methods/heavy_ball.c, replace theta by 1 in the momentum's line: x after step "
                 "1 is 13/4 instead of 61/16.",
    .plan = golden_plan,
    .judge = golden_judge,
};
