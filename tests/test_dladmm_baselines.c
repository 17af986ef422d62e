/* Adagrad, Adadelta and Adam against their formulas in long double, on a quadratic in three variables. */
#include "verify/lib/drive.h"

#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

enum { N = 3, STEPS = 50 };

static const double hessian[N * N] = {1.3, 0.21, -0.4, 0.21, 0.77, 0.13, -0.4, 0.13, 2.1};
static const double feed[N] = {0.37, -1.9, 0.052}, first[N] = {0.83, -0.41, 2.385};

/* One step of each, in every entry on its own. */
typedef struct {
    long double a, b, power1, power2;
} memory;

static long double adagrad(memory *m, long double g)
{
    m->a += g * g;
    return g / (sqrtl(m->a) + 1e-10L);
}

static long double adadelta(memory *m, long double g)
{
    m->a = 0.95L * m->a + 0.05L * g * g;
    const long double d = g * sqrtl((m->b + 1e-6L) / (m->a + 1e-6L));
    m->b = 0.95L * m->b + 0.05L * d * d;
    return d;
}

static long double adam(memory *m, long double g)
{
    m->a = 0.8L * m->a + 0.2L * g;
    m->b = 0.99L * m->b + 0.01L * g * g;
    m->power1 *= 0.8L;
    m->power2 *= 0.99L;
    return m->a / (1.0L - m->power1) / (sqrtl(m->b / (1.0L - m->power2)) + 1e-8L);
}

static const struct {
    const char *method;
    long double (*step)(memory *m, long double g);
} row[] = {
    {"adagrad", adagrad}, {"adadelta:rho=0.95", adadelta}, {"adam:beta1=0.8,beta2=0.99", adam}};

Test(dladmm_baselines, formulas)
{
    for (size_t r = 0; r < sizeof row / sizeof *row; r++) {
        clarke_arena *mem = clarke_arena_new(0);
        clarke_drive d;
        memory m[N] = {
            {0.0L, 0.0L, 1.0L, 1.0L}, {0.0L, 0.0L, 1.0L, 1.0L}, {0.0L, 0.0L, 1.0L, 1.0L}};
        long double x[N], g[N];
        cr_assert_eq(clarke_drive_make(row[r].method, N, 0.1, mem, &d), CLARKE_OK, "%s: %s",
                     row[r].method, clarke_message());
        d.hessian = hessian;
        memcpy(d.feed, feed, sizeof feed);
        memcpy(d.it.x, first, sizeof first);
        for (size_t j = 0; j < N; j++) x[j] = (long double)first[j];
        for (size_t k = 0; k < STEPS; k++) {
            const double eta = 0.1 / (1.0 + 0.01 * (double)k);
            for (size_t i = 0; i < N; i++) {
                g[i] = (long double)feed[i];
                for (size_t j = 0; j < N; j++) g[i] += (long double)hessian[i * N + j] * x[j];
            }
            for (size_t i = 0; i < N; i++) x[i] -= (long double)eta * row[r].step(&m[i], g[i]);
            cr_assert_eq(clarke_drive_step(&d, eta, eta), CLARKE_OK, "%s", clarke_message());
            /* Some twenty roundings a step; 50 steps, each of which may double what is off where g is
               near 0 and the root of its square divides: 1e-9 leaves room for that. */
            for (size_t i = 0; i < N; i++)
                cr_expect(fabsl(x[i] - (long double)d.it.x[i]) <= 1e-9L,
                          "%s: x[%zu] after step %zu is %.17g, reference %.17Lg", row[r].method, i,
                          k + 1, d.it.x[i], x[i]);
        }
        clarke_arena_free(mem);
    }
}
