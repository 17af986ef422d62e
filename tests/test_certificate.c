/* A certificate that was tampered with is rejected, by what its lines say or by its digest. */
#include "core/registry.h"
#include "tests/lib/enclosure_support.h"
#include "verify/certify.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    clarke_arena *mem;
    const clarke_problem *p;
    clarke_certify_task task;
} proof;

/* The recorded one of ncr2:n=2. */
static proof proof_open(void)
{
    proof r = {.mem = clarke_arena_new(0)};
    clarke_problem *p = NULL;
    cr_assert_eq(clarke_problem_from_text("ncr2:n=2", r.mem, &p), CLARKE_OK, "%s",
                 clarke_message());
    const clarke_certifiable *plan = p->desc->certifiable;
    while (plan->settings && strcmp(plan->settings, "n=2") != 0) plan++;
    cr_assert_not_null(plan->settings, "ncr2:n=2: no recorded proof");
    r.p = p;
    r.task = (clarke_certify_task){plan->low, plan->high, plan->delta, plan->field, NULL, NULL};
    return r;
}

enum { LINES = 512, WIDTH = 512 };

typedef struct {
    size_t count;
    char line[LINES][WIDTH];
} lines;

static lines *lines_make(void)
{
    const proof r = proof_open();
    clarke_certificate c;
    clarke_certify_result result;
    lines *l = calloc(1, sizeof *l);
    FILE *file = tmpfile();
    cr_assert(l && file, "no memory or no file");
    cr_assert_eq(clarke_certificate_begin(&c, file, r.p, &r.task), CLARKE_OK, "begin");
    cr_assert_eq(clarke_certify(r.p, &r.task, clarke_certificate_leaf, &c, r.mem, &result),
                 CLARKE_OK, "certify");
    cr_assert_eq(clarke_certificate_end(&c), CLARKE_OK, "end");
    rewind(file);
    while (l->count < LINES && fgets(l->line[l->count], WIDTH, file)) l->count++;
    cr_assert(feof(file) && l->count > 100, "%zu lines", l->count);
    fclose(file);
    clarke_arena_free(r.mem);
    return l;
}

static clarke_certificate_summary lines_check(const lines *l, bool digest)
{
    clarke_certificate_summary summary;
    FILE *file = tmpfile();
    cr_assert(file, "no temporary file");
    for (size_t i = 0; i < l->count; i++) fputs(l->line[i], file);
    rewind(file);
    cr_assert_eq(clarke_certificate_check(file, digest, &summary), CLARKE_OK, "check");
    fclose(file);
    cr_assert_eq(summary.accepted, summary.reason[0] == '\0', "a reason goes with a rejection");
    return summary;
}

/* Replaces the first `from` of the line; it must be there. */
static void lines_edit(char *line, const char *from, const char *to)
{
    char rest[WIDTH];
    char *at = strstr(line, from);
    cr_assert(at, "'%s' is not in %s", from, line);
    snprintf(rest, sizeof rest, "%s", at + strlen(from));
    snprintf(at, (size_t)(line + WIDTH - at), "%s%s", to, rest);
}

/* The k-th line from `from` on that has `text`. */
static size_t lines_find(const lines *l, size_t from, const char *text)
{
    for (size_t i = from; i < l->count; i++)
        if (strstr(l->line[i], text)) return i;
    cr_assert_fail("no line with %s", text);
    return 0;
}

static void lines_remove(lines *l, size_t i)
{
    memmove(l->line[i], l->line[i + 1], (l->count - i - 1) * sizeof l->line[0]);
    l->count--;
}

static void lines_insert(lines *l, size_t i, const char *text)
{
    char copy[WIDTH];
    snprintf(copy, sizeof copy, "%s", text);
    cr_assert(l->count < LINES, "no room");
    memmove(l->line[i + 1], l->line[i], (l->count - i) * sizeof l->line[0]);
    memcpy(l->line[i], copy, sizeof copy);
    l->count++;
}

static void tamper_remove(lines *l)
{
    lines_remove(l, 40);
}

static void tamper_negate(lines *l)
{
    const size_t i = lines_find(l, 1, "\"direction\":[-1,0]");
    lines_edit(l->line[i], "[-1,0]", "[1,0]");
}

static void tamper_delta(lines *l)
{
    lines_edit(l->line[0], "\"delta\":0.001", "\"delta\":0.0625");
}

