/* The network problem that dlADMM works on (Wang, Yu, Chen, Zhao, arXiv 1905.13611, problem 2 for a
   batch; core/dladmm.h). The objective is the augmented Lagrangian
     R(z_L; y) + sum_l Omega(W_l) + (nu/2) sum_{l<L} (|z_l - M_l|^2 + |a_l - f(z_l)|^2)
       + <u, z_L - M_L> + (rho/2) |z_L - M_L|^2,   M_l = W_l a_{l-1} + b_l 1^T,
   a function of all blocks, the dual u included. Its stationary set is not known. */
#include "core/dladmm.h"
#include "core/stream.h"
#include "problems/lib/mlp.h"

#include <string.h>

#define DLADMM_NET_ACTIVATIONS(ENTRY)                                                              \
    ENTRY(relu) ENTRY(leaky_relu) ENTRY(linear) ENTRY(tanh) ENTRY(sigmoid)
#define DLADMM_NET_EXTERN(id)                                                                      \
    extern const clarke_activation_desc clarke_activation_##id, clarke_activation_##id##_single;
DLADMM_NET_ACTIVATIONS(DLADMM_NET_EXTERN)
extern const clarke_loss_desc clarke_loss_squared, clarke_loss_softmax_cross_entropy,
    clarke_loss_squared_single, clarke_loss_softmax_cross_entropy_single;

typedef struct {
    clarke_list widths;
    int loss, activation, penalty, start, dual;
    double slope, lambda, nu, rho, scale;
    const char *data;
    size_t samples, inputs, outputs, teacher, seed;
} dladmm_net_params;

typedef struct {
    clarke_dladmm d;
    clarke_dataset set;
    double *m, *e, *g; /* [widest][samples] scratch of value and subgradient */
} dladmm_net;

static const struct {
    const clarke_activation_desc *real, *single;
} dladmm_net_activation[] = {
#define DLADMM_NET_ROW(id) {&clarke_activation_##id, &clarke_activation_##id##_single},
    DLADMM_NET_ACTIVATIONS(DLADMM_NET_ROW)};

/* "teacher", a CSV file by its name, otherwise a folder of IDX files. */
static clarke_status dladmm_net_data(const dladmm_net_params *o, clarke_arena *mem,
                                     clarke_dataset *set)
{
    const bool classes = o->loss != 0;
    const size_t length = strlen(o->data);
    if (length > 4 && strcmp(o->data + length - 4, ".csv") == 0)
        return clarke_dataset_csv(o->data, o->samples, classes ? 0 : o->outputs, mem, set);
    if (strcmp(o->data, "teacher") != 0)
        return clarke_dataset_idx(o->data, "train", o->samples, mem, set);
    if (o->samples == 0)
        return clarke_fail(CLARKE_EINPUT, "dladmm_net: samples: a teacher gives no end of "
                                          "samples, a number is needed");
    const clarke_teacher teacher = {o->samples, o->inputs, o->teacher,
                                    o->outputs, classes,   o->seed};
    return clarke_dataset_teacher(&teacher, mem, set);
}

static clarke_status dladmm_net_layout(clarke_dladmm *d, clarke_arena *mem, clarke_block **blocks,
                                       size_t *n)
{
    static const char *const letter[] = {"W", "b", "z", "a"};
    size_t(*at)[4] = clarke_alloc_array(mem, d->layers, sizeof *at);
    clarke_block *block = clarke_alloc_array(mem, 4 * d->layers, sizeof *block);
    CLARKE_TRY(clarke_arena_status(mem));
    *n = 0;
    for (size_t i = 0; i < 4 * d->layers; i++) {
        const size_t l = i / 4, kind = i % 4, rows = d->width[l + 1];
        const size_t cols = kind == CLARKE_DLADMM_W   ? d->width[l]
                            : kind == CLARKE_DLADMM_B ? 1
                                                      : d->samples;
        const char *name =
            i + 1 == 4 * d->layers ? "u" : clarke_arena_printf(mem, "%s%zu", letter[kind], l + 1);
        at[l][kind] = *n;
        block[i] = (clarke_block){name, *n, rows, cols};
        *n += rows * cols;
    }
    d->at = (const size_t(*)[4])at;
    *blocks = block;
    return clarke_arena_status(mem);
}

/* m = W_l a_{l-1} + b_l 1^T. */
static void dladmm_net_forward(const clarke_dladmm *d, const double *x, size_t l, double *m)
{
    const size_t rows = d->width[l + 1], in = d->width[l], *at = d->at[l];
    const double *a = l > 0 ? x + d->at[l - 1][CLARKE_DLADMM_A] : d->input;
    for (size_t j = 0; j < d->samples; j++)
        memcpy(m + j * rows, x + at[CLARKE_DLADMM_B], rows * sizeof *m);
    clarke_gemm(false, false, rows, d->samples, in, 1.0, x + at[CLARKE_DLADMM_W], rows, a, in, 1.0,
                m, rows);
}

