/* Golden vectors of the decentralised methods, worked out in fractions: three agents, f_i = (x -
   a_i)^2/2, a = (-1, 0, 4), X_0 = 0, eta = theta = 1/4. W is the path with weights 1/4, or the shift
   (I + P)/2, P a cyclic permutation, which is doubly stochastic and not symmetric. Every number is a
   dyadic fraction with a numerator below 2^17, so that doubles are exact and == is the comparison. */
#include "engine/claim.h"

#include <math.h>
#include <string.h>

enum { GOLDEN_AGENTS = 3, GOLDEN_STEPS = 4 };

typedef struct {
    const char *name, *method, *network;
    size_t steps;
    double x[GOLDEN_STEPS][GOLDEN_AGENTS]; /* x_1, x_2, ... */
    const char *view;                      /* NULL: none */
    double z[GOLDEN_STEPS][GOLDEN_AGENTS]; /* m_1, m_2, ..., or v_0, v_1, ... */
} golden_row;

#define GOLDEN_PATH  "matrix:w=0.75,0.25,0,0.25,0.5,0.25,0,0.25,0.75"
#define GOLDEN_SHIFT "matrix:w=0.5,0.5,0,0,0.5,0.5,0.5,0,0.5"

static const golden_row golden_rows[] = {
    {"combine",
     "dsgd",
     GOLDEN_PATH,
     4,
     {{-1.0 / 4, 0, 1},
      {-3.0 / 8, 3.0 / 16, 3.0 / 2},
      {-25.0 / 64, 21.0 / 64, 115.0 / 64},
      {-93.0 / 256, 111.0 / 256, 507.0 / 256}},
     NULL,
     {{0}}},
    {"adapt",
     "dsgd:form=adapt",
     GOLDEN_PATH,
     3,
     {{-3.0 / 16, 3.0 / 16, 3.0 / 4},
      {-33.0 / 128, 93.0 / 256, 309.0 / 256},
      {-1083.0 / 4096, 2055.0 / 4096, 1533.0 / 1024}},
     NULL,
     {{0}}},
    {"tracking",
     "dsgd_t",
     GOLDEN_PATH,
     4,
     {{-1.0 / 4, 0, 1},
      {-5.0 / 16, 3.0 / 8, 5.0 / 4},
      {-11.0 / 64, 33.0 / 64, 89.0 / 64},
      {-9.0 / 256, 21.0 / 32, 183.0 / 128}},
     "tracker",
     {{1, 0, -4},
      {1.0 / 2, -3.0 / 4, -2},
      {1.0 / 8, -3.0 / 8, -23.0 / 16},
      {9.0 / 64, -3.0 / 8, -33.0 / 32}}},
    {"tracking, adapt",
     "dsgd_t:form=adapt",
     GOLDEN_PATH,
     3,
     {{-3.0 / 16, 3.0 / 16, 3.0 / 4},
      {-21.0 / 128, 105.0 / 256, 273.0 / 256},
      {-195.0 / 4096, 2319.0 / 4096, 1245.0 / 1024}},
     "tracker",
     {{1, 0, -4}, {9.0 / 16, -9.0 / 16, -9.0 / 4}, {39.0 / 128, -123.0 / 256, -387.0 / 256}}},
    {"momentum",
     "dsgd_m",
     GOLDEN_PATH,
     4,
     {{0, 0, 0},
      {-1.0 / 16, 0, 1.0 / 4},
      {-9.0 / 64, 3.0 / 32, 9.0 / 16},
      {-45.0 / 256, 15.0 / 64, 225.0 / 256}},
     "momentum",
     {{1.0 / 4, 0, -1},
      {3.0 / 8, -3.0 / 16, -3.0 / 2},
      {3.0 / 8, -21.0 / 64, -111.0 / 64},
      {41.0 / 128, -51.0 / 128, -463.0 / 256}}},
    {"new momentum",
     "dsgd_m:order=new",
     GOLDEN_PATH,
     4,
     {{-1.0 / 16, 0, 1.0 / 4},
      {-35.0 / 256, 3.0 / 32, 35.0 / 64},
      {-681.0 / 4096, 57.0 / 256, 861.0 / 1024},
      {-9595.0 / 65536, 2985.0 / 8192, 18115.0 / 16384}},
     "momentum",
     {{1.0 / 4, 0, -1},
      {23.0 / 64, -3.0 / 16, -23.0 / 16},
      {357.0 / 1024, -75.0 / 256, -417.0 / 256},
      {5071.0 / 16384, -1383.0 / 4096, -6871.0 / 4096}}},
    {"momentum, adapt",
     "dsgd_m:form=adapt",
     GOLDEN_PATH,
     3,
     {{0, 0, 0}, {-3.0 / 128, 15.0 / 256, 39.0 / 256}, {-117.0 / 4096, 681.0 / 4096, 387.0 / 1024}},
     "momentum",
     {{3.0 / 16, -3.0 / 16, -3.0 / 4},
      {33.0 / 128, -93.0 / 256, -309.0 / 256},
      {135.0 / 512, -249.0 / 512, -375.0 / 256}}},
    {"sign",
     "dsign_sgd",
     GOLDEN_PATH,
     4,
     {{0, 0, 0},
      {-1.0 / 4, 0, 1.0 / 4},
      {-7.0 / 16, 1.0 / 4, 7.0 / 16},
      {-33.0 / 64, 3.0 / 8, 41.0 / 64}},
     "momentum",
     {{1.0 / 4, 0, -1},
      {3.0 / 8, -3.0 / 16, -3.0 / 2},
      {21.0 / 64, -21.0 / 64, -111.0 / 64},
      {57.0 / 256, -95.0 / 256, -471.0 / 256}}},
    {"sign, new momentum",
     "dsign_sgd:order=new",
     GOLDEN_PATH,
     4,
     {{-1.0 / 4, 0, 1.0 / 4},
      {-7.0 / 16, 1.0 / 4, 7.0 / 16},
      {-33.0 / 64, 3.0 / 8, 41.0 / 64},
      {-139.0 / 256, 15.0 / 32, 211.0 / 256}},
     "momentum",
     {{1.0 / 4, 0, -1},
      {5.0 / 16, -3.0 / 16, -23.0 / 16},
      {1.0 / 4, -17.0 / 64, -53.0 / 32},
      {23.0 / 128, -83.0 / 256, -111.0 / 64}}},
    {"shift",
     "dsgd",
     GOLDEN_SHIFT,
     3,
     {{-1.0 / 4, 0, 1}, {3.0 / 16, -1.0 / 8, 5.0 / 4}, {27.0 / 64, 1.0 / 16, 5.0 / 4}},
     NULL,
     {{0}}},
    {"shift, tracking",
     "dsgd_t",
     GOLDEN_SHIFT,
     3,
     {{-1.0 / 4, 0, 1}, {13.0 / 16, -1.0 / 4, 3.0 / 4}, {55.0 / 64, 1.0 / 2, 3.0 / 8}},
     "tracker",
     {{1, 0, -4}, {-7.0 / 4, 1.0 / 2, -1}, {-5.0 / 16, -7.0 / 8, -1.0 / 2}}},
    {"shift, momentum",
     "dsgd_m",
     GOLDEN_SHIFT,
     3,
     {{0, 0, 0}, {-1.0 / 16, 0, 1.0 / 4}, {9.0 / 64, -1.0 / 16, 7.0 / 16}},
     "momentum",
     {{1.0 / 4, 0, -1}, {-3.0 / 16, 1.0 / 8, -5.0 / 4}, {-7.0 / 16, -1.0 / 16, -19.0 / 16}}},
};

