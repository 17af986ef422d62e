/* The update of a hidden z: entry by entry the global minimiser of h(t) = (t - m)^2 + (a - f(t))^2.

   f piecewise linear: parts/lib/prox_unit.h, both weights being the same; of two minimisers the one
   on the left. For relu the candidates are min(m, 0) and max((m + a)/2, 0), and the switch is at
   m = -(sqrt(2) - 1) a, where z jumps by a / sqrt(2).

   f smooth and increasing: h'(t)/2 = (t - m) - f'(t) (a - f(t)) has its zeros between m and
   m + (a - f(m)) sup f'. The best of a grid there and its neighbours enclose a minimiser, which
   bisection finds to the last bit. The grid resolves minima that are farther apart than its mesh.

   local: the minimiser over the piece on which z is, which a method that only descends would find. */
#include "core/clones.h"
#include "methods/lib/dladmm.h"
#include "parts/lib/prox_unit.h"

enum { HIDDEN_GRID = 16 };

/* Two pieces, slope 1 on the right. That of relu on the left, 0, is known when this is compiled, and
   so are the weights: its loop has no division. */
CLARKE_CLONES static clarke_tie_count dladmm_hidden_unit(size_t n, double slope,
                                                         const clarke_real *restrict m,
                                                         const clarke_real *restrict a,
                                                         clarke_real *restrict z)
{
    const clarke_prox_unit relu = clarke_prox_unit_make(1.0, 1.0, 0.0, false);
    const clarke_prox_unit other = clarke_prox_unit_make(1.0, 1.0, slope, false);
    clarke_tie_count ties = 0;
    if (slope == 0.0)
        for (size_t i = 0; i < n; i++) z[i] = clarke_prox_unit_at(relu, a[i], m[i], &ties);
    else
        for (size_t i = 0; i < n; i++) z[i] = clarke_prox_unit_at(other, a[i], m[i], &ties);
    return ties;
}

/* The number of entries with two minimisers. */
static size_t dladmm_hidden_pieces(const clarke_piece *piece, size_t pieces, size_t n,
                                   const clarke_real *m, const clarke_real *a, clarke_real *z)
{
    const bool unit = pieces == 2 && piece[0].high == 0.0 && piece[0].level == 0.0 &&
                      piece[1].slope == 1.0 && piece[1].level == 0.0;
    clarke_tie_count ties = 0;
    if (unit)
        ties = dladmm_hidden_unit(n, piece[0].slope, m, a, z);
    else
        for (size_t i = 0; i < n; i++)
            z[i] = clarke_prox_pieces(pieces, piece, 1.0, 1.0, false, a[i], m[i], &ties);
    clarke_blas_count(18.0 * (double)n);
    return (size_t)ties;
}

static void dladmm_hidden_local(const clarke_piece *piece, size_t pieces, size_t n,
                                const clarke_real *m, const clarke_real *a, clarke_real *z)
{
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k + 1 < pieces && z[i] > (clarke_real)piece[k].high) k++;
        const clarke_real s = (clarke_real)piece[k].slope, level = (clarke_real)piece[k].level;
        const clarke_real t = (m[i] + s * (a[i] - level)) / (1 + s * s);
        const clarke_real low = k > 0 ? (clarke_real)piece[k - 1].high : -(clarke_real)INFINITY;
        const clarke_real high = (clarke_real)piece[k].high;
        z[i] = t < low ? low : t > high ? high : t;
    }
    clarke_blas_count(8.0 * (double)n);
}

typedef struct {
    const clarke_activation_desc *f;
    const clarke_activation_opts *o;
    clarke_real m, a;
} hidden_entry;

static clarke_real dladmm_hidden_value(const hidden_entry *e, clarke_real t)
{
    clarke_real y;
    e->f->value(e->o, 1, &t, &y);
    return (t - e->m) * (t - e->m) + (e->a - y) * (e->a - y);
}

/* h'(t) / 2. */
static clarke_real dladmm_hidden_slope(const hidden_entry *e, clarke_real t)
{
    clarke_real y, d;
    e->f->value(e->o, 1, &t, &y);
    d = e->a - y;
    e->f->chain(e->o, 1, &t, &d);
    return (t - e->m) - d;
}

static clarke_real dladmm_hidden_smooth(const hidden_entry *e, clarke_real steepest)
{
    clarke_real y;
    e->f->value(e->o, 1, &e->m, &y);
    const clarke_real reach = steepest * (e->a - y);
    clarke_real low = reach < 0 ? e->m + reach : e->m, high = reach < 0 ? e->m : e->m + reach;
    const clarke_real mesh = (high - low) / HIDDEN_GRID;
    clarke_real best = dladmm_hidden_value(e, low), at = low;
    for (int k = 1; k <= HIDDEN_GRID; k++) {
        const clarke_real t = low + (clarke_real)k * mesh, value = dladmm_hidden_value(e, t);
        if (!(value < best)) continue;
        best = value;
        at = t;
    }
    if (at - mesh > low) low = at - mesh;
    if (at + mesh < high) high = at + mesh;
    /* Halving ends when nothing lies between; NaN ends it at once. */
    for (;;) {
        const clarke_real t = low + (high - low) / 2;
        if (!(low < t && t < high)) return t;
        if (dladmm_hidden_slope(e, t) > 0)
            high = t;
        else
            low = t;
    }
}

size_t CLARKE_REAL(clarke_dladmm_hidden)(const clarke_activation_desc *f,
                                         const clarke_activation_opts *o, bool local, size_t n,
                                         const clarke_real *m, const clarke_real *a, clarke_real *z)
{
    if (f->pieces) {
        clarke_piece piece[CLARKE_PIECES_MAX];
        const size_t pieces = f->pieces(o, piece);
        if (!local) return dladmm_hidden_pieces(piece, pieces, n, m, a, z);
        dladmm_hidden_local(piece, pieces, n, m, a, z);
        return 0;
    }
    const clarke_real steepest = (clarke_real)f->lipschitz(o);
    for (size_t i = 0; i < n; i++) {
        const hidden_entry e = {f, o, m[i], a[i]};
        z[i] = dladmm_hidden_smooth(&e, steepest);
    }
    clarke_blas_count(400.0 * (double)n);
    return 0;
}
