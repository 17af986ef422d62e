/* A quantity without a reference law that is claimed to vanish, judged by votes: a run votes if its
   maximum over the last of eight blocks (ratio sqrt 2 in t, from T/16 to T) is at most half of that
   over the first four, [T/16, T/4): the first block alone may hold a handful of steps.
   The bound is exact: if at least half of all such runs did not halve, V votes of R would come with
   probability at most alpha. A run grows if no block's maximum is below that of the block before and the
   last is at least twice that over the first four: the opposite of a vote, at every resolution. What
   refutes is that, in as many runs as would support, and a control's declared level. */
#pragma once

#include "engine/claim.h"

typedef struct {
    size_t use;       /* of a measure whose outputs 0..7 are block maxima */
    const char *what; /* "the oscillation of f over a block" */
    double level;     /* of a control: the last three blocks all reach it; 0: no control */
} clarke_decay;

clarke_status clarke_decay_judge(const clarke_evidence *e, clarke_judgement *j,
                                 const clarke_decay *decay);
