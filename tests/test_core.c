/* Core services: status, arena, streams, parameters, schedules, oracle. */
#include "core/oracle.h"
#include "core/registry.h"
#include "core/schedule.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* ---- arena ---- */

Test(arena, blocks_are_zeroed_aligned_and_exact)
{
    clarke_arena *mem = clarke_arena_new(0);
    for (size_t n = 1; n < 70; n += 7) {
        double *v = clarke_vec(mem, n);
        cr_assert_eq((uintptr_t)v % 64, 0, "n=%zu: not 64-byte aligned", n);
        for (size_t i = 0; i < n; i++) cr_assert_eq(v[i], 0.0, "n=%zu: entry %zu not zero", n, i);
    }
    cr_assert_eq(clarke_arena_status(mem), CLARKE_OK, "arena: no failure so far");
    clarke_arena_free(mem);
}

Test(arena, failure_is_sticky_and_said)
{
    clarke_arena *mem = clarke_arena_new(1000);
    cr_assert_not_null(clarke_alloc(mem, 900), "900 of 1000 bytes fit");
    cr_assert_null(clarke_alloc(mem, 200), "200 more do not");
    cr_assert_null(clarke_alloc(mem, 1), "after a failure nothing is given");
    cr_assert_eq(clarke_arena_status(mem), CLARKE_ENOMEM, "the status is out of memory");
    cr_assert(strstr(clarke_message(), "1000"), "the sentence names the limit: %s",
              clarke_message());
    clarke_arena_free(mem);
}

Test(arena, refuses_overflow_and_while_sealed)
{
    clarke_arena *mem = clarke_arena_new(0);
    cr_assert_null(clarke_alloc_array(mem, SIZE_MAX / 4, 8), "overflow of count * size");
    cr_assert_eq(clarke_arena_status(mem), CLARKE_EINPUT, "no machine has that: %s",
                 clarke_message());
    cr_assert(strstr(clarke_message(), "; this machine has "), "%s", clarke_message());
    clarke_arena_free(mem);
    mem = clarke_arena_new(0);
    clarke_arena_seal(mem, true);
    cr_assert_null(clarke_vec(mem, 1), "sealed");
    clarke_arena_seal(mem, false);
    cr_assert(clarke_arena_failed(mem), "a request while sealed is not forgotten");
    clarke_arena_free(mem);
}

/* ---- streams ---- */

/* Known answer of Philox 4x32-10 for counter 0, key 0 (Random123's own vectors). */
Test(stream, philox_known_answer)
{
    const clarke_stream s = {{0, 0}};
    uint64_t pair[2];
    clarke_stream_pair(&s, 0, 0, pair);
    cr_assert_eq(pair[0], 0xe169c58d6627e8d5u, "words 0, 1: %lx", (unsigned long)pair[0]);
    cr_assert_eq(pair[1], 0x9b00dbd8bc57ac4cu, "words 2, 3: %lx", (unsigned long)pair[1]);
    cr_assert_eq(clarke_stream_bits(&s, 0, 1), pair[1], "draw 1 is the second of the pair");
}

Test(stream, every_part_of_the_key_matters)
{
    const clarke_stream s[] = {
        clarke_stream_make(1, "p", "m", 0, 0, "a"), clarke_stream_make(2, "p", "m", 0, 0, "a"),
        clarke_stream_make(1, "q", "m", 0, 0, "a"), clarke_stream_make(1, "p", "n", 0, 0, "a"),
        clarke_stream_make(1, "p", "m", 1, 0, "a"), clarke_stream_make(1, "p", "m", 0, 1, "a"),
        clarke_stream_make(1, "p", "m", 0, 0, "b"), clarke_stream_make(1, "pm", "", 0, 0, "a")};
    enum { COUNT = sizeof s / sizeof s[0] };
    for (size_t i = 0; i < COUNT; i++)
        for (size_t j = 0; j < i; j++)
            cr_assert(s[i].key[0] != s[j].key[0] || s[i].key[1] != s[j].key[1],
                      "keys %zu and %zu are equal", i, j);
}

/* Mean and variance of 2^16 draws within 5 standard errors: a fixed stream, so no flake. */
Test(stream, moments)
{
    enum { N = 1 << 16 };
    const clarke_stream s = clarke_stream_make(7, "p", "m", 0, 0, "moments");
    double u = 0.0, g = 0.0, g2 = 0.0;
    for (uint64_t k = 0; k < N; k++) {
        const double uniform = clarke_stream_uniform(&s, k, 0),
                     normal = clarke_stream_gaussian(&s, k, 5);
        cr_assert(uniform >= 0.0 && uniform < 1.0, "uniform out of range");
        u += uniform, g += normal, g2 += normal * normal;
    }
    cr_expect(fabs(u / N - 0.5) < 5.0 * sqrt(1.0 / 12.0 / N), "uniform mean %g", u / N);
    cr_expect(fabs(g / N) < 5.0 / sqrt(N), "normal mean %g", g / N);
    cr_expect(fabs(g2 / N - 1.0) < 5.0 * sqrt(2.0 / N), "normal variance %g", g2 / N);
}