static void tamper_delta_smaller(lines *l)
{
    lines_edit(l->line[0], "\"delta\":0.001", "\"delta\":0.0005");
}

static void tamper_problem(lines *l)
{
    lines_edit(l->line[0], "ncr2:n=2", "dc_linf:n=2");
}

static void tamper_box(lines *l)
{
    const char *a = strstr(l->line[41], "\"box\""), *b = strstr(l->line[60], "\"box\"");
    char moved[WIDTH];
    cr_assert(a && b, "lines of boxes");
    snprintf(moved, sizeof moved, "%.*s%.*s%s", (int)(a - l->line[41]), l->line[41],
             (int)(strstr(b, "]]") + 2 - b), b, strstr(a, "]]") + 2);
    memcpy(l->line[41], moved, sizeof moved);
}

static void tamper_duplicate(lines *l)
{
    lines_insert(l, 40, l->line[40]);
}

static void tamper_path(lines *l)
{
    char *end = strstr(l->line[50], "\",\"box\"");
    cr_assert(end, "a line of a box");
    end[-1] = end[-1] == '0' ? '1' : '0';
}

static void tamper_truncate(lines *l)
{
    l->count -= 7;
}

/* The last box is missing, and the count is right. */
static void tamper_last(lines *l)
{
    char from[32], to[32];
    snprintf(from, sizeof from, "\"boxes\":%zu", l->count - 2);
    snprintf(to, sizeof to, "\"boxes\":%zu", l->count - 3);
    lines_remove(l, l->count - 2);
    lines_edit(l->line[l->count - 1], from, to);
}

static void tamper_cut(lines *l)
{
    l->count -= 7;
    l->line[l->count - 1][30] = '\0';
}

static void tamper_nan(lines *l)
{
    lines_edit(l->line[lines_find(l, 1, "\"direction\":[-1,0]")], "[-1,0]", "[NaN,0]");
}

static void tamper_infinite(lines *l)
{
    lines_edit(l->line[lines_find(l, 1, "\"direction\":[-1,0]")], "[-1,0]", "[-1e999,0]");
}

static void tamper_cube(lines *l)
{
    lines_edit(l->line[0], "\"high\":8", "\"high\":9");
}

static void tamper_inside(lines *l)
{
    char *line = l->line[lines_find(l, 1, "\"direction\"")], *at = strstr(line, "\"direction\"");
    snprintf(at, (size_t)(line + WIDTH - at), "\"inside\":true}\n");
}

static void tamper_outside(lines *l)
{
    lines_edit(l->line[lines_find(l, 1, "\"inside\":true")], "true", "false");
}

static void tamper_swap(lines *l)
{
    char copy[WIDTH];
    memcpy(copy, l->line[20], WIDTH);
    memcpy(l->line[20], l->line[21], WIDTH);
    memcpy(l->line[21], copy, WIDTH);
}

static void tamper_count(lines *l)
{
    lines_edit(l->line[l->count - 1], "\"boxes\":3", "\"boxes\":4");
}

static void tamper_more(lines *l)
{
    lines_insert(l, l->count, l->line[5]);
}

static void tamper_field(lines *l)
{
    lines_edit(l->line[0], "\"clarke\"", "\"both\"");
}

static void tamper_dimension(lines *l)
{
    lines_edit(l->line[0], "\"n\":2", "\"n\":3");
}

static void tamper_empty(lines *l)
{
    l->count = 0;
}

static void tamper_digest(lines *l)
{
    char *at = strstr(l->line[l->count - 1], "\"digest\":\"") + 10;
    *at = *at == '0' ? '1' : '0';
}

/* All must be rejected. Without the digest too, by what they say, except two: a larger delta makes
   a weaker statement, which the boxes do prove, and the digest itself. */
