#include "methods/lib/bcd_falls.h"

#include "core/clones.h"
#include "core/sum.h"

#include <string.h>

static const double falls_u = 0x1p-53;

/* So many columns are summed row by row in plain loops before their sums are added up. */
enum { FALLS_PIECE = 64 };

typedef struct {
    double coupling, error; /* rho/2 |R_i|^2 as last known, and a bound of its error */
    bool pending;           /* V_{i-1} has moved since */
    clarke_split_drop own;  /* and this is the fall of its own term */
    double *sum_u, *sum_v;  /* [out] U_i 1, V_i 1 */
} falls_layer;

/* |t + a|^2 - |t|^2 of matrices of the same size: the sums of a (2 t + a), of its absolute terms, a^2
   and t^2; first of each row over the columns of a piece. */
typedef struct {
    clarke_sum change;
    double size, a, t;
    double *row; /* [4][rows] */
} falls_pair;

struct clarke_bcd_falls {
    const clarke_split *split;
    falls_layer *layer;      /* [N + 1]; of layer 0 only sum_v */
    double *norm;            /* [blocks] Frobenius norms */
    double input;            /* |X|_F */
    double *old;             /* [largest block] as it was */
    double *now, *before;    /* [widest] a column each */
    double *zero;            /* [widest] */
    double *square;          /* [widest] */
    double *row[2];          /* [4][widest] of a pair */
    double *middle, *matrix; /* [largest W] */
    double *product;         /* [widest][n] */
};

/* ---- sums ---- */

static double falls_norm(size_t size, const double *x)
{
    double sum = 0.0;
    for (size_t e = 0; e < size; e++) sum += x[e] * x[e];
    return sqrt(sum);
}

CLARKE_CLONES static void falls_add_column(size_t rows, const double *restrict x,
                                           double *restrict sum, double *restrict square)
{
    for (size_t r = 0; r < rows; r++) sum[r] += x[r];
    for (size_t r = 0; r < rows; r++) square[r] += x[r] * x[r];
}

static double falls_total(size_t rows, const double *row)
{
    double sum = 0.0;
    for (size_t r = 0; r < rows; r++) sum += row[r];
    return sum;
}

static void falls_rows_begin(clarke_bcd_falls *f, size_t rows, double *sum)
{
    memset(sum, 0, rows * sizeof *sum);
    memset(f->square, 0, rows * sizeof *f->square);
}

/* The Frobenius norm of the columns that were added. */
static double falls_rows_norm(const clarke_bcd_falls *f, size_t rows)
{
    return sqrt(falls_total(rows, f->square));
}

static double falls_rows(clarke_bcd_falls *f, size_t rows, size_t columns, const double *x,
                         double *sum)
{
    falls_rows_begin(f, rows, sum);
    for (size_t j = 0; j < columns; j++) falls_add_column(rows, x + j * rows, sum, f->square);
    return falls_rows_norm(f, rows);
}

/* A column of a = a0 - a1 and of t = t0 - t1 - t2. */
CLARKE_CLONES static void falls_pair_column(size_t n, const double *restrict a0,
                                            const double *restrict a1, const double *restrict t0,
                                            const double *restrict t1, const double *restrict t2,
                                            double *restrict change, double *restrict size,
                                            double *restrict a_square, double *restrict t_square)
{
    for (size_t r = 0; r < n; r++) {
        const double a = a0[r] - a1[r], t = t0[r] - t1[r] - t2[r];
        change[r] += a * (2.0 * t + a);
        size[r] += fabs(a) * (2.0 * fabs(t) + fabs(a));
        a_square[r] += a * a;
        t_square[r] += t * t;
    }
}

static void falls_pair_add(falls_pair *p, size_t n, const double *a0, const double *a1,
                           const double *t0, const double *t1, const double *t2)
{
    falls_pair_column(n, a0, a1, t0, t1, t2, p->row, p->row + n, p->row + 2 * n, p->row + 3 * n);
}

/* Ends a piece. */
static void falls_pair_flush(falls_pair *p, size_t n)
{
    for (size_t r = 0; r < n; r++) clarke_sum_add(&p->change, p->row[r]);
    p->size += falls_total(n, p->row + n);
    p->a += falls_total(n, p->row + 2 * n);
    p->t += falls_total(n, p->row + 3 * n);
    memset(p->row, 0, 4 * n * sizeof *p->row);
}

