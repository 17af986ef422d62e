#include "verify/lib/bcd_watch.h"

#include "verify/lib/bcd_terms.h"

#include <math.h>
#include <string.h>

clarke_bcd_kind clarke_bcd_kind_of(const clarke_split *net, clarke_bcd_block b)
{
    const bool last = b.layer == net->depth;
    switch (b.role) {
    case CLARKE_ROLE_W: return CLARKE_BCD_ANY_W;
    case CLARKE_ROLE_B: return CLARKE_BCD_ANY_B;
    case CLARKE_ROLE_V: return last ? CLARKE_BCD_LAST_V : CLARKE_BCD_INNER_V;
    case CLARKE_ROLE_U: return last ? CLARKE_BCD_LAST_U : CLARKE_BCD_INNER_U;
    }
    return CLARKE_BCD_KINDS;
}

const char *clarke_bcd_kind_text(clarke_bcd_kind kind)
{
    static const char *const text[] = {"V_N", "U_N", "W_i", "V_i", "U_i", "b_i", "any block"};
    return text[kind];
}

clarke_status clarke_bcd_watch_begin(clarke_bcd_watch *w, const clarke_measure *m)
{
    CLARKE_TRY(clarke_bcd_make(m->problem, m->mem, &w->bcd));
    const clarke_split *net = w->bcd.net;
    w->arg = m->arg;
    w->x = clarke_vec(m->mem, m->n);
    w->sweep = clarke_vec(m->mem, m->n);
    w->mixed = clarke_vec(m->mem, m->n);
    CLARKE_TRY(clarke_arena_status(m->mem));
    memcpy(w->x, m->start, m->n * sizeof *w->x);
    memcpy(w->sweep, m->start, m->n * sizeof *w->sweep);
    w->n = m->n;
    w->blocks = net->layout.count;
    return CLARKE_OK;
}

/* The paper's order: from the last layer to the first, in each V, U, W, b; or the other way round. */
static clarke_bcd_block watch_block(const clarke_split *net, bool forward, size_t phase)
{
    static const clarke_split_role order[2][4] = {
        {CLARKE_ROLE_V, CLARKE_ROLE_U, CLARKE_ROLE_W, CLARKE_ROLE_B},
        {CLARKE_ROLE_W, CLARKE_ROLE_B, CLARKE_ROLE_U, CLARKE_ROLE_V}};
    for (size_t i = 0; i < net->depth; i++)
        for (size_t r = 0; r < 4; r++) {
            const clarke_bcd_block b = {order[forward][r], forward ? i + 1 : net->depth - i};
            if (clarke_bcd_index(net, b) != CLARKE_NO_BLOCK && phase-- == 0) return b;
        }
    return (clarke_bcd_block){CLARKE_ROLE_W, 1};
}

/* Whether any block but `own` is not what it was, bit by bit. */
static bool watch_strayed(const clarke_bcd_watch *w, const double *after, size_t own)
{
    const clarke_split *net = w->bcd.net;
    for (size_t i = 0; i < net->layout.count; i++) {
        const clarke_block *block = &net->layout.block[i];
        const size_t size = block->rows * block->cols * sizeof(double);
        if (i != own && memcmp(w->x + block->offset, after + block->offset, size) != 0) return true;
    }
    return false;
}

void clarke_bcd_watch_read(clarke_bcd_watch *w, const clarke_event *e)
{
    const clarke_split *net = w->bcd.net;
    w->block = watch_block(net, w->arg[CLARKE_BCD_ARG_ORDER] != 0.0, e->phase);
    w->wanted = false;
    w->departed = e->phase >= w->blocks || e->last_phase != (e->phase + 1 == w->blocks);
    if (e->phase >= w->blocks) return;
    if (e->phase == 0) memcpy(w->sweep, w->x, w->n * sizeof *w->sweep);
    w->kind = clarke_bcd_kind_of(net, w->block);
    w->departed |= watch_strayed(w, e->after, clarke_bcd_index(net, w->block));
    w->linear = ((unsigned)w->arg[CLARKE_BCD_ARG_LINEAR] >> w->kind) & 1u;
    const double kind = w->arg[CLARKE_BCD_ARG_KIND];
    w->wanted = kind == (double)w->kind || kind == (double)CLARKE_BCD_KINDS;
}

void clarke_bcd_watch_pass(clarke_bcd_watch *w, const clarke_event *e)
{
    memcpy(w->x, e->after, w->n * sizeof *w->x);
}

/* Three-splitting: V_N, every W_i and b_i, and U_i for i < N; two-splitting: every block. */
double clarke_bcd_alpha(const clarke_bcd_watch *w, clarke_bcd_block b)
{
    const clarke_bcd_kind kind = clarke_bcd_kind_of(w->bcd.net, b);
    const bool none = kind == CLARKE_BCD_LAST_U || kind == CLARKE_BCD_INNER_V;
    if (w->bcd.net->kind == CLARKE_SPLIT_THREE && none) return 0.0;
    return w->arg[CLARKE_BCD_ARG_ALPHA];
}

