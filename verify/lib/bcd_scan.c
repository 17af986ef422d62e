/* The smallest value of a kinked subproblem of two-splitting in one or two numbers, over all of its
   pieces. A row of W_i or a column of V_i minimises

     F(p) = gamma/2 sum_k (c_k - e_k.p - sigma(a_k.p))^2 + sum_l w_l/2 |p - at_l|^2,

   e_k = 0, or the k-th unit vector (a skip out of V_i). Between the lines a_k.p = kink F is a quadratic,
   so that its smallest value is that at a quadratic's minimiser, on a ray of the lines, at a breakpoint or
   at 0. All of these are tried, wherever they lie: F at any point is F. In two numbers the kink is at 0,
   and every sector is the one to the left of some ray; to the left of the ray along m the sign of a_k.p is
   that of a_k.m, or of a_k.n, n to the left of m, where a_k.m = 0.

   What a correct update in double may miss of it, u = 2^-53. F is a sum of `terms` + 3 d squares of
   magnitude S at most, each with at most 2 (d + 8) roundings: an evaluation errs by u (terms + 5 d + 16) S.
   An update compares values, or their differences from the old point, at its own choice, at the best point
   and at the old one, and may take what it cannot tell apart: 4 times the sum at the three. The best point
   itself is rounded: by 8 u of its size, which across a kink costs the slope, at most 2 S over that size;
   and as a solution of H p = g, whose parts err by 2 u (terms + d + 16) of their magnitudes, by
   e = that over the smallest eigenvalue, at least sum w_l, which costs |H| e^2/2. */
#include "verify/lib/bcd_dist.h"

#include <math.h>

enum { SCAN_PULLS = 3 };

typedef struct {
    const clarke_bcd_net *s;
    size_t layer, d, terms;
    const double *a; /* a_k[c] = a[k * a_term + c * a_entry] */
    size_t a_term, a_entry;
    const double *c, *taken; /* c_k = c[k * c_term] - taken[k * taken_term] */
    size_t c_term, taken_term;
    bool leads; /* e_k is a unit vector */
    size_t pulls;
    struct {
        long double weight, at[2];
    } pull[SCAN_PULLS];
    /* what was found */
    long double best, at[2];
    long double second; /* the next smallest of a minimum inside a piece */
    long double noise;
} scan;

static long double scan_a(const scan *f, size_t k, size_t c)
{
    return f->a[k * f->a_term + c * f->a_entry];
}

static long double scan_dot(const scan *f, size_t k, const long double *p)
{
    long double sum = 0.0L;
    for (size_t c = 0; c < f->d; c++) sum += scan_a(f, k, c) * p[c];
    return sum;
}

static long double scan_target(const scan *f, size_t k)
{
    const long double taken = f->taken ? (long double)f->taken[k * f->taken_term] : 0.0L;
    return (long double)f->c[k * f->c_term] - taken;
}

static long double scan_lead(const scan *f, size_t k, const long double *p)
{
    return f->leads && k < f->d ? p[k] : 0.0L;
}

static long double scan_value(const scan *f, const long double *p)
{
    const long double gamma = f->s->net->layer[f->layer].gamma;
    long double sum = 0.0L;
    for (size_t k = 0; k < f->terms; k++) {
        const long double t = scan_target(f, k) - scan_lead(f, k, p) -
                              clarke_bcd_sigma_value(f->s, f->layer, scan_dot(f, k, p));
        sum += 0.5L * gamma * t * t;
    }
    for (size_t l = 0; l < f->pulls; l++)
        for (size_t c = 0; c < f->d; c++) {
            const long double t = p[c] - f->pull[l].at[c];
            sum += 0.5L * f->pull[l].weight * t * t;
        }
    return sum;
}

/* |sigma(z)| <= steep |z|. */
static long double scan_steep(const scan *f)
{
    const double slope = f->s->net->layer[f->layer].opts.negative_slope;
    return f->s->sigma[f->layer] == CLARKE_BCD_LEAKY ? fmaxl(1.0L, fabsl((long double)slope))
                                                     : 1.0L;
}

