/* f(x) = (1/m) sum_i |(a_i.x)^2 - b_i| in 2 or 3 variables with random whole a_i, b_i = (a_i.xbar)^2
   for a random whole xbar, and another square in its place for the first `outliers` terms: members
   by seed, whose stationary sets are found in exact arithmetic (problems/lib/phase.h has the
   proof).

   Members are drawn again if normals are not in general position, if a decision of the enumeration
   is on an edge, if two points of S are nearer than 1/16, or if points outside [-15, 15]^n might be
   stationary. */
#include "core/stream.h"
#include "problems/lib/goldstein.h"
#include "problems/lib/phase.h"

enum { RPR_RANDOM_TRIES = 20000 };

typedef struct {
    size_t n, m, seed, outliers;
} rpr_random;

typedef struct {
    clarke_stream stream;
    uint64_t draw;
} rpr_random_source;

static int64_t rpr_random_whole(rpr_random_source *s, int64_t largest)
{
    const size_t count = (size_t)(2 * largest + 1);
    return (int64_t)clarke_stream_index(&s->stream, 0, s->draw++, count) - largest;
}

static bool rpr_random_parallel(const clarke_phase *f, size_t i, size_t j)
{
    for (size_t k = 0; k < f->n; k++)
        for (size_t l = 0; l < k; l++)
            if (f->a[i][k] * f->a[j][l] != f->a[i][l] * f->a[j][k]) return false;
    return true;
}

/* False where a vector is parallel to another one, or 0, which is parallel to all. */
static bool rpr_random_draw(const rpr_random *r, rpr_random_source *s, clarke_phase *f)
{
    int64_t xbar[CLARKE_PHASE_DIMENSION];
    for (size_t k = 0; k < r->n; k++) xbar[k] = rpr_random_whole(s, 2);
    for (size_t i = 0; i < r->m; i++) {
        int64_t root = 0;
        for (size_t k = 0; k < r->n; k++) {
            f->a[i][k] = rpr_random_whole(s, CLARKE_PHASE_ENTRY);
            root += f->a[i][k] * xbar[k];
        }
        f->root[i] = root < 0 ? -root : root;
        if (i < r->outliers)
            f->root[i] += (int64_t)clarke_stream_index(&s->stream, 0, s->draw++, 6) - 2;
        if (f->root[i] < 0 || f->root[i] > CLARKE_PHASE_ROOT) return false;
        for (size_t j = 0; j < i; j++)
            if (rpr_random_parallel(f, i, j)) return false;
    }
    return true;
}

/* Whether the points are apart. */
static bool rpr_random_apart(const clarke_phase *f)
{
    for (size_t k = 0; k < f->points; k++) {
        for (size_t l = 0; l < k; l++) {
            double gap[CLARKE_PHASE_DIMENSION];
            for (size_t j = 0; j < f->n; j++) gap[j] = f->point[k].x[j] - f->point[l].x[j];
            if (clarke_scalar_norm(f->n, gap) < 0x1p-4) return false;
        }
    }
    return true;
}

/* The radius outside which nothing is stationary. */
static double rpr_random_radius(const clarke_phase *f)
{
    double sum = 0.0;
    for (size_t i = 0; i < f->m; i++) sum += (double)(f->root[i] * f->root[i]);
    return sqrt(2.0 * sum / f->smallest);
}

static void rpr_random_start(clarke_problem *p, const rpr_random *r)
{
    const clarke_stream s = clarke_stream_make(r->seed, "rpr_random", "", 0, 0, "start");
    double best = -1.0, x[CLARKE_PHASE_DIMENSION];
    for (uint64_t k = 0; k < 16; k++) { /* the best of some */
        for (size_t j = 0; j < p->n; j++)
            x[j] = 0.125 * rint(32.0 * clarke_stream_uniform(&s, k, j) - 16.0);
        const double d = clarke_phase_stationary_distance(p, x, NULL, NULL);
        if (!(d > best) || clarke_phase_clarke_residual(p, x) == 0.0) continue;
        best = d;
        for (size_t j = 0; j < p->n; j++) p->start[j] = x[j];
    }
}

static clarke_status rpr_random_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const rpr_random *r = params;
    bool found = false;
    if (r->m < r->n || r->outliers > r->m)
        return clarke_fail(CLARKE_EINPUT, "%s: m=%zu is less than n=%zu, or than outliers=%zu",
                           p->id, r->m, r->n, r->outliers);
    CLARKE_TRY(clarke_problem_size(p, r->n, 0.5, -4.0, 4.0, mem));
    clarke_phase *f = clarke_alloc(mem, sizeof *f);
    CLARKE_TRY(clarke_arena_status(mem));
    f->n = r->n, f->m = r->m;
    for (uint64_t k = 0; k < RPR_RANDOM_TRIES && !found; k++) {
        rpr_random_source s = {clarke_stream_make(r->seed, "rpr_random", "", 0, k, "member"), 0};
        found = rpr_random_draw(r, &s, f) && clarke_phase_solve(f) && rpr_random_radius(f) < 15.0 &&
                rpr_random_apart(f);
    }
    if (!found)
        return clarke_fail(CLARKE_EINPUT, "%s: no member with n=%zu, m=%zu and seed=%zu was found",
                           p->id, r->n, r->m, r->seed);
    CLARKE_TRY(clarke_phase_make(p, f, mem));
    rpr_random_start(p, r);
    return CLARKE_OK;
}

static const clarke_param rpr_random_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(rpr_random, n), "2", 2.0, CLARKE_PHASE_DIMENSION, NULL,
     "dimension"},
    {"m", CLARKE_PARAM_COUNT, offsetof(rpr_random, m), "5", 2.0, CLARKE_PHASE_TERMS, NULL,
     "number of measurements"},
    {"seed", CLARKE_PARAM_COUNT, offsetof(rpr_random, seed), "1", 0.0, 0x1p53, NULL,
     "number of the member"},
    {"outliers", CLARKE_PARAM_COUNT, offsetof(rpr_random, outliers), "0", 0.0, CLARKE_PHASE_TERMS,
     NULL, "how many measurements are wrong"},
    {0}};

static const clarke_certifiable rpr_random_certifiable[] = {
    {"n=2,seed=1", -16.0, 16.0, 1e-3, 2091, false},
    {"n=2,seed=2,m=7", -16.0, 16.0, 1e-3, 1471, false},
    {"n=2,seed=3,m=6,outliers=2", -16.0, 16.0, 1e-3, 1347, false},
    {"n=3,seed=1", -16.0, 16.0, 1e-2, 10927, false},
    {0}};

const clarke_problem_desc clarke_problem_rpr_random = {
    .title = "Robust phase retrieval, random members",
    .formula = "(1/m) sum_i |(a_i.x)^2 - b_i|, a_i random, b_i = (a_i.xbar)^2 but for outliers",
    .source = "derived; sets by enumeration in whole numbers",
    .stationary_set = "finitely many rational points, enumerated in exact arithmetic when the "
                      "member is drawn",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = rpr_random_params,
    .params_size = sizeof(rpr_random),
    .make = rpr_random_make,
    CLARKE_PHASE_ORACLES,
    .certifiable = rpr_random_certifiable,
    .outside = "by hand: g.x > 0 for |x|^2 > 2 sum b_i / (smallest eigenvalue of sum a_i a_i'), "
               "which is less than 15^2 in every member",
};
