#include "tests/lib/rate_sequences.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

double rate_draw(rate_maker *m)
{
    return clarke_stream_open_uniform(&m->stream, 0, m->next++);
}

double rate_between(rate_maker *m, double low, double high)
{
    return low + (high - low) * rate_draw(m);
}

size_t rate_pick(rate_maker *m, size_t count)
{
    return clarke_stream_index(&m->stream, 0, m->next++, count);
}

double rate_one_of(rate_maker *m, const double *list, size_t count)
{
    return list[rate_pick(m, count)];
}

/* k = 1, 2, ..., length, or 150 or 400 of them spaced geometrically. */
static void make_k(rate_maker *m, size_t length, clarke_arena *mem)
{
    rate_sequence *s = &m->s;
    const size_t points = s->gaps ? (rate_pick(m, 2) ? 400 : 150) : length;
    s->k = clarke_vec(mem, points < length ? points : length);
    s->f = clarke_vec(mem, points < length ? points : length);
    m->v = clarke_vec(mem, points < length ? points : length);
    cr_assert_eq(clarke_arena_status(mem), CLARKE_OK, "out of memory");
    s->count = 0;
    for (size_t i = 0; i < points && (s->count == 0 || s->k[s->count - 1] < (double)length); i++) {
        double k = (double)(i + 1);
        if (s->gaps) k = round(exp(log((double)length) * (double)i / (double)(points - 1)));
        if (s->count > 0 && k <= s->k[s->count - 1]) {
            if (length <= points)
                k = s->k[s->count - 1] + 1.0;
            else
                continue;
        }
        s->k[s->count++] = k;
    }
    s->k_last = s->k[s->count - 1];
}

/* Amplitudes of an oscillation: of period 2, 3 or 5, or |cos| + 0.02. */
typedef struct {
    size_t period; /* 0: none; 1: |cos| */
    double amplitude[5], phase;
} wave;

static wave make_wave(rate_maker *m)
{
    wave w = {.period = (size_t)RATE_ONE_OF(m, 1, 2, 3, 5)};
    w.phase = rate_between(m, 0.3, 3.0);
    for (size_t i = 0; i < 5; i++) w.amplitude[i] = rate_between(m, 0.1, 1.0);
    return w;
}

static double wave_at(const wave *w, double k)
{
    if (w->period == 0) return 1.0;
    if (w->period == 1) return fabs(cos(w->phase * k)) + 0.02;
    return w->amplitude[(size_t)k % w->period];
}

size_t rate_points_above(const rate_maker *m, double level)
{
    size_t n = 0;
    for (size_t i = 0; i < m->s.count; i++) n += m->v[i] > level;
    return n;
}

/* ---- the base grid ---- */

/* Decidable: D e-folds above the floor, 12 without and 20 with noise, 1.5 times as many with
   oscillation, 1.7 with a transient, on 15 points (40 oscillating). Without the limit: noise 0.05 at
   most; with noise, oscillation or transient the floor must be reached, the latter without noise. */
static void base_linear(rate_maker *m)
{
    rate_sequence *s = &m->s;
    const double length = s->k_last, kind = rate_draw(m);
    double q = RATE_ONE_OF(m, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999);
    if (rate_draw(m) < 0.5) q = exp(-rate_between(m, 8.0, 240.0) / length);
    const bool waves = kind < 1.0 / 3.0, transient = rate_draw(m) < 0.25;
    const bool rounded = s->known && rate_draw(m) < 0.3;
    const wave w = waves ? make_wave(m) : (wave){0};
    s->theta = -log(q);
    for (size_t i = 0; i < s->count; i++) {
        const double k = s->k[i];
        m->v[i] = wave_at(&w, k) * (pow(q, k) + (transient ? 10.0 * pow(q, 3.0 * k) : 0.0));
        if (rounded) m->v[i] = (1.0 + m->v[i]) - 1.0;
    }
    s->accuracy = rounded ? 2.22e-16 : 0.0;
    const double floor = rounded || !s->known ? 30.0 : 690.0;
    const double efolds = fmin(s->theta * (length - s->k[0]), floor);
    const size_t points = rate_points_above(m, exp(-floor));
    double needed = s->noise > 0.0 ? 20.0 : 12.0;
    if (waves) needed *= 1.5;
    if (transient) needed *= 1.7;
    s->decidable = efolds >= fmin(needed, floor == 30.0 ? 29.9 : needed) &&
                   points >= (waves ? 40u : 15u);
    if (needed > floor) s->decidable = false;
    if (!s->known && (s->noise > 0.0 || waves || transient)) {
        const size_t below = s->count - rate_points_above(m, exp(-36.0));
        s->decidable = s->decidable && below >= 8 && (double)below >= 0.03 * (double)s->count &&
                       s->theta * length >= 33.0 && s->noise <= 0.05 &&
                       ((!waves && !transient) || s->noise == 0.0);
    }
    snprintf(s->shape, sizeof s->shape, "%s%s%s", waves ? "wave" : "plain", transient ? "+tr" : "",
             rounded ? "+round" : "");
}

