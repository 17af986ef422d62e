/* The kinks of sigma(W_i V_{i-1}) in a block of a two-splitting. Each kink k at which the term is convex
   adds xi_k a_k to the gradient g, xi_k between 0 and the jump of the slope: dist(0, .) is the least
   squares problem min |g + sum xi_k a_k| over that box, apart for each row of W_i and each column of
   V_{i-1}. It is solved by adding to the free multipliers the one that helps most, solving for them, and
   fixing those that meet their bounds (Stark and Parker 1995): finite, since |.| falls. What is left is
   an upper bound of the distance however it ends. An exact update never rests at a concave kink, so
   these have no choice. */
#include "verify/lib/bcd_dist.h"

#include <math.h>

/* z is at a kink of sigma up to the rounding of a point that was put there: 4 (d + 2) u of the
   products. */
static long double kinks_nearest(const clarke_bcd_net *s, size_t layer, size_t j)
{
    const bool two = s->sigma[layer] == CLARKE_BCD_HARD_TANH;
    const long double z = s->before.value[j], kink = two ? (z > 0.0L ? 1.0L : -1.0L) : 0.0L;
    const long double inner = (long double)s->net->layer[layer].in + 2.0L;
    const bool at = fabsl(z - kink) <=
                    4.0L * inner * CLARKE_BCD_UNIT * (s->before.size[j] + fabsl(kink));
    return at && !clarke_bcd_sigma_smooth(s, layer) ? kink : z;
}

void clarke_bcd_slopes(const clarke_bcd_net *s, size_t layer, size_t j, long double slope[2])
{
    clarke_bcd_sigma_slopes(s, layer, kinks_nearest(s, layer, j), slope);
}

enum { KINKS_FREE = 8 };

/* A row of W_i or a column of V_{i-1}; kink k is of entry first + k * step of z. */
typedef struct {
    const clarke_split_layer *l;
    size_t layer, first, step, count;
    const double *a; /* the entries of kink k's vector: a[k * a_kink + c * a_entry] */
    size_t a_kink, a_entry;
    size_t at, apart;             /* entry c of the gradient: at + c * apart */
    long double *xi, *low, *high; /* [count] */
    size_t free, index[KINKS_FREE];
} kinks_group;

static long double kinks_vector(const clarke_bcd_net *s, const kinks_group *g, size_t k, size_t c)
{
    const long double e = s->error.value[g->first + k * g->step];
    return -(long double)g->l->gamma * e * (long double)g->a[k * g->a_kink + c * g->a_entry];
}

static long double *kinks_gradient(const clarke_bcd_net *s, const kinks_group *g, size_t c)
{
    return &s->gradient.value[g->at + c * g->apart];
}

/* The boxes; false where no kink is met. */
static bool kinks_boxes(const clarke_bcd_net *s, kinks_group *g)
{
    bool some = false;
    for (size_t k = 0; k < g->count; k++) {
        long double slope[2];
        clarke_bcd_slopes(s, g->layer, g->first + k * g->step, slope);
        const long double jump = slope[1] - slope[0];
        const bool convex = jump * s->error.value[g->first + k * g->step] <= 0.0L;
        g->xi[k] = 0.0L;
        g->low[k] = convex ? fminl(jump, 0.0L) : 0.0L;
        g->high[k] = convex ? fmaxl(jump, 0.0L) : 0.0L;
        some |= g->low[k] < g->high[k];
    }
    return some;
}

/* The multiplier off the free ones whose move lowers |gradient| fastest; count where none does by more
   than rounding. */
static size_t kinks_entering(const clarke_bcd_net *s, const kinks_group *g)
{
    size_t best = g->count;
    long double most = 0.0L;
    for (size_t k = 0; k < g->count; k++) {
        bool free = false;
        long double along = 0.0L, square = 0.0L, size = 0.0L;
        for (size_t i = 0; i < g->free; i++) free |= g->index[i] == k;
        if (free || !(g->low[k] < g->high[k])) continue;
        for (size_t c = 0; c < g->l->in; c++) {
            const long double a = kinks_vector(s, g, k, c);
            along += a * *kinks_gradient(s, g, c);
            size += fabsl(a) * s->gradient.size[g->at + c * g->apart];
            square += a * a;
        }
        const bool open = along < 0.0L ? g->xi[k] < g->high[k] : g->xi[k] > g->low[k];
        if (!open || !(fabsl(along) > 0x1p-60L * size)) continue;
        if (!(fabsl(along) / sqrtl(square) > most)) continue;
        most = fabsl(along) / sqrtl(square);
        best = k;
    }
    return best;
}