enum { GOLDEN_ROWS = sizeof golden_rows / sizeof golden_rows[0] };

static clarke_status golden_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    for (size_t i = 0; i < GOLDEN_ROWS; i++) {
        const clarke_case c = {.claim = "th0_golden",
                               .role = CLARKE_ROLE_CLAIM,
                               .expected = CLARKE_EXPECT_SUPPORTED,
                               .run = {.problem = "quadratic_agents:a=-1,0,4",
                                       .method = golden_rows[i].method,
                                       .network = golden_rows[i].network,
                                       .schedule = "constant:0.25",
                                       .momentum = "constant:0.25",
                                       .sampling = "full",
                                       .init = "zeros",
                                       .iterations = golden_rows[i].steps},
                               .variant = golden_rows[i].name,
                               .weight = item->weight};
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

typedef struct {
    const golden_row *row;
    size_t checked, step, agent;
    const char *what; /* of the first number that differs; NULL: none does */
    double got, want;
} golden_watch;

static void golden_compare(golden_watch *w, const char *what, size_t k, const double *got,
                           const double *want)
{
    for (size_t i = 0; i < GOLDEN_AGENTS; i++) {
        const double value = got ? got[i] : NAN;
        w->checked++;
        if (value == want[i] || w->what) continue;
        w->what = what, w->step = k, w->agent = i;
        w->got = value, w->want = want[i];
    }
}

static void golden_observe(void *self, const clarke_iter *it, const clarke_event *e)
{
    golden_watch *w = self;
    static const double origin[GOLDEN_AGENTS] = {0.0};
    if (!e) {
        golden_compare(w, "x before step", 0, it->x, origin);
        return;
    }
    golden_compare(w, "x after step", e->k, e->after, w->row->x[e->k]);
    if (w->row->view)
        golden_compare(w, w->row->view, e->k, clarke_event_view(e, w->row->view), w->row->z[e->k]);
}

static clarke_status golden_judge(const clarke_evidence *e, clarke_judgement *j)
{
    golden_watch watch = {.row = NULL};
    for (size_t i = 0; i < GOLDEN_ROWS; i++)
        if (strcmp(golden_rows[i].name, e->c->variant) == 0) watch.row = &golden_rows[i];
    if (!watch.row)
        return clarke_fail(CLARKE_EINPUT, "there is no golden vector '%s'", e->c->variant);
    clarke_assume(j, "exact_arithmetic", "the data are dyadic", CLARKE_HYPOTHESIS_PROVED,
                  "numerators below 2^17, denominators powers of two");
    const clarke_observer observer = {&watch, golden_observe};
    clarke_run_spec spec = e->c->run;
    clarke_run_plan plan;
    clarke_run_result result;
    spec.noise = NULL;
    CLARKE_TRY(clarke_run_plan_make(&spec, e->mem, &plan));
    CLARKE_TRY(clarke_run_execute(&plan, e->seed, 0, NULL, 0, &observer, NULL, e->mem, &result));
    j->checked = j->resolved = watch.checked;
    j->smallest_detectable = 0x1p-52;
    if (watch.what)
        return clarke_judge(j, CLARKE_REFUTED, "%s %zu of agent %zu is %.17g, not %.17g",
                            watch.what, watch.step, watch.agent, watch.got, watch.want);
    return clarke_judge(j, CLARKE_SUPPORTED, "all %zu golden numbers agree", watch.checked);
}

const clarke_claim_desc clarke_claim_th0_golden = {
    .title = "Golden vectors of the decentralised methods",
    .paper = "worked out by hand from the forms of Zhang, Xiao, Liu, arXiv 2403.11565",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement = "On dyadic data the methods give the numbers that the formulas give by hand, bit "
                 "by bit.",
    .formula = "X_{k+1} = X_k W - eta_k H_k, or (X_k - eta_k H_k) W",
    .not_claimed = "Anything about limits.",
    .falsifier = "In methods/lib/dsm.c, mix z - step h where the form is to combine first: after "
                 "step 0 agent 0 stands at -3/16 instead of -1/4.",
    .plan = golden_plan,
    .judge = golden_judge,
};