static falls_pair falls_pair_begin(double *row, size_t n)
{
    memset(row, 0, 4 * n * sizeof *row);
    return (falls_pair){.row = row};
}

static bool falls_piece_ends(size_t column, size_t columns)
{
    return (column + 1) % FALLS_PIECE == 0 || column + 1 == columns;
}

/* weight/2 times the change; a piece of a row is summed plainly, each term rounded four times, and a and
   t err by a_error and t_error in the Frobenius norm. */
static clarke_split_drop falls_pair_end(const falls_pair *p, double weight, double a_error,
                                        double t_error)
{
    const double a = sqrt(p->a), t = sqrt(p->t);
    return (clarke_split_drop){0.5 * weight * clarke_sum_of(&p->change),
                               0.5 * weight *
                                   (((double)FALLS_PIECE + 4.0) * falls_u * p->size +
                                    2.0 * a * t_error +
                                    a_error * (2.0 * t + 2.0 * a + 2.0 * t_error + a_error)),
                               a};
}

static void falls_drop_add(clarke_split_drop *to, clarke_split_drop part)
{
    to->decrease += part.decrease;
    to->rounding += part.rounding;
}

/* ---- making ---- */

static clarke_status falls_admits(const clarke_split *s)
{
    bool terms = false;
    for (size_t i = 1; i <= s->depth; i++)
        terms |= s->layer[i].w_term.kind != CLARKE_TERM_NONE ||
                 s->layer[i].v_term.kind != CLARKE_TERM_NONE;
    if (s->kind == CLARKE_SPLIT_THREE && !s->residual && !terms) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "the falls of block descent are followed in three-splittings "
                                      "without skips and terms only");
}

static void falls_begin(clarke_bcd_falls *f, const double *x)
{
    const clarke_split *s = f->split;
    f->input = falls_rows(f, s->layer[0].out, s->samples, s->x, f->layer[0].sum_v);
    for (size_t i = 1; i <= s->depth; i++) {
        const clarke_split_layer *l = &s->layer[i];
        const double *u = clarke_split_block(s, x, l->u), *v = clarke_split_block(s, x, l->v);
        f->norm[l->u] = falls_rows(f, l->out, s->samples, u, f->layer[i].sum_u);
        f->norm[l->v] = falls_rows(f, l->out, s->samples, v, f->layer[i].sum_v);
        f->norm[l->w] = falls_norm(l->out * l->in, clarke_split_block(s, x, l->w));
        if (l->b != CLARKE_NO_BLOCK)
            f->norm[l->b] = falls_norm(l->out, clarke_split_block(s, x, l->b));
    }
}

clarke_status clarke_bcd_falls_make(const clarke_split *s, const double *x, clarke_arena *mem,
                                    clarke_bcd_falls **falls)
{
    CLARKE_TRY(falls_admits(s));
    clarke_bcd_falls *f = clarke_alloc(mem, sizeof *f);
    CLARKE_TRY(clarke_arena_status(mem));
    size_t widest = 0, largest = 0, weights = 0;
    for (size_t k = 0; k < s->layout.count; k++)
        if (clarke_split_size(s, k) > largest) largest = clarke_split_size(s, k);
    *f = (clarke_bcd_falls){.split = s};
    f->layer = clarke_alloc_array(mem, s->depth + 1, sizeof *f->layer);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 0; i <= s->depth; i++) {
        const clarke_split_layer *l = &s->layer[i];
        f->layer[i] =
            (falls_layer){.sum_u = clarke_vec(mem, l->out), .sum_v = clarke_vec(mem, l->out)};
        if (l->out > widest) widest = l->out;
        if (i > 0 && l->out * l->in > weights) weights = l->out * l->in;
    }
    f->norm = clarke_vec(mem, s->layout.count);
    f->old = clarke_vec(mem, largest);
    f->now = clarke_vec(mem, widest), f->before = clarke_vec(mem, widest);
    f->zero = clarke_vec(mem, widest), f->square = clarke_vec(mem, widest);
    f->row[0] = clarke_vec(mem, 4 * widest), f->row[1] = clarke_vec(mem, 4 * widest);
    f->middle = clarke_vec(mem, weights), f->matrix = clarke_vec(mem, weights);
    f->product = clarke_vec(mem, widest * s->samples);
    CLARKE_TRY(clarke_arena_status(mem));
    falls_begin(f, x);
    *falls = f;
    return CLARKE_OK;
}

