#include "methods/lib/bcd_falls.h"

#include "core/sum.h"

#include <string.h>

static const double falls_u = 0x1p-53;

typedef struct {
    double coupling, error; /* rho/2 |R_i|^2 as last known, and a bound of its error */
    bool pending;           /* V_{i-1} has moved since */
    clarke_split_drop own;  /* and this is the fall of its own term */
    double *sum_u, *sum_v;  /* [out] U_i 1, V_i 1 */
} falls_layer;

struct clarke_bcd_falls {
    const clarke_split *split;
    falls_layer *layer;      /* [N + 1]; of layer 0 only sum_v */
    double *norm;            /* [blocks] Frobenius norms */
    double input;            /* |X|_F */
    double *old;             /* [largest block] as it was */
    double *a, *t, *b, *r;   /* [widest] a column each */
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

static void falls_row_sums(size_t rows, size_t columns, const double *x, double *sum)
{
    memset(sum, 0, rows * sizeof *sum);
    for (size_t j = 0; j < columns; j++)
        for (size_t r = 0; r < rows; r++) sum[r] += x[j * rows + r];
}

/* |t + a|^2 - |t|^2 column by column: the sums of a (2 t + a), of its absolute terms, a^2 and t^2. */
typedef struct {
    clarke_sum change;
    double size, a, t;
} falls_pair;

static void falls_pair_column(falls_pair *p, size_t n, const double *a, const double *t)
{
    double change = 0.0, size = 0.0, a_square = 0.0, t_square = 0.0;
    for (size_t r = 0; r < n; r++) {
        change += a[r] * (2.0 * t[r] + a[r]);
        size += fabs(a[r]) * (2.0 * fabs(t[r]) + fabs(a[r]));
        a_square += a[r] * a[r];
        t_square += t[r] * t[r];
    }
    clarke_sum_add(&p->change, change);
    p->size += size, p->a += a_square, p->t += t_square;
}

/* weight/2 times the change; a column of n terms is summed plainly, each term rounded four times, and a
   and t err by a_error and t_error in the Frobenius norm. */
static clarke_split_drop falls_pair_end(const falls_pair *p, double weight, size_t n,
                                        double a_error, double t_error)
{
    const double a = sqrt(p->a), t = sqrt(p->t);
    return (clarke_split_drop){0.5 * weight * clarke_sum_of(&p->change),
                               0.5 * weight *
                                   (((double)n + 4.0) * falls_u * p->size + 2.0 * a * t_error +
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
    f->input = falls_norm(s->layer[0].out * s->samples, s->x);
    falls_row_sums(s->layer[0].out, s->samples, s->x, f->layer[0].sum_v);
    for (size_t k = 0; k < s->layout.count; k++)
        f->norm[k] = falls_norm(clarke_split_size(s, k), clarke_split_block(s, x, k));
    for (size_t i = 1; i <= s->depth; i++) {
        const clarke_split_layer *l = &s->layer[i];
        falls_row_sums(l->out, s->samples, clarke_split_block(s, x, l->u), f->layer[i].sum_u);
        falls_row_sums(l->out, s->samples, clarke_split_block(s, x, l->v), f->layer[i].sum_v);
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
    f->a = clarke_vec(mem, widest), f->t = clarke_vec(mem, widest);
    f->b = clarke_vec(mem, widest), f->r = clarke_vec(mem, widest);
    f->middle = clarke_vec(mem, weights), f->matrix = clarke_vec(mem, weights);
    f->product = clarke_vec(mem, widest * s->samples);
    CLARKE_TRY(clarke_arena_status(mem));
    falls_begin(f, x);
    *falls = f;
    return CLARKE_OK;
}

/* ---- V_i, i < N: its own term ---- */

static clarke_split_drop falls_values(clarke_bcd_falls *f, const double *x, size_t i)
{
    const clarke_split *s = f->split;
    const clarke_split_layer *l = &s->layer[i];
    const double *v = clarke_split_block(s, x, l->v), *u = clarke_split_block(s, x, l->u);
    falls_pair p = {0};
    for (size_t j = 0; j < s->samples; j++) {
        const double *now = v + j * l->out, *before = f->old + j * l->out;
        l->activation->value(&l->opts, l->out, u + j * l->out, f->t);
        for (size_t r = 0; r < l->out; r++) f->a[r] = before[r] - now[r];
        for (size_t r = 0; r < l->out; r++) f->t[r] = now[r] - f->t[r];
        falls_pair_column(&p, l->out, f->a, f->t);
    }
    const double level = l->activation->lipschitz(&l->opts) * f->norm[l->u];
    return falls_pair_end(&p, l->gamma, l->out, falls_u * sqrt(p.a),
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

/* r = U - z - b in one column. */
static void falls_residual(const clarke_split *s, const double *x, size_t i, const double *u,
                           const double *z, double *r)
{
    const clarke_split_layer *l = &s->layer[i];
    const double *bias = l->b == CLARKE_NO_BLOCK ? NULL : clarke_split_block(s, x, l->b);
    for (size_t k = 0; k < l->out; k++) r[k] = u[k] - z[k];
    for (size_t k = 0; bias && k < l->out; k++) r[k] -= bias[k];
}

/* The fall of both terms; that of the coupling alone goes to the layer's, with its value. */
static clarke_split_drop falls_inputs(clarke_bcd_falls *f, const double *x, size_t i,
                                      const double *z, clarke_split_drop *coupling)
{
    const clarke_split *s = f->split;
    const clarke_split_layer *l = &s->layer[i];
    const double *u = clarke_split_block(s, x, l->u), *v = clarke_split_block(s, x, l->v);
    const size_t d = l->out;
    falls_pair link = {0}, joint = {0};
    for (size_t j = 0; j < s->samples; j++) {
        const double *now = u + j * d, *before = f->old + j * d;
        l->activation->value(&l->opts, d, now, f->t);
        l->activation->value(&l->opts, d, before, f->a);
        for (size_t r = 0; r < d; r++) f->a[r] = f->t[r] - f->a[r];
        for (size_t r = 0; r < d; r++) f->t[r] = v[j * d + r] - f->t[r];
        falls_pair_column(&link, d, f->a, f->t);
        for (size_t r = 0; r < d; r++) f->b[r] = before[r] - now[r];
        falls_residual(s, x, i, now, z + j * d, f->r);
        falls_pair_column(&joint, d, f->b, f->r);
    }
    /* sigma at either point errs by at most 4 u of it. */
    const double level = l->activation->lipschitz(&l->opts) * (2.0 * f->norm[l->u] + sqrt(joint.a));
    const double error = falls_product_error(f, i) + 2.0 * falls_u * f->norm[l->u];
    clarke_split_drop drop = falls_pair_end(&link, l->gamma, d, 4.0 * falls_u * level,
                                            6.0 * falls_u * (f->norm[l->v] + level));
    *coupling = falls_pair_end(&joint, l->rho, d, falls_u * sqrt(joint.a), error);
    falls_drop_add(&drop, *coupling);
    drop.step = coupling->step;
    f->layer[i].coupling = 0.5 * l->rho * joint.t;
    f->layer[i].error = 0.5 * l->rho * error * (2.0 * sqrt(joint.t) + error) +
                        ((double)(d + s->samples) + 4.0) * falls_u * f->layer[i].coupling;
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
    clarke_gemv(false, l->out, l->in, 1.0, w, l->out, f->layer[i - 1].sum_v, 0.0, f->r);
    for (size_t r = 0; r < l->out; r++) {
        const double e = b[r] - f->old[r];
        const double term = l->rho * e * (f->layer[i].sum_u[r] - f->r[r] - n * b[r] + 0.5 * n * e);
        fall += term;
        terms += l->rho * fabs(e) *
                 (fabs(f->layer[i].sum_u[r]) + fabs(f->r[r]) + n * (fabs(b[r]) + fabs(e)));
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
    f->norm[block] = falls_norm(clarke_split_size(s, block), now);
    if (role == CLARKE_ROLE_V) {
        falls_row_sums(l->out, s->samples, now, y->sum_v);
        if (i < s->depth) {
            f->layer[i + 1].own = falls_values(f, x, i);
            f->layer[i + 1].pending = true;
            return 0;
        }
        known[count++] =
            (clarke_bcd_fall_known){block, clarke_split_change(work, x, f->old, block)};
        return count;
    }
    if (role == CLARKE_ROLE_U) {
        const double kept = y->coupling, kept_error = y->error;
        falls_row_sums(l->out, s->samples, now, y->sum_u);
        const clarke_split_drop drop = falls_inputs(f, x, i, formed.product, &coupling);
        if (y->pending)
            known[count++] = falls_close(f, i, kept, kept_error, y->coupling + coupling.decrease,
                                         y->error + coupling.rounding);
        known[count++] = (clarke_bcd_fall_known){block, drop};
        return count;
    }
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
        double square = 0.0;
        clarke_gemm(false, false, l->out, s->samples, l->in, 1.0, clarke_split_block(s, x, l->w),
                    l->out, v, l->in, 0.0, f->product, l->out);
        for (size_t j = 0; j < s->samples; j++) {
            falls_residual(s, x, i, u + j * l->out, f->product + j * l->out, f->r);
            for (size_t r = 0; r < l->out; r++) square += f->r[r] * f->r[r];
        }
        const double error = falls_product_error(f, i) + 2.0 * falls_u * f->norm[l->u];
        const double now = 0.5 * l->rho * square;
        known[count++] = falls_close(f, i, y->coupling, y->error, now,
                                     0.5 * l->rho * error * (2.0 * sqrt(square) + error) +
                                         ((double)(l->out * s->samples) + 4.0) * falls_u * now);
    }
    return count;
}
