/* The objective of a split network and its forward pass. */
#include "core/split_work.h"

#include <string.h>

clarke_status clarke_split_work_make(const clarke_split *s, clarke_arena *mem,
                                     clarke_split_work **work)
{
    clarke_split_work *w = clarke_alloc(mem, sizeof *w);
    CLARKE_TRY(clarke_arena_status(mem));
    size_t widest = 0, largest = 0;
    for (size_t i = 0; i <= s->depth; i++)
        if (s->layer[i].out > widest) widest = s->layer[i].out;
    for (size_t b = 0; b < s->layout.count; b++)
        if (clarke_split_size(s, b) > largest) largest = clarke_split_size(s, b);
    *w = (clarke_split_work){.split = s};
    w->a = clarke_vec(mem, widest * s->samples);
    w->b = clarke_vec(mem, widest * s->samples);
    w->c = clarke_vec(mem, widest * s->samples);
    w->step = clarke_vec(mem, largest);
    if (s->kind == CLARKE_SPLIT_TWO) {
        const clarke_block *last = &s->layout.block[s->layout.count - 1];
        w->kinks = clarke_alloc(mem, sizeof *w->kinks);
        w->element = clarke_vec(mem, last->offset + last->rows * last->cols);
    }
    *work = w;
    return clarke_arena_status(mem);
}

void clarke_split_product(const clarke_split *s, const double *x, size_t i, double *z)
{
    const clarke_split_layer *l = &s->layer[i];
    const size_t n = s->samples;
    if (l->b != CLARKE_NO_BLOCK)
        for (size_t j = 0; j < n; j++)
            memcpy(z + j * l->out, clarke_split_block(s, x, l->b), l->out * sizeof *z);
    clarke_gemm(false, false, l->out, n, l->in, 1.0, clarke_split_block(s, x, l->w), l->out,
                clarke_split_input(s, x, i), l->in, l->b == CLARKE_NO_BLOCK ? 0.0 : 1.0, z, l->out);
}

void clarke_split_fit(const clarke_split *s, const double *x, size_t i, const double *z, double *t)
{
    const clarke_split_layer *l = &s->layer[i];
    const double *v = clarke_split_block(s, x, l->v), *skip = clarke_split_input(s, x, i);
    const size_t size = l->out * s->samples;
    l->activation->value(&l->opts, size, z, t);
    for (size_t e = 0; e < size; e++) t[e] = v[e] - t[e];
    for (size_t e = 0; l->skip && e < size; e++) t[e] -= skip[e];
}

static double value_half_square(double weight, size_t size, const double *t)
{
    clarke_sum sum = {0};
    for (size_t e = 0; e < size; e++) clarke_sum_add(&sum, t[e] * t[e]);
    return 0.5 * weight * clarke_sum_of(&sum);
}

static double value_term(const clarke_term *r, size_t size, const double *x)
{
    clarke_sum sum = {0};
    for (size_t e = 0; e < size && r->kind != CLARKE_TERM_NONE; e++) {
        const double d = x[e] - (r->centre ? r->centre[e] : 0.0);
        if (r->kind == CLARKE_TERM_RIDGE) clarke_sum_add(&sum, 0.5 * r->weight * d * d);
        if (r->kind == CLARKE_TERM_L1) clarke_sum_add(&sum, r->weight * fabs(x[e]));
        if (r->kind == CLARKE_TERM_BOX && !(x[e] >= r->low && x[e] <= r->high))
            return isnan(x[e]) ? NAN : INFINITY;
    }
    return clarke_sum_of(&sum);
}

