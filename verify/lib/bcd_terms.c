/* The terms of the objective that a block is in, and how they change when it moves. */
#include "verify/lib/bcd_terms.h"

#include <math.h>
#include <string.h>

/* ---- blocks and scratch ---- */

size_t clarke_bcd_index(const clarke_split *net, clarke_bcd_block b)
{
    const clarke_split_layer *l = &net->layer[b.layer];
    switch (b.role) {
    case CLARKE_ROLE_W: return l->w;
    case CLARKE_ROLE_B: return l->b;
    case CLARKE_ROLE_V: return l->v;
    case CLARKE_ROLE_U: return l->u;
    }
    return CLARKE_NO_BLOCK;
}

static clarke_status terms_matrix_make(clarke_bcd_matrix *m, size_t most, clarke_arena *mem)
{
    m->value = clarke_alloc_array(mem, most, sizeof *m->value);
    m->size = clarke_alloc_array(mem, most, sizeof *m->size);
    return clarke_arena_status(mem);
}

/* The position of `id` among `name`. */
static clarke_status terms_known(const char *id, const char *const *name, size_t names,
                                 size_t *position)
{
    for (*position = 0; *position < names; ++*position)
        if (strcmp(id, name[*position]) == 0) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "the measures of block descent do not know %s", id);
}

static clarke_status terms_read(const clarke_split *net, clarke_arena *mem, clarke_bcd_net *s)
{
    static const char *const sigma[] = {"linear",    "relu",    "leaky_relu", "abs",
                                        "hard_tanh", "sigmoid", "tanh"};
    static const char *const loss[] = {"squared", "hinge", "squared_hinge", "logistic",
                                       "softmax_cross_entropy"};
    clarke_bcd_sigma *known = clarke_alloc_array(mem, net->depth + 1, sizeof *known);
    size_t position;
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 1; i <= net->depth; i++) {
        CLARKE_TRY(terms_known(net->layer[i].activation_id, sigma, sizeof sigma / sizeof *sigma,
                               &position));
        known[i] = (clarke_bcd_sigma)position;
    }
    s->sigma = known;
    CLARKE_TRY(terms_known(net->loss_id, loss, sizeof loss / sizeof *loss, &position));
    s->loss = (clarke_bcd_loss)position;
    return CLARKE_OK;
}

clarke_status clarke_bcd_make(const clarke_problem *p, clarke_arena *mem, clarke_bcd_net *s)
{
    const clarke_split *net = p->split;
    if (!net) return clarke_fail(CLARKE_EINPUT, "%s is no split network", p->id);
    *s = (clarke_bcd_net){.net = net, .widest = 1};
    CLARKE_TRY(terms_read(net, mem, s));
    for (size_t i = 0; i <= net->depth; i++)
        if (net->layer[i].out > s->widest) s->widest = net->layer[i].out;
    const size_t most = s->widest * (s->widest > net->samples ? s->widest : net->samples);
    CLARKE_TRY(terms_matrix_make(&s->error, most, mem));
    CLARKE_TRY(terms_matrix_make(&s->before, most, mem));
    CLARKE_TRY(terms_matrix_make(&s->change, most, mem));
    CLARKE_TRY(terms_matrix_make(&s->gradient, most, mem));
    CLARKE_TRY(terms_matrix_make(&s->move, most, mem));
    return clarke_bcd_norm_make(s, mem);
}

/* ---- the terms of a block ---- */

size_t clarke_bcd_terms(const clarke_split *net, clarke_bcd_block b, clarke_bcd_term term[3])
{
    const bool three = net->kind == CLARKE_SPLIT_THREE, inner = b.layer < net->depth;
    size_t count = 0;
    if (!three) term[count++] = (clarke_bcd_term){CLARKE_BCD_JOINT, b.layer};
    if (three && (b.role == CLARKE_ROLE_V || b.role == CLARKE_ROLE_U))
        term[count++] = (clarke_bcd_term){CLARKE_BCD_LINK, b.layer};
    if (three && b.role != CLARKE_ROLE_V)
        term[count++] = (clarke_bcd_term){CLARKE_BCD_PRODUCT, b.layer};
    if (b.role != CLARKE_ROLE_V || !inner) return count;
    if (!three) term[count++] = (clarke_bcd_term){CLARKE_BCD_JOINT, b.layer + 1};
    if (three) term[count++] = (clarke_bcd_term){CLARKE_BCD_PRODUCT, b.layer + 1};
    if (three && net->layer[b.layer + 1].skip)
        term[count++] = (clarke_bcd_term){CLARKE_BCD_LINK, b.layer + 1};
    return count;
}

