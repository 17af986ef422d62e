/* The squared terms of the objective, one by one: for verify/lib/bcd_*.c. */
#pragma once

#include "verify/lib/bcd.h"

/* LINK: V_i - K_i - sigma_i(U_i). PRODUCT: U_i - W_i V_{i-1} - b_i 1'.
   JOINT: V_i - K_i - sigma_i(W_i V_{i-1}). */
typedef enum { CLARKE_BCD_LINK, CLARKE_BCD_PRODUCT, CLARKE_BCD_JOINT } clarke_bcd_term_kind;

typedef struct {
    clarke_bcd_term_kind kind;
    size_t layer;
} clarke_bcd_term;

/* Those that block b is in; returns how many. */
size_t clarke_bcd_terms(const clarke_split *net, clarke_bcd_block b, clarke_bcd_term term[3]);
/* gamma_i or rho_i. */
long double clarke_bcd_factor(const clarke_split *net, clarke_bcd_term t);
/* z = W_i V_{i-1} + b_i 1'. */
void clarke_bcd_product(const clarke_split *net, const double *x, size_t layer,
                        clarke_bcd_matrix *z);
/* e = the matrix inside the norm. For a joint term s->before is its z afterwards. */
void clarke_bcd_error(clarke_bcd_net *s, const double *x, clarke_bcd_term t, clarke_bcd_matrix *e);
/* The penalty of W_i or V_i; NULL for the other roles. */
const clarke_term *clarke_bcd_penalty(const clarke_split *net, clarke_bcd_block b);
/* The centre of a ridge at entry j. */
double clarke_bcd_centre(const clarke_term *p, size_t j);