/* ---- V_i, i < N: its own term ---- */

/* Also the new sums and norm of V_i. */
static clarke_split_drop falls_values(clarke_bcd_falls *f, const double *x, size_t i)
{
    const clarke_split *s = f->split;
    const clarke_split_layer *l = &s->layer[i];
    const double *v = clarke_split_block(s, x, l->v), *u = clarke_split_block(s, x, l->u);
    const size_t d = l->out;
    falls_pair p = falls_pair_begin(f->row[0], d);
    falls_rows_begin(f, d, f->layer[i].sum_v);
    for (size_t j = 0; j < s->samples; j++) {
        falls_add_column(d, v + j * d, f->layer[i].sum_v, f->square);
        l->activation->value(&l->opts, d, u + j * d, f->now);
        falls_pair_add(&p, d, f->old + j * d, v + j * d, v + j * d, f->now, f->zero);
        if (falls_piece_ends(j, s->samples)) falls_pair_flush(&p, d);
    }
    f->norm[l->v] = falls_rows_norm(f, d);
    const double level = l->activation->lipschitz(&l->opts) * f->norm[l->u];
    return falls_pair_end(&p, l->gamma, falls_u * sqrt(p.a),
                          6.0 * falls_u * (f->norm[l->v] + level));
}

/* ---- U_i ---- */

/* Of the product W_i V_{i-1} + b_i 1^T. */
static double falls_product_error(const clarke_bcd_falls *f, size_t i)
{
    const clarke_split *s = f->split;
    const clarke_split_layer *l = &s->layer[i];
    const double input = i == 1 ? f->input : f->norm[s->layer[i - 1].v];
    const double bias = l->b == CLARKE_NO_BLOCK ? 0.0 : f->norm[l->b] * sqrt((double)s->samples);
    return ((double)l->in + 2.0) * falls_u * (f->norm[l->w] * input + bias);
}

/* b_i, or 0. */
static const double *falls_biases(const clarke_bcd_falls *f, const double *x, size_t i)
{
    const size_t block = f->split->layer[i].b;
    return block == CLARKE_NO_BLOCK ? f->zero : clarke_split_block(f->split, x, block);
}

/* rho/2 |R_i|^2 with |R_i|^2 = square and R_i within error: the sum is one of out n terms, of a piece's
   row, of the rows, and of the pieces. */
static double falls_square_error(const clarke_split *s, size_t i, double square, double error)
{
    const clarke_split_layer *l = &s->layer[i];
    return 0.5 * l->rho *
           (error * (2.0 * sqrt(square) + error) +
            ((double)(l->out + s->samples) + 4.0) * falls_u * square);
}

/* The fall of both terms; that of the coupling alone goes to the layer's, with its value. Also the new sums
   and norm of U_i. */
static clarke_split_drop falls_inputs(clarke_bcd_falls *f, const double *x, size_t i,
                                      const double *z, clarke_split_drop *coupling)
{
    const clarke_split *s = f->split;
    const clarke_split_layer *l = &s->layer[i];
    const double *u = clarke_split_block(s, x, l->u), *v = clarke_split_block(s, x, l->v);
    const double *bias = falls_biases(f, x, i);
    const size_t d = l->out;
    falls_pair link = falls_pair_begin(f->row[0], d), joint = falls_pair_begin(f->row[1], d);
    falls_rows_begin(f, d, f->layer[i].sum_u);
    for (size_t j = 0; j < s->samples; j++) {
        const double *now = u + j * d, *before = f->old + j * d;
        falls_add_column(d, now, f->layer[i].sum_u, f->square);
        l->activation->value(&l->opts, d, now, f->now);
        l->activation->value(&l->opts, d, before, f->before);
        falls_pair_add(&link, d, f->now, f->before, v + j * d, f->now, f->zero);
        falls_pair_add(&joint, d, before, now, now, z + j * d, bias);
        if (!falls_piece_ends(j, s->samples)) continue;
        falls_pair_flush(&link, d), falls_pair_flush(&joint, d);
    }
    f->norm[l->u] = falls_rows_norm(f, d);
    /* sigma at either point errs by at most 4 u of it. */
    const double level = l->activation->lipschitz(&l->opts) * (2.0 * f->norm[l->u] + sqrt(joint.a));
    const double error = falls_product_error(f, i) + 2.0 * falls_u * f->norm[l->u];
    clarke_split_drop drop = falls_pair_end(&link, l->gamma, 4.0 * falls_u * level,
                                            6.0 * falls_u * (f->norm[l->v] + level));
    *coupling = falls_pair_end(&joint, l->rho, falls_u * sqrt(joint.a), error);
    falls_drop_add(&drop, *coupling);
    drop.step = coupling->step;
    f->layer[i].coupling = 0.5 * l->rho * joint.t;
    f->layer[i].error = falls_square_error(s, i, joint.t, error);
    return drop;
}

