/* The rule of the sharper gate on noise made up here: its level by construction, its power as it is
   computed, and the statistics it rests on. Nothing in this file is timed. */
#include "bench/pairs.h"

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

/* ---- statistics ---- */

/* Mean ranks by their definition, the statistic of each of the 2^8 signs one by one. */
static double by_enumeration(size_t count, const double *value)
{
    double rank[8], sum = 0.0, mine = 0.0;
    size_t used = 0, signs = 0, far = 0;
    for (size_t i = 0; i < count; i++) {
        double below = 0.0, same = 0.0;
        for (size_t k = 0; k < count; k++) {
            below += value[k] != 0.0 && fabs(value[k]) < fabs(value[i]);
            same += value[k] != 0.0 && fabs(value[k]) == fabs(value[i]);
        }
        if (value[i] == 0.0) continue;
        rank[used] = below + 0.5 * (same + 1.0);
        mine += value[i] > 0.0 ? rank[used] : 0.0;
        sum += rank[used++];
    }
    for (; signs < (size_t)1 << used; signs++) {
        double statistic = 0.0;
        for (size_t i = 0; i < used; i++) statistic += signs >> i & 1u ? rank[i] : 0.0;
        far += fabs(statistic - 0.5 * sum) >= fabs(mine - 0.5 * sum);
    }
    return (double)far / (double)signs;
}

Test(pairs, signed_rank_against_enumeration)
{
    static const double sample[][8] = {{1, 2, 3, 4, 5, 6, 7, 8},   {-1, 2, 3, 4, 5, 6, 7, 8},
                                       {-1, 2, -3, 4, 5, 6, 7, 8}, {1, -1, 1, 1, 1, 1, 1, 1},
                                       {0, 0, 3, 4, -5, 6, 7, 8},  {1, 1, -2, 2, 3, -3, 3, 9},
                                       {0, 0, 0, 0, 0, 0, 0, 0},   {5, -4, 3, -2, 1, -6, 7, -8}};
    for (size_t i = 0; i < sizeof sample / sizeof sample[0]; i++)
        for (size_t n = 1; n <= 8; n++)
            cr_expect_float_eq(clarke_signed_rank_test(n, sample[i]), by_enumeration(n, sample[i]),
                               1e-12, "sample %zu, first %zu", i, n);
    cr_expect_float_eq(clarke_signed_rank_test(8, sample[0]), 2.0 / 256.0, 1e-15);
}

/* All signs of many values at once: the level is the share of signs with p <= alpha, at most alpha. */
Test(pairs, signed_rank_is_exact)
{
    double value[12];
    size_t far = 0;
    for (unsigned signs = 0; signs < 4096; signs++) {
        for (size_t i = 0; i < 12; i++) value[i] = (signs >> i & 1u ? 1.0 : -1.0) * exp((double)i);
        far += clarke_signed_rank_test(12, value) <= 0.05;
    }
    /* The largest attainable level below 5 % of twelve values: 206 of 4096 would be 0.0503. */
    cr_expect(far <= 204 && far > 170, "%zu of 4096", far);
}

/* {1, 2, 4}: the means of pairs are 1, 1.5, 2, 2.5, 3, 4. Of six values the outermost means hold the
   centre with 1 - 2/64, the next ones with 1 - 4/64. */
Test(pairs, centre_by_hand)
{
    const double three[] = {4, 1, 2}, six[] = {1, 2, 4, 8, 16, 32};
    clarke_median c = clarke_centre_of(3, three, 0.95);
    cr_expect(c.median == 2.25 && c.low == 1.0 && c.high == 4.0, "%g %g %g", c.median, c.low,
              c.high);
    cr_expect_float_eq(c.confidence, 0.75, 1e-15, "three values cannot give more");
    c = clarke_centre_of(6, six, 0.95);
    cr_expect(c.low == 1.0 && c.high == 32.0, "%g %g", c.low, c.high);
    cr_expect_float_eq(c.confidence, 1.0 - 2.0 / 64.0, 1e-15);
    c = clarke_centre_of(6, six, 0.93);
    cr_expect(c.low == 1.5 && c.high == 24.0, "%g %g", c.low, c.high);
    cr_expect_float_eq(c.confidence, 1.0 - 4.0 / 64.0, 1e-15);
}

/* ---- the rule, row by row ---- */

static clarke_arena *mem;
static clarke_pairs p;

static void open_rows(void)
{
    mem = clarke_arena_new(0);
    cr_assert(mem && clarke_pairs_open(4, mem, &p) == CLARKE_OK);
}

static void close_rows(void)
{
    clarke_arena_free(mem);
}

TestSuite(pairs_rule, .init = open_rows, .fini = close_rows);

