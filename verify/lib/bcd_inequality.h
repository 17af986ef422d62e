/* The relative error inequalities of three-splitting: after a sweep the partial subdifferential of
   block B is no farther from 0 than `right`, a sum of the sweep's moves with known factors. */
#pragma once

#include "verify/lib/bcd_watch.h"

/* The right side for block b: w->sweep is the iterate before the sweep, x the one after. */
long double clarke_bcd_relative_bound(clarke_bcd_watch *w, const double *x, clarke_bcd_block b);