/* step[free] that makes |gradient + sum step_k a_k| least, by orthogonalising the vectors; false where
   they are dependent. */
static bool kinks_solve(clarke_bcd_net *s, const kinks_group *g, long double step[KINKS_FREE])
{
    const size_t d = g->l->in;
    long double r[KINKS_FREE][KINKS_FREE], *q = s->move.value;
    for (size_t i = 0; i < g->free; i++) {
        long double before = 0.0L, norm = 0.0L;
        for (size_t c = 0; c < d; c++) {
            q[i * d + c] = kinks_vector(s, g, g->index[i], c);
            before = hypotl(before, q[i * d + c]);
        }
        for (size_t j = 0; j < i; j++) {
            r[j][i] = 0.0L;
            for (size_t c = 0; c < d; c++) r[j][i] += q[j * d + c] * q[i * d + c];
            for (size_t c = 0; c < d; c++) q[i * d + c] -= r[j][i] * q[j * d + c];
        }
        for (size_t c = 0; c < d; c++) norm = hypotl(norm, q[i * d + c]);
        if (!(norm > 0x1p-58L * before)) return false;
        r[i][i] = norm;
        for (size_t c = 0; c < d; c++) q[i * d + c] /= norm;
    }
    for (size_t i = g->free; i-- > 0;) {
        long double right = 0.0L;
        for (size_t c = 0; c < d; c++) right -= q[i * d + c] * *kinks_gradient(s, g, c);
        for (size_t j = i + 1; j < g->free; j++) right -= r[i][j] * step[j];
        step[i] = right / r[i][i];
    }
    return true;
}

/* Goes as far as the boxes allow; the first multiplier that meets its bound is fixed there. Whether all
   of the step was taken. */
static bool kinks_go(clarke_bcd_net *s, kinks_group *g, const long double step[KINKS_FREE])
{
    long double share = 1.0L;
    size_t meets = g->free;
    for (size_t i = 0; i < g->free; i++) {
        const size_t k = g->index[i];
        const long double room = (step[i] > 0.0L ? g->high[k] : g->low[k]) - g->xi[k];
        if (!(fabsl(step[i]) * share > fabsl(room))) continue;
        share = room / step[i];
        meets = i;
    }
    for (size_t i = 0; i < g->free; i++) {
        const size_t k = g->index[i];
        const long double bound = step[i] > 0.0L ? g->high[k] : g->low[k];
        const long double to = i == meets ? bound : g->xi[k] + share * step[i];
        for (size_t c = 0; c < g->l->in; c++)
            *kinks_gradient(s, g, c) += (to - g->xi[k]) * kinks_vector(s, g, k, c);
        g->xi[k] = to;
    }
    if (meets == g->free) return true;
    g->index[meets] = g->index[--g->free];
    return false;
}

static void kinks_group_solve(clarke_bcd_net *s, kinks_group *g)
{
    long double step[KINKS_FREE];
    if (!kinks_boxes(s, g)) return;
    for (size_t turn = 0; turn < 4 * g->count + 8; turn++) {
        const size_t k = kinks_entering(s, g);
        if (k == g->count || g->free == KINKS_FREE || g->free == g->l->in) return;
        g->index[g->free++] = k;
        do {
            if (!kinks_solve(s, g, step)) {
                g->free--;
                return;
            }
        } while (!kinks_go(s, g, step) && g->free > 0);
    }
}

void clarke_bcd_kinks(clarke_bcd_net *s, const double *x, clarke_bcd_block b)
{
    const bool row = b.role == CLARKE_ROLE_W;
    const size_t layer = row ? b.layer : b.layer + 1, n = s->net->samples;
    if (s->net->kind != CLARKE_SPLIT_TWO || layer > s->net->depth) return;
    const clarke_split_layer *l = &s->net->layer[layer];
    clarke_bcd_error(s, x, (clarke_bcd_term){CLARKE_BCD_JOINT, layer}, &s->error);
    for (size_t i = 0; i < (row ? l->out : n); i++) {
        kinks_group g = {.l = l,

                         .layer = layer,
                         .first = row ? i : i * l->out,
                         .step = row ? l->out : 1,
                         .count = row ? n : l->out,
                         .a = row ? clarke_split_input(s->net, x, layer)
                                  : clarke_split_block(s->net, x, l->w),
                         .a_kink = row ? l->in : 1,
                         .a_entry = row ? 1 : l->out,
                         .at = row ? i : i * l->in,
                         .apart = row ? l->out : 1,
                         .xi = s->change.value,
                         .low = s->change.size,
                         .high = s->move.size};
        kinks_group_solve(s, &g);
    }
}