/* Ends what V_{i-1} left open: rho/2 |R_i|^2 was `kept` before it and is `now` after it. */
static clarke_bcd_fall_known falls_close(clarke_bcd_falls *f, size_t i, double kept,
                                         double kept_error, double now, double error)
{
    clarke_bcd_fall_known k = {f->split->layer[i - 1].v, f->layer[i].own};
    k.drop.decrease += kept - now;
    k.drop.rounding += kept_error + error + 2.0 * falls_u * fabs(k.drop.decrease);
    f->layer[i].pending = false;
    return k;
}

/* ---- W_i and b_i ---- */

static clarke_split_drop falls_weights(clarke_bcd_falls *f, const double *x, size_t i,
                                       clarke_bcd_formed formed)
{
    const clarke_split *s = f->split;
    const clarke_split_layer *l = &s->layer[i];
    const double *w = clarke_split_block(s, x, l->w);
    const size_t size = l->out * l->in;
    for (size_t e = 0; e < size; e++) f->middle[e] = 0.5 * (w[e] + f->old[e]);
    memcpy(f->matrix, formed.right, size * sizeof *f->matrix);
    cblas_dsymm(CblasColMajor, CblasRight, CblasLower, clarke_blas_int(l->out),
                clarke_blas_int(l->in), -1.0, formed.gram, clarke_blas_int(l->in), f->middle,
                clarke_blas_int(l->out), 1.0, f->matrix, clarke_blas_int(l->out));
    clarke_blas_count(2.0 * (double)size * (double)l->in);
    clarke_sum sum = {0};
    double terms = 0.0, square = 0.0;
    for (size_t e = 0; e < size; e++) {
        const double step = w[e] - f->old[e];
        clarke_sum_add(&sum, f->matrix[e] * step);
        terms += fabs(f->matrix[e] * step);
        square += step * step;
    }
    /* The three matrices are sums over the samples, and over the inputs of the layer. */
    const double n = (double)s->samples, input = i == 1 ? f->input : f->norm[s->layer[i - 1].v];
    const double bias = l->b == CLARKE_NO_BLOCK ? 0.0 : f->norm[l->b] * sqrt(n);
    const double error = l->rho * falls_u * input *
                         ((n + 3.0) * (f->norm[l->u] + bias) +
                          (n + (double)l->in + 4.0) * input * falls_norm(size, f->middle));
    return (clarke_split_drop){clarke_sum_of(&sum), 4.0 * falls_u * terms + error * sqrt(square),
                               sqrt(square)};
}