/* Gradient descent on |x|^p / p: values or iterates. */
static void base_descent(rate_maker *m, double *k0)
{
    rate_sequence *s = &m->s;
    const double p = RATE_ONE_OF(m, 2.5, 3.0, 4.0, 6.0), eta = rate_between(m, 0.05, 0.5);
    const bool values = rate_pick(m, 2) == 0;
    double x = 1.0, k = 1.0;
    for (size_t i = 0; i < s->count; i++) {
        for (; k < s->k[i]; k++) x -= eta * pow(x, p - 1.0);
        m->v[i] = values ? pow(x, p) / p : x;
    }
    s->theta = (values ? p : 1.0) / (p - 2.0);
    *k0 = 1.0 / (eta * (p - 2.0));
}

/* Decidable: 100 points and K >= 20 (k0 + 1); 1,000 points with noise 0.05 or oscillation, 10,000
   with noise 0.3; K >= 1000 with a transient; log correction without noise from K = 1000 on, or with
   0.05 and 100,000 points; p = 1/4 neither with noise 0.3 nor with noise and transient; k0 >= 50 with noise
   from K = 190 (k0 + 1) on; gaps and noise never. Without the limit: plain, noise 0 with p >= 1/2, or
   0.05 with 10,000 points, 1 <= p <= 4, k0 < 10. */
static void base_sublinear(rate_maker *m)
{
    rate_sequence *s = &m->s;
    const size_t kind = rate_pick(m, 5); /* plain, wave, transient, log, descent */
    const char *const shape[] = {"plain", "wave", "transient", "log", "descent"};
    const double p = RATE_ONE_OF(m, 0.25, 0.5, 1.0, 2.0, 4.0, 6.0);
    const double power = rate_pick(m, 2) ? 1.0 : -1.0;
    double k0 = RATE_ONE_OF(m, 0.0, 5.0, 50.0);
    const wave w = kind == 1 ? make_wave(m) : (wave){0};
    s->theta = p;
    for (size_t i = 0; i < s->count; i++) {
        const double k = s->k[i];
        m->v[i] = wave_at(&w, k) * pow(k + k0, -p);
        if (kind == 2) m->v[i] += 100.0 * pow(0.8, k);
        if (kind == 3) m->v[i] *= pow(log(k + 2.0), power);
    }
    if (kind == 4) base_descent(m, &k0);
    const double K = s->k_last, n = (double)s->count;
    bool d = n >= 100.0 && K >= 20.0 * (k0 + 1.0);
    if (s->noise == 0.05 || kind == 1) d = d && n >= 1000.0;
    if (s->noise == 0.3) d = d && n >= 10000.0;
    if (kind == 2) d = d && K >= 1000.0;
    if (kind == 3) d = d && (s->noise == 0.0 ? K >= 1000.0 : s->noise == 0.05 && n >= 1e5);
    if (s->theta == 0.25) d = d && s->noise < 0.3 && !(kind == 2 && s->noise > 0.0);
    if (k0 >= 50.0 && s->noise > 0.0) d = d && K >= 190.0 * (k0 + 1.0);
    if (s->gaps && s->noise > 0.0) d = d && s->noise == 0.05 && n >= 1000.0;
    if (!s->known)
        d = d && kind == 0 && s->noise < 0.3 && s->theta >= 0.5 &&
            (s->noise == 0.0 || (n >= 1e4 && s->theta >= 1.0 && s->theta <= 4.0 && k0 < 10.0));
    s->decidable = d;
    snprintf(s->shape, sizeof s->shape, "%s", shape[kind]);
}

/* Decidable: 6 values above the floor for an order, 12 for the slower kinds, these with noise below
   0.1; without the limit no noise. */
static void base_superlinear(rate_maker *m)
{
    rate_sequence *s = &m->s;
    const size_t kind = rate_pick(m, 3);
    const double order = rate_between(m, 1.3, 3.0), c = rate_between(m, 0.05, 0.5);
    double x = 0.5, k = 1.0;
    for (size_t i = 0; i < s->count; i++) {
        for (; k < s->k[i]; k++) x = pow(x, order);
        if (kind == 0) m->v[i] = x;
        if (kind == 1) m->v[i] = exp(-c * s->k[i] * s->k[i]);
        if (kind == 2) m->v[i] = exp(-0.7 * s->k[i] * log(s->k[i]));
    }
    const size_t above = rate_points_above(m, s->known ? 1e-300 : 1e-12);
    s->decidable = above >= (kind == 0 ? 6u : 12u) && (kind == 0 || s->noise < 0.1) &&
                   (s->known || s->noise == 0.0);
    if (!s->known) s->decidable = s->decidable && s->count - rate_points_above(m, 1e-16) >= 6;
    snprintf(s->shape, sizeof s->shape, "%s", kind == 0 ? "order" : kind == 1 ? "k^2" : "k ln k");
}