/* S: the same sum with magnitudes. */
static long double scan_size(const scan *f, const long double *p)
{
    const long double gamma = f->s->net->layer[f->layer].gamma, steep = scan_steep(f);
    long double sum = 0.0L;
    for (size_t k = 0; k < f->terms; k++) {
        long double t = fabsl((long double)f->c[k * f->c_term]) + fabsl(scan_lead(f, k, p));
        if (f->taken) t += fabsl((long double)f->taken[k * f->taken_term]);
        for (size_t c = 0; c < f->d; c++) t += steep * fabsl(scan_a(f, k, c) * p[c]);
        sum += gamma * t * t;
    }
    for (size_t l = 0; l < f->pulls; l++)
        for (size_t c = 0; c < f->d; c++) {
            const long double t = fabsl(p[c]) + fabsl(f->pull[l].at[c]);
            sum += f->pull[l].weight * t * t;
        }
    return sum;
}

/* The quadratic p.H.p/2 - g.p that F is, but for a constant, around the point m, or to the side n of it
   where m is at a kink. */
typedef struct {
    long double h[2][2], g[2];
    long double large, size; /* |H| at most, and |g| with magnitudes */
} scan_quadratic;

static long double scan_slope(const scan *f, size_t k, const long double *m, const long double *n,
                              long double *level)
{
    const long double z = scan_dot(f, k, m), side = scan_dot(f, k, n);
    long double slope[2];
    clarke_bcd_sigma_slopes(f->s, f->layer, z, slope);
    const long double s = side < 0.0L ? slope[0] : slope[1];
    *level = clarke_bcd_sigma_value(f->s, f->layer, z) - s * z;
    return s;
}

static scan_quadratic scan_around(const scan *f, const long double *m, const long double *n)
{
    const long double gamma = f->s->net->layer[f->layer].gamma;
    scan_quadratic q = {0};
    for (size_t k = 0; k < f->terms; k++) {
        long double level, b[2] = {0.0L, 0.0L};
        const long double slope = scan_slope(f, k, m, n, &level);
        for (size_t c = 0; c < f->d; c++)
            b[c] = slope * scan_a(f, k, c) + (f->leads && k == c ? 1.0L : 0.0L);
        for (size_t c = 0; c < f->d; c++) {
            q.g[c] += gamma * b[c] * (scan_target(f, k) - level);
            q.size += gamma * fabsl(b[c]) * (fabsl(scan_target(f, k)) + fabsl(level));
            for (size_t e = 0; e < f->d; e++) q.h[c][e] += gamma * b[c] * b[e];
        }
    }
    for (size_t l = 0; l < f->pulls; l++)
        for (size_t c = 0; c < f->d; c++) {
            q.h[c][c] += f->pull[l].weight;
            q.g[c] += f->pull[l].weight * f->pull[l].at[c];
            q.size += f->pull[l].weight * fabsl(f->pull[l].at[c]);
        }
    for (size_t c = 0; c < f->d; c++) q.large += q.h[c][c];
    return q;
}

static void scan_try(scan *f, const long double *p)
{
    const long double value = scan_value(f, p);
    if (!(value < f->best)) return;
    f->best = value;
    for (size_t c = 0; c < f->d; c++) f->at[c] = p[c];
}

/* Whether p has the slopes that its piece was taken with. */
static bool scan_inside(const scan *f, const long double *p, const long double *m,
                        const long double *n)
{
    for (size_t k = 0; k < f->terms; k++) {
        long double slope[2], level;
        clarke_bcd_sigma_slopes(f->s, f->layer, scan_dot(f, k, p), slope);
        const long double own = scan_slope(f, k, m, n, &level);
        if (slope[0] != own || slope[1] != own) return false;
    }
    return true;
}

/* The minimiser of the quadratic around m. */
static void scan_piece(scan *f, const long double *m, const long double *n)
{
    const scan_quadratic q = scan_around(f, m, n);
    long double p[2] = {q.g[0] / q.h[0][0], 0.0L}, least = 0.0L, length = 0.0L;
    if (f->d == 2) {
        const long double det = q.h[0][0] * q.h[1][1] - q.h[0][1] * q.h[1][0];
        p[0] = (q.h[1][1] * q.g[0] - q.h[0][1] * q.g[1]) / det;
        p[1] = (q.h[0][0] * q.g[1] - q.h[1][0] * q.g[0]) / det;
    }
    if (!isfinite(p[0]) || !isfinite(p[1])) return;
    for (size_t l = 0; l < f->pulls; l++) least += f->pull[l].weight;
    for (size_t c = 0; c < f->d; c++) length = hypotl(length, p[c]);
    const long double count = (long double)(f->terms + f->d) + 16.0L;
    const long double error = 2.0L * CLARKE_BCD_UNIT * count * (q.size + q.large * length) / least;
    f->noise = fmaxl(f->noise, 0.5L * q.large * error * error);
    scan_try(f, p);
    const long double value = scan_value(f, p);
    if (value > f->best && value < f->second && scan_inside(f, p, m, n)) f->second = value;
}