/* L of the smooth part of W_i or of V_i, i < N: the largest eigenvalue of its Hessian. */
static double watch_smoothness(clarke_bcd_watch *w)
{
    const clarke_split *net = w->bcd.net;
    const size_t i = w->block.layer;
    const clarke_split_layer *l = &net->layer[i], *next = l + 1;
    if (w->kind == CLARKE_BCD_ANY_W) {
        const double norm =
            clarke_bcd_norm(&w->bcd, l->in, net->samples, clarke_split_input(net, w->x, i));
        return l->rho * norm * norm;
    }
    const double norm =
        clarke_bcd_norm(&w->bcd, next->out, next->in, clarke_split_block(net, w->x, next->w));
    return l->gamma + (next->skip ? next->gamma : 0.0) + next->rho * norm * norm;
}

/* sigma's term of U_i: gamma times max |sigma'^2 - (v - sigma) sigma''|. Sigmoid: sigma' <= 1/4,
   |sigma''| <= sqrt 3/18, |v - sigma| <= max(|v|, |1 - v|). tanh: 1, 4/(3 sqrt 3), 1 + |v|. */
static double watch_sigma_smoothness(const clarke_bcd_watch *w)
{
    const clarke_split *net = w->bcd.net;
    const clarke_split_layer *l = &net->layer[w->block.layer];
    const double *v = clarke_split_block(net, w->x, l->v);
    const double *skip = l->skip ? clarke_split_input(net, w->x, w->block.layer) : NULL;
    double most = 0.0;
    for (size_t j = 0; j < l->out * net->samples; j++) {
        const double t = v[j] - (skip ? skip[j] : 0.0);
        const double curve = w->bcd.sigma[w->block.layer] == CLARKE_BCD_SIGMOID
                                 ? 0.0625 + sqrt(3.0) / 18.0 * fmax(fabs(t), fabs(1.0 - t))
                                 : 1.0 + 4.0 / (3.0 * sqrt(3.0)) * (1.0 + fabs(t));
        most = fmax(most, curve);
    }
    return w->bcd.sigma[w->block.layer] == CLARKE_BCD_LINEAR ? l->gamma : l->gamma * most;
}

clarke_bcd_prox clarke_bcd_watch_prox(clarke_bcd_watch *w)
{
    const clarke_split *net = w->bcd.net;
    const double *old = clarke_split_block(net, w->x, clarke_bcd_index(net, w->block));
    if (!w->linear) return (clarke_bcd_prox){old, clarke_bcd_alpha(w, w->block), NULL};
    if (w->kind == CLARKE_BCD_ANY_W || w->kind == CLARKE_BCD_INNER_V)
        return (clarke_bcd_prox){old, w->arg[CLARKE_BCD_ARG_TAU] * watch_smoothness(w), w->x};
    return (clarke_bcd_prox){old, clarke_bcd_alpha(w, w->block), w->x};
}

bool clarke_bcd_bias_is(const clarke_bcd_watch *w, clarke_bcd_bias_step step)
{
    return w->bcd.net->layer[w->block.layer].b != CLARKE_NO_BLOCK &&
           w->arg[CLARKE_BCD_ARG_BIAS] == (double)step;
}

static long double watch_norm(const double *x, size_t count)
{
    long double sum = 0.0L;
    for (size_t j = 0; j < count; j++) sum = hypotl(sum, (long double)x[j]);
    return sum;
}

/* W_i of the block (W_i, b_i): with b_i at its minimiser for that W_i, which is
   (alpha b + rho (U_i - W_i V_{i-1}) 1)/(rho n + alpha), W_i is stationary. An update may eliminate b_i,
   and so form rho U V', rho b 1' V', and rho/n times the products of sums over the samples, each within
   2 u (n + inner) of rho |V|_F (|U|_F + sqrt n |b| + |W|_F |V|_F) (Cauchy-Schwarz), for W_i, and again as
   what the rounding of b_i does to its gradient. */
static clarke_bcd_residual watch_joint(clarke_bcd_watch *w, const double *after,
                                       clarke_bcd_prox prox)
{
    const clarke_split *net = w->bcd.net;
    const clarke_split_layer *l = &net->layer[w->block.layer];
    const long double n = net->samples, rho = l->rho, alpha = prox.alpha;
    const double *u = clarke_split_block(net, after, l->u),
                 *b = clarke_split_block(net, w->x, l->b);
    double *own = w->mixed + net->layout.block[l->b].offset;
    clarke_bcd_matrix *z = &w->bcd.before; /* with b */
    memcpy(w->mixed, after, w->n * sizeof *after);
    clarke_bcd_product(net, w->mixed, w->block.layer, z);
    for (size_t r = 0; r < l->out; r++) {
        long double sum = alpha * (long double)b[r];
        for (size_t j = 0; j < net->samples; j++)
            sum += rho *
                   ((long double)u[j * l->out + r] - z->value[j * l->out + r] + (long double)b[r]);
        own[r] = (double)(sum / (rho * n + alpha));
    }
    const long double v =
        watch_norm(clarke_split_input(net, after, w->block.layer), l->in * net->samples);
    const long double a = watch_norm(clarke_split_block(net, after, l->w), l->out * l->in);
    const long double bias = watch_norm(b, l->out) + watch_norm(own, l->out);
    const long double parts = watch_norm(u, l->out * net->samples) + sqrtl(n) * bias + a * v;
    clarke_bcd_residual r = clarke_bcd_stationarity(&w->bcd, w->mixed, w->block, prox);
    r.bound += 0x1p-51L * (n + (long double)l->in + 9.0L) * rho * v * parts;
    r.worst = r.distance / r.bound;
    return r;
}

