/* The contract of the SGD-type methods (those of the paper P1). */
#include "core/registry.h"
#include "engine/run.h"
#include "methods/lib/sgd_type.h"
#include "parts/lib/norm.h"
#include "verify/lib/drive.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST = 64 };

static size_t method_list(size_t index[MOST])
{
    size_t count = 0;
    for (size_t i = 0; i < clarke_methods.count && count < MOST; i++) {
        const clarke_method_desc *desc = clarke_methods.entry[i].desc;
        if (desc->paper && strcmp(desc->paper, "P1") == 0) index[count++] = i;
    }
    return count;
}

static const char *id_at(size_t i)
{
    return clarke_methods.entry[i].id;
}

#define OVER_METHODS(name)                                                                         \
    ParameterizedTestParameters(methods, name)                                                     \
    {                                                                                              \
        static size_t index[MOST];                                                                 \
        const size_t count = method_list(index);                                                   \
        return cr_make_param_array(size_t, index, count);                                          \
    }                                                                                              \
    ParameterizedTest(const size_t *i, methods, name)

/* Three variables, generic data. */
enum { N = 3 };
static const double hessian[N * N] = {1.3, 0.21, -0.4, 0.21, 0.77, 0.13, -0.4, 0.13, 2.1};

static void start(clarke_drive *d, const char *method, clarke_arena *mem)
{
    static const double feed[N] = {0.37, -1.9, 0.052}, x[N] = {0.83, -0.41, 2.385};
    cr_assert_eq(clarke_drive_make(method, N, 0.1, mem, d), CLARKE_OK, "%s: %s", method,
                 clarke_message());
    d->hessian = hessian;
    memcpy(d->feed, feed, sizeof feed);
    memcpy(d->it.x, x, sizeof x);
}

OVER_METHODS(is_described)
{
    const clarke_method_desc *desc = clarke_methods.entry[*i].desc;
    clarke_arena *mem = clarke_arena_new(0);
    clarke_drive d;
    start(&d, id_at(*i), mem);
    cr_expect(desc->title && desc->formula && desc->source, "%s: texts", id_at(*i));
    cr_assert(d.it.phases > 0, "%s: no phase", id_at(*i));
    for (size_t p = 0; p < d.it.phases; p++)
        cr_expect(d.it.phase[p].name[0] && (d.it.phase[p].block == CLARKE_ALL_BLOCKS ||
                                            d.it.phase[p].block < d.it.layout.count),
                  "%s: phase %zu", id_at(*i), p);
    cr_assert(d.it.form && d.it.form->phi, "%s: no form", id_at(*i));
    cr_expect_eq(clarke_drive_momentum(&d) != NULL, !d.it.form->memoryless, "%s: momentum view",
                 id_at(*i));
    cr_expect_eq(desc->uses_momentum, !d.it.form->memoryless && !d.it.form->interpolated,
                 "%s: uses_momentum", id_at(*i));
    cr_expect(d.it.x[0] == 0.83 && d.it.x[2] == 2.385, "%s: init moved x", id_at(*i));
    clarke_arena_free(mem);
}

/* The first and the last iterate of a noisy run in one variable. */
typedef struct {
    double first, last;
} ends;

static void watch(void *self, const clarke_iter *it, const clarke_event *e)
{
    ends *s = self;
    (void)it;
    if (e && e->k == 0) s->first = e->after[0];
    if (e) s->last = e->after[0];
}

static ends trace(const char *method, uint64_t seed)
{
    const clarke_run_spec spec = {.problem = "quadratic_sum:a=0,0,3",
                                  .method = method,
                                  .noise = "gaussian:10",
                                  .iterations = 200};
    ends s = {NAN, NAN};
    const clarke_observer observer = {&s, watch};
    clarke_arena *mem = clarke_arena_new(0);
    clarke_run_plan plan;
    clarke_run_result result;
    cr_assert_eq(clarke_run_plan_make(&spec, mem, &plan), CLARKE_OK, "%s: %s", method,
                 clarke_message());
    cr_assert_eq(plan.n, 1, "%s: n is %zu", method, plan.n);
    cr_assert_eq(clarke_run_execute(&plan, seed, 0, NULL, 0, &observer, NULL, mem, &result),
                 CLARKE_OK, "%s: %s", method, clarke_message());
    cr_expect(result.finite && result.steps == 200, "%s: n = 1", method);
    clarke_arena_free(mem);
    return s;
}

