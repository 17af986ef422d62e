/* What methods over the blocks of the layout share: one phase for each block, in the layout's
   order, and the capabilities they need. */
#pragma once

#include "core/method.h"

/* Fills it->phases and it->phase. */
clarke_status clarke_block_phases(clarke_iter *it);
size_t clarke_block_size(const clarke_iter *it, size_t block);
double *clarke_block_at(const clarke_iter *it, size_t block);
/* A list has one number, or one for each block. */
clarke_status clarke_block_list(const clarke_iter *it, const clarke_list *list, const char *name);
double clarke_block_value(const clarke_list *list, size_t block);
/* CLARKE_EINPUT unless `has`. */
clarke_status clarke_block_need(const clarke_iter *it, bool has, const char *method,
                                const char *what);

/* x + beta (x - the block's value one sweep before), which is then kept; beta = 0: x. */
void clarke_block_extrapolate(const clarke_iter *it, size_t block, double beta, double *last,
                              double *centre);
