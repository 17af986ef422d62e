/* What verify/lib/bcd_dist.c, bcd_kinks.c and bcd_choice.c share. */
#pragma once

#include "verify/lib/bcd_terms.h"

#define CLARKE_BCD_UNIT 0x1p-53L
#define CLARKE_BCD_TINY 0x1p-1000L

/* A column that was put where its margin is 1 has that margin up to the rounding of a projection:
   8 (size + 2) u of the products. */
long double clarke_bcd_hinge_unsure(const clarke_bcd_net *s, const double *z, const double *y);

/* The slopes of sigma at entry j of z = W_i V_{i-1}, which s->before holds. */
void clarke_bcd_slopes(const clarke_bcd_net *s, size_t layer, size_t j, long double slope[2]);
/* Two-splitting: adds to s->gradient, which has the left slopes, the multipliers of the kinks that
   bring it nearest to 0. */
void clarke_bcd_kinks(clarke_bcd_net *s, const double *x, clarke_bcd_block b);
