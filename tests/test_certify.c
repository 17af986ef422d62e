/* Proofs by machine: every recorded proof is made again and checked; what the proofs rest on is
   sampled; a declared point that is left out or moved is found out. */
#include "core/registry.h"
#include "core/stream.h"
#include "tests/lib/enclosure_support.h"
#include "tests/lib/portions.h"
#include "verify/certify.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

/* ---- the recorded proofs, by number ---- */

typedef struct {
    clarke_arena *mem;
    const clarke_problem *p;
    const clarke_certifiable *plan;
    char label[160];
    clarke_certify_task task;
} recorded;

/* Beside those of the problems' files: wrappers, whose proofs are recorded here; and, with 0 boxes, a
   problem whose proof takes too long for a test, so that what it rests on is sampled only. */
static const struct {
    const char *spec;
    clarke_certifiable plan;
} wrapped[] = {
    {"absquad:n=2+rotate:v=1,3", {"", -4.0, 4.0, 1e-2, 691, false}},
    {"kink_well:n=2,p=1.5+shift:by=0.5,-0.3", {"", -4.0, 4.0, 1e-2, 529, false}},
    {"ncr2:n=2+scale:s=3,c=0.5", {"", -8.0, 8.0, 1e-2, 535, false}},
    {"rpr2d:instance=B+rotate+shift:by=0.25+scale:c=2", {"", -3.0, 3.0, 1e-2, 1427, false}},
    {"dec_asym:n=2+noise+tilt", {"", -4.0, 4.0, 1e-2, 453, true}},
    {"min_two_quad:n=2+direct:with=quad_minus_abs,with.n=1", {"", -4.0, 4.0, 5e-2, 2239, false}},
    {"ad_spurious:n=1+direct:with=ring,with.n=2,with.p=2", {"", -2.0, 2.0, 2e-1, 2095, true}},
    {"absquad:n=1+direct:with=dc_max,with.n=2+rotate:v=1,1,1", {"", -2.0, 2.0, 5e-2, 2867, false}},
    {"quadratic_sum:a=1,n=2+cancel:h=2", {"", -4.0, 4.0, 1e-2, 501, true}},
    {"quadratic_sum:a=1,n=2+cancel:h=0.5", {"", -4.0, 4.0, 1e-2, 135, true}},
    {"quad_minus_abs:n=2+cancel:h=2+shift:by=1", {"", -4.0, 4.0, 1e-2, 1085, true}},
    {"blind_pop:m=2,n=2", {"", -1.5, 1.5, 0.5, 0, false}},
};
enum { WRAPPED = sizeof wrapped / sizeof wrapped[0] };

static size_t recorded_count(void)
{
    size_t count = WRAPPED;
    for (size_t i = 0; i < clarke_problems.count; i++) {
        const clarke_problem_desc *desc = clarke_problems.entry[i].desc;
        for (const clarke_certifiable *c = desc->certifiable; c && c->settings; c++) count++;
    }
    return count;
}

/* The plan of that number, and its instance in words. */
static const clarke_certifiable *recorded_plan(size_t number, char spec[120])
{
    if (number < WRAPPED) {
        snprintf(spec, 120, "%s", wrapped[number].spec);
        return &wrapped[number].plan;
    }
    number -= WRAPPED;
    for (size_t i = 0; i < clarke_problems.count; i++) {
        const clarke_problem_desc *desc = clarke_problems.entry[i].desc;
        for (const clarke_certifiable *c = desc->certifiable; c && c->settings; c++)
            if (number-- == 0) {
                snprintf(spec, 120, "%s%s%s", clarke_problems.entry[i].id, *c->settings ? ":" : "",
                         c->settings);
                return c;
            }
    }
    return NULL;
}