OVER_METHODS(same_seed_same_bits)
{
    const ends a = trace(id_at(*i), 5), b = trace(id_at(*i), 5), c = trace(id_at(*i), 6);
    cr_expect(memcmp(&a, &b, sizeof a) == 0, "%s: %.17g, then %.17g", id_at(*i), a.last, b.last);
    cr_expect(a.last != c.last, "%s: another seed gave the same", id_at(*i));
    cr_expect(a.first != a.last, "%s: the iterate stands still", id_at(*i));
}

/* On generic data no two methods agree, and no two variants of one; steps enough to come inside the
   clipping ball, where clipped and normalized steps part. */
Test(methods, all_differ)
{
    static const char *const variant[] = {
        "sgd",
        "sgd:weight_decay=0.5",
        "heavy_ball",
        "heavy_ball:alpha=0.5",
        "heavy_ball:weight_decay=0.5",
        "heavy_ball:first=gradient",
        "heavy_ball:order=old",
        "sign_sgd",
        "sign_sgd:alpha=0.5",
        "sign_sgd:weight_decay=0.5",
        "sign_sgd:first=gradient",
        "sign_sgd:order=old",
        "lion",
        "lion:alpha=0.5",
        "lion:weight_decay=0.5",
        "lion:beta1=0.5",
        "lion:beta2=0.5",
        "lion:beta2=0.5,schedule=constant",
        "normalized_sgd",
        "normalized_sgd:alpha=0.5",
        "normalized_sgd:weight_decay=0.5",
        "normalized_sgd:first=gradient",
        "normalized_sgd:order=old",
        "clipped_sgd",
        "clipped_sgd:alpha=0.5",
        "clipped_sgd:weight_decay=0.5",
        "clipped_sgd:first=gradient",
        "clipped_sgd:order=old",
        "clipped_sgd:threshold=0.5",
        "clipped_sgd:kind=coordinate",
        "clipped_sgd:apply=sample",
        "clipped_sgd:kind=coordinate,apply=sample",
    };
    enum { VARIANTS = sizeof variant / sizeof *variant };
    double end[VARIANTS][N];
    for (size_t v = 0; v < VARIANTS; v++) {
        clarke_arena *mem = clarke_arena_new(0);
        clarke_drive d;
        start(&d, variant[v], mem);
        for (size_t k = 0; k < 600; k++) {
            const double eta = 0.1 / sqrt(1.0 + (double)k);
            cr_assert_eq(clarke_drive_step(&d, eta, 2.0 * eta), CLARKE_OK, "%s: step", variant[v]);
        }
        memcpy(end[v], d.it.x, sizeof end[v]);
        for (size_t w = 0; w < v; w++)
            cr_expect(memcmp(end[v], end[w], sizeof end[v]) != 0, "%s and %s give the same",
                      variant[v], variant[w]);
        clarke_arena_free(mem);
    }
}

/* Every default method of the registry is in the list above. */
OVER_METHODS(is_known_to_this_test)
{
    static const char *const known[] = {"sgd",  "heavy_ball",     "sign_sgd",
                                        "lion", "normalized_sgd", "clipped_sgd"};
    bool found = false;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        found |= strcmp(id_at(*i), known[k]) == 0;
    cr_expect(found, "%s: add it to all_differ and to th1_conformance", id_at(*i));
}

