/* Wolfe's nearest point: exact answers in degenerate positions, manufactured answers, and the
   bracket against an independent method. */
#include "core/minnorm.h"
#include "core/stream.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <float.h>
#include <math.h>

static clarke_minnorm_result solve(size_t n, size_t m, const double *p, double *x)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_minnorm w;
    cr_assert_eq(clarke_minnorm_init(&w, n, mem), CLARKE_OK, "init: %s", clarke_message());
    clarke_arena_seal(mem, true);
    const clarke_minnorm_result r = clarke_minnorm_points(&w, m, p, x);
    clarke_arena_seal(mem, false);
    cr_assert(!clarke_arena_failed(mem), "no allocation while solving");
    clarke_arena_free(mem);
    return r;
}

/* `relative`: the agreement that is asked for. The algorithm stops at a relative violation 1e-14 of
   |x|^2, so |x - x*|^2 <= 1e-14 |x|^2 and |x| is within 0.5e-14 of the distance; 4e-14 adds the
   rounding of the sums of these few terms. */
static void check(const char *label, size_t n, size_t m, const double *p, double exact)
{
    double x[512] = {0};
    const clarke_minnorm_result r = solve(n, m, p, x);
    double largest = 0.0;
    for (size_t i = 0; i < m * n; i++) largest = fmax(largest, fabs(p[i]));
    cr_assert(r.low <= r.high, "%s: bracket [%g, %g]", label, r.low, r.high);
    cr_assert(r.low <= exact * (1.0 + 4.0 * DBL_EPSILON), "%s: low %.17g > %.17g", label, r.low,
              exact);
    cr_assert(r.high >= exact * (1.0 - 4.0 * DBL_EPSILON), "%s: high %.17g < %.17g", label, r.high,
              exact);
    /* An answer 0 is reached up to rounding at the scale of the points. */
    const double slack = exact > 0.0 ? 4e-14 * exact : 64.0 * DBL_EPSILON * largest;
    cr_assert(fabs(r.distance - exact) <= slack, "%s: %.17g instead of %.17g", label, r.distance,
              exact);
    double sum = 0.0;
    for (size_t j = 0; j < n; j++) sum = hypot(sum, x[j]);
    cr_assert(fabs(sum - r.distance) <= 8.0 * DBL_EPSILON * r.distance, "%s: |x| = %g", label, sum);
}

Test(minnorm, simplex)
{
    double p[100 * 100];
    for (size_t n = 1; n <= 100; n = n * 3 + 1) {
        for (size_t i = 0; i < n * n; i++) p[i] = i % (n + 1) == 0;
        check("unit vectors", n, n, p, 1.0 / sqrt((double)n));
    }
}

Test(minnorm, cross_polytope)
{
    double p[20 * 10] = {0};
    for (size_t i = 0; i < 10; i++) p[i * 10 + i] = 1.0, p[(10 + i) * 10 + i] = -1.0;
    check("cross-polytope", 10, 20, p, 0.0);
}

Test(minnorm, box_corners)
{
    double p[24];
    for (size_t i = 0; i < 8; i++) {
        p[3 * i] = i & 1 ? 1.0 : 3.0;
        p[3 * i + 1] = i & 2 ? -2.0 : 5.0;
        p[3 * i + 2] = i & 4 ? -1.0 : -0.5;
    }
    check("box corners", 3, 8, p, sqrt(5.0) / 2.0);
}

Test(minnorm, small_cases)
{
    const double flat8[] = {1, 1e-8, -1, 1e-8}, flat15[] = {1, 1e-15, -1, 1e-15};
    check("flat segment 1e-8", 2, 2, flat8, 1e-8);
    check("flat segment 1e-15", 2, 2, flat15, 1e-15);
    const double repeated[] = {1, 1, 1, 1, 1, 1, 1, -1, 1, -1};
    check("repeated points", 2, 5, repeated, 1.0);
    double line[14];
    for (size_t i = 0; i < 7; i++) line[2 * i] = 2.0, line[2 * i + 1] = (double)i - 3.0;
    check("collinear points", 2, 7, line, 2.0);
    const double vertex[] = {0, 0, 1, 0, 0, 1};
    check("0 is a vertex", 2, 3, vertex, 0.0);
    const double edge[] = {1, 0, 0, -2, 0, 0, 0, 1, 1, 0, -1, 5};
    check("0 in an edge", 3, 4, edge, 0.0);
    const double square[] = {1, -1, 2, -1, 1, 1, 2, 1};
    check("square", 2, 4, square, 1.0);
    const double mixed[] = {1e8, 1, -1e8, 1, 0, 3};
    check("mixed scales", 2, 3, mixed, 1.0);
    const double close[] = {1, 1, 1, 1 + 1e-9, -1, 1};
    check("almost equal points", 2, 3, close, 1.0);
    const double zero[] = {0, 0, 0, 0};
    check("all zero", 2, 2, zero, 0.0);
    const double one[] = {3, 4};
    check("one point", 2, 1, one, 5.0);
    const double dependent[] = {1, 0, 1, 1, 1, -1, 1, 2, 1, 0.5, 2, 0};
    check("affinely dependent", 2, 6, dependent, 1.0);
}

