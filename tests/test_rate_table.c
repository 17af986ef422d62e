/* How often the rule for rates is wrong on simulated sequences. The test judges a few hundred; the table of
   docs/rate-rule.md is made by the same code with CLARKE_RATE_TABLE set. */
#include "tests/lib/rate_sequences.h"
#include "verify/rules/frequency.h"

#include <criterion/criterion.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- counting ---- */

typedef struct {
    size_t n, right, undecided, wrong, intervals, covered;
    size_t room;
    double *width; /* [intervals] relative half-widths */
} cell;

static void cell_add(cell *c, const rate_sequence *s, const clarke_rate *r)
{
    const bool linear = s->truth == CLARKE_RATE_LINEAR;
    c->n++;
    c->right += r->regime == s->truth;
    c->undecided += r->regime == CLARKE_RATE_UNDECIDED;
    c->wrong += r->regime != s->truth && r->regime != CLARKE_RATE_UNDECIDED;
    if (r->regime != s->truth || !(linear || s->truth == CLARKE_RATE_SUBLINEAR)) return;
    clarke_interval i = r->exponent_interval;
    if (linear) i = (clarke_interval){-log(r->rate_interval.high), -log(r->rate_interval.low)};
    c->covered += clarke_interval_has(i, s->theta);
    c->width[c->intervals++] = 0.5 * (i.high - i.low) / s->theta;
}

static void cell_print(const char *name, cell *c)
{
    const double n = (double)c->n, intervals = (double)c->intervals;
    gsl_sort(c->width, 1, c->intervals);
    printf("%-34s %6zu %8.2f %8.2f %8.2f (%zu)", name, c->n, 100.0 * (double)c->right / n,
           100.0 * (double)c->undecided / n, 100.0 * (double)c->wrong / n, c->wrong);
    if (c->intervals > 0)
        printf("  cover %6.1f (%zu) width %.2g", 100.0 * (double)c->covered / intervals,
               c->intervals, c->width[c->intervals / 2]);
    printf("\n");
}

static clarke_rate estimate(const rate_sequence *s, clarke_arena *mem)
{
    clarke_rate r;
    const clarke_rate_input in = {.count = s->count,
                                  .k = s->k,
                                  .value = s->f,
                                  .limit = s->known ? 0.0 : NAN,
                                  .accuracy = s->known ? s->accuracy : NAN};
    cr_assert_eq(clarke_rate_estimate(&in, mem, &r), CLARKE_OK, "%s", clarke_message());
    return r;
}

enum { CELLS_MAX = 100 };

typedef struct {
    size_t count;
    char name[CELLS_MAX][64];
    cell c[CELLS_MAX];
} table;

static void table_add(table *t, const char *name, size_t room, const rate_sequence *s,
                      const clarke_rate *r)
{
    size_t i = 0;
    while (i < t->count && strcmp(t->name[i], name) != 0) i++;
    if (i == t->count) {
        cr_assert_lt(t->count, (size_t)CELLS_MAX, "too many cells");
        snprintf(t->name[t->count++], sizeof t->name[0], "%s", name);
        t->c[i] = (cell){0};
    }
    if (t->c[i].n == t->c[i].room) {
        t->c[i].room = 2 * t->c[i].room + room;
        t->c[i].width = realloc(t->c[i].width, t->c[i].room * sizeof(double));
        cr_assert(t->c[i].width, "out of memory");
    }
    cell_add(&t->c[i], s, r);
}

static void table_of(size_t which, uint64_t from, size_t count, bool verbose, table *t)
{
    for (uint64_t id = from; id < from + count; id++) {
        rate_maker m;
        char name[64];
        clarke_arena *mem = clarke_arena_new(0);
        rate_make(which, id, mem, &m);
        const rate_sequence *s = &m.s;
        const char *truth = clarke_rate_text(s->truth);
        const clarke_rate r = estimate(s, mem);
        if (s->decidable) {
            table_add(t, "decidable", count, s, &r);
            snprintf(name, sizeof name, "%s noise %.2f %s", truth, s->noise,
                     s->known ? "known" : "unknown");
            table_add(t, name, count, s, &r);
            snprintf(name, sizeof name, "length %g", s->k_last);
            table_add(t, name, count, s, &r);
            snprintf(name, sizeof name, "gaps %d", s->gaps);
            table_add(t, name, count, s, &r);
        } else {
            table_add(t, "undecidable", count, s, &r);
        }
        const bool linear = s->truth == CLARKE_RATE_LINEAR;
        const clarke_interval i = linear ? r.rate_interval : r.exponent_interval;
        const double theta = linear ? exp(-s->theta) : s->theta;
        const bool missed = r.regime == s->truth && isfinite(s->theta) &&
                            !clarke_interval_has(i, theta);
        if (verbose && s->decidable && (r.regime != s->truth || missed))
            printf("%zu/%zu %s %s theta %.8g noise %g gaps %d known %d n %zu K %g: %s %.8g "
                   "[%.8g, %.8g] (%s)\n",
                   which, (size_t)id, truth, s->shape, theta, s->noise, s->gaps, s->known, s->count,
                   s->k_last, clarke_rate_text(r.regime), linear ? r.rate : r.exponent, i.low,
                   i.high, r.reason);
        clarke_arena_free(mem);
    }
}

