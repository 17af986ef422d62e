/* The updates of U_N and of U_i (methods/lib/bcd.h). */
#include "methods/lib/bcd_state.h"

#include "core/clones.h"
#include "parts/lib/prox_unit.h"

/* The samples first .. end - 1. */
typedef struct {
    size_t first, end;
} bcd_inputs_range;

/* u = (p v' + q (z + b) + a u)/(p + q + a) with v' = V - K: of U_N, and of a linear layer. */
static void bcd_inputs_linear_unit(clarke_bcd *b, size_t i, bcd_inputs_range range, double p,
                                   double q, double a)
{
    const clarke_split_layer *l = &b->split->layer[i];
    clarke_bcd_layer *y = &b->layer[i];
    const clarke_real *skip = l->skip ? clarke_bcd_input(b, i) : NULL;
    const double c = p + q + a;
    const clarke_real cv = (clarke_real)(p / c), cz = (clarke_real)(q / c);
    const clarke_real cu = (clarke_real)(a / c);
    for (size_t j = range.first; j < range.end; j++)
        for (size_t r = 0; r < l->out; r++) {
            const size_t e = j * l->out + r;
            const clarke_real v = skip ? y->v[e] - skip[e] : y->v[e];
            const clarke_real z = y->b ? b->z[e] + y->b[r] : b->z[e];
            y->u[e] = cv * v + cz * z + cu * y->u[e];
        }
}

/* The prox with the kink at 0, cz and cu the weights of the product and of the old U. */
CLARKE_CLONES static clarke_tie_count bcd_inputs_unit_plain(size_t d, clarke_prox_unit p,
                                                            clarke_real cz, clarke_real cu,
                                                            const clarke_real *restrict v,
                                                            const clarke_real *restrict z,
                                                            clarke_real *restrict u)
{
    clarke_tie_count ties = 0;
    for (size_t r = 0; r < d; r++)
        u[r] = clarke_prox_unit_at(p, v[r], cz * z[r] + cu * u[r], &ties);
    return ties;
}

/* With z + bias in a piece of its own: gcc 12 does not vectorise the sum and the prox in one. */
static clarke_tie_count bcd_inputs_unit_bias(size_t d, clarke_prox_unit p, clarke_real cz,
                                             clarke_real cu, const clarke_real *v,
                                             const clarke_real *z, const clarke_real *bias,
                                             clarke_real *u)
{
    enum { PIECE = 256 };
    clarke_real sum[PIECE];
    clarke_tie_count ties = 0;
    for (size_t first = 0; first < d; first += PIECE) {
        const size_t width = d - first < PIECE ? d - first : PIECE;
        for (size_t r = 0; r < width; r++) sum[r] = z[first + r] + bias[first + r];
        ties += bcd_inputs_unit_plain(width, p, cz, cu, v + first, sum, u + first);
    }
    return ties;
}

static clarke_tie_count bcd_inputs_unit_column(size_t d, clarke_prox_unit p, double rho,
                                               double alpha, const clarke_real *v,
                                               const clarke_real *skip, const clarke_real *z,
                                               const clarke_real *bias, clarke_real *u)
{
    const clarke_real cz = (clarke_real)(rho / (rho + alpha));
    const clarke_real cu = (clarke_real)(alpha / (rho + alpha));
    clarke_tie_count ties = 0;
    if (!skip && bias) return bcd_inputs_unit_bias(d, p, cz, cu, v, z, bias, u);
    if (!skip) return bcd_inputs_unit_plain(d, p, cz, cu, v, z, u);
    for (size_t r = 0; r < d; r++)
        u[r] = clarke_prox_unit_at(p, v[r] - skip[r],
                                   cz * (bias ? z[r] + bias[r] : z[r]) + cu * u[r], &ties);
    return ties;
}

static void bcd_inputs_unit(clarke_bcd *b, size_t i, bcd_inputs_range range, clarke_inner *inner)
{
    const clarke_split_layer *l = &b->split->layer[i];
    clarke_bcd_layer *y = &b->layer[i];
    const size_t d = l->out;
    const clarke_real *skip = l->skip ? clarke_bcd_input(b, i) : NULL;
    const clarke_prox_unit p =
        clarke_prox_unit_make(l->gamma, l->rho + b->o.alpha, y->piece[0].slope, b->o.tie_right);
    for (size_t j = range.first; j < range.end; j++)
        inner->ties += (size_t)bcd_inputs_unit_column(d, p, l->rho, b->o.alpha, y->v + j * d,
                                                      skip ? skip + j * d : NULL, b->z + j * d,
                                                      y->b, y->u + j * d);
}