static recorded recorded_open(size_t number)
{
    char spec[120] = "";
    recorded r = {.mem = clarke_arena_new(0), .plan = recorded_plan(number, spec)};
    cr_assert(r.plan && r.mem, "no such number");
    clarke_problem *p = NULL;
    cr_assert_eq(clarke_problem_from_text(spec, r.mem, &p), CLARKE_OK, "%s: %s", spec,
                 clarke_message());
    r.p = p;
    r.task =
        (clarke_certify_task){r.plan->low, r.plan->high, r.plan->delta, r.plan->field, NULL, NULL};
    snprintf(r.label, sizeof r.label, "%s%s", spec, r.plan->field ? " (field)" : "");
    return r;
}

#define RECORDED(name) OVER_CASES(certify, name, recorded_count())

static double draw(const recorded *r, size_t a, size_t b)
{
    const clarke_stream s = clarke_stream_make(11, r->label, "", 0, 0, "test");
    return clarke_stream_uniform(&s, a, b);
}

RECORDED(proofs)
{
    recorded r = recorded_open(number);
    clarke_certificate c;
    clarke_certify_result result;
    clarke_certificate_summary summary;
    if (r.plan->boxes == 0) {
        clarke_arena_free(r.mem);
        return;
    }
    FILE *file = tmpfile();
    cr_assert(file, "%s: no temporary file", r.label);
    cr_assert_eq(clarke_certificate_begin(&c, file, r.p, &r.task), CLARKE_OK, "%s", r.label);
    cr_assert_eq(clarke_certify(r.p, &r.task, clarke_certificate_leaf, &c, r.mem, &result),
                 CLARKE_OK, "%s: %s", r.label, clarke_message());
    cr_assert_eq(clarke_certificate_end(&c), CLARKE_OK, "%s", r.label);
    cr_assert_eq(result.unresolved, 0, "%s: %zu unresolved boxes", r.label, result.unresolved);
    cr_assert_eq(result.boxes, 2 * result.leaves - 1, "%s: a tree of halvings", r.label);
    cr_assert_eq(result.boxes, r.plan->boxes, "%s: %zu boxes, recorded are %zu", r.label,
                 result.boxes, r.plan->boxes);
    rewind(file);
    cr_assert_eq(clarke_certificate_check(file, true, &summary), CLARKE_OK, "%s", r.label);
    cr_assert(summary.accepted, "%s: %s", r.label, summary.reason);
    cr_assert_eq(summary.leaves, result.leaves, "%s: leaves", r.label);
    cr_assert_eq(summary.inside, result.inside, "%s: inside", r.label);
    cr_assert(r.p->desc->outside, "%s: nothing is said of the outside", r.label);
    fclose(file);
    clarke_arena_free(r.mem);
}

/* ---- what the proofs rest on, by sampling ---- */

/* A box of the cube: of any size, every third one around a stationary point, every fourth one with
   corners on the lattice of quarters, where kinks are. */
static void sample_box(const recorded *r, size_t k, clarke_interval *box)
{
    const size_t n = r->p->n;
    double x[CLARKE_ENCLOSURE_DIMENSION], s[CLARKE_ENCLOSURE_DIMENSION];
    const double width = (r->task.high - r->task.low) * exp2(-20.0 * draw(r, k, 0));
    for (size_t i = 0; i < n; i++)
        x[i] = r->task.low + (r->task.high - r->task.low) * draw(r, k, 1 + i);
    if (k % 3 == 0 && r->p->desc->stationary_distance) {
        r->p->desc->stationary_distance(r->p, x, s, NULL);
        for (size_t i = 0; i < n; i++) x[i] = s[i] - width * draw(r, k, 9 + i);
    }
    for (size_t i = 0; i < n; i++) {
        if (k % 4 == 0) x[i] = 0.25 * rint(4.0 * x[i]);
        box[i] = (clarke_interval){x[i], x[i] + width};
    }
}