static size_t number(const char *name, size_t fallback)
{
    const char *text = getenv(name);
    return text ? (size_t)strtoull(text, NULL, 10) : fallback;
}

/* CLARKE_RATE_TABLE sequences of the base grid from id CLARKE_RATE_FROM on, or of one family
   (CLARKE_RATE_FAMILY), printed by cell. */
Test(rate_table, table)
{
    const size_t count = number("CLARKE_RATE_TABLE", 0);
    const size_t which = number("CLARKE_RATE_FAMILY", 0);
    if (count == 0) return;
    static table t;
    table_of(which, number("CLARKE_RATE_FROM", 0), count, number("CLARKE_RATE_VERBOSE", 0) > 0, &t);
    cr_assert_gt(t.count, 0, "no sequence was made");
    printf("%-34s %6s %8s %8s %8s\n", which == 0 ? "base grid" : rate_families[which - 1].name, "n",
           "right %", "undec %", "wrong %");
    for (size_t i = 0; i < t.count; i++) cell_print(t.name[i], &t.c[i]);
}

/* ---- the test ---- */

/* Whether v failures of n contradict a failure rate of at most p: under that rate so many come with
   probability below 1e-3. The sequences are fixed, so the test does not flicker; it fails when the
   estimator is worse than p by more than the luck of these sequences. */
static bool too_many(size_t n, size_t v, double p)
{
    return v > 0 && clarke_frequency_power(n, v, p) < 1e-3;
}

static void judge_cell(const char *name, const cell *c, double least_covered)
{
    const size_t missed = c->intervals - c->covered;
    cr_expect_not(too_many(c->n, c->n - c->right, 0.01), "%s: right in %zu of %zu", name, c->right,
                  c->n);
    cr_expect_not(too_many(c->n, c->wrong, 0.005), "%s: wrong in %zu of %zu", name, c->wrong, c->n);
    cr_expect_not(too_many(c->intervals, missed, 1.0 - least_covered), "%s: covered in %zu of %zu",
                  name, c->covered, c->intervals);
}

/* Fixed sequences that no version was tuned on; the longest of the grid are left to the table. */
Test(rate_table, thresholds_hold)
{
    enum { FROM = 900000, IDS = 360, LONGEST = 4 };
    static table t;
    for (uint64_t id = FROM; id < FROM + IDS; id++)
        if (id / rate_base_count % 5 != LONGEST) table_of(0, id, 1, false, &t);
    cr_assert_gt(t.count, 10, "only %zu cells", t.count);
    for (size_t i = 0; i < t.count; i++) {
        const bool all = strcmp(t.name[i], "decidable") == 0;
        if (strcmp(t.name[i], "undecidable") == 0) continue;
        judge_cell(t.name[i], &t.c[i], all ? 0.94 : 0.90);
        if (!all) continue;
        cr_expect_gt(t.c[i].n, 110, "only %zu are decidable", t.c[i].n);
        cr_expect_gt(t.c[i].intervals, 30, "only %zu have intervals", t.c[i].intervals);
    }
}

/* An estimator that is never sure would have wide intervals and no wrong regime. */
Test(rate_table, intervals_are_narrow)
{
    static table t;
    for (uint64_t id = 900000; id < 900300; id++)
        if (rate_base[id % rate_base_count].truth == CLARKE_RATE_LINEAR ||
            rate_base[id % rate_base_count].truth == CLARKE_RATE_SUBLINEAR)
            if (id / rate_base_count % 5 == 2) table_of(0, id, 1, false, &t);
    cr_assert_gt(t.count, 0, "there are sequences");
    gsl_sort(t.c[0].width, 1, t.c[0].intervals);
    const double median = t.c[0].width[t.c[0].intervals / 2];
    cr_expect_leq(median, 0.03, "median half-width %g of the rate", median);
}

/* ln v as a random walk: errors of the bins that are read as independent cover two thirds of these. */
Test(rate_table, walks_are_covered)
{
    enum { FAMILY = 12, WANTED = 50, OF_THOUSAND = 2 };
    static table t;
    size_t made = 0;
    for (uint64_t id = 900000; made < WANTED; id++)
        if (id % 5 == OF_THOUSAND) table_of(FAMILY, id, 1, false, &t), made++;
    for (size_t i = 0; i < t.count; i++)
        if (strcmp(t.name[i], "decidable") == 0) {
            judge_cell(t.name[i], &t.c[i], 0.94);
            cr_expect_gt(t.c[i].intervals, 30, "only %zu have intervals", t.c[i].intervals);
        }
    cr_assert_gt(t.count, 0, "there are sequences");
}