/* `count` ratios: `middle`, and in turn as much below and above. */
static void put(size_t row, bool screening, size_t count, double middle, double off)
{
    for (size_t k = 0; k < count; k++)
        clarke_pairs_put(&p.row[row], screening,
                         log1p(middle) + (k % 2 ? off : -off) * (double)(k + 1) / (double)count);
}

Test(pairs_rule, screening_leaves_suspects)
{
    put(0, true, 4, 0.0, 0.01), put(1, true, 4, 0.1, 0.01), put(2, true, 4, -0.1, 0.01);
    put(3, true, 4, NAN, 0.0);
    cr_expect_eq(clarke_pairs_screen(&p, 0.05), 3);
    cr_expect(!p.row[0].open && p.row[1].open && p.row[2].open);
    cr_expect(p.row[3].open, "what is no number is no sign of health");
    cr_expect(p.row[0].verdict == CLARKE_GATE_SAME && isnan(p.row[0].p));
}

Test(pairs_rule, four_ways_to_end)
{
    size_t open;
    clarke_gate gate;
    for (size_t i = 0; i < 4; i++) put(i, true, 4, 0.2, 0.0);
    cr_assert_eq(clarke_pairs_screen(&p, 0.05), 4);
    put(0, false, 12, 0.1, 0.01), put(1, false, 12, -0.1, 0.01), put(2, false, 12, 0.0, 0.02);
    put(3, false, 12, 0.2, 1.0);
    cr_assert_eq(clarke_pairs_look(&p, 1, 0.05, 0.05, mem, &open), CLARKE_OK);
    cr_expect_eq(open, 1, "only what is large and uncertain goes on");
    for (size_t look = 2; look <= CLARKE_PAIRS_LOOKS; look++) {
        cr_expect(p.row[3].open);
        put(3, false, 12, 0.2, 1.0);
        cr_assert_eq(clarke_pairs_look(&p, look, 0.05, 0.05, mem, &open), CLARKE_OK);
    }
    cr_assert_eq(clarke_pairs_gate(&p, mem, &gate), CLARKE_OK);
    cr_expect(open == 0 && gate.slower == 1 && gate.faster == 1 && gate.undecided == 1);
    cr_expect_eq(gate.row[0].verdict, CLARKE_GATE_SLOWER);
    cr_expect_eq(gate.row[1].verdict, CLARKE_GATE_FASTER);
    cr_expect_eq(gate.row[2].verdict, CLARKE_GATE_SAME);
    cr_expect_eq(gate.row[3].verdict, CLARKE_GATE_UNDECIDED);
    cr_expect_float_eq(gate.row[0].effect, 0.1, 0.005);
    cr_expect(gate.row[0].low < 0.1 && gate.row[0].high > 0.1 && gate.row[0].low > 0.08);
    /* Four suspects: the smallest of twelve, 2/4096, times four. */
    cr_expect_float_eq(gate.row[0].p, 8.0 / 4096.0, 1e-12, "%g", gate.row[0].p);
}

/* A difference that is certain but not large is none, however long it is looked at. */
Test(pairs_rule, certain_and_small)
{
    size_t open;
    for (size_t i = 0; i < 4; i++) put(i, true, 4, 0.03, 0.0), put(i, true, 4, 0.03, 0.0);
    cr_assert_eq(clarke_pairs_screen(&p, 0.05), 4);
    for (size_t i = 0; i < 4; i++) put(i, false, 12, 0.03, 0.001);
    cr_assert_eq(clarke_pairs_look(&p, 1, 0.05, 0.05, mem, &open), CLARKE_OK);
    cr_expect(open == 0 && p.row[0].verdict == CLARKE_GATE_SAME && p.row[0].p < 0.01);
}

/* ---- level and power, computed ---- */

enum { LAWS = 5, NOISE = 2000 };
static const char *const law_name[LAWS] = {"normal", "Cauchy", "one in ten is far", "two values",
                                           "lopsided"};

/* Each with half of its sizes below about `scale`. */
static void draw(size_t law, double scale, double noise[NOISE])
{
    const clarke_stream s = clarke_stream_make(7, "", "", law, 0, "noise");
    for (size_t i = 0; i < NOISE; i++) {
        const double u = clarke_stream_open_uniform(&s, i, 0);
        const double normal = clarke_stream_gaussian(&s, i, 1) / 0.6745;
        noise[i] = scale * (law == 0   ? normal
                            : law == 1 ? tan(M_PI_2 * (2.0 * u - 1.0))
                            : law == 2 ? (u < 0.1 ? 20.0 : 0.9) * normal
                            : law == 3 ? 1.0
                                       : -log(u) / 0.6931);
    }
}

