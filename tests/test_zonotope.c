/* The shortest vectors of zonotopes against each other and against exact answers; the nearest point
   of the surface where a product is 1 against search. */
#include "core/problem.h"
#include "core/stream.h"
#include "problems/lib/product.h"
#include "problems/lib/zonotope.h"

#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <string.h>

static double draw(size_t a, size_t b)
{
    const clarke_stream s = clarke_stream_make(3, "zonotope", "test", 0, 0, "draws");
    return 2.0 * clarke_stream_uniform(&s, a, b) - 1.0;
}

static clarke_chain chain_make(size_t n, size_t room, clarke_arena *mem)
{
    clarke_chain z;
    cr_assert_eq(clarke_chain_init(&z, n, room, mem), CLARKE_OK, "init: %s", clarke_message());
    clarke_chain_clear(&z);
    return z;
}

/* Segments, boxes, a chain that can reach 0 only with all weights inside. */
Test(zonotope, exact_answers)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_chain z = chain_make(3, 3, mem);
    clarke_chain_term(&z, 0, 3.0, 4.0, 1.0);
    clarke_chain_result r = clarke_chain_shortest(&z);
    cr_assert(fabs(r.distance - 5.0) <= 8.0 * DBL_EPSILON && r.converged, "point: %.17g",
              r.distance);
    clarke_chain_add(&z, 0, 1.0, 0.0);
    clarke_chain_add(&z, 1, 1.0, 0.0);
    r = clarke_chain_shortest(&z); /* (2, 3, 0) */
    cr_assert(fabs(r.distance - sqrt(13.0)) <= 16.0 * DBL_EPSILON, "box: %.17g", r.distance);
    clarke_chain_clear(&z);
    clarke_chain_term(&z, 0, 1.0, 1.0, 1.0);
    clarke_chain_add(&z, 0, 2.0, 1.0);
    clarke_chain_add(&z, 1, 1.0, 1.0);
    r = clarke_chain_shortest(&z);
    /* y = (1 + 2s, 1 + s + t, t) is a multiple of (1, -2, 2), orthogonal to both generators. */
    cr_assert(fabs(r.distance - 1.0 / 3.0) <= 1e-15, "chain: %.17g", r.distance);
    cr_assert(fabs(z.weight[0] + 5.0 / 9.0) <= 1e-15, "s = %.17g", z.weight[0]);
    clarke_chain_clear(&z);
    clarke_chain_term(&z, 0, -0.5, 0.25, 1.0);
    clarke_chain_add(&z, 0, 1.0, -0.5);
    r = clarke_chain_shortest(&z);
    cr_assert_eq(r.distance, 0.0, "reaches 0: %.17g", r.distance);
    clarke_chain_clear(&z);
    r = clarke_chain_shortest(&z);
    cr_assert(r.distance == 0.0 && r.low == 0.0 && r.high == 0.0, "nothing: %g", r.high);
    clarke_arena_free(mem);
}

/* Random chains, also with parallel and vanishing generators and loose ends, against Wolfe's method
   on the same zonotope. Both are exact up to rounding; 1e-7 at distance 0 is the square root of
   Wolfe's 1e-14. */
Test(zonotope, chain_against_wolfe)
{
    size_t positive = 0, bounded = 0;
    for (size_t k = 0; k < 400; k++) {
        const size_t n = 2 + k % 9;
        clarke_arena *mem = clarke_arena_new(0);
        clarke_chain z = chain_make(n, n - 1, mem);
        clarke_zonotope w;
        cr_assert_eq(clarke_zonotope_init(&w, n, n - 1, mem), CLARKE_OK, "init");
        clarke_zonotope_clear(&w);
        const double size = k % 3 == 0 ? 0.5 : 2.0;
        for (size_t i = 0; i < n; i++) {
            clarke_chain_term(&z, i, size * draw(k, i), 0.0, 1.0);
        }
        for (size_t i = 0; i + 1 < n; i++) {
            double left = draw(k, 20 + i), right = draw(k, 40 + i);
            if (k % 5 == 1) left = rint(2.0 * left), right = rint(2.0 * right);
            if (k % 7 == 2) right = i % 2 ? 0.0 : right, left = i % 2 ? left : 0.0;
            clarke_chain_add(&z, i, left, right);
            if (k % 6 == 4) { /* 0 is in it */
                const double t = draw(k, 80 + i);
                if (i == 0) memset(z.centre, 0, n * sizeof *z.centre);
                z.centre[i] += t * left, z.centre[i + 1] += t * right;
            }
            double *g = clarke_zonotope_add(&w);
            g[i] = left, g[i + 1] = right;
        }
        memcpy(w.centre, z.centre, n * sizeof *w.centre);
        const clarke_chain_result r = clarke_chain_shortest(&z);
        const clarke_minnorm_result s = clarke_zonotope_shortest(&w);
        cr_assert(r.converged, "%zu: not converged in %zu", k, r.iterations);
        cr_assert(r.low <= r.high && r.low <= s.high && s.low <= r.high,
                  "%zu: [%.17g, %.17g] and [%.17g, %.17g]", k, r.low, r.high, s.low, s.high);
        cr_assert(fabs(r.distance - s.distance) <= (s.distance > 1e-6 ? 1e-12 : 1e-7),
                  "%zu: %.17g, not %.17g", k, r.distance, s.distance);
        /* Dependent generators at distance 0 leave the lower end at 0. */
        if (r.distance > 1e-6)
            cr_assert(r.high - r.low <= 1e-12, "%zu: bracket [%.17g, %.17g]", k, r.low, r.high);
        positive += r.distance > 1e-6;
        for (size_t i = 0; i < z.kinks; i++) bounded += fabs(z.weight[i]) < 1.0;
        clarke_arena_free(mem);
    }
    cr_assert(positive > 100 && positive < 395 && bounded > 200, "%zu positive, %zu inside",
              positive, bounded);
}

