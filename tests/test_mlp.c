#include "core/problem.h"
#include "core/stream.h"
#include "tests/lib/mlp_reference.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Networks of one to three layers, both losses, more samples than one batch of
 * the library. */
static const char *const network[] = {
    "relu_mlp:data=teacher,widths=0,loss=squared,samples=7",
    "relu_mlp:data=teacher,widths=0,loss=softmax,samples=7",
    "relu_mlp:data=teacher,widths=7,loss=squared,samples=9",
    "relu_mlp:data=teacher,widths=7,loss=softmax,samples=9,outputs=4",
    "relu_mlp:data=teacher,widths=6,4,loss=squared,samples=11,inputs=3",
    "relu_mlp:data=teacher,widths=6,4,loss=softmax,samples=11,teacher=9",
    "relu_mlp:data=teacher,widths=3,loss=softmax,samples=523",
};
enum { NETWORKS = sizeof network / sizeof *network, SINGLE = NETWORKS, CASES = 2 * NETWORKS };

typedef struct {
    clarke_arena *mem;
    clarke_problem *p;
    const clarke_mlp *mlp;
    double *x;       /* the start with every bias moved off 0 */
    long double *xl; /* the same */
} fixture;

static fixture fixture_make(const char *spec)
{
    fixture f = {.mem = clarke_arena_new(0)};
    cr_assert_eq(clarke_problem_from_text(spec, f.mem, &f.p), CLARKE_OK, "%s: %s", spec,
                 clarke_message());
    f.mlp = f.p->data;
    f.x = clarke_vec(f.mem, f.p->n);
    f.xl = clarke_alloc_array(f.mem, f.p->n, sizeof *f.xl);
    const clarke_stream s = clarke_stream_make(2, spec, "", 0, 0, "test");
    for (size_t j = 0; j < f.p->n; j++) {
        f.x[j] = f.p->start[j] + 0.3 * clarke_stream_gaussian(&s, 0, j);
        f.xl[j] = (long double)f.x[j];
    }
    return f;
}

static fixture fixture_case(size_t index)
{
    char spec[160];
    snprintf(spec, sizeof spec, "%s%s", network[index % NETWORKS],
             index < SINGLE ? "" : ",precision=single");
    return fixture_make(spec);
}

static long double unit_of(size_t index)
{
    return index < SINGLE ? 0x1p-53L : 0x1p-24L;
}

static size_t *case_indices(size_t count)
{
    size_t *index = cr_malloc(count * sizeof *index);
    for (size_t i = 0; i < count; i++) index[i] = i;
    return index;
}

ParameterizedTestParameters(mlp, reference)
{
    return cr_make_param_array(size_t, case_indices(CASES), CASES);
}

/* Value and gradient against plain loops in long double, within the running
   error bound, in both precisions. */
ParameterizedTest(size_t *index, mlp, reference)
{
    fixture f = fixture_case(*index);
    double *g = clarke_vec(f.mem, f.p->n);
    mlp_reference r = mlp_reference_make(f.mlp, f.xl, NULL, f.p->terms, unit_of(*index));
    cr_assert(r.clear, "%s: a hidden unit is too near its kink for this test", f.p->spec);
    const long double value = (long double)f.p->desc->value(f.p, f.x);
    cr_expect(fabsl(value - r.value) <= r.value_bound, "%s: value %.17Lg, reference %.17Lg +- %Lg",
              f.p->spec, value, r.value, r.value_bound);
    f.p->desc->subgradient(f.p, f.x, g);
    for (size_t j = 0; j < f.p->n; j++)
        cr_expect(fabsl((long double)g[j] - r.gradient[j]) <= r.bound[j],
                  "%s: g[%zu] = %.17g, reference %.17Lg +- %Lg", f.p->spec, j, g[j], r.gradient[j],
                  r.bound[j]);
    /* The bound must mean something: below a thousandth of the gradient. */
    long double bound = 0.0L, size = 0.0L;
    for (size_t j = 0; j < f.p->n; j++) bound += r.bound[j], size += fabsl(r.gradient[j]);
    cr_expect(bound <= 1e-3L * size, "%s: bound %Lg of a gradient %Lg", f.p->spec, bound, size);
    mlp_reference_free(&r);
    clarke_arena_free(f.mem);
}