static const struct {
    const char *name;
    void (*tamper)(lines *l);
    bool by_digest_only;
    const char *reason; /* part of it, without the digest */
} tampers[] = {{"box removed", tamper_remove, false, "leaves a gap"},
               {"direction negated", tamper_negate, false, "does not separate"},
               {"delta enlarged", tamper_delta, true, NULL},
               {"delta made smaller", tamper_delta_smaller, false, "not within delta"},
               {"problem changed", tamper_problem, false, "does not separate"},
               {"box moved", tamper_box, false, "not the one of its path"},
               {"box twice", tamper_duplicate, false, "leaves a gap or goes back"},
               {"wrong path", tamper_path, false, "path"},
               {"truncated", tamper_truncate, false, "ends before"},
               {"last box removed", tamper_last, false, "boxes are missing"},
               {"cut in a line", tamper_cut, false, "not valid JSON"},
               {"NaN", tamper_nan, false, "not valid JSON"},
               {"infinite", tamper_infinite, false, "not valid JSON"},
               {"cube enlarged", tamper_cube, false, "not the one of its path"},
               {"called inside", tamper_inside, false, "not within delta"},
               {"inside: false", tamper_outside, false, "neither"},
               {"boxes swapped", tamper_swap, false, "leaves a gap"},
               {"another count", tamper_count, false, "number of boxes"},
               {"more lines", tamper_more, false, "after the last"},
               {"another set", tamper_field, false, "neither clarke nor field"},
               {"another dimension", tamper_dimension, false, "dimension"},
               {"empty", tamper_empty, false, "ends before"},
               {"digest changed", tamper_digest, true, NULL}};

Test(certificate, tampering)
{
    lines *good = lines_make(), *bad = malloc(sizeof *bad);
    cr_assert(bad, "out of memory");
    clarke_certificate_summary summary = lines_check(good, true);
    cr_assert(summary.accepted, "the certificate itself: %s", summary.reason);
    for (size_t i = 0; i < sizeof tampers / sizeof tampers[0]; i++) {
        memcpy(bad, good, sizeof *bad);
        tampers[i].tamper(bad);
        summary = lines_check(bad, true);
        cr_expect(!summary.accepted, "%s: accepted", tampers[i].name);
        summary = lines_check(bad, false);
        cr_expect_eq(summary.accepted, tampers[i].by_digest_only, "%s: without the digest: %s",
                     tampers[i].name, summary.reason);
        if (tampers[i].reason)
            cr_expect(strstr(summary.reason, tampers[i].reason), "%s: %s", tampers[i].name,
                      summary.reason);
    }
    free(good);
    free(bad);
}

/* Each single line left out. */
Test(certificate, every_line_matters)
{
    lines *good = lines_make(), *bad = malloc(sizeof *bad);
    cr_assert(bad, "out of memory");
    for (size_t i = 0; i < good->count; i++) {
        memcpy(bad, good, sizeof *bad);
        lines_remove(bad, i);
        cr_assert(!lines_check(bad, false).accepted, "line %zu can be left out", i + 1);
    }
    free(good);
    free(bad);
}

/* Each direction turned in steps of an eighth: the checker takes it exactly where it separates. */
Test(certificate, every_direction_matters)
{
    static const double turn[8][2] = {{1.0, 0.0},  {1.0, 1.0},   {0.0, 1.0},  {-1.0, 1.0},
                                      {-1.0, 0.0}, {-1.0, -1.0}, {0.0, -1.0}, {1.0, -1.0}};
    const proof r = proof_open();
    lines *good = lines_make(), *bad = malloc(sizeof *bad);
    size_t taken = 0, refused = 0;
    cr_assert(bad, "out of memory");
    for (size_t i = 1; i < good->count; i++) {
        clarke_interval box[2];
        clarke_enclosure e;
        char *at = strstr(good->line[i], "\"direction\":");
        if (!at) continue;
        cr_assert_eq(sscanf(strstr(good->line[i], "\"box\""), "\"box\":[[%lf,%lf],[%lf,%lf]]",
                            &box[0].low, &box[0].high, &box[1].low, &box[1].high),
                     4, "a box");
        clarke_enclosure_begin(&e, 2);
        r.p->desc->enclose(r.p, box, false, &e);
        for (size_t k = 0; k < 8; k++) {
            const double low = enclosure_support(&e, turn[k]);
            if (fabs(low) < 1e-9) continue; /* rounding decides */
            memcpy(bad, good, sizeof *bad);
            snprintf(bad->line[i] + (at - good->line[i]), (size_t)(WIDTH - (at - good->line[i])),
                     "\"direction\":[%g,%g]}\n", turn[k][0], turn[k][1]);
            cr_assert_eq(lines_check(bad, false).accepted, low > 0.0,
                         "line %zu, direction (%g, %g): support %g", i + 1, turn[k][0], turn[k][1],
                         low);
            low > 0.0 ? taken++ : refused++;
        }
    }
    cr_assert(taken > 100 && refused > 100, "%zu taken, %zu refused", taken, refused);
    free(good);
    free(bad);
    clarke_arena_free(r.mem);
}
