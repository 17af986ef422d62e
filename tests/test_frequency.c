/* Decision rule 3 and the binomial behind rule 2. */
#include "verify/rules/frequency.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

/* Sums of C(n, i) by Pascal's rule in integers: shares no code with what is tested. */
static double tail_by_pascal(size_t n, size_t v)
{
    unsigned long long row[64] = {1};
    for (size_t i = 1; i <= n; i++)
        for (size_t j = i; j > 0; j--) row[j] += row[j - 1];
    unsigned long long sum = 0;
    for (size_t j = v; j <= n; j++) sum += row[j];
    return (double)sum / (double)(1ull << n);
}

Test(frequency, tail_is_exact)
{
    for (size_t n = 1; n <= 40; n++)
        for (size_t v = 0; v <= n; v++) {
            /* n + 1 terms, each with at most 2 n roundings. */
            const double expected = tail_by_pascal(n, v), slack = 2.0 * (double)n * 0x1p-52;
            const double got = clarke_frequency_tail(n, v);
            cr_assert(fabs(got - expected) <= slack * expected, "tail(%zu, %zu): %.17g, not %.17g",
                      n, v, got, expected);
        }
    cr_assert_eq(clarke_frequency_tail(24, 25), 0.0, "tail: more votes than runs");
}

/* Votes needed for a suite level of 0.05, two looks: alpha = 0.05 / (2 cases). 0: R is small. */
static const struct {
    size_t cases, votes[6];
} votes_table[] = {{50, {13, 15, 18, 21, 26, 31}},
                   {150, {13, 16, 19, 21, 27, 32}},
                   {300, {0, 16, 19, 22, 27, 33}}};

Test(frequency, votes_of_the_table)
{
    static const size_t runs[6] = {13, 16, 20, 24, 32, 40};
    for (size_t c = 0; c < 3; c++)
        for (size_t i = 0; i < 6; i++) {
            const double alpha = 0.05 / (2.0 * (double)votes_table[c].cases);
            const size_t v = clarke_frequency_votes(runs[i], alpha);
            const size_t expected = votes_table[c].votes[i] ? votes_table[c].votes[i] : runs[i] + 1;
            cr_assert_eq(v, expected, "%zu cases, %zu runs: %zu votes, not %zu",
                         votes_table[c].cases, runs[i], v, expected);
        }
    cr_assert_eq(clarke_frequency_votes(8, 0.05 / 300.0), 9, "votes: eight runs cannot reach it");
}

Test(frequency, power_of_the_table)
{
    static const struct {
        size_t runs, votes;
        double power[3]; /* at .9, .95, .98; two or three figures were printed */
    } row[] = {{16, 16, {.19, .44, .72}},
               {20, 19, {.39, .74, .94}},
               {24, 21, {.79, .97, .999}},
               {32, 27, {.91, .995, 1.0}}};
    static const double p[3] = {.9, .95, .98};
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < 3; k++) {
            const double got = clarke_frequency_power(row[i].runs, row[i].votes, p[k]);
            cr_assert(fabs(got - row[i].power[k]) <= 0.0055, "power(%zu, %zu, %g) = %.4f, not %.3f",
                      row[i].runs, row[i].votes, p[k], got, row[i].power[k]);
        }
    cr_assert_eq(clarke_frequency_power(5, 0, .3), 1.0, "power: no vote needed");
    cr_assert_eq(clarke_frequency_power(5, 6, .3), 0.0, "power: more votes than runs");
}

/* P(Bin(n, p) = v). */
static double binomial(size_t n, size_t v, double p)
{
    double c = 1.0;
    for (size_t i = 0; i < v; i++) c *= (double)(n - i) / (double)(i + 1);
    return c * pow(p, (double)v) * pow(1.0 - p, (double)(n - v));
}

Test(frequency, bounds_hold_for_every_probability)
{
    const double alpha = 0.05;
    for (size_t n = 1; n <= 30; n += 7)
        for (double p = 0.01; p < 1.0; p += 0.03) {
            double above = 0.0, below = 0.0;
            for (size_t v = 0; v <= n; v++) {
                if (clarke_frequency_lower(n, v, alpha) > p) above += binomial(n, v, p);
                if (clarke_frequency_upper(n, v, alpha) < p) below += binomial(n, v, p);
            }
            cr_assert(above <= alpha, "lower bound, n %zu, p %g: wrong with %.4f", n, p, above);
            cr_assert(below <= alpha, "upper bound, n %zu, p %g: wrong with %.4f", n, p, below);
        }
}

Test(frequency, known_intervals)
{
    /* 3 of 10 at 95 %: [0.0667, 0.6525] (Clopper and Pearson); 0 of n: 1 - (alpha/2)^(1/n). */
    const clarke_interval i = clarke_frequency_interval(10, 3, 0.05);
    cr_assert(fabs(i.low - 0.0667395) < 1e-6 && fabs(i.high - 0.6524529) < 1e-6,
              "3 of 10: [%.7f, %.7f]", i.low, i.high);
    cr_assert(fabs(clarke_frequency_upper(24, 0, 0.05) - (1.0 - pow(0.05, 1.0 / 24.0))) < 1e-12,
              "0 of 24: %.12f", clarke_frequency_upper(24, 0, 0.05));
    cr_assert_eq(clarke_frequency_upper(24, 24, 0.05), 1.0, "24 of 24: the upper bound");
    cr_assert_eq(clarke_frequency_lower(24, 0, 0.05), 0.0, "0 of 24: the lower bound");
    cr_assert_eq(clarke_frequency_runs(0.1, 0.05), 29, "0.9^29 <= 0.05 < 0.9^28");
}

/* ---- the judgement ---- */

static clarke_verdict verdict_of(size_t runs, size_t failures, double epsilon, bool refutable)
{
    clarke_arena *mem = clarke_arena_new(0);
    const clarke_evidence e = {.alpha = 0.05, .mem = mem};
    clarke_judgement j = {.evidence = json_object(), .mem = mem};
    const clarke_frequency f = {runs, failures, epsilon, refutable, "the trap is left"};
    cr_assert_eq(clarke_frequency_judge(&e, &j, &f), CLARKE_OK, "judge: status");
    cr_assert(j.sentence && strstr(j.sentence, "the trap is left"), "judge: the sentence");
    const clarke_verdict verdict = j.verdict;
    json_decref(j.evidence);
    clarke_arena_free(mem);
    return verdict;
}

Test(frequency, verdicts)
{
    /* alpha/2 = 0.025: 0 of 36 bounds by 1 - 0.025^(1/36) = 0.0974, 0 of 35 by 0.1000. */
    cr_assert_eq(verdict_of(36, 0, 0.1, true), CLARKE_SUPPORTED, "0 of 36 failed");
    cr_assert_eq(verdict_of(34, 0, 0.1, true), CLARKE_INCONCLUSIVE, "0 of 34 failed");
    cr_assert_eq(verdict_of(36, 1, 0.1, true), CLARKE_INCONCLUSIVE, "1 of 36 failed");
    /* 9 of 36: the lower bound is 0.121. */
    cr_assert_eq(verdict_of(36, 9, 0.1, true), CLARKE_REFUTED, "9 of 36 failed");
    cr_assert_eq(verdict_of(36, 9, 0.1, false), CLARKE_INCONCLUSIVE, "9 of 36, not for good");
    cr_assert_eq(verdict_of(0, 0, 0.1, true), CLARKE_INCONCLUSIVE, "no run at all");
}