OVER_METHODS(nan_ends_nonfinite)
{
    static const double bad[] = {NAN, INFINITY, -INFINITY};
    for (size_t b = 0; b < 3; b++) {
        clarke_arena *mem = clarke_arena_new(0);
        clarke_drive d;
        start(&d, id_at(*i), mem);
        d.feed[1] = bad[b];
        cr_assert_eq(clarke_drive_step(&d, 0.1, 0.5), CLARKE_OK, "%s: step", id_at(*i));
        const double *m = clarke_drive_momentum(&d);
        /* The sign of an infinite momentum is finite: then the momentum must show it. */
        const bool shows = !isfinite(d.it.x[1]) || (isinf(bad[b]) && m && !isfinite(m[1])) ||
                           (isinf(bad[b]) && !isfinite(d.it.x[0]));
        cr_expect(shows, "%s: %g became %g", id_at(*i), bad[b], d.it.x[1]);
        clarke_arena_free(mem);
    }
}

OVER_METHODS(allocates_nothing_and_leaves_the_answer)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_drive d;
    start(&d, id_at(*i), mem);
    const size_t bytes = clarke_arena_bytes(mem);
    for (size_t k = 0; k < 20; k++) {
        double x[N], g[N];
        memcpy(x, d.it.x, sizeof x);
        for (size_t a = 0; a < N; a++) {
            g[a] = d.feed[a];
            for (size_t b = 0; b < N; b++) g[a] += hessian[a * N + b] * x[b];
        }
        cr_assert_eq(clarke_drive_step(&d, 0.1, 0.3), CLARKE_OK, "%s: step", id_at(*i));
        cr_expect(memcmp(d.oracle.record.g, g, sizeof g) == 0, "%s: the answer was overwritten",
                  id_at(*i));
        cr_expect(memcmp(d.oracle.record.x, x, sizeof x) == 0, "%s: asked elsewhere", id_at(*i));
        cr_expect_eq(d.oracle.record.calls, k + 1, "%s: %zu calls", id_at(*i),
                     d.oracle.record.calls);
    }
    cr_expect_eq(clarke_arena_bytes(mem), bytes, "%s: memory grew", id_at(*i));
    cr_expect(!clarke_arena_failed(mem), "%s: the sealed arena was asked", id_at(*i));
    clarke_arena_free(mem);
}

OVER_METHODS(out_of_memory_in_init)
{
    clarke_status status = CLARKE_ENOMEM;
    for (size_t k = 1; status != CLARKE_OK; k++) {
        clarke_arena *mem = clarke_arena_new(0);
        clarke_drive d;
        cr_assert(k < 100, "%s: never succeeds", id_at(*i));
        clarke_arena_fail_at(mem, k);
        status = clarke_drive_make(id_at(*i), N, 0.1, mem, &d);
        if (status == CLARKE_OK) {
            clarke_arena_fail_at(mem, 0);
            cr_expect(!clarke_arena_failed(mem), "%s: a failure at request %zu was ignored",
                      id_at(*i), k);
        } else {
            cr_expect_eq(status, CLARKE_ENOMEM, "%s: request %zu gave %d", id_at(*i), k, status);
        }
        clarke_arena_free(mem);
    }
}

/* With g = 0 and m = 0 only the decay is left: (1 - 1/4 * 1/2) 8 = 7, in every method. */
OVER_METHODS(decay_is_decoupled)
{
    char method[64];
    clarke_arena *mem = clarke_arena_new(0);
    clarke_drive d;
    snprintf(method, sizeof method, "%s:weight_decay=0.5", id_at(*i));
    cr_assert_eq(clarke_drive_make(method, 1, 0.25, mem, &d), CLARKE_OK, "%s", clarke_message());
    d.it.x[0] = 8.0;
    cr_assert_eq(clarke_drive_step(&d, 0.25, 0.25), CLARKE_OK, "%s: step", id_at(*i));
    cr_expect_eq(d.it.x[0], 7.0, "%s: %g", id_at(*i), d.it.x[0]);
    clarke_arena_free(mem);
}

OVER_METHODS(wrong_parameters_are_refused)
{
    static const char *const bad[] = {"no_such=1", "weight_decay=-1", "weight_decay=nan"};
    for (size_t b = 0; b < 3; b++) {
        char method[64];
        clarke_arena *mem = clarke_arena_new(0);
        clarke_drive d;
        snprintf(method, sizeof method, "%s:%s", id_at(*i), bad[b]);
        cr_expect_eq(clarke_drive_make(method, 1, 0.25, mem, &d), CLARKE_EINPUT, "%s", method);
        clarke_arena_free(mem);
    }
}

