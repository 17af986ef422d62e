/* Split networks as problems: data, activations and penalties from parameters, named blocks W1, b1,
   V1, U1, W2, ..., and the start by the forward pass. See core/split.h for the objective. */
#pragma once

#include "core/problem.h"
#include "core/split.h"

typedef enum { CLARKE_TARGETS_AUTO, CLARKE_TARGETS_NUMBERS, CLARKE_TARGETS_CLASSES } clarke_targets;

/* What the families split_two and split_three are asked for. */
typedef struct {
    clarke_list widths;
    const char *activation, *loss, *data;
    double negative_slope, relu_zero;
    int residual, bias, weight, targets;
    double gamma, rho; /* rho 0: gamma */
    int w_term, v_term;
    double w_weight, w_low, w_high, v_weight, v_low, v_high;
    size_t samples, inputs, outputs, teacher, seed;
    double spread, bias_start;
} clarke_split_params;

#define CLARKE_SPLIT_PARAMS                                                                         \
    {"widths",                                                                                      \
     CLARKE_PARAM_LIST,                                                                             \
     offsetof(clarke_split_params, widths),                                                         \
     "4,3",                                                                                         \
     0.0,                                                                                           \
     0x1p31,                                                                                        \
     NULL,                                                                                          \
     "hidden widths (0: none); the data give the widths of input and output"},                      \
        {"activation",                                                                              \
         CLARKE_PARAM_TEXT,                                                                         \
         offsetof(clarke_split_params, activation),                                                 \
         "relu",                                                                                    \
         0.0,                                                                                       \
         0.0,                                                                                       \
         NULL,                                                                                      \
         "of the hidden layers; the last one is linear"},                                           \
        {"negative_slope",                                                                          \
         CLARKE_PARAM_REAL,                                                                         \
         offsetof(clarke_split_params, negative_slope),                                             \
         "0.1",                                                                                     \
         -1e3,                                                                                      \
         1e3,                                                                                       \
         NULL,                                                                                      \
         "of leaky_relu"},                                                                          \
        {"relu_zero",                                                                               \
         CLARKE_PARAM_REAL,                                                                         \
         offsetof(clarke_split_params, relu_zero),                                                  \
         "0",                                                                                       \
         -1.0,                                                                                      \
         1.0,                                                                                       \
         NULL,                                                                                      \
         "the derivative taken at a kink by the subgradient"},                                      \
        {"loss",                                                                                    \
         CLARKE_PARAM_TEXT,                                                                         \
         offsetof(clarke_split_params, loss),                                                       \
         "squared",                                                                                 \
         0.0,                                                                                       \
         0.0,                                                                                       \
         NULL,                                                                                      \
         "squared, hinge, squared_hinge, logistic or softmax_cross_entropy"},                       \
        {"weight",                                                                                  \
         CLARKE_PARAM_CHOICE,                                                                       \
         offsetof(clarke_split_params, weight),                                                     \
         "mean",                                                                                    \
         0.0,                                                                                       \
         0.0,                                                                                       \
         "mean|sum",                                                                                \
         "of the loss: 1/n as in the paper, or 1 as in the authors' code"},                         \
        {"gamma", CLARKE_PARAM_REAL,        offsetof(clarke_split_params, gamma), "1", 1e-12, 1e12, \
         NULL,    "penalty of V - sigma(.)"},                                                       \
        {"residual",                                                                                \
         CLARKE_PARAM_CHOICE,                                                                       \
         offsetof(clarke_split_params, residual),                                                   \
         "no",                                                                                      \
         0.0,                                                                                       \
         0.0,                                                                                       \
         "no|yes",                                                                                  \
         "V_i - V_{i-1} in place of V_i in every layer that keeps the width"},                      \
        {"w_term",                                                                                  \
         CLARKE_PARAM_CHOICE,                                                                       \
         offsetof(clarke_split_params, w_term),                                                     \
         "none",                                                                                    \
         0.0,                                                                                       \
         0.0,                                                                                       \
         "none|ridge|l1|box",                                                                       \
         "r_i of every W_i"},                                                                       \
        {"w_weight",                                                                                \
         CLARKE_PARAM_REAL,                                                                         \
         offsetof(clarke_split_params, w_weight),                                                   \
         "0.1",                                                                                     \
         0.0,                                                                                       \
         1e12,                                                                                      \
         NULL,                                                                                      \
         "lambda of r_i: ridge is lambda/2 W^2, l1 is lambda |W|"},                                 \
        {"w_low",                                                                                   \
         CLARKE_PARAM_REAL,                                                                         \
         offsetof(clarke_split_params, w_low),                                                      \
         "-1",                                                                                      \
         -1e12,                                                                                     \
         1e12,                                                                                      \
         NULL,                                                                                      \
         "lower end of the box of W"},                                                              \
        {"w_high",                                                                                  \
         CLARKE_PARAM_REAL,                                                                         \
         offsetof(clarke_split_params, w_high),                                                     \
         "1",                                                                                       \
         -1e12,                                                                                     \
         1e12,                                                                                      \
         NULL,                                                                                      \
         "upper end of the box of W"},                                                              \
        {"v_term",                                                                                  \
         CLARKE_PARAM_CHOICE,                                                                       \
         offsetof(clarke_split_params, v_term),                                                     \
         "none",                                                                                    \
         0.0,                                                                                       \
         0.0,                                                                                       \
         "none|ridge|l1|box",                                                                       \
         "s_i of every V_i"},                                                                       \
        {"v_weight", CLARKE_PARAM_REAL, offsetof(clarke_split_params, v_weight), "0.1", 0.0, 1e12,  \
         NULL,       "lambda of s_i"},                                                              \
        {"v_low",                                                                                   \
         CLARKE_PARAM_REAL,                                                                         \
         offsetof(clarke_split_params, v_low),                                                      \
         "0",                                                                                       \
         -1e12,                                                                                     \
         1e12,                                                                                      \
         NULL,                                                                                      \
         "lower end of the box of V"},                                                              \
        {"v_high",                                                                                  \
         CLARKE_PARAM_REAL,                                                                         \
         offsetof(clarke_split_params, v_high),                                                     \
         "1e12",                                                                                    \
         -1e12,                                                                                     \
         1e12,                                                                                      \
         NULL,                                                                                      \
         "upper end of the box of V"},                                                              \
        {"data",                                                                                    \
         CLARKE_PARAM_TEXT,                                                                         \
         offsetof(clarke_split_params, data),                                                       \
         "teacher",                                                                                 \
         0.0,                                                                                       \
         0.0,                                                                                       \
         NULL,                                                                                      \
         "teacher (synthetic), fashion, a folder of IDX files, or FILE.csv"},                       \
        {"samples",                                                                                 \
         CLARKE_PARAM_COUNT,                                                                        \
         offsetof(clarke_split_params, samples),                                                    \
         "20",                                                                                      \
         0.0,                                                                                       \
         0x1p40,                                                                                    \
         NULL,                                                                                      \
         "the first so many of the training set (0: all)"},                                         \
        {"inputs", CLARKE_PARAM_COUNT, offsetof(clarke_split_params, inputs), "5", 1.0, 0x1p31,     \
         NULL,     "of the teacher"},                                                               \
        {"outputs",                                                                                 \
         CLARKE_PARAM_COUNT,                                                                        \
         offsetof(clarke_split_params, outputs),                                                    \
         "2",                                                                                       \
         1.0,                                                                                       \
         0x1p31,                                                                                    \
         NULL,                                                                                      \
         "of the teacher; target columns of a CSV file of numbers"},                                \
        {"teacher",                                                                                 \
         CLARKE_PARAM_COUNT,                                                                        \
         offsetof(clarke_split_params, teacher),                                                    \
         "4",                                                                                       \
         1.0,                                                                                       \
         0x1p31,                                                                                    \
         NULL,                                                                                      \
         "hidden units of the teacher"},                                                            \
        {"targets",                                                                                 \
         CLARKE_PARAM_CHOICE,                                                                       \
         offsetof(clarke_split_params, targets),                                                    \
         "auto",                                                                                    \
         0.0,                                                                                       \
         0.0,                                                                                       \
         "auto|numbers|classes",                                                                    \
         "of a teacher or a CSV file; auto: classes for softmax"},                                  \
        {"seed",                                                                                    \
         CLARKE_PARAM_COUNT,                                                                        \
         offsetof(clarke_split_params, seed),                                                       \
         "1",                                                                                       \
         0.0,                                                                                       \
         0x1p53,                                                                                    \
         NULL,                                                                                      \
         "of the start and the teacher"},                                                           \
    {                                                                                               \
        "spread", CLARKE_PARAM_REAL, offsetof(clarke_split_params, spread), "0", 0.0, 1e6, NULL,    \
            "deviation of the normal start of W (0: sqrt(2/inputs of the layer))"                   \
    }

clarke_status clarke_split_family(clarke_problem *p, clarke_split_kind kind,
                                  const clarke_split_params *o, clarke_arena *mem);

/* For a problem with its own data and terms. `s` has kind, bias, samples, x, y, loss_id, weight;
   layer[1..depth] has activation_id, opts, gamma, rho, skip and terms. Sets the rest, p's sizes,
   blocks and scratch. */
clarke_status clarke_split_install(clarke_problem *p, clarke_split *s, const size_t *width,
                                   clarke_split_layer *layer, clarke_arena *mem);
/* U_i and V_i by the forward pass from W and b in x, then moved into the boxes of s_i. */
void clarke_split_forward(const clarke_split *s, double *x);

/* The capabilities of any problem that clarke_split_install made. */
double clarke_split_problem_value(const clarke_problem *p, const double *x);
void clarke_split_problem_subgradient(const clarke_problem *p, const double *x, double *g);
/* NAN where the set that was searched may be larger than the subdifferential. */
double clarke_split_problem_residual(const clarke_problem *p, const double *x);
double clarke_split_problem_field_residual(const clarke_problem *p, const double *x);