static long double difference(const fixture *f, const double *d, long double h)
{
    long double *y = calloc(f->p->n, sizeof *y), value[2] = {0};
    mlp_reference middle = mlp_reference_make(f->mlp, f->xl, NULL, f->p->terms, 0x1p-64L);
    for (size_t side = 0; side < 2; side++) {
        for (size_t j = 0; j < f->p->n; j++) y[j] = f->xl[j] + (side ? h : -h) * (long double)d[j];
        mlp_reference r = mlp_reference_make(f->mlp, y, NULL, f->p->terms, 0x1p-64L);
        cr_assert_eq(r.pattern, middle.pattern, "%s: a kink lies within %Lg", f->p->spec, h);
        value[side] = r.value;
        mlp_reference_free(&r);
    }
    mlp_reference_free(&middle);
    free(y);
    return (value[1] - value[0]) / (2.0L * h);
}

ParameterizedTestParameters(mlp, finite_differences)
{
    return cr_make_param_array(size_t, case_indices(NETWORKS), NETWORKS);
}

/* The library's gradient against central differences D(h) of the reference
   value along coordinates and random directions, away from kinks. There f is
   smooth and D(h) = f' + c h^2 + O(h^4), so the error of D(h/2) is a third of
   |D(h) - D(h/2)|: three times that leaves room for the next order. Rounding:
   (n + 64) 2^-63 |f| / h for the two values, and the gradient's own error. */
ParameterizedTest(size_t *index, mlp, finite_differences)
{
    const long double h = 0x1p-20L;
    fixture f = fixture_case(*index);
    const size_t n = f.p->n;
    double *g = clarke_vec(f.mem, n), *d = clarke_vec(f.mem, n);
    const clarke_stream s = clarke_stream_make(3, f.p->spec, "", 0, 0, "directions");
    mlp_reference r = mlp_reference_make(f.mlp, f.xl, NULL, f.p->terms, 0x1p-53L);
    f.p->desc->subgradient(f.p, f.x, g);
    for (size_t k = 0; k < 12; k++) {
        long double slope = 0.0L, error = 0.0L;
        for (size_t j = 0; j < n; j++) {
            d[j] = k % 2 ? clarke_stream_gaussian(&s, k, j) / sqrt((double)n)
                         : j == k * (n - 1) / 10;
            slope += (long double)g[j] * (long double)d[j];
            error += r.bound[j] * fabsl((long double)d[j]);
        }
        const long double coarse = difference(&f, d, h), fine = difference(&f, d, h / 2.0L);
        error += fabsl(coarse - fine) + ((long double)n + 64.0L) * 0x1p-62L * r.value / h;
        cr_expect(fabsl(slope - fine) <= error,
                  "%s: direction %zu: slope %Lg, difference %Lg +- %Lg", f.p->spec, k, slope, fine,
                  error);
        cr_expect(error <= 1e-6L * (1.0L + fabsl(slope)), "%s: direction %zu: error %Lg", f.p->spec,
                  k, error);
    }
    mlp_reference_free(&r);
    clarke_arena_free(f.mem);
}

ParameterizedTestParameters(mlp, terms_average)
{
    return cr_make_param_array(size_t, case_indices(CASES), CASES);
}

/* A minibatch with repetitions against the reference of the same list; and the
   single terms average to the subgradient within the sum of both error bounds.
 */
ParameterizedTest(size_t *index, mlp, terms_average)
{
    fixture f = fixture_case(*index);
    const size_t n = f.p->n, terms = f.p->terms, list[] = {3, 0, 3, terms - 1, 5};
    double *g = clarke_vec(f.mem, n), *one = clarke_vec(f.mem, n);
    long double *mean = clarke_alloc_array(f.mem, n, sizeof *mean);
    long double *slack = clarke_alloc_array(f.mem, n, sizeof *slack);
    mlp_reference r = mlp_reference_make(f.mlp, f.xl, list, 5, unit_of(*index));
    f.p->desc->term_subgradient(f.p, f.x, list, 5, g);
    for (size_t j = 0; j < n; j++)
        cr_expect(fabsl((long double)g[j] - r.gradient[j]) <= r.bound[j],
                  "%s: batch g[%zu] = %.17g, reference %.17Lg +- %Lg", f.p->spec, j, g[j],
                  r.gradient[j], r.bound[j]);
    mlp_reference_free(&r);
    for (size_t i = 0; i < terms; i++) {
        f.p->desc->term_subgradient(f.p, f.x, &i, 1, one);
        r = mlp_reference_make(f.mlp, f.xl, &i, 1, unit_of(*index));
        for (size_t j = 0; j < n; j++) {
            mean[j] += (long double)one[j] / (long double)terms;
            slack[j] += r.bound[j] / (long double)terms;
        }
        mlp_reference_free(&r);
    }
    r = mlp_reference_make(f.mlp, f.xl, NULL, terms, unit_of(*index));
    f.p->desc->subgradient(f.p, f.x, g);
    for (size_t j = 0; j < n; j++)
        cr_expect(fabsl((long double)g[j] - mean[j]) <= 1.01L * (slack[j] + r.bound[j]),
                  "%s: g[%zu] = %.17g, mean of the terms %.17Lg", f.p->spec, j, g[j], mean[j]);
    mlp_reference_free(&r);
    clarke_arena_free(f.mem);
}