/* Decidable: four zeros; without the limit six and 3 %. */
static void base_finite(rate_maker *m)
{
    rate_sequence *s = &m->s;
    const size_t kind = rate_pick(m, 3), n = s->count;
    const size_t t = 3 + rate_pick(m, n - 3);
    const double p = RATE_ONE_OF(m, 0.5, 1.0, 2.0), efolds = rate_between(m, 2.0, 20.0);
    for (size_t i = 0; i < n; i++) {
        const double k = s->k[i], end = s->k[t < n ? t : n - 1];
        if (kind == 0) m->v[i] = pow(k, -p);
        if (kind == 1) m->v[i] = exp(-efolds * k / end);
        if (kind == 2) m->v[i] = fmax(0.0, 1.0 - k / end);
        if (i >= t) m->v[i] = 0.0;
    }
    const double zeros = (double)(n - t);
    s->decidable = s->known ? zeros >= 4.0 : zeros >= 6.0 && zeros >= 0.03 * (double)n;
    snprintf(s->shape, sizeof s->shape, "%s",
             kind == 0   ? "power"
             : kind == 1 ? "geometric"
                         : "line");
}

/* Decidable: known limit, no noise, K >= 1000. */
static void base_subpolynomial(rate_maker *m)
{
    rate_sequence *s = &m->s;
    const double b = RATE_ONE_OF(m, 0.5, 1.0, 2.0), c = RATE_ONE_OF(m, 1.0, 2.0, 10.0);
    for (size_t i = 0; i < s->count; i++) m->v[i] = pow(log(s->k[i] + c + 0.5), -b);
    s->decidable = s->known && s->noise == 0.0 && s->k_last >= 1000.0;
    snprintf(s->shape, sizeof s->shape, "log");
}

/* Decidable: known limit, 100 points, 1,000 with noise or oscillation; c + k^-p from K = 1000 on, with p < 1
   from 10,000. */
static void base_none(rate_maker *m)
{
    rate_sequence *s = &m->s;
    const size_t kind = rate_pick(m, 5);
    const char *const shape[] = {"c+power", "c+exp", "c", "c(1+cos)", "growing"};
    const double c = rate_between(m, 0.2, 1.0), p = RATE_ONE_OF(m, 0.5, 1.0, 2.0);
    for (size_t i = 0; i < s->count; i++) {
        const double k = s->k[i];
        if (kind == 0) m->v[i] = c + pow(k, -p);
        if (kind == 1) m->v[i] = c + exp(-0.1 * k);
        if (kind == 2) m->v[i] = c;
        if (kind == 3) m->v[i] = c * (1.0 + 0.5 * cos(k));
        if (kind == 4) m->v[i] = pow(k, 0.3);
    }
    const double n = (double)s->count, K = s->k_last;
    s->decidable = s->known && n >= (s->noise > 0.0 || kind == 3 ? 1000.0 : 100.0);
    if (kind == 0) s->decidable = s->decidable && K >= (p < 1.0 ? 1e4 : 1e3);
    snprintf(s->shape, sizeof s->shape, "%s", shape[kind]);
}

const rate_generator rate_base[] = {
    {"finite", CLARKE_RATE_FINITE, base_finite},
    {"superlinear", CLARKE_RATE_SUPERLINEAR, base_superlinear},
    {"linear", CLARKE_RATE_LINEAR, base_linear},
    {"sublinear", CLARKE_RATE_SUBLINEAR, base_sublinear},
    {"subpolynomial", CLARKE_RATE_SUBPOLYNOMIAL, base_subpolynomial},
    {"none", CLARKE_RATE_NONE, base_none}};
const size_t rate_base_count = sizeof rate_base / sizeof rate_base[0];

/* ---- all of them ---- */

void rate_make(size_t which, uint64_t id, clarke_arena *mem, rate_maker *m)
{
    static const size_t length[] = {30, 100, 1000, 10000, 100000};
    static const double noise[] = {0.0, 0.05, 0.3};
    const rate_generator *g = which == 0 ? &rate_base[id % rate_base_count]
                                         : &rate_families[which - 1];
    uint64_t grid = which == 0 ? id / rate_base_count : id;
    *m = (rate_maker){.stream = clarke_stream_make(1, "rate", g->name, id, which, "sequence")};
    rate_sequence *s = &m->s;
    s->truth = g->truth;
    s->theta = NAN;
    const size_t n = length[grid % 5];
    s->noise = noise[grid / 5 % 3];
    s->known = g->truth == CLARKE_RATE_NONE || g->truth == CLARKE_RATE_SUBPOLYNOMIAL || which > 0 ||
               grid / 15 % 3 > 0;
    s->gaps = grid / 45 % 3 == 0;
    make_k(m, n, mem);
    g->make(m);
    for (size_t i = 0; i < s->count; i++) {
        const double gauss = clarke_stream_gaussian(&m->stream, 1, i);
        const double v = m->v[i] * (m->own_noise ? 1.0 : exp(s->noise * gauss));
        s->f[i] = s->known ? v : 1.0 + v;
    }
}
