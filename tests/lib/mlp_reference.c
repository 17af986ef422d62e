/* Running error analysis (Higham 2002, section 3.3). gamma_k = k u / (1 - k u). A computed sum of k
   products in any order, with or without fused operations, whose factors are known to A and B with
   errors E_A and E_B, errs by at most
     sum |A| E_B + E_A |B| + E_A E_B + gamma_k (|A| + E_A)(|B| + E_B).
   Data and weights are rounded once when they enter, an error of u each, which gamma_{k+2} absorbs.
   exp is taken to be good to 2 u (the libraries' documented error is below 1 ulp). */
#include "tests/lib/mlp_reference.h"

#include <assert.h>
#include <stdlib.h>

typedef struct {
    const clarke_mlp *mlp;
    const long double *x;
    long double u;
    /* [layers + 1][width]: activations (0: the sample), z, delta, and their error bounds */
    long double **a, **z, **d, **ea, **ez, **ed;
} reference;

static long double gamma_of(const reference *r, size_t k)
{
    const long double ku = (long double)k * r->u;
    assert(ku < 0.5L);
    return ku / (1.0L - ku);
}

static long double *reference_vector(size_t n)
{
    long double *v = calloc(n ? n : 1, sizeof *v);
    assert(v);
    return v;
}

static long double **reference_rows(const clarke_mlp_shape *s)
{
    long double **rows = calloc(s->layers + 1, sizeof *rows);
    assert(rows);
    for (size_t l = 0; l <= s->layers; l++) rows[l] = reference_vector(s->width[l]);
    return rows;
}

static void reference_rows_free(const clarke_mlp_shape *s, long double **rows)
{
    for (size_t l = 0; l <= s->layers; l++) free(rows[l]);
    free(rows);
}

/* Entry (i, j) of W_l, l from 1. */
static long double weight(const reference *r, size_t l, size_t i, size_t j)
{
    const clarke_mlp_shape *s = &r->mlp->shape;
    return r->x[s->offset[l - 1] + j * s->width[l] + i];
}

static long double bias(const reference *r, size_t l, size_t i)
{
    const clarke_mlp_shape *s = &r->mlp->shape;
    return r->x[s->offset[l - 1] + s->width[l - 1] * s->width[l] + i];
}

static void forward(reference *r, size_t sample, mlp_reference *out)
{
    const clarke_mlp_shape *s = &r->mlp->shape;
    for (size_t j = 0; j < s->width[0]; j++)
        r->a[0][j] = (long double)r->mlp->set.x[sample * s->width[0] + j];
    for (size_t l = 1; l <= s->layers; l++) {
        for (size_t i = 0; i < s->width[l]; i++) {
            long double z = bias(r, l, i), error = 0.0L, size = fabsl(z);
            for (size_t j = 0; j < s->width[l - 1]; j++) {
                const long double w = weight(r, l, i, j);
                z += w * r->a[l - 1][j];
                error += fabsl(w) * r->ea[l - 1][j];
                size += fabsl(w) * (fabsl(r->a[l - 1][j]) + r->ea[l - 1][j]);
            }
            r->z[l][i] = z;
            r->ez[l][i] = error + gamma_of(r, s->width[l - 1] + 4) * size;
            r->a[l][i] = z > 0.0L ? z : 0.0L;
            r->ea[l][i] = r->ez[l][i];
            if (l == s->layers) continue;
            out->clear &= fabsl(z) > r->ez[l][i];
            out->pattern = out->pattern * 31u + (z > 0.0L);
        }
    }
}

static void squared(reference *r, const double *y, mlp_reference *out)
{
    const size_t L = r->mlp->shape.layers, q = r->mlp->shape.width[L];
    for (size_t c = 0; c < q; c++) {
        const long double t = (long double)y[c], e = r->z[L][c] - t;
        const long double error = r->ez[L][c] + r->u * fabsl(t);
        out->value += 0.5L * e * e;
        out->value_bound += fabsl(e) * error + 0.5L * error * error;
        r->d[L][c] = e;
        r->ed[L][c] = error + gamma_of(r, 4) * (fabsl(e) + error);
    }
}

/* log p_c = z_c - log sum e^z has |d log p_c| <= 2 max |dz|, and so has the loss. The computed
   exponentials have arguments rounded by u |z_c - m|. */