/* With W1 = 0 and b1 = 0 every hidden z is exactly 0 and every a is 0, so dW1 =
   c W2^T delta s^T and db1 = c W2^T delta scale with the selection c, and dW2 =
   0. With loss=squared and b2 = 0, delta = -y. */
Test(mlp, derivative_at_zero)
{
    static const char *const choice[] = {"0", "0.5", "1"};
    for (size_t c = 0; c < 3; c++) {
        char spec[120];
        snprintf(spec, sizeof spec,
                 "relu_mlp:data=teacher,widths=1,loss=squared,samples=1,outputs=1,"
                 "relu_zero=%s",
                 choice[c]);
        fixture f = fixture_make(spec);
        double g[8], x[8] = {0};
        cr_assert_eq(f.p->n, 8, "%s: n = %zu", spec, f.p->n);
        x[6] = 3.0; /* W2 */
        f.p->desc->subgradient(f.p, x, g);
        const double delta = -f.mlp->set.y[0], slope = 0.5 * (double)c;
        cr_assert_neq(delta, 0.0, "%s: the target is 0", spec);
        for (size_t j = 0; j < 5; j++)
            cr_expect_eq(g[j], slope * (3.0 * delta) * f.mlp->set.x[j], "%s: dW1[%zu] = %.17g",
                         spec, j, g[j]);
        cr_expect_eq(g[5], slope * (3.0 * delta), "%s: db1 = %.17g", spec, g[5]);
        cr_expect_eq(g[6], 0.0, "%s: dW2 = %.17g", spec, g[6]);
        cr_expect_eq(g[7], delta, "%s: db2 = %.17g", spec, g[7]);
        clarke_arena_free(f.mem);
    }
}

Test(mlp, single_is_single)
{
    fixture f = fixture_case(5), s = fixture_case(SINGLE + 5);
    const double a = f.p->desc->value(f.p, f.x), b = s.p->desc->value(s.p, f.x);
    cr_expect_neq(a, b, "precision: float gives the bits of double, %.17g", a);
    cr_expect_eq(memcmp(f.p->start, s.p->start, f.p->n * sizeof(double)), 0,
                 "precision: the starts differ");
    clarke_arena_free(f.mem);
    clarke_arena_free(s.mem);
}

Test(mlp, layout_and_start)
{
    fixture f = fixture_make("relu_mlp:data=teacher,widths=40,30,inputs=50,samples=4");
    static const char *const name[] = {"W1", "b1", "W2", "b2", "W3", "b3"};
    static const size_t rows[] = {40, 40, 30, 30, 3, 3}, columns[] = {50, 1, 40, 1, 30, 1};
    size_t offset = 0;
    cr_assert_eq(f.p->layout.count, 6, "layout: %zu blocks", f.p->layout.count);
    for (size_t i = 0; i < 6; i++) {
        const clarke_block *b = &f.p->layout.block[i];
        cr_expect_str_eq(b->name, name[i], "layout: block %zu is %s", i, b->name);
        cr_expect(b->offset == offset && b->rows == rows[i] && b->cols == columns[i],
                  "layout: %s at %zu is %zu x %zu", name[i], b->offset, b->rows, b->cols);
        double sum = 0.0;
        for (size_t j = 0; j < rows[i] * columns[i]; j++)
            sum += f.p->start[offset + j] * f.p->start[offset + j];
        offset += rows[i] * columns[i];
        if (i % 2) {
            cr_expect_eq(sum, 0.0, "start: %s is not 0", name[i]);
            continue;
        }
        /* |W|^2 in/2 is chi-square with m >= 90 degrees, and 6 sqrt(2 m) >= 2
       sqrt(10 m) + 20, so that a right start fails with probability below 2
       exp(-10) (Laurent, Massart 2000, lemma 1); the stream is fixed. */
        const double m = (double)(rows[i] * columns[i]), chi2 = sum * (double)columns[i] / 2.0;
        cr_expect(fabs(chi2 - m) <= 6.0 * sqrt(2.0 * m), "start: %s: chi2 %g of %g", name[i], chi2,
                  m);
    }
    cr_expect_eq(offset, f.p->n, "layout: covers %zu of %zu", offset, f.p->n);
    clarke_arena_free(f.mem);
}

