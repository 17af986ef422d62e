/* The fall of a three-splitting's objective at every update of a run, for the price of passes over the
   blocks: the products are those that the updates form anyway (clarke_bcd_formed). For the paper's
   order, exact W-steps, and networks without skips and terms.

   With R_i = U_i - W_i V_{i-1} - b_i 1^T, the fall at U_i is formed from the move, as are those of the
   terms |V_i - sigma(U_i)|^2. At W_i, which moves from W to W', with W'' half way between them,
     rho/2 |R|^2 - rho/2 |R'|^2 = <rho (U - b 1^T) V^T - W'' rho V V^T, W' - W>,
   whose matrices the update has. At V_{i-1} the new R_i would cost a product; it is formed when U_i is
   updated next, before which nothing else in R_i moves. So that fall is known one sweep later.

   All errors are bounded as in core/split_change.c; sums over the samples have n terms. */
#pragma once

#include "methods/lib/bcd.h"

typedef struct clarke_bcd_falls clarke_bcd_falls;

typedef struct {
    size_t block;
    clarke_split_drop drop;
} clarke_bcd_fall_known;

/* x is the point before the first sweep. CLARKE_EINPUT where the network is another. */
clarke_status clarke_bcd_falls_make(const clarke_split *s, const double *x, clarke_arena *mem,
                                    clarke_bcd_falls **falls);
/* Before an update of the block. */
void clarke_bcd_falls_before(clarke_bcd_falls *f, const double *x, size_t block);
/* After it: how many falls have become known, of `work` scratch. */
size_t clarke_bcd_falls_after(clarke_bcd_falls *f, clarke_split_work *work, const double *x,
                              size_t block, clarke_bcd_formed formed,
                              clarke_bcd_fall_known known[2]);
/* After the last sweep: those that are not known yet, at most one a layer. */
size_t clarke_bcd_falls_rest(clarke_bcd_falls *f, const double *x, clarke_bcd_fall_known *known);