/* A point of the box: inside, on a face, or a stationary point if the box has one. */
static void sample_point(const recorded *r, size_t k, size_t j, const clarke_interval *box,
                         double *x)
{
    double s[CLARKE_ENCLOSURE_DIMENSION] = {0.0};
    for (size_t i = 0; i < r->p->n; i++) {
        const double t = draw(r, k * 64 + j, 16 + i), where = draw(r, k * 64 + j, 24 + i);
        x[i] = where < 0.2   ? box[i].low
               : where > 0.8 ? box[i].high
                             : fmin(box[i].low + t * (box[i].high - box[i].low), box[i].high);
        if (where > 0.4 && where < 0.6 && clarke_interval_has(box[i], 0.0)) x[i] = 0.0;
    }
    if (j % 4 || !r->p->desc->stationary_distance) return;
    r->p->desc->stationary_distance(r->p, x, s, NULL);
    for (size_t i = 0; i < r->p->n; i++)
        if (!clarke_interval_has(box[i], s[i])) return;
    memcpy(x, s, r->p->n * sizeof *x);
}

/* The oracle's answer is in the field everywhere, and in the Clarke subdifferential where f is
   differentiable, which random points are. For all directions d: support(d) <= d.g, and
   support(d) <= |d| times the residual, which sees the kinks. */
static size_t sample_enclosure(const recorded *r, size_t k, size_t j, const clarke_interval *box,
                               const clarke_enclosure *e)
{
    const clarke_problem_desc *desc = r->p->desc;
    const size_t n = r->p->n;
    double x[CLARKE_ENCLOSURE_DIMENSION], g[CLARKE_ENCLOSURE_DIMENSION];
    double d[CLARKE_ENCLOSURE_DIMENSION], size = 0.0, square = 0.0, product = 0.0;
    bool random = true;
    sample_point(r, k, j, box, x);
    desc->subgradient(r->p, x, g);
    for (size_t i = 0; i < n; i++) {
        random = random && x[i] != box[i].low && x[i] != box[i].high && x[i] != 0.0;
        d[i] = draw(r, k * 64 + j, 32 + i) - 0.5;
        if (j % 3 == 0) d[i] = i == j / 3 % n ? (j % 2 ? 1.0 : -1.0) : 0.0;
        product += d[i] * g[i], size += fabs(d[i] * g[i]), square += d[i] * d[i];
    }
    /* Oracles round, a few units of the terms, and some snap to a kink within 1e-15. */
    const double low = enclosure_support(e, d), slack = 1e-11 * (1.0 + size);
    const double residual = r->task.field && desc->field_residual ? desc->field_residual(r->p, x)
                                                                  : desc->clarke_residual(r->p, x);
    if (r->task.field || (random && j % 4))
        cr_assert(low <= product + slack, "%s: box %zu point %zu: the oracle's %.17g < %.17g",
                  r->label, k, j, product, low);
    cr_assert(low <= sqrt(square) * residual + slack,
              "%s: box %zu point %zu: residual %.17g, enclosure %.17g", r->label, k, j, residual,
              low);
    return low > 0.0;
}

RECORDED(enclosures)
{
    recorded r = recorded_open(number);
    size_t telling = 0;
    for (size_t k = 0; k < 300; k++) {
        clarke_interval box[CLARKE_ENCLOSURE_DIMENSION];
        clarke_enclosure e;
        sample_box(&r, k, box);
        clarke_enclosure_begin(&e, r.p->n);
        r.p->desc->enclose(r.p, box, r.task.field, &e);
        for (size_t j = 0; j < 24; j++) telling += sample_enclosure(&r, k, j, box, &e);
    }
    cr_assert(telling > 200, "%s: only %zu samples could have failed", r.label, telling);
    clarke_arena_free(r.mem);
}