static void bcd_inputs_pieces(clarke_bcd *b, size_t i, bcd_inputs_range range, clarke_inner *inner)
{
    const clarke_split_layer *l = &b->split->layer[i];
    clarke_bcd_layer *y = &b->layer[i];
    const clarke_real *skip = l->skip ? clarke_bcd_input(b, i) : NULL;
    const double c = l->rho + b->o.alpha;
    clarke_tie_count ties = 0;
    for (size_t e = range.first * l->out; e < range.end * l->out; e++) {
        const double z = (double)b->z[e] + (y->b ? (double)y->b[e % l->out] : 0.0);
        const double at = (l->rho * z + b->o.alpha * (double)y->u[e]) / c;
        const clarke_real v = skip ? y->v[e] - skip[e] : y->v[e];
        y->u[e] = clarke_prox_pieces(y->pieces, y->piece, l->gamma, c, b->o.tie_right, v,
                                     (clarke_real)at, &ties);
    }
    inner->ties += (size_t)ties;
}

/* u+ = (rho (z + b) + alpha u - gamma (sigma(u) - v) sigma'(u)) / (rho + alpha). */
static void bcd_inputs_smooth(clarke_bcd *b, size_t i, bcd_inputs_range range)
{
    const clarke_split_layer *l = &b->split->layer[i];
    clarke_bcd_layer *y = &b->layer[i];
    const clarke_real *skip = l->skip ? clarke_bcd_input(b, i) : NULL;
    const double c = l->rho + b->o.alpha;
    for (size_t e = range.first * l->out; e < range.end * l->out; e++) {
        const double z = (double)b->z[e] + (y->b ? (double)y->b[e % l->out] : 0.0);
        clarke_real level, slope = 1;
        y->activation->value(&l->opts, 1, &y->u[e], &level);
        y->activation->chain(&l->opts, 1, &y->u[e], &slope);
        const double v = (double)y->v[e] - (skip ? (double)skip[e] : 0.0);
        const double g = l->gamma * ((double)level - v) * (double)slope;
        y->u[e] = (clarke_real)((l->rho * z + b->o.alpha * (double)y->u[e] - g) / c);
    }
}

static void bcd_inputs_update(clarke_bcd *b, size_t i, bcd_inputs_range range, clarke_inner *inner)
{
    const clarke_split_layer *l = &b->split->layer[i];
    const clarke_bcd_layer *y = &b->layer[i];
    if (i == b->split->depth)
        bcd_inputs_linear_unit(b, i, range, l->gamma, l->rho, 0.0);
    else if (y->u_linear)
        bcd_inputs_smooth(b, i, range);
    else if (y->unit)
        bcd_inputs_unit(b, i, range, inner);
    else if (y->pieces == 1)
        bcd_inputs_linear_unit(b, i, range, l->gamma, l->rho, b->o.alpha);
    else
        bcd_inputs_pieces(b, i, range, inner);
}

/* How many samples are done at a time. Where few inputs make the product a small part of the work, so
   many that it is still in a near cache when it is read, and for one input so few that the arrays are
   gone through side by side; otherwise all, because the product of all is faster than those of parts. */
static size_t bcd_inputs_samples(const clarke_bcd *b, size_t i)
{
    enum { FEW_INPUTS = 32, NEAR = 16384, NEAREST = 256, TILE = 16 };
    const clarke_split_layer *l = &b->split->layer[i];
    if (l->in > FEW_INPUTS) return b->split->samples;
    return l->in > 1 ? (NEAR / TILE / l->out + 1) * TILE : (NEAREST + l->out - 1) / l->out;
}

void CLARKE_REAL(clarke_bcd_inputs)(clarke_bcd *b, size_t i, clarke_inner *inner)
{
    const size_t samples = b->split->samples, count = bcd_inputs_samples(b, i);
    bcd_inputs_range range = {0, 0};
    for (; range.first < samples; range.first = range.end) {
        range.end = samples - range.first < count ? samples : range.first + count;
        CLARKE_REAL(clarke_bcd_times)(b, i, range.first, range.end - range.first, b->z);
        bcd_inputs_update(b, i, range, inner);
    }
}