/* Along t m, t >= 0, where the kinks that m is on add nothing. */
static void scan_ray(scan *f, const long double *m, const long double *n)
{
    const scan_quadratic q = scan_around(f, m, n);
    long double curve = 0.0L, slope = 0.0L;
    for (size_t c = 0; c < f->d; c++) {
        slope += q.g[c] * m[c];
        for (size_t e = 0; e < f->d; e++) curve += m[c] * q.h[c][e] * m[e];
    }
    const long double t = fmaxl(slope / curve, 0.0L), p[2] = {t * m[0], t * m[1]};
    if (isfinite(t)) scan_try(f, p);
}

static void scan_plane(scan *f)
{
    static const long double origin[2] = {0.0L, 0.0L}, any[2] = {1.0L, 0.0L},
                             left[2] = {0.0L, 1.0L};
    scan_piece(f, any, left);
    scan_try(f, origin);
    for (size_t k = 0; k < 2 * f->terms; k++) {
        const long double sign = k % 2 ? -1.0L : 1.0L;
        const long double m[2] = {-sign * scan_a(f, k / 2, 1), sign * scan_a(f, k / 2, 0)};
        const long double n[2] = {-m[1], m[0]};
        if (m[0] == 0.0L && m[1] == 0.0L) continue;
        scan_piece(f, m, n);
        scan_ray(f, m, n);
    }
}

/* Breakpoint 2 k or 2 k + 1 of term k; NAN where there is none. */
static long double scan_cut(const scan *f, size_t number)
{
    const long double a = scan_a(f, number / 2, 0);
    const bool two = f->s->sigma[f->layer] == CLARKE_BCD_HARD_TANH;
    if (a == 0.0L || (number % 2 && !two)) return NAN;
    return (two ? (number % 2 ? 1.0L : -1.0L) : 0.0L) / a;
}

static void scan_line(scan *f)
{
    static const long double right[2] = {1.0L, 0.0L};
    long double least = INFINITY;
    for (size_t i = 0; i < 2 * f->terms; i++) {
        const long double cut = scan_cut(f, i);
        long double next = INFINITY;
        if (isnan(cut)) continue;
        for (size_t j = 0; j < 2 * f->terms; j++)
            if (scan_cut(f, j) > cut) next = fminl(next, scan_cut(f, j));
        least = fminl(least, cut);
        const long double p[2] = {cut, 0.0L};
        const long double m[2] = {isinf(next) ? cut + 1.0L : 0.5L * (cut + next), 0.0L};
        scan_try(f, p);
        scan_piece(f, m, right);
    }
    const long double m[2] = {isinf(least) ? 0.0L : least - 1.0L, 0.0L};
    scan_piece(f, m, right);
}

static void scan_choose(scan *f, const long double *now, const long double *old,
                        clarke_bcd_choice *choice)
{
    f->best = INFINITY, f->noise = 0.0L;
    for (size_t pass = 0; pass < 2; pass++) { /* the second knows the best */
        f->second = INFINITY;
        if (f->d == 2)
            scan_plane(f);
        else
            scan_line(f);
    }
    const long double count = (long double)(f->terms + 5 * f->d) + 32.0L;
    const long double size = scan_size(f, now) + scan_size(f, old) + scan_size(f, f->at);
    const long double bound = 4.0L * CLARKE_BCD_UNIT * count * size + f->noise + CLARKE_BCD_TINY;
    const long double ratio = (scan_value(f, now) - f->best) / bound;
    if (!(ratio <= choice->worst)) choice->worst = ratio;
    choice->allowance += bound;
    if (isinf(f->second) || !(f->second - f->best > bound)) return;
    choice->contested++;
    choice->resolved = fmaxl(choice->resolved, (f->second - f->best) / bound);
}