long double clarke_bcd_factor(const clarke_split *net, clarke_bcd_term t)
{
    const clarke_split_layer *l = &net->layer[t.layer];
    return (long double)(t.kind == CLARKE_BCD_PRODUCT ? l->rho : l->gamma);
}

/* z = W_i V_{i-1} + b_i 1'. */
void clarke_bcd_product(const clarke_split *net, const double *x, size_t layer,
                        clarke_bcd_matrix *z)
{
    const clarke_split_layer *l = &net->layer[layer];
    const size_t m = l->out, d = l->in;
    const double *w = clarke_split_block(net, x, l->w), *v = clarke_split_input(net, x, layer);
    const double *bias = l->b == CLARKE_NO_BLOCK ? NULL : clarke_split_block(net, x, l->b);
    z->rows = m;
    z->cols = net->samples;
    for (size_t c = 0; c < net->samples; c++)
        for (size_t r = 0; r < m; r++) {
            long double sum = bias ? (long double)bias[r] : 0.0L;
            long double size = fabsl(sum);
            for (size_t k = 0; k < d; k++) {
                const long double part = (long double)w[r + m * k] * (long double)v[k + d * c];
                sum += part;
                size += fabsl(part);
            }
            z->value[r + m * c] = sum;
            z->size[r + m * c] = size;
        }
}

static void terms_product_error(clarke_bcd_net *s, const double *u, size_t count,
                                clarke_bcd_matrix *e)
{
    for (size_t j = 0; j < count; j++) {
        e->value[j] = (long double)u[j] - s->before.value[j];
        e->size[j] = fabsl((long double)u[j]) + s->before.size[j];
    }
}

void clarke_bcd_error(clarke_bcd_net *s, const double *x, clarke_bcd_term t, clarke_bcd_matrix *e)
{
    const clarke_split *net = s->net;
    const clarke_split_layer *l = &net->layer[t.layer];
    const size_t count = l->out * net->samples;
    const bool link = t.kind == CLARKE_BCD_LINK;
    const double *v = clarke_split_block(net, x, l->v);
    const double *u = t.kind == CLARKE_BCD_JOINT ? NULL : clarke_split_block(net, x, l->u);
    const double *from = l->skip ? clarke_split_input(net, x, t.layer) : NULL;
    if (!link) clarke_bcd_product(net, x, t.layer, &s->before);
    e->rows = l->out;
    e->cols = net->samples;
    if (t.kind == CLARKE_BCD_PRODUCT) {
        terms_product_error(s, u, count, e);
        return;
    }
    for (size_t j = 0; j < count; j++) {
        const long double inner = link ? (long double)u[j] : s->before.value[j];
        const long double value = clarke_bcd_sigma_value(s, t.layer, inner);
        const long double skipped = from ? (long double)from[j] : 0.0L;
        e->value[j] = (long double)v[j] - skipped - value;
        e->size[j] = fabsl((long double)v[j]) + fabsl(skipped) + fabsl(value) +
                     (link ? 0.0L : s->before.size[j]); /* the error of z, slope at most 1 */
    }
}

/* ---- how a term changes when its block moves by s->move ---- */