Test(minnorm, extreme_scales)
{
    for (int sign = -1; sign <= 1; sign += 2) {
        const double s = sign < 0 ? 1e-150 : 1e150;
        const double p[] = {s, 0, 0, 0, s, 0, 0, 0, s};
        check("extreme scale", 3, 3, p, s / sqrt(3.0));
    }
}

static double draw(size_t k, size_t j)
{
    const clarke_stream s = clarke_stream_make(1, "minnorm", "test", 0, 0, "points");
    return 2.0 * clarke_stream_uniform(&s, k, j) - 1.0;
}

/* Points orthogonal to x* around it, with x* in their hull, and points beyond: the answer is |x*|.
   */
static void manufactured(size_t n, size_t m, size_t k)
{
    static double p[422 * 100], star[100];
    double square = 0.0;
    size_t used = 0;
    for (size_t j = 0; j < n; j++) star[j] = draw(k, j), square += star[j] * star[j];
    for (size_t i = 0; i < m; i++) {
        double along = 0.0;
        for (size_t j = 0; j < n; j++) {
            p[i * n + j] = draw(k, used++ + n);
            along += p[i * n + j] * star[j];
        }
        /* The first half in pairs +-v in the plane, the rest on the far side. */
        const bool plane = i < m / 2;
        for (size_t j = 0; j < n; j++) {
            double v = p[i * n + j] - along / square * star[j];
            if (plane && i % 2 == 1) v = star[j] - p[(i - 1) * n + j];
            if (!plane) v += fabs(along) / square * star[j];
            p[i * n + j] = v + star[j];
        }
    }
    check("manufactured", n, m, p, sqrt(square));
}

Test(minnorm, manufactured)
{
    manufactured(3, 12, 1);
    manufactured(10, 40, 2);
    manufactured(20, 100, 3);
    manufactured(100, 422, 4);
}

/* The projection of 0 on the hull by the method of Frank and Wolfe with exact line search: slow,
   but it shares nothing with the algorithm, and its gap bounds the square of its error. */
static double frank_wolfe(size_t n, size_t m, const double *p, double *gap)
{
    double x[8] = {0};
    for (size_t j = 0; j < n; j++) x[j] = p[j];
    for (size_t k = 0; k < 20000; k++) {
        double least = INFINITY, xx = 0.0, square = 0.0;
        size_t best = 0;
        for (size_t j = 0; j < n; j++) xx += x[j] * x[j];
        for (size_t i = 0; i < m; i++) {
            double dot = 0.0;
            for (size_t j = 0; j < n; j++) dot += x[j] * p[i * n + j];
            if (dot < least) least = dot, best = i;
        }
        *gap = xx - least;
        if (!(*gap > 0.0)) break;
        for (size_t j = 0; j < n; j++)
            square += (x[j] - p[best * n + j]) * (x[j] - p[best * n + j]);
        const double step = fmin(1.0, *gap / square);
        for (size_t j = 0; j < n; j++) x[j] += step * (p[best * n + j] - x[j]);
    }
    double norm = 0.0;
    for (size_t j = 0; j < n; j++) norm += x[j] * x[j];
    return sqrt(norm);
}

Test(minnorm, clouds)
{
    for (size_t k = 0; k < 200; k++) {
        const size_t n = 1 + k % 4, m = 2 + k % 9;
        double p[4 * 10], gap;
        for (size_t i = 0; i < n * m; i++) {
            p[i] = draw(1000 + k, i) + (k % 3 == 0 ? 0.5 : 0.0);
            if (k % 2) p[i] = rint(3.0 * p[i]); /* integer clouds are degenerate */
        }
        const clarke_minnorm_result r = solve(n, m, p, NULL);
        const double other = frank_wolfe(n, m, p, &gap);
        cr_assert(r.converged, "cloud %zu: not converged", k);
        /* dist^2 is between other^2 - 2 gap and other^2; the bracket is to meet that. */
        cr_assert(r.low <= other * (1.0 + 1e-12) + 1e-15, "cloud %zu: %g > %g", k, r.low, other);
        cr_assert(r.high * r.high >= other * other - 2.0 * fmax(gap, 0.0) - 1e-14,
                  "cloud %zu: %g < %g", k, r.high, other);
        /* 9 is the squared diameter's scale: the stopping test gives 1e-14 of it. */
        cr_assert(r.high - r.low <= 1e-13 * 9.0 || r.high <= 1e-6, "cloud %zu: [%.17g, %.17g]", k,
                  r.low, r.high);
    }
}