/* W_l normal, b = 0, then a pass through the network; z_L of the pass or, as in the authors' code,
   1 at the label and -1 elsewhere. */
static void dladmm_net_start(const dladmm_net *net, const dladmm_net_params *o, double *x)
{
    const clarke_dladmm *d = &net->d;
    const clarke_stream s = clarke_stream_make(o->seed, "dladmm_net", "", 0, 0, "init");
    for (size_t l = 0; l < d->layers; l++) {
        const size_t rows = d->width[l + 1], in = d->width[l], *at = d->at[l];
        const double scale = o->scale > 0.0 ? o->scale : sqrt(2.0 / (double)in);
        for (size_t i = 0; i < rows * in; i++)
            x[at[CLARKE_DLADMM_W] + i] = scale * clarke_stream_gaussian(&s, l, i);
        double *z = x + at[CLARKE_DLADMM_Z], *last = x + at[CLARKE_DLADMM_A];
        dladmm_net_forward(d, x, l, z);
        if (l + 1 < d->layers) {
            d->activation->value(&d->opts, rows * d->samples, z, last);
            continue;
        }
        for (size_t i = 0; o->start == 1 && i < rows * d->samples; i++)
            z[i] = 2.0 * d->target[i] - 1.0;
        if (!d->consistent_dual) continue;
        d->loss->gradient(rows, d->samples, -1.0, z, d->target, last);
    }
}

static clarke_status dladmm_net_shape(const dladmm_net_params *o, dladmm_net *net,
                                      clarke_arena *mem)
{
    clarke_mlp_shape shape;
    clarke_dladmm *d = &net->d;
    CLARKE_TRY(dladmm_net_data(o, mem, &net->set));
    CLARKE_TRY(clarke_mlp_shape_make(net->set.inputs, &o->widths, net->set.outputs,
                                     net->set.samples, mem, &shape));
    if (shape.layers < 2)
        return clarke_fail(CLARKE_EINPUT,
                           "dladmm_net: widths: at least one hidden layer is needed");
    if (shape.layers > CLARKE_DLADMM_LAYERS_MAX)
        return clarke_fail(CLARKE_EINPUT, "dladmm_net: widths: %zu layers; %d are the most",
                           shape.layers, CLARKE_DLADMM_LAYERS_MAX);
    size_t widest = 0;
    for (size_t l = 0; l <= shape.layers; l++)
        if (shape.width[l] > widest) widest = shape.width[l];
    d->layers = shape.layers;
    d->samples = net->set.samples;
    d->width = shape.width;
    d->input = net->set.x;
    d->target = net->set.y;
    d->label = net->set.label;
    net->m = clarke_vec(mem, widest * d->samples);
    net->e = clarke_vec(mem, widest * d->samples);
    net->g = clarke_vec(mem, widest * d->samples);
    return clarke_arena_status(mem);
}

static clarke_status dladmm_net_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const dladmm_net_params *o = params;
    clarke_block *block;
    size_t n;
    dladmm_net *net = clarke_alloc(mem, sizeof *net);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(dladmm_net_shape(o, net, mem));
    clarke_dladmm *d = &net->d;
    d->activation = dladmm_net_activation[o->activation].real;
    d->activation_single = dladmm_net_activation[o->activation].single;
    d->opts = (clarke_activation_opts){.zero_slope = o->activation == 0   ? 0.0
                                                     : o->activation == 1 ? o->slope
                                                                          : 1.0,
                                       .negative_slope = o->slope};
    d->loss = o->loss ? &clarke_loss_softmax_cross_entropy : &clarke_loss_squared;
    d->loss_single = o->loss ? &clarke_loss_softmax_cross_entropy_single
                             : &clarke_loss_squared_single;
    d->smoothness = d->loss->smoothness(1.0);
    d->penalty = (clarke_dladmm_penalty)o->penalty;
    d->lambda = d->penalty == CLARKE_DLADMM_NONE ? 0.0 : o->lambda;
    d->nu = o->nu;
    d->rho = o->rho;
    d->consistent_dual = o->dual == 0;
    CLARKE_TRY(dladmm_net_layout(d, mem, &block, &n));
    CLARKE_TRY(clarke_problem_size(p, n, 0.0, -1.0, 1.0, mem));
    p->layout = (clarke_layout){4 * d->layers, block};
    dladmm_net_start(net, o, p->start);
    p->term_deviation = 0.0;
    p->data = net;
    p->dladmm = d;
    return CLARKE_OK;
}

