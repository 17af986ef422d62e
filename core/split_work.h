/* What the files of core/split*.c share. */
#pragma once

#include "core/split.h"

#include "core/sum.h"

struct clarke_split_work {
    const clarke_split *split;
    double *a, *b, *c;                /* [widest][n] */
    double *step;                     /* [largest block] */
    struct clarke_split_kinks *kinks; /* of two-splitting; NULL otherwise */
    double *element;                  /* [n] of two-splitting; NULL otherwise */
};

/* Arguments of sigma in two-splitting that are at a kink: z = W_i[row,:] V_{i-1}[:,column]. */
enum { CLARKE_SPLIT_KINKS = 384, CLARKE_SPLIT_CONCAVE = 12 };
typedef struct {
    size_t layer, row, column;
    double low, high; /* of the factor of the gradient of z */
    bool concave;
} clarke_split_kink;

typedef struct clarke_split_kinks {
    size_t count, concave;
    clarke_split_kink kink[CLARKE_SPLIT_KINKS];
    double factor[CLARKE_SPLIT_KINKS], best[CLARKE_SPLIT_KINKS];
    double low[CLARKE_SPLIT_KINKS], high[CLARKE_SPLIT_KINKS]; /* of this search */
    double linear[CLARKE_SPLIT_KINKS];                        /* g_0 . gradient of z */
    double gram[CLARKE_SPLIT_KINKS * CLARKE_SPLIT_KINKS];
} clarke_split_kinks;

/* |g_0 + sum_k factor_k grad z_k| minimised over the factors of w->kinks, where element[n] is g_0, and
   on return the shortest element. */
clarke_split_point clarke_split_kinks_solve(clarke_split_work *w, const double *x,
                                            clarke_notion notion, double *element);

/* z[out][n] = W_i V_{i-1} + b_i 1^T. */
void clarke_split_product(const clarke_split *s, const double *x, size_t i, double *z);
/* t[out][n] = V_i - K_i - sigma_i(z), where z is W_i V_{i-1} in two-splitting and U_i in three;
   z may be t. */
void clarke_split_fit(const clarke_split *s, const double *x, size_t i, const double *z, double *t);