/* As boxes shrink to points, the enclosure shrinks to the subdifferential. */
RECORDED(enclosures_shrink)
{
    recorded r = recorded_open(number);
    const clarke_problem_desc *desc = r.p->desc;
    size_t checked = 0;
    for (size_t k = 0; k < 400; k++) {
        clarke_interval box[CLARKE_ENCLOSURE_DIMENSION];
        clarke_enclosure e;
        double x[CLARKE_ENCLOSURE_DIMENSION], g[CLARKE_ENCLOSURE_DIMENSION], square = 0.0;
        for (size_t i = 0; i < r.p->n; i++) {
            x[i] = r.task.low + (r.task.high - r.task.low) * draw(&r, k, i);
            box[i] = clarke_interval_point(x[i]);
        }
        desc->subgradient(r.p, x, g);
        for (size_t i = 0; i < r.p->n; i++) square += g[i] * g[i];
        if (!(square > 1e-12)) continue;
        clarke_enclosure_begin(&e, r.p->n);
        desc->enclose(r.p, box, r.task.field, &e);
        cr_assert(enclosure_support(&e, g) >= square * (1.0 - 1e-9) - 1e-9,
                  "%s: point %zu: enclosure %.17g, gradient %.17g", r.label, k,
                  enclosure_support(&e, g), square);
        checked++;
    }
    cr_assert(checked > 40, "%s: only %zu points", r.label, checked);
    clarke_arena_free(r.mem);
}

RECORDED(distances)
{
    recorded r = recorded_open(number);
    const clarke_problem_desc *desc = r.p->desc;
    for (size_t k = 0; k < 300; k++) {
        clarke_interval box[CLARKE_ENCLOSURE_DIMENSION];
        double x[CLARKE_ENCLOSURE_DIMENSION], diagonal = 0.0, nearest = INFINITY;
        sample_box(&r, k, box);
        const double upper = desc->distance_upper(r.p, box, r.task.field);
        if (!desc->stationary_distance && !(r.task.field && desc->field_distance)) {
            cr_assert(isinf(upper), "%s: S is empty", r.label);
            continue;
        }
        for (size_t j = 0; j < 32; j++) {
            sample_point(&r, k, j, box, x);
            const double d = r.task.field ? clarke_field_distance(r.p, x, NULL)
                                          : desc->stationary_distance(r.p, x, NULL, NULL);
            nearest = fmin(nearest, d);
            cr_assert(d <= upper * (1.0 + 1e-12) + 1e-12, "%s: box %zu: %.17g above %.17g", r.label,
                      k, d, upper);
        }
        for (size_t i = 0; i < r.p->n; i++)
            diagonal += (box[i].high - box[i].low) * (box[i].high - box[i].low);
        cr_assert(upper <= nearest + 2.0 * sqrt(diagonal) + 1e-12,
                  "%s: box %zu: %.17g, but a point is at %.17g and the diagonal is %.17g", r.label,
                  k, upper, nearest, sqrt(diagonal));
    }
    clarke_arena_free(r.mem);
}

/* ---- controls: a declared set that is wrong ---- */

static double gap(size_t n, const double *a, const double *b)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sqrt(sum);
}

static void control(const recorded *r, const double *without, const double *instead)
{
    clarke_certify_result result;
    clarke_certify_task task = r->task;
    task.without = without, task.instead = instead;
    cr_assert_eq(clarke_certify(r->p, &task, NULL, NULL, r->mem, &result), CLARKE_OK, "%s: %s",
                 r->label, clarke_message());
    cr_assert_gt(result.unresolved, 0, "%s: the missing point was not missed", r->label);
    for (size_t k = 0; k < result.unresolved && k < CLARKE_CERTIFY_UNRESOLVED; k++)
        cr_assert(gap(r->p->n, result.where[k], without) <= 2.0 * task.delta,
                  "%s: unresolved at (%.9g, ...), which is not the missing point", r->label,
                  result.where[k][0]);
}

