/* Forward and backward passes in the working precision. */
#include "core/activation.h"
#include "core/loss.h"
#include "problems/lib/mlp.h"

#include <string.h>

extern const clarke_activation_desc CLARKE_REAL(clarke_activation_relu);
extern const clarke_loss_desc CLARKE_REAL(clarke_loss_softmax_cross_entropy),
    CLARKE_REAL(clarke_loss_squared);

/* With B = shape->batch columns at most in use: */
struct clarke_mlp_net {
    const clarke_mlp_shape *shape;
    const clarke_activation_desc *activation;
    clarke_activation_opts opts;
    const clarke_loss_desc *loss;
    clarke_real *weights, *gradient; /* [n]; NULL in double, where x and g serve */
    clarke_real *input;              /* [width[0]][B] */
    clarke_real *target;             /* [width[layers]][B] */
    clarke_real **z, **a;            /* [layers], each [width[l + 1]][B]; the last a is not used */
    clarke_real *delta[2];           /* [widest][B] */
};

static clarke_real *mlp_real_matrix(clarke_arena *mem, size_t rows, size_t columns)
{
    return clarke_alloc_array(mem, rows, columns * sizeof(clarke_real));
}

static clarke_mlp_net *mlp_real_make(const clarke_mlp_shape *s, clarke_arena *mem)
{
    clarke_mlp_net *net = clarke_alloc(mem, sizeof *net);
    if (!net) return NULL;
    net->shape = s;
    net->activation = &CLARKE_REAL(clarke_activation_relu);
    net->opts.zero_slope = s->relu_zero;
    net->loss = s->loss == CLARKE_MLP_SOFTMAX ? &CLARKE_REAL(clarke_loss_softmax_cross_entropy)
                                              : &CLARKE_REAL(clarke_loss_squared);
    if (sizeof(clarke_real) != sizeof(double)) {
        net->weights = mlp_real_matrix(mem, s->n, 1);
        net->gradient = mlp_real_matrix(mem, s->n, 1);
    }
    size_t widest = 0;
    for (size_t l = 0; l <= s->layers; l++)
        if (s->width[l] > widest) widest = s->width[l];
    net->input = mlp_real_matrix(mem, s->width[0], s->batch);
    net->target = mlp_real_matrix(mem, s->width[s->layers], s->batch);
    for (size_t i = 0; i < 2; i++) net->delta[i] = mlp_real_matrix(mem, widest, s->batch);
    net->z = clarke_alloc_array(mem, s->layers, sizeof *net->z);
    net->a = clarke_alloc_array(mem, s->layers, sizeof *net->a);
    if (clarke_arena_failed(mem)) return NULL;
    for (size_t l = 0; l < s->layers; l++) {
        net->z[l] = mlp_real_matrix(mem, s->width[l + 1], s->batch);
        if (l + 1 < s->layers) net->a[l] = mlp_real_matrix(mem, s->width[l + 1], s->batch);
    }
    return clarke_arena_failed(mem) ? NULL : net;
}

/* Columns first .. first + count - 1 of the batch that `term` lists (NULL: in their order). */
static void mlp_real_gather(clarke_mlp_net *net, const clarke_dataset *set, const size_t *term,
                            size_t first, size_t count)
{
    const size_t p = set->inputs, q = set->outputs;
    for (size_t j = 0; j < count; j++) {
        const size_t i = term ? term[first + j] : first + j;
        assert(i < set->samples);
        for (size_t r = 0; r < p; r++) net->input[j * p + r] = (clarke_real)set->x[i * p + r];
        for (size_t r = 0; r < q; r++) net->target[j * q + r] = (clarke_real)set->y[i * q + r];
    }
}

/* z_l = W_l a_{l-1} + b_l, a_l = sigma(z_l). */
static void mlp_real_forward(clarke_mlp_net *net, const clarke_real *w, size_t count)
{
    const clarke_mlp_shape *s = net->shape;
    const clarke_real *a = net->input;
    for (size_t l = 0; l < s->layers; l++) {
        const size_t in = s->width[l], out = s->width[l + 1];
        const clarke_real *weight = w + s->offset[l], *bias = weight + in * out;
        for (size_t j = 0; j < count; j++) memcpy(net->z[l] + j * out, bias, out * sizeof *bias);
        clarke_gemm(false, false, out, count, in, 1, weight, out, a, in, 1, net->z[l], out);
        if (l + 1 == s->layers) break;
        net->activation->value(&net->opts, out * count, net->z[l], net->a[l]);
        a = net->a[l];
    }
}