/* b moves by e: rho <(U - W V_{i-1}) 1 - n b, e> + rho n/2 |e|^2, b as it is afterwards. */
static clarke_split_drop falls_bias(clarke_bcd_falls *f, const double *x, size_t i)
{
    const clarke_split *s = f->split;
    const clarke_split_layer *l = &s->layer[i];
    const double *w = clarke_split_block(s, x, l->w), *b = clarke_split_block(s, x, l->b);
    const double n = (double)s->samples, input = i == 1 ? f->input : f->norm[s->layer[i - 1].v];
    double fall = 0.0, terms = 0.0, square = 0.0;
    clarke_gemv(false, l->out, l->in, 1.0, w, l->out, f->layer[i - 1].sum_v, 0.0, f->now);
    for (size_t r = 0; r < l->out; r++) {
        const double e = b[r] - f->old[r];
        const double term = l->rho * e *
                            (f->layer[i].sum_u[r] - f->now[r] - n * b[r] + 0.5 * n * e);
        fall += term;
        terms += l->rho * fabs(e) *
                 (fabs(f->layer[i].sum_u[r]) + fabs(f->now[r]) + n * (fabs(b[r]) + fabs(e)));
        square += e * e;
    }
    /* Row sums of n terms: sqrt(n) of the row's norm. */
    const double error = falls_u * sqrt(n) *
                         (n * f->norm[l->u] + (n + (double)l->in) * f->norm[l->w] * input);
    return (clarke_split_drop){
        fall, ((double)l->out + 8.0) * falls_u * terms + l->rho * error * sqrt(square),
        sqrt(square)};
}

/* ---- an update ---- */

void clarke_bcd_falls_before(clarke_bcd_falls *f, const double *x, size_t block)
{
    memcpy(f->old, clarke_split_block(f->split, x, block),
           clarke_split_size(f->split, block) * sizeof *f->old);
}

size_t clarke_bcd_falls_after(clarke_bcd_falls *f, clarke_split_work *work, const double *x,
                              size_t block, clarke_bcd_formed formed,
                              clarke_bcd_fall_known known[2])
{
    const clarke_split *s = f->split;
    size_t i, count = 0;
    clarke_split_drop coupling;
    const clarke_split_role role = clarke_split_role_of(s, block, &i);
    const clarke_split_layer *l = &s->layer[i];
    falls_layer *y = &f->layer[i];
    const double *now = clarke_split_block(s, x, block);
    if (role == CLARKE_ROLE_V) {
        if (i < s->depth) {
            f->layer[i + 1].own = falls_values(f, x, i);
            f->layer[i + 1].pending = true;
            return 0;
        }
        f->norm[block] = falls_rows(f, l->out, s->samples, now, y->sum_v);
        known[count++] =
            (clarke_bcd_fall_known){block, clarke_split_change(work, x, f->old, block)};
        return count;
    }
    if (role == CLARKE_ROLE_U) {
        const double kept = y->coupling, kept_error = y->error;
        const clarke_split_drop drop = falls_inputs(f, x, i, formed.product, &coupling);
        if (y->pending)
            known[count++] = falls_close(f, i, kept, kept_error, y->coupling + coupling.decrease,
                                         y->error + coupling.rounding);
        known[count++] = (clarke_bcd_fall_known){block, drop};
        return count;
    }
    f->norm[block] = falls_norm(clarke_split_size(s, block), now);
    const clarke_split_drop drop = role == CLARKE_ROLE_W ? falls_weights(f, x, i, formed)
                                                         : falls_bias(f, x, i);
    y->coupling -= drop.decrease, y->error += drop.rounding;
    known[count++] = (clarke_bcd_fall_known){block, drop};
    return count;
}

size_t clarke_bcd_falls_rest(clarke_bcd_falls *f, const double *x, clarke_bcd_fall_known *known)
{
    const clarke_split *s = f->split;
    size_t count = 0;
    for (size_t i = 2; i <= s->depth; i++) {
        const clarke_split_layer *l = &s->layer[i];
        falls_layer *y = &f->layer[i];
        if (!y->pending) continue;
        const double *v = clarke_split_input(s, x, i), *u = clarke_split_block(s, x, l->u);
        falls_pair p = falls_pair_begin(f->row[0], l->out);
        clarke_gemm(false, false, l->out, s->samples, l->in, 1.0, clarke_split_block(s, x, l->w),
                    l->out, v, l->in, 0.0, f->product, l->out);
        for (size_t j = 0; j < s->samples; j++) {
            falls_pair_add(&p, l->out, f->zero, f->zero, u + j * l->out, f->product + j * l->out,
                           falls_biases(f, x, i));
            if (falls_piece_ends(j, s->samples)) falls_pair_flush(&p, l->out);
        }
        const double error = falls_product_error(f, i) + 2.0 * falls_u * f->norm[l->u];
        known[count++] = falls_close(f, i, y->coupling, y->error, 0.5 * l->rho * p.t,
                                     falls_square_error(s, i, p.t, error));
    }
    return count;
}