Test(stream, indices_cover_and_stay_inside)
{
    const clarke_stream s = clarke_stream_make(3, "p", "m", 0, 0, "index");
    size_t seen[7] = {0};
    for (uint64_t k = 0; k < 700; k++) {
        const size_t i = clarke_stream_index(&s, k, 0, 7);
        cr_assert(i < 7, "index %zu", i);
        seen[i]++;
    }
    /* 100 expected; 5 deviations are 46. */
    for (size_t i = 0; i < 7; i++)
        cr_expect(seen[i] > 54 && seen[i] < 146, "index %zu: %zu", i, seen[i]);
    cr_expect_eq(clarke_bits_index(UINT64_MAX, 10), 9, "the largest bits give the last index");
    cr_expect_eq(clarke_bits_index(0, 10), 0, "the smallest give the first");
}

/* ---- parameters ---- */

typedef struct {
    double c;
    size_t n;
    int kind;
    clarke_list a;
    const char *path;
} options;

static const clarke_param table[] = {
    {"c", CLARKE_PARAM_REAL, offsetof(options, c), "0.5", 0.0, 2.0, NULL, "a number"},
    {"n", CLARKE_PARAM_COUNT, offsetof(options, n), "3", 1.0, 10.0, NULL, "a count"},
    {"kind", CLARKE_PARAM_CHOICE, offsetof(options, kind), "norm", 0, 0, "norm|coordinate",
     "a kind"},
    {"a", CLARKE_PARAM_LIST, offsetof(options, a), "1", -9.0, 9.0, NULL, "a list"},
    {"path", CLARKE_PARAM_TEXT, offsetof(options, path), "x", 0, 0, NULL, "a path"},
    {0}};

static clarke_status apply(const char *text, clarke_arena *mem, options *o)
{
    clarke_spec spec;
    CLARKE_TRY(clarke_spec_parse(text, mem, &spec));
    return clarke_params_apply(table, spec.id, &spec, mem, o);
}

Test(param, values_and_defaults)
{
    clarke_arena *mem = clarke_arena_new(0);
    options o;
    cr_assert_eq(apply("it:a=0,-2,3,kind=coordinate,c=1.5", mem, &o), CLARKE_OK, "%s",
                 clarke_message());
    cr_expect(o.c == 1.5 && o.n == 3 && o.kind == 1, "c, n, kind");
    cr_expect(o.a.count == 3 && o.a.value[1] == -2.0 && o.a.value[2] == 3.0, "the list");
    cr_expect_str_eq(o.path, "x", "the default text");
    clarke_arena_free(mem);
}

Test(param, canonical_text_does_not_depend_on_order)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_spec a, b;
    cr_assert_eq(clarke_spec_parse("p:n=2,a=1,2", mem, &a), CLARKE_OK, "first");
    cr_assert_eq(clarke_spec_parse("p:a=1,2,n=2", mem, &b), CLARKE_OK, "second");
    cr_expect_str_eq(clarke_spec_text(&a, mem), "p:a=1,2,n=2", "sorted");
    cr_expect_str_eq(clarke_spec_text(&a, mem), clarke_spec_text(&b, mem), "equal");
    clarke_arena_free(mem);
}