static double dladmm_net_penalty(const clarke_dladmm *d, const double *w, size_t count)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += d->penalty == CLARKE_DLADMM_RIDGE ? 0.5 * w[i] * w[i] : fabs(w[i]);
    return d->lambda * sum;
}

static double dladmm_net_value(const clarke_problem *p, const double *x)
{
    const dladmm_net *net = p->data;
    const clarke_dladmm *d = &net->d;
    double sum = 0.0;
    for (size_t l = 0; l < d->layers; l++) {
        const size_t count = d->width[l + 1] * d->samples;
        const double *z = x + d->at[l][CLARKE_DLADMM_Z], *a = x + d->at[l][CLARKE_DLADMM_A];
        const bool last = l + 1 == d->layers;
        if (d->penalty != CLARKE_DLADMM_NONE)
            sum +=
                dladmm_net_penalty(d, x + d->at[l][CLARKE_DLADMM_W], d->width[l] * d->width[l + 1]);
        dladmm_net_forward(d, x, l, net->m);
        if (!last) d->activation->value(&d->opts, count, z, net->e);
        for (size_t i = 0; i < count; i++) {
            const double r = z[i] - net->m[i], s = last ? 0.0 : a[i] - net->e[i];
            sum += last ? r * (a[i] + 0.5 * d->rho * r) : 0.5 * d->nu * (r * r + s * s);
        }
        if (last) sum += d->loss->value(d->width[l + 1], d->samples, z, d->target);
    }
    return sum;
}

/* g_b, g_W and, added to what is there, the part of the gradient in a_{l-1} that E_l gives, where
   E_l = dL/dM_l is in net->e. */
static void dladmm_net_linear(const dladmm_net *net, const double *x, size_t l, double *g)
{
    const clarke_dladmm *d = &net->d;
    const size_t rows = d->width[l + 1], in = d->width[l], count = rows * in, *at = d->at[l];
    const double *a = l > 0 ? x + d->at[l - 1][CLARKE_DLADMM_A] : d->input;
    const double *w = x + at[CLARKE_DLADMM_W];
    double *gw = g + at[CLARKE_DLADMM_W], *gb = g + at[CLARKE_DLADMM_B];
    clarke_gemm(false, true, rows, in, d->samples, 1.0, net->e, rows, a, in, 0.0, gw, rows);
    for (size_t i = 0; d->penalty != CLARKE_DLADMM_NONE && i < count; i++)
        gw[i] += d->lambda * (d->penalty == CLARKE_DLADMM_RIDGE
                                  ? w[i]
                                  : (double)(w[i] > 0.0) - (double)(w[i] < 0.0));
    memset(gb, 0, rows * sizeof *gb);
    for (size_t i = 0; i < rows * d->samples; i++) gb[i % rows] += net->e[i];
    if (l > 0)
        clarke_gemm(true, false, in, d->samples, rows, 1.0, w, rows, net->e, rows, 1.0,
                    g + d->at[l - 1][CLARKE_DLADMM_A], in);
}

/* Away from kinks the gradient; at a kink with the activation's selection. */
static void dladmm_net_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const dladmm_net *net = p->data;
    const clarke_dladmm *d = &net->d;
    for (size_t l = 0; l < d->layers; l++) {
        const size_t count = d->width[l + 1] * d->samples, *at = d->at[l];
        const double *z = x + at[CLARKE_DLADMM_Z], *a = x + at[CLARKE_DLADMM_A];
        double *gz = g + at[CLARKE_DLADMM_Z], *ga = g + at[CLARKE_DLADMM_A];
        const bool last = l + 1 == d->layers;
        dladmm_net_forward(d, x, l, net->m);
        for (size_t i = 0; i < count; i++) {
            const double r = z[i] - net->m[i];
            net->e[i] = last ? -a[i] - d->rho * r : -d->nu * r;
            net->m[i] = r;
        }
        if (last) {
            d->loss->gradient(d->width[l + 1], d->samples, 1.0, z, d->target, gz);
            memcpy(ga, net->m, count * sizeof *ga);
        } else {
            d->activation->value(&d->opts, count, z, net->g);
            for (size_t i = 0; i < count; i++) gz[i] = net->g[i] - a[i], ga[i] = -d->nu * gz[i];
            d->activation->chain(&d->opts, count, z, gz);
            for (size_t i = 0; i < count; i++) gz[i] *= d->nu;
        }
        for (size_t i = 0; i < count; i++) gz[i] -= net->e[i];
        dladmm_net_linear(net, x, l, g);
    }
}