Test(mlp, same_seed_same_bits)
{
    fixture a = fixture_case(5), b = fixture_case(5);
    double *g = clarke_vec(a.mem, a.p->n), *h = clarke_vec(b.mem, b.p->n);
    a.p->desc->subgradient(a.p, a.x, g);
    b.p->desc->term_subgradient(b.p, b.x, (const size_t[]){1, 2}, 2, h);
    b.p->desc->subgradient(b.p, b.x, h);
    cr_expect_eq(memcmp(g, h, a.p->n * sizeof *g), 0, "bits: two instances differ");
    fixture c = fixture_make("relu_mlp:data=teacher,widths=6,4,samples=11,teacher=9,seed=2");
    cr_expect_neq(memcmp(a.p->start, c.p->start, a.p->n * sizeof *g), 0, "bits: the seed is idle");
    clarke_arena_free(a.mem);
    clarke_arena_free(b.mem);
    clarke_arena_free(c.mem);
}

/* A linear network with W = 0 answers the largest bias whatever the sample. */
Test(mlp, accuracy)
{
    fixture f = fixture_make("relu_mlp:data=teacher,widths=0,samples=300");
    double x[18] = {0}, right = 0.0;
    cr_assert_eq(f.p->n, 18, "accuracy: n = %zu", f.p->n);
    x[16] = 1.0;
    for (size_t i = 0; i < 300; i++) right += f.mlp->set.label[i] == 1;
    cr_assert(right > 0.0 && right < 300.0, "accuracy: %g of 300 labels are 1", right);
    cr_expect_eq(clarke_mlp_accuracy(f.p, NULL, x), right / 300.0, "accuracy: %g, not %g",
                 clarke_mlp_accuracy(f.p, NULL, x), right / 300.0);
    clarke_dataset other = f.mlp->set;
    other.samples = 1;
    cr_expect_eq(clarke_mlp_accuracy(f.p, &other, x), f.mlp->set.label[0] == 1,
                 "accuracy: of another set");
    other.inputs = 4;
    cr_expect(isnan(clarke_mlp_accuracy(f.p, &other, x)), "accuracy: of a set that does not fit");
    clarke_arena_free(f.mem);
}

typedef struct {
    const char *spec, *says;
    clarke_status status;
} refusal;

static const refusal refusals[] = {
    {"relu_mlp:data=teacher,widths=2000000000", " bytes", CLARKE_EINPUT},
    {"relu_mlp:data=teacher,widths=100000,2000000000,100000", " bytes", CLARKE_EINPUT},
    {"relu_mlp:data=teacher,teacher=2000000000", " bytes", CLARKE_EINPUT},
    {"relu_mlp:data=teacher,samples=1000000000000", " bytes", CLARKE_EINPUT},
    {"relu_mlp:data=teacher,widths=3,0", "not a whole number", CLARKE_EINPUT},
    {"relu_mlp:data=teacher,widths=2.5", "not a whole number", CLARKE_EINPUT},
    {"relu_mlp:data=teacher,widths=-3", "outside", CLARKE_EINPUT},
    {"relu_mlp:data=teacher,samples=0", "samples", CLARKE_EINPUT},
    {"relu_mlp:data=teacher,relu_zero=1.5", "relu_zero", CLARKE_EINPUT},
    {"relu_mlp:data=teacher,loss=hinge", "softmax|squared", CLARKE_EINPUT},
    {"relu_mlp:data=/nowhere", "dataset-fashion-mnist", CLARKE_EUNAVAILABLE},
    {"relu_mlp:data=/nowhere.csv", "/nowhere.csv", CLARKE_EUNAVAILABLE},
};

Test(mlp, refuses)
{
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        clarke_arena *mem = clarke_arena_new(0);
        clarke_problem *p = NULL;
        const clarke_status status = clarke_problem_from_text(refusals[i].spec, mem, &p);
        cr_expect_eq(status, refusals[i].status, "%s: status %d, %s", refusals[i].spec, (int)status,
                     clarke_message());
        cr_expect(strstr(clarke_message(), refusals[i].says), "%s: says '%s'", refusals[i].spec,
                  clarke_message());
        clarke_arena_free(mem);
    }
}

Test(mlp, out_of_memory)
{
    clarke_status status = CLARKE_ENOMEM;
    size_t k = 1;
    for (; status != CLARKE_OK && k < 1000; k++) {
        clarke_arena *mem = clarke_arena_new(0);
        clarke_problem *p = NULL;
        clarke_arena_fail_at(mem, k);
        status = clarke_problem_from_text(network[5], mem, &p);
        cr_expect(status == CLARKE_OK || status == CLARKE_ENOMEM, "request %zu: %s", k,
                  clarke_message());
        clarke_arena_free(mem);
    }
    cr_expect(status == CLARKE_OK && k > 20, "out of memory: %zu requests", k);
}