Test(param, bad_values_name_the_owner_and_the_value)
{
    static const char *const bad[][2] = {
        {"it:c=nan", "finite"}, {"it:c=3", "outside"},        {"it:n=0", "outside"},
        {"it:n=1.5", "whole"},  {"it:kind=both", "not one"},  {"it:cc=1", "did you mean 'c'"},
        {"it:a=", "empty"},     {"it:a=1,x", "not a number"}, {"it:5", "name=value"},
        {":n=2", "no name"},    {"it:c=1e999", "finite"},     {"it:c=", "not a number"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        clarke_arena *mem = clarke_arena_new(0);
        options o;
        cr_expect_eq(apply(bad[i][0], mem, &o), CLARKE_EINPUT, "%s is refused", bad[i][0]);
        cr_expect(strstr(clarke_message(), bad[i][1]), "%s: '%s' lacks '%s'", bad[i][0],
                  clarke_message(), bad[i][1]);
        clarke_arena_free(mem);
    }
}

Test(registry, names_are_found_and_suggested)
{
    const void *desc;
    for (size_t i = 0; i < clarke_problems.count; i++) {
        cr_expect_eq(clarke_registry_get(&clarke_problems, clarke_problems.entry[i].id),
                     clarke_problems.entry[i].desc, "%s", clarke_problems.entry[i].id);
        if (i > 0)
            cr_expect(strcmp(clarke_problems.entry[i - 1].id, clarke_problems.entry[i].id) < 0,
                      "sorted at %s", clarke_problems.entry[i].id);
    }
    cr_expect_eq(clarke_registry_find(&clarke_problems, "absquat", &desc), CLARKE_EINPUT,
                 "misspelt");
    cr_expect(strstr(clarke_message(), "absquad"), "suggests: %s", clarke_message());
}

/* ---- schedules ---- */

static clarke_schedule parse(const char *text, bool momentum, clarke_arena *mem)
{
    clarke_schedule s;
    cr_assert_eq(clarke_schedule_parse(text, momentum, mem, &s), CLARKE_OK, "%s: %s", text,
                 clarke_message());
    return s;
}

Test(schedule, values)
{
    clarke_arena *mem = clarke_arena_new(0);
    const clarke_schedule power = parse("power:0.5,1,10", false, mem);
    const clarke_schedule named = parse("power:c=0.5,k0=10,a=1", false, mem);
    const clarke_schedule epoch = parse("epoch:power:0.5,1,10", false, mem);
    const clarke_schedule single = parse("single:2", true, mem);
    const clarke_schedule scaled = parse("scaled:0.9", true, mem);
    for (size_t k = 0; k < 100; k += 9) {
        const double eta = 0.5 / ((double)k + 10.0);
        cr_expect_eq(clarke_schedule_at(&power, k, 1, NAN, NAN), eta, "power at %zu", k);
        cr_expect_eq(clarke_schedule_at(&named, k, 1, NAN, NAN), eta, "named at %zu", k);
        cr_expect_eq(clarke_schedule_at(&epoch, k, 4, NAN, NAN), 0.5 / ((double)(k - k % 4) + 10.0),
                     "epoch at %zu", k);
        cr_expect_eq(clarke_schedule_at(&single, k, 1, eta, 0.05), 2.0 * eta, "single at %zu", k);
        cr_expect_float_eq(clarke_schedule_at(&scaled, k, 1, eta, 0.05), 0.1 * eta / 0.05, 1e-16,
                           "scaled at %zu", k);
    }
    clarke_arena_free(mem);
}

Test(schedule, theory)
{
    static const struct {
        const char *text;
        clarke_tri sum, vanish, log;
    } row[] = {{"constant:0.1", CLARKE_YES, CLARKE_NO, CLARKE_NO},
               {"power:1,1,1", CLARKE_YES, CLARKE_YES, CLARKE_YES},
               {"power:1,1.01,1", CLARKE_NO, CLARKE_YES, CLARKE_YES},
               {"power:1,0.5,1", CLARKE_YES, CLARKE_YES, CLARKE_YES},
               {"power:1,0,1", CLARKE_YES, CLARKE_NO, CLARKE_NO},
               {"inverse-log:1,3", CLARKE_YES, CLARKE_YES, CLARKE_NO}};
    clarke_arena *mem = clarke_arena_new(0);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        const clarke_schedule s = parse(row[i].text, false, mem);
        const clarke_schedule_theory t = clarke_schedule_theory_of(&s);
        cr_expect(t.sum_infinite == row[i].sum && t.vanishes == row[i].vanish &&
                      t.beats_log == row[i].log,
                  "%s", row[i].text);
    }
    clarke_arena_free(mem);
}

Test(schedule, bad_ones_are_refused)
{
    static const char *const bad[] = {"powr:1,1,1",
                                      "power",
                                      "power:1",
                                      "power:1,1,0",
                                      "power:0,1,1",
                                      "power:-1,1,1",
                                      "power:1,1,1,1",
                                      "constant:nan",
                                      "single:1",
                                      "inverse-log:1,1",
                                      "file:/nonexistent",
                                      "power:1,x=2",
                                      ""};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        clarke_arena *mem = clarke_arena_new(0);
        clarke_schedule s;
        cr_expect_eq(clarke_schedule_parse(bad[i], false, mem, &s), CLARKE_EINPUT,
                     "'%s' is refused", bad[i]);
        clarke_arena_free(mem);
    }
}

/* ---- oracle ---- */