static const clarke_param dladmm_net_table[] = {
    {"widths", CLARKE_PARAM_LIST, offsetof(dladmm_net_params, widths), "16,16", 1.0, 0x1p31, NULL,
     "hidden widths; the data give the widths of input and output"},
    {"loss", CLARKE_PARAM_CHOICE, offsetof(dladmm_net_params, loss), "squared", 0.0, 0.0,
     "squared|softmax_cross_entropy", "half the squared error, or cross-entropy of the softmax"},
    {"activation", CLARKE_PARAM_CHOICE, offsetof(dladmm_net_params, activation), "relu", 0.0, 0.0,
     "relu|leaky_relu|linear|tanh|sigmoid", "of the hidden layers"},
    {"slope", CLARKE_PARAM_REAL, offsetof(dladmm_net_params, slope), "0.1", 0.0, 1.0, NULL,
     "of leaky_relu on the negative side"},
    {"penalty", CLARKE_PARAM_CHOICE, offsetof(dladmm_net_params, penalty), "none", 0.0, 0.0,
     "none|ridge|l1", "Omega on every W_l: (lambda/2) |W|^2 or lambda |W|_1"},
    {"lambda", CLARKE_PARAM_REAL, offsetof(dladmm_net_params, lambda), "0.01", 0.0, 1e12, NULL,
     "of the penalty"},
    {"nu", CLARKE_PARAM_REAL, offsetof(dladmm_net_params, nu), "1", 1e-300, 1e100, NULL,
     "weight of the hidden layers' penalties"},
    {"rho", CLARKE_PARAM_REAL, offsetof(dladmm_net_params, rho), "5", 1e-300, 1e100, NULL,
     "weight of the last layer's constraint; the theory asks for more than 2 H"},
    {"start", CLARKE_PARAM_CHOICE, offsetof(dladmm_net_params, start), "forward", 0.0, 0.0,
     "forward|labels", "z_L of a pass through the network, or 1 at the label and -1 elsewhere"},
    {"dual", CLARKE_PARAM_CHOICE, offsetof(dladmm_net_params, dual), "consistent", 0.0, 0.0,
     "consistent|zero", "u_0 = -grad R(z_L), or 0 as in the authors' code"},
    {"scale", CLARKE_PARAM_REAL, offsetof(dladmm_net_params, scale), "0.3", 0.0, 1e6, NULL,
     "standard deviation of the entries of W at the start (0: the root of 2 / width before)"},
    {"data", CLARKE_PARAM_TEXT, offsetof(dladmm_net_params, data), "teacher", 0.0, 0.0, NULL,
     "teacher (synthetic), a folder of IDX files, or FILE.csv"},
    {"samples", CLARKE_PARAM_COUNT, offsetof(dladmm_net_params, samples), "200", 0.0, 0x1p40, NULL,
     "the first so many of the training set (0: all)"},
    {"inputs", CLARKE_PARAM_COUNT, offsetof(dladmm_net_params, inputs), "20", 1.0, 0x1p31, NULL,
     "of the teacher"},
    {"outputs", CLARKE_PARAM_COUNT, offsetof(dladmm_net_params, outputs), "3", 1.0, 0x1p31, NULL,
     "of the teacher; target columns of a CSV file with loss=squared"},
    {"teacher", CLARKE_PARAM_COUNT, offsetof(dladmm_net_params, teacher), "8", 1.0, 0x1p31, NULL,
     "hidden units of the teacher"},
    {"seed", CLARKE_PARAM_COUNT, offsetof(dladmm_net_params, seed), "1", 0.0, 0x1p53, NULL,
     "of the start and the teacher"},
    {0}};

const clarke_problem_desc clarke_problem_dladmm_net = {
    .title = "Network with split layers, the problem of dlADMM",
    .formula = "R(z_L; y) + sum_l Omega(W_l) + (nu/2) sum_{l<L} (|z_l - W_l a_{l-1} - b_l|^2 + "
               "|a_l - f(z_l)|^2) + <u, r> + (rho/2) |r|^2, r = z_L - W_L a_{L-1} - b_L",
    .source = "Wang, Yu, Chen, Zhao, arXiv 1905.13611 (KDD 2019), problem 2 and equation (1)",
    .truth = CLARKE_TRUTH_NONE,
    .traits = CLARKE_TRAIT_DEFINABLE | CLARKE_TRAIT_DATA,
    .params = dladmm_net_table,
    .params_size = sizeof(dladmm_net_params),
    .make = dladmm_net_make,
    .value = dladmm_net_value,
    .subgradient = dladmm_net_subgradient,
};
