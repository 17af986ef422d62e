/* A fully connected ReLU network on data, f(x) = mean over samples of loss(z_L, y) with
   z_l = W_l a_{l-1} + b_l, a_l = relu(z_l), a_0 = the sample. x holds W_1, b_1, ..., W_L, b_L, each
   W_l column-major of size width[l] x width[l-1]. Samples are columns, a batch is one matrix, and
   all products are gemm. */
#pragma once

#include "core/problem.h"
#include "data/dataset.h"

typedef enum { CLARKE_MLP_SOFTMAX, CLARKE_MLP_SQUARED } clarke_mlp_loss;

typedef struct {
    size_t layers;
    size_t *width;  /* [layers + 1] inputs, hidden, outputs */
    size_t *offset; /* [layers] of W_l in x; b_l follows it */
    size_t n;
    size_t batch; /* samples that go through the network at once */
    double relu_zero;
    clarke_mlp_loss loss;
} clarke_mlp_shape;

/* The computation in one precision (mlp_real.c, compiled twice). x and g are double. */
typedef struct clarke_mlp_net clarke_mlp_net;
typedef struct {
    size_t real_size;
    /* Scratch for one shape; the arena fails when out of memory. */
    clarke_mlp_net *(*make)(const clarke_mlp_shape *shape, clarke_arena *mem);
    double (*value)(clarke_mlp_net *net, const clarke_dataset *set, const double *x);
    /* The mean of the gradients of the listed samples (NULL: the first `count`); g[n]. */
    void (*gradient)(clarke_mlp_net *net, const clarke_dataset *set, const double *x,
                     const size_t *term, size_t count, double *g);
    /* How many samples have their label as the largest output (the first of equals). */
    size_t (*correct)(clarke_mlp_net *net, const clarke_dataset *set, const double *x);
} clarke_mlp_engine;

extern const clarke_mlp_engine clarke_mlp_engine_real, clarke_mlp_engine_real_single;

typedef struct {
    clarke_mlp_shape shape;
    clarke_dataset set;
    const clarke_mlp_engine *engine;
    clarke_mlp_net *net;
} clarke_mlp;

/* Bytes of an instance: data, scratch, parameters and the vectors of a run. */
double clarke_mlp_bytes(const clarke_mlp_shape *shape, size_t samples, size_t real_size);
/* CLARKE_EINPUT with the number of bytes where that is more than the machine has. */
clarke_status clarke_mlp_check_memory(const clarke_mlp_shape *shape, size_t samples,
                                      size_t real_size);

/* hidden: [1..] widths; a single 0 means no hidden layer. Sets all of shape but the two last. */
clarke_status clarke_mlp_shape_make(size_t inputs, const clarke_list *hidden, size_t outputs,
                                    size_t samples, clarke_arena *mem, clarke_mlp_shape *shape);
/* Named blocks W1, b1, ... */
clarke_status clarke_mlp_layout(const clarke_mlp_shape *shape, clarke_arena *mem,
                                clarke_layout *layout);
/* He, Zhang, Ren, Sun 2015: W_l normal with variance 2/width[l-1], b_l = 0. Entry j of x is draw j
   of the stream (seed, "relu_mlp", "", 0, 0, "init"). */
void clarke_mlp_start(const clarke_mlp_shape *shape, uint64_t seed, double *x);

double clarke_mlp_value(const clarke_problem *p, const double *x);
void clarke_mlp_subgradient(const clarke_problem *p, const double *x, double *g);
void clarke_mlp_term_subgradient(const clarke_problem *p, const double *x, const size_t *term,
                                 size_t count, double *g);

/* The fraction of samples classified right, for reports: of `set`, or of the problem's own samples
   where it is NULL. NAN where p is no such network, or there are no labels, or sizes differ. */
double clarke_mlp_accuracy(const clarke_problem *p, const clarke_dataset *set, const double *x);