/* D V_{i-1} (W_i moves), W_i D (V_{i-1} moves), D 1' (b_i moves), into c. */
static void terms_product_change(clarke_bcd_net *s, const double *x, clarke_bcd_block b,
                                 size_t layer, clarke_bcd_matrix *c)
{
    const clarke_split *net = s->net;
    const clarke_split_layer *l = &net->layer[layer];
    const size_t m = l->out, d = b.role == CLARKE_ROLE_B ? 1 : l->in;
    const double *w = clarke_split_block(net, x, l->w), *v = clarke_split_input(net, x, layer);
    const long double *move = s->move.value;
    for (size_t j = 0; j < net->samples; j++)
        for (size_t r = 0; r < m; r++) {
            long double sum = 0.0L, size = 0.0L;
            for (size_t k = 0; k < d; k++) {
                const long double part = b.role == CLARKE_ROLE_B ? move[r]
                                         : b.role == CLARKE_ROLE_W
                                             ? move[r + m * k] * (long double)v[k + d * j]
                                             : (long double)w[r + m * k] * move[k + d * j];
                sum += part;
                size += fabsl(part);
            }
            c->value[r + m * j] = sum;
            c->size[r + m * j] = size;
        }
}

/* The term's own V_i or U_i moves. */
static void terms_own_change(clarke_bcd_net *s, const double *x, clarke_bcd_block b,
                             clarke_bcd_term t, clarke_bcd_matrix *c)
{
    const double *u = clarke_split_block(s->net, x, clarke_bcd_index(s->net, b));
    const bool through = b.role == CLARKE_ROLE_U && t.kind == CLARKE_BCD_LINK;
    for (size_t j = 0; j < c->rows * c->cols; j++) {
        const long double d = s->move.value[j];
        c->value[j] = through ? -clarke_bcd_sigma_change(s, t.layer, (long double)u[j], d) : d;
        c->size[j] = fabsl(c->value[j]);
    }
}

/* c = how the matrix inside the norm of t changes when block b moves by s->move. */
static void terms_change(clarke_bcd_net *s, const double *x, clarke_bcd_block b, clarke_bcd_term t,
                         clarke_bcd_matrix *c)
{
    const clarke_split_layer *l = &s->net->layer[t.layer];
    const bool skips = b.role == CLARKE_ROLE_V && l->skip && t.kind != CLARKE_BCD_PRODUCT;
    c->rows = l->out;
    c->cols = s->net->samples;
    if (b.layer == t.layer && (b.role == CLARKE_ROLE_V || b.role == CLARKE_ROLE_U)) {
        terms_own_change(s, x, b, t, c);
        return;
    }
    if (t.kind != CLARKE_BCD_LINK) terms_product_change(s, x, b, t.layer, c);
    if (t.kind == CLARKE_BCD_JOINT) clarke_bcd_product(s->net, x, t.layer, &s->before);
    for (size_t j = 0; j < c->rows * c->cols; j++) {
        const long double d = skips ? s->move.value[j] : 0.0L;
        if (t.kind == CLARKE_BCD_LINK) c->value[j] = c->size[j] = 0.0L;
        if (t.kind == CLARKE_BCD_PRODUCT) c->value[j] = -c->value[j];
        if (t.kind == CLARKE_BCD_JOINT) /* the slope of sigma is at most 1 */
            c->value[j] = -clarke_bcd_sigma_change(s, t.layer, s->before.value[j], c->value[j]);
        c->value[j] -= d;
        c->size[j] += fabsl(d);
    }
}

/* ---- losses, penalties ---- */

static void terms_add(clarke_bcd_sum *sum, long double value, long double size)
{
    sum->value += value;
    sum->size += size;
}

const clarke_term *clarke_bcd_penalty(const clarke_split *net, clarke_bcd_block b)
{
    if (b.role == CLARKE_ROLE_W) return &net->layer[b.layer].w_term;
    return b.role == CLARKE_ROLE_V ? &net->layer[b.layer].v_term : NULL;
}

double clarke_bcd_centre(const clarke_term *p, size_t j)
{
    return p->centre ? p->centre[j] : 0.0;
}

