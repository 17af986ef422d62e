/* Decision rule 1: an exact inequality or identity, checked at every phase or iteration. */
#pragma once

#include "engine/claim.h"

/* What a measure of an exact inequality accumulates, in this order in its outputs. */
#define CLARKE_EXACT_OUTPUTS                                                                       \
    "checked", "resolved", "violations", "first_violation", "worst", "smallest_detectable",        \
        "unresolvable"

enum { CLARKE_EXACT_COUNT = 7 };

typedef struct {
    size_t checked, resolved, violations, first_violation;
    double worst;      /* largest excess / rounding bound; <= 1 means no violation */
    double detectable; /* median-free: smallest violation, relative to the size of the bound's own
                          terms, that would have been seen at some checked step */
    bool nonfinite;
} clarke_exact;

void clarke_exact_begin(clarke_exact *e);
/* One check at step k. The claim is excess <= 0, where excess = left - right was formed locally;
   `rounding` bounds the error of `excess` (> 0, derived by the caller); `size` is the magnitude
   of what is compared (the decrease, the step): the check is *resolved* when size > rounding.
   A non-finite excess is a violation. */
void clarke_exact_add(clarke_exact *e, size_t k, double excess, double rounding, double size);
void clarke_exact_end(const clarke_exact *e, double out[CLARKE_EXACT_COUNT]);

/* Judges use `use` of all runs by rule 1: refuted by one violation beyond rounding, inconclusive
   if fewer than max(30, 10 %) of the checks are resolved, else supported. `what` names the
   inequality in the sentence. */
clarke_status clarke_exact_judge(const clarke_evidence *e, clarke_judgement *j, size_t use,
                                 const char *what);
/* The same for outputs that begin at `first` of a measure with several inequalities; `name` is put
   before the notes. */
clarke_status clarke_exact_judge_at(const clarke_evidence *e, clarke_judgement *j, size_t use,
                                    size_t first, const char *name, const char *what);
