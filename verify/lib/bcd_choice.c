/* Between minimisers: the best piece of U_i, and what a choice by values may cost in double. */
#include "verify/lib/bcd_dist.h"

#include <math.h>

/* gamma/2 (v - (slope t + level))^2 + rho/2 (t - z)^2 + alpha/2 (t - old)^2. */
typedef struct {
    long double gamma, v, rho, z, alpha, old, size;
} choice_scalar;

typedef struct {
    long double low, high, slope, level;
} choice_piece;

static long double choice_scalar_value(const choice_scalar *f, long double sigma, long double t)
{
    const long double a = f->v - sigma, b = t - f->z, c = t - f->old;
    return 0.5L * (f->gamma * a * a + f->rho * b * b + f->alpha * c * c);
}

/* The minimiser on a piece. */
static long double choice_piece_minimiser(const choice_scalar *f, const choice_piece *p)
{
    const long double right = f->gamma * p->slope * (f->v - p->level) + f->rho * f->z +
                              f->alpha * f->old;
    const long double t = right / (f->gamma * p->slope * p->slope + f->rho + f->alpha);
    return fminl(fmaxl(t, p->low), p->high);
}

static size_t choice_pieces(const clarke_bcd_net *s, size_t layer, choice_piece p[3])
{
    long double left[2], right[2];
    if (s->sigma[layer] == CLARKE_BCD_HARD_TANH) {
        p[0] = (choice_piece){-INFINITY, -1.0L, 0.0L, -1.0L};
        p[1] = (choice_piece){-1.0L, 1.0L, 1.0L, 0.0L};
        p[2] = (choice_piece){1.0L, INFINITY, 0.0L, 1.0L};
        return 3;
    }
    clarke_bcd_sigma_slopes(s, layer, -1.0L, left);
    clarke_bcd_sigma_slopes(s, layer, 1.0L, right);
    p[0] = (choice_piece){-INFINITY, 0.0L, left[0], 0.0L};
    p[1] = (choice_piece){0.0L, INFINITY, right[0], 0.0L};
    return 2;
}

/* Compares the value at t with the best of every piece. The method decides by a threshold or by two
   values, formed in double from data with the magnitude `size`: either errs by at most 16 + d
   operations on squares of that magnitude, which is the bound. Two local minima with values within
   it may be taken either way. */
static void choice_choose(clarke_bcd_net *s, size_t layer, const choice_scalar *f, long double t,
                          long double inner, clarke_bcd_choice *choice)
{
    choice_piece p[3];
    const size_t pieces = choice_pieces(s, layer, p);
    long double best = INFINITY, second = INFINITY;
    size_t minima = 0;
    for (size_t k = 0; k < pieces; k++) {
        const long double at = choice_piece_minimiser(f, &p[k]);
        const long double value = choice_scalar_value(f, clarke_bcd_sigma_value(s, layer, at), at);
        const bool inside = at > p[k].low && at < p[k].high;
        minima += inside;
        if (inside) second = fminl(second, fmaxl(value, best));
        best = fminl(best, value);
    }
    const long double here = choice_scalar_value(f, clarke_bcd_sigma_value(s, layer, t), t);
    const long double weight = f->gamma + f->rho + f->alpha;
    const long double bound =
        2.0L * CLARKE_BCD_UNIT * (inner + 16.0L) * weight * f->size * f->size + CLARKE_BCD_TINY;
    const long double ratio = (here - best) / bound;
    if (!(ratio <= choice->worst)) choice->worst = ratio;
    choice->allowance += bound;
    if (minima < 2) return;
    choice->contested++;
    choice->resolved = fmaxl(choice->resolved, (second - best) / bound);
}