/* When entry w of a block moves by d. A box that is left makes the objective infinite. */
static void terms_penalty(const clarke_term *p, size_t j, long double w, long double d,
                          clarke_bcd_move *m)
{
    const long double lambda = p->weight, e = w - (long double)clarke_bcd_centre(p, j);
    switch (p->kind) {
    case CLARKE_TERM_NONE: return;
    case CLARKE_TERM_RIDGE:
        terms_add(&m->fall, -lambda * d * (e + 0.5L * d),
                  lambda * fabsl(d) * (fabsl(e) + fabsl(d)));
        m->quadratic += 0.5L * lambda * d * d;
        return;
    case CLARKE_TERM_L1:
        terms_add(&m->fall, -lambda * (fabsl(w + d) - fabsl(w)), lambda * fabsl(d));
        return;
    case CLARKE_TERM_BOX:
        if (!(w + d >= (long double)p->low && w + d <= (long double)p->high))
            terms_add(&m->fall, -INFINITY, 0.0L);
        return;
    }
}

static void terms_loss(clarke_bcd_net *s, const double *x, clarke_bcd_sum *fall)
{
    const clarke_split *net = s->net;
    const size_t m = net->layer[net->depth].out;
    const double *v = clarke_split_block(net, x, net->layer[net->depth].v);
    const long double w = net->weight;
    for (size_t c = 0; c < net->samples; c++) {
        const long double *d = s->move.value + m * c;
        const long double grown = w * clarke_bcd_loss_change(s, v + m * c, d, net->y + m * c);
        long double size = 0.0L;
        for (size_t r = 0; r < m; r++) {
            const long double y = net->y[m * c + r], z = v[m * c + r];
            size += fabsl(d[r]) * (fabsl(z) + fabsl(y) + fabsl(d[r]) + 1.0L) * (1.0L + y * y);
        }
        terms_add(fall, -grown, w * size);
    }
}

/* Rounding of what is formed here: an entry is a product of an error and a change, each formed by
   at most widest + 8 operations of relative error 2^-64 in the magnitudes kept beside them, and the
   sum has one operation an entry. */
static long double terms_rounding(const clarke_bcd_net *s, size_t entries, long double size)
{
    const long double operations = (long double)entries + 2.0L * (long double)s->widest + 32.0L;
    return 0x1p-63L * operations * size + 0x1p-1060L;
}

/* The part of the fall that term t has; returns its entries. */
static size_t terms_fall(clarke_bcd_net *s, const double *x, clarke_bcd_block b, clarke_bcd_term t,
                         clarke_bcd_move *m)
{
    const long double c = clarke_bcd_factor(s->net, t);
    clarke_bcd_error(s, x, t, &s->error);
    terms_change(s, x, b, t, &s->change);
    const size_t count = s->error.rows * s->error.cols;
    for (size_t j = 0; j < count; j++) {
        const long double e = s->error.value[j], d = s->change.value[j];
        m->quadratic += 0.5L * c * d * d;
        terms_add(&m->fall, -c * d * (e + 0.5L * d),
                  c * s->change.size[j] * (s->error.size[j] + fabsl(d)));
    }
    return count;
}

clarke_bcd_move clarke_bcd_fall(clarke_bcd_net *s, const double *x, const double *after,
                                clarke_bcd_block b)
{
    const clarke_split *net = s->net;
    const size_t block = clarke_bcd_index(net, b), count = clarke_split_size(net, block);
    const double *before = clarke_split_block(net, x, block);
    const clarke_term *p = clarke_bcd_penalty(net, b);
    clarke_bcd_term term[3];
    const size_t terms = clarke_bcd_terms(net, b, term);
    clarke_bcd_move m = {.moved = 0.0L};
    size_t entries = 3 * count;
    for (size_t j = 0; j < count; j++) {
        s->move.value[j] = (long double)after[j] - (long double)before[j];
        m.moved = hypotl(m.moved, s->move.value[j]);
    }
    for (size_t k = 0; k < terms; k++) entries += terms_fall(s, x, b, term[k], &m);
    for (size_t j = 0; p && j < count; j++)
        terms_penalty(p, j, (long double)before[j], s->move.value[j], &m);
    if (b.role == CLARKE_ROLE_V && b.layer == net->depth) {
        terms_loss(s, x, &m.fall);
        if (s->loss == CLARKE_BCD_SQUARED)
            m.quadratic += 0.5L * (long double)net->weight * m.moved * m.moved;
    }
    m.fall.error = terms_rounding(s, entries, m.fall.size);
    return m;
}

