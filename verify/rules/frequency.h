/* Decision rule 3: frequencies over independent runs, their number fixed in advance. What holds
   almost surely, with high probability, or from generic starts is judged by how often it shows. */
#pragma once

#include "engine/claim.h"

/* P(Bin(n, 1/2) >= v), exact up to rounding (n <= 1000, so that 2^-n does not underflow). */
double clarke_frequency_tail(size_t n, size_t v);
/* The least v with P(Bin(n, 1/2) >= v) <= alpha; n + 1 where even n votes are not enough. */
size_t clarke_frequency_votes(size_t n, double alpha);
/* P(Bin(n, p) >= v). */
double clarke_frequency_power(size_t n, size_t v, double p);

/* One-sided Clopper-Pearson bounds of the probability after v of n: each is wrong with probability
   at most alpha, whatever the probability is. The interval takes alpha/2 on either side. */
double clarke_frequency_lower(size_t n, size_t v, double alpha);
double clarke_frequency_upper(size_t n, size_t v, double alpha);
clarke_interval clarke_frequency_interval(size_t n, size_t v, double alpha);
/* The least n for which n of n bound the failure rate by epsilon: (1 - epsilon)^n <= alpha. */
size_t clarke_frequency_runs(double epsilon, double alpha);

typedef struct {
    size_t runs, failures;
    double epsilon;   /* the failure probability that "supported" must bound */
    bool refutable;   /* a failure is seen in finite time for good, so that too many refute */
    const char *what; /* "the trap is left": what a run does that does not fail */
} clarke_frequency;

/* Supported if the failure probability is at most epsilon with error alpha (e->alpha); refuted, if
   that is possible at all, when it is above epsilon with error alpha; the two share alpha. */
clarke_status clarke_frequency_judge(const clarke_evidence *e, clarke_judgement *j,
                                     const clarke_frequency *f);