/* Every component that is nearest to one of some random points, left out. */
RECORDED(points_left_out)
{
    recorded r = recorded_open(number);
    const clarke_problem_desc *desc = r.p->desc;
    const size_t n = r.p->n;
    double done[6][CLARKE_ENCLOSURE_DIMENSION];
    const double origin[CLARKE_ENCLOSURE_DIMENSION] = {0.0};
    size_t count = 0;
    if (r.plan->boxes == 0) {
        clarke_arena_free(r.mem);
        return;
    }
    const bool any = desc->stationary_distance &&
                     isfinite(desc->stationary_distance(r.p, origin, NULL, NULL));
    for (size_t k = 0; k < 40 && count < 6 && any; k++) {
        double x[CLARKE_ENCLOSURE_DIMENSION], s[CLARKE_ENCLOSURE_DIMENSION];
        bool fresh = true;
        for (size_t i = 0; i < n; i++)
            x[i] = r.task.low + (r.task.high - r.task.low) * draw(&r, k, i);
        if (r.task.field)
            clarke_field_distance(r.p, x, s);
        else
            desc->stationary_distance(r.p, x, s, NULL);
        for (size_t i = 0; i < n; i++)
            fresh = fresh &&
                    fabs(s[i]) <= fmax(fabs(r.task.low), fabs(r.task.high)) - 4.0 * r.task.delta;
        for (size_t i = 0; i < count; i++) fresh = fresh && gap(n, s, done[i]) > r.task.delta;
        if (!fresh) continue;
        memcpy(done[count++], s, n * sizeof *s);
        control(&r, s, NULL);
    }
    cr_assert(count > 0 || !any, "%s: no point to leave out", r.label);
    clarke_arena_free(r.mem);
}

static size_t recorded_find(const char *label)
{
    for (size_t i = 0; i < recorded_count(); i++) {
        const recorded r = recorded_open(i);
        const bool found = strcmp(r.label, label) == 0;
        clarke_arena_free(r.mem);
        if (found) return i;
    }
    cr_assert_fail("%s: not recorded", label);
    return 0;
}

Test(certify, points_moved)
{
    /* The saddle of ncr2 that the literature's count leaves out, and the tie of the two bowls. */
    static const struct {
        const char *label;
        double without[3], instead[3];
    } moved[] = {{"ncr2:n=3", {0.0, 0.0, -1.0}, {0.05, 0.0, -1.0}},
                 {"min_two_quad:n=2", {1.25, 0.0, 0.0}, {1.24, 0.0, 0.0}},
                 {"absquad:n=1", {1.0, 0.0, 0.0}, {1.001, 0.0, 0.0}},
                 {"saddle_kink", {0.0, 0.0, 0.0}, {0.0, 0.01, 0.0}},
                 {"oblique_kink", {8.0, -4.0, 0.0}, {8.0, -4.01, 0.0}}};
    for (size_t i = 0; i < sizeof moved / sizeof moved[0]; i++) {
        const recorded r = recorded_open(recorded_find(moved[i].label));
        control(&r, moved[i].without, moved[i].instead);
        clarke_arena_free(r.mem);
    }
}

/* The Clarke set is proved smaller than the field's: with the larger set declared for the field
   taken away, the field's proof fails at 0, and the Clarke one does not. */
Test(certify, field_is_larger)
{
    static const double zero[] = {0.0};
    const recorded r = recorded_open(recorded_find("ad_spurious:n=1 (field)"));
    control(&r, zero, NULL);
    clarke_arena_free(r.mem);
}

Test(certify, refusals)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_problem *p, *large;
    clarke_certify_result result;
    cr_assert_eq(clarke_problem_from_text("absquad", mem, &p), CLARKE_OK, "absquad");
    cr_assert_eq(clarke_problem_from_text("absquad:n=5", mem, &large), CLARKE_OK, "absquad:n=5");
    const clarke_certify_task bad[] = {{1.0, 1.0, 0.1, false, NULL, NULL},
                                       {-1.0, NAN, 0.1, false, NULL, NULL},
                                       {-1.0, INFINITY, 0.1, false, NULL, NULL},
                                       {-1.0, 1.0, 0.0, false, NULL, NULL},
                                       {-1.0, 1.0, NAN, false, NULL, NULL}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_assert_eq(clarke_certify(p, &bad[i], NULL, NULL, mem, &result), CLARKE_EINPUT,
                     "task %zu was taken", i);
    const clarke_certify_task good = {-2.0, 2.0, 0.1, false, NULL, NULL};
    cr_assert_eq(clarke_certify(large, &good, NULL, NULL, mem, &result), CLARKE_EINPUT, "n=5");
    cr_assert_eq(clarke_certify(p, &good, NULL, NULL, mem, &result), CLARKE_OK, "n=1");
    clarke_arena_free(mem);
}
