/* What the SGD-type methods of Xiao, Hu, Toh (arXiv 2307.10053) share: parameters, state, and the
   declaration of the step's form. Each method's file holds its own step. */
#pragma once

#include "core/method.h"
#include "methods/lib/sgd_updates.h"

/* The union of the methods' parameters; a method's table lists those it has. */
typedef struct {
    double alpha, weight_decay, zero_sign, threshold, beta1, beta2;
    int first_gradient, old_order, by_coordinate, per_sample, constant;
} clarke_sgd_params;

#define CLARKE_SGD_WEIGHT_DECAY                                                                    \
    {                                                                                              \
        .name = "weight_decay", .kind = CLARKE_PARAM_REAL,                                         \
        .offset = offsetof(clarke_sgd_params, weight_decay), .fallback = "0", .low = 0.0,          \
        .high = 1e6,                                                                               \
        .meaning = "decoupled: x <- (1 - eta lambda) x before the step, per unit of eta"           \
    }
#define CLARKE_SGD_ALPHA                                                                           \
    {                                                                                              \
        .name = "alpha", .kind = CLARKE_PARAM_REAL, .offset = offsetof(clarke_sgd_params, alpha),  \
        .fallback = "0", .low = 0.0, .high = 1e6,                                                  \
        .meaning = "Nesterov parameter: alpha g is added to the direction"                         \
    }
#define CLARKE_SGD_FIRST                                                                           \
    {                                                                                              \
        .name = "first", .kind = CLARKE_PARAM_CHOICE,                                              \
        .offset = offsetof(clarke_sgd_params, first_gradient), .fallback = "zeros",                \
        .choices = "zeros|gradient", .meaning = "m_0 = 0, or m_1 = g_0 as in the official code"    \
    }
#define CLARKE_SGD_ORDER                                                                           \
    {                                                                                              \
        .name = "order", .kind = CLARKE_PARAM_CHOICE,                                              \
        .offset = offsetof(clarke_sgd_params, old_order), .fallback = "new", .choices = "new|old", \
        .meaning = "x uses the new momentum (the paper) or the old one"                            \
    }
#define CLARKE_SGD_ZERO_SIGN                                                                       \
    {                                                                                              \
        .name = "zero_sign", .kind = CLARKE_PARAM_REAL,                                            \
        .offset = offsetof(clarke_sgd_params, zero_sign), .fallback = "0", .low = -1.0,            \
        .high = 1.0, .meaning = "the selection of Sign(0)"                                         \
    }

typedef struct {
    double *m, *g;   /* [n] momentum, the oracle's answer */
    double *clipped; /* [n] the answer clipped, where `per_sample` */
    clarke_sgd_params p;
    clarke_sgd_form form;
} clarke_sgd;

/* Fills state->m, ->g, ->p and ->form, sets it->form, and declares the view "momentum" if there
   is `momentum`; without it the method is memoryless (m_{k+1} = g_k). */
clarke_status clarke_sgd_init(clarke_iter *it, const clarke_sgd_params *params, clarke_sgd *s,
                              const clarke_regularizer_desc *phi, bool momentum);

/* theta_k of this step: 1 at the first one if m_1 = g_0. */
static inline double clarke_sgd_theta(const clarke_iter *it, const clarke_sgd *s)
{
    return s->p.first_gradient && it->k == 0 ? 1.0 : it->theta;
}

/* What the step of this iteration is made with; Lion's betas are its own. */
static inline clarke_sgd_numbers clarke_sgd_numbers_of(const clarke_iter *it, const clarke_sgd *s)
{
    return (clarke_sgd_numbers){.eta = it->eta,
                                .keep = 1.0 - it->eta * s->p.weight_decay,
                                .alpha = s->p.alpha,
                                .theta = clarke_sgd_theta(it, s),
                                .zero = s->p.zero_sign,
                                .old_order = s->p.old_order != 0};
}

/* sign(NaN) is NaN; sign(-0.0) is the selection, as is sign(0.0). */
static inline double clarke_sgd_sign(double t, double zero)
{
    return t > 0.0 ? 1.0 : t < 0.0 ? -1.0 : t == 0.0 ? zero : t;
}

/* t clipped to [-c, c]; NaN stays NaN. */
static inline double clarke_sgd_clip(double t, double c)
{
    return t > c ? c : t < -c ? -c : t;
}