bool clarke_bcd_is_quadratic(const clarke_bcd_net *s, clarke_bcd_block b)
{
    const clarke_term *p = clarke_bcd_penalty(s->net, b);
    const bool last = b.layer == s->net->depth, three = s->net->kind == CLARKE_SPLIT_THREE;
    const bool linear = s->sigma[b.layer] == CLARKE_BCD_LINEAR;
    if (p && p->kind != CLARKE_TERM_NONE && p->kind != CLARKE_TERM_RIDGE) return false;
    if (b.role == CLARKE_ROLE_V && last) return s->loss == CLARKE_BCD_SQUARED;
    if (three) return b.role != CLARKE_ROLE_U || linear;
    return b.role == CLARKE_ROLE_V ? s->sigma[b.layer + 1] == CLARKE_BCD_LINEAR : linear;
}

/* ---- the value ---- */

static size_t terms_value(clarke_bcd_net *s, const double *x, clarke_bcd_term t, clarke_bcd_sum *f)
{
    const long double c = clarke_bcd_factor(s->net, t);
    clarke_bcd_error(s, x, t, &s->error);
    const size_t count = s->error.rows * s->error.cols;
    for (size_t j = 0; j < count; j++) {
        const long double e = s->error.value[j];
        terms_add(f, 0.5L * c * e * e, c * s->error.size[j] * fabsl(e));
    }
    return count;
}

static size_t terms_penalty_value(clarke_bcd_net *s, const double *x, clarke_bcd_block b,
                                  clarke_bcd_sum *f)
{
    const clarke_term *p = clarke_bcd_penalty(s->net, b);
    const size_t block = clarke_bcd_index(s->net, b), count = clarke_split_size(s->net, block);
    const double *w = clarke_split_block(s->net, x, block);
    for (size_t j = 0; j < count; j++) {
        const long double e = (long double)w[j] - (long double)clarke_bcd_centre(p, j);
        const bool inside = w[j] >= p->low && w[j] <= p->high;
        long double part = 0.0L;
        if (p->kind == CLARKE_TERM_RIDGE) part = 0.5L * (long double)p->weight * e * e;
        if (p->kind == CLARKE_TERM_L1) part = (long double)p->weight * fabsl((long double)w[j]);
        if (p->kind == CLARKE_TERM_BOX && !inside) part = INFINITY;
        terms_add(f, part, part);
    }
    return count;
}

clarke_bcd_sum clarke_bcd_value(clarke_bcd_net *s, const double *x)
{
    const clarke_split *net = s->net;
    const bool three = net->kind == CLARKE_SPLIT_THREE;
    const size_t m = net->layer[net->depth].out;
    const double *v = clarke_split_block(net, x, net->layer[net->depth].v);
    clarke_bcd_sum f = {0};
    size_t entries = net->samples * m;
    for (size_t c = 0; c < net->samples; c++) {
        const long double part = (long double)net->weight *
                                 clarke_bcd_loss_value(s, v + m * c, net->y + m * c);
        terms_add(&f, part, part);
    }
    for (size_t i = 1; i <= net->depth; i++) {
        if (three) entries += terms_value(s, x, (clarke_bcd_term){CLARKE_BCD_LINK, i}, &f);
        if (three) entries += terms_value(s, x, (clarke_bcd_term){CLARKE_BCD_PRODUCT, i}, &f);
        if (!three) entries += terms_value(s, x, (clarke_bcd_term){CLARKE_BCD_JOINT, i}, &f);
        entries += terms_penalty_value(s, x, (clarke_bcd_block){CLARKE_ROLE_W, i}, &f);
        entries += terms_penalty_value(s, x, (clarke_bcd_block){CLARKE_ROLE_V, i}, &f);
    }
    f.error = terms_rounding(s, entries, f.size);
    return f;
}