/* The free chain of many kinks has a closed form: in y_i + y_{i+1} = 0 all |y_i| are equal. */
Test(zonotope, long_chain)
{
    const size_t n = 100000;
    clarke_arena *mem = clarke_arena_new(0);
    clarke_chain z = chain_make(n, n - 1, mem);
    clarke_chain_term(&z, 0, 0.5, 0.0, 1.0);
    for (size_t i = 0; i + 1 < n; i++) clarke_chain_add(&z, i, 1.0, 1.0);
    const clarke_chain_result r = clarke_chain_shortest(&z);
    /* The matrix has condition n^2 / 2, the projection onto y is linear in the answer: n^2 eps. */
    cr_assert(r.converged && fabs(r.distance - 0.5 / sqrt((double)n)) <= 1e-6 * r.distance,
              "long: %.17g in %zu", r.distance, r.iterations);
    cr_assert(r.iterations <= 3, "long: %zu iterations", r.iterations);
    clarke_arena_free(mem);
}

/* Everything is 1 at the best of a lattice of (u, w) with u v w = 1, refined around it. */
static double surface_search(size_t n, const double *y)
{
    double centre[2] = {0.0, 0.0}, width = 3.5, best = INFINITY;
    for (int round = 0; round < 24; round++, width *= 0.35) {
        const double from[2] = {centre[0], centre[1]};
        for (int i = -24; i <= 24; i++) {
            for (int k = n == 2 ? 0 : -24; k <= (n == 2 ? 0 : 24); k++) {
                const double s = from[0] + width * i / 24.0, t = from[1] + width * k / 24.0;
                const double u[] = {exp(s), n == 2 ? exp(-s) : exp(t), exp(-s - t)};
                double d = 0.0;
                for (size_t j = 0; j < n; j++) d = hypot(d, u[j] - y[j]);
                if (d < best) best = d, centre[0] = s, centre[1] = t;
            }
        }
    }
    return best;
}

Test(product, surface_against_search)
{
    for (size_t k = 0; k < 300; k++) {
        const size_t n = 2 + k % 2;
        double y[3], u[3], d = 0.0;
        for (size_t i = 0; i < n; i++) y[i] = 1.0 + 2.5 * draw(k, 60 + i);
        if (k % 4 == 1) y[1] = y[0];
        if (k % 4 == 2) y[0] = 2.0, y[1] = 2.0 + 0.25 * rint(4.0 * draw(k, 70));
        const double found = clarke_product_surface(n, y, u), other = surface_search(n, y);
        for (size_t i = 0; i < n; i++) {
            cr_assert(u[i] > 0.0, "%zu: u = %g", k, u[i]);
            d = hypot(d, u[i] - y[i]);
        }
        cr_assert(fabs(clarke_product(n, u) - 1.0) <= 4.0 * DBL_EPSILON, "%zu: product", k);
        cr_assert(fabs(d - found) <= 1e-14 * (1.0 + d), "%zu: %g, but the point is at %g", k, found,
                  d);
        cr_assert(found <= other + 1e-12, "%zu: %.15g, but there is one at %.15g", k, found, other);
    }
}

/* The centre of curvature of the hyperbola at (1, 1), its points, and far ones. */
Test(product, surface_exact)
{
    double u[8];
    cr_assert(fabs(clarke_product_surface(2, (double[]){2.0, 2.0}, u) - sqrt(2.0)) <= 1e-14,
              "evolute");
    cr_assert(clarke_product_surface(2, (double[]){4.0, 0.25}, u) <= 1e-15, "on it");
    cr_assert(fabs(clarke_product_surface(2, (double[]){-1.0, -1.0}, u) - sqrt(8.0)) <= 1e-14,
              "below");
    cr_assert(fabs(clarke_product_surface(2, (double[]){0.0, 0.0}, u) - sqrt(2.0)) <= 1e-15,
              "centre");
    cr_assert(fabs(clarke_product_surface(3, (double[]){0.0, 0.0, 0.0}, u) - sqrt(3.0)) <= 1e-15,
              "centre, three");
    /* To first order 1/1e8 from the axis. */
    const double d = clarke_product_surface(2, (double[]){1e8, 0.0}, u);
    cr_assert(fabs(d - 1e-8) <= 1e-8 * 1e-8, "far: %.17g", d);
    const double one[] = {1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5};
    const double eight = clarke_product_surface(8, one, u);
    cr_assert(eight <= sqrt(8.0) * 0.5 + 1e-15, "eight: %.17g", eight);
}

/* A factor 0 leaves one entry. */
Test(product, gradient)
{
    const double x[] = {2.0, 0.0, -3.0, 5.0};
    double g[4];
    clarke_product_gradient(4, x, g);
    cr_assert(g[0] == 0.0 && g[1] == -30.0 && g[2] == 0.0 && g[3] == 0.0, "gradient %g %g %g %g",
              g[0], g[1], g[2], g[3]);
    cr_assert_eq(clarke_product(4, x), 0.0, "product");
}
