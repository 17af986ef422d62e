/* The shortest element over the factors of the kinks in two-splitting. A kink's gradient has two parts,
   row r of W_i: V_{i-1}[:,j], and column j of V_{i-1}: W_i[r,:], so only kinks of one layer that share
   the row or the column have a product. If all kinks are convex the composition is regular and the
   chain rule exact; with concave ones it is exact if the gradients are independent (a submersion). */
#include "core/split_work.h"

#include <string.h>

static double kinks_dot(size_t n, const double *a, size_t a_step, const double *b, size_t b_step)
{
    double sum = 0.0;
    for (size_t c = 0; c < n; c++) sum += a[c * a_step] * b[c * b_step];
    return sum;
}

static void kinks_gram(clarke_split_work *w, const double *x, const double *element)
{
    const clarke_split *s = w->split;
    clarke_split_kinks *k = w->kinks;
    for (size_t a = 0; a < k->count; a++) {
        const clarke_split_kink *p = &k->kink[a];
        const clarke_split_layer *l = &s->layer[p->layer];
        const double *v = clarke_split_input(s, x, p->layer) + p->column * l->in;
        const double *weights = clarke_split_block(s, x, l->w), *row = weights + p->row;
        k->linear[a] =
            kinks_dot(l->in, v, 1, element + s->layout.block[l->w].offset + p->row, l->out);
        if (p->layer > 1)
            k->linear[a] += kinks_dot(
                l->in, row, l->out,
                element + s->layout.block[s->layer[p->layer - 1].v].offset + p->column * l->in, 1);
        for (size_t b = 0; b < k->count; b++) {
            const clarke_split_kink *o = &k->kink[b];
            double product = 0.0;
            if (o->layer == p->layer && o->row == p->row)
                product += kinks_dot(l->in, v, 1,
                                     clarke_split_input(s, x, o->layer) + o->column * l->in, 1);
            if (o->layer == p->layer && o->column == p->column && p->layer > 1)
                product += kinks_dot(l->in, row, l->out, weights + o->row, l->out);
            k->gram[a * k->count + b] = product;
        }
    }
}

/* Cholesky without pivoting meets a pivot that is rounding only if the gradients are dependent, up
   to rounding. The factor is in scratch `l`, row by row. */
static bool kinks_independent(const clarke_split_kinks *k)
{
    enum { MOST = 48 };
    double l[MOST * MOST];
    if (k->count > MOST) return false;
    for (size_t a = 0; a < k->count; a++)
        for (size_t b = 0; b <= a; b++) {
            double sum = k->gram[a * k->count + b];
            for (size_t c = 0; c < b; c++) sum -= l[a * MOST + c] * l[b * MOST + c];
            if (a == b && !(sum > 1e3 * 0x1p-53 * k->gram[a * k->count + a])) return false;
            l[a * MOST + b] = a == b ? sqrt(sum) : sum / l[b * MOST + b];
        }
    return true;
}

/* min 1/2 f^T G f + c^T f over low <= f <= high, one factor at a time; G is positive semidefinite. */
static void kinks_descend(clarke_split_kinks *k)
{
    enum { MOST = 20000 };
    for (size_t a = 0; a < k->count; a++) k->factor[a] = fmin(fmax(0.0, k->low[a]), k->high[a]);
    for (size_t sweep = 0; sweep < MOST; sweep++) {
        double moved = 0.0, size = 0.0;
        for (size_t a = 0; a < k->count; a++) {
            const double pivot = k->gram[a * k->count + a];
            if (!(pivot > 0.0)) continue;
            const double slope = k->linear[a] +
                                 kinks_dot(k->count, k->gram + a * k->count, 1, k->factor, 1);
            const double next = fmin(fmax(k->factor[a] - slope / pivot, k->low[a]), k->high[a]);
            moved = fmax(moved, fabs(next - k->factor[a]));
            size = fmax(size, fabs(next));
            k->factor[a] = next;
        }
        if (!(moved > 0x1p-52 * size)) return;
    }
}