static clarke_oracle oracle_for(const char *problem, const char *sampling, const char *noise,
                                clarke_arena *mem)
{
    clarke_problem *p;
    clarke_sampling s;
    clarke_noise x;
    clarke_oracle o;
    cr_assert_eq(clarke_problem_from_text(problem, mem, &p), CLARKE_OK, "%s", clarke_message());
    cr_assert_eq(clarke_sampling_parse(sampling, &s), CLARKE_OK, "%s", clarke_message());
    cr_assert_eq(clarke_noise_parse(noise, &x), CLARKE_OK, "%s", clarke_message());
    const clarke_stream stream = clarke_stream_make(5, problem, "m", 0, 0, "sampling");
    cr_assert_eq(clarke_oracle_init(&o, p, s, x, stream, mem), CLARKE_OK, "%s", clarke_message());
    return o;
}

/* Over one epoch the signs add up to zero in every coordinate, and are uncorrelated in pairs. */
Test(oracle, sign_noise_is_an_exact_finite_sum)
{
    enum { N = 5 };
    clarke_arena *mem = clarke_arena_new(0);
    clarke_oracle o = oracle_for("quadratic:n=5", "reshuffle:1", "signs:0.5", mem);
    const double x[N] = {0.0};
    double sum[N] = {0.0}, product[N][N] = {{0.0}}, g[N];
    cr_assert_eq(o.noise_terms, 8, "the least power of two above n");
    for (o.k = 0; o.k < o.epoch; o.k++) {
        clarke_oracle_subgradient(&o, x, g);
        for (size_t i = 0; i < N; i++) {
            cr_expect_eq(fabs(g[i]), 0.5, "size of the noise");
            sum[i] += g[i];
            for (size_t j = 0; j < N; j++) product[i][j] += g[i] * g[j];
        }
    }
    for (size_t i = 0; i < N; i++) {
        cr_expect_eq(sum[i], 0.0, "coordinate %zu has mean %g", i, sum[i]);
        for (size_t j = 0; j < i; j++) cr_expect_eq(product[i][j], 0.0, "pair %zu %zu", i, j);
    }
    clarke_arena_free(mem);
}

Test(oracle, an_epoch_uses_every_term_once)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_oracle o = oracle_for("quadratic_sum:a=0,1,2,3,4,5,6", "reshuffle:2", "none", mem);
    const double x[1] = {0.0};
    double g[1];
    size_t first[7], differ = 0;
    cr_assert_eq(o.epoch, 4, "four batches of two cover seven terms");
    for (size_t epoch = 0; epoch < 5; epoch++) {
        size_t seen[7] = {0}, order[7], at = 0;
        for (size_t step = 0; step < 4; step++) {
            o.k = epoch * 4 + step;
            clarke_oracle_subgradient(&o, x, g);
            for (size_t i = 0; i < o.record.count; i++) {
                order[at++] = o.record.index[i];
                seen[o.record.index[i]]++;
            }
        }
        for (size_t i = 0; i < 7; i++) cr_expect_eq(seen[i], 1, "epoch %zu, term %zu", epoch, i);
        if (epoch == 0) memcpy(first, order, sizeof first);
        differ += memcmp(first, order, sizeof first) != 0;
    }
    cr_expect(differ > 0, "the permutation changes between epochs");
    clarke_arena_free(mem);
}

Test(oracle, answers_do_not_depend_on_what_was_asked_before)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_oracle all = oracle_for("quadratic_sum", "replacement:3", "signs:1", mem);
    clarke_oracle one = oracle_for("quadratic_sum", "replacement:3", "signs:1", mem);
    const double x[1] = {0.25};
    double g[1], h[1];
    for (all.k = 0; all.k < 50; all.k++) clarke_oracle_subgradient(&all, x, g);
    one.k = 49;
    clarke_oracle_subgradient(&one, x, h);
    cr_expect_eq(g[0], h[0], "step 49 alone gives what it gives in its turn");
    clarke_arena_free(mem);
}

Test(oracle, bad_sampling_and_noise_are_refused)
{
    static const char *const sampling[] = {"replace:1", "replacement:0", "reshuffle:-1", ""};
    static const char *const noise[] = {"signs", "sign:1", "signs:-1", "pareto:0", "gaussian:inf"};
    clarke_sampling s;
    clarke_noise n;
    for (size_t i = 0; i < 4; i++)
        cr_expect_eq(clarke_sampling_parse(sampling[i], &s), CLARKE_EINPUT, "'%s'", sampling[i]);
    for (size_t i = 0; i < 5; i++)
        cr_expect_eq(clarke_noise_parse(noise[i], &n), CLARKE_EINPUT, "'%s'", noise[i]);
}