/* g = beta g + scale * gradient of the summed loss of the gathered samples. With delta_l the
   gradient in z_l: dW_l = delta_l a_{l-1}^T, db_l = delta_l 1, and
   delta_{l-1} = sigma'(z_{l-1}) . W_l^T delta_l. */
static void mlp_real_backward(clarke_mlp_net *net, const clarke_real *w, size_t count,
                              clarke_real scale, clarke_real beta, clarke_real *g)
{
    const clarke_mlp_shape *s = net->shape;
    clarke_real *delta = net->delta[0], *next = net->delta[1];
    net->loss->gradient(s->width[s->layers], count, scale, net->z[s->layers - 1], net->target,
                        delta);
    for (size_t l = s->layers; l-- > 0;) {
        const size_t in = s->width[l], out = s->width[l + 1];
        const clarke_real *a = l > 0 ? net->a[l - 1] : net->input;
        clarke_real *weight = g + s->offset[l], *bias = weight + in * out;
        clarke_gemm(false, true, out, in, count, 1, delta, out, a, in, beta, weight, out);
        if (beta == 0) memset(bias, 0, out * sizeof *bias);
        for (size_t j = 0; j < count; j++)
            for (size_t i = 0; i < out; i++) bias[i] += delta[j * out + i];
        if (l == 0) break;
        clarke_gemm(true, false, in, count, out, 1, w + s->offset[l], out, delta, out, 0, next, in);
        net->activation->chain(&net->opts, in * count, net->z[l - 1], next);
        clarke_real *swap = delta;
        delta = next, next = swap;
    }
}

static size_t mlp_real_chunk(const clarke_mlp_net *net, size_t left)
{
    return left < net->shape->batch ? left : net->shape->batch;
}

static void mlp_real_gradient(clarke_mlp_net *net, const clarke_dataset *set, const double *x,
                              const size_t *term, size_t count, double *g)
{
    const clarke_real *w = clarke_real_in(net->shape->n, x, net->weights);
    clarke_real *out = clarke_real_out(g, net->gradient);
    assert(count > 0);
    for (size_t first = 0; first < count; first += net->shape->batch) {
        const size_t chunk = mlp_real_chunk(net, count - first);
        mlp_real_gather(net, set, term, first, chunk);
        mlp_real_forward(net, w, chunk);
        mlp_real_backward(net, w, chunk, (clarke_real)(1.0 / (double)count), first > 0, out);
    }
    clarke_real_store(net->shape->n, out, g);
}

static double mlp_real_value(clarke_mlp_net *net, const clarke_dataset *set, const double *x)
{
    const clarke_real *w = clarke_real_in(net->shape->n, x, net->weights);
    const size_t last = net->shape->layers - 1;
    double sum = 0.0;
    for (size_t first = 0; first < set->samples; first += net->shape->batch) {
        const size_t chunk = mlp_real_chunk(net, set->samples - first);
        mlp_real_gather(net, set, NULL, first, chunk);
        mlp_real_forward(net, w, chunk);
        sum += net->loss->value(set->outputs, chunk, net->z[last], net->target);
    }
    return sum / (double)set->samples;
}

static size_t mlp_real_correct(clarke_mlp_net *net, const clarke_dataset *set, const double *x)
{
    const clarke_real *w = clarke_real_in(net->shape->n, x, net->weights);
    const size_t last = net->shape->layers - 1, q = set->outputs;
    size_t correct = 0;
    for (size_t first = 0; first < set->samples; first += net->shape->batch) {
        const size_t chunk = mlp_real_chunk(net, set->samples - first);
        mlp_real_gather(net, set, NULL, first, chunk);
        mlp_real_forward(net, w, chunk);
        for (size_t j = 0; j < chunk; j++) {
            const clarke_real *z = net->z[last] + j * q;
            size_t largest = 0;
            for (size_t c = 1; c < q; c++)
                if (z[c] > z[largest]) largest = c;
            correct += largest == set->label[first + j];
        }
    }
    return correct;
}

const clarke_mlp_engine CLARKE_REAL(clarke_mlp_engine_real) = {
    .real_size = sizeof(clarke_real),
    .make = mlp_real_make,
    .value = mlp_real_value,
    .gradient = mlp_real_gradient,
    .correct = mlp_real_correct,
};