clarke_bcd_choice clarke_bcd_best_piece(clarke_bcd_net *s, const double *x, size_t layer,
                                        clarke_bcd_prox prox)
{
    const clarke_split *net = s->net;
    const clarke_split_layer *l = &net->layer[layer];
    const double *u = clarke_split_block(net, x, l->u), *v = clarke_split_block(net, x, l->v);
    const double *skip = l->skip ? clarke_split_input(net, x, layer) : NULL;
    clarke_bcd_choice choice = {.worst = -INFINITY};
    clarke_bcd_product(net, x, layer, &s->before);
    for (size_t j = 0; j < l->out * net->samples; j++) {
        const long double from = skip ? (long double)skip[j] : 0.0L;
        const long double old = prox.old ? (long double)prox.old[j] : 0.0L;
        const choice_scalar f = {
            .gamma = l->gamma,
            .v = (long double)v[j] - from,
            .rho = l->rho,
            .z = s->before.value[j],
            .alpha = prox.old ? (long double)prox.alpha : 0.0L,
            .old = old,
            .size = fabsl((long double)v[j]) + fabsl(from) + s->before.size[j] + fabsl(old) +
                    fabsl((long double)u[j]) + 1.0L * (s->sigma[layer] == CLARKE_BCD_HARD_TANH),
        };
        choice_choose(s, layer, &f, (long double)u[j], (long double)l->in, &choice);
    }
    return choice;
}

/* Two-splitting: the value of a candidate is a sum over the block's terms, each formed by at most
   inner + 16 operations on entries of the magnitudes kept, and one addition an entry. */
static long double choice_value_size(clarke_bcd_net *s, const double *x, clarke_bcd_block b,
                                     clarke_bcd_prox prox)
{
    clarke_bcd_term term[3];
    const size_t terms = clarke_bcd_terms(s->net, b, term);
    const size_t block = clarke_bcd_index(s->net, b), count = clarke_split_size(s->net, block);
    const double *now = clarke_split_block(s->net, x, block);
    const clarke_term *p = clarke_bcd_penalty(s->net, b);
    const long double alpha = prox.old ? (long double)prox.alpha : 0.0L;
    long double size = 0.0L, entries = 0.0L;
    for (size_t k = 0; k < terms; k++) {
        clarke_bcd_error(s, x, term[k], &s->error);
        for (size_t j = 0; j < s->error.rows * s->error.cols; j++, entries += 1.0L)
            size += clarke_bcd_factor(s->net, term[k]) * s->error.size[j] * s->error.size[j];
    }
    for (size_t j = 0; j < count; j++, entries += 1.0L) {
        const long double a = fabsl((long double)now[j]);
        const long double o = prox.old ? fabsl((long double)prox.old[j]) : 0.0L;
        const long double c = p ? fabsl((long double)clarke_bcd_centre(p, j)) : 0.0L;
        size += alpha * (a + o) * (a + o);
        if (p && p->kind == CLARKE_TERM_RIDGE) size += (long double)p->weight * (a + c) * (a + c);
    }
    return ((long double)s->widest + entries + 16.0L) * size;
}

/* A subgradient at a margin of 1 is one at a margin within `unsure` up to w times that. */
static long double choice_hinge_allowance(const clarke_bcd_net *s, const double *x)
{
    const size_t m = s->net->layer[s->net->depth].out;
    const double *v = clarke_split_block(s->net, x, s->net->layer[s->net->depth].v);
    long double sum = 0.0L;
    for (size_t c = 0; c < s->net->samples; c++)
        sum += clarke_bcd_hinge_unsure(s, v + m * c, s->net->y + m * c);
    return (long double)s->net->weight * sum;
}

long double clarke_bcd_allowance(clarke_bcd_net *s, const double *x, clarke_bcd_block b,
                                 clarke_bcd_prox prox)
{
    const size_t depth = s->net->depth;
    if (b.role == CLARKE_ROLE_V && b.layer == depth && s->loss == CLARKE_BCD_HINGE)
        return choice_hinge_allowance(s, x);
    if (s->net->kind == CLARKE_SPLIT_THREE) {
        if (b.role != CLARKE_ROLE_U || b.layer == depth || clarke_bcd_sigma_smooth(s, b.layer))
            return 0.0L;
        return clarke_bcd_best_piece(s, x, b.layer, prox).allowance;
    }
    if (b.layer == depth) return 0.0L; /* V_N and W_N: sigma_N is the identity */
    return 2.0L * CLARKE_BCD_UNIT * choice_value_size(s, x, b, prox);
}