/* |x_{k+1} - x_k| = eta for the normalized step and min(C, |m|) eta for the clipped one, from x = 0
   so that the difference is exact; the norm's and the quotient's roundings are (n/2 + 5) u. */
Test(methods, step_lengths)
{
    const clarke_stream s = clarke_stream_make(3, "test", "methods", 0, 0, "g");
    const double u = 0x1p-53, c = 0.8;
    enum { DIM = 5 };
    for (size_t k = 0; k < 200; k++) {
        clarke_arena *mem = clarke_arena_new(0);
        clarke_drive d[2];
        cr_assert_eq(clarke_drive_make("normalized_sgd", DIM, 1.0, mem, &d[0]), CLARKE_OK, "make");
        cr_assert_eq(clarke_drive_make("clipped_sgd:threshold=0.8", DIM, 1.0, mem, &d[1]),
                     CLARKE_OK, "make");
        const double scale = ldexp(1.0, (int)(k % 40) - 20);
        for (size_t j = 0; j < DIM; j++)
            d[0].feed[j] = d[1].feed[j] = scale * (clarke_stream_uniform(&s, k, j) - 0.5);
        for (size_t a = 0; a < 2; a++)
            cr_assert_eq(clarke_drive_step(&d[a], 1.0, 1.0), CLARKE_OK, "step");
        const double norm = clarke_norm(DIM, d[1].feed), allowed = (2.0 * DIM + 10.0) * u;
        const double one = clarke_norm(DIM, d[0].it.x), clip = clarke_norm(DIM, d[1].it.x);
        cr_expect(fabs(one - 1.0) <= allowed, "normalized_sgd: |dx| = %.17g", one);
        cr_expect(fabs(clip - fmin(c, norm)) <= allowed * fmin(c, norm),
                  "clipped_sgd: |dx| = %.17g for |m| = %.17g", clip, norm);
        clarke_arena_free(mem);
    }
}

Test(methods, sign_and_clip)
{
    cr_expect_eq(clarke_sgd_sign(0.0, 0.25), 0.25, "sign(0)");
    cr_expect_eq(clarke_sgd_sign(-0.0, 0.25), 0.25, "sign(-0)");
    cr_expect_eq(clarke_sgd_sign(-5e-324, 0.25), -1.0, "sign of the least negative number");
    cr_expect_eq(clarke_sgd_sign(INFINITY, 0.25), 1.0, "sign(inf)");
    cr_expect(isnan(clarke_sgd_sign(NAN, 0.25)), "sign(NaN)");
    cr_expect_eq(clarke_sgd_clip(-3.0, 0.5), -0.5, "clip(-3)");
    cr_expect_eq(clarke_sgd_clip(0.25, 0.5), 0.25, "clip(1/4)");
    cr_expect(isnan(clarke_sgd_clip(NAN, 0.5)), "clip(NaN)");
}

/* |m_k| <= max |g_j|, which scaling errors such as m = beta m + g break. */
OVER_METHODS(momentum_is_a_mean)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_drive d;
    double most[N] = {0.0};
    start(&d, id_at(*i), mem);
    const double *m = clarke_drive_momentum(&d);
    for (size_t k = 0; m && k < 40; k++) {
        cr_assert_eq(clarke_drive_step(&d, 0.1, 0.4), CLARKE_OK, "%s: step", id_at(*i));
        for (size_t j = 0; j < N; j++) {
            most[j] = fmax(most[j], fabs(d.oracle.record.g[j]));
            cr_expect(fabs(m[j]) <= most[j] * (1.0 + 4.0 * (double)(k + 1) * 0x1p-53),
                      "%s: |m| = %g, |g| <= %g", id_at(*i), fabs(m[j]), most[j]);
        }
    }
    clarke_arena_free(mem);
}
