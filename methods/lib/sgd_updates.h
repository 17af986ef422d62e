/* The loops over the coordinates of the SGD-type methods, each in its method's file: one pass over
   memory where one does it. g is the oracle's answer, keep = 1 - eta lambda. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    double eta, keep, alpha, theta;
    double zero;         /* the selection of Sign(0) */
    double beta1, beta2; /* Lion's weights of this step */
    bool old_order;      /* x uses the old momentum */
} clarke_sgd_numbers;

void clarke_sgd_update(size_t n, const clarke_sgd_numbers *a, const double *restrict g,
                       double *restrict x);
void clarke_heavy_ball_update(size_t n, const clarke_sgd_numbers *a, const double *restrict g,
                              double *restrict m, double *restrict x);
void clarke_sign_sgd_update(size_t n, const clarke_sgd_numbers *a, const double *restrict g,
                            double *restrict m, double *restrict x);
void clarke_lion_update(size_t n, const clarke_sgd_numbers *a, const double *restrict g,
                        double *restrict m, double *restrict x);
/* m only: where x needs a norm of all of m first. */
void clarke_sgd_average(size_t n, double theta, const double *restrict g, double *restrict m);
/* x = keep x - eta (m / norm + alpha g), 0 for 0/0. */
void clarke_normalized_sgd_move(size_t n, const clarke_sgd_numbers *a, double norm,
                                const double *restrict g, const double *restrict m,
                                double *restrict x);
/* x = keep x - eta (scale m + alpha g). */
void clarke_clipped_sgd_scaled_move(size_t n, const clarke_sgd_numbers *a, double scale,
                                    const double *restrict g, const double *restrict m,
                                    double *restrict x);
/* x = keep x - eta (clip(m_j) + alpha g) coordinate by coordinate. */
void clarke_clipped_sgd_each_move(size_t n, const clarke_sgd_numbers *a, double threshold,
                                  const double *restrict g, const double *restrict m,
                                  double *restrict x);

typedef struct {
    double eta, beta1, beta2, eps;
    double scale1, scale2; /* what takes the bias of the zero starts out */
} clarke_adam_numbers;

void clarke_adam_update(size_t n, const clarke_adam_numbers *a, const double *restrict g,
                        double *restrict m, double *restrict v, double *restrict x);
void clarke_adagrad_update(size_t n, double eta, double eps, const double *restrict g,
                           double *restrict s, double *restrict x);
/* r is the mean of the squared steps. */
void clarke_adadelta_update(size_t n, double eta, double rho, double eps, const double *restrict g,
                            double *restrict s, double *restrict r, double *restrict x);
