#include "verify/lib/decrease.h"

#include <string.h>

enum { ORDERS = CLARKE_DESCENT_ORDERS, RING = 2 * ORDERS + 1 };

static const double decrease_unit = 0x1p-53;

void clarke_descent_begin(clarke_descent *d, size_t n, size_t steps)
{
    *d = (clarke_descent){.n = n, .middle = steps / 2, .theta = NAN};
    for (size_t h = 0; h < 2; h++)
        for (size_t j = 0; j < ORDERS; j++)
            d->half[h].all[j] = d->half[h].first[j] = d->half[h].gradient[j] = INFINITY;
    for (size_t i = 0; i < CLARKE_DESCENT_CHECKS; i++) clarke_exact_begin(&d->check[i]);
}

/* `back` rows ago; 0 is the newest one. */
static const clarke_descent_row *decrease_row(const clarke_descent *d, size_t back)
{
    return &d->row[(d->count - 1 - back) % RING];
}

double clarke_descent_rounding(size_t n, const clarke_descent_row *r)
{
    const double c = 16.0 * ((double)n + 4.0) * decrease_unit, gap = fabs(r->gap);
    if (!r->exact) return c * (gap + 1.0);
    return c * (gap + r->size * sqrt(gap) + decrease_unit * r->size * r->size) + 0x1p-1060;
}

static double decrease_fall(const clarke_descent_row *from, const clarke_descent_row *to)
{
    return (from->level - to->level) + (from->gap - to->gap);
}

static bool decrease_resolved(const clarke_descent_row *r)
{
    return r->step > 0x1p10 * decrease_unit * r->size;
}

/* ---- constants ---- */

/* The window of j steps that ends with the newest row. */
static void decrease_window(clarke_descent *d, clarke_descent_half *half, size_t j)
{
    const clarke_descent_row *end = decrease_row(d, 0), *start = decrease_row(d, j);
    const double fall = decrease_fall(start, end);
    const double rounding = clarke_descent_rounding(d->n, start) +
                            clarke_descent_rounding(d->n, end);
    const double first = decrease_row(d, j - 1)->step;
    double squares = 0.0;
    bool resolved = true;
    for (size_t i = 0; i < j; i++) {
        squares += decrease_row(d, i)->step * decrease_row(d, i)->step;
        resolved = resolved && decrease_resolved(decrease_row(d, i));
    }
    half->windows[j - 1]++;
    if (fall < -rounding) half->rises[j - 1]++;
    if (!resolved || !(fabs(fall) > rounding)) return;
    half->all[j - 1] = fmin(half->all[j - 1], fall / squares);
    half->first[j - 1] = fmin(half->first[j - 1], fall / (first * first));
    if (start->residual > 0.0)
        half->gradient[j - 1] =
            fmin(half->gradient[j - 1], fall / (start->residual * start->residual));
}

static void decrease_relative_error(clarke_descent *d, clarke_descent_half *half, size_t j)
{
    const clarke_descent_row *now = decrease_row(d, 0);
    double sum = 0.0;
    for (size_t i = 0; i < j; i++) sum += decrease_row(d, i)->step;
    if (isnan(now->residual)) {
        half->b[j - 1] = NAN;
    } else if (sum == 0.0) {
        const double noise = 0x1p10 * decrease_unit * (1.0 + now->size);
        if (!(now->residual <= noise)) half->b[j - 1] = INFINITY;
        d->stalled = fmax(d->stalled, now->residual <= noise ? 0.0 : now->residual);
    } else if (decrease_resolved(now)) {
        half->b[j - 1] = fmax(half->b[j - 1], now->residual / sum);
    }
}

static void decrease_kl(const clarke_descent *d, clarke_descent_half *half)
{
    const clarke_descent_row *now = decrease_row(d, 0);
    const double r = now->gap;
    if (!(r > 2.0 * clarke_descent_rounding(d->n, now))) return;
    half->c_half = fmax(half->c_half, sqrt(r) / now->residual);
    if (d->theta >= 0.0 && d->theta < 1.0)
        half->c = fmax(half->c, pow(r, d->theta) / now->residual);
}