static double value_layer(clarke_split_work *w, const double *x, size_t i)
{
    const clarke_split *s = w->split;
    const clarke_split_layer *l = &s->layer[i];
    const size_t size = l->out * s->samples;
    const bool three = s->kind == CLARKE_SPLIT_THREE;
    double f = value_term(&l->w_term, l->out * l->in, clarke_split_block(s, x, l->w)) +
               value_term(&l->v_term, size, clarke_split_block(s, x, l->v));
    clarke_split_product(s, x, i, w->a);
    clarke_split_fit(s, x, i, three ? clarke_split_block(s, x, l->u) : w->a, w->b);
    f += value_half_square(l->gamma, size, w->b);
    if (!three) return f;
    const double *u = clarke_split_block(s, x, l->u);
    for (size_t e = 0; e < size; e++) w->a[e] = u[e] - w->a[e];
    return f + value_half_square(l->rho, size, w->a);
}

static double value_loss(const clarke_split *s, const double *z)
{
    return s->weight * s->loss->value(s->layer[s->depth].out, s->samples, z, s->y);
}

double clarke_split_loss(clarke_split_work *w, const double *x)
{
    const clarke_split *s = w->split;
    return value_loss(s, clarke_split_block(s, x, s->layer[s->depth].v));
}

double clarke_split_value(clarke_split_work *w, const double *x)
{
    clarke_sum sum = {0};
    clarke_sum_add(&sum, clarke_split_loss(w, x));
    for (size_t i = 1; i <= w->split->depth; i++) clarke_sum_add(&sum, value_layer(w, x, i));
    return clarke_sum_of(&sum);
}

/* ---- the forward pass ---- */

/* The outputs [d_N][count] for count <= n columns of input, in w->a or w->b. */
static const double *value_forward(clarke_split_work *w, const double *x, const double *input,
                                   size_t count)
{
    const clarke_split *s = w->split;
    const double *v = input;
    double *z = w->a;
    for (size_t i = 1; i <= s->depth; i++) {
        const clarke_split_layer *l = &s->layer[i];
        for (size_t j = 0; j < count && l->b != CLARKE_NO_BLOCK; j++)
            memcpy(z + j * l->out, clarke_split_block(s, x, l->b), l->out * sizeof *z);
        clarke_gemm(false, false, l->out, count, l->in, 1.0, clarke_split_block(s, x, l->w), l->out,
                    v, l->in, l->b == CLARKE_NO_BLOCK ? 0.0 : 1.0, z, l->out);
        l->activation->value(&l->opts, l->out * count, z, z);
        for (size_t e = 0; l->skip && e < l->out * count; e++) z[e] += v[e];
        v = z, z = z == w->a ? w->b : w->a;
    }
    return v;
}

double clarke_split_forward_loss(clarke_split_work *w, const double *x)
{
    return value_loss(w->split, value_forward(w, x, w->split->x, w->split->samples));
}

/* How many of the columns of z[classes][count] are largest (the first of equals) at their label. */
static size_t value_right(size_t classes, size_t count, const double *z, const size_t *label)
{
    size_t right = 0;
    for (size_t j = 0; j < count; j++, z += classes) {
        size_t largest = 0;
        for (size_t c = 1; c < classes; c++)
            if (z[c] > z[largest]) largest = c;
        right += largest == label[j];
    }
    return right;
}

void clarke_split_score(clarke_split_work *w, const double *x, double *loss, double *right)
{
    const clarke_split *s = w->split;
    const double *z = value_forward(w, x, s->x, s->samples);
    *loss = value_loss(s, z);
    *right = (double)value_right(s->layer[s->depth].out, s->samples, z, s->label) /
             (double)s->samples;
}

double clarke_split_accuracy(clarke_split_work *w, const double *x, size_t count,
                             const double *input, const size_t *label)
{
    const clarke_split *s = w->split;
    const size_t classes = s->layer[s->depth].out, inputs = s->layer[0].out;
    size_t right = 0;
    for (size_t first = 0, some; first < count; first += some) {
        some = count - first < s->samples ? count - first : s->samples;
        const double *z = value_forward(w, x, input + first * inputs, some);
        right += value_right(classes, some, z, label + first);
    }
    return (double)right / (double)count;
}
