/* What the rule for rates is made of: a sequence of logarithms, windows of it in bins, and the
   models that are fitted to them. */
#pragma once

#include "verify/rules/rate.h"

enum {
    CLARKE_RATE_BINS = 56,  /* at most, of one window: 31 geometric and 19 uniform edges */
    CLARKE_RATE_WITHIN = 6, /* points of a bin over which a model is averaged */
    CLARKE_RATE_WINDOWS = 7,
    CLARKE_RATE_COLUMNS = 5
};

/* ln v_k, -INFINITY at zeros inside; k >= 0. */
typedef struct {
    size_t count;
    const double *k, *log;
    double log_accuracy; /* ln of the absolute error of v; -INFINITY: none */
    bool limit_estimated;
} clarke_rate_sequence;

typedef struct {
    size_t first, last; /* indices of the sequence, the last one included */
    size_t count;       /* of bins */
    double k_first, k_last, span;
    double y[CLARKE_RATE_BINS], weight[CLARKE_RATE_BINS];
    double k[CLARKE_RATE_BINS][CLARKE_RATE_WITHIN];
    size_t within[CLARKE_RATE_BINS]; /* points of the bin that stand for it */
    size_t points[CLARKE_RATE_BINS]; /* that y is the mean of */
    double total;                    /* sum of the weights */
    double noise;                    /* standard deviation inside bins; 0 smooth, -1 unknown */
    bool smooth;
} clarke_rate_bins;

void clarke_rate_bin(const clarke_rate_sequence *s, size_t first, size_t last,
                     clarke_rate_bins *bins);

typedef enum {
    CLARKE_RATE_L,  /* q^k */
    CLARKE_RATE_LJ, /* (k + k0)^a q^k */
    CLARKE_RATE_LT, /* q^k + c r^k, r < q */
    CLARKE_RATE_P,  /* (k + k0)^-p */
    CLARKE_RATE_PG, /* (k + k0 + d ln k)^-p */
    CLARKE_RATE_PL, /* (k + k0)^-p (ln k)^b */
    CLARKE_RATE_S,  /* (ln k + c)^-b */
    CLARKE_RATE_X,  /* speeding up */
    CLARKE_RATE_N,  /* c + something that vanishes */
    CLARKE_RATE_MODELS
} clarke_rate_model;

typedef struct {
    clarke_rate_model model;
    bool valid;
    bool clamped; /* the exponent sits on its bound */
    double sse;   /* weighted, of ln v, with a floor for rounding */
    double score; /* bins ln sse + penalty: the smaller the better */
    double rms;
    double theta; /* p, or lambda = -ln q */
    double se;    /* of theta, with the shift's uncertainty */
    double extra; /* a, d or b of the model */
    double shift; /* s: the model's argument is k - k_first + s */
} clarke_rate_fit;

typedef struct {
    clarke_rate_bins bins;
    clarke_rate_fit fit[CLARKE_RATE_MODELS];
    clarke_rate_model chosen[CLARKE_RATE_REGIMES]; /* the model that speaks for a regime */
    clarke_rate_regime regime;                     /* of the smallest score */
    double margin;                                 /* to the best other regime */
} clarke_rate_window;

void clarke_rate_fit_window(clarke_rate_window *w);
/* Sets sse, rms and score of a fit of f->model. */
void clarke_rate_score(const clarke_rate_bins *bins, double sse, clarke_rate_fit *f);
const clarke_rate_fit *clarke_rate_chosen(const clarke_rate_window *w, clarke_rate_regime regime);
clarke_rate_fit clarke_rate_fit_linear(const clarke_rate_bins *bins);
clarke_rate_fit clarke_rate_fit_sum(const clarke_rate_bins *bins);
clarke_rate_fit clarke_rate_fit_power(const clarke_rate_bins *bins);
clarke_rate_fit clarke_rate_fit_drift(const clarke_rate_bins *bins);
/* k^-p + c k^-(p+d): no model of its own, but a measure of what the chosen one may miss. */
clarke_rate_fit clarke_rate_fit_second(const clarke_rate_bins *bins);
clarke_rate_fit clarke_rate_fit_constant(const clarke_rate_bins *bins);

/* Weighted least squares by modified Gram-Schmidt: GSL's go through BLAS reductions, whose bits
   depend on the machine. Columns are [columns][bins]. */
typedef struct {
    size_t count, columns;
    double column[CLARKE_RATE_COLUMNS][CLARKE_RATE_BINS];
    double coef[CLARKE_RATE_COLUMNS];
    /* coef[j] = sum_l map[j][l] column[l] . sqrt(W) target, the columns being orthonormal by then. */
    double map[CLARKE_RATE_COLUMNS][CLARKE_RATE_COLUMNS];
    double residual[CLARKE_RATE_BINS]; /* times sqrt(W) */
    double sse;
    bool full_rank;
} clarke_rate_squares;
void clarke_rate_least_squares(const clarke_rate_bins *bins, const double *target,
                               clarke_rate_squares *q);
/* The standard error of a coefficient if the bins' errors are independent. */
double clarke_rate_squares_error(const clarke_rate_bins *bins, const clarke_rate_squares *q,
                                 size_t column);
/* The same if they also walk in the model's time: k where `shift` is 0, or ln(k - k_first +
   shift). */
double clarke_rate_walk_error(const clarke_rate_bins *bins, const clarke_rate_squares *q,
                              size_t column, double shift);