static void decrease_measure(clarke_descent *d)
{
    /* Windows belong to the half in which they end. */
    clarke_descent_half *half = &d->half[d->count > d->middle + 1];
    for (size_t j = 1; j <= ORDERS && j < d->count; j++) {
        decrease_window(d, half, j);
        decrease_relative_error(d, half, j);
    }
    decrease_kl(d, half);
}

static void decrease_orders(clarke_descent *d)
{
    const clarke_descent_half *h = &d->half[0];
    for (size_t j = ORDERS; j > 0; j--) {
        if (h->first[j - 1] > 0.0) d->order_a = j;
        if (h->all[j - 1] > 0.0) d->order_b = j;
        if (h->gradient[j - 1] > 0.0) d->order_g = j;
    }
}

/* ---- conclusions ---- */

/* r_k + ... of the j rows that begin `back` rows ago, and its rounding. */
static double decrease_sum(const clarke_descent *d, size_t back, size_t j, double *rounding)
{
    double sum = 0.0;
    *rounding = 0.0;
    for (size_t i = 0; i < j; i++) {
        const clarke_descent_row *r = decrease_row(d, back - i);
        sum += r->gap;
        *rounding += clarke_descent_rounding(d->n, r);
    }
    return sum;
}

/* left^power <= scale (top - left), all of them >= 0: the derivative of the left side times the
   rounding of its base, and the rounding of the right side. */
static void decrease_recursion(clarke_descent *d, size_t which, double left, double left_error,
                               double top, double top_error, double scale)
{
    const double power = 2.0 * d->theta, size = pow(fabs(left), power);
    /* Below its rounding a gap says nothing, and zero is no sublinear sequence. */
    if (!(left > 2.0 * left_error)) return;
    const double rounding = power * size * left_error / left + scale * (left_error + top_error) +
                            8.0 * decrease_unit * size;
    clarke_exact_add(&d->check[which], d->count - 1, size - scale * (top - left), rounding, size);
}

static void decrease_judge_a(clarke_descent *d)
{
    const clarke_descent_half *h = &d->half[0];
    const size_t j = d->order_a;
    const double s = CLARKE_DESCENT_SLACK, a = h->first[j - 1] / s, b = h->b[0] * s, c = h->c * s;
    if (d->count < 2 * j + 2 || !(d->theta > 0.0 && d->theta < 1.0)) return;
    const double scale = pow((double)j, fmax(2.0 * d->theta - 1.0, 0.0)) * c * c * b * b / a;
    double low_error, high_error;
    const double low = decrease_sum(d, j - 1, j, &low_error);
    const double high = decrease_sum(d, 2 * j - 1, j, &high_error);
    decrease_recursion(d, CLARKE_DESCENT_RECURSION_A, low, low_error, high, high_error, scale);
    const clarke_descent_row *k = decrease_row(d, j - 1);
    if (isnan(k->distance) || !(low > 2.0 * low_error) || !decrease_resolved(k)) return;
    const double right = k->step +
                         (double)j * b * c / (a * (1.0 - d->theta)) * pow(low, 1.0 - d->theta);
    clarke_exact_add(&d->check[CLARKE_DESCENT_BOUND_A], d->count - 1, k->distance - right,
                     16.0 * (double)d->n * decrease_unit * (k->size + right), k->distance);
}

static void decrease_judge_b(clarke_descent *d)
{
    const clarke_descent_half *h = &d->half[0];
    const size_t j = d->order_b;
    const double s = CLARKE_DESCENT_SLACK, a = h->all[j - 1] / s, b = h->b[j - 1] * s;
    const double c = h->c * s;
    if (d->count < 2 * j + 2 || !(d->theta > 0.0 && d->theta < 1.0)) return;
    const clarke_descent_row *now = decrease_row(d, 0), *before = decrease_row(d, j);
    const double error = clarke_descent_rounding(d->n, now);
    decrease_recursion(d, CLARKE_DESCENT_RECURSION_B, now->gap, error, before->gap,
                       clarke_descent_rounding(d->n, before), c * c * b * b * (double)j / a);
    if (isnan(now->distance) || !(now->gap > 2.0 * error) || !decrease_resolved(now)) return;
    const double right = sqrt((double)j * before->gap / a) +
                         (double)j * b * c / (a * (1.0 - d->theta)) * pow(now->gap, 1.0 - d->theta);
    clarke_exact_add(&d->check[CLARKE_DESCENT_BOUND_B], d->count - 1, now->distance - right,
                     16.0 * (double)d->n * decrease_unit * (now->size + right), now->distance);
}