clarke_bcd_residual clarke_bcd_watch_residual(clarke_bcd_watch *w, const double *after)
{
    const clarke_split *net = w->bcd.net;
    const clarke_split_layer *l = &net->layer[w->block.layer];
    const clarke_bcd_prox prox = clarke_bcd_watch_prox(w);
    if (w->kind == CLARKE_BCD_ANY_W && clarke_bcd_bias_is(w, CLARKE_BCD_BIAS_JOINT))
        return watch_joint(w, after, prox);
    if (w->kind != CLARKE_BCD_ANY_B || !clarke_bcd_bias_is(w, CLARKE_BCD_BIAS_JACOBI))
        return clarke_bcd_stationarity(&w->bcd, after, w->block, prox);
    memcpy(w->mixed, after, w->n * sizeof *after);
    const size_t offset = net->layout.block[l->w].offset;
    memcpy(w->mixed + offset, w->sweep + offset, clarke_split_size(net, l->w) * sizeof *after);
    return clarke_bcd_stationarity(&w->bcd, w->mixed, w->block, prox);
}

/* A Lipschitz constant of the gradient of w loss(., y) in one column: 1 for half a square, |y|^2/4
   for the logistic loss, |y|^2 for the squared hinge, 1/2 for the softmax (the largest eigenvalue of
   diag(p) - p p' is at most max 2 p (1 - p)), none for the hinge. */
double clarke_bcd_loss_smoothness(const clarke_bcd_net *s)
{
    const clarke_split *net = s->net;
    const size_t m = net->layer[net->depth].out;
    double most = 0.0;
    for (size_t c = 0; c < net->samples; c++) {
        double square = 0.0;
        for (size_t i = 0; i < m; i++) square += net->y[i + m * c] * net->y[i + m * c];
        most = fmax(most, square);
    }
    switch (s->loss) {
    case CLARKE_BCD_SQUARED: return net->weight;
    case CLARKE_BCD_HINGE: return INFINITY;
    case CLARKE_BCD_SQUARED_HINGE: return net->weight * most;
    case CLARKE_BCD_LOGISTIC: return 0.25 * net->weight * most;
    case CLARKE_BCD_SOFTMAX: return 0.5 * net->weight;
    }
    return NAN;
}

/* With F m-strongly convex in the block, its subproblem F + alpha/2 |. - old|^2 has F fall by at
   least (m/2 + alpha) |move|^2, and where F is not convex the global minimiser still has it fall by
   alpha/2 |move|^2. m = gamma for V_N and V_i (and gamma of the next layer's skip), gamma + rho for
   U_N, 0 for W_i. */
static double watch_exact_constant(const clarke_bcd_watch *w)
{
    const clarke_split *net = w->bcd.net;
    const clarke_split_layer *l = &net->layer[w->block.layer];
    const bool three = net->kind == CLARKE_SPLIT_THREE;
    const double alpha = clarke_bcd_alpha(w, w->block);
    switch (w->kind) {
    case CLARKE_BCD_LAST_V: return alpha + 0.5 * l->gamma;
    case CLARKE_BCD_LAST_U: return 0.5 * (l->gamma + l->rho);
    case CLARKE_BCD_INNER_V:
        if (!three) break;
        return 0.5 * (l->gamma + (l[1].skip ? l[1].gamma : 0.0));
    case CLARKE_BCD_ANY_B: return alpha;
    case CLARKE_BCD_ANY_W:
        if (three || w->block.layer == net->depth) return alpha;
        break;
    case CLARKE_BCD_INNER_U:
    case CLARKE_BCD_KINDS: break;
    }
    return 0.5 * alpha;
}

/* Linearising a part with an L-Lipschitz gradient beside an m-strongly convex rest and
   tau/2 |. - old|^2 has the objective fall by at least (tau + (m - L)/2) |move|^2. */
double clarke_bcd_constant(clarke_bcd_watch *w)
{
    const clarke_split_layer *l = &w->bcd.net->layer[w->block.layer];
    const double alpha = clarke_bcd_alpha(w, w->block);
    if (!w->linear) return watch_exact_constant(w);
    if (w->kind == CLARKE_BCD_LAST_V)
        return alpha + 0.5 * (l->gamma - clarke_bcd_loss_smoothness(&w->bcd));
    if (w->kind == CLARKE_BCD_INNER_U) return alpha + 0.5 * (l->rho - watch_sigma_smoothness(w));
    return (w->arg[CLARKE_BCD_ARG_TAU] - 0.5) * watch_smoothness(w);
}