static void scan_pull(scan *f, long double weight, const long double *at)
{
    f->pull[f->pulls].weight = weight;
    for (size_t c = 0; c < f->d; c++) f->pull[f->pulls].at[c] = at[c];
    f->pulls++;
}

/* Entry c of the row or column is j = first + c * step of the block. */
static void scan_entries(scan *f, const double *now, clarke_bcd_prox prox, const clarke_term *p,
                         size_t first, size_t step, clarke_bcd_choice *choice)
{
    long double at[2] = {0.0L, 0.0L}, old[2] = {0.0L, 0.0L}, centre[2] = {0.0L, 0.0L};
    for (size_t c = 0; c < f->d; c++) {
        const size_t j = first + c * step;
        at[c] = now[j];
        old[c] = prox.old ? (long double)prox.old[j] : (long double)now[j];
        centre[c] = p ? (long double)clarke_bcd_centre(p, j) : 0.0L;
    }
    scan_pull(f, prox.old ? (long double)prox.alpha : 0.0L, old);
    if (p && p->kind == CLARKE_TERM_RIDGE) scan_pull(f, (long double)p->weight, centre);
    scan_choose(f, at, old, choice);
}

static void scan_rows(const clarke_bcd_net *s, const double *x, size_t i, clarke_bcd_prox prox,
                      clarke_bcd_choice *choice)
{
    const clarke_split *net = s->net;
    const clarke_split_layer *l = &net->layer[i];
    const double *input = clarke_split_input(net, x, i), *v = clarke_split_block(net, x, l->v);
    for (size_t r = 0; r < l->out; r++) {
        scan f = {.s = s,
                  .layer = i,
                  .d = l->in,
                  .terms = net->samples,
                  .a = input,
                  .a_term = l->in,
                  .a_entry = 1,
                  .c = v + r,
                  .c_term = l->out,
                  .taken = l->skip ? input + r : NULL,
                  .taken_term = l->in};
        scan_entries(&f, clarke_split_block(net, x, l->w), prox, &l->w_term, r, l->out, choice);
    }
}

static void scan_columns(clarke_bcd_net *s, const double *x, size_t i, clarke_bcd_prox prox,
                         clarke_bcd_choice *choice)
{
    const clarke_split *net = s->net;
    const clarke_split_layer *l = &net->layer[i], *next = l + 1;
    const double *skip = l->skip ? clarke_split_input(net, x, i) : NULL;
    clarke_bcd_product(net, x, i, &s->before);
    for (size_t j = 0; j < net->samples; j++) {
        scan f = {.s = s,
                  .layer = i + 1,
                  .d = l->out,
                  .terms = next->out,
                  .a = clarke_split_block(net, x, next->w),
                  .a_term = 1,
                  .a_entry = next->out,
                  .c = clarke_split_block(net, x, next->v) + j * next->out,
                  .c_term = 1,
                  .leads = next->skip};
        long double level[2];
        for (size_t c = 0; c < f.d; c++)
            level[c] = clarke_bcd_sigma_value(s, i, s->before.value[j * l->out + c]) +
                       (skip ? (long double)skip[j * l->out + c] : 0.0L);
        scan_pull(&f, (long double)l->gamma, level);
        scan_entries(&f, clarke_split_block(net, x, l->v), prox, &l->v_term, j * l->out, 1, choice);
    }
}

clarke_bcd_choice clarke_bcd_least(clarke_bcd_net *s, const double *x, clarke_bcd_block b,
                                   clarke_bcd_prox prox)
{
    const clarke_split *net = s->net;
    const bool row = b.role == CLARKE_ROLE_W;
    const size_t kinked = row ? b.layer : b.layer + 1;
    clarke_bcd_choice choice = {.worst = -INFINITY};
    if (net->kind != CLARKE_SPLIT_TWO || prox.from || kinked > net->depth ||
        clarke_bcd_sigma_smooth(s, kinked))
        return choice;
    const size_t d = net->layer[kinked].in;
    if (d > 2 || (d == 2 && s->sigma[kinked] == CLARKE_BCD_HARD_TANH)) return choice;
    if (row)
        scan_rows(s, x, b.layer, prox, &choice);
    else
        scan_columns(s, x, b.layer, prox, &choice);
    return choice;
}