static void decrease_judge_linear(clarke_descent *d)
{
    const clarke_descent_half *h = &d->half[0];
    const size_t j = d->order_g;
    const double s = CLARKE_DESCENT_SLACK, a = h->gradient[j - 1] / s, c = h->c_half * s;
    if (d->count < j + 1 || !(d->theta > 0.0 && d->theta <= 0.5)) return;
    const clarke_descent_row *now = decrease_row(d, 0), *before = decrease_row(d, j);
    const double rounding = clarke_descent_rounding(d->n, now) +
                            clarke_descent_rounding(d->n, before);
    if (!(before->gap > 2.0 * rounding) || !(before->gap <= 1.0)) return;
    clarke_exact_add(&d->check[CLARKE_DESCENT_LINEAR], d->count - 1,
                     now->gap - (1.0 - a / (c * c)) * before->gap, rounding, before->gap);
}

/* The window sum falls by F_k - F_{k+j}. */
static void decrease_judge_window(clarke_descent *d)
{
    const size_t j = d->order_a;
    if (d->count < j + 1) return;
    const clarke_descent_row *end = decrease_row(d, 0), *start = decrease_row(d, j);
    const double fall = decrease_fall(start, end);
    const double rounding = clarke_descent_rounding(d->n, start) +
                            clarke_descent_rounding(d->n, end);
    clarke_exact_add(&d->check[CLARKE_DESCENT_WINDOW], d->count - 1, -fall, rounding, fabs(fall));
}

void clarke_descent_add(clarke_descent *d, const clarke_descent_row *row)
{
    const bool second = d->count > d->middle;
    d->row[d->count % RING] = *row;
    d->count++;
    if (d->count > 1 && row->level != decrease_row(d, 1)->level) {
        d->levels++;
        d->half[0].c = d->half[0].c_half = 0.0; /* they were those of another limit */
    }
    if (d->count == d->middle + 2) decrease_orders(d);
    decrease_measure(d);
    if (!second) return;
    if (d->order_a > 0) decrease_judge_window(d);
    if (d->order_a > 0) decrease_judge_a(d);
    if (d->order_b > 0) decrease_judge_b(d);
    if (d->order_g > 0) decrease_judge_linear(d);
}

/* ---- rows ---- */

static void decrease_level(const clarke_problem *p, const double *x, const clarke_descent_row *last,
                           const double *nearest, clarke_descent_row *row)
{
    if (!p->desc->value_gap) {
        row->gap = p->desc->value(p, x);
        return;
    }
    row->gap = p->desc->value_gap(p, x);
    row->exact = true;
    row->level = p->desc->value(p, nearest);
    /* The same level, up to the rounding of two values. */
    const double same = 64.0 * ((double)p->n + 4.0) * decrease_unit * (1.0 + fabs(row->level));
    if (last && fabs(row->level - last->level) <= same) row->level = last->level;
}

clarke_descent_row clarke_descent_row_of(const clarke_problem *p, const double *x,
                                         const double *before, const clarke_descent_row *last,
                                         double *nearest)
{
    clarke_descent_row row = {.step = NAN, .residual = NAN, .distance = NAN};
    for (size_t j = 0; j < p->n; j++) row.size = fmax(row.size, fabs(x[j]));
    if (last) row.step = 0.0;
    for (size_t j = 0; last && j < p->n; j++) row.step = hypot(row.step, x[j] - before[j]);
    if (p->desc->stationary_distance)
        row.distance = p->desc->stationary_distance(p, x, nearest, NULL);
    if (p->desc->clarke_residual) row.residual = p->desc->clarke_residual(p, x);
    decrease_level(p, x, last, nearest, &row);
    return row;
}

double clarke_descent_theta(const clarke_problem *p, const double *x)
{
    if (!p->desc->growth) return NAN;
    const double power = p->desc->growth(p, x).p;
    return isnan(power) ? NAN : 1.0 - 1.0 / power;
}