/* No more alarms than level alpha explains once in a million such tests. */
static size_t most_alarms(double alpha, size_t trials)
{
    unsigned k = 0;
    while (gsl_cdf_binomial_Q(k, alpha, (unsigned)trials) > 1e-6) k++;
    return k;
}

/* With a least effect of nearly nothing every row is a suspect, and only the test holds alarms
   back. */
Test(pairs_rule, level_by_construction)
{
    static double noise[NOISE];
    enum { TRIALS = 500 };
    for (size_t law = 0; law < LAWS; law++) {
        for (size_t rows = 1; rows <= 5; rows += 4) {
            const clarke_pairs_trial trial = {
                .rows = rows, .screens = 2, .alpha = 0.05, .least = 1e-9};
            clarke_pairs_called called;
            draw(law, 0.05, noise);
            cr_assert_eq(clarke_pairs_expect(&trial, NOISE, noise, TRIALS, &called), CLARKE_OK);
            cr_expect(called.comparisons <= most_alarms(0.05, TRIALS), "%s, %zu rows: %zu of %d",
                      law_name[law], rows, called.comparisons, TRIALS);
            cr_expect(called.comparisons > 0, "%s, %zu rows: a test that never errs sees nothing",
                      law_name[law], rows);
        }
    }
}

/* The default rule sees nearly every slow-down of 10 % up to a spread of 2 % of its pairs, of any law;
   what is put in twice as large is seen at least as often; 4 % are below the least effect. */
Test(pairs_rule, power)
{
    static double noise[NOISE];
    static const double effect[] = {0.04, 0.1, 0.25, -0.1};
    enum { TRIALS = 200, ROWS = 3 };
    for (size_t law = 0; law < LAWS; law++) {
        size_t seen[4];
        draw(law, 0.02, noise);
        for (size_t k = 0; k < 4; k++) {
            const clarke_pairs_trial trial = {
                .rows = ROWS, .screens = 5, .alpha = 0.05, .least = 0.05, .effect = effect[k]};
            clarke_pairs_called called;
            cr_assert_eq(clarke_pairs_expect(&trial, NOISE, noise, TRIALS, &called), CLARKE_OK);
            seen[k] = called.rows;
        }
        cr_expect(10 * seen[1] >= 9 * ROWS * TRIALS, "%s: 10 %%: %zu of %d", law_name[law], seen[1],
                  ROWS * TRIALS);
        cr_expect(10 * seen[3] >= 9 * ROWS * TRIALS, "%s: -10 %%: %zu", law_name[law], seen[3]);
        cr_expect(seen[2] >= seen[1], "%s: 25 %% below 10 %%", law_name[law]);
        cr_expect(2 * seen[0] < ROWS * TRIALS, "%s: 4 %%: %zu", law_name[law], seen[0]);
    }
}

Test(pairs_rule, without_noise)
{
    static const double none[1] = {0.0}, effect[] = {0.0, 0.04, 0.06, -0.06};
    static const size_t right[] = {0, 0, 30, 30};
    clarke_pairs_called called;
    for (size_t k = 0; k < 4; k++) {
        const clarke_pairs_trial trial = {
            .rows = 3, .screens = 2, .alpha = 0.05, .least = 0.05, .effect = effect[k]};
        cr_assert_eq(clarke_pairs_expect(&trial, 1, none, 10, &called), CLARKE_OK);
        cr_expect_eq(called.rows, right[k], "%g: %zu", effect[k], called.rows);
    }
    const clarke_pairs_trial trial = {.rows = 1, .screens = 2, .alpha = 0.05, .least = 0.05};
    cr_expect_eq(clarke_pairs_expect(&trial, 0, none, 1, &called), CLARKE_EINPUT);
}

/* What is left of ratios around their row's centre; half of {1, 1, 3} (in sizes) is at most 1. */
Test(pairs_rule, noise_and_spread)
{
    double noise[16];
    const double ratio[] = {0.1, 0.2, 0.3};
    for (size_t k = 0; k < 3; k++) {
        clarke_pairs_put(&p.row[0], true, ratio[k]);
        clarke_pairs_put(&p.row[1], true, ratio[k] + 5.0);
    }
    cr_expect_eq(clarke_pairs_noise(&p, 16, noise), 6);
    for (size_t k = 0; k < 6; k++)
        cr_expect_float_eq(noise[k], sqrt(1.5) * (ratio[k % 3] - 0.2), 1e-12);
    cr_expect_eq(clarke_pairs_noise(&p, 4, noise), 4, "no more than there is room for");
    const double three[] = {-1.0, 3.0, 1.0};
    cr_expect_eq(clarke_pairs_spread(3, three, mem), 1.0);
    cr_expect(isnan(clarke_pairs_spread(0, three, mem)));
}