/* f^T G f + 2 c^T f, which with |g_0|^2 is the square of the distance. */
static double kinks_value(const clarke_split_kinks *k, const double *factor)
{
    double sum = 0.0;
    for (size_t a = 0; a < k->count; a++)
        sum += factor[a] *
               (2.0 * k->linear[a] + kinks_dot(k->count, k->gram + a * k->count, 1, factor, 1));
    return sum;
}

static void kinks_add(clarke_split_work *w, const double *x, double *element)
{
    const clarke_split *s = w->split;
    const clarke_split_kinks *k = w->kinks;
    for (size_t a = 0; a < k->count; a++) {
        const clarke_split_kink *p = &k->kink[a];
        const clarke_split_layer *l = &s->layer[p->layer];
        const double *v = clarke_split_input(s, x, p->layer) + p->column * l->in;
        const double *row = clarke_split_block(s, x, l->w) + p->row;
        double *g_w = element + s->layout.block[l->w].offset + p->row;
        for (size_t c = 0; c < l->in; c++) g_w[c * l->out] += k->best[a] * v[c];
        if (p->layer == 1) continue;
        double *g_v = element + s->layout.block[s->layer[p->layer - 1].v].offset +
                      p->column * l->in;
        for (size_t c = 0; c < l->in; c++) g_v[c] += k->best[a] * row[c * l->out];
    }
}

static double kinks_norm(const clarke_split *s, const double *element)
{
    clarke_sum sum = {0};
    for (size_t b = 0; b < s->layout.count; b++)
        for (size_t e = 0; e < clarke_split_size(s, b); e++) {
            const double g = element[s->layout.block[b].offset + e];
            clarke_sum_add(&sum, g * g);
        }
    return sqrt(clarke_sum_of(&sum));
}

/* Of the box around `best`: y.(g_0 + sum f grad z) >= |y|^2 + sum min over f of (f - best) y.grad z,
   so the distance is at least that over |y|. */
static double kinks_lower(clarke_split_kinks *k, double distance, const double *factor)
{
    double least = distance * distance;
    for (size_t a = 0; a < k->count; a++) {
        const double slope = k->linear[a] +
                             kinks_dot(k->count, k->gram + a * k->count, 1, factor, 1);
        least += fmin((k->low[a] - factor[a]) * slope, (k->high[a] - factor[a]) * slope);
    }
    return distance > 0.0 ? fmax(0.0, least / distance) : 0.0;
}

/* Fixes the concave factors at the ends that the bits of `choice` say, unless the notion takes the
   whole interval. */
static void kinks_box(clarke_split_kinks *k, clarke_notion notion, size_t choice)
{
    for (size_t a = 0, bit = 0; a < k->count; a++) {
        const clarke_split_kink *p = &k->kink[a];
        k->low[a] = p->low, k->high[a] = p->high;
        if (!p->concave || notion == CLARKE_NOTION_CLARKE) continue;
        k->low[a] = k->high[a] = choice >> bit++ & 1u ? p->high : p->low;
    }
}

clarke_split_point clarke_split_kinks_solve(clarke_split_work *w, const double *x,
                                            clarke_notion notion, double *element)
{
    clarke_split_kinks *k = w->kinks;
    size_t concave = 0;
    double best = INFINITY, low = INFINITY;
    const double start = kinks_norm(w->split, element);
    for (size_t a = 0; a < k->count; a++) concave += k->kink[a].concave;
    kinks_gram(w, x, element);
    const bool all = concave == k->count && notion == CLARKE_NOTION_CLARKE;
    const bool exact = concave == 0 || all || kinks_independent(k);
    const size_t free = notion == CLARKE_NOTION_CLARKE ? 0 : concave;
    if (free > CLARKE_SPLIT_CONCAVE) return (clarke_split_point){.distance = NAN, .low = NAN};
    for (size_t choice = 0; choice < (size_t)1 << free; choice++) {
        kinks_box(k, notion, choice);
        kinks_descend(k);
        const double value = kinks_value(k, k->factor);
        low = fmin(low, kinks_lower(k, sqrt(fmax(0.0, start * start + value)), k->factor));
        if (value >= best) continue;
        best = value;
        memcpy(k->best, k->factor, k->count * sizeof *k->best);
    }
    kinks_add(w, x, element);
    return (clarke_split_point){kinks_norm(w->split, element), low, exact, k->count, concave};
}