static void softmax(reference *r, const double *y, mlp_reference *out)
{
    const size_t L = r->mlp->shape.layers, q = r->mlp->shape.width[L];
    long double m = r->z[L][0], low = m, mass = 0.0L, shift = 0.0L;
    for (size_t c = 0; c < q; c++) {
        m = fmaxl(m, r->z[L][c]);
        low = fminl(low, r->z[L][c]);
        shift = fmaxl(shift, r->ez[L][c]);
    }
    for (size_t c = 0; c < q; c++) mass += expl(r->z[L][c] - m);
    const long double spread = m - low + 2.0L * shift;
    const long double exponent = 2.0L * shift + 2.0L * r->u * spread;
    const long double relative = expm1l(exponent) + expl(exponent) * gamma_of(r, q + 6);
    for (size_t c = 0; c < q; c++) {
        const long double t = (long double)y[c], p = expl(r->z[L][c] - m) / mass;
        out->value += t * (logl(mass) - (r->z[L][c] - m));
        r->d[L][c] = p - t;
        r->ed[L][c] = relative * p + gamma_of(r, 4) * (p * (1.0L + relative) + t);
    }
    out->value_bound += exponent + gamma_of(r, q + 8) * (1.0L + logl((long double)q) + spread);
}

static void backward(reference *r, size_t terms, mlp_reference *out)
{
    const clarke_mlp_shape *s = &r->mlp->shape;
    for (size_t l = s->layers; l > 0; l--) {
        const size_t in = s->width[l - 1], rows = s->width[l], first = s->offset[l - 1];
        const long double round = gamma_of(r, terms + 4);
        for (size_t i = 0; i < rows; i++) {
            const long double d = fabsl(r->d[l][i]), ed = r->ed[l][i];
            for (size_t j = 0; j < in; j++) {
                const long double a = fabsl(r->a[l - 1][j]), ea = r->ea[l - 1][j];
                out->gradient[first + j * rows + i] += r->d[l][i] * r->a[l - 1][j];
                out->bound[first + j * rows + i] += d * ea + ed * (a + ea) +
                                                    round * (d + ed) * (a + ea);
            }
            out->gradient[first + in * rows + i] += r->d[l][i];
            out->bound[first + in * rows + i] += ed + round * (d + ed);
        }
        for (size_t j = 0; l > 1 && j < in; j++) {
            long double d = 0.0L, error = 0.0L, size = 0.0L;
            for (size_t i = 0; i < rows; i++) {
                const long double w = weight(r, l, i, j);
                d += w * r->d[l][i];
                error += fabsl(w) * r->ed[l][i];
                size += fabsl(w) * (fabsl(r->d[l][i]) + r->ed[l][i]);
            }
            const bool on = r->z[l - 1][j] > 0.0L;
            r->d[l - 1][j] = on ? d : 0.0L;
            r->ed[l - 1][j] = on ? error + gamma_of(r, rows + 4) * size : 0.0L;
        }
    }
}

mlp_reference mlp_reference_make(const clarke_mlp *mlp, const long double *x, const size_t *term,
                                 size_t count, long double unit)
{
    const clarke_mlp_shape *s = &mlp->shape;
    mlp_reference out = {
        .gradient = reference_vector(s->n), .bound = reference_vector(s->n), .clear = true};
    reference r = {mlp,
                   x,
                   unit,
                   reference_rows(s),
                   reference_rows(s),
                   reference_rows(s),
                   reference_rows(s),
                   reference_rows(s),
                   reference_rows(s)};
    for (size_t k = 0; k < count; k++) {
        const size_t sample = term ? term[k] : k;
        const double *y = mlp->set.y + sample * mlp->set.outputs;
        forward(&r, sample, &out);
        if (s->loss == CLARKE_MLP_SOFTMAX)
            softmax(&r, y, &out);
        else
            squared(&r, y, &out);
        backward(&r, count, &out);
    }
    const long double n = (long double)count;
    /* The sum of the values is formed in double, in order. */
    const long double sum = (n * (long double)mlp->set.outputs + 4.0L) * 0x1p-52L;
    out.value /= n;
    out.value_bound = out.value_bound / n + sum * (fabsl(out.value) + out.value_bound / n);
    for (size_t j = 0; j < s->n; j++) out.gradient[j] /= n, out.bound[j] /= n;
    long double **rows[] = {r.a, r.z, r.d, r.ea, r.ez, r.ed};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) reference_rows_free(s, rows[i]);
    return out;
}

void mlp_reference_free(mlp_reference *r)
{
    free(r->gradient);
    free(r->bound);
}
