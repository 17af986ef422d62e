/* The nearest point of {u > 0 : prod u = 1}, derived. A stationary point of |u - y|^2 has u_i
   (u_i - y_i) = m for all i, u_i = (y_i +- sqrt(y_i^2 + 4m))/2.

   If some y_i <= 0 or prod y <= 1, y is outside the convex set {u > 0 : prod u >= 1}, and the
   nearest point is the projection: m >= 0, all signs +, and sum ln u_i increases with m.

   Otherwise m = -w (y_j - w) < 0. The Lagrangian's second derivative 1 + m/u_i^2 is positive for
   the sign + and negative for -, so at a nearest point at most one sign is -, and that u_j is
   the smallest of all; as u is ordered like y (exchanging two entries would help otherwise), y_j
   is the smallest. With w = u_j in (0, y_j) running through both signs the other entries are
   functions of w, and G(w) = ln w + sum_{i != j} ln u_i = 0. On [y_j/2, y_j] G increases. On (0,
   y_j/2), ln w increases and the sum falls, and so do bounds of G' = 1/w - (y_j - 2w) sum 1/(u_i
   s_i), s_i = 2 u_i - y_i: intervals are halved until G has no zero there or is monotone. Where
   neither is decided at a width of 2^-20 of the whole, two zeros are nearly one; the distance
   changes by less than the cube of that between them. */
#include "problems/lib/product.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

double clarke_product(size_t n, const double *x)
{
    double product = 1.0;
    for (size_t i = 0; i < n; i++) product *= x[i];
    return product;
}

void clarke_product_gradient(size_t n, const double *x, double *g)
{
    double before = 1.0, after = 1.0;
    for (size_t i = 0; i < n; i++) g[i] = before, before *= x[i];
    for (size_t i = n; i-- > 0;) g[i] *= after, after *= x[i];
}

typedef struct {
    size_t n, j; /* y_j is the smallest */
    const double *y;
    double *best;
    double distance;
} product_search;

/* The larger root of u (u - y) = m, without cancellation. */
static double product_root(double y, double m)
{
    const double s = sqrt(y * y + 4.0 * m);
    return y > 0.0 ? 0.5 * (y + s) : 2.0 * m / (s - y);
}

/* Makes the product 1 up to its rounding, by the smallest entry, and keeps the point if it is the
   nearest so far. */
static void product_candidate(product_search *s, double *u)
{
    size_t smallest = 0;
    double distance = 0.0;
    for (size_t i = 1; i < s->n; i++)
        if (u[i] < u[smallest]) smallest = i;
    u[smallest] /= clarke_product(s->n, u);
    for (size_t i = 0; i < s->n; i++) distance = hypot(distance, u[i] - s->y[i]);
    if (!(distance < s->distance)) return;
    s->distance = distance;
    memcpy(s->best, u, s->n * sizeof *u);
}

/* The convex case: bisection for m down to neighbouring numbers. */
static void product_project(product_search *s)
{
    double u[CLARKE_PRODUCT_LARGEST], low = 0.0, high = 1.0;
    for (bool above = false;;) {
        const double m = above ? low + 0.5 * (high - low) : high;
        double sum = 0.0;
        if (above && (m <= low || m >= high)) break;
        for (size_t i = 0; i < s->n; i++) sum += log(product_root(s->y[i], m));
        if (!above && sum < 0.0) {
            low = high, high *= 4.0;
            continue;
        }
        above = true;
        if (sum < 0.0)
            low = m;
        else
            high = m;
    }
    for (size_t i = 0; i < s->n; i++) u[i] = product_root(s->y[i], high);
    product_candidate(s, u);
}

/* u for w = u_j. The sum of ln u_i over i != j is returned, *slope = sum 1/(u_i s_i). */
static double product_others(const product_search *s, double w, double *u, double *slope)
{
    const double a = s->y[s->j];
    double sum = 0.0;
    *slope = 0.0;
    u[s->j] = w;
    for (size_t i = 0; i < s->n; i++) {
        if (i == s->j) continue;
        const double y = s->y[i];
        const double root = sqrt((y - a) * (y + a) + (a - 2.0 * w) * (a - 2.0 * w));
        u[i] = 0.5 * (y + root);
        sum += log(u[i]);
        *slope += 1.0 / (u[i] * root);
    }
    return sum;
}

static double product_level(const product_search *s, double w, double *u)
{
    double slope;
    return log(w) + product_others(s, w, u, &slope);
}

/* A zero of G between low and high, where it has different signs. */
static void product_bisect(product_search *s, double low, double high)
{
    double u[CLARKE_PRODUCT_LARGEST];
    const bool rising = product_level(s, low, u) < 0.0;
    for (;;) {
        const double w = low + 0.5 * (high - low);
        if (w <= low || w >= high) break;
        if ((product_level(s, w, u) < 0.0) == rising)
            low = w;
        else
            high = w;
    }
    product_level(s, high, u);
    product_candidate(s, u);
}

static void product_branch(product_search *s, double low, double high, int depth)
{
    double u[CLARKE_PRODUCT_LARGEST], slope_low, slope_high;
    const double a = s->y[s->j];
    const double at_low = product_others(s, low, u, &slope_low);
    const double at_high = product_others(s, high, u, &slope_high);
    /* The logarithms are at most 710, their sum has fewer than 2n roundings of that. */
    const double rounding = 1500.0 * (double)s->n * DBL_EPSILON;
    if (log(low) + at_high > rounding || log(high) + at_low < -rounding) return;
    const double least = 1.0 / high - (a - 2.0 * low) * slope_high;
    const double most = 1.0 / low - (a - 2.0 * high) * slope_low;
    const bool change = (log(low) + at_low < 0.0) != (log(high) + at_high < 0.0);
    if (least > 0.0 || most < 0.0) {
        if (change) product_bisect(s, low, high);
        return;
    }
    const double middle = low + 0.5 * (high - low);
    if (depth == 0) {
        if (change) product_bisect(s, low, high);
        product_level(s, middle, u);
        product_candidate(s, u);
        return;
    }
    product_branch(s, low, middle, depth - 1);
    product_branch(s, middle, high, depth - 1);
}

double clarke_product_surface(size_t n, const double *y, double *u)
{
    product_search s = {.n = n, .y = y, .best = u, .distance = INFINITY};
    double sum = 0.0, point[CLARKE_PRODUCT_LARGEST];
    assert(n >= 2 && n <= CLARKE_PRODUCT_LARGEST);
    for (size_t i = 1; i < n; i++)
        if (y[i] < y[s.j]) s.j = i;
    for (size_t i = 0; i < n && y[s.j] > 0.0; i++) sum += log(y[i]);
    const double a = y[s.j];
    if (!(a > 0.0) || sum <= 0.0) {
        product_project(&s);
        return s.distance;
    }
    if (product_level(&s, 0.5 * a, point) <= 0.0) product_bisect(&s, 0.5 * a, a);
    /* u_i <= y_i, so w = 1/prod u_i is at least this; the candidate there is on the surface,
       too. */
    const double least = exp(log(a) - sum) * (1.0 - 1e-12);
    if (least < 0.5 * a) product_branch(&s, least, 0.5 * a, 20);
    if (isinf(s.distance)) {
        product_level(&s, fmin(least, a), point);
        product_candidate(&s, point);
    }
    return s.distance;
}
